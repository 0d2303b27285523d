/*
 * The rules of bgplb's address management, in so far as they follow from what a
 * call says; what is in use is the rde's to know.
 *
 * A network has one IPv4 and one IPv6 subnet at most.  Written as a /32 and a /128
 * it is the address of each container in the network; wider, it is a pool
 * (common/pool.h) of which each container gets an address of its own.  A pool's id
 * is its text, with the range behind it if there is one, so nothing has to be kept
 * over restarts.
 *
 * Pure.  Each function gives 0, or -1 with a sentence for Docker's user.
 */
#ifndef BGPLBD_FRONTEND_IPAM_H
#define BGPLBD_FRONTEND_IPAM_H

#include <stdbool.h>

#include "bgplbd/frontend/sentence.h"
#include "common/prefix.h"

/* What GetDefaultAddressSpaces names, and Docker then names in its calls. */
#define IPAM_SPACE_LOCAL	"bgplb-local"
#define IPAM_SPACE_GLOBAL	"bgplb-global"

struct ipam_pool {
	struct prefix	subnet;
	struct prefix	range;		/* to choose from; the subnet, or in it */
};
#define IPAM_POOL_ID_MAX	(2 * PREFIX_STRLEN)

/* Texts as Docker sent them, "" where it sent none. */
struct pool_request {
	const char	*space;
	const char	*pool;		/* --subnet */
	const char	*sub_pool;	/* --ip-range */
	const char	*v6subnet;	/* --ipam-opt v6subnet= */
	bool		 v6;
	uint32_t	 nonce;		/* another one at each request */
};

/*
 * The pool that is asked for.  Without an IPv4 subnet it is a host of 0.0.0.0/8,
 * chosen by the nonce, or in a swarm 192.0.0.8/32, which stand for none
 * (prefix_is_usable()): the network then is an IPv6-only one.
 */
int	ipam_request_pool(const struct pool_request *, struct ipam_pool *,
	    struct sentence *) __attribute__((warn_unused_result));

/* Returns buf, which must hold IPAM_POOL_ID_MAX bytes. */
const char *ipam_pool_id(const struct ipam_pool *, char *buf);
/* The pool of such an id. */
int	ipam_find_pool(const char *pool_id, struct ipam_pool *,
	    struct sentence *) __attribute__((warn_unused_result));

struct address_request {
	const char	*pool_id;
	const char	*address;	/* the one that is asked for, or "" */
	bool		 gateway;
};

/*
 * The pool, and the address if it is certain without a look at what is in use:
 * that of a host prefix, or the first of a pool as its gateway.  Else found is
 * false, and out is the address that is asked for, or unset.
 */
int	ipam_request_address(const struct address_request *,
	    struct ipam_pool *, struct address *out, bool *found,
	    struct sentence *) __attribute__((warn_unused_result));

/* The same for one that is given back; out is unset if there is nothing to do. */
int	ipam_release_address(const struct address_request *,
	    struct ipam_pool *, struct address *out, struct sentence *)
	    __attribute__((warn_unused_result));

/*
 * A subnet as CreateNetwork names it, which may be of another IPAM driver than
 * ours, by its address space.  What stands for no address gives AFI_NONE.
 */
int	ipam_check_subnet(const char *subnet, const char *space, enum afi,
	    struct prefix *out, struct sentence *)
	    __attribute__((warn_unused_result));
/* The same for an address as CreateEndpoint names it. */
int	ipam_check_endpoint(const char *address, enum afi, struct prefix *out,
	    struct sentence *) __attribute__((warn_unused_result));

/*
 * An address of the network's own, as "10.1.0.1" or "10.1.0.1/24".  True if it has
 * to be reserved: in a pool, and one that could be given out.
 */
bool	ipam_is_reserved(const char *text, const struct prefix *subnet,
	    struct address *out);

#endif /* BGPLBD_FRONTEND_IPAM_H */
