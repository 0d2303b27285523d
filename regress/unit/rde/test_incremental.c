/*
 * That deciding only what is marked leads to the same as deciding all: after each of
 * many random changes (of a fixed seed) and the steps that follow from what was
 * marked, deciding all of the prefixes anew finds nothing more to do.
 */
#include <signal.h>

#include "bgplbd/rde/diff.h"
#include "regress/unit/rde/fixtures.h"

#define NETWORKS	6
#define ENDPOINTS	16
#define CONTAINERS	8
#define PREFIXES	10
#define CHANGES		20000

struct world {
	struct tables	tables;
	struct wanted	wanted;
	struct steps	steps;
	uint32_t	random;
	uint64_t	sent;		/* barriers */
	uint64_t	acknowledged;
	size_t		taken;
	size_t		prepared;
	size_t		spread;
};

/* Below n (Knuth's MMIX constants, the low half). */
static unsigned int
pick(struct world *w, unsigned int n)
{
	w->random = w->random * 1664525 + 1013904223;
	return (w->random >> 16) % n;
}

/* One of them half of the time, so that some share it. */
static struct prefix
some_prefix(struct world *w, bool v6)
{
	unsigned int number = pick(w, 2) ? 1 : 1 + pick(w, PREFIXES);
	char text[PREFIX_STRLEN];

	snprintf(text, sizeof(text), v6 ? "2001:db8::%u/128" :
	    "10.0.0.%u/32", number);
	return prefix(text);
}

/* Any of them that exists, or NULL. */
static struct network *
some_network(struct world *w)
{
	struct object_id id = numbered_id(pick(w, NETWORKS), 'a');

	return network_find(&w->tables, &id);
}

static struct endpoint *
some_endpoint(struct world *w)
{
	struct object_id id = numbered_id(pick(w, ENDPOINTS), 'b');

	return endpoint_find(&w->tables, &id);
}

static struct container *
some_container(struct world *w)
{
	struct object_id id = numbered_id(pick(w, CONTAINERS), 'c');

	return container_find(&w->tables, &id);
}

static void
set_network(struct world *w)
{
	unsigned int i, number = pick(w, NETWORKS);
	struct object_id id = numbered_id(number, 'a');
	struct network *n = network_upsert(&w->tables, &id);
	struct prefix p[3];

	assert_non_null(n);
	if (n->ifindex == 0)
		n->ifindex = 1 + (int)number;
	for (i = 0; i < 3; i++)
		p[i] = some_prefix(w, i == 2);
	network_set(&w->tables, n, pick(w, 3) > 0, pick(w, 2), p,
	    pick(w, 4));
}

static void
remove_network(struct world *w)
{
	struct network *n = some_network(w);

	if (n == NULL || pick(w, 4) > 0)
		return;
	standings_forget_link(&w->tables.records, n->ifindex);
	network_remove(&w->tables, n);
}

/* The bridge is deleted, or another is in its place, or both. */
static void
change_bridge(struct world *w)
{
	struct network *n = some_network(w);

	if (n == NULL)
		return;
	if (pick(w, 2))
		standings_forget_link(&w->tables.records, n->ifindex);
	if (pick(w, 2))
		return;
	n->ifindex += NETWORKS;
	network_changed(&w->tables, n);
}

static void
set_endpoint(struct world *w)
{
	struct object_id id = numbered_id(pick(w, ENDPOINTS), 'b');
	struct network *n = some_network(w);
	struct prefix v4 = some_prefix(w, false), v6 = some_prefix(w, true);
	struct endpoint *e;

	if (n == NULL)
		return;
	e = endpoint_upsert(&w->tables, &id, n);
	assert_non_null(e);
	endpoint_set_addresses(&w->tables, e, pick(w, 4) ? &v4 : NULL,
	    pick(w, 4) ? &v6 : NULL);
}

static void
change_endpoint(struct world *w)
{
	struct endpoint *e = some_endpoint(w);

	if (e == NULL)
		return;
	if (pick(w, 4) == 0)
		e->mac[5] ^= 1;
	e->ifindex = pick(w, 8) ? 100 : 0;
	e->created = pick(w, 2);
	endpoint_changed(&w->tables, e);
}

static void
remove_endpoint(struct world *w)
{
	struct endpoint *e = some_endpoint(w);

	if (e != NULL && pick(w, 4) == 0)
		endpoint_remove(&w->tables, e);
}

static void
tie_or_untie(struct world *w)
{
	struct object_id id = numbered_id(pick(w, CONTAINERS), 'c');
	struct endpoint *e = some_endpoint(w);
	struct container *c;

	if (e == NULL)
		return;
	if (pick(w, 4) == 0) {
		endpoint_untie(&w->tables, e);
		return;
	}
	c = container_upsert(&w->tables, &id);
	assert_non_null(c);
	if (c->health == 0)
		c->health = HEALTH_HEALTHY;
	endpoint_tie(&w->tables, e, c);
}

