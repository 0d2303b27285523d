#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
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
 * Of an address in it that is most likely none of the host: the first is the subnet's,
 * the next a gateway's.
 */
bool
kernel_has_subnet(struct kernel *k, const struct prefix *p)
{
	struct route_message route;
	union netlink_request req;
	struct address addr = p->addr;
	unsigned int last = address_size(addr.afi) - 1;

	if (p->len > (last + 1) * 8 - 2)
		return false;
	addr.bytes[last] |= 2;
	memset(&route, 0, sizeof(route));
	netlink_route_get(&req, &addr);
	return kernel_request(k, &req, take_route, &route) == 0 &&
	    route.protocol == RTPROT_KERNEL &&
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

static int
take_address(const struct nlmsghdr *nlh, void *arg)
{
	struct address_message m;

	if (netlink_address_parse(nlh, &m) == -1)
		return -1;
	if (address_is_set(&m.addr))
		host_addresses_append(arg, &m);
	return 0;
}

static void
forget_addresses(void *arg)
{
	host_addresses_clear(arg);
}

int
kernel_addresses(struct kernel *k, struct host_addresses *out)
{
	union netlink_request req;

	memset(out, 0, sizeof(*out));
	netlink_address_dump(&req);
	if (kernel_dump(k, &req, take_address, forget_addresses, out) == 0)
		return 0;
	host_addresses_clear(out);
	return kernel_failed(k, "cannot read the addresses");
}

static int
take_nexthop(const struct address *addr, void *arg)
{
	address_list_add(arg, addr);
	return 0;
}

static int
take_nexthops(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_route_nexthops(nlh, take_nexthop, arg);
}

static void
forget_nexthops(void *arg)
{
	address_list_clear(arg);
}

int
kernel_nexthops_of_routes(struct kernel *k, enum afi afi,
    struct address_list *out)
{
	union netlink_request req;

	memset(out, 0, sizeof(*out));
	netlink_route_dump_all(&req, afi);
	if (kernel_dump(k, &req, take_nexthops, forget_nexthops, out) == 0)
		return 0;
	address_list_clear(out);
	return kernel_failed(k, "cannot read the routes");
}
