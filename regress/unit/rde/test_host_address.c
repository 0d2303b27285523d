#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "bgplbd/rde/host_address.h"
#include "bgplbd/messages/types.h"
#include "regress/unit/rde/fixtures.h"

struct given {
	const char	*addr;
	int		 ifindex;
	uint32_t	 flags;
	uint8_t		 scope;
};

static struct address_message
entry(const char *addr, int ifindex, uint32_t flags)
{
	struct address_message m;

	memset(&m, 0, sizeof(m));
	m.addr = address(addr);
	m.ifindex = ifindex;
	m.flags = flags;
	m.length = 24;
	return m;
}

static void
put(struct host_addresses *h, const struct given *given, size_t n)
{
	struct address_message m;
	size_t i;

	for (i = 0; i < n; i++) {
		m = entry(given[i].addr, given[i].ifindex, given[i].flags);
		m.scope = given[i].scope;
		assert_true(host_addresses_put(h, &m));
	}
}

static void
assert_chosen(const struct given *given, size_t n, const char *local,
    const char *expected)
{
	struct host_addresses h = { .list = NULL };
	struct address l = address(local), out;
	char text[ADDRESS_STRLEN];

	put(&h, given, n);
	assert_int_equal(host_addresses_of_interface(&h, &l, 0, AFI_IPV6,
	    &out) == HOST_ADDRESS_USABLE, strcmp(expected, "none") != 0);
	assert_string_equal(address_format(&out, text), expected);
	host_addresses_clear(&h);
}
#define CHOSEN(given, local, expected) \
	assert_chosen(given, sizeof(given) / sizeof((given)[0]), local, expected)

static void
test_address_of_another_interface_does_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 2, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "none");
	CHOSEN(given, "192.0.2.9", "none");
}

static void
test_link_local_address_does_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "fe80::1", 1, IFA_F_PERMANENT, RT_SCOPE_LINK },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "none");
	CHOSEN(given, "fe80::1", "none");
}

static void
test_tentative_deprecated_temporary_and_duplicate_do_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, IFA_F_TENTATIVE, RT_SCOPE_UNIVERSE },
		{ "2001:db8::2", 1, IFA_F_DEPRECATED, RT_SCOPE_UNIVERSE },
		{ "2001:db8::3", 1, IFA_F_TEMPORARY, RT_SCOPE_UNIVERSE },
		{ "2001:db8::4", 1, IFA_F_DADFAILED, RT_SCOPE_UNIVERSE },
		{ "2001:db8::5", 1, 0, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "2001:db8::5");
}

static void
test_permanent_goes_before_global_before_lowest(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, 0, RT_SCOPE_UNIVERSE },
		{ "fd00::1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::3", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::2", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	assert_chosen(given, 2, "192.0.2.1", "2001:db8::1");
	assert_chosen(given, 3, "192.0.2.1", "fd00::1");
	assert_chosen(given, 4, "192.0.2.1", "2001:db8::3");
	assert_chosen(given, 5, "192.0.2.1", "2001:db8::2");
}

static void
test_table_follows_what_comes_and_goes(void **state)
{
	struct host_addresses h = { .list = NULL };
	struct address_message m = entry("2001:db8::1", 1, IFA_F_TENTATIVE);
	const struct address a = m.addr;

	(void)state;
	assert_int_equal(host_addresses_state(&h, &a), HOST_ADDRESS_NONE);
	assert_false(host_addresses_remove(&h, &m));
	assert_true(host_addresses_put(&h, &m));
	assert_false(host_addresses_put(&h, &m));
	assert_int_equal(host_addresses_state(&h, &a),
	    HOST_ADDRESS_TENTATIVE);
	m.flags = 0;
	assert_true(host_addresses_put(&h, &m));
	assert_int_equal(host_addresses_state(&h, &a), HOST_ADDRESS_USABLE);
	assert_int_equal(h.n, 1);
	assert_true(host_addresses_remove(&h, &m));
	assert_int_equal(host_addresses_state(&h, &a), HOST_ADDRESS_NONE);
	host_addresses_clear(&h);
}

