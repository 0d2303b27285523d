#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/prefix.h"

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

static struct address
address(const char *text)
{
	struct address a;

	assert_int_equal(address_parse(text, &a), 0);
	return a;
}

static void
test_text_survives_parse_and_format(void **state)
{
	static const struct {
		const char *text;
		const char *canonical;
	} cases[] = {
		{ "10.0.0.101/32", "10.0.0.101/32" },
		{ "10.0.0.101", "10.0.0.101/32" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "172.23.1.0/24", "172.23.1.0/24" },
		{ "192.0.2.128/25", "192.0.2.128/25" },
		{ "2001:0db8:0000:1000::101/128", "2001:db8:0:1000::101/128" },
		{ "2001:db8::/33", "2001:db8::/33" },
		{ "::/0", "::/0" },
		{ "::1", "::1/128" },
		{ "::ffff:192.0.2.1/128", "::ffff:192.0.2.1/128" },
	};
	char buf[PREFIX_STRLEN];
	struct prefix p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		p = prefix(cases[i].text);
		assert_true(prefix_is_valid(&p));
		assert_string_equal(prefix_format(&p, buf),
		    cases[i].canonical);
	}
}

static void
test_what_is_not_a_prefix_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "/", "/24", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/8/8",
		"10.0.0/8", "010.0.0.1", "10.0.0.0/0x8", "::/129", "::1%eth0",
		"host", "2001:db8:::/32",
		"10.0.0.0/99999999999999999999999999999999999999999999999999",
		"10.0.0.00000000000000000000000000000000000000000000000000/8",
	};
	struct prefix p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		errno = 0;
		assert_int_equal(prefix_parse(cases[i], &p), -1);
		assert_int_equal(errno, EINVAL);
		assert_false(prefix_is_set(&p));
	}
}

static void
test_host_bits_below_the_mask_are_told_apart(void **state)
{
	struct prefix p;

	(void)state;
	errno = 0;
	assert_int_equal(prefix_parse("10.0.0.1/24", &p), -1);
	assert_int_equal(errno, ERANGE);
	errno = 0;
	assert_int_equal(prefix_parse("2001:db8::1/127", &p), -1);
	assert_int_equal(errno, ERANGE);
}

static void
test_make_masks_host_bits_at_any_length(void **state)
{
	struct address all = address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	struct prefix p;
	unsigned int len, i, bits;

	(void)state;
	for (len = 0; len <= 128; len++) {
		assert_int_equal(prefix_make(&all, (uint8_t)len, &p), 0);
		for (i = bits = 0; i < 16; i++)
			bits += (unsigned int)
			    __builtin_popcount(p.addr.bytes[i]);
		assert_int_equal(bits, len);
		assert_true(prefix_is_valid(&p));
	}
	errno = 0;
	assert_int_equal(prefix_make(&all, 129, &p), -1);
	assert_int_equal(errno, EINVAL);
}

static void
test_invalid_values_from_a_message_are_seen(void **state)
{
	struct prefix p = prefix("10.0.0.0/24");

	(void)state;
	p.addr.bytes[3] = 1;
	assert_false(prefix_is_valid(&p));
	p = prefix("10.0.0.0/24");
	p.len = 33;
	assert_false(prefix_is_valid(&p));
	p = prefix("10.0.0.0/24");
	p.addr.bytes[15] = 1;
	assert_false(prefix_is_valid(&p));
	assert_false(address_is_valid(&p.addr));
	p.addr.afi = 3;
	assert_false(prefix_is_valid(&p));
	memset(&p, 0, sizeof(p));
	assert_false(prefix_is_valid(&p));
}

static void
test_order_is_family_address_length(void **state)
{
	static const char *const sorted[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.1/32",
		"192.0.2.0/24", "::/0", "2001:db8::/32", "2001:db8::/64"
	};
	struct prefix a, b;
	int i, j, n = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++) {
			a = prefix(sorted[i]);
			b = prefix(sorted[j]);
			assert_true(i < j ? prefix_cmp(&a, &b) < 0 :
			    i > j ? prefix_cmp(&a, &b) > 0 :
			    prefix_cmp(&a, &b) == 0);
		}
	}
}

static void
test_no_address_is_neither_routed_nor_announced(void **state)
{
	struct prefix none = { .len = 0 };
	struct prefix p = prefix("0.0.0.0/32");

	(void)state;
	assert_false(prefix_is_usable(&p));
	p = prefix("0.0.0.1/32");
	assert_false(prefix_is_usable(&p));
	p = prefix("0.255.255.255/32");
	assert_false(prefix_is_usable(&p));
	p = prefix("1.0.0.0/32");
	assert_true(prefix_is_usable(&p));
	p = prefix("::/128");
	assert_false(prefix_is_usable(&p));
	p = prefix("::1:0/128");
	assert_true(prefix_is_usable(&p));
	assert_false(prefix_is_usable(&none));
	p = prefix("192.0.0.8/32");
	assert_false(prefix_is_usable(&p));
	p = prefix("192.0.0.8/29");
	assert_true(prefix_is_usable(&p));
	p = prefix("0.0.0.0/0");
	assert_true(prefix_is_usable(&p));
	p = prefix("10.0.0.101/32");
	assert_true(prefix_is_usable(&p));
	assert_true(prefix_is_host(&p));
	p = prefix("10.0.0.0/31");
	assert_false(prefix_is_host(&p));
	assert_false(prefix_is_host(&none));
}

