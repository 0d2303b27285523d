/*
 * What the rde does in the kernel, as whole operations: each either takes effect
 * or leaves nothing behind.  One NETLINK_ROUTE socket; requests are synchronous,
 * as the kernel answers them before sendmsg(2) returns.
 *
 * Operations return 0, or -1 with errno; kernel_error() then says in a few words
 * what failed, with the kernel's own text where it gave one (NETLINK_EXT_ACK).
 * Needs CAP_NET_ADMIN, and no file.
 */
#ifndef BGPLBD_RDE_KERNEL_H
#define BGPLBD_RDE_KERNEL_H

#include <stddef.h>

#include "bgplbd/rde/host_address.h"
#include "bgplbd/rde/address_conflict.h"
#include "bgplbd/rde/netlink.h"
#include "bgplbd/rde/spread.h"
#include "bgplbd/settings.h"

struct kernel;

/*
 * The socket for requests: the caller's, or -1 with errno.  Afterwards NULL with errno,
 * or the descriptor belongs to the struct.
 */
int	kernel_socket(void) __attribute__((warn_unused_result));
struct kernel *kernel_open(int fd) __attribute__((warn_unused_result));
void	kernel_close(struct kernel *);		/* NULL is fine */
const char *kernel_error(const struct kernel *);
/*
 * For the gate, which every request has to pass: EPERM if it is not about what is
 * bgplbd's (kernel_gate.h).  Which addresses routes may lead to, the caller's, who keeps
 * them; and a change that the kernel tells by itself (kernel_monitor.h).
 */
void	kernel_allow(struct kernel *, const struct settings *);
void	kernel_observe(struct kernel *, const struct nlmsghdr *);
/* How long all requests so far have waited for the kernel. */
uint64_t kernel_spent_us(const struct kernel *);

/*
 * kernel_link.c.  Makes the network's bridge, or finds it, and sets it up.  EEXIST
 * if a link has its name that is not it.  *made is false if it stood already.  mtu 0
 * leaves that as it is.
 */
int	kernel_bridge_ensure(struct kernel *, const struct object_id *network,
	    uint32_t mtu, int *ifindex, bool *made)
	    __attribute__((warn_unused_result));
int	kernel_link_set_mtu(struct kernel *, int ifindex, uint32_t mtu)
	    __attribute__((warn_unused_result));
/*
 * Makes the endpoint's veth pair, its host end an active port of the bridge; a pair
 * that the endpoint has already is removed first.  mac: of the container's end; mtu:
 * of both, 0 for the kernel's default.  From the time that it is up, what the container
 * sends is dropped, if the kernel can (kernel_ingress_drop()).
 */
int	kernel_veth_create(struct kernel *, const struct object_id *endpoint,
	    int bridge, const uint8_t mac[MAC_SIZE], uint32_t mtu,
	    int *ifindex) __attribute__((warn_unused_result));
/*
 * Puts a host end back where it belongs.  mac: of the container's end, or zeros if that
 * is not known.
 */
int	kernel_port_attach(struct kernel *, const struct object_id *endpoint,
	    int ifindex, int bridge, const uint8_t mac[MAC_SIZE])
	    __attribute__((warn_unused_result));
/* ENODEV if there is none of the name. */
int	kernel_link_get(struct kernel *, const char *name,
	    struct link_message *) __attribute__((warn_unused_result));
/* Of a veth pair, both ends.  That it is gone already is success. */
int	kernel_link_delete(struct kernel *, int ifindex)
	    __attribute__((warn_unused_result));

/*
 * kernel_route.c.  A route of ours is moved to the interface, or to the nexthop
 * object, without a moment in which there is none; one that bgplbd did not make is
 * never replaced: EEXIST.
 * That what is to be removed is gone already is success.
 */
int	kernel_route_set(struct kernel *, const struct prefix *, int ifindex)
	    __attribute__((warn_unused_result));
int	kernel_route_set_nexthop(struct kernel *, const struct prefix *,
	    uint32_t id) __attribute__((warn_unused_result));
