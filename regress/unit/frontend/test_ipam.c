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

/* wanted is the pool's id, or the sentence behind "bgplb: ". */
static void
check_space(const char *space, const char *pool, const char *sub_pool,
    const char *v6subnet, bool v6, const char *wanted)
{
	const struct pool_request request = { .space = space, .pool = pool,
	    .sub_pool = sub_pool, .v6subnet = v6subnet, .v6 = v6 };
	struct sentence why = { "" };
	struct ipam_pool p;
	char text[IPAM_POOL_ID_MAX];

	if (ipam_request_pool(&request, &p, &why) == 0)
		assert_string_equal(ipam_pool_id(&p, text), wanted);
	else {
		assert_memory_equal(why.text, "bgplb: ", 7);
		assert_string_equal(why.text + 7, wanted);
	}
}

static void
check_pool(const char *pool, const char *sub_pool, const char *v6subnet,
    bool v6, const char *wanted)
{
	check_space("bgplb-local", pool, sub_pool, v6subnet, v6, wanted);
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
	check_pool("10.0.0.7/24", "", "", false, "10.0.0.7/24 has bits behind "
	    "its mask: write --subnet 10.0.0.7/32 for one address, or "
	    "--subnet 10.0.0.0/24 for a pool of them");
	check_pool("10.0.0.7/3", "", "", false, "10.0.0.7/3 has bits behind "
	    "its mask: write --subnet 10.0.0.7/32");
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
	check_pool("", "", "", false, "0.0.0.1/32");
	check_pool("", "", "2001:db8::1/128", false, "0.0.0.1/32");
	check_pool("0.0.0.0/32", "", "", false, "0.0.0.0/32");
	check_pool("0.1.2.3/32", "", "", false, "0.1.2.3/32");
	check_pool("192.0.0.8/32", "", "", false, "192.0.0.8/32");
	check_space("bgplb-global", "", "", "2001:db8::1/128", false,
	    "192.0.0.8/32");
	check_space("bgplb-global", "192.0.0.8/32", "", "", false,
	    "192.0.0.8/32");
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
	    "--ipam-opt v6subnet=ADDRESS/128, or --subnet ADDRESS/128 (in a "
	    "compose file a second \"- subnet:\" in ipam.config)");
	check_pool("2001:db8::1/128", "", "2001:db8::2/128", true,
	    "IPv6 address given twice, as --subnet 2001:db8::1/128 and "
	    "--ipam-opt v6subnet=2001:db8::2/128: write one");
	/* So it comes after a restart of Docker, which writes addresses its way. */
	check_pool("2001:db8::1/128", "", "2001:0db8::1/128", true,
	    "2001:db8::1/128");
	check_pool("2001:db8::7/64", "", "", true, "2001:db8::7/64 has bits "
	    "behind its mask: write --subnet 2001:db8::7/128 for one address, "
	    "or --subnet 2001:db8::/64 for a pool of them");
	check_pool("", "", "10.0.0.1/32", true, "10.0.0.1/32 is not an IPv6 "
	    "address: write --ipam-opt v6subnet=ADDRESS/128");
	check_pool("", "", "::/128", true, "::/128 stands for no address: "
	    "write --ipam-opt v6subnet=ADDRESS/128");
}

static void
test_a_wider_subnet_is_a_pool(void **state)
{
	(void)state;
	check_pool("10.1.0.0/24", "", "", false, "10.1.0.0/24");
	check_pool("10.0.0.100/31", "", "", false, "10.0.0.100/31");
	check_pool("10.0.0.0/8", "", "", false, "10.0.0.0/8");
	check_pool("", "", "2001:db8:1::/64", true, "2001:db8:1::/64");
	check_pool("2001:db8:1::/64", "", "", true, "2001:db8:1::/64");
	check_pool("8.0.0.0/7", "", "", false, "8.0.0.0/7 is too wide for a "
	    "pool, which has /8 at least: write --subnet 8.0.0.0/32 if it is "
	    "one address");
	check_pool("0.0.0.0/0", "", "", false, "0.0.0.0/0 is too wide for a "
	    "pool, which has /8 at least: write --subnet 0.0.0.0/32 if it is "
	    "one address");
	check_pool("", "", "2001::/12", true, "2001::/12 has bits behind its "
	    "mask: write --ipam-opt v6subnet=2001::/128");
	check_pool("", "", "2000::/12", true, "2000::/12 is too wide for a "
	    "pool, which has /32 at least: write --ipam-opt "
	    "v6subnet=2000::/128 if it is one address");
	check_pool("0.0.0.0/8", "", "", false, "0.0.0.0/8 holds addresses "
	    "that stand for none: write another subnet");
	check_pool("", "", "::/64", true, "::/64 holds addresses that stand "
	    "for none: write another subnet");
	/* Whether it may be announced is for the rde to say. */
	check_pool("169.254.0.0/16", "", "", false, "169.254.0.0/16");
}

