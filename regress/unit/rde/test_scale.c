/*
 * What one change costs: at the size that bgplbd is built for, 1 000 networks with
 * an IPv4 and an IPv6 address each and 200 containers, and beside 100 000 subnets of
 * labelled networks; with all of it standing.
 */
#include <time.h>

#include "bgplbd/rde/diff.h"
#include "regress/unit/rde/fixtures.h"

#define NETWORKS	1000
#define CONTAINERS	200
#define LABELLED	6250
#define SUBNETS		NETWORK_SUBNETS_MAX
#define RUNS		101
/* Sanitizers slow everything down. */
#ifdef __SANITIZE_ADDRESS__
#define LIMIT_US	2000
#else
#define LIMIT_US	100
#endif

static struct prefix
host_prefix(const char *format, unsigned int number)
{
	char text[PREFIX_STRLEN];

	snprintf(text, sizeof(text), format, number / 256, number % 256);
	return prefix(text);
}

static void
fill(struct tables *t)
{
	struct object_id id;
	struct prefix p[2];
	struct network *n;
	struct endpoint *e;
	struct container *c;
	unsigned int i;

	for (i = 0; i < NETWORKS; i++) {
		id = numbered_id(i * 7919 % NETWORKS, 'a');
		n = network_upsert(t, &id);
		p[0] = host_prefix("10.0.%u.%u", i);
		p[1] = host_prefix("2001:db8::%x:%x", i + 1);
		network_set(t, n, true, false, p, 2);
		n->ifindex = 10 + (int)i;
		if (i >= CONTAINERS)
			continue;
		id = numbered_id(i, 'b');
		e = endpoint_upsert(t, &id, n);
		endpoint_set_addresses(t, e, &p[0], &p[1]);
		e->ifindex = 5000 + (int)i;
		id = numbered_id(i, 'c');
		c = container_upsert(t, &id);
		c->health = HEALTH_HEALTHY;
		endpoint_tie(t, e, c);
	}
}

static void
fill_labelled(struct tables *t)
{
	struct prefix p[SUBNETS];
	struct object_id id;
	struct address a;
	uint32_t i, k;

	for (i = 0; i < LABELLED; i++) {
		for (k = 0; k < SUBNETS; k++) {
			a = address_from_ipv4(0x20000000 +
			    (i * SUBNETS + k) * 256);
			assert_int_equal(prefix_make(&a, 24, &p[k]), 0);
		}
		id = numbered_id(i, 'd');
		network_set(t, network_upsert(t, &id), false, true, p,
		    SUBNETS);
	}
}

/* As apply.c does it. */
static void
let_stand(struct tables *t, const struct steps *steps)
{
	const struct step *step;
	struct standing *s;
	struct record *r;

	for (step = steps->list; step < steps->list + steps->n; step++) {
		r = record_at(&t->records, step->record);
		if (step->kind == STEP_ANNOUNCE) {
			r->announced = true;
			continue;
		}
		s = standing_get(&t->records, r);
		if (step->kind == STEP_ROUTE_SET)
			s->route_ifindex = step->ifindex;
		if (step->kind != STEP_NEIGHBOR_SET)
			continue;
		s->neighbor_ifindex = step->ifindex;
		memcpy(s->mac, step->mac, MAC_SIZE);
	}
}

static int
by_value(const void *a, const void *b)
{
	const long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static long
microseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000000 +
	    (now.tv_nsec - start->tv_nsec) / 1000;
}

struct world {
	struct tables	tables;
	struct wanted	wanted;
	struct steps	steps;
};

/* How many were decided. */
static size_t
decide_marked(struct world *w)
{
	uint32_t *list;
	size_t n;

	list = records_take_marked(&w->tables.records, &n);
	diff_make(&w->tables, list, n, 0, &w->wanted, &w->steps);
	free(list);
	return n;
}

static void
assert_one_change_is_quick(struct world *w, size_t nprefixes)
{
	struct container *c;
	struct timespec start;
	long us[RUNS], all;
	unsigned int i;

	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(decide_marked(w), nprefixes);
	all = microseconds_since(&start);
	let_stand(&w->tables, &w->steps);
	c = RB_MIN(container_tree, &w->tables.containers);
	for (i = 0; i < RUNS; i++) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		c->health = i % 2 ? HEALTH_HEALTHY : HEALTH_UNHEALTHY;
		container_changed(&w->tables, c);
		assert_int_equal(decide_marked(w), 2);
		us[i] = microseconds_since(&start);
		assert_int_equal(w->steps.n, i % 2 ? 0 : 3);
	}
	qsort(us, RUNS, sizeof(us[0]), by_value);
	print_message("decision and diff, %zu prefixes: all %ld us; one "
	    "container: median %ld us, max %ld us\n", nprefixes, all,
	    us[RUNS / 2], us[RUNS - 1]);
	assert_in_range(us[RUNS / 2], 0, LIMIT_US);
}

static void
test_one_change_costs_the_same_beside_100000_prefixes(void **state)
{
	struct world w;

	(void)state;
	memset(&w, 0, sizeof(w));
	tables_init(&w.tables);
	fill(&w.tables);
	assert_one_change_is_quick(&w, 2 * NETWORKS);
	fill_labelled(&w.tables);
	records_mark_all(&w.tables.records);
	assert_one_change_is_quick(&w, 2 * NETWORKS + LABELLED * SUBNETS);
	steps_free(&w.steps);
	wanted_free(&w.wanted);
	tables_free(&w.tables);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_one_change_costs_the_same_beside_100000_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