/* One address may stand with several prefix lengths, and on several interfaces. */
static void
test_address_is_there_as_long_as_one_entry_of_it_is(void **state)
{
	struct host_addresses h = { .list = NULL };
	struct address_message m = entry("192.0.2.1", 1, 0), longer = m;
	struct address_message elsewhere = entry("192.0.2.1", 2,
	    IFA_F_DEPRECATED);

	(void)state;
	longer.length = 32;
	assert_true(host_addresses_put(&h, &m));
	assert_true(host_addresses_put(&h, &longer));
	assert_true(host_addresses_put(&h, &elsewhere));
	assert_true(host_addresses_remove(&h, &m));
	assert_int_equal(host_addresses_state(&h, &m.addr),
	    HOST_ADDRESS_USABLE);
	assert_true(host_addresses_remove(&h, &longer));
	assert_int_equal(host_addresses_state(&h, &m.addr),
	    HOST_ADDRESS_DEPRECATED);
	assert_true(host_addresses_remove(&h, &elsewhere));
	assert_int_equal(host_addresses_state(&h, &m.addr),
	    HOST_ADDRESS_NONE);
	host_addresses_clear(&h);
}

/* ip address add 192.0.2.1 peer 198.51.100.1 dev ..., and once more with another. */
static void
test_address_is_there_as_long_as_it_has_one_other_end(void **state)
{
	struct host_addresses h = { .list = NULL };
	struct address_message m = entry("192.0.2.1", 1, 0), other;

	(void)state;
	m.length = 32;
	m.peer = address("198.51.100.1");
	other = m;
	other.peer = address("198.51.100.2");
	assert_true(host_addresses_put(&h, &m));
	assert_true(host_addresses_put(&h, &other));
	assert_true(host_addresses_remove(&h, &m));
	assert_int_equal(host_addresses_state(&h, &m.addr),
	    HOST_ADDRESS_USABLE);
	assert_true(host_addresses_remove(&h, &other));
	assert_int_equal(host_addresses_state(&h, &m.addr),
	    HOST_ADDRESS_NONE);
	host_addresses_clear(&h);
}

/* A router's loopback address, say, which stands on an uplink too. */
static void
test_all_interfaces_that_carry_the_address_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "192.0.2.1", 2, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "192.0.2.1", 3, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::3", 4, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "2001:db8::1");
}

static void
test_loopback_addresses_are_no_address_of_the_host(void **state)
{
	struct host_addresses h = { .list = NULL };
	struct address_message m4 = entry("127.0.0.1", 1, IFA_F_PERMANENT);
	struct address_message m6 = entry("::1", 1, IFA_F_PERMANENT);
	struct prefix all4 = prefix("0.0.0.0/0"), all6 = prefix("::/0");

	(void)state;
	assert_true(host_addresses_put(&h, &m4));
	assert_true(host_addresses_put(&h, &m6));
	assert_int_equal(host_addresses_state(&h, &m4.addr),
	    HOST_ADDRESS_NONE);
	assert_int_equal(host_addresses_state(&h, &m6.addr),
	    HOST_ADDRESS_NONE);
	assert_null(host_addresses_within(&h, &all4));
	assert_null(host_addresses_within(&h, &all6));
	host_addresses_clear(&h);
}

static void
test_address_within_a_prefix_is_found(void **state)
{
	struct host_addresses h = { .list = NULL };
	struct address_message m = entry("192.0.2.1", 1, 0);
	struct prefix with = prefix("192.0.2.0/24"), own = prefix(
	    "192.0.2.1/32"), without = prefix("192.0.2.2/32");

	(void)state;
	assert_true(host_addresses_put(&h, &m));
	assert_ptr_equal(host_addresses_within(&h, &with), h.list);
	assert_ptr_equal(host_addresses_within(&h, &own), h.list);
	assert_null(host_addresses_within(&h, &without));
	host_addresses_clear(&h);
}

