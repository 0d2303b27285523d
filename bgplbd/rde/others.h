/*
 * What of the links, routes, neighbor entries and nexthop objects in the kernel is
 * another bgplbd's: of one that serves another engine in this network namespace, or this
 * engine under another driver's name.  They look like ours.  It is left alone, and this
 * daemon neither serves nor counts it.
 *
 * A bridge is another's if Docker has its network as one that is not ours; or if Docker
 * does not have it, and neither a plugin call nor a fact has told of it here, but a
 * container lives at one of its ports (the port's other end is in another namespace).
 * What Docker has no longer is a leftover.  Pure.
 */
#ifndef BGPLBD_RDE_OTHERS_H
#define BGPLBD_RDE_OTHERS_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/messages/object_id.h"
#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/tables.h"

/* Docker's networks that are not ours, from its last complete list. */
struct other_networks {
	struct object_id	*ids;		/* in order, once it is settled */
	size_t			 n;
	size_t			 room;
};
#define OTHER_NETWORKS_MAX	65536		/* as many as the frontend lists */

/* False at the limit. */
bool	other_networks_add(struct other_networks *, const struct object_id *ids,
	    size_t n);
void	other_networks_settle(struct other_networks *);	/* no more come */
void	other_networks_clear(struct other_networks *);

/*
 * Takes another's out of the inventory, and returns how many bridges that were.  Not
 * before a complete list has told what Docker has.
 */
size_t	others_set_aside(struct tables *, const struct other_networks *,
	    struct inventory *);

#endif /* BGPLBD_RDE_OTHERS_H */
