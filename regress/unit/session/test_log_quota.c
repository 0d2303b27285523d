#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/log_quota.h"

static void
test_day_of_flood_has_a_bounded_number_of_lines(void **state)
{
	struct log_quota q = { .spent = 0 };
	unsigned int left_out, lines = 0, lost = 0;
	time_t now;
	int i;

	(void)state;
	for (now = 1000; now < 1000 + 24 * 3600; now++)
		for (i = 0; i < 20; i++)	/* 1.7 million */
			if (log_quota_take(&q, now, &left_out)) {
				lines++;
				lost += left_out;
			}
	assert_in_range(lines, 24 * 3600 / QUOTA_SECONDS,
	    24 * 3600 / QUOTA_SECONDS + QUOTA_LINES);
	assert_int_equal(lines + lost + q.left_out, 24 * 3600 * 20);
}

static void
test_lines_come_back_with_time(void **state)
{
	struct log_quota q = { .spent = 0 };
	unsigned int i, left_out;

	(void)state;
	for (i = 0; i < QUOTA_LINES; i++)
		assert_true(log_quota_take(&q, 5000, &left_out));
	assert_false(log_quota_take(&q, 5000, &left_out));
	assert_false(log_quota_take(&q, 5000 + QUOTA_SECONDS - 1, &left_out));
	assert_true(log_quota_take(&q, 5000 + QUOTA_SECONDS, &left_out));
	assert_int_equal(left_out, 2);
	assert_false(log_quota_take(&q, 5000 + QUOTA_SECONDS, &left_out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_day_of_flood_has_a_bounded_number_of_lines),
		cmocka_unit_test(test_lines_come_back_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
