/* What came of a request: sentence, JSON, exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/outcome.h"
#include "regress/unit/bgplbctl/rendered.h"
#include "regress/unit/bgplbctl/rows.h"

static struct command
new_command(enum command_kind kind)
{
	struct command command;

	memset(&command, 0, sizeof(command));
	command.kind = kind;
	command.prefix = rows_prefix("10.0.0.101/32");
	assert_int_equal(address_parse("192.0.2.1", &command.neighbor), 0);
	return command;
}

static struct control_result
new_result(enum control_outcome outcome, const char *text)
{
	struct control_result result;

	memset(&result, 0, sizeof(result));
	result.outcome = outcome;
	strlcpy(result.text, text, sizeof(result.text));
	return result;
}

static void
test_each_outcome_has_its_exit_status(void **state)
{
	static const enum exit_status expected[] = {
		[CONTROL_OK] = EXIT_DONE,
		[CONTROL_NO_SUCH_PREFIX] = EXIT_NOT_FOUND,
		[CONTROL_NO_CHANGE] = EXIT_DONE,
		[CONTROL_REFUSED] = EXIT_FAILED,
		[CONTROL_FAILED] = EXIT_FAILED,
		[CONTROL_NO_SUCH_NEIGHBOR] = EXIT_NOT_FOUND,
	};
	struct control_result result;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		result = new_result((enum control_outcome)i, "");
		assert_int_equal(outcome_status(&result), expected[i]);
	}
}

static void
assert_text(enum command_kind kind, enum control_outcome outcome,
    const char *from_daemon, const char *expected)
{
	struct control_result result = new_result(outcome, from_daemon);
	struct command command = new_command(kind);
	char text[CONTROL_TEXT_MAX];

	assert_string_equal(outcome_text(&command, &result, text), expected);
}

static void
test_the_daemons_sentence_comes_first(void **state)
{
	(void)state;
	assert_text(COMMAND_WITHDRAW, CONTROL_OK, "still draining",
	    "still draining");
	assert_text(COMMAND_WITHDRAW, CONTROL_FAILED, "disk full", "disk full");
}

static void
test_without_a_sentence_there_is_one_of_ours(void **state)
{
	(void)state;
	assert_text(COMMAND_WITHDRAW, CONTROL_OK, "", "");
	assert_text(COMMAND_WITHDRAW, CONTROL_NO_CHANGE, "",
	    "10.0.0.101/32 is withdrawn already");
	assert_text(COMMAND_ANNOUNCE, CONTROL_NO_CHANGE, "",
	    "10.0.0.101/32 is not withdrawn");
	assert_text(COMMAND_DRAIN, CONTROL_NO_CHANGE, "",
	    "the host is drained already");
	assert_text(COMMAND_UNDRAIN, CONTROL_NO_CHANGE, "",
	    "the host is not drained");
	assert_text(COMMAND_ANNOUNCE, CONTROL_NO_SUCH_PREFIX, "",
	    "no such prefix: 10.0.0.101/32");
	assert_text(COMMAND_ANNOUNCE, CONTROL_REFUSED, "",
	    "bgplbd refused without a reason");
	assert_text(COMMAND_SHOW_PREFIXES, CONTROL_FAILED, "",
	    "bgplbd failed without a reason");
	assert_text(COMMAND_NEIGHBOR_UP, CONTROL_NO_SUCH_NEIGHBOR, "",
	    "no such neighbor: 192.0.2.1");
	assert_text(COMMAND_NEIGHBOR_UP, CONTROL_NO_CHANGE, "",
	    "192.0.2.1 is so already");
}

static void
test_json_tells_whether_something_changed(void **state)
{
	struct control_result result = new_result(CONTROL_OK, "");
	struct command command = new_command(COMMAND_WITHDRAW);
	struct rendered r;

	(void)state;
	outcome_json(&command, &result, rendered_open(&r));
	assert_rendered(&r, "{\"command\":\"withdraw\","
	    "\"prefix\":\"10.0.0.101/32\",\"changed\":true,\"note\":\"\"}\n");
	command = new_command(COMMAND_ANNOUNCE);
	result = new_result(CONTROL_NO_CHANGE, "it is so");
	outcome_json(&command, &result, rendered_open(&r));
	assert_rendered(&r, "{\"command\":\"announce\","
	    "\"prefix\":\"10.0.0.101/32\",\"changed\":false,"
	    "\"note\":\"it is so\"}\n");
	command = new_command(COMMAND_NEIGHBOR_CLEAR);
	result = new_result(CONTROL_OK, "");
	outcome_json(&command, &result, rendered_open(&r));
	assert_rendered(&r, "{\"command\":\"neighbor clear\","
	    "\"neighbor\":\"192.0.2.1\",\"changed\":true,\"note\":\"\"}\n");
	command = new_command(COMMAND_UNDRAIN);
	outcome_json(&command, &result, rendered_open(&r));
	assert_rendered(&r, "{\"command\":\"undrain\",\"changed\":true,"
	    "\"note\":\"\"}\n");
}

static void
test_json_of_an_error(void **state)
{
	struct rendered r;

	(void)state;
	outcome_error_json("no \"x\"\n", rendered_open(&r));
	assert_rendered(&r, "{\"error\":\"no \\\"x\\\"\\u000a\"}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_outcome_has_its_exit_status),
		cmocka_unit_test(test_the_daemons_sentence_comes_first),
		cmocka_unit_test(test_without_a_sentence_there_is_one_of_ours),
		cmocka_unit_test(test_json_tells_whether_something_changed),
		cmocka_unit_test(test_json_of_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
