#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/others.h"
#include "common/log.h"

static int
id_cmp(const void *a, const void *b)
{
	const struct object_id *x = a, *y = b;

	return memcmp(x->hex, y->hex, sizeof(x->hex));
}

bool
other_networks_add(struct other_networks *o, const struct object_id *ids,
    size_t n)
{
	if (n > OTHER_NETWORKS_MAX - o->n)
		return false;
	if (n > o->room - o->n) {
		o->room = o->n + n > 2 * o->room ? o->n + n : 2 * o->room;
		o->ids = xreallocarray(o->ids, o->room, sizeof(*ids));
	}
	if (n > 0)
		memcpy(&o->ids[o->n], ids, n * sizeof(*ids));
	o->n += n;
	return true;
}

void
other_networks_settle(struct other_networks *o)
{
	if (o->n > 1)
		qsort(o->ids, o->n, sizeof(o->ids[0]), id_cmp);
}

void
other_networks_clear(struct other_networks *o)
{
	free(o->ids);
	memset(o, 0, sizeof(*o));
}

static bool
has(const struct other_networks *o, const struct object_id *id)
{
	return o->n > 0 && bsearch(id, o->ids, o->n, sizeof(*id),
	    id_cmp) != NULL;
}

/* By a plugin call, or by what Docker told; not only by its bridge. */
static bool
is_known(struct tables *t, const struct object_id *network)
{
	const struct network *n = network_find(t, network);

	return n != NULL && n->ours && !n->adopted;
}

static const struct link_message *
bridge_of(const struct inventory *inv, const struct link_message *port)
{
	const struct link_message *m = inventory_link(inv, port->master);

	return m != NULL && m->kind == LINK_BRIDGE ? m : NULL;
}

/* Each bridge of another's is marked, by its place among the links. */
static size_t
mark_bridges(struct tables *t, const struct other_networks *o,
    const struct inventory *inv, bool *other)
{
	const struct link_message *m, *bridge;
	size_t i, count = 0;

	for (i = 0; i < inv->nlinks; i++) {
		m = &inv->links[i];
		if (m->kind == LINK_BRIDGE)
			other[i] = has(o, &m->id) && !is_known(t, &m->id);
		if (m->kind != LINK_VETH || !m->peer_is_away)
			continue;
		bridge = bridge_of(inv, m);
		if (bridge != NULL && !is_known(t, &bridge->id))
			other[bridge - inv->links] = true;
	}
	for (i = 0; i < inv->nlinks; i++)
		count += other[i];
	return count;
}

static bool
is_at(const struct inventory *inv, const bool *other, int ifindex)
{
	const struct link_message *m = inventory_link(inv, ifindex);

	return ifindex != 0 && m != NULL && other[m - inv->links];
}

/* Of a group: if one of its members is. */
static bool
nexthop_is_at(const struct inventory *inv, const bool *other, uint32_t id)
{
	const struct nexthop_message *m = inventory_nexthop(inv, id), *member;
	unsigned int i;

	if (m == NULL)
		return false;
	for (i = 0; i < m->nmembers && i < NETLINK_GROUP_MAX; i++) {
		member = inventory_nexthop(inv, m->members[i]);
		if (member != NULL && is_at(inv, other, member->ifindex))
			return true;
	}
	return is_at(inv, other, m->ifindex);
}

static void
drop_routes(struct inventory *inv, const bool *other)
{
	const struct route_message *r;
	size_t i, n = 0;

	for (i = 0; i < inv->nroutes; i++) {
		r = &inv->routes[i];
		if (!is_at(inv, other, r->ifindex) && (r->nexthop == 0 ||
		    !nexthop_is_at(inv, other, r->nexthop)))
			inv->routes[n++] = *r;
	}
	inv->nroutes = n;
}

static void
drop_neighbors(struct inventory *inv, const bool *other)
{
	size_t i, n = 0;

	for (i = 0; i < inv->nneighbors; i++)
		if (!is_at(inv, other, inv->neighbors[i].ifindex))
			inv->neighbors[n++] = inv->neighbors[i];
	inv->nneighbors = n;
}

/* Groups are known by their members, so all are judged before any is dropped. */
static void
drop_nexthops(struct inventory *inv, const bool *other)
{
	bool *drop = xcalloc(inv->nnexthops + 1, sizeof(*drop));
	size_t i, n = 0;

	for (i = 0; i < inv->nnexthops; i++)
		drop[i] = nexthop_is_at(inv, other, inv->nexthops[i].id);
	for (i = 0; i < inv->nnexthops; i++)
		if (!drop[i])
			inv->nexthops[n++] = inv->nexthops[i];
	inv->nnexthops = n;
	free(drop);
}

/* A port is where its bridge is. */
static void
drop_links(struct inventory *inv, bool *other)
{
	const struct link_message *bridge;
	size_t i, n = 0;

	for (i = 0; i < inv->nlinks; i++)
		if (inv->links[i].kind == LINK_VETH &&
		    (bridge = bridge_of(inv, &inv->links[i])) != NULL)
			other[i] = other[bridge - inv->links];
	for (i = 0; i < inv->nlinks; i++)
		if (!other[i])
			inv->links[n++] = inv->links[i];
	inv->nlinks = n;
}

/* What was taken for ours at the start, when only its bridge was seen. */
static void
forget_networks(struct tables *t, const struct inventory *inv,
    const bool *other)
{
	struct network *n;
	size_t i;

	for (i = 0; i < inv->nlinks; i++)
		if (other[i] && (n = network_find(t,
		    &inv->links[i].id)) != NULL && n->adopted)
			network_remove(t, n);
}

size_t
others_set_aside(struct tables *t, const struct other_networks *o,
    struct inventory *inv)
{
	bool *other = xcalloc(inv->nlinks + 1, sizeof(*other));
	size_t count = mark_bridges(t, o, inv, other);

	if (count > 0) {
		forget_networks(t, inv, other);
		drop_routes(inv, other);
		drop_neighbors(inv, other);
		drop_nexthops(inv, other);
		drop_links(inv, other);
	}
	free(other);
	return count;
}
