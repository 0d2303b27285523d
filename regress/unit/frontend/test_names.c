/*
 * Labels, signal names and driver names.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/messages/driver_names.h"
#include "bgplbd/frontend/label.h"
#include "bgplbd/frontend/signal_name.h"

static void
test_a_label_with_value_matches_only_that_value(void **state)
{
	(void)state;
	assert_true(label_matches("bgplb_advertise=true", "bgplb_advertise",
	    "true"));
	assert_false(label_matches("bgplb_advertise=true", "bgplb_advertise",
	    "false"));
	assert_false(label_matches("bgplb_advertise=true", "bgplb_advertise",
	    "true "));
	assert_false(label_matches("bgplb_advertise=true", "bgplb_advertise",
	    ""));
	assert_false(label_matches("bgplb_advertise=true", "bgplb_adv",
	    "true"));
	assert_false(label_matches("bgplb_advertise=true",
	    "bgplb_advertise=true", "true"));
	assert_true(label_matches("a=b=c", "a", "b=c"));
	assert_true(label_matches("a=", "a", ""));
	assert_false(label_matches("a=", "a", "b"));
}

static void
test_a_label_without_value_matches_any(void **state)
{
	(void)state;
	assert_true(label_matches("announce", "announce", ""));
	assert_true(label_matches("announce", "announce", "false"));
	assert_false(label_matches("announce", "announced", "true"));
	assert_false(label_matches("announce", "announc", "true"));
	assert_false(label_matches("announce", "Announce", "true"));
}

static void
test_signals_are_known_by_number_and_name(void **state)
{
	static const struct {
		const char	*text;
		int		 signal;
	} signals[] = {
		{ "12", SIGUSR2 }, { "9", SIGKILL }, { "64", 64 }, { "1", 1 },
		{ "SIGUSR2", SIGUSR2 }, { "USR2", SIGUSR2 },
		{ "sigterm", SIGTERM }, { "SIGWINCH", SIGWINCH },
		{ "SIGRTMIN", 34 }, { "SIGRTMIN+3", 37 }, { "RTMIN+3", 37 },
		{ "SIGRTMAX", 64 }, { "SIGRTMAX-14", 50 },
	};
	static const char *const nonsense[] = { "", "0", "65", "-1", "12x",
	    "SIG", "SIGFOO", "SIGRTMIN+31", "SIGRTMIN-1", "SIGRTMAX+1",
	    "SIGRTMINX", "99999999999999999999", "TERM " };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		assert_int_equal(signal_parse(signals[i].text),
		    signals[i].signal);
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		errno = 0;
		if (signal_parse(nonsense[i]) != -1)
			fail_msg("taken for a signal: \"%s\"", nonsense[i]);
		assert_int_equal(errno, EINVAL);
	}
}

static void
test_the_first_driver_name_is_the_sockets(void **state)
{
	struct driver_names d;

	(void)state;
	driver_names_init(&d, "/run/docker/plugins/bgplb.sock");
	assert_true(driver_names_has(&d, "bgplb"));
	assert_false(driver_names_has(&d, "bgplb.sock"));
	assert_false(driver_names_has(&d, ""));
	driver_names_init(&d, "relative.name.sock");
	assert_true(driver_names_has(&d, "relative.name"));
	driver_names_init(&d, "/run/plain");
	assert_true(driver_names_has(&d, "plain"));
}

static void
test_driver_names_are_learned_once_and_not_without_end(void **state)
{
	struct driver_names d;
	char name[16];
	int i, learned = 0;

	(void)state;
	driver_names_init(&d, "/run/docker/plugins/bgplb.sock");
	assert_true(driver_names_learn(&d, "org/bgplb:v1"));
	assert_false(driver_names_learn(&d, "org/bgplb:v1"));
	assert_false(driver_names_learn(&d, "bgplb"));
	assert_false(driver_names_learn(&d, ""));
	assert_false(driver_names_learn(&d, "bridge"));
	assert_false(driver_names_learn(&d, "a\"b"));
	assert_true(driver_names_has(&d, "bgplb"));
	assert_true(driver_names_has(&d, "org/bgplb:v1"));
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "driver%d", i);
		learned += driver_names_learn(&d, name);
	}
	assert_int_equal(learned, DRIVER_NAMES_MAX - 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_label_with_value_matches_only_that_value),
		cmocka_unit_test(test_a_label_without_value_matches_any),
		cmocka_unit_test(test_signals_are_known_by_number_and_name),
		cmocka_unit_test(test_the_first_driver_name_is_the_sockets),
		cmocka_unit_test(test_driver_names_are_learned_once_and_not_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
