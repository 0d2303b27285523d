/*
 * When a child that does not answer counts as hanging, and the reading of
 * /proc/PID/stat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/parent/liveness.h"

static void
test_short_silence_is_fine_whatever_it_does(void **state)
{
	const char *letter;

	(void)state;
	for (letter = "RSDTtZ?"; *letter != '\0'; letter++)
		assert_int_equal(liveness_judge(LIVENESS_TURNS - 1, *letter,
		    0, false), LIVENESS_FINE);
}

static void
test_stopped_and_sleeping_hang_after_the_turns(void **state)
{
	(void)state;
	assert_int_equal(liveness_judge(LIVENESS_TURNS, 'T', 0, false),
	    LIVENESS_HANGS);
	assert_int_equal(liveness_judge(LIVENESS_TURNS, 't', 0, false),
	    LIVENESS_HANGS);
	assert_int_equal(liveness_judge(LIVENESS_TURNS, 'S', 0, false),
	    LIVENESS_HANGS);
}

/* Load of 30 on two processors: it gets a fifteenth of its time. */
static void
test_starved_child_is_waited_for(void **state)
{
	unsigned int turns;

	(void)state;
	for (turns = LIVENESS_TURNS; turns < LIVENESS_TURNS_MAX; turns++) {
		assert_int_equal(liveness_judge(turns, 'R',
		    turns * LIVENESS_TURN_MS / 15, true), LIVENESS_WAITS);
		assert_int_equal(liveness_judge(turns, 'S',
		    turns * LIVENESS_TURN_MS / 15, true), LIVENESS_WAITS);
	}
}

static void
test_child_that_waits_for_the_kernel_is_waited_for_but_not_for_ever(
    void **state)
{
	(void)state;
	assert_int_equal(liveness_judge(LIVENESS_TURNS_MAX - 1, 'D', 0, false),
	    LIVENESS_WAITS);
	assert_int_equal(liveness_judge(LIVENESS_TURNS_MAX, 'D', 0, false),
	    LIVENESS_HANGS);
	assert_int_equal(liveness_judge(LIVENESS_TURNS_MAX, '?', 0, false),
	    LIVENESS_HANGS);
}

static void
test_endless_loop_hangs_when_it_has_computed_for_long(void **state)
{
	(void)state;
	assert_int_equal(liveness_judge(LIVENESS_TURNS, 'R',
	    LIVENESS_CPU_MS - 1, true), LIVENESS_WAITS);
	assert_int_equal(liveness_judge(LIVENESS_TURNS, 'R', LIVENESS_CPU_MS,
	    true), LIVENESS_HANGS);
}

/* The kernel tells of its end in another way. */
static void
test_dead_child_does_not_hang(void **state)
{
	(void)state;
	assert_int_equal(liveness_judge(LIVENESS_TURNS_MAX, 'Z', 0, false),
	    LIVENESS_FINE);
}

static void
test_state_and_times_are_read(void **state)
{
	struct process_state s;

	(void)state;
	assert_int_equal(process_state_parse("12345 (bgplbd) S 1 12345 12345 0 "
	    "-1 4194560 1188 0 0 0 150 50 7 9 20 0 1 0 7000 8400896 900\n",
	    100, &s), 0);
	assert_int_equal(s.letter, 'S');
	assert_int_equal(s.cpu_ms, 2000);
}

static void
test_name_may_hold_brackets_and_blanks(void **state)
{
	struct process_state s;

	(void)state;
	assert_int_equal(process_state_parse("1 (a) R 2 (b) T 1 1 1 0 -1 0 0 0 "
	    "0 0 1 2 0 0 20", 1000, &s), 0);
	assert_int_equal(s.letter, 'T');
	assert_int_equal(s.cpu_ms, 3);
}

static void
test_nonsense_is_not_known(void **state)
{
	static const char *const texts[] = {
		"", "1 (bgplbd", "1 (bgplbd)", "1 (bgplbd) S 1 1",
		"1 (bgplbd) S a b c d e f g h i j k l"
	};
	struct process_state s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(process_state_parse(texts[i], 100, &s), -1);
		assert_int_equal(s.letter, '?');
	}
	assert_int_equal(process_state_parse("1 (b) S 1 1 1 0 -1 0 0 0 0 0 1 2",
	    0, &s), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_silence_is_fine_whatever_it_does),
		cmocka_unit_test(
		    test_stopped_and_sleeping_hang_after_the_turns),
		cmocka_unit_test(test_starved_child_is_waited_for),
		cmocka_unit_test(test_child_that_waits_for_the_kernel_is_waited_for_but_not_for_ever),
		cmocka_unit_test(
		    test_endless_loop_hangs_when_it_has_computed_for_long),
		cmocka_unit_test(test_dead_child_does_not_hang),
		cmocka_unit_test(test_state_and_times_are_read),
		cmocka_unit_test(test_name_may_hold_brackets_and_blanks),
		cmocka_unit_test(test_nonsense_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
