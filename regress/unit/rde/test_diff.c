#include "bgplbd/rde/diff.h"
#include "bgplbd/rde/pace.h"
#include "regress/unit/rde/fixtures.h"

#define P	"10.0.0.101/32"

static const uint8_t mac_a[MAC_SIZE] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t mac_b[MAC_SIZE] = { 2, 0, 0, 0, 0, 0xb };

#define PREFIXES	10

/* What is wanted is made by hand; network n has bridge n. */
struct world {
	struct records		 records;
	struct network		 networks[PREFIXES];
	struct endpoint		 endpoints[PREFIXES];
	const struct endpoint	*eligible[PREFIXES];
	struct wanted		 wanted[PREFIXES];
	size_t			 nwanted;
	struct steps		 steps;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int i;

	assert_non_null(w);
	for (i = 0; i < PREFIXES; i++)
		w->networks[i].ifindex = i;
	records_init(&w->records);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	steps_free(&w->steps);
	records_free(&w->records);
	free(w);
	return 0;
}

static struct wanted *
want(struct world *w, const char *text, unsigned int network,
    const uint8_t *mac)
{
	size_t i = w->nwanted++;
	struct wanted *wanted = &w->wanted[i];

	wanted->prefix = prefix(text);
	wanted->announce = true;
	wanted->route = mac != NULL;
	wanted->network = &w->networks[network];
	wanted->eligible = &w->eligible[i];
	if (mac != NULL)
		memcpy(w->endpoints[i].mac, mac, MAC_SIZE);
	w->eligible[i] = &w->endpoints[i];
	record_get(&w->records, &wanted->prefix);
	return wanted;
}

/* Two endpoints take its traffic, the first is chosen; no other is wanted. */
static struct wanted *
want_two(struct world *w, const char *text, unsigned int network,
    const uint8_t *mac, const uint8_t *mac2)
{
	struct wanted *wanted = want(w, text, network, mac);

	assert_int_equal(w->nwanted, 1);
	memcpy(w->endpoints[1].mac, mac2, MAC_SIZE);
	w->eligible[1] = &w->endpoints[1];
	wanted->neligible = 2;
	return wanted;
}

static void
want_nothing(struct world *w)
{
	memset(w->wanted, 0, sizeof(w->wanted));
	w->nwanted = 0;
}

static struct standing *
stand(struct world *w, const char *text, int ifindex, const uint8_t *mac)
{
	struct prefix p = prefix(text);
	struct record *r = record_get(&w->records, &p);
	struct standing *s = standing_get(&w->records, r);

	r->announced = true;
	s->route_ifindex = ifindex;
	s->neighbor_ifindex = ifindex;
	memcpy(s->mac, mac, MAC_SIZE);
	return s;
}

/* Its route leads to these two by a spread. */
static void
stand_spread(struct standing *s, const uint8_t *mac, const uint8_t *mac2)
{
	s->spread = spread_new(100, s->route_ifindex, true, 2);
	s->spread->n = 2;
	s->spread->routed = true;
	memcpy(s->spread->members[0].mac, mac, MAC_SIZE);
	memcpy(s->spread->members[1].mac, mac2, MAC_SIZE);
}

static struct record *
record_of(struct world *w, const char *text)
{
	struct prefix p = prefix(text);

	return record_find(&w->records, &p);
}

static const struct wanted *
wanted_of(struct world *w, const struct record *r)
{
	static const struct wanted nothing;
	size_t i;

	for (i = 0; i < w->nwanted; i++)
		if (prefix_cmp(&w->wanted[i].prefix, &r->prefix) == 0)
			return &w->wanted[i];
	return &nothing;
}

static void
make_steps(struct world *w, uint64_t acknowledged)
{
	struct record *r;
	uint32_t *list;
	size_t i, n;

	steps_free(&w->steps);
	list = records_list(&w->records, &n);
	for (i = 0; i < n; i++) {
		r = record_at(&w->records, list[i]);
		diff_record(&w->records, r, wanted_of(w, r), acknowledged,
		    &w->steps);
	}
	free(list);
}

/* The n-th step of a kind. */
static const struct step *
step(struct world *w, enum step_kind kind, unsigned int n)
{
	const struct step *found = NULL;

	do {
		found = steps_next(&w->steps, kind, found);
		assert_non_null(found);
	} while (n-- > 0);
	return found;
}

