#include "bgplbd/rde/diff.h"
#include "regress/unit/rde/fixtures.h"

#define P	"10.0.0.101/32"

static const uint8_t mac_a[MAC_SIZE] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t mac_b[MAC_SIZE] = { 2, 0, 0, 0, 0, 0xb };

/* A wanted set made by hand; network n has bridge n. */
struct world {
	struct standing_tree	 standings;
	struct network		 networks[10];
	struct endpoint		 endpoints[10];
	const struct endpoint	*eligible[10];
	struct wanted_prefix	 prefixes[10];
	struct wanted		 wanted;
	struct steps		 steps;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int i;

	assert_non_null(w);
	for (i = 0; i < 10; i++)
		w->networks[i].ifindex = i;
	RB_INIT(&w->standings);
	w->wanted.prefixes = w->prefixes;
	w->wanted.eligible = w->eligible;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	steps_free(&w->steps);
	standings_free(&w->standings);
	free(w);
	return 0;
}

/* Prefixes are to be added in order. */
static struct wanted_prefix *
want(struct world *w, const char *text, unsigned int network,
    const uint8_t *mac)
{
	size_t i = w->wanted.nprefixes++;
	struct wanted_prefix *wp = &w->prefixes[i];

	wp->prefix = prefix(text);
	wp->announce = true;
	wp->route = mac != NULL;
	wp->network = &w->networks[network];
	wp->first = i;
	if (mac != NULL)
		memcpy(w->endpoints[i].mac, mac, MAC_SIZE);
	w->eligible[i] = &w->endpoints[i];
	return wp;
}

static void
want_nothing(struct world *w)
{
	memset(w->prefixes, 0, sizeof(w->prefixes));
	w->wanted.nprefixes = 0;
}

static struct standing *
stand(struct world *w, const char *text, int ifindex, const uint8_t *mac)
{
	struct prefix p = prefix(text);
	struct standing *s = standing_get(&w->standings, &p);

	s->announced = true;
	s->route_ifindex = ifindex;
	s->neighbor_ifindex = ifindex;
	memcpy(s->mac, mac, MAC_SIZE);
	return s;
}

/* The kinds of the steps, one letter each, in order. */
static void
assert_steps(struct world *w, uint64_t acknowledged, const char *expected)
{
	static const char letters[STEP_KINDS] = {
		[STEP_WITHDRAW] = 'W', [STEP_BARRIER] = 'B',
		[STEP_NEIGHBOR_SET] = 'n', [STEP_ROUTE_SET] = 'r',
		[STEP_ANNOUNCE] = 'A', [STEP_ROUTE_REMOVE] = 'R',
		[STEP_NEIGHBOR_REMOVE] = 'N', [STEP_FORGET] = 'F'
	};
	char got[128];
	size_t i;

	diff_make(&w->wanted, &w->standings, acknowledged, &w->steps);
	assert_in_range(w->steps.n, 0, sizeof(got) - 1);
	for (i = 0; i < w->steps.n; i++)
		got[i] = letters[w->steps.list[i].kind];
	got[i] = '\0';
	assert_string_equal(got, expected);
}

static void
test_what_stands_as_wanted_needs_no_step(void **state)
{
	struct world *w = *state;

	assert_steps(w, 0, "");
	want(w, P, 1, mac_a);
	stand(w, P, 1, mac_a);
	assert_steps(w, 0, "");
}

static void
test_neighbor_and_route_go_before_the_announcement(void **state)
{
	struct world *w = *state;

	want(w, "10.0.0.1/32", 1, mac_a);
	want(w, "10.0.0.2/32", 2, mac_b);
	assert_steps(w, 0, "nnrrAA");
	assert_int_equal(w->steps.list[1].ifindex, 2);
	assert_memory_equal(w->steps.list[1].mac, mac_b, MAC_SIZE);
	assert_int_equal(w->steps.list[2].ifindex, 1);
}

static void
test_labelled_subnet_is_only_announced(void **state)
{
	struct world *w = *state;

	want(w, "172.20.0.0/16", 1, NULL);
	assert_steps(w, 0, "A");
	stand(w, "172.20.0.0/16", 0, mac_a);
	want_nothing(w);
	assert_steps(w, 0, "W");
}

