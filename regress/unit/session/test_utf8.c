#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/utf8.h"

static void
assert_copied(const char *in, const char *expected)
{
	char out[64];

	utf8_copy(out, sizeof(out), (const uint8_t *)in, strlen(in));
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
test_what_acts_is_replaced(void **state)
{
	(void)state;
	assert_copied("a\nb\x1b[0m\x7f", "a?b?[0m?");
	assert_copied("\xc2\x85", "?");			/* C1: next line */
	assert_copied("\xe2\x80\xa8\xe2\x80\xae", "??"); /* separator, override */
	assert_copied("\xe2\x81\xa6", "?");		/* isolate */
	assert_copied("\xd8\x9c", "?");			/* Arabic letter mark */
}

/* RFC 3629 section 3 and 4. */
static void
test_what_is_not_utf8_is_replaced_byte_by_byte(void **state)
{
	(void)state;
	assert_copied("\x80", "?");
	assert_copied("\xff\xfe", "??");
	assert_copied("\xc0\xaf", "??");		/* overlong */
	assert_copied("\xe0\x80\xaf", "???");
	assert_copied("\xf0\x80\x80\xaf", "????");
	assert_copied("\xed\xa0\x80", "???");		/* surrogate */
	assert_copied("\xf4\x90\x80\x80", "????");	/* beyond U+10FFFF */
	assert_copied("\xc3", "?");			/* cut off */
	assert_copied("\xe6\x97" "A", "??A");
}

static void
test_nul_is_replaced(void **state)
{
	char out[8];

	(void)state;
	utf8_copy(out, sizeof(out), (const uint8_t *)"a\0b", 3);
	assert_string_equal(out, "a?b");
}

static void
test_text_is_cut_between_characters(void **state)
{
	char out[5];

	(void)state;
	utf8_copy(out, 5, (const uint8_t *)"abcdefgh", 8);
	assert_string_equal(out, "abcd");
	utf8_copy(out, 5, (const uint8_t *)"abc\xc3\xa9", 5);
	assert_string_equal(out, "abc");
	utf8_copy(out, 5, (const uint8_t *)"ab\xc3\xa9", 4);
	assert_string_equal(out, "ab\xc3\xa9");
	utf8_copy(out, 5, (const uint8_t *)"\n\n\n\n\n\n", 6);
	assert_string_equal(out, "????");
	utf8_copy(out, 1, (const uint8_t *)"a", 1);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_visible_text_is_copied),
		cmocka_unit_test(test_what_acts_is_replaced),
		cmocka_unit_test(
		    test_what_is_not_utf8_is_replaced_byte_by_byte),
		cmocka_unit_test(test_nul_is_replaced),
		cmocka_unit_test(test_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