int	kernel_route_remove(struct kernel *, const struct prefix *)
	    __attribute__((warn_unused_result));
/* Whether packets to a wider prefix go to a link that has it; false if that cannot be told. */
bool	kernel_has_subnet(struct kernel *, const struct prefix *);
int	kernel_neighbor_set(struct kernel *, const struct address *,
	    int ifindex, const uint8_t mac[MAC_SIZE])
	    __attribute__((warn_unused_result));
int	kernel_neighbor_remove(struct kernel *, const struct address *,
	    int ifindex) __attribute__((warn_unused_result));
/* The addresses that the host has now: the caller's to clear if it succeeded. */
int	kernel_addresses(struct kernel *, struct host_addresses *out)
	    __attribute__((warn_unused_result));
/* The next hops of the routes in table main, whosever: the caller's to clear. */
int	kernel_nexthops_of_routes(struct kernel *, enum afi,
	    struct address_list *out) __attribute__((warn_unused_result));

/*
 * kernel_nexthop.c.  A member is a nexthop object on the bridge together with the
 * permanent neighbor entry that leads it to the MAC address (nexthop_id.h).  *id is
 * one that was free; ENOSPC if none is, EOPNOTSUPP if the kernel is older than 5.3,
 * ENETDOWN while no container behind the bridge is up.
 */
int	kernel_member_add(struct kernel *, enum afi, int bridge,
	    const uint8_t mac[MAC_SIZE], uint32_t *id)
	    __attribute__((warn_unused_result));
/* Of no group any more, or else it leaves them. */
int	kernel_member_remove(struct kernel *, enum afi, int bridge,
	    uint32_t id) __attribute__((warn_unused_result));
/*
 * A group of 1 to NETLINK_GROUP_MAX members of one family, the first of another weight
 * than the others if it is not 1; resilient, unless the kernel is older than 5.13.
 * Set replaces the members: flows of those that stay do
 * not move (netlink.h); ENOENT if it is gone.  No route may lead to it when it is
 * removed, for that would go too.
 */
int	kernel_group_add(struct kernel *, const uint32_t *members,
	    unsigned int n, unsigned int first_weight, uint32_t *id,
	    bool *resilient)
	    __attribute__((warn_unused_result));
int	kernel_group_set(struct kernel *, uint32_t id, bool resilient,
	    const uint32_t *members, unsigned int n)
	    __attribute__((warn_unused_result));
int	kernel_group_remove(struct kernel *, uint32_t id)
	    __attribute__((warn_unused_result));

/*
 * kernel_spread.c.  The prefix's route leads to a group of what is wanted, 1 or more,
 * on the bridge; *spread is what stood, or NULL, and what stands then, the caller's.
 * What it is of another bridge goes when the route leads to the new one.  After a
 * failure what stood before stands, but for a route that could not be set.
 */
int	kernel_spread_set(struct kernel *, const struct prefix *, int bridge,
	    const struct spread_wanted *, struct spread **spread)
	    __attribute__((warn_unused_result));
/*
 * Makes ready to spread what one endpoint, to which a plain route leads, serves
 * alone: it serves alone still, but in a group, in which the kernel notes which
 * buckets are in use, as it does not for a group of one.  So it gets two members, of
 * which the second has no bucket; spread_plan() finds that one too many.  When the
 * other endpoints join, flows of buckets in use stay.
 */
int	kernel_spread_prepare(struct kernel *, const struct prefix *,
	    int bridge, const uint8_t mac[MAC_SIZE], struct spread **spread)
	    __attribute__((warn_unused_result));
/* No route may lead to it any more.  Frees it; what fails is logged. */
void	kernel_spread_remove(struct kernel *, enum afi, struct spread *);

/*
 * kernel_inventory.c.  What stands in the kernel of bgplbd's: links with a name
 * and alias of ours; of protocol 182 routes to one address, neighbor entries on these
 * links, and nexthop objects with ids in our ranges.
 */