/* There a manager gives the addresses, which knows of no host what is in use. */
static void
test_a_swarms_network_has_no_pool(void **state)
{
	(void)state;
	check_space("bgplb-global", "10.0.0.101/32", "", "", false,
	    "10.0.0.101/32");
	check_space("bgplb-global", "10.1.0.0/24", "", "", false,
	    "10.1.0.0/24 is not a host address: a swarm's networks have one "
	    "address each, which all hosts announce; pools are for networks "
	    "of one host");
}

static void
test_an_ip_range_is_a_part_of_its_pool(void **state)
{
	(void)state;
	check_pool("10.1.0.0/24", "10.1.0.64/26", "", false,
	    "10.1.0.0/24,10.1.0.64/26");
	check_pool("2001:db8:1::/64", "2001:db8:1::100/120", "", true,
	    "2001:db8:1::/64,2001:db8:1::100/120");
	check_pool("10.1.0.0/24", "10.1.0.0/24", "", false, "10.1.0.0/24");
	check_pool("10.0.0.1/32", "10.0.0.0/28", "", false, "--ip-range "
	    "10.0.0.0/28 is not for a network that has one address: leave it "
	    "out");
	check_pool("10.1.0.0/24", "10.2.0.0/26", "", false, "--ip-range "
	    "10.2.0.0/26 is not within 10.1.0.0/24: write a part of that");
	check_pool("10.1.0.0/24", "10.1.0.0/16", "", false, "--ip-range "
	    "10.1.0.0/16 is not within 10.1.0.0/24: write a part of that");
	check_pool("10.1.0.0/24", "10.1.0.5/29", "", false, "--ip-range "
	    "10.1.0.5/29 has bits behind its mask: write the range's first "
	    "address");
	check_pool("10.1.0.0/24", "x", "", false, "--ip-range x is not a "
	    "subnet: write ADDRESS/LENGTH");
}

/* wanted: the address, "ask" and the address for one that the rde decides. */
static void
check_request(const char *pool_id, const char *address, bool gateway,
    const char *wanted)
{
	const struct address_request request = { .pool_id = pool_id,
	    .address = address, .gateway = gateway };
	struct sentence why = { "" };
	struct ipam_pool p;
	struct address got;
	char text[ADDRESS_STRLEN], shown[64];
	bool found;

	if (ipam_request_address(&request, &p, &got, &found, &why) == 0) {
		snprintf(shown, sizeof(shown), "%s%s", found ? "" : "ask ",
		    address_format(&got, text));
		assert_string_equal(shown, wanted);
	} else
		assert_string_equal(why.text, wanted);
}

static void
check_address(const char *pool_id, const char *address, const char *wanted)
{
	check_request(pool_id, address, false, wanted);
}

static void
test_every_request_gets_the_pools_address(void **state)
{
	(void)state;
	check_address("10.0.0.101/32", "", "10.0.0.101");
	check_address("10.0.0.101/32", "10.0.0.101", "10.0.0.101");
	check_address("10.0.0.101/32", "10.0.0.101/32", "10.0.0.101");
	check_address("0.0.0.0/32", "", "0.0.0.0");
	check_address("0.0.0.0/32", "0.0.0.0", "0.0.0.0");
	check_address("2001:db8::1/128", "2001:0db8::0001",
	    "2001:db8::1");
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
	check_address("10.0.0.0/7", "",
	    "bgplb: PoolID 10.0.0.0/7 is not one of bgplb's");
	check_address("10.1.0.0/24,10.2.0.0/26", "", "bgplb: PoolID "
	    "10.1.0.0/24,10.2.0.0/26 is not one of bgplb's");
	check_address("", "", "bgplb: PoolID  is not one of bgplb's");
}

static void
test_a_pools_address_is_the_rdes_to_choose(void **state)
{
	(void)state;
	check_address("10.1.0.0/24", "", "ask none");
	check_address("10.1.0.0/24,10.1.0.64/26", "10.1.0.5", "ask 10.1.0.5");
	check_address("10.1.0.0/24", "10.2.0.5", "bgplb: 10.2.0.5 is not an "
	    "address of 10.1.0.0/24: write one of those, or none");
	check_address("10.1.0.0/24", "10.1.0.0", "bgplb: 10.1.0.0 is not given "
	    "out, for it is the network address of 10.1.0.0/24: write another "
	    "one");
	check_address("10.1.0.0/24", "10.1.0.255", "bgplb: 10.1.0.255 is not "
	    "given out, for it is the broadcast address of 10.1.0.0/24: write "
	    "another one");
	check_address("192.0.0.0/24", "192.0.0.8", "bgplb: 192.0.0.8 stands "
	    "for no address: write another one");
	check_address("2001:db8:1::/64", "2001:db8:1::beef",
	    "ask 2001:db8:1::beef");
}

