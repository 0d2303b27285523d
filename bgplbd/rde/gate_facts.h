/*
 * What the kernel itself has said of links, routes and nexthop objects, as far as the
 * gate needs it to tell ours from others' (gate_check.h).  Pure: kernel_gate.c feeds it
 * with the requests that it sends and with every message that the kernel answers.
 *
 * A link is ours if it is a bridge or a veth's host end with a name that bgplbd gives
 * (link_names.h), and its alias is an id that the name derives from; or, while it has no
 * alias yet, if it has the MAC address that it was made with.  A nexthop object is ours
 * if its id is in our ranges (nexthop_id.h) and its protocol is ours.
 *
 * Owned by struct kernel_gate.  The links' table takes GATE_LINKS_MAX; what is beyond it
 * is asked for each time.
 */
#ifndef BGPLBD_RDE_GATE_FACTS_H
#define BGPLBD_RDE_GATE_FACTS_H

#include <linux/netlink.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/netlink.h"
#include "bgplbd/rde/nexthop_id.h"
#include "bgplbd/settings.h"

#define GATE_LINKS_MAX		65536
/* Ids of members, then of groups: both ranges lie in one. */
#define GATE_NEXTHOPS		(NEXTHOP_ID_GROUP_LAST - \
				    NEXTHOP_ID_MEMBER_FIRST + 1)

struct gate_link {
	int		ifindex;
	enum link_role	role;		/* ROLE_BRIDGE or ROLE_HOST_END */
};

struct gate_facts {
	const struct settings	*settings;	/* what may be served; NULL: the defaults */
	struct gate_link	*links;		/* ours, by ifindex */
	size_t			 nlinks;
	size_t			 room;
	struct link_message	 link;		/* that was read last, whosever; */
	uint64_t		 link_changes;	/* so many changes before it */
	int			 others_link;	/* read last of those not ours */
	struct route_message	 route;		/* the same */
	uint64_t		 route_changes;
	struct nexthop_message	 nexthop;
	uint64_t		 nexthop_changes;
	uint64_t		 changes;	/* sent so far */
	bool			 reads_links;	/* a dump of them runs */
	bool			 reads_route;	/* one was asked for */
	uint8_t			 nexthops[(GATE_NEXTHOPS + 7) / 8]; /* ours: 1 */
};

/* All zeros is how one begins.  Frees what is in it. */
void	gate_facts_clear(struct gate_facts *);

/* The request goes out; then, it was acknowledged without an error. */
void	gate_facts_sent(struct gate_facts *, const struct nlmsghdr *);
void	gate_facts_done(struct gate_facts *, const struct nlmsghdr *);
/* A message of the answer, or one of a change that the kernel tells by itself. */
void	gate_facts_learn(struct gate_facts *, const struct nlmsghdr *);
void	gate_facts_hear(struct gate_facts *, const struct nlmsghdr *);

/* NULL if none of ours is known with this number. */
const struct gate_link *gate_facts_link(const struct gate_facts *,
	    int ifindex);
/* False too if it is not known. */
bool	gate_facts_nexthop(const struct gate_facts *, uint32_t id);

/* Whether the link is ours, and then as what. */
bool	gate_link_is_ours(const struct link_message *, enum link_role *role);
bool	gate_nexthop_is_ours(const struct nexthop_message *);

#endif /* BGPLBD_RDE_GATE_FACTS_H */
