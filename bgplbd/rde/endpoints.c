#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/tables.h"
#include "common/log.h"

RB_GENERATE(endpoint_tree, endpoint, entry, endpoint_cmp)

int
endpoint_cmp(const struct endpoint *a, const struct endpoint *b)
{
	return memcmp(a->id.hex, b->id.hex, OBJECT_ID_DIGITS);
}

struct endpoint *
endpoint_find(struct tables *t, const struct object_id *id)
{
	struct endpoint key = { .id = *id };

	return RB_FIND(endpoint_tree, &t->endpoints, &key);
}

void
endpoint_changed(struct tables *t, const struct endpoint *e)
{
	if (e->v4.claim != NULL)
		claim_mark(t, e->v4.claim);
	if (e->v6.claim != NULL)
		claim_mark(t, e->v6.claim);
}

static bool
has_address(const struct tables *t, const struct endpoint *e,
    const struct endpoint_address *a, const struct prefix *p)
{
	if (p == NULL || !prefix_is_usable(p))
		return a->claim == NULL;
	return a->claim != NULL &&
	    claim_network(t, a->claim) == e->network &&
	    prefix_cmp(claim_prefix(t, a->claim), p) == 0;
}

static void
set_address(struct tables *t, struct endpoint *e, struct endpoint_address *a,
    const struct prefix *p)
{
	struct claim *before = a->claim;

	if (has_address(t, e, a, p))
		return;
	if (before != NULL) {
		LIST_REMOVE(a, of_claim);
		claim_mark(t, before);
	}
	a->claim = NULL;
	if (p != NULL && prefix_is_usable(p)) {
		a->claim = claim_get(t, p, e->network, PREFIX_LB);
		LIST_INSERT_HEAD(&a->claim->endpoints, a, of_claim);
		claim_mark(t, a->claim);
	}
	if (before != NULL)
		claim_release(t, before);
}

void
endpoint_set_addresses(struct tables *t, struct endpoint *e,
    const struct prefix *v4, const struct prefix *v6)
{
	set_address(t, e, &e->v4, v4);
	set_address(t, e, &e->v6, v6);
}

struct endpoint *
endpoint_upsert(struct tables *t, const struct object_id *id,
    struct network *n)
{
	struct endpoint *e = endpoint_find(t, id);

	if (e == NULL) {
		if (t->nendpoints == ENDPOINTS_MAX) {
			errno = ENOSPC;
			return NULL;
		}
		e = xcalloc(1, sizeof(*e));
		e->id = *id;
		e->v4.endpoint = e;
		e->v6.endpoint = e;
		link_mac(ROLE_CONTAINER_END, id, e->mac);
		RB_INSERT(endpoint_tree, &t->endpoints, e);
		t->nendpoints++;
	} else if (e->network != n) {
		endpoint_set_addresses(t, e, NULL, NULL);
		LIST_REMOVE(e, of_network);
	}
	if (e->network != n) {
		e->network = n;
		LIST_INSERT_HEAD(&n->endpoints, e, of_network);
	}
	e->touched = t->epoch;
	return e;
}

void
endpoint_tie(struct tables *t, struct endpoint *e, struct container *c)
{
	if (e->container == c)
		return;
	if (e->container != NULL)
		LIST_REMOVE(e, of_container);
	e->container = c;
	LIST_INSERT_HEAD(&c->endpoints, e, of_container);
	endpoint_changed(t, e);
}

void
endpoint_untie(struct tables *t, struct endpoint *e)
{
	if (e->container != NULL)
		LIST_REMOVE(e, of_container);
	e->container = NULL;
	endpoint_changed(t, e);
	if (!e->created && e->ifindex == 0)
		endpoint_remove(t, e);
}

void
endpoint_remove(struct tables *t, struct endpoint *e)
{
	endpoint_set_addresses(t, e, NULL, NULL);
	LIST_REMOVE(e, of_network);
	if (e->container != NULL)
		LIST_REMOVE(e, of_container);
	RB_REMOVE(endpoint_tree, &t->endpoints, e);
	t->nendpoints--;
	free(e);
}