/* The kinds of the steps, one letter each, in the order in which they are taken. */
static void
assert_steps(struct world *w, uint64_t acknowledged, const char *expected)
{
	static const char letters[STEP_KINDS] = {
		[STEP_WITHDRAW] = 'W', [STEP_BARRIER] = 'B',
		[STEP_NEIGHBOR_SET] = 'n', [STEP_ROUTE_SET] = 'r',
		[STEP_ANNOUNCE] = 'A', [STEP_ROUTE_REMOVE] = 'R',
		[STEP_NEIGHBOR_REMOVE] = 'N', [STEP_SPREAD_PREPARE] = 'p',
		[STEP_SPREAD_SET] = 's', [STEP_SPREAD_REMOVE] = 'S',
		[STEP_WAIT] = 't'
	};
	const struct step *s;
	unsigned int kind;
	char got[128];
	size_t i = 0;

	make_steps(w, acknowledged);
	assert_in_range(w->steps.n, 0, sizeof(got) - 1);
	for (kind = 0; kind < STEP_KINDS; kind++)
		for (s = steps_next(&w->steps, kind, NULL); s != NULL;
		    s = steps_next(&w->steps, kind, s))
			got[i++] = letters[kind];
	got[i] = '\0';
	assert_int_equal(i, w->steps.n);
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

/* pace.h: the route is set at once, the announcement waits, a withdrawal never. */
static void
test_announcement_that_comes_too_often_waits(void **state)
{
	struct world *w = *state;
	struct standing *s;
	struct prefix p = prefix(P);
	struct record *r;
	unsigned int i;

	want(w, P, 1, mac_a);
	stand(w, P, 1, mac_a);
	r = record_find(&w->records, &p);
	s = standing_get(&w->records, r);
	for (i = 0; i < PACE_BURST; i++)
		(void)pace_spend(&s->pace, 1000);
	w->wanted[0].now = 1000;
	assert_steps(w, 0, "");
	r->announced = false;
	s->route_ifindex = 0;
	assert_steps(w, 0, "rt");
	assert_int_equal(w->steps.next, 1000 + PACE_MS);
	w->wanted[0].leaving = true;
	assert_steps(w, 0, "rA");
	w->wanted[0].leaving = false;
	w->wanted[0].now = 1000 + PACE_MS;
	assert_steps(w, 0, "rA");
	w->wanted[0].now = 1000;
	r->announced = true;
	w->wanted[0].announce = w->wanted[0].route = false;
	assert_steps(w, 0, "WB");
	/* What time changes is decided again then. */
	w->wanted[0].next = 500;
	assert_steps(w, 0, "WBt");
	assert_int_equal(w->steps.next, 500);
}

static void
test_neighbor_and_route_go_before_the_announcement(void **state)
{
	struct world *w = *state;

	want(w, "10.0.0.1/32", 1, mac_a);
	want(w, "10.0.0.2/32", 2, mac_b);
	assert_steps(w, 0, "nnrrAA");
	assert_int_equal(step(w, STEP_NEIGHBOR_SET, 1)->ifindex, 2);
	assert_memory_equal(step(w, STEP_NEIGHBOR_SET, 1)->mac, mac_b,
	    MAC_SIZE);
	assert_int_equal(step(w, STEP_ROUTE_SET, 0)->ifindex, 1);
	assert_int_equal(step(w, STEP_ANNOUNCE, 1)->ifindex, 2);
}

static void
test_labelled_subnet_is_only_announced(void **state)
{
	struct world *w = *state;

	want(w, "172.20.0.0/16", 1, NULL);
	assert_steps(w, 0, "A");
	assert_int_equal(step(w, STEP_ANNOUNCE, 0)->ifindex, 0);
	stand(w, "172.20.0.0/16", 0, mac_a);
	want_nothing(w);
	assert_steps(w, 0, "W");
}

static void
test_what_is_claimed_but_not_wanted_needs_no_step(void **state)
{
	struct world *w = *state;
	struct wanted *wp = want(w, P, 1, mac_a);

	wp->announce = wp->route = false;
	assert_steps(w, 0, "");
}

static void
test_withdraw_then_barrier_then_removal(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	assert_steps(w, 0, "WB");
	record_of(w, P)->announced = false;	/* as the steps were taken */
	s->hold = 1;
	assert_steps(w, 0, "");
	assert_steps(w, 1, "RN");
	assert_int_equal(step(w, STEP_NEIGHBOR_REMOVE, 0)->ifindex, 1);
	s->route_ifindex = s->neighbor_ifindex = 0;
	assert_steps(w, 1, "");
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

	record_of(w, P)->announced = false;
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
test_two_that_share_need_no_plain_route_first(void **state)
{
	struct world *w = *state;

	want_two(w, P, 1, mac_a, mac_b);
	assert_steps(w, 0, "nsA");
	assert_int_equal(step(w, STEP_SPREAD_SET, 0)->ifindex, 1);
}

static void
test_one_that_served_alone_is_prepared_for_the_second(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	want_two(w, P, 1, mac_a, mac_b);
	assert_steps(w, 0, "p");
	assert_memory_equal(step(w, STEP_SPREAD_PREPARE, 0)->mac, mac_a,
	    MAC_SIZE);
	stand_spread(s, mac_a, mac_a);
	s->spread->prepared = true;
	assert_steps(w, 0, "");
	s->spread->prepared = false;
	assert_steps(w, 0, "s");
}

static void
test_if_the_one_that_is_prepared_leaves_the_others_serve_at_once(
    void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);
	static const uint8_t mac_c[MAC_SIZE] = { 2, 0, 0, 0, 0, 0xc };

	stand_spread(s, mac_a, mac_a);
	s->spread->prepared = true;
	want_two(w, P, 1, mac_b, mac_c);
	assert_steps(w, 0, "ns");
	want_nothing(w);
	want(w, P, 1, mac_a);
	assert_steps(w, 0, "rS");
}

static void
test_spread_that_stands_as_wanted_needs_no_step(void **state)
{
	struct world *w = *state;

	stand_spread(stand(w, P, 1, mac_a), mac_b, mac_a);
	want_two(w, P, 1, mac_a, mac_b);
	assert_steps(w, 0, "");
}

static void
test_last_of_a_spread_gets_a_plain_route_before_that_goes(void **state)
{
	struct world *w = *state;

	stand_spread(stand(w, P, 1, mac_a), mac_a, mac_b);
	want(w, P, 1, mac_b);
	assert_steps(w, 0, "nrS");
	want_nothing(w);
	assert_steps(w, 0, "WB");
	record_of(w, P)->announced = false;
	assert_steps(w, 0, "RSN");
}

static void
test_spread_moves_to_another_bridge(void **state)
{
	struct world *w = *state;

	stand_spread(stand(w, P, 1, mac_a), mac_a, mac_b);
	want_two(w, P, 2, mac_a, mac_b);
	assert_steps(w, 0, "nsN");
	assert_int_equal(step(w, STEP_SPREAD_SET, 0)->ifindex, 2);
}

static void
test_move_to_another_bridge_replaces_the_route(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a);
	want(w, P, 2, mac_a);
	assert_steps(w, 0, "nrN");
	assert_int_equal(step(w, STEP_NEIGHBOR_SET, 0)->ifindex, 2);
	assert_int_equal(step(w, STEP_ROUTE_SET, 0)->ifindex, 2);
	assert_int_equal(step(w, STEP_NEIGHBOR_REMOVE, 0)->ifindex, 1);
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
	record_of(w, P)->announced = false;
	assert_steps(w, 0, "RN");
}

