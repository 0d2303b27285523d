/*
 * Whether an address of a network of ours is in use by what the host needs itself: an
 * address of the host, a neighbor's, or a next hop of the host's routes.  A route to a
 * container in its place would cut off the host, or the session with the neighbor.
 * Pure.
 *
 * The rest of a link's subnet may be used: a router that has a host route by BGP takes
 * that before its link.
 */
#ifndef BGPLBD_RDE_ADDRESS_CONFLICT_H
#define BGPLBD_RDE_ADDRESS_CONFLICT_H

#include <stddef.h>

#include "bgplbd/rde/host_address.h"
#include "bgplbd/settings.h"
#include "common/prefix.h"

enum address_conflict {
	CONFLICT_NONE,
	CONFLICT_HOST,		/* an address of this host, but loopback ones */
	CONFLICT_NEIGHBOR,	/* of the settings; of a prefix of them: all of it */
	CONFLICT_NEXTHOP	/* of a route of this host */
};
#define CONFLICT_LAST	CONFLICT_NEXTHOP

/* Addresses, for instance of next hops; all zeros is an empty list. */
struct address_list {
	struct address	*list;
	size_t		 n;
};
#define ADDRESS_LIST_MAX	4096	/* different ones; more are not looked at */
/* Adds it if it is not there. */
void	address_list_add(struct address_list *, const struct address *);
void	address_list_clear(struct address_list *);

/*
 * The prefix is that of a network or of one container; *with is what is in it.
 * nexthops may be NULL.
 */
enum address_conflict address_conflict(const struct prefix *,
	    const struct host_addresses *, const struct settings *,
	    const struct address_list *nexthops, struct prefix *with);

/* "an address of this host", and so on; "" for none. */
const char *address_conflict_text(enum address_conflict);

#endif /* BGPLBD_RDE_ADDRESS_CONFLICT_H */
