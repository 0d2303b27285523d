#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/utf8.h"

static void
assert_copied(const char *in, const char *expected)
{
	char out[64];

	assert_int_equal(utf8_copy(out, sizeof(out), in, strlen(in)),
	    strlen(expected));
	assert_string_equal(out, expected);
}

static void
test_visible_text_is_copied(void **state)
{
	(void)state;
	assert_copied("", "");
	assert_copied("plain ASCII ~", "plain ASCII ~");
	assert_copied("\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
	    "\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80");
}

static void
test_invisible_character_is_escaped(void **state)
{
	(void)state;
	assert_copied("a\nb\x1b[0m\x7f", "a\\u{a}b\\u{1b}[0m\\u{7f}");
	assert_copied("\xc2\x80\xc2\x85\xc2\x9b\xc2\x9f\xc2\xa0",
	    "\\u{80}\\u{85}\\u{9b}\\u{9f}\xc2\xa0");	/* C1 */
	assert_copied("\xd8\x9c", "\\u{61c}");	/* Arabic letter mark */
	assert_copied("\xe2\x80\x8b\xe2\x80\x8d", "\\u{200b}\\u{200d}");
	assert_copied("\xe2\x80\x8e\xe2\x80\x8f", "\\u{200e}\\u{200f}");
	assert_copied("\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}");
	assert_copied("\xe2\x80\xaa\xe2\x80\xae", "\\u{202a}\\u{202e}");
	assert_copied("\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}");
	assert_copied("\xef\xbb\xbf", "\\u{feff}");
	assert_copied("\xef\xb7\x90\xef\xbf\xbf", "\\u{fdd0}\\u{ffff}");
	assert_copied("\xee\x80\x80", "\\u{e000}");
	assert_copied("\xf0\x9f\xbf\xbe", "\\u{1fffe}");
	assert_copied("\xf3\xa0\x80\x81", "\\u{e0001}");	/* tag */
	assert_copied("\xf4\x8f\xbf\xbf", "\\u{10ffff}");
	assert_copied("\xef\xbf\xbd", "\xef\xbf\xbd");	/* replacement */
}

/* RFC 3629 section 3 and 4. */
static void
test_what_is_not_utf8_is_escaped_byte_by_byte(void **state)
{
	(void)state;
	assert_copied("\x80\x9b", "\\x80\\x9b");
	assert_copied("\xff\xfe", "\\xff\\xfe");
	assert_copied("\xc0\xaf", "\\xc0\\xaf");	/* overlong */
	assert_copied("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	assert_copied("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf");
	assert_copied("\xed\xa0\x80", "\\xed\\xa0\\x80");	/* surrogate */
	assert_copied("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	assert_copied("\xc3", "\\xc3");			/* cut off */
	assert_copied("\xe6\x97" "A", "\\xe6\\x97A");
}

static void
test_nul_is_escaped(void **state)
{
	char out[16];

	(void)state;
	assert_int_equal(utf8_copy(out, sizeof(out), "a\0b", 3), 7);
	assert_string_equal(out, "a\\u{0}b");
}

static void
test_text_is_cut_between_characters(void **state)
{
	char out[6];

	(void)state;
	assert_int_equal(utf8_copy(out, 5, "abcdefgh", 8), 4);
	assert_string_equal(out, "abcd");
	utf8_copy(out, 5, "abc\xc3\xa9", 5);
	assert_string_equal(out, "abc");
	utf8_copy(out, 5, "ab\xc3\xa9", 4);
	assert_string_equal(out, "ab\xc3\xa9");
	utf8_copy(out, 6, "\n\n", 2);
	assert_string_equal(out, "\\u{a}");
	utf8_copy(out, 5, "\n\n", 2);
	assert_string_equal(out, "");
	assert_int_equal(utf8_copy(out, 1, "a", 1), 0);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_visible_text_is_copied),
		cmocka_unit_test(test_invisible_character_is_escaped),
		cmocka_unit_test(
		    test_what_is_not_utf8_is_escaped_byte_by_byte),
		cmocka_unit_test(test_nul_is_escaped),
		cmocka_unit_test(test_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
