#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/parent/community.h"

static void
assert_community(const char *text, uint32_t value, const char *again)
{
	char buf[COMMUNITY_STRLEN];
	uint32_t out = 1;

	assert_null(community_parse(text, &out));
	assert_int_equal(out, value);
	assert_string_equal(community_format(out, buf), again);
}

/* RFC 1997, and IANA's registry of well-known communities. */
static void
test_communities_are_numbers_or_names(void **state)
{
	(void)state;
	assert_community("64512:100", 0xfc000064, "64512:100");
	assert_community("0:0", 0, "0:0");
	assert_community("65535:65535", 0xffffffff, "65535:65535");
	assert_community("no-export", 0xffffff01, "no-export");
	assert_community("65535:65281", 0xffffff01, "no-export");
	assert_community("65535:65282", 0xffffff02, "no-advertise");
	assert_community("65535:65283", 0xffffff03, "no-export-subconfed");
	assert_community("65535:65284", 0xffffff04, "no-peer");
	assert_community("65535:0", 0xffff0000, "graceful-shutdown");
	assert_community("65535:666", 0xffff029a, "blackhole");
	assert_community("65535:1", 0xffff0001, "accept-own");
	assert_community("65535:6", 0xffff0006, "llgr-stale");
	assert_community("65535:7", 0xffff0007, "no-llgr");
}

static void
test_what_is_no_community_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", ":", "1", "1:", ":1", "1:2:3", "65536:0", "0:65536",
		"-1:0", "1: 2", "1:2 ", "no-Export", "00000000001:1", "1.2",
	};
	uint32_t out = 77;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(community_parse(wrong[i], &out));
	assert_int_equal(out, 77);
}

/* RFC 8092 section 3. */
static void
test_large_communities(void **state)
{
	struct large_community c;
	char buf[COMMUNITY_STRLEN];

	(void)state;
	assert_null(community_parse_large("4294967295:4294967295:4294967295",
	    &c));
	assert_string_equal(community_format_large(&c, buf),
	    "4294967295:4294967295:4294967295");
	assert_null(community_parse_large("64512:1:2", &c));
	assert_int_equal(c.parts[0], 64512);
	assert_int_equal(c.parts[1], 1);
	assert_int_equal(c.parts[2], 2);
	assert_non_null(community_parse_large("1:2", &c));
	assert_non_null(community_parse_large("1:2:3:4", &c));
	assert_non_null(community_parse_large("1:2:4294967296", &c));
	assert_int_equal(c.parts[2], 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_communities_are_numbers_or_names),
		cmocka_unit_test(test_what_is_no_community_is_refused),
		cmocka_unit_test(test_large_communities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
