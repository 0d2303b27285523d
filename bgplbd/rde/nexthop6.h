/*
 * Which IPv6 address is the next hop of IPv6 prefixes on a session that itself may
 * run over IPv4 (RFC 4760 section 3).  Pure.
 */
#ifndef BGPLBD_RDE_NEXTHOP6_H
#define BGPLBD_RDE_NEXTHOP6_H

#include <stddef.h>

#include "bgplbd/rde/netlink.h"
#include "common/prefix.h"

/*
 * The global IPv6 address of the interface that carries local; of several, one
 * that stays: permanent before autoconfigured, global before unique-local
 * (RFC 4193), then the lowest.  Tentative, deprecated and temporary ones (RFC 4862,
 * RFC 8981) do not count.  *out is AFI_NONE if there is none.
 */
void	nexthop6_choose(const struct address_message *, size_t n,
	    const struct address *local, struct address *out);

#endif /* BGPLBD_RDE_NEXTHOP6_H */
