#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/rde/tables.h"

RB_GENERATE(network_tree, network, entry, network_cmp)

int
network_cmp(const struct network *a, const struct network *b)
{
	return memcmp(a->id.hex, b->id.hex, OBJECT_ID_DIGITS);
}

const char *
network_label(const struct network *n, char *buf)
{
	if (n->name[0] != '\0')
		snprintf(buf, NETWORK_LABEL_MAX, "network %s (%.*s)",
		    n->name, OBJECT_ID_SHORT, n->id.hex);
	else
		snprintf(buf, NETWORK_LABEL_MAX, "network %.*s",
		    OBJECT_ID_SHORT, n->id.hex);
	return buf;
}

struct network *
network_find(struct tables *t, const struct object_id *id)
{
	struct network key = { .id = *id };

	return RB_FIND(network_tree, &t->networks, &key);
}

struct network *
network_upsert(struct tables *t, const struct object_id *id)
{
	struct network *n = network_find(t, id);

	if (n == NULL) {
		if (t->nnetworks == NETWORKS_MAX) {
			errno = ENOSPC;
			return NULL;
		}
		n = arena_at(&t->network_arena,
		    arena_take(&t->network_arena));
		n->id = *id;
		LIST_INIT(&n->endpoints);
		RB_INSERT(network_tree, &t->networks, n);
		t->nnetworks++;
	}
	n->touched = t->epoch;
	return n;
}

static void
unlist_prefixes(struct tables *t, struct network *n)
{
	struct claim *c = claim_first_listed(t, n), *next;

	for (; c != NULL; c = next) {
		next = claim_next_listed(t, c);
		c->listed = false;
		c->next_listed = 0;
		claim_release(t, c);
	}
	n->listed = n->nlisted = 0;
}

static enum prefix_kind
kind_of(const struct network *n)
{
	return n->ours ? PREFIX_LB : PREFIX_SUBNET;
}

static bool
counts(const struct network *n, const struct prefix *p)
{
	return prefix_is_usable(p) &&
	    (n->ours ? prefix_is_host(p) : n->labelled);
}

static void
list_prefixes(struct tables *t, struct network *n, const struct prefix *p,
    const struct prefix *end)
{
	uint32_t *place = &n->listed;
	struct claim *c;

	for (; p < end; p++) {
		if (!counts(n, p))
			continue;
		c = claim_get(t, p, n, kind_of(n));
		if (c->listed)
			continue;	/* named twice */
		c->listed = true;
		*place = arena_index(&t->claim_arena, c);
		place = &c->next_listed;
		n->nlisted++;
	}
}

/* Whether the network lists just that already, as is the rule in a sync. */
static bool
lists_these(const struct tables *t, const struct network *n,
    const struct prefix *p, const struct prefix *end)
{
	const struct claim *c = claim_first_listed(t, n);

	for (; p < end; p++) {
		if (!counts(n, p))
			continue;
		if (c == NULL || c->kind != kind_of(n) ||
		    prefix_cmp(claim_prefix(t, c), p) != 0)
			return false;
		c = claim_next_listed(t, c);
	}
	return c == NULL;
}

void
network_set(struct tables *t, struct network *n, bool ours, bool labelled,
    const struct prefix *prefixes, size_t nprefixes)
{
	n->ours = ours;
	n->labelled = labelled;
	if (lists_these(t, n, prefixes, prefixes + nprefixes))
		return;
	unlist_prefixes(t, n);
	list_prefixes(t, n, prefixes, prefixes + nprefixes);
}

void
network_remove(struct tables *t, struct network *n)
{
	struct endpoint *e;

	while ((e = LIST_FIRST(&n->endpoints)) != NULL)
		endpoint_remove(t, e);
	unlist_prefixes(t, n);
	RB_REMOVE(network_tree, &t->networks, n);
	t->nnetworks--;
	arena_give(&t->network_arena, arena_index(&t->network_arena, n));
}

/* What it only lists has no endpoint, and does not depend on its bridge. */
void
network_changed(struct tables *t, const struct network *n)
{
	const struct endpoint *e;

	LIST_FOREACH(e, &n->endpoints, of_network)
		endpoint_changed(t, e);
}

/* The place of the id among those remembered, or -1. */
static int
gone_place(const struct tables *t, const struct object_id *id)
{
	unsigned int i;

	for (i = 0; i < t->ngone && i < GONE_NETWORKS_MAX; i++)
		if (object_id_equal(&t->gone[i], id))
			return (int)i;
	return -1;
}

void
network_set_gone(struct tables *t, const struct object_id *id)
{
	if (gone_place(t, id) == -1)
		t->gone[t->ngone++ % GONE_NETWORKS_MAX] = *id;
}

void
network_set_back(struct tables *t, const struct object_id *id)
{
	int i = gone_place(t, id);

	if (i != -1)
		memset(&t->gone[i], 0, sizeof(t->gone[i]));
}

bool
network_is_gone(const struct tables *t, const struct object_id *id)
{
	return gone_place(t, id) != -1;
}
