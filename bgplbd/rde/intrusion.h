/*
 * Whether a message of the kernel's (kernel_monitor.h) tells that somebody else has
 * changed what this daemon made.  Pure; judged by the tables, since messages about
 * links come for what this daemon did too, and late: one that the tables do not have,
 * or with another index, is nobody's intrusion.
 *
 * A message that cannot be parsed tells nothing.
 */
#ifndef BGPLBD_RDE_INTRUSION_H
#define BGPLBD_RDE_INTRUSION_H

#include <linux/netlink.h>

#include "bgplbd/rde/netlink.h"
#include "bgplbd/rde/tables.h"

enum intrusion {
	INTRUSION_NONE,
	INTRUSION_SUSPECTED,	/* in a link, when the message was made */
	INTRUSION
};
/* The link is filled in if one is suspected: ask the kernel how it is now. */
enum intrusion	intrusion_judge(struct tables *, const struct nlmsghdr *,
	    struct link_message *);
/* Whether it is one that the tables have, and not as it should be. */
bool	intrusion_in_link(struct tables *, const struct link_message *);

#endif /* BGPLBD_RDE_INTRUSION_H */
