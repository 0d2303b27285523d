#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/json_writer.h"

struct fixture {
	struct json_writer	 w;
	FILE			*out;
	char			*text;
	size_t			 size;
};

static void
begin(struct fixture *f)
{
	f->text = NULL;
	f->out = open_memstream(&f->text, &f->size);
	assert_non_null(f->out);
	json_writer_init(&f->w, f->out);
}

static void
assert_written(struct fixture *f, const char *want)
{
	fclose(f->out);
	assert_string_equal(f->text, want);
	free(f->text);
}

static void
test_commas_stand_between_members_only(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	json_begin_object(&f.w, NULL);
	json_string(&f.w, "a", "b");
	json_begin_array(&f.w, "list");
	json_number(&f.w, NULL, 1);
	json_number(&f.w, NULL, UINT64_MAX);
	json_begin_object(&f.w, NULL);
	json_end(&f.w);
	json_end(&f.w);
	json_bool(&f.w, "yes", true);
	json_bool(&f.w, "no", false);
	json_end(&f.w);
	assert_written(&f, "{\"a\":\"b\",\"list\":[1,18446744073709551615,"
	    "{}],\"yes\":true,\"no\":false}");
}

static void
test_strings_are_escaped(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	json_string(&f.w, NULL, "quote\" back\\ line\n bell\a del\x7f");
	assert_written(&f, "\"quote\\\" back\\\\ line\\u000a bell\\u0007 "
	    "del\\u007f\"");
}

static void
test_what_is_not_utf8_becomes_the_replacement_character(void **state)
{
	static const struct {
		const char *in;
		const char *want;
	} cases[] = {
		{ "\xc3\xa4", "\"\xc3\xa4\"" },
		{ "\xc2\xa0", "\"\xc2\xa0\"" },
		{ "\xc2\x9b", "\"\\u009b\"" },
		{ "\xf0\x9f\x90\xa1", "\"\xf0\x9f\x90\xa1\"" },
		{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
		{ "\xe2\x80\xae", "\"\\u202e\"" },
		{ "\xf3\xa0\x80\x81", "\"\\udb40\\udc01\"" },
		{ "\xff", "\"\\ufffd\"" },
		{ "\xc0\xaf", "\"\\ufffd\\ufffd\"" },		/* overlong */
		{ "\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" }, /* surrogate */
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },		/* cut off */
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&f);
		json_string(&f.w, NULL, cases[i].in);
		assert_written(&f, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commas_stand_between_members_only),
		cmocka_unit_test(test_strings_are_escaped),
		cmocka_unit_test(
		    test_what_is_not_utf8_becomes_the_replacement_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