static void
change_container(struct world *w)
{
	struct container *c = some_container(w);

	if (c == NULL)
		return;
	c->health = pick(w, 4) ? HEALTH_HEALTHY :
	    (enum health)(HEALTH_NONE + pick(w, HEALTH_LAST));
	c->paused = pick(w, 16) == 0;
	c->draining = pick(w, 6) == 0;
	c->leaving = c->draining && pick(w, 2);
	c->told_to_end = pick(w, 16) == 0 ? SIGTERM : 0;
	container_changed(&w->tables, c);
}

static void
remove_container(struct world *w)
{
	struct container *c = some_container(w);

	if (c != NULL && pick(w, 4) == 0)
		container_remove(&w->tables, c);
}

static void
withdraw_or_not(struct world *w)
{
	struct prefix p = some_prefix(w, pick(w, 2));

	if (withdrawal_find(&w->tables, &p))
		assert_int_equal(withdrawal_remove(&w->tables, &p), 0);
	else if (pick(w, 3) == 0)
		assert_int_equal(withdrawal_add(&w->tables, &p), 0);
}

static void
set_host(struct world *w)
{
	static const enum host_state states[] = {
		HOST_SERVES, HOST_SERVES, HOST_LEAVES, HOST_DRAINED
	};

	tables_set_host(&w->tables, states[pick(w, 4)]);
}

static void
acknowledge(struct world *w)
{
	w->acknowledged = w->sent;
}

/* A sync that names some of what there is. */
static void
sync_some(struct world *w)
{
	struct object_id id;
	struct network *n;
	unsigned int i;

	if (pick(w, 8) > 0)
		return;
	tables_sync_begin(&w->tables, w->tables.epoch * STARTING_MS);
	for (i = 0; i < NETWORKS; i++) {
		id = numbered_id(i, 'a');
		n = network_find(&w->tables, &id);
		if (n != NULL && pick(w, 4) > 0)
			n->touched = w->tables.epoch;
	}
	tables_sync_end(&w->tables, true);
}

/* Those that were prepared for are to join, all of them. */
static void
join_all(struct world *w)
{
	struct records *rs = &w->tables.records;
	struct standing *s;
	uint32_t i;

	for (i = 1; i < rs->standings.end; i++) {
		s = arena_at(&rs->standings, i);
		if (s->record == 0 || s->spread == NULL ||
		    !s->spread->prepared)
			continue;
		s->spread->prepared = false;
		record_mark(rs, record_at(rs, s->record));
	}
}

static void (*const changes[])(struct world *) = {
	set_network, set_network, remove_network, change_bridge,
	set_endpoint, set_endpoint, set_endpoint, change_endpoint,
	change_endpoint, change_endpoint, remove_endpoint, tie_or_untie,
	tie_or_untie, tie_or_untie, change_container, change_container,
	change_container, remove_container, withdraw_or_not, acknowledge,
	acknowledge, sync_some, set_host, join_all
};
#define NCHANGES	(sizeof(changes) / sizeof(changes[0]))

static void
make_spread(struct standing *s, int bridge, uint8_t (*macs)[MAC_SIZE],
    unsigned int n)
{
	free(s->spread);
	s->spread = spread_new(1, bridge, true, n);
	for (; s->spread->n < n; s->spread->n++)
		memcpy(s->spread->members[s->spread->n].mac,
		    macs[s->spread->n], MAC_SIZE);
	s->spread->routed = true;
	s->route_ifindex = bridge;
}

static void
prepare_spread(struct world *w, struct standing *s, const struct step *step)
{
	uint8_t macs[2][MAC_SIZE];

	assert_null(s->spread);
	assert_int_equal(s->route_ifindex, step->ifindex);
	assert_memory_equal(s->mac, step->mac, MAC_SIZE);
	memcpy(macs[0], step->mac, MAC_SIZE);
	memcpy(macs[1], step->mac, MAC_SIZE);
	make_spread(s, step->ifindex, macs, 2);
	s->spread->prepared = true;
	w->prepared++;
}

static void
set_spread(struct world *w, struct record *r, struct standing *s,
    int bridge)
{
	struct spread_wanted macs;

	assert_int_equal(s->neighbor_ifindex, bridge);
	decide(&w->tables, r, &w->wanted);
	assert_true(wanted_macs(&w->wanted, s->spread, &macs));
	assert_true(macs.n > 1);
	make_spread(s, bridge, macs.macs, macs.n);
	w->spread++;
}

static void
remove_spread(struct standing *s)
{
	assert_false(s->spread->routed);
	free(s->spread);
	s->spread = NULL;
}

static void
set_plain_route(struct standing *s, int ifindex)
{
	s->route_ifindex = ifindex;
	if (s->spread != NULL)
		s->spread->routed = false;
}