/* What comes nearest, where none can be used. */
static void
test_answer_says_why_there_is_none(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::4", 1, IFA_F_TENTATIVE | IFA_F_DADFAILED,
		    RT_SCOPE_UNIVERSE },
		{ "2001:db8::2", 1, IFA_F_DEPRECATED, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, IFA_F_TENTATIVE, RT_SCOPE_UNIVERSE },
		{ "2001:db8::9", 1, 0, RT_SCOPE_UNIVERSE },
	};
	static const enum host_address_state expected[] = {
		HOST_ADDRESS_NONE, HOST_ADDRESS_DUPLICATE,
		HOST_ADDRESS_DEPRECATED, HOST_ADDRESS_TENTATIVE,
		HOST_ADDRESS_USABLE
	};
	const struct nexthop_query query = { .local = address("192.0.2.1") };
	struct host_addresses h = { .list = NULL };
	struct nexthop_answer a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		put(&h, &given[i], 1);
		host_addresses_answer(&h, &query, &query.local, &a);
		assert_int_equal(a.local_state, HOST_ADDRESS_USABLE);
		assert_int_equal(a.router_id_state, HOST_ADDRESS_USABLE);
		assert_int_equal(a.interface4_state, HOST_ADDRESS_USABLE);
		assert_int_equal(a.interface6_state, expected[i]);
		assert_int_equal(a.router6_state, expected[i]);
		assert_true(rde_session_is_valid(MSG_RDE_NEXTHOP, &a,
		    sizeof(a)));
	}
	host_addresses_clear(&h);
}

/* VLANs of one interface, say, have one MAC address and so the same. */
static void
test_link_local_address_of_several_links_is_told_apart(void **state)
{
	static const struct given given[] = {
		{ "fe80::1", 1, IFA_F_PERMANENT, RT_SCOPE_LINK },
		{ "2001:db8::1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "fe80::1", 2, IFA_F_PERMANENT, RT_SCOPE_LINK },
		{ "2001:db8::2", 2, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};
	struct nexthop_query query = { .local = address("fe80::1") };
	const struct address router_id = address("192.0.2.1");
	struct address expected;
	struct host_addresses h = { .list = NULL };
	struct nexthop_answer a;
	size_t i;

	(void)state;
	put(&h, given, sizeof(given) / sizeof(given[0]));
	for (i = 1; i < 4; i += 2) {
		query.scope = (uint32_t)given[i].ifindex;
		host_addresses_answer(&h, &query, &router_id, &a);
		assert_int_equal(a.local_state, HOST_ADDRESS_USABLE);
		expected = address(given[i].addr);
		assert_int_equal(address_cmp(&a.interface6, &expected), 0);
	}
	query.scope = 3;
	host_addresses_answer(&h, &query, &router_id, &a);
	assert_int_equal(a.local_state, HOST_ADDRESS_NONE);
	assert_int_equal(a.interface6_state, HOST_ADDRESS_NONE);
	host_addresses_clear(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address_of_another_interface_does_not_count),
		cmocka_unit_test(test_link_local_address_does_not_count),
		cmocka_unit_test(test_tentative_deprecated_temporary_and_duplicate_do_not_count),
		cmocka_unit_test(test_permanent_goes_before_global_before_lowest),
		cmocka_unit_test(test_table_follows_what_comes_and_goes),
		cmocka_unit_test(
		    test_address_is_there_as_long_as_one_entry_of_it_is),
		cmocka_unit_test(
		    test_address_is_there_as_long_as_it_has_one_other_end),
		cmocka_unit_test(
		    test_all_interfaces_that_carry_the_address_count),
		cmocka_unit_test(
		    test_loopback_addresses_are_no_address_of_the_host),
		cmocka_unit_test(test_address_within_a_prefix_is_found),
		cmocka_unit_test(test_answer_says_why_there_is_none),
		cmocka_unit_test(
		    test_link_local_address_of_several_links_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
