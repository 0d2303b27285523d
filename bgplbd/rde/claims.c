#include <string.h>

#include "bgplbd/rde/standings.h"
#include "bgplbd/rde/tables.h"
#include "common/log.h"

static struct claim *
claim_at(const struct tables *t, uint32_t index)
{
	return index == 0 ? NULL : arena_at(&t->claim_arena, index);
}

struct claim *
claim_first_of(const struct tables *t, const struct record *r)
{
	return claim_at(t, r->claims);
}

struct claim *
claim_first(const struct tables *t, const struct prefix *prefix)
{
	const struct record *r = record_find(&t->records, prefix);

	return r == NULL ? NULL : claim_first_of(t, r);
}

struct claim *
claim_next(const struct tables *t, const struct claim *c)
{
	return claim_at(t, c->next);
}

struct claim *
claim_first_listed(const struct tables *t, const struct network *n)
{
	return claim_at(t, n->listed);
}

struct claim *
claim_next_listed(const struct tables *t, const struct claim *c)
{
	return claim_at(t, c->next_listed);
}

struct network *
claim_network(const struct tables *t, const struct claim *c)
{
	return arena_at(&t->network_arena, c->network);
}

static struct record *
record_of(const struct tables *t, const struct claim *c)
{
	return record_at(&t->records, c->record);
}

const struct prefix *
claim_prefix(const struct tables *t, const struct claim *c)
{
	return &record_of(t, c)->prefix;
}

const struct standing *
claim_standing(const struct tables *t, const struct claim *c)
{
	return standing_of(&t->records, record_of(t, c));
}

void
claim_mark(struct tables *t, const struct claim *c)
{
	record_mark(&t->records, record_of(t, c));
}

/* Orders the claims of one prefix. */
static int
compare(const struct tables *t, const struct claim *c, enum prefix_kind kind,
    const struct network *network)
{
	if (c->kind != kind)
		return c->kind < kind ? -1 : 1;
	return network_cmp(claim_network(t, c), network);
}

struct claim *
claim_get(struct tables *t, const struct prefix *prefix,
    struct network *network, enum prefix_kind kind)
{
	struct record *r = record_get(&t->records, prefix);
	uint32_t *place, index;
	struct claim *c;
	int order;

	for (place = &r->claims; (c = claim_at(t, *place)) != NULL;
	    place = &c->next) {
		if ((order = compare(t, c, kind, network)) == 0)
			return c;
		if (order > 0)
			break;
	}
	index = arena_take(&t->claim_arena);
	c = claim_at(t, index);
	c->record = record_index(&t->records, r);
	c->network = (uint16_t)arena_index(&t->network_arena, network);
	c->kind = (uint8_t)kind;
	LIST_INIT(&c->endpoints);
	c->next = *place;
	*place = index;
	record_mark(&t->records, r);
	return c;
}

void
claim_release(struct tables *t, struct claim *c)
{
	uint32_t index = arena_index(&t->claim_arena, c);
	struct record *r = record_of(t, c);
	uint32_t *place = &r->claims;

	if (c->listed || !LIST_EMPTY(&c->endpoints))
		return;
	while (*place != index)
		place = &claim_at(t, *place)->next;
	*place = c->next;
	record_mark(&t->records, r);
	arena_give(&t->claim_arena, index);
}

struct network *
claim_of_another(const struct tables *t, const struct prefix *prefix,
    const struct object_id *network)
{
	const struct claim *c;
	struct network *n;

	for (c = claim_first(t, prefix); c != NULL; c = claim_next(t, c)) {
		n = claim_network(t, c);
		if (c->kind == PREFIX_LB && !object_id_equal(&n->id, network))
			return n;
	}
	return NULL;
}
