#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/nexthop.h"

static struct address
address(const char *text)
{
	struct address a = { .afi = AFI_NONE };

	if (text != NULL)
		assert_int_equal(address_parse(text, &a), 0);
	return a;
}

static struct settings
settings(const char *nexthop4, const char *nexthop6)
{
	struct settings s;

	settings_init(&s);
	s.router_id = address("192.0.2.1");
	s.nexthop4 = address(nexthop4);
	s.nexthop6 = address(nexthop6);
	return s;
}

static void
assert_nexthop(struct nexthop nexthop, const char *expected,
    enum nexthop_source source)
{
	const struct address want = address(expected);
	char a[ADDRESS_STRLEN], b[ADDRESS_STRLEN];

	assert_string_equal(address_format(&nexthop.addr, a),
	    address_format(&want, b));
	assert_int_equal(nexthop.source, source);
}

static const struct address v4_session = { AFI_IPV4, { 192, 0, 2, 1 } };

static void
test_ipv4_next_hop(void **state)
{
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings("198.51.100.9", NULL);
	const struct address local4 = address("10.9.0.2");
	const struct address local6 = address("2001:db8::2");

	(void)state;
	assert_nexthop(nexthop_ipv4(&plain, &local4), "10.9.0.2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv4(&plain, &local6), "192.0.2.1",
	    NEXTHOP_ROUTER_ID);
	assert_nexthop(nexthop_ipv4(&set, &local4), "198.51.100.9",
	    NEXTHOP_CONFIGURED);
	assert_nexthop(nexthop_ipv4(&set, &local6), "198.51.100.9",
	    NEXTHOP_CONFIGURED);
}

static void
test_ipv6_next_hop_of_an_ipv6_session(void **state)
{
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings(NULL, "2001:db8::9");
	const struct address global = address("2001:db8::2");
	const struct address unique = address("fd00::2");

	(void)state;
	assert_nexthop(nexthop_ipv6(&plain, &global), "2001:db8::2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv6(&plain, &unique), "fd00::2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv6(&set, &global), "2001:db8::9",
	    NEXTHOP_CONFIGURED);
}

static void
test_ipv6_next_hop_has_to_be_asked_for(void **state)
{
	static const char *const locals[] = {
		"10.9.0.2", "fe80::2", "::1", "::ffff:10.9.0.2", "::"
	};
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings(NULL, "2001:db8::9");
	struct address local;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(locals) / sizeof(locals[0]); i++) {
		local = address(locals[i]);
		assert_nexthop(nexthop_ipv6(&plain, &local), NULL,
		    NEXTHOP_ASK);
		assert_nexthop(nexthop_ipv6(&set, &local), "2001:db8::9",
		    NEXTHOP_CONFIGURED);
	}
}

static void
test_answer_of_the_rde_is_used(void **state)
{
	const struct settings s = settings(NULL, NULL);
	const struct address answer = address("2001:db8:9::2");

	(void)state;
	assert_nexthop(nexthop_answered(&s, &v4_session, &answer),
	    "2001:db8:9::2", NEXTHOP_INTERFACE);
}

static void
test_without_an_answer_it_is_the_mapped_router_id(void **state)
{
	const struct settings s = settings(NULL, NULL);
	const struct address none = address(NULL);
	const struct address linklocal = address("fe80::2");

	(void)state;
	assert_nexthop(nexthop_answered(&s, &v4_session, &none), "::ffff:192.0.2.1",
	    NEXTHOP_ROUTER_ID);
	assert_nexthop(nexthop_answered(&s, &v4_session, &linklocal), "::ffff:192.0.2.1",
	    NEXTHOP_ROUTER_ID);
}

static void
test_each_source_is_told_in_words_of_its_own(void **state)
{
	enum nexthop_source a, b;

	(void)state;
	for (a = NEXTHOP_CONFIGURED; a <= NEXTHOP_ASK; a++)
		for (b = a + 1; b <= NEXTHOP_ASK; b++)
			assert_string_not_equal(nexthop_source_name(a),
			    nexthop_source_name(b));
}

/* On a fabric without any other address. */
static void
test_link_local_session_without_global_address_uses_its_own(void **state)
{
	const struct settings s = settings(NULL, NULL);
	const struct address none = { .afi = AFI_NONE };
	const struct address local = address("fe80::1");
	const struct address answer = address("2001:db8:9::2");

	(void)state;
	assert_nexthop(nexthop_answered(&s, &local, &none), "fe80::1",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_answered(&s, &local, &answer), "2001:db8:9::2",
	    NEXTHOP_INTERFACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_next_hop),
		cmocka_unit_test(test_ipv6_next_hop_of_an_ipv6_session),
		cmocka_unit_test(test_ipv6_next_hop_has_to_be_asked_for),
		cmocka_unit_test(test_answer_of_the_rde_is_used),
		cmocka_unit_test(
		    test_without_an_answer_it_is_the_mapped_router_id),
		cmocka_unit_test(test_each_source_is_told_in_words_of_its_own),
		cmocka_unit_test(
		    test_link_local_session_without_global_address_uses_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
