#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/nexthop6.h"
#include "common/log.h"

static int
take_route(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_route_parse(nlh, arg);
}

/* Whether the prefix's route is ours: of several the first, which is in use. */
static bool
is_own_route(struct kernel *k, const struct prefix *p)
{
	union netlink_request req;
	struct route_message route;

	memset(&route, 0, sizeof(route));
	netlink_route_get(&req, &p->addr);
	return kernel_request(k, &req, take_route, &route) == 0 &&
	    route.protocol == BGPLB_RTPROT &&
	    route.table == RT_TABLE_MAIN && prefix_cmp(&route.dst, p) == 0;
}

/*
 * The kernel replaces a route of any protocol, also if ours went and somebody else
 * put another there: so what is there is looked at first.  If ours is there, but not
 * what packets take, nothing is lost by the moment without it.
 */
static int
set_route(struct kernel *k, const struct prefix *p, int ifindex,
    uint32_t nexthop)
{
	union netlink_request req;
	bool replace;

	netlink_route_set(&req, p, ifindex, nexthop, false);
	if (kernel_request(k, &req, NULL, NULL) == 0)
		return 0;
	if (errno != EEXIST)
		return kernel_failed(k, "cannot add the local route");
	replace = is_own_route(k, p);
	if (!replace && kernel_route_remove(k, p) == -1)
		return -1;
	netlink_route_set(&req, p, ifindex, nexthop, replace);
	if (kernel_request(k, &req, NULL, NULL) == 0)
		return 0;
	return kernel_failed(k, "cannot add the local route%s",
	    errno == EEXIST ? ", another one is in its place" : "");
}

int
kernel_route_set(struct kernel *k, const struct prefix *p, int ifindex)
{
	return set_route(k, p, ifindex, 0);
}

int
kernel_route_set_nexthop(struct kernel *k, const struct prefix *p,
    uint32_t id)
{
	return set_route(k, p, 0, id);
}

int
kernel_route_remove(struct kernel *k, const struct prefix *p)
{
	union netlink_request req;

	netlink_route_delete(&req, p);
	if (kernel_request(k, &req, NULL, NULL) == -1 && errno != ESRCH)
		return kernel_failed(k, "cannot remove the local route");
	return 0;
}

int
kernel_neighbor_set(struct kernel *k, const struct address *addr,
    int ifindex, const uint8_t mac[MAC_SIZE])
{
	union netlink_request req;

	netlink_neighbor_set(&req, addr, ifindex, mac);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		return kernel_failed(k, "cannot set the neighbor entry");
	return 0;
}

int
kernel_neighbor_remove(struct kernel *k, const struct address *addr,
    int ifindex)
{
	union netlink_request req;

	netlink_neighbor_delete(&req, addr, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == -1 && errno != ENOENT &&
	    errno != ENODEV)
		return kernel_failed(k, "cannot remove the neighbor entry");
	return 0;
}

/* More addresses than any host has; beyond it the others are not looked at. */
#define ADDRESSES_MAX	65536

struct addresses {
	struct address_message	*list;
	size_t			 n;
};

static int
take_address(const struct nlmsghdr *nlh, void *arg)
{
	struct addresses *a = arg;
	struct address_message m;

	if (netlink_address_parse(nlh, &m) == -1)
		return -1;
	if (!address_is_set(&m.addr) || a->n == ADDRESSES_MAX)
		return 0;
	a->list = xreallocarray(a->list, a->n + 1, sizeof(*a->list));
	a->list[a->n++] = m;
	return 0;
}

static void
forget_addresses(void *arg)
{
	struct addresses *a = arg;

	a->n = 0;
}

int
kernel_nexthop6(struct kernel *k, const struct address *local,
    struct address *out)
{
	union netlink_request req;
	struct addresses a = { .list = NULL };

	memset(out, 0, sizeof(*out));
	netlink_address_dump(&req);
	if (kernel_dump(k, &req, take_address, forget_addresses, &a) == -1) {
		free(a.list);
		return kernel_failed(k, "cannot read the addresses");
	}
	nexthop6_choose(a.list, a.n, local, out);
	free(a.list);
	return 0;
}
