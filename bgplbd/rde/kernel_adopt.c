#include <linux/neighbour.h>

#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/nexthop_id.h"
#include "common/log.h"

static int
nexthop_cmp(const void *a, const void *b)
{
	const struct nexthop_message *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
neighbor_cmp(const void *a, const void *b)
{
	const struct neighbor_message *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return address_cmp(&x->addr, &y->addr);
}

const struct neighbor_message *
inventory_neighbor(const struct inventory *inv, int ifindex,
    const struct address *addr)
{
	struct neighbor_message key = { .ifindex = ifindex, .addr = *addr };

	return inv->nneighbors == 0 ? NULL : bsearch(&key, inv->neighbors,
	    inv->nneighbors, sizeof(key), neighbor_cmp);
}

const struct nexthop_message *
inventory_nexthop(const struct inventory *inv, uint32_t id)
{
	struct nexthop_message key = { .id = id };

	return inv->nnexthops == 0 ? NULL : bsearch(&key, inv->nexthops,
	    inv->nnexthops, sizeof(key), nexthop_cmp);
}

static int
link_cmp(const void *a, const void *b)
{
	const struct link_message *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

struct link_message *
inventory_find_link(struct inventory *inv, int ifindex)
{
	struct link_message key = { .ifindex = ifindex };

	return inv->nlinks == 0 ? NULL : bsearch(&key, inv->links,
	    inv->nlinks, sizeof(key), link_cmp);
}

const struct link_message *
inventory_link(const struct inventory *inv, int ifindex)
{
	struct link_message key = { .ifindex = ifindex };

	return inv->nlinks == 0 ? NULL : bsearch(&key, inv->links,
	    inv->nlinks, sizeof(key), link_cmp);
}

void
inventory_sort(struct inventory *inv)
{
	if (inv->nlinks > 1)
		qsort(inv->links, inv->nlinks, sizeof(inv->links[0]),
		    link_cmp);
	if (inv->nneighbors > 1)
		qsort(inv->neighbors, inv->nneighbors,
		    sizeof(inv->neighbors[0]), neighbor_cmp);
	if (inv->nnexthops > 1)
		qsort(inv->nexthops, inv->nnexthops,
		    sizeof(inv->nexthops[0]), nexthop_cmp);
	inv->used = xcalloc(inv->nnexthops + 1, sizeof(inv->used[0]));
}

static size_t
index_of(const struct inventory *inv, const struct nexthop_message *m)
{
	return (size_t)(m - inv->nexthops);
}

/* A member as kernel_member_add() makes it, but perhaps without its MAC address. */
static bool
is_member(const struct nexthop_message *m, enum afi afi)
{
	return m->nmembers == 0 && m->ifindex != 0 && m->via.afi == afi &&
	    nexthop_id_of_via(&m->via) == m->id;
}

static void
adopt_member(const struct inventory *inv, struct spread *s,
    const struct nexthop_message *m)
{
	struct spread_member *member = &s->members[s->n++];
	const struct neighbor_message *entry;

	member->id = m->id;
	inv->used[index_of(inv, m)] = true;
	entry = inventory_neighbor(inv, m->ifindex, &m->via);
	if (entry != NULL && entry->has_mac && entry->state == NUD_PERMANENT)
		memcpy(member->mac, entry->mac, MAC_SIZE);
}

struct spread *
inventory_spread(const struct inventory *inv, enum afi afi, uint32_t id)
{
	const struct nexthop_message *group, *m;
	int bridge = 0;
	struct spread *s;
	unsigned int i;

	if ((group = inventory_nexthop(inv, id)) == NULL ||
	    group->nmembers == 0 || group->nmembers > SPREAD_MAX)
		return NULL;
	for (i = 0; i < group->nmembers; i++) {
		m = inventory_nexthop(inv, group->members[i]);
		if (m == NULL || !is_member(m, afi) ||
		    (bridge != 0 && m->ifindex != bridge))
			return NULL;
		bridge = m->ifindex;
	}
	s = spread_new(id, bridge, group->resilient, group->nmembers);
	s->routed = true;
	inv->used[index_of(inv, group)] = true;
	for (i = 0; i < group->nmembers; i++)
		adopt_member(inv, s, inventory_nexthop(inv,
		    group->members[i]));
	return s;
}

static bool
is_used(const struct inventory *inv, const struct neighbor_message *entry)
{
	const struct nexthop_message *m;

	m = inventory_nexthop(inv, nexthop_id_of_via(&entry->addr));
	return m != NULL && m->ifindex == entry->ifindex &&
	    inv->used[index_of(inv, m)];
}

void
kernel_sweep_neighbors(struct kernel *k, const struct inventory *inv)
{
	const struct neighbor_message *entry;
	size_t i;

	for (i = 0; i < inv->nneighbors; i++) {
		entry = &inv->neighbors[i];
		if (nexthop_id_of_via(&entry->addr) != 0 &&
		    !is_used(inv, entry) && kernel_neighbor_remove(k,
		    &entry->addr, entry->ifindex) == -1)
			log_warn("%s", kernel_error(k));
	}
}

/* Groups before their members, so that none of them is empty for a moment. */
void
kernel_sweep_nexthops(struct kernel *k, const struct inventory *inv)
{
	size_t i, pass;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < inv->nnexthops; i++)
			if (!inv->used[i] &&
			    (inv->nexthops[i].nmembers > 0) == (pass == 0) &&
			    kernel_group_remove(k, inv->nexthops[i].id) == -1)
				log_warn("%s", kernel_error(k));
}
