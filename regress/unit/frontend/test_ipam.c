/*
 * The rules for addresses, and the sentences that a user reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/ipam.h"

/* wanted is the pool, or the sentence behind "bgplb: ". */
static void
check_pool(const char *pool, const char *sub_pool, const char *v6subnet,
    bool v6, const char *wanted)
{
	const struct pool_request request = { .pool = pool,
	    .sub_pool = sub_pool, .v6subnet = v6subnet, .v6 = v6 };
	struct sentence why = { "" };
	struct prefix p;
	char text[PREFIX_STRLEN];

	if (ipam_request_pool(&request, &p, &why) == 0)
		assert_string_equal(prefix_format(&p, text), wanted);
	else {
		assert_memory_equal(why.text, "bgplb: ", 7);
		assert_string_equal(why.text + 7, wanted);
	}
}

static void
test_an_ipv4_pool_is_a_host_address(void **state)
{
	(void)state;
	check_pool("10.0.0.101/32", "", "", false, "10.0.0.101/32");
	check_pool("10.0.0.101", "", "", false, "10.0.0.101/32");
	/* The IPv6 option is there in both requests. */
	check_pool("10.0.0.101/32", "", "2001:db8::1/128", false,
	    "10.0.0.101/32");
	check_pool("10.0.0.0/24", "", "", false, "10.0.0.0/24 is not a host "
	    "address: write --subnet 10.0.0.0/32");
	check_pool("10.0.0.7/24", "", "", false, "10.0.0.7/24 is not a host "
	    "address: write --subnet 10.0.0.7/32");
	check_pool("0.0.0.0/0", "", "", false, "0.0.0.0/0 is not a host "
	    "address: write --subnet 0.0.0.0/32");
	check_pool("2001:db8::1/128", "", "", false, "2001:db8::1/128 is not "
	    "an IPv4 address: write --subnet ADDRESS/32");
	check_pool("web1", "", "", false, "web1 is not an IPv4 address: "
	    "write --subnet ADDRESS/32");
	check_pool("10.0.0.1/33", "", "", false, "10.0.0.1/33 is not an IPv4 "
	    "address: write --subnet ADDRESS/32");
}

static void
test_without_ipv4_pool_there_is_the_one_that_stands_for_none(void **state)
{
	(void)state;
	check_pool("", "", "", false, "0.0.0.0/32");
	check_pool("", "", "2001:db8::1/128", false, "0.0.0.0/32");
	check_pool("0.0.0.0/32", "", "", false, "0.0.0.0/32");
}

static void
test_an_ipv6_pool_comes_as_option_or_as_subnet(void **state)
{
	(void)state;
	check_pool("", "", "2001:db8:0:1000::101/128", true,
	    "2001:db8:0:1000::101/128");
	check_pool("2001:db8:0:1000::105/128", "", "", true,
	    "2001:db8:0:1000::105/128");
	check_pool("2001:db8::1/128", "", "2001:db8::1/128", true,
	    "2001:db8::1/128");
	check_pool("", "", "", true, "--ipv6 needs an address: write "
	    "--ipam-opt v6subnet=ADDRESS/128");
	check_pool("2001:db8::1/128", "", "2001:db8::2/128", true,
	    "IPv6 address given twice, as --subnet 2001:db8::1/128 and "
	    "--ipam-opt v6subnet=2001:db8::2/128: write one");
	check_pool("", "", "2001:db8::/64", true, "2001:db8::/64 is not a "
	    "host address: write --ipam-opt v6subnet=2001:db8::/128");
	check_pool("2001:db8::7/64", "", "", true, "2001:db8::7/64 is not a "
	    "host address: write --subnet 2001:db8::7/128");
	check_pool("", "", "10.0.0.1/32", true, "10.0.0.1/32 is not an IPv6 "
	    "address: write --ipam-opt v6subnet=ADDRESS/128");
	check_pool("", "", "::/128", true, "::/128 stands for no address: "
	    "write --ipam-opt v6subnet=ADDRESS/128");
}

static void
test_an_address_that_no_router_carries_is_refused(void **state)
{
	static const char *const v4[] = { "224.0.0.5/32", "127.0.0.1/32",
	    "255.255.255.255/32" };
	static const char *const v6[] = { "ff02::1/128", "fe80::1/128" };
	char wanted[96];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v4) / sizeof(v4[0]); i++) {
		snprintf(wanted, sizeof(wanted), "%s cannot be announced to "
		    "routers: write a unicast address", v4[i]);
		check_pool(v4[i], "", "", false, wanted);
	}
	for (i = 0; i < sizeof(v6) / sizeof(v6[0]); i++) {
		snprintf(wanted, sizeof(wanted), "%s cannot be announced to "
		    "routers: write a unicast address", v6[i]);
		check_pool("", "", v6[i], true, wanted);
	}
}