static void
test_a_pools_first_address_stands_for_its_gateway(void **state)
{
	(void)state;
	check_request("10.1.0.0/24", "", true, "10.1.0.0");
	check_request("10.1.0.0/24", "10.1.0.0", true, "10.1.0.0");
	check_request("2001:db8:1::/64", "", true, "2001:db8:1::");
	check_request("10.1.0.0/24", "10.1.0.1", true, "ask 10.1.0.1");
	check_request("10.0.0.101/32", "", true, "10.0.0.101");
}

static void
check_reserved(const char *text, const char *subnet, const char *wanted)
{
	struct address got;
	struct prefix p;
	char shown[ADDRESS_STRLEN];

	assert_int_equal(prefix_parse(subnet, &p), 0);
	if (ipam_is_reserved(text, &p, &got))
		assert_string_equal(address_format(&got, shown), wanted);
	else
		assert_string_equal("", wanted);
}

static void
test_what_a_network_reserves_is_what_could_be_given(void **state)
{
	(void)state;
	check_reserved("10.1.0.1", "10.1.0.0/24", "10.1.0.1");
	check_reserved("10.1.0.1/24", "10.1.0.0/24", "10.1.0.1");
	check_reserved("10.1.0.0", "10.1.0.0/24", "");
	check_reserved("10.1.0.0", "10.1.0.0/31", "");	/* shared, as a /32 is */
	check_reserved("10.2.0.1", "10.1.0.0/24", "");
	check_reserved("10.0.0.101", "10.0.0.101/32", "");
	check_reserved("2001:db8:1::/64", "2001:db8:1::/64", "");
	check_reserved("2001:db8:1::1/64", "2001:db8:1::/64", "2001:db8:1::1");
	check_reserved("x", "10.1.0.0/24", "");
}

static void
test_what_another_ipam_driver_gives_is_refused(void **state)
{
	struct sentence why;
	struct prefix p;

	(void)state;
	assert_int_equal(ipam_check_subnet("10.7.0.0/24", "LocalDefault",
	    AFI_IPV4, &p, &why), -1);
	assert_string_equal(why.text, "bgplb: 10.7.0.0/24 is a subnet of "
	    "another IPAM driver: write --ipam-driver with the name that "
	    "--driver has");
	assert_int_equal(ipam_check_subnet("10.0.0.1/32", "bgplb-local",
	    AFI_IPV6, &p, &why), -1);
	assert_int_equal(ipam_check_subnet("0.0.0.0/32", "bgplb-local",
	    AFI_IPV4, &p, &why), 0);
	assert_false(prefix_is_set(&p));
	assert_int_equal(ipam_check_subnet("10.7.0.0/24", "bgplb-local",
	    AFI_IPV4, &p, &why), 0);
	assert_int_equal(p.len, 24);
	assert_int_equal(ipam_check_endpoint("10.7.0.2/24", AFI_IPV4, &p,
	    &why), -1);
	assert_string_equal(why.text, "bgplb: 10.7.0.2/24 is not a host "
	    "address: make the network with --ipam-driver, and the name that "
	    "--driver has");
	assert_int_equal(ipam_check_endpoint("10.0.0.1/32", AFI_IPV4, &p,
	    &why), 0);
	assert_true(prefix_is_host(&p));
	assert_int_equal(ipam_check_endpoint("0.0.0.0/32", AFI_IPV4, &p,
	    &why), 0);
	assert_false(prefix_is_set(&p));
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
		cmocka_unit_test(test_a_wider_subnet_is_a_pool),
		cmocka_unit_test(test_a_swarms_network_has_no_pool),
		cmocka_unit_test(test_an_ip_range_is_a_part_of_its_pool),
		cmocka_unit_test(test_every_request_gets_the_pools_address),
		cmocka_unit_test(test_another_address_is_refused),
		cmocka_unit_test(test_a_foreign_pool_id_is_refused),
		cmocka_unit_test(test_a_pools_address_is_the_rdes_to_choose),
		cmocka_unit_test(test_a_pools_first_address_stands_for_its_gateway),
		cmocka_unit_test(test_what_a_network_reserves_is_what_could_be_given),
		cmocka_unit_test(test_what_another_ipam_driver_gives_is_refused),
		cmocka_unit_test(test_a_sentence_names_the_speaker_once_and_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
