/* What the log says of work that took long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/rde/busy.h"
#include "common/clock.h"
#include "common/log.h"

static uint64_t now_ms = 1000000;

uint64_t
clock_ns(void)
{
	return now_ms * CLOCK_NS_PER_MS;
}

uint64_t
clock_ms(void)
{
	return now_ms;
}

int64_t
clock_wall_ns(void)
{
	return 0;
}

static void
test_kernel_computing_and_neither_are_told_apart(void **state)
{
	char text[BUSY_TEXT_MAX];

	(void)state;
	busy_format(text, "a plugin call", 12300, 11900, 100);
	assert_string_equal(text, "a plugin call took 12.3 s, 11.9 s of it in "
	    "the kernel, computing for 0.1 s");
	busy_format(text, "a list from Docker", 12300, 100, 200);
	assert_string_equal(text, "a list from Docker took 12.3 s, 0.1 s of it "
	    "in the kernel, computing for 0.2 s: it had no processor, or was "
	    "stopped");
}

static void
test_only_what_takes_long_is_kept(void **state)
{
	struct busy b = { .ended_ms = 0 };

	(void)state;
	busy_begin(&b, 5000);
	now_ms += BUSY_MS - 1;
	busy_end(&b, "a plugin call", 5000);
	assert_int_equal(b.ended_ms, 0);
	assert_string_equal(b.text, "");
	busy_begin(&b, 5000);
	now_ms += 2000;
	busy_end(&b, "a plugin call", 1905000);
	assert_int_equal(b.ended_ms, now_ms);
	assert_string_equal(b.text, "a plugin call took 2.0 s, 1.9 s of it in "
	    "the kernel, computing for 0.0 s");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_computing_and_neither_are_told_apart),
		cmocka_unit_test(test_only_what_takes_long_is_kept),
	};

	log_init("rde", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
