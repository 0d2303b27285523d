#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/address_conflict.h"
#include "common/log.h"

void
address_list_add(struct address_list *l, const struct address *addr)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (address_cmp(&l->list[i], addr) == 0)
			return;
	if (l->n == ADDRESS_LIST_MAX)
		return;
	if ((l->n & (l->n - 1)) == 0)
		l->list = xreallocarray(l->list, l->n == 0 ? 1 : 2 * l->n,
		    sizeof(*l->list));
	l->list[l->n++] = *addr;
}

void
address_list_clear(struct address_list *l)
{
	free(l->list);
	memset(l, 0, sizeof(*l));
}

/* Who connects from a prefix of neighbors has some address of it, not each. */
static bool
holds_neighbor(const struct prefix *p, const struct neighbor_settings *n,
    struct prefix *with)
{
	if (!address_is_set(&n->addr) || !prefix_contains(p, &n->addr))
		return false;
	*with = prefix_of_host(&n->addr);
	if (!n->dynamic)
		return true;
	with->len = n->length;
	return p->len <= n->length;
}

enum address_conflict
address_conflict(const struct prefix *p, const struct host_addresses *host,
    const struct settings *settings, const struct address_list *nexthops,
    struct prefix *with)
{
	const struct address_message *m = host_addresses_within(host, p);
	size_t i;

	memset(with, 0, sizeof(*with));
	if (m != NULL) {
		*with = prefix_of_host(&m->addr);
		return CONFLICT_HOST;
	}
	for (i = 0; i < settings->nneighbors; i++)
		if (holds_neighbor(p, &settings->neighbors[i], with))
			return CONFLICT_NEIGHBOR;
	for (i = 0; nexthops != NULL && i < nexthops->n; i++) {
		if (!prefix_contains(p, &nexthops->list[i]))
			continue;
		*with = prefix_of_host(&nexthops->list[i]);
		return CONFLICT_NEXTHOP;
	}
	return CONFLICT_NONE;
}

const char *
address_conflict_text(enum address_conflict conflict)
{
	static const char *const texts[] = {
		[CONFLICT_NONE] = "",
		[CONFLICT_HOST] = "an address of this host",
		[CONFLICT_NEIGHBOR] = "the address of a BGP neighbor",
		[CONFLICT_NEXTHOP] = "a next hop of this host's routes",
	};

	return texts[conflict];
}
