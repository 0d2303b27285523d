/* The clocks, and timers that are set in milliseconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <event2/event.h>

#include <cmocka.h>

#include "common/clock.h"
#include "common/timer.h"

static void
test_clocks_agree_with_each_other_and_with_the_date(void **state)
{
	uint64_t before = clock_ns(), ms = clock_ms(), after = clock_ns();
	int64_t wall = clock_wall_ns();

	(void)state;
	assert_true(before / CLOCK_NS_PER_MS <= ms);
	assert_true(ms <= after / CLOCK_NS_PER_MS);
	assert_in_range(wall / 1000 / CLOCK_NS_PER_MS, time(NULL) - 1,
	    time(NULL));
}

static void
fired(evutil_socket_t fd, short what, void *arg)
{
	uint64_t *when = arg;

	(void)fd;
	(void)what;
	*when = clock_ms();
}

static void
test_timer_fires_once_and_as_it_was_set_last(void **state)
{
	struct event_base *base = event_base_new();
	uint64_t began = clock_ms(), when = 0;
	struct event *timer;

	(void)state;
	assert_non_null(base);
	assert_non_null(timer = evtimer_new(base, fired, &when));
	timer_set(timer, 3600 * 1000);
	timer_set(timer, 1050);
	assert_int_equal(event_base_dispatch(base), 1);
	assert_in_range(when - began, 1049, 60000);
	timer_set(timer, 0);
	assert_int_equal(event_base_dispatch(base), 1);
	event_free(timer);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_clocks_agree_with_each_other_and_with_the_date),
		cmocka_unit_test(test_timer_fires_once_and_as_it_was_set_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
