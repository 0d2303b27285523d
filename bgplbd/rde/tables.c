#include <assert.h>
#include <string.h>

#include "bgplbd/rde/tables.h"

static_assert(NETWORKS_MAX <= UINT16_MAX, "a claim has 16 bits for the index");

void
tables_init(struct tables *t)
{
	memset(t, 0, sizeof(*t));
	RB_INIT(&t->networks);
	RB_INIT(&t->endpoints);
	RB_INIT(&t->containers);
	records_init(&t->records);
	arena_init(&t->network_arena, sizeof(struct network), NETWORKS_MAX,
	    "networks");
	arena_init(&t->claim_arena, sizeof(struct claim), RECORDS_MAX,
	    "uses of prefixes");
	t->epoch = 1;
}

void
tables_free(struct tables *t)
{
	struct container *c, *next_c;
	struct network *n, *next_n;

	RB_FOREACH_SAFE(c, container_tree, &t->containers, next_c)
		container_remove(t, c);
	RB_FOREACH_SAFE(n, network_tree, &t->networks, next_n)
		network_remove(t, n);
	arena_free(&t->claim_arena);
	arena_free(&t->network_arena);
	records_free(&t->records);
}

void
tables_set_host(struct tables *t, enum host_state host)
{
	if (t->host != host)
		records_mark_all(&t->records);
	t->host = host;
}

void
tables_sync_begin(struct tables *t, uint64_t now)
{
	t->epoch++;
	t->begun_ms = now;
}

/* A container that does not run has no endpoints, whoever told of them. */
static void
sweep_container(struct tables *t, struct container *c)
{
	struct endpoint *e, *next;

	LIST_FOREACH_SAFE(e, &c->endpoints, of_container, next)
		if (e->touched < t->epoch)
			endpoint_remove(t, e);
	container_remove(t, c);
}

static bool
is_swept(const struct tables *t, uint64_t touched, bool told)
{
	return touched < (told ? t->epoch : t->settled_epoch);
}

/*
 * Of the complete syncs, one in each STARTING_MS is remembered, which may keep
 * things for longer, but not for less.
 */
static void
settle_epochs(struct tables *t)
{
	if (t->next_settled != 0) {
		if (t->begun_ms - t->next_settled_ms < STARTING_MS)
			return;
		t->settled_epoch = t->next_settled;
	}
	t->next_settled = t->epoch;
	t->next_settled_ms = t->begun_ms;
}

static void
sweep(struct tables *t)
{
	struct container *c, *next_c;
	struct endpoint *e, *next_e;
	struct network *n, *next_n;

	RB_FOREACH_SAFE(c, container_tree, &t->containers, next_c)
		if (is_swept(t, c->touched, true))
			sweep_container(t, c);
	RB_FOREACH_SAFE(e, endpoint_tree, &t->endpoints, next_e)
		if (is_swept(t, e->touched, false))
			endpoint_remove(t, e);
	RB_FOREACH_SAFE(n, network_tree, &t->networks, next_n)
		if (is_swept(t, n->touched, n->name[0] != '\0'))
			network_remove(t, n);
}

void
tables_sync_end(struct tables *t, bool complete)
{
	if (complete) {
		settle_epochs(t);
		sweep(t);
	}
	t->ngone = 0;
}