static void
test_kinds_of_address(void **state)
{
	struct address a = address("fe80::1");
	struct address none = { .afi = AFI_NONE };
	char buf[ADDRESS_STRLEN];

	(void)state;
	assert_true(address_is_linklocal(&a));
	a = address("febf::1");
	assert_true(address_is_linklocal(&a));
	a = address("fec0::1");
	assert_false(address_is_linklocal(&a));
	a = address("169.254.0.1");
	assert_true(address_is_linklocal(&a));
	a = address("::");
	assert_true(address_is_unspecified(&a));
	assert_false(address_is_unspecified(&none));
	assert_string_equal(address_format(&none, buf), "none");
	a = address_from_ipv4(0xc0000201);
	assert_string_equal(address_format(&a, buf), "192.0.2.1");
	assert_int_equal(address_to_ipv4(&a), 0xc0000201);
	a = address_map_ipv4(&a);
	assert_string_equal(address_format(&a, buf), "::ffff:192.0.2.1");
}

static void
test_socket_addresses_there_and_back(void **state)
{
	static const char *const cases[] = { "192.0.2.1", "2001:db8::1" };
	struct sockaddr_storage ss;
	struct address a, back, none = { .afi = AFI_NONE };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		a = address(cases[i]);
		assert_true(address_to_sockaddr(&a, 179, 0, &ss) > 0);
		assert_int_equal(address_from_sockaddr(
		    (struct sockaddr *)&ss, &back), 0);
		assert_int_equal(address_cmp(&a, &back), 0);
	}
	assert_int_equal(address_to_sockaddr(&none, 179, 0, &ss), 0);
	errno = 0;
	assert_int_equal(address_from_sockaddr((struct sockaddr *)&ss,
	    &back), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	a = address("192.0.2.1");
	a = address_map_ipv4(&a);
	address_to_sockaddr(&a, 179, 0, &ss);
	assert_int_equal(address_from_sockaddr((struct sockaddr *)&ss,
	    &back), 0);
	assert_int_equal(back.afi, AFI_IPV4);
}

static void
test_what_a_prefix_holds(void **state)
{
	const struct prefix p = prefix("10.1.0.64/26");
	const struct prefix p6 = prefix("2001:db8::/63");
	struct address a = address("10.1.0.127"), last = prefix_last(&p);
	struct prefix other = prefix("10.1.0.0/24"), host;
	char buf[PREFIX_STRLEN];

	(void)state;
	assert_int_equal(address_cmp(&a, &last), 0);
	assert_true(prefix_contains(&p, &a));
	assert_true(prefix_overlaps(&p, &other));
	assert_true(prefix_overlaps(&other, &p));
	host = prefix_of_host(&a);
	assert_string_equal(prefix_format(&host, buf), "10.1.0.127/32");
	assert_true(prefix_overlaps(&host, &p));
	address_increment(&a);
	assert_string_equal(address_format(&a, buf), "10.1.0.128");
	assert_false(prefix_contains(&p, &a));
	assert_false(prefix_contains(&p6, &a));
	other = prefix("10.1.0.0/26");
	assert_false(prefix_overlaps(&p, &other));
	assert_false(prefix_overlaps(&p, &p6));
	last = prefix_last(&p6);
	assert_string_equal(address_format(&last, buf),
	    "2001:db8:0:1:ffff:ffff:ffff:ffff");
	address_increment(&last);
	assert_string_equal(address_format(&last, buf), "2001:db8:0:2::");
}

static void
test_the_last_address_is_followed_by_the_first(void **state)
{
	struct address a = address("255.255.255.255");

	(void)state;
	address_increment(&a);
	assert_true(address_is_unspecified(&a));
	assert_true(address_is_valid(&a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_survives_parse_and_format),
		cmocka_unit_test(test_what_is_not_a_prefix_is_refused),
		cmocka_unit_test(test_host_bits_below_the_mask_are_told_apart),
		cmocka_unit_test(test_make_masks_host_bits_at_any_length),
		cmocka_unit_test(test_invalid_values_from_a_message_are_seen),
		cmocka_unit_test(test_order_is_family_address_length),
		cmocka_unit_test(
		    test_no_address_is_neither_routed_nor_announced),
		cmocka_unit_test(test_kinds_of_address),
		cmocka_unit_test(test_socket_addresses_there_and_back),
		cmocka_unit_test(test_what_a_prefix_holds),
		cmocka_unit_test(
		    test_the_last_address_is_followed_by_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
