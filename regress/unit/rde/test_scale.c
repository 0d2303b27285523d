/*
 * What one change costs at the size that bgplbd is built for: 1 000 networks with
 * an IPv4 and an IPv6 address each, 200 containers, and all of it standing.
 */
#include <time.h>

#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/diff.h"
#include "regress/unit/rde/fixtures.h"

#define NETWORKS	1000
#define CONTAINERS	200
#define RUNS		101
/* Sanitizers slow everything down. */
#ifdef __SANITIZE_ADDRESS__
#define LIMIT_US	20000
#else
#define LIMIT_US	1000
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
		endpoint_tie(e, c);
	}
}

static void
let_stand(struct standing_tree *standings, const struct wanted *w)
{
	const struct wanted_prefix *wp;
	struct standing *s;

	for (wp = w->prefixes; wp < w->prefixes + w->nprefixes; wp++) {
		if (!wp->announce)
			continue;
		s = standing_get(standings, &wp->prefix);
		s->announced = true;
		s->route_ifindex = s->neighbor_ifindex = wp->network->ifindex;
		memcpy(s->mac, wanted_chosen(w, wp)->mac, MAC_SIZE);
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

static void
test_one_change_among_1000_networks_costs_less_than_a_millisecond(
    void **state)
{
	struct tables t;
	struct standing_tree standings = RB_INITIALIZER(&standings);
	struct wanted wanted = { .nprefixes = 0 };
	struct steps steps = { .n = 0 };
	struct timespec start;
	struct container *c;
	long us[RUNS];
	unsigned int i;

	(void)state;
	tables_init(&t);
	fill(&t);
	decision_make(&t, &standings, &wanted);
	assert_int_equal(wanted.nprefixes, 2 * NETWORKS);
	let_stand(&standings, &wanted);
	c = RB_MIN(container_tree, &t.containers);
	for (i = 0; i < RUNS; i++) {
		c->health = i % 2 ? HEALTH_HEALTHY : HEALTH_UNHEALTHY;
		clock_gettime(CLOCK_MONOTONIC, &start);
		decision_make(&t, &standings, &wanted);
		diff_make(&wanted, &standings, 0, &steps);
		us[i] = microseconds_since(&start);
		assert_int_equal(steps.n, i % 2 ? 0 : 3);
	}
	qsort(us, RUNS, sizeof(us[0]), by_value);
	print_message("decision and diff, %u networks, %u containers: "
	    "median %ld us, max %ld us\n", NETWORKS, CONTAINERS,
	    us[RUNS / 2], us[RUNS - 1]);
	assert_in_range(us[RUNS / 2], 0, LIMIT_US);
	steps_free(&steps);
	wanted_free(&wanted);
	standings_free(&standings);
	tables_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_change_among_1000_networks_costs_less_than_a_millisecond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
