/*
 * The JSON reader: what is refused, and what comes out of what is taken.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/json.h"

static struct json *
parse(const char *text)
{
	return json_parse(text, strlen(text));
}

static void
assert_refused(const char *text, int error)
{
	struct json *doc;

	errno = 0;
	doc = parse(text);
	if (doc != NULL)
		fail_msg("taken, though it is not JSON: %s", text);
	assert_int_equal(errno, error);
}

static void
test_malformed_text_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "{", "}", "[", "]", "{]", "[}", "{\"a\"}", "{\"a\":}",
		"{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1,}", "{,}", "[1 2]",
		"[1,]", "[,1]", "[1,,2]", "{\"a\":1}}", "{} {}", "[] []", "1",
		"\"a\"", "true", "{a:1}", "{1:2}", "{\"a\":b}", "{\"a\":nul}",
		"{\"a\":truefalse}", "[01]", "[1.]", "[.5]", "[1e]", "[+1]",
		"[-]", "[0x1]", "[1:2]", "{\"a\":1:2}", "{[]:1}", "{{}:1}",
		"[\"a]", "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u12g4\"]", "['a']",
		"[\"a\nb\"]", "[\"a\tb\"]", "[1]garbage", "\xef\xbb\xbf[]",
		"{\"a\":[1,2}", "[\"a\":1]", "[1}", "{\"a\":1,\"b\"}", ":", ",",
		"[\"\\u123", "{\"a\":\"b\"\"c\"}", "[tru\\u0065]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], EINVAL);
}

static void
test_a_nul_byte_is_refused(void **state)
{
	(void)state;
	assert_null(json_parse("[]\0", 3));
	assert_null(json_parse("[\"a\0b\"]", 7));
	assert_null(json_parse("\0[]", 3));
}

static void
test_every_prefix_of_a_document_is_refused(void **state)
{
	static const char text[] = "{\"a\":[1,{\"b\":\"\\u00e9\\n\"},null,"
	    "true],\"c\":-1.5e+3,\"d\":{}}";
	struct json *doc;
	char *copy;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(text) - 1; len++) {
		copy = malloc(len + 1);	/* exact, so that reading past it shows */
		assert_non_null(copy);
		memcpy(copy, text, len);
		assert_null(json_parse(copy, len));
		free(copy);
	}
	doc = parse(text);
	assert_non_null(doc);
	json_free(doc);
}

static void
test_depth_is_limited(void **state)
{
	char text[4 * JSON_READ_DEPTH];
	struct json *doc;
	int i, n;

	(void)state;
	for (n = 0; n < JSON_READ_DEPTH; n++)
		text[n] = '[';
	for (i = 0; i < JSON_READ_DEPTH; i++)
		text[n++] = ']';
	doc = json_parse(text, (size_t)n);
	assert_non_null(doc);
	json_free(doc);
	memmove(text + 1, text, (size_t)n);
	text[n + 1] = ']';
	assert_null(json_parse(text, (size_t)n + 2));
	assert_int_equal(errno, E2BIG);
}

static void
test_deep_nesting_takes_no_time(void **state)
{
	size_t len = 4 * 1024 * 1024;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, '[', len);
	assert_null(json_parse(text, len));
	assert_int_equal(errno, E2BIG);
	free(text);
}

static void
test_the_number_of_values_is_limited(void **state)
{
	size_t n = JSON_TOKENS_MAX + 1, i, len = 0;
	char *text = malloc(2 * n + 2);
	struct json *doc;

	(void)state;
	assert_non_null(text);
	text[len++] = '[';
	for (i = 0; i < n; i++) {
		text[len++] = '1';
		text[len++] = ',';
	}
	text[len - 1] = ']';
	assert_null(json_parse(text, len));
	assert_int_equal(errno, E2BIG);
	/* As many as allowed, with the array itself. */
	len -= 4;
	text[len - 1] = ']';
	doc = json_parse(text, len);
	assert_non_null(doc);
	json_free(doc);
	free(text);
}

static void
test_text_that_is_too_long_is_refused_unread(void **state)
{
	(void)state;
	assert_null(json_parse("[]", (size_t)JSON_TEXT_MAX + 1));
	assert_int_equal(errno, E2BIG);
}

