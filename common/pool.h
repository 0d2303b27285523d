/*
 * Pools: Docker networks whose containers each get an address of their own, out of
 * a subnet that is wider than a host route.  Which of the subnet's addresses are
 * given out is the same for the frontend, which checks what a user writes, and for
 * the rde, which chooses.
 *
 * No interface of the host has an address of a pool, and the subnet is on no link:
 * each address is a host route.  Yet two of them mean something else to whoever
 * sees only the address, and are not given out: the first, which is the network's
 * (and in IPv6 the anycast address of RFC 4291 section 2.6.1), and the last of
 * IPv4, which is the broadcast address.  The first then serves as the gateway that
 * Docker wants to hear of.  A pool of two addresses has neither (RFC 3021, RFC
 * 6164), and gives out both.
 *
 * Pure.
 */
#ifndef BGPLB_POOL_H
#define BGPLB_POOL_H

#include <stdbool.h>

#include "common/prefix.h"

/* The widest; a shorter mask is a typing error sooner than a pool. */
#define POOL_LEN_MIN_IPV4	8
#define POOL_LEN_MIN_IPV6	32

/* Valid, wider than a host route, and not too wide. */
bool	pool_is_valid(const struct prefix *pool);

/* Whether containers may get the address, which is in the pool. */
bool	pool_gives(const struct prefix *pool, const struct address *);

#endif /* BGPLB_POOL_H */