static void
test_leftovers_of_an_earlier_run_go_at_once(void **state)
{
	struct world *w = *state;
	struct standing *s = stand(w, P, 1, mac_a);

	record_of(w, P)->announced = false;
	assert_steps(w, 0, "RN");
	s->route_ifindex = 0;
	assert_steps(w, 0, "N");
}

static void
test_adopted_route_is_announced_without_being_touched(void **state)
{
	struct world *w = *state;

	stand(w, P, 1, mac_a);
	record_of(w, P)->announced = false;
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

static void
test_what_is_said_of_a_prefix_is_said_again_if_it_changes(void **state)
{
	struct world *w = *state;
	struct wanted *wanted = want(w, P, 1, mac_a);
	struct standing *s = stand(w, P, 1, mac_a);

	wanted->endpoints = 3;
	assert_steps(w, 0, "A");
	assert_int_equal(step(w, STEP_ANNOUNCE, 0)->endpoints, 3);
	s->endpoints = 3;
	assert_steps(w, 0, "");
	wanted->leaving = true;
	assert_steps(w, 0, "A");
	assert_true(step(w, STEP_ANNOUNCE, 0)->leaving);
	record_of(w, P)->leaving = true;
	assert_steps(w, 0, "");
}

/* So that the route can go when it is not wanted any more. */
static void
test_withdrawn_prefix_that_keeps_its_route_has_a_barrier_too(void **state)
{
	struct world *w = *state;
	struct wanted *wanted = want(w, P, 1, mac_a);

	stand(w, P, 1, mac_a);
	wanted->announce = false;
	assert_steps(w, 0, "WB");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_stands_as_wanted_needs_no_step),
		TEST(test_announcement_that_comes_too_often_waits),
		TEST(test_neighbor_and_route_go_before_the_announcement),
		TEST(test_labelled_subnet_is_only_announced),
		TEST(test_what_is_claimed_but_not_wanted_needs_no_step),
		TEST(test_withdraw_then_barrier_then_removal),
		TEST(test_one_barrier_serves_all_withdrawals),
		TEST(test_withdrawals_go_before_what_comes),
		TEST(test_prefix_wanted_again_before_the_barrier_keeps_its_route),
		TEST(test_change_of_endpoint_changes_only_the_neighbor_entry),
		TEST(test_two_that_share_need_no_plain_route_first),
		TEST(test_one_that_served_alone_is_prepared_for_the_second),
		TEST(test_if_the_one_that_is_prepared_leaves_the_others_serve_at_once),
		TEST(test_spread_that_stands_as_wanted_needs_no_step),
		TEST(test_last_of_a_spread_gets_a_plain_route_before_that_goes),
		TEST(test_spread_moves_to_another_bridge),
		TEST(test_move_to_another_bridge_replaces_the_route),
		TEST(test_route_that_somebody_removed_is_set_again),
		TEST(test_route_that_leads_elsewhere_is_replaced_or_removed),
		TEST(test_leftovers_of_an_earlier_run_go_at_once),
		TEST(test_adopted_route_is_announced_without_being_touched),
		TEST(test_subnet_that_still_wants_the_prefix_needs_no_barrier),
		TEST(test_withdrawn_prefix_that_keeps_its_route_has_a_barrier_too),
		TEST(test_what_is_said_of_a_prefix_is_said_again_if_it_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