struct inventory {
	struct link_message	*links;		/* by ifindex */
	size_t			 nlinks;
	struct route_message	*routes;
	size_t			 nroutes;
	struct neighbor_message	*neighbors;	/* by interface, then address */
	size_t			 nneighbors;
	struct nexthop_message	*nexthops;	/* in the order of their ids */
	bool			*used;		/* each, by a spread */
	size_t			 nnexthops;
};
/* To be freed with inventory_free() if it succeeded. */
int	kernel_inventory(struct kernel *, struct inventory *)
	    __attribute__((warn_unused_result));
void	inventory_free(struct inventory *);

/*
 * kernel_ingress.c.  Makes the link drop all that it receives.  EOPNOTSUPP if the kernel
 * lacks what that takes, which is logged once, and tried again by a call a minute later;
 * a queueing discipline of others at its ingress is replaced.
 */
int	kernel_ingress_drop(struct kernel *, int ifindex)
	    __attribute__((warn_unused_result));
/* Whether the kernel can, as far as is known, or that is to be tried again. */
bool	kernel_drops(struct kernel *);
/* Says of each link whether it drops.  For kernel_inventory(). */
int	kernel_ingress_mark(struct kernel *, struct inventory *)
	    __attribute__((warn_unused_result));

/* kernel_port_macs.c.  Which MAC address is behind which port, of all bridges. */
struct port_mac {
	int	ifindex;
	uint8_t	mac[MAC_SIZE];
};
struct port_macs {
	struct port_mac	*list;
	size_t		 n;
	size_t		 size;
};
/* To be freed with port_macs_free() if it succeeded. */
int	kernel_port_macs(struct kernel *, struct port_macs *)
	    __attribute__((warn_unused_result));
void	port_macs_free(struct port_macs *);

/*
 * kernel_adopt.c.  The order that the look-ups want, and used; then each, or NULL if
 * there is no such of ours.
 */
void	inventory_sort(struct inventory *);
const struct link_message *inventory_link(const struct inventory *,
	    int ifindex);
struct link_message *inventory_find_link(struct inventory *, int ifindex);
const struct nexthop_message *inventory_nexthop(const struct inventory *,
	    uint32_t id);
const struct neighbor_message *inventory_neighbor(const struct inventory *,
	    int ifindex, const struct address *);
/*
 * The spread that a route to the nexthop object leads to, which is
 * used by it then, the caller's; NULL if it is no group of ours on one bridge.
 */
struct spread *inventory_spread(const struct inventory *, enum afi,
	    uint32_t id);
/*
 * Removes what no spread uses.  The neighbor entries before anything is added, for
 * their ids may be free; the nexthop objects when no route leads to them any more.
 */
void	kernel_sweep_neighbors(struct kernel *, const struct inventory *);
void	kernel_sweep_nexthops(struct kernel *, const struct inventory *);

/*
 * For the files above.  Sends a request and hands each message of the answer but
 * the acknowledgment to take, if not NULL; a take that returns -1 with errno makes
 * it fail.  The sequence number is set here.
 */
typedef int (*kernel_take)(const struct nlmsghdr *, void *arg);
int	kernel_request(struct kernel *, union netlink_request *, kernel_take,
	    void *arg) __attribute__((warn_unused_result));
/*
 * The same for a dump.  When it was interrupted by a change, restart(arg) is called
 * and it begins anew.  A table that does not exist is empty.
 */
int	kernel_dump(struct kernel *, union netlink_request *, kernel_take,
	    void (*restart)(void *), void *arg)
	    __attribute__((warn_unused_result));
/* Where the search for a free id goes on. */
uint32_t *kernel_last_member(struct kernel *);
uint32_t *kernel_last_group(struct kernel *);
/* What is known of dropping at the ingress of links. */
struct kernel_ingress {
	uint64_t	missing_since;	/* clock_ms(); 0: the kernel can, as far as known */
};
struct kernel_ingress *kernel_ingress(struct kernel *);
/* Prefixes the text of the last error, keeping errno; returns -1. */
int	kernel_failed(struct kernel *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif /* BGPLBD_RDE_KERNEL_H */
