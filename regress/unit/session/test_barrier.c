#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/barrier.h"

static void
test_barriers_wait_for_the_slowest_neighbor(void **state)
{
	struct barriers b = { .count = 0 };
	uint64_t sequence;

	(void)state;
	assert_false(barriers_waiting(&b));
	barriers_add(&b, 70);
	barriers_add(&b, 80);
	assert_true(barriers_waiting(&b));
	assert_false(barriers_take(&b, 0, &sequence));
	assert_true(barriers_take(&b, 1, &sequence));
	assert_int_equal(sequence, 70);
	assert_false(barriers_take(&b, 1, &sequence));
	assert_true(barriers_take(&b, 2, &sequence));
	assert_int_equal(sequence, 80);
	assert_false(barriers_waiting(&b));
	assert_false(barriers_take(&b, 2, &sequence));
	barriers_clear(&b);
}

static void
test_last_barrier_answers_for_all_when_nobody_is_established(void **state)
{
	struct barriers b = { .count = 0 };
	uint64_t i, sequence;

	(void)state;
	for (i = 0; i < 100; i++)
		barriers_add(&b, i);
	assert_true(barriers_take(&b, UINT64_MAX, &sequence));
	assert_int_equal(sequence, 99);
	assert_false(barriers_take(&b, UINT64_MAX, &sequence));
	barriers_clear(&b);
}

/* One that is beyond the limit is not passed sooner than without a limit. */
static void
test_no_more_barriers_wait_than_the_limit(void **state)
{
	struct barriers b = { .count = 0 };
	uint64_t i, sequence;

	(void)state;
	for (i = 1; i <= 1000000; i++)
		barriers_add(&b, i);
	assert_int_equal(b.count, BARRIERS_WAITING_MAX);
	assert_int_equal(b.size, BARRIERS_WAITING_MAX);
	assert_true(barriers_take(&b, BARRIERS_WAITING_MAX - 1, &sequence));
	assert_int_equal(sequence, BARRIERS_WAITING_MAX - 1);
	assert_false(barriers_take(&b, 999999, &sequence));
	assert_true(barriers_take(&b, 1000000, &sequence));
	assert_int_equal(sequence, 1000000);
	barriers_clear(&b);
}

static void
test_new_barrier_is_not_passed_by_what_was_before_it(void **state)
{
	struct barriers b = { .count = 0 };
	uint64_t sequence;

	(void)state;
	barriers_add(&b, 1);
	assert_true(barriers_take(&b, 1, &sequence));
	barriers_add(&b, 2);
	assert_false(barriers_take(&b, 1, &sequence));
	assert_true(barriers_take(&b, b.set, &sequence));
	assert_int_equal(sequence, 2);
	barriers_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_barriers_wait_for_the_slowest_neighbor),
		cmocka_unit_test(
		    test_last_barrier_answers_for_all_when_nobody_is_established),
		cmocka_unit_test(test_no_more_barriers_wait_than_the_limit),
		cmocka_unit_test(
		    test_new_barrier_is_not_passed_by_what_was_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