static void
test_what_is_claimed_but_not_wanted_needs_no_step(void **state)
{
	struct world *w = *state;
	struct wanted_prefix *wp = want(w, P, 1, mac_a);

	wp->announce = wp->route = false;
	assert_steps(w, 0, "");
}

static void
test_withdraw_then_barrier_then_removal(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	assert_steps(w, 0, "WB");
	s->announced = false;		/* as the steps were taken */
	s->hold = 1;
	assert_steps(w, 0, "");
	assert_steps(w, 1, "RN");
	assert_int_equal(w->steps.list[1].ifindex, 1);
	s->route_ifindex = s->neighbor_ifindex = 0;
	assert_steps(w, 1, "F");
}

static void
test_one_barrier_serves_all_withdrawals(void **state)
{
	struct world *w = *state;

	stand(w, "10.0.0.1/32", 1, mac_a);
	stand(w, "10.0.0.2/32", 2, mac_a);
	stand(w, "10.0.0.3/32", 3, mac_a);
	assert_steps(w, 0, "WWWB");
}

static void
test_withdrawals_go_before_what_comes(void **state)
{
	struct world *w = *state;

	stand(w, "10.0.0.9/32", 1, mac_a);
	want(w, "10.0.0.1/32", 1, mac_a);
	assert_steps(w, 0, "WBnrA");
}

static void
test_prefix_wanted_again_before_the_barrier_keeps_its_route(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	s->announced = false;
	s->hold = 5;
	want(w, P, 1, mac_a);
	assert_steps(w, 4, "A");
}

static void
test_change_of_endpoint_changes_only_the_neighbor_entry(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a);
	want(w, P, 1, mac_b);
	assert_steps(w, 0, "n");
}

static void
test_move_to_another_bridge_replaces_the_route(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a);
	want(w, P, 2, mac_a);
	assert_steps(w, 0, "nrN");
	assert_int_equal(w->steps.list[0].ifindex, 2);
	assert_int_equal(w->steps.list[1].ifindex, 2);
	assert_int_equal(w->steps.list[2].ifindex, 1);
}

static void
test_route_that_somebody_removed_is_set_again(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	s->route_ifindex = 0;
	want(w, P, 1, mac_a);
	assert_steps(w, 0, "r");
}

static void
test_route_that_leads_elsewhere_is_replaced_or_removed(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	s->route_ifindex = ROUTE_ELSEWHERE;
	want(w, P, 1, mac_a);
	assert_steps(w, 0, "r");
	want_nothing(w);
	s->announced = false;
	assert_steps(w, 0, "RN");
}

static void
test_leftovers_of_an_earlier_run_go_at_once(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	s->announced = false;
	assert_steps(w, 0, "RN");
	s->route_ifindex = 0;
	assert_steps(w, 0, "N");
}

static void
test_adopted_route_is_announced_without_being_touched(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a)->announced = false;
	want(w, P, 1, mac_a);
	assert_steps(w, 0, "A");
}

static void
test_subnet_that_still_wants_the_prefix_needs_no_barrier(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a);
	want(w, P, 1, NULL);
	assert_steps(w, 0, "RN");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_stands_as_wanted_needs_no_step),
		TEST(test_neighbor_and_route_go_before_the_announcement),
		TEST(test_labelled_subnet_is_only_announced),
		TEST(test_what_is_claimed_but_not_wanted_needs_no_step),
		TEST(test_withdraw_then_barrier_then_removal),
		TEST(test_one_barrier_serves_all_withdrawals),
		TEST(test_withdrawals_go_before_what_comes),
		TEST(test_prefix_wanted_again_before_the_barrier_keeps_its_route),
		TEST(test_change_of_endpoint_changes_only_the_neighbor_entry),
		TEST(test_move_to_another_bridge_replaces_the_route),
		TEST(test_route_that_somebody_removed_is_set_again),
		TEST(test_route_that_leads_elsewhere_is_replaced_or_removed),
		TEST(test_leftovers_of_an_earlier_run_go_at_once),
		TEST(test_adopted_route_is_announced_without_being_touched),
		TEST(test_subnet_that_still_wants_the_prefix_needs_no_barrier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
