#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static struct nexthop_answer
host(const char *local)
{
	struct nexthop_answer a;

	memset(&a, 0, sizeof(a));
	a.local = address(local);
	a.local_state = HOST_ADDRESS_USABLE;
	return a;
}

static void
test_ipv4_next_hop(void **state)
{
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings("198.51.100.9", NULL);
	const struct address local4 = address("10.9.0.2");
	const struct address local6 = address("2001:db8::2");
	struct nexthop_answer a = host("2001:db8::2");

	(void)state;
	assert_nexthop(nexthop_ipv4(&plain, &local4, NULL), "10.9.0.2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv4(&set, &local4, NULL), "198.51.100.9",
	    NEXTHOP_CONFIGURED);
	assert_nexthop(nexthop_ipv4(&set, &local6, NULL), "198.51.100.9",
	    NEXTHOP_CONFIGURED);
	assert_nexthop(nexthop_ipv4(&plain, &local6, NULL), NULL,
	    NEXTHOP_HELD_ASKED);
	assert_nexthop(nexthop_ipv4(&plain, &local6, &a), NULL,
	    NEXTHOP_HELD_NO_IPV4);
	a.interface4 = address("10.9.0.2");
	a.interface4_state = HOST_ADDRESS_USABLE;
	assert_nexthop(nexthop_ipv4(&plain, &local6, &a), "10.9.0.2",
	    NEXTHOP_INTERFACE);
	a.router_id_state = HOST_ADDRESS_USABLE;
	assert_nexthop(nexthop_ipv4(&plain, &local6, &a), "192.0.2.1",
	    NEXTHOP_ROUTER_ID);
}

static void
test_ipv6_next_hop_of_an_ipv6_session(void **state)
{
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings(NULL, "2001:db8::9");
	const struct address global = address("2001:db8::2");
	const struct address unique = address("fd00::2");
	struct nexthop_answer a = host("2001:db8::2");

	(void)state;
	assert_nexthop(nexthop_ipv6(&plain, &global, NULL), "2001:db8::2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv6(&plain, &unique, NULL), "fd00::2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv6(&set, &global, NULL), "2001:db8::9",
	    NEXTHOP_CONFIGURED);
	a.local_state = HOST_ADDRESS_DEPRECATED;
	assert_nexthop(nexthop_ipv6(&plain, &global, &a), "2001:db8::2",
	    NEXTHOP_LOCAL);
	a.local_state = HOST_ADDRESS_TENTATIVE;
	assert_nexthop(nexthop_ipv6(&plain, &global, &a), NULL,
	    NEXTHOP_HELD_TENTATIVE);
	a.local_state = HOST_ADDRESS_DUPLICATE;
	assert_nexthop(nexthop_ipv6(&plain, &global, &a), NULL,
	    NEXTHOP_HELD_DUPLICATE);
}

static void
test_ipv6_next_hop_has_to_be_asked_for(void **state)
{
	static const char *const locals[] = {
		"10.9.0.2", "fe80::2", "::1", "127.0.0.1", "::ffff:10.9.0.2",
		"::"
	};
	const struct settings plain = settings(NULL, NULL);
	const struct settings set = settings(NULL, "2001:db8::9");
	struct nexthop_answer a = host("10.9.0.2");
	struct address local;
	size_t i;

	(void)state;
	a.interface6 = address("2001:db8::3");
	a.interface6_state = HOST_ADDRESS_USABLE;
	for (i = 0; i < sizeof(locals) / sizeof(locals[0]); i++) {
		local = address(locals[i]);
		assert_nexthop(nexthop_ipv6(&plain, &local, NULL), NULL,
		    NEXTHOP_HELD_ASKED);
		assert_nexthop(nexthop_ipv6(&set, &local, NULL), "2001:db8::9",
		    NEXTHOP_CONFIGURED);
		assert_nexthop(nexthop_ipv6(&plain, &local, &a),
		    "2001:db8::3", NEXTHOP_INTERFACE);
	}
}

