/*
 * The addresses of this host, as the kernel tells them (rtnetlink(7), RTM_NEWADDR and
 * RTM_DELADDR), and which of them can be a next hop (RFC 4760 section 3).  Pure.
 *
 * address_watch.c fills the table from a dump and keeps it true by the kernel's
 * notifications.  An entry is one address on one interface with one prefix length and,
 * in IPv4, one other end: the same address may stand on several interfaces, with
 * several lengths, and on several point-to-point links of one interface.
 */
#ifndef BGPLBD_RDE_HOST_ADDRESS_H
#define BGPLBD_RDE_HOST_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/messages/rde_session.h"
#include "bgplbd/rde/netlink.h"
#include "common/prefix.h"

/* More than any host has; what comes beyond it is not kept. */
#define HOST_ADDRESSES_MAX	65536

/* All zeros is an empty table. */
struct host_addresses {
	struct address_message	*list;		/* may be walked; in no order */
	size_t			 n;
	size_t			 room;
};

void	host_addresses_clear(struct host_addresses *);	/* frees the list */

/* Adds the entry, or replaces its flags and scope.  True if that changed anything. */
bool	host_addresses_put(struct host_addresses *,
	    const struct address_message *);
/* The same for one that is not in the table, which is not checked: of a dump. */
void	host_addresses_append(struct host_addresses *,
	    const struct address_message *);
/* True if the entry was there. */
bool	host_addresses_remove(struct host_addresses *,
	    const struct address_message *);

/*
 * Of the address, wherever it stands: the best state of its entries.  Loopback
 * addresses (127.0.0.0/8, ::1) are HOST_ADDRESS_NONE: they are every host's.
 */
enum host_address_state host_addresses_state(const struct host_addresses *,
	    const struct address *);
/* An entry within the prefix that is no loopback address; NULL if there is none. */
const struct address_message *host_addresses_within(
	    const struct host_addresses *, const struct prefix *);

/*
 * The address of the family by which routers can reach the interface that carries
 * the address local, or one of those that do, or if scope is not 0, that of this
 * index: links may all have the same link-local address.  It is of global scope; of several, one that
 * stays: permanent before autoconfigured, global before unique-local (RFC 4193), then
 * the lowest.  Temporary ones (RFC 8981) do not count.
 *
 * HOST_ADDRESS_USABLE and the address in *out; else *out is AFI_NONE, and the state is
 * that of what comes nearest: tentative, duplicate (RFC 4862), deprecated, or none.
 */
enum host_address_state host_addresses_of_interface(
	    const struct host_addresses *, const struct address *local,
	    uint32_t scope, enum afi, struct address *out);

/* All that the session engine wants to know about a session. */
void	host_addresses_answer(const struct host_addresses *,
	    const struct nexthop_query *, const struct address *router_id,
	    struct nexthop_answer *out);

#endif /* BGPLBD_RDE_HOST_ADDRESS_H */
