#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/gate_facts.h"
#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/link_names.h"
#include "common/log.h"

/*
 * Of each kind.  Only who may change links and routes can make that many; what is
 * beyond it is not seen, and so neither kept nor removed.
 */
#define INVENTORY_MAX	65536

/* Room for one more; the arrays double. */
static void *
grow(void *list, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return list;
	return xreallocarray(list, n == 0 ? 1 : n * 2, size);
}

static bool
is_own_link(const struct link_message *m)
{
	if (m->id.hex[0] == '\0')
		return false;
	return (m->kind == LINK_BRIDGE &&
	    link_has_name(m->name, ROLE_BRIDGE, &m->id)) ||
	    (m->kind == LINK_VETH && object_id_is_valid(&m->id) &&
	    link_has_name(m->name, ROLE_HOST_END, &m->id));
}

static int
take_link(const struct nlmsghdr *nlh, void *arg)
{
	struct inventory *inv = arg;
	struct link_message m;

	if (netlink_link_parse(nlh, &m) == -1)
		return -1;
	if (!is_own_link(&m) || inv->nlinks == INVENTORY_MAX)
		return 0;
	inv->links = grow(inv->links, inv->nlinks, sizeof(m));
	inv->links[inv->nlinks++] = m;
	return 0;
}

static void
forget_links(void *arg)
{
	struct inventory *inv = arg;

	inv->nlinks = 0;
}

static int
take_route(const struct nlmsghdr *nlh, void *arg)
{
	struct inventory *inv = arg;
	struct route_message m;

	if (netlink_route_parse(nlh, &m) == -1)
		return -1;
	if (m.protocol != BGPLB_RTPROT || m.table != RT_TABLE_MAIN ||
	    !prefix_is_host(&m.dst) || inv->nroutes == INVENTORY_MAX)
		return 0;
	inv->routes = grow(inv->routes, inv->nroutes, sizeof(m));
	inv->routes[inv->nroutes++] = m;
	return 0;
}

static int
take_neighbor(const struct nlmsghdr *nlh, void *arg)
{
	struct inventory *inv = arg;
	struct neighbor_message m;

	if (netlink_neighbor_parse(nlh, &m) == -1)
		return -1;
	if (m.protocol != BGPLB_RTPROT || !address_is_set(&m.addr) ||
	    inv->nneighbors == INVENTORY_MAX)
		return 0;
	inv->neighbors = grow(inv->neighbors, inv->nneighbors, sizeof(m));
	inv->neighbors[inv->nneighbors++] = m;
	return 0;
}

static void
forget_neighbors(void *arg)
{
	struct inventory *inv = arg;

	inv->nneighbors = 0;
}

static int
take_nexthop(const struct nlmsghdr *nlh, void *arg)
{
	struct inventory *inv = arg;
	struct nexthop_message m;

	if (netlink_nexthop_parse(nlh, &m) == -1)
		return -1;
	if (!gate_nexthop_is_ours(&m) || inv->nnexthops == INVENTORY_MAX)
		return 0;
	inv->nexthops = grow(inv->nexthops, inv->nnexthops, sizeof(m));
	inv->nexthops[inv->nnexthops++] = m;
	return 0;
}

static void
forget_nexthops(void *arg)
{
	struct inventory *inv = arg;

	inv->nnexthops = 0;
}

/* Kernels before 5.3 have none, and do not know the question. */
static int
dump_nexthops(struct kernel *k, struct inventory *inv)
{
	union netlink_request req;

	netlink_nexthop_dump(&req);
	if (kernel_dump(k, &req, take_nexthop, forget_nexthops, inv) == -1 &&
	    errno != EOPNOTSUPP)
		return kernel_failed(k, "cannot read the nexthop objects");
	return 0;
}

/* Routes of one family are read after those of the other; only they are undone. */
struct route_dump {
	struct inventory	*inventory;
	size_t			 before;
};

static int
take_dumped_route(const struct nlmsghdr *nlh, void *arg)
{
	struct route_dump *dump = arg;

	return take_route(nlh, dump->inventory);
}

static void
forget_routes(void *arg)
{
	struct route_dump *dump = arg;

	dump->inventory->nroutes = dump->before;
}

static int
dump_routes(struct kernel *k, enum afi afi, struct inventory *inv)
{
	struct route_dump dump = {
		.inventory = inv, .before = inv->nroutes
	};
	union netlink_request req;

	netlink_route_dump(&req, afi);
	return kernel_dump(k, &req, take_dumped_route, forget_routes, &dump);
}

/* Links of others are not changed, whatever protocol their entries have. */
static void
drop_others_neighbors(struct inventory *inv)
{
	size_t i, n = 0;

	for (i = 0; i < inv->nneighbors; i++)
		if (inventory_link(inv, inv->neighbors[i].ifindex) != NULL)
			inv->neighbors[n++] = inv->neighbors[i];
	inv->nneighbors = n;
}

static int
dump_all(struct kernel *k, struct inventory *inv)
{
	union netlink_request req;

	netlink_link_dump(&req);
	if (kernel_dump(k, &req, take_link, forget_links, inv) == -1)
		return kernel_failed(k, "cannot read the links");
	if (dump_routes(k, AFI_IPV4, inv) == -1 ||
	    dump_routes(k, AFI_IPV6, inv) == -1)
		return kernel_failed(k, "cannot read the routes");
	netlink_neighbor_dump(&req);
	if (kernel_dump(k, &req, take_neighbor, forget_neighbors, inv) == -1)
		return kernel_failed(k, "cannot read the neighbor entries");
	if (dump_nexthops(k, inv) == -1)
		return -1;
	inventory_sort(inv);
	drop_others_neighbors(inv);
	return kernel_ingress_mark(k, inv);
}

int
kernel_inventory(struct kernel *k, struct inventory *inv)
{
	int error;

	memset(inv, 0, sizeof(*inv));
	if (dump_all(k, inv) == 0)
		return 0;
	error = errno;
	inventory_free(inv);
	errno = error;
	return -1;
}

void
inventory_free(struct inventory *inv)
{
	free(inv->links);
	free(inv->routes);
	free(inv->neighbors);
	free(inv->nexthops);
	free(inv->used);
	memset(inv, 0, sizeof(*inv));
}
