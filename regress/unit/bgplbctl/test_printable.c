/* No text from elsewhere reaches the terminal with anything but visible characters. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/printable.h"

static size_t
copy(char *dst, const char *src, size_t size)
{
	memset(dst, 'x', size);
	return printable_copy(dst, src, size);
}

static void
test_plain_text_stays(void **state)
{
	char buf[64];

	(void)state;
	assert_int_equal(copy(buf, "rack 7, left", sizeof(buf)), 12);
	assert_string_equal(buf, "rack 7, left");
	assert_int_equal(copy(buf, "", sizeof(buf)), 0);
	assert_string_equal(buf, "");
}

static void
test_control_characters_are_escaped(void **state)
{
	char buf[64];

	(void)state;
	assert_int_equal(copy(buf, "a\033[2Jb\r\nc\td\177", sizeof(buf)), 34);
	assert_string_equal(buf, "a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{9}d\\u{7f}");
	/* C1 control sequence introducer, as one byte and in UTF-8. */
	copy(buf, "\2332J\302\2332J", sizeof(buf));
	assert_string_equal(buf, "\\x9b2J\\u{9b}2J");
}

static void
test_characters_without_width_are_escaped(void **state)
{
	char buf[64];

	(void)state;
	/* Right-to-left override, zero width space. */
	copy(buf, "a\342\200\256b\342\200\213c", sizeof(buf));
	assert_string_equal(buf, "a\\u{202e}b\\u{200b}c");
}

static void
test_utf8_stays_and_is_counted_in_columns(void **state)
{
	char buf[64];

	(void)state;
	assert_int_equal(copy(buf, "K\303\266ln", sizeof(buf)), 4);
	assert_string_equal(buf, "K\303\266ln");
	assert_int_equal(copy(buf, "\346\235\261\344\272\254", sizeof(buf)), 4);
	assert_string_equal(buf, "\346\235\261\344\272\254");
}

static void
test_invalid_utf8_is_escaped(void **state)
{
	char buf[64];

	(void)state;
	copy(buf, "a\377b\303", sizeof(buf));
	assert_string_equal(buf, "a\\xffb\\xc3");
	copy(buf, "\355\240\200", sizeof(buf));		/* a surrogate */
	assert_string_equal(buf, "\\xed\\xa0\\x80");
}

static void
test_text_is_cut_between_characters(void **state)
{
	char buf[4];

	(void)state;
	assert_int_equal(copy(buf, "abcdef", sizeof(buf)), 3);
	assert_string_equal(buf, "abc");
	assert_int_equal(copy(buf, "ab\303\266", sizeof(buf)), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(copy(buf, "abc", 1), 0);
	assert_string_equal(buf, "");
}

static void
test_without_a_utf8_locale_only_ascii_stays(void **state)
{
	char buf[64];

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	copy(buf, "K\303\266ln", sizeof(buf));
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_string_equal(buf, "K\\u{f6}ln");
}

static int
use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_text_stays),
		cmocka_unit_test(test_control_characters_are_escaped),
		cmocka_unit_test(
		    test_characters_without_width_are_escaped),
		cmocka_unit_test(test_utf8_stays_and_is_counted_in_columns),
		cmocka_unit_test(test_invalid_utf8_is_escaped),
		cmocka_unit_test(test_text_is_cut_between_characters),
		cmocka_unit_test(test_without_a_utf8_locale_only_ascii_stays),
	};

	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
