/*
 * Which ids are read from Docker's lists, and that what others have written into them
 * does not count.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/parent/id_scan.h"

#define A	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" \
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SWARM	"qxsl2lhl5ekqq5kqs3kqfbz4r"
#define OK	"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"

/* "ID NAME\n" of each. */
static char found[4096];

static void
note(const struct object_id *id, const char *name, void *arg)
{
	(void)arg;
	strlcat(found, id->hex, sizeof(found));
	strlcat(found, " ", sizeof(found));
	strlcat(found, name, sizeof(found));
	strlcat(found, "\n", sizeof(found));
}

/* Read in pieces of each size; whether it was complete. */
static bool
scan(const char *text, const char *wanted)
{
	size_t len = strlen(text), size, i, n;
	bool complete = false;
	struct id_scan s;

	for (size = 1; size <= len; size++) {
		found[0] = '\0';
		id_scan_init(&s, note, NULL);
		for (i = 0; i < len; i += n) {
			n = len - i < size ? len - i : size;
			id_scan_feed(&s, text + i, n);
		}
		assert_string_equal(found, wanted);
		complete = id_scan_is_complete(&s);
	}
	return complete;
}

static void
test_ids_and_names_of_a_list_are_read(void **state)
{
	(void)state;
	assert_true(scan(OK "[]\n", ""));
	assert_true(scan(OK "[{\"Name\":\"web1\",\"Id\":\"" A "\",\"Labels\":"
	    "{\"a\":\"b\"},\"Containers\":{}},{\"Id\":\"" SWARM "\","
	    "\"Name\":\"web_2.x-y\"}]\n", A " web1\n" SWARM " web_2.x-y\n"));
	assert_true(scan("HTTP/1.1 200 OK\n\n [ { \"Id\" : \"" A "\" } , {} ]",
	    A " \n"));
}

static void
test_what_others_write_is_no_id(void **state)
{
	(void)state;
	assert_true(scan(OK "[{\"Labels\":{\"Id\":\"" B "\",\"x\":[{\"Id\":\""
	    B "\"}]},\"Id\":\"" A "\",\"Note\":\"},{\\\"Id\\\":\\\"" B
	    "\\\"\",\"Names\":[\"Id\",\"" B "\"]}]", A " \n"));
	/* A value that is a key's name, and a key that looks like one. */
	assert_true(scan(OK "[{\"a\":\"Id\",\"" B "\":\"" B "\",\"I\\u0064\":\""
	    B "\"}]", ""));
	assert_true(scan(OK "[[\"Id\",\"" B "\"],\"" B "\",[{\"Id\":\"" B
	    "\"}]]", ""));
	assert_true(scan(OK "[{\"Id\":[\"" B "\"]},{\"Id\":{\"Id\":\"" B
	    "\"}}]", ""));
}

static void
test_ids_and_names_that_docker_does_not_give_are_left_out(void **state)
{
	(void)state;
	assert_true(scan(OK "[{\"Id\":\"A" A "\"},{\"Id\":\"\"},{\"Id\":7},"
	    "{\"Id\":\"../../../images\"},{\"Name\":\"x\"}]", ""));
	assert_true(scan(OK "[{\"Id\":\"" A "\",\"Name\":\"a b\"},{\"Id\":\""
	    A "\",\"Name\":\"a\\\\b\"},{\"Id\":\"" A "\",\"Name\":\""
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "\"}]", A " \n" A " \n" A " \n"));
}

static void
test_an_error_is_no_list(void **state)
{
	(void)state;
	assert_false(scan("HTTP/1.0 500 Internal Server Error\r\n\r\n[{\"Id\":\""
	    A "\"}]", ""));
	assert_false(scan("HTTP/1.0 200", ""));
	assert_false(scan(OK, ""));
	assert_false(scan(OK "{\"Id\":\"" A "\"}", ""));
	assert_false(scan(OK "\"[]\"", ""));
	assert_false(scan(OK "[]]", ""));
	assert_false(scan(OK "[][{\"Id\":\"" A "\"}]", ""));
	assert_false(scan("garbage that is no HTTP at all\r\n\r\n[]", ""));
}

static void
test_a_list_that_breaks_off_is_not_complete(void **state)
{
	(void)state;
	assert_false(scan(OK "[{\"Id\":\"" A "\"},{\"Id\":\"" B "\"",
	    A " \n"));
	assert_false(scan(OK "[{\"Id\":\"" A "\"}", A " \n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_and_names_of_a_list_are_read),
		cmocka_unit_test(test_what_others_write_is_no_id),
		cmocka_unit_test(test_ids_and_names_that_docker_does_not_give_are_left_out),
		cmocka_unit_test(test_an_error_is_no_list),
		cmocka_unit_test(test_a_list_that_breaks_off_is_not_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