/* The effect of a step as apply.c notes it. */
static void
take(struct world *w, const struct step *step)
{
	struct records *rs = &w->tables.records;
	struct record *r = record_at(rs, step->record);
	struct standing *s = standing_of(rs, r);

	switch (step->kind) {
	case STEP_WITHDRAW:
		assert_true(r->announced);
		r->announced = r->leaving = false;
		if (s != NULL) {
			s->endpoints = 0;
			s->hold = standing_is_there(s) ? w->sent + 1 : 0;
		}
		break;
	case STEP_BARRIER:
		w->sent++;
		break;
	case STEP_NEIGHBOR_SET:
		s = standing_get(rs, r);
		s->neighbor_ifindex = step->ifindex;
		memcpy(s->mac, step->mac, MAC_SIZE);
		break;
	case STEP_ROUTE_SET:
		assert_int_equal(s->neighbor_ifindex, step->ifindex);
		set_plain_route(s, step->ifindex);
		break;
	case STEP_SPREAD_PREPARE:
		prepare_spread(w, s, step);
		break;
	case STEP_SPREAD_SET:
		set_spread(w, r, s, step->ifindex);
		break;
	case STEP_ANNOUNCE:
		if (step->ifindex != 0)
			assert_int_equal(s->route_ifindex, step->ifindex);
		r->announced = true;
		r->leaving = step->leaving;
		if (s != NULL) {
			s->endpoints = step->endpoints;
			s->hold = 0;
		}
		break;
	case STEP_ROUTE_REMOVE:
		assert_false(s->hold > w->acknowledged && !r->announced);
		set_plain_route(s, 0);
		break;
	case STEP_SPREAD_REMOVE:
		remove_spread(s);
		break;
	case STEP_NEIGHBOR_REMOVE:
		if (s->neighbor_ifindex == step->ifindex)
			s->neighbor_ifindex = 0;
		break;
	default:
		fail();
	}
	w->taken++;
}

static void
settle(struct world *w, struct record *r)
{
	struct records *rs = &w->tables.records;
	const struct standing *s = standing_of(rs, r);

	if (s != NULL && standing_is_there(s) && s->hold > w->acknowledged) {
		record_mark(rs, r);
		return;
	}
	standing_release(rs, r);
	record_release(rs, r);
}

static void
apply_marked(struct world *w)
{
	struct records *rs = &w->tables.records;
	const struct step *step;
	unsigned int kind;
	uint32_t *list;
	size_t i, n;

	list = records_take_marked(rs, &n);
	diff_make(&w->tables, list, n, w->acknowledged, &w->wanted,
	    &w->steps);
	for (kind = 0; kind < STEP_KINDS; kind++)
		for (step = steps_next(&w->steps, kind, NULL); step != NULL;
		    step = steps_next(&w->steps, kind, step))
			take(w, step);
	for (i = 0; i < n; i++)
		settle(w, record_at(rs, list[i]));
	free(list);
}

/* Those on their way to be removed are marked until the barrier comes back. */
static void
assert_nothing_was_missed(struct world *w, unsigned int number)
{
	struct records *rs = &w->tables.records;
	const struct record *r;
	uint32_t *list;
	size_t i, n;
	char text[PREFIX_STRLEN];

	list = records_list(rs, &n);
	diff_make(&w->tables, list, n, w->acknowledged, &w->wanted,
	    &w->steps);
	for (i = 0; i < n; i++) {
		r = record_at(rs, list[i]);
		/* No longer than until the last barrier that was sent. */
		if (r->standing != 0)
			assert_true(standing_of(rs, r)->hold <= w->sent);
		decide(&w->tables, r, &w->wanted);
		assert_int_equal(r->announced, w->wanted.announce);
		assert_true(w->wanted.exists || r->announced ||
		    r->standing != 0);
	}
	if (w->steps.n > 0)
		fail_msg("change %u: %s was missed", number, prefix_format(
		    &record_at(rs, w->steps.list[0].record)->prefix, text));
	free(list);
}

static void
change_at_random(uint32_t seed, bool counts)
{
	struct world w;
	unsigned int i, k;

	memset(&w, 0, sizeof(w));
	w.random = seed;
	w.wanted.counts = counts;
	tables_init(&w.tables);
	for (i = 0; i < CHANGES; i++) {
		for (k = 0; k <= pick(&w, 3); k++)
			changes[pick(&w, NCHANGES)](&w);
		apply_marked(&w);
		assert_nothing_was_missed(&w, i);
	}
	/* Else it would have tested nothing. */
	assert_true(w.taken > CHANGES / 4);
	assert_true(w.prepared > CHANGES / 400);
	assert_true(w.spread > CHANGES / 400);
	while (!RB_EMPTY(&w.tables.networks))
		network_remove(&w.tables, RB_MIN(network_tree,
		    &w.tables.networks));
	withdrawal_set_all(&w.tables, &(struct state_list){ .count = 0 });
	for (i = 0; i < 2; i++) {
		apply_marked(&w);
		w.acknowledged = w.sent;
	}
	apply_marked(&w);
	assert_int_equal(w.tables.records.arena.used, 0);
	assert_int_equal(w.tables.records.standings.used, 0);
	assert_int_equal(w.tables.claim_arena.used, 0);
	steps_free(&w.steps);
	wanted_free(&w.wanted);
	tables_free(&w.tables);
}

static void
test_what_is_marked_is_all_that_has_to_be_decided_anew(void **state)
{
	(void)state;
	change_at_random(1, false);
	change_at_random(4271, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_is_marked_is_all_that_has_to_be_decided_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
