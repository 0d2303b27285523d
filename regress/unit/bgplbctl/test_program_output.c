/* Another program's output, and what is said when there is none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/check/program_output.h"

static void
test_program_gets_the_input_and_its_output_is_returned(void **state)
{
	char *const argv[] = { "cat", NULL };
	char *text = program_output(argv, "one\ntwo\n");

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
}

static void
test_output_larger_than_a_pipe_is_read_whole(void **state)
{
	char *const argv[] = { "seq", "60000", NULL };
	char *text = program_output(argv, "");

	(void)state;
	assert_non_null(text);
	assert_string_equal(strstr(text, "59999\n"), "59999\n60000\n");
	free(text);
}

static void
test_endless_output_is_cut(void **state)
{
	char *const argv[] = { "yes", NULL };
	char *text = program_output(argv, "");

	(void)state;
	assert_non_null(text);
	assert_true(strlen(text) >= PROGRAM_OUTPUT_MAX);
	assert_true(strlen(text) < 2 * PROGRAM_OUTPUT_MAX);
	free(text);
}

static void
test_silence_is_an_output_only_of_a_program_that_succeeded(void **state)
{
	char *const good[] = { "true", NULL }, *const bad[] = { "false", NULL };
	char *text = program_output(good, "");

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "");
	free(text);
	assert_null(program_output(bad, ""));
	assert_int_equal(errno, EIO);
}

static void
test_missing_program_is_told_apart(void **state)
{
	char *const argv[] = { "no-program-is-called-so", NULL };

	(void)state;
	assert_null(program_output(argv, ""));
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_program_gets_the_input_and_its_output_is_returned),
		cmocka_unit_test(test_output_larger_than_a_pipe_is_read_whole),
		cmocka_unit_test(test_endless_output_is_cut),
		cmocka_unit_test(
		    test_silence_is_an_output_only_of_a_program_that_succeeded),
		cmocka_unit_test(test_missing_program_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