/* Never the IPv4-mapped router id: no router can use it. */
static void
test_without_an_ipv6_address_ipv6_is_held_back_and_says_why(void **state)
{
	static const struct {
		enum host_address_state	state;
		enum nexthop_source	expected;
	} cases[] = {
		{ HOST_ADDRESS_NONE, NEXTHOP_HELD_NO_IPV6 },
		{ HOST_ADDRESS_DUPLICATE, NEXTHOP_HELD_DUPLICATE },
		{ HOST_ADDRESS_DEPRECATED, NEXTHOP_HELD_DEPRECATED },
		{ HOST_ADDRESS_TENTATIVE, NEXTHOP_HELD_TENTATIVE },
	};
	const struct settings s = settings(NULL, NULL);
	const struct address local4 = address("10.9.0.2");
	const struct address linklocal = address("fe80::1");
	struct nexthop_answer a = host("10.9.0.2");
	struct nexthop nexthop;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a.interface6_state = (uint8_t)cases[i].state;
		nexthop = nexthop_ipv6(&s, &local4, &a);
		assert_true(nexthop_is_held(&nexthop));
		assert_nexthop(nexthop, NULL, cases[i].expected);
		/* On a fabric without any other address. */
		assert_nexthop(nexthop_ipv6(&s, &linklocal, &a), "fe80::1",
		    NEXTHOP_LOCAL);
	}
}

/* By an address that the router can use, or not at all. */
static void
test_neighbor_on_the_host_itself(void **state)
{
	static const char *const locals[] = { "127.0.0.1", "127.0.0.7", "::1" };
	const struct settings s = settings(NULL, NULL);
	struct nexthop_answer none, a;
	struct address local;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(locals) / sizeof(locals[0]); i++) {
		local = address(locals[i]);
		none = a = host(locals[i]);
		a.router_id_state = HOST_ADDRESS_USABLE;
		a.router6 = address("2001:db8::8");
		a.router6_state = HOST_ADDRESS_USABLE;
		assert_nexthop(nexthop_ipv4(&s, &local, &none), NULL,
		    NEXTHOP_HELD_NO_IPV4);
		assert_nexthop(nexthop_ipv6(&s, &local, &none), NULL,
		    NEXTHOP_HELD_NO_IPV6);
		assert_nexthop(nexthop_ipv4(&s, &local, &a), "192.0.2.1",
		    NEXTHOP_ROUTER_ID);
		assert_nexthop(nexthop_ipv6(&s, &local, &a), "2001:db8::8",
		    NEXTHOP_ROUTER_ID_INTERFACE);
	}
}

/* RFC 8950. */
static void
test_ipv4_prefixes_have_the_ipv6_next_hop_if_there_is_one(void **state)
{
	const struct settings s = settings(NULL, NULL);
	const struct address local = address("::1");
	const struct address global = address("2001:db8::2");
	struct nexthop_answer a = host("::1");

	(void)state;
	assert_nexthop(nexthop_ipv4_or_ipv6(&s, &global, NULL), "2001:db8::2",
	    NEXTHOP_LOCAL);
	assert_nexthop(nexthop_ipv4_or_ipv6(&s, &local, NULL), NULL,
	    NEXTHOP_HELD_ASKED);
	assert_nexthop(nexthop_ipv4_or_ipv6(&s, &local, &a), NULL,
	    NEXTHOP_HELD_NO_IPV4);
	a.router_id_state = HOST_ADDRESS_USABLE;
	assert_nexthop(nexthop_ipv4_or_ipv6(&s, &local, &a), "192.0.2.1",
	    NEXTHOP_ROUTER_ID);
}

static void
test_each_source_is_told_in_words_of_its_own(void **state)
{
	enum nexthop_source a, b;

	(void)state;
	for (a = 0; a <= NEXTHOP_SOURCE_LAST; a++)
		for (b = a + 1; b <= NEXTHOP_SOURCE_LAST; b++)
			assert_string_not_equal(nexthop_source_name(a),
			    nexthop_source_name(b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_next_hop),
		cmocka_unit_test(test_ipv6_next_hop_of_an_ipv6_session),
		cmocka_unit_test(test_ipv6_next_hop_has_to_be_asked_for),
		cmocka_unit_test(
		    test_without_an_ipv6_address_ipv6_is_held_back_and_says_why),
		cmocka_unit_test(test_neighbor_on_the_host_itself),
		cmocka_unit_test(
		    test_ipv4_prefixes_have_the_ipv6_next_hop_if_there_is_one),
		cmocka_unit_test(test_each_source_is_told_in_words_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
