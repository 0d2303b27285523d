/*
 * The ids of our nexthop objects, and the neighbor's address that each is sent to.
 *
 * Ids belong to the whole network namespace.  Ours begin with our protocol's number
 * (BGPLB_RTPROT): far from where others count upward from 1, and from what FRR's
 * daemons share out among themselves (below 250 million, and bits 28 and 29 for
 * EVPN).  An id in these ranges that somebody else has is passed over.
 *
 * A nexthop object of an endpoint is sent to a link-local address that nobody has;
 * a permanent neighbor entry for it names the endpoint's MAC address.  The address
 * follows from the id, so that it is the only one of its kind on its bridge.  That of
 * IPv4 is 169.254.0.0 plus the low 16 bits of the id, without the first and the last
 * 256 of them (RFC 3927 section 2.1); that of IPv6 is fe80:: with the id as its last
 * 32 bits.
 */
#ifndef BGPLBD_RDE_NEXTHOP_ID_H
#define BGPLBD_RDE_NEXTHOP_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "common/prefix.h"

#define NEXTHOP_ID_MEMBER_FIRST	0xb6000100U
#define NEXTHOP_ID_MEMBER_LAST	0xb600feffU
#define NEXTHOP_ID_GROUP_FIRST	0xb6010000U
#define NEXTHOP_ID_GROUP_LAST	0xb601ffffU

bool		nexthop_id_is_member(uint32_t);
bool		nexthop_id_is_group(uint32_t);
/* The one after it, or the first again. */
uint32_t	nexthop_id_after_member(uint32_t);
uint32_t	nexthop_id_after_group(uint32_t);
/* The address that member id is sent to. */
void		nexthop_id_via(uint32_t id, enum afi, struct address *);
/* The member whose address it is; 0 if it is no such address. */
uint32_t	nexthop_id_of_via(const struct address *);

#endif /* BGPLBD_RDE_NEXTHOP_ID_H */