static void
test_an_ip_range_is_refused(void **state)
{
	(void)state;
	check_pool("10.0.0.1/32", "10.0.0.0/28", "", false, "--ip-range "
	    "10.0.0.0/28 is not for a network that has one address: leave it "
	    "out");
}

static void
check_address(const char *pool_id, const char *address, const char *wanted)
{
	struct sentence why = { "" };
	struct prefix p;
	char text[PREFIX_STRLEN];

	if (ipam_request_address(pool_id, address, &p, &why) == 0)
		assert_string_equal(prefix_format(&p, text), wanted);
	else
		assert_string_equal(why.text, wanted);
}

static void
test_every_request_gets_the_pools_address(void **state)
{
	(void)state;
	check_address("10.0.0.101/32", "", "10.0.0.101/32");
	check_address("10.0.0.101/32", "10.0.0.101", "10.0.0.101/32");
	check_address("10.0.0.101/32", "10.0.0.101/32", "10.0.0.101/32");
	check_address("0.0.0.0/32", "", "0.0.0.0/32");
	check_address("0.0.0.0/32", "0.0.0.0", "0.0.0.0/32");
	check_address("2001:db8::1/128", "2001:0db8::0001",
	    "2001:db8::1/128");
}

static void
test_another_address_is_refused(void **state)
{
	(void)state;
	check_address("10.0.0.101/32", "10.0.0.9", "bgplb: 10.0.0.9 is not "
	    "the network's address: leave it out, or write 10.0.0.101");
	check_address("2001:db8::1/128", "10.0.0.9", "bgplb: 10.0.0.9 is not "
	    "the network's address: leave it out, or write 2001:db8::1");
	check_address("10.0.0.101/32", "x", "bgplb: x is not the network's "
	    "address: leave it out, or write 10.0.0.101");
}

static void
test_a_foreign_pool_id_is_refused(void **state)
{
	(void)state;
	check_address("LocalDefault/10.0.0.0/24", "",
	    "bgplb: PoolID LocalDefault/10.0.0.0/24 is not one of bgplb's");
	check_address("10.0.0.0/24", "",
	    "bgplb: PoolID 10.0.0.0/24 is not one of bgplb's");
	check_address("", "", "bgplb: PoolID  is not one of bgplb's");
}

static void
test_a_pool_of_another_ipam_driver_is_refused_at_the_network(void **state)
{
	struct sentence why;
	struct prefix p;

	(void)state;
	assert_int_equal(ipam_check_network_pool("10.7.0.0/24", AFI_IPV4, &p,
	    &why), -1);
	assert_string_equal(why.text, "bgplb: 10.7.0.0/24 is not a host "
	    "address: write --ipam-driver with the name that --driver has, "
	    "and --subnet ADDRESS/32");
	assert_int_equal(ipam_check_network_pool("fd00::/64", AFI_IPV6, &p,
	    &why), -1);
	assert_int_equal(ipam_check_network_pool("10.0.0.1/32", AFI_IPV6, &p,
	    &why), -1);
	assert_int_equal(ipam_check_network_pool("0.0.0.0/32", AFI_IPV4, &p,
	    &why), 0);
	assert_false(prefix_is_set(&p));
	assert_int_equal(ipam_check_network_pool("10.0.0.1/32", AFI_IPV4, &p,
	    &why), 0);
	assert_true(prefix_is_host(&p));
}

static void
test_a_sentence_names_the_speaker_once_and_fits(void **state)
{
	struct sentence s;
	char big[512];

	(void)state;
	sentence_set(&s, "x %d", 1);
	assert_string_equal(s.text, "bgplb: x 1");
	sentence_set(&s, "bgplb: y");
	assert_string_equal(s.text, "bgplb: y");
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	sentence_set(&s, "%s", big);
	assert_int_equal(strlen(s.text), sizeof(s.text) - 1);
	assert_memory_equal(s.text, "bgplb: aaaa", 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_ipv4_pool_is_a_host_address),
		cmocka_unit_test(test_without_ipv4_pool_there_is_the_one_that_stands_for_none),
		cmocka_unit_test(test_an_ipv6_pool_comes_as_option_or_as_subnet),
		cmocka_unit_test(test_an_address_that_no_router_carries_is_refused),
		cmocka_unit_test(test_an_ip_range_is_refused),
		cmocka_unit_test(test_every_request_gets_the_pools_address),
		cmocka_unit_test(test_another_address_is_refused),
		cmocka_unit_test(test_a_foreign_pool_id_is_refused),
		cmocka_unit_test(test_a_pool_of_another_ipam_driver_is_refused_at_the_network),
		cmocka_unit_test(test_a_sentence_names_the_speaker_once_and_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
