/*
 * The rules of bgplb's address management: a network has one IPv4 and one IPv6
 * address at most, written as a /32 and a /128, and each container in it gets
 * them.  So a pool is its own and only address, its id is its text, and nothing
 * has to be kept over restarts.
 *
 * Pure.  Each function gives 0, or -1 with a sentence for Docker's user.
 */
#ifndef BGPLBD_FRONTEND_IPAM_H
#define BGPLBD_FRONTEND_IPAM_H

#include <stdbool.h>

#include "bgplbd/frontend/sentence.h"
#include "common/prefix.h"

/* Texts as Docker sent them, "" where it sent none. */
struct pool_request {
	const char	*pool;		/* --subnet */
	const char	*sub_pool;	/* --ip-range */
	const char	*v6subnet;	/* --ipam-opt v6subnet= */
	bool		 v6;
};

/*
 * The pool that is asked for.  Without an IPv4 subnet it is 0.0.0.0/32, which
 * stands for none: the network then is an IPv6-only one.
 */
int	ipam_request_pool(const struct pool_request *, struct prefix *pool,
	    struct sentence *) __attribute__((warn_unused_result));

/* The pool of an id that ipam_request_pool's answer gave to Docker. */
int	ipam_find_pool(const char *pool_id, struct prefix *pool,
	    struct sentence *) __attribute__((warn_unused_result));

/* The pool's address; address is the one that is asked for, or "". */
int	ipam_request_address(const char *pool_id, const char *address,
	    struct prefix *pool, struct sentence *)
	    __attribute__((warn_unused_result));

/*
 * A pool as CreateNetwork names it, which may be of another IPAM driver than
 * ours.  What stands for no address gives AFI_NONE.
 */
int	ipam_check_network_pool(const char *pool, enum afi, struct prefix *out,
	    struct sentence *) __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_IPAM_H */
