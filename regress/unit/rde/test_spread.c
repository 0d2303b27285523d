#include "bgplbd/rde/spread.h"
#include "regress/unit/rde/fixtures.h"

static const uint8_t a[MAC_SIZE] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t b[MAC_SIZE] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t c[MAC_SIZE] = { 2, 0, 0, 0, 0, 3 };
static const uint8_t nobody[MAC_SIZE];

static struct spread *
spread_of(const uint8_t *first, const uint8_t *second, const uint8_t *third)
{
	const uint8_t *macs[] = { first, second, third };
	struct spread *s = spread_new(100, 7, true, 3);

	for (; s->n < 3 && macs[s->n] != NULL; s->n++) {
		s->members[s->n].id = s->n + 1;
		memcpy(s->members[s->n].mac, macs[s->n], MAC_SIZE);
	}
	return s;
}

static struct spread_wanted
want(const uint8_t *first, const uint8_t *second)
{
	struct spread_wanted w = { .n = 0 };

	assert_true(spread_want(&w, first));
	assert_true(spread_want(&w, second));
	return w;
}

static void
test_without_a_spread_all_are_added(void **state)
{
	struct spread_wanted w = want(a, b);
	struct spread_plan plan;

	(void)state;
	spread_plan(NULL, &w, &plan);
	assert_int_equal(plan.nkept, 0);
	assert_int_equal(plan.nremoved, 0);
	assert_int_equal(plan.nadded, 2);
	assert_memory_equal(plan.added[0], a, MAC_SIZE);
	assert_memory_equal(plan.added[1], b, MAC_SIZE);
	assert_false(spread_is_right(NULL, 7, &w));
}

static void
test_members_that_stay_keep_id_and_order_and_only_others_change(void **state)
{
	struct spread *s = spread_of(a, b, NULL);
	struct spread_wanted w = want(c, b);
	struct spread_plan plan;

	(void)state;
	spread_plan(s, &w, &plan);
	assert_int_equal(plan.nkept, 1);
	assert_int_equal(plan.kept[0].id, 2);
	assert_int_equal(plan.nremoved, 1);
	assert_int_equal(plan.removed[0].id, 1);
	assert_int_equal(plan.nadded, 1);
	assert_memory_equal(plan.added[0], c, MAC_SIZE);
	assert_false(spread_is_right(s, 7, &w));
	free(s);
}

static void
test_what_is_wanted_in_another_order_is_right(void **state)
{
	struct spread *s = spread_of(a, b, NULL);
	struct spread_wanted w = want(b, a);

	(void)state;
	assert_true(spread_is_right(s, 7, &w));
	assert_false(spread_is_right(s, 8, &w));
	free(s);
}

static void
test_member_that_leads_nowhere_or_is_there_twice_is_removed(void **state)
{
	struct spread *s = spread_of(a, nobody, a);
	struct spread_wanted w = want(a, b);
	struct spread_plan plan;

	(void)state;
	spread_plan(s, &w, &plan);
	assert_int_equal(plan.nkept, 1);
	assert_int_equal(plan.kept[0].id, 1);
	assert_int_equal(plan.nremoved, 2);
	assert_int_equal(plan.removed[0].id, 2);
	assert_int_equal(plan.removed[1].id, 3);
	assert_int_equal(plan.nadded, 1);
	free(s);
}

static void
test_mac_address_is_wanted_once_and_no_more_than_the_limit(void **state)
{
	struct spread_wanted w = { .n = 0 };
	uint8_t mac[MAC_SIZE] = { 2 };
	unsigned int i;

	(void)state;
	for (i = 0; i < SPREAD_MAX; i++) {
		mac[5] = (uint8_t)i;
		assert_true(spread_want(&w, mac));
		assert_true(spread_want(&w, mac));
	}
	assert_int_equal(w.n, SPREAD_MAX);
	mac[4] = 1;
	assert_false(spread_want(&w, mac));
	assert_int_equal(w.n, SPREAD_MAX);
}

static void
test_spread_knows_its_members(void **state)
{
	struct spread *s = spread_of(a, b, NULL);

	(void)state;
	assert_true(spread_has(s, b));
	assert_false(spread_has(s, c));
	assert_false(spread_has(NULL, b));
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_spread_all_are_added),
		cmocka_unit_test(test_members_that_stay_keep_id_and_order_and_only_others_change),
		cmocka_unit_test(test_what_is_wanted_in_another_order_is_right),
		cmocka_unit_test(test_member_that_leads_nowhere_or_is_there_twice_is_removed),
		cmocka_unit_test(test_mac_address_is_wanted_once_and_no_more_than_the_limit),
		cmocka_unit_test(test_spread_knows_its_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
