/*
 * Which IPv4 pools were asked for together with an IPv6 address that Docker has not
 * asked for: it does so only for a network with --ipv6, and CreateNetwork does not
 * tell the IPAM driver's options.  Pure.
 */
#ifndef BGPLBD_FRONTEND_V6SUBNET_MEMO_H
#define BGPLBD_FRONTEND_V6SUBNET_MEMO_H

#include <stdbool.h>

#include "common/prefix.h"

/* Networks that are being made at a time; of more, the oldest are forgotten. */
#define V6SUBNET_MEMO_MAX	64

struct v6subnet_memo {			/* all zeros: empty */
	struct prefix	pools[V6SUBNET_MEMO_MAX];
	unsigned int	next;
};

/* A network asks for the IPv4 pool, with or without v6subnet. */
void	v6subnet_memo_set(struct v6subnet_memo *, const struct prefix *pool,
	    bool with_v6subnet);
/* Whether it was asked for with it at last. */
bool	v6subnet_memo_has(const struct v6subnet_memo *,
	    const struct prefix *pool);

#endif /* BGPLBD_FRONTEND_V6SUBNET_MEMO_H */