static void
test_lookups_are_strict_about_types(void **state)
{
	struct json *doc = parse(" { \"s\" : \"x\", \"n\": 7, \"b\": true,"
	    "\"z\": null, \"o\": {\"s\":\"y\"}, \"a\": [1] } ");
	struct json_value root;
	char buf[8];
	bool b = false;
	int64_t n = 0;

	(void)state;
	assert_non_null(doc);
	root = json_root(doc);
	assert_int_equal(json_type(root), JSON_OBJECT);
	assert_int_equal(json_type(json_member(root, "s")), JSON_STRING);
	assert_int_equal(json_type(json_member(root, "n")), JSON_NUMBER);
	assert_int_equal(json_type(json_member(root, "b")), JSON_BOOL);
	assert_int_equal(json_type(json_member(root, "z")), JSON_NULL);
	assert_int_equal(json_type(json_member(root, "a")), JSON_ARRAY);
	assert_int_equal(json_type(json_member(root, "none")), JSON_NONE);
	assert_int_equal(json_get_string(json_member(root, "n"), buf,
	    sizeof(buf)), -1);
	assert_int_equal(json_get_string(json_member(root, "none"), buf,
	    sizeof(buf)), -1);
	assert_int_equal(json_get_bool(json_member(root, "s"), &b), -1);
	assert_int_equal(json_get_bool(json_member(root, "z"), &b), -1);
	assert_int_equal(json_get_bool(json_member(root, "b"), &b), 0);
	assert_true(b);
	assert_int_equal(json_get_int(json_member(root, "s"), 0, 9, &n), -1);
	assert_int_equal(json_get_int(json_member(root, "n"), 0, 9, &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(json_get_string(json_member(json_member(root, "o"),
	    "s"), buf, sizeof(buf)), 0);
	assert_string_equal(buf, "y");
	/* A chain through what is not there ends in nothing. */
	assert_int_equal(json_type(json_member(json_member(json_member(root,
	    "n"), "s"), "s")), JSON_NONE);
	assert_int_equal(json_type(json_member(json_member(root, "a"), "s")),
	    JSON_NONE);
	json_free(doc);
}

static void
test_whole_numbers_have_a_range(void **state)
{
	static const struct {
		const char	*text;
		int		 result;
		int64_t		 value;
	} cases[] = {
		{ "[0]", 0, 0 }, { "[-5]", 0, -5 }, { "[-6]", -1, 0 },
		{ "[9223372036854775807]", 0, INT64_MAX },
		{ "[9223372036854775808]", -1, 0 }, { "[1.0]", -1, 0 },
		{ "[1e3]", -1, 0 },
		{ "[100000000000000000000000000000000]", -1, 0 },
	};
	struct json_iterator it;
	struct json *doc;
	int64_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		doc = parse(cases[i].text);
		assert_non_null(doc);
		json_iterate(json_root(doc), &it);
		assert_true(json_next(&it));
		assert_int_equal(json_get_int(it.value, -5, INT64_MAX, &n),
		    cases[i].result);
		if (cases[i].result == 0)
			assert_true(n == cases[i].value);
		json_free(doc);
	}
}

static void
check_string(const char *text, int error, const char *wanted)
{
	struct json *doc = parse(text);
	char buf[32];

	assert_non_null(doc);
	errno = 0;
	assert_int_equal(json_get_string(json_member(json_root(doc), "s"), buf,
	    sizeof(buf)), error == 0 ? 0 : -1);
	assert_int_equal(errno, error);
	assert_string_equal(buf, wanted);
	assert_int_equal(json_equals(json_member(json_root(doc), "s"), wanted),
	    error == 0);
	json_free(doc);
}

static void
test_strings_are_unescaped_to_utf8(void **state)
{
	(void)state;
	check_string("{\"s\":\"\"}", 0, "");
	check_string("{\"s\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", 0,
	    "\"\\/\b\f\n\r\t");
	check_string("{\"s\":\"\\u0041\\u00e9\\u20ac\"}", 0,
	    "A\xc3\xa9\xe2\x82\xac");
	check_string("{\"s\":\"\\uD83D\\ude00!\"}", 0, "\xf0\x9f\x98\x80!");
	check_string("{\"s\":\"\xc3\xa9\"}", 0, "\xc3\xa9");
	/* As Go escapes for HTML. */
	check_string("{\"s\":\"\\u003ca\\u0026b\\u003e\"}", 0, "<a&b>");
}

static void
test_nul_is_refused(void **state)
{
	(void)state;
	check_string("{\"s\":\"a\\u0000b\"}", EILSEQ, "");
}

#define FFFD "\xef\xbf\xbd"

static void
test_what_is_no_character_is_replaced_as_go_does(void **state)
{
	(void)state;
	check_string("{\"s\":\"\\ud83d\"}", 0, FFFD);
	check_string("{\"s\":\"\\ud83dx\"}", 0, FFFD "x");
	check_string("{\"s\":\"\\ud83d\\n1234\"}", 0, FFFD "\n1234");
	check_string("{\"s\":\"\\ud83d\\u0041\"}", 0, FFFD "A");
	check_string("{\"s\":\"\\ud83d\\ud83d\\ude00\"}", 0,
	    FFFD "\xf0\x9f\x98\x80");
	check_string("{\"s\":\"\\ude00\"}", 0, FFFD);
	check_string("{\"s\":\"a\xff" "b\"}", 0, "a" FFFD "b");
	check_string("{\"s\":\"\xe2\x82\"}", 0, FFFD FFFD);
	check_string("{\"s\":\"\xc0\xaf\"}", 0, FFFD FFFD);
	check_string("{\"s\":\"\xed\xa0\x80\"}", 0, FFFD FFFD FFFD);
	check_string("{\"s\":\"\xe0\x9f\xbf\"}", 0, FFFD FFFD FFFD);
	check_string("{\"s\":\"\xf4\x90\x80\x80\"}", 0, FFFD FFFD FFFD FFFD);
	check_string("{\"s\":\"\xf4\x8f\xbf\xbf\"}", 0, "\xf4\x8f\xbf\xbf");
}

static void
test_a_long_string_is_cut_between_characters(void **state)
{
	struct json *doc = parse("{\"s\":\"ab\xe2\x82\xac" "c\"}");
	struct json_value s;
	char buf[8];

	(void)state;
	s = json_member(json_root(doc), "s");
	assert_int_equal(json_get_string(s, buf, 5), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_string_equal(buf, "ab");
	assert_int_equal(json_get_string(s, buf, 6), -1);
	assert_string_equal(buf, "ab\xe2\x82\xac");
	assert_int_equal(json_get_string(s, buf, 7), 0);
	assert_string_equal(buf, "ab\xe2\x82\xac" "c");
	assert_int_equal(json_get_string(s, buf, 1), -1);
	assert_string_equal(buf, "");
	json_free(doc);
}

static void
test_members_are_found_by_their_unescaped_key(void **state)
{
	struct json *doc = parse("{\"a\\u002eb\":1,\"a\":2,\"ab\":3,\"a\":4}");
	int64_t n;

	(void)state;
	assert_int_equal(json_get_int(json_member(json_root(doc), "a.b"), 0, 9,
	    &n), 0);
	assert_int_equal(n, 1);
	/* The last of several, as in Go. */
	assert_int_equal(json_get_int(json_member(json_root(doc), "a"), 0, 9,
	    &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(json_type(json_member(json_root(doc), "abc")),
	    JSON_NONE);
	assert_int_equal(json_type(json_member(json_root(doc), "")),
	    JSON_NONE);
	json_free(doc);
}

static void
test_iteration_skips_what_is_inside_members(void **state)
{
	struct json *doc = parse("{\"a\":{\"x\":[1,[2,3],{}]},\"b\":[],"
	    "\"c\":\"s\"}");
	struct json_iterator it;
	char keys[8] = "", key[4];

	(void)state;
	json_iterate(json_root(doc), &it);
	while (json_next(&it)) {
		assert_int_equal(json_get_string(it.key, key, sizeof(key)), 0);
		strlcat(keys, key, sizeof(keys));
	}
	assert_string_equal(keys, "abc");
	json_iterate(json_member(json_member(json_root(doc), "a"), "x"), &it);
	assert_true(json_next(&it));
	assert_int_equal(json_type(it.key), JSON_NONE);
	assert_int_equal(json_type(it.value), JSON_NUMBER);
	assert_true(json_next(&it));
	assert_int_equal(json_type(it.value), JSON_ARRAY);
	assert_true(json_next(&it));
	assert_int_equal(json_type(it.value), JSON_OBJECT);
	assert_false(json_next(&it));
	assert_false(json_next(&it));
	json_iterate(json_member(json_root(doc), "b"), &it);
	assert_false(json_next(&it));
	json_iterate(json_member(json_root(doc), "c"), &it);
	assert_false(json_next(&it));
	json_iterate(json_member(json_root(doc), "none"), &it);
	assert_false(json_next(&it));
	json_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_malformed_text_is_refused),
		cmocka_unit_test(test_a_nul_byte_is_refused),
		cmocka_unit_test(test_every_prefix_of_a_document_is_refused),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_deep_nesting_takes_no_time),
		cmocka_unit_test(test_the_number_of_values_is_limited),
		cmocka_unit_test(test_text_that_is_too_long_is_refused_unread),
		cmocka_unit_test(test_lookups_are_strict_about_types),
		cmocka_unit_test(test_whole_numbers_have_a_range),
		cmocka_unit_test(test_strings_are_unescaped_to_utf8),
		cmocka_unit_test(test_nul_is_refused),
		cmocka_unit_test(test_what_is_no_character_is_replaced_as_go_does),
		cmocka_unit_test(test_a_long_string_is_cut_between_characters),
		cmocka_unit_test(test_members_are_found_by_their_unescaped_key),
		cmocka_unit_test(test_iteration_skips_what_is_inside_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
