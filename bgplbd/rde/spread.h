/*
 * Spreading an address over several endpoints of one bridge: what stands of it in
 * the kernel, and how that becomes what is wanted.  Pure.
 *
 * A spread is a group of nexthop objects, one for each endpoint's MAC address
 * (nexthop_id.h), to which the route of the address leads.  kernel.h sets it up.
 * Members that stay keep their id, so that the kernel keeps their flows.
 */
#ifndef BGPLBD_RDE_SPREAD_H
#define BGPLBD_RDE_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/rde/netlink.h"

#define SPREAD_MAX	NETLINK_GROUP_MAX

/* A member whose mac is all zeros leads to nobody, and so is never wanted. */
struct spread_member {
	uint32_t	id;
	uint8_t		mac[MAC_SIZE];
};

struct spread {
	uint32_t		group;
	int			bridge;
	bool			resilient;
	bool			routed;		/* the route leads to it */
	bool			prepared;	/* for others that join soon */
	unsigned int		n;
	struct spread_member	members[];
};

/* Zeroed at first. */
struct spread_wanted {
	unsigned int	n;
	uint8_t		macs[SPREAD_MAX][MAC_SIZE];
};

struct spread_plan {
	unsigned int		nkept;
	unsigned int		nadded;
	unsigned int		nremoved;
	struct spread_member	kept[SPREAD_MAX];	/* in their order */
	uint8_t			added[SPREAD_MAX][MAC_SIZE];
	struct spread_member	removed[SPREAD_MAX];
};

/* One that nothing refers to yet, with room for n members; free(3) it. */
struct spread	*spread_new(uint32_t group, int bridge, bool resilient,
	    unsigned int n);
/* Whether the MAC address serves; the spread may be NULL. */
bool	spread_has(const struct spread *, const uint8_t mac[MAC_SIZE]);
/* Once, however often it is named.  False if SPREAD_MAX others are wanted. */
bool	spread_want(struct spread_wanted *, const uint8_t mac[MAC_SIZE]);
/* Of a spread on the bridge, or NULL, if there is none to keep anything of. */
void	spread_plan(const struct spread *, const struct spread_wanted *,
	    struct spread_plan *);
/* Whether it stands, on that bridge, as it is wanted. */
bool	spread_is_right(const struct spread *, int bridge,
	    const struct spread_wanted *);

#endif /* BGPLBD_RDE_SPREAD_H */
