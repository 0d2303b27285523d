#include <netinet/in.h>

#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/tables.h"
#include "common/log.h"

RB_GENERATE(claim_tree, claim, entry, claim_cmp)

int
claim_cmp(const struct claim *a, const struct claim *b)
{
	int c;

	if ((c = prefix_cmp(&a->prefix, &b->prefix)) != 0)
		return c;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	/* A key to search by has no network, and is the first of its prefix. */
	if (a->network == NULL || b->network == NULL)
		return (a->network != NULL) - (b->network != NULL);
	return network_cmp(a->network, b->network);
}

/* 224.0.0.0/3 is multicast and what is reserved (RFC 5771, RFC 1112 section 4). */
bool
claim_is_possible(const struct prefix *p)
{
	const uint8_t *b = p->addr.bytes;

	if (!prefix_is_usable(p) || p->len == 0 ||
	    address_is_linklocal(&p->addr))
		return false;
	if (p->addr.afi == AFI_IPV4)
		return b[0] != 0 && b[0] != IN_LOOPBACKNET && b[0] < 224;
	return b[0] != 0xff && !(prefix_is_host(p) &&
	    memcmp(b, &in6addr_loopback, sizeof(in6addr_loopback)) == 0);
}

struct claim *
claim_get(struct tables *t, const struct prefix *prefix,
    struct network *network, enum prefix_kind kind)
{
	struct claim key = {
		.prefix = *prefix, .network = network, .kind = kind
	};
	struct claim *c;

	if ((c = RB_FIND(claim_tree, &t->claims, &key)) != NULL)
		return c;
	c = xcalloc(1, sizeof(*c));
	c->prefix = *prefix;
	c->network = network;
	c->kind = kind;
	LIST_INIT(&c->endpoints);
	RB_INSERT(claim_tree, &t->claims, c);
	return c;
}

void
claim_release(struct tables *t, struct claim *c)
{
	if (c->listed || !LIST_EMPTY(&c->endpoints))
		return;
	RB_REMOVE(claim_tree, &t->claims, c);
	free(c);
}

struct claim *
claim_first(struct tables *t, const struct prefix *prefix)
{
	struct claim key = { .prefix = *prefix, .kind = PREFIX_LB };
	struct claim *c;

	c = RB_NFIND(claim_tree, &t->claims, &key);
	return c != NULL && prefix_cmp(&c->prefix, prefix) == 0 ? c : NULL;
}

struct network *
claim_of_another(struct tables *t, const struct prefix *prefix,
    const struct object_id *network)
{
	struct claim *c;

	for (c = claim_first(t, prefix); c != NULL &&
	    prefix_cmp(&c->prefix, prefix) == 0;
	    c = RB_NEXT(claim_tree, &t->claims, c))
		if (c->kind == PREFIX_LB &&
		    !object_id_equal(&c->network->id, network))
			return c->network;
	return NULL;
}
