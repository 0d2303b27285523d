/* Which networks would take an address that the host needs itself. */
#include "bgplbd/rde/address_conflict.h"
#include "regress/unit/rde/fixtures.h"

struct fixture {
	struct host_addresses		host;
	struct settings			settings;
	struct neighbor_settings	neighbors[3];
	struct address_list		nexthops;
};

static void
add_host(struct fixture *f, const char *text, int ifindex)
{
	struct address_message m;

	memset(&m, 0, sizeof(m));
	m.addr = address(text);
	m.ifindex = ifindex;
	host_addresses_append(&f->host, &m);
}

static int
setup(void **state)
{
	static struct fixture f;
	struct address gateway = address("198.51.100.254");

	memset(&f, 0, sizeof(f));
	add_host(&f, "127.0.0.1", 1);
	add_host(&f, "::1", 1);
	add_host(&f, "192.0.2.10", 2);
	add_host(&f, "2001:db8:f:1::10", 2);
	add_host(&f, "fe80::10", 2);
	f.neighbors[0].addr = address("192.0.2.1");
	f.neighbors[1].addr = address("203.0.113.0");
	f.neighbors[1].dynamic = true;
	f.neighbors[1].length = 24;
	f.neighbors[2].addr = address("2001:db8:f:9::1");
	f.settings.neighbors = f.neighbors;
	f.settings.nneighbors = 3;
	address_list_add(&f.nexthops, &gateway);
	address_list_add(&f.nexthops, &gateway);
	assert_int_equal(f.nexthops.n, 1);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	host_addresses_clear(&f->host);
	address_list_clear(&f->nexthops);
	return 0;
}

static void
test_what_holds_a_needed_address_is_found(void **state)
{
	static const struct {
		const char		*network;
		enum address_conflict	 conflict;
		const char		*with;
	} rows[] = {
		{ "192.0.2.10/32", CONFLICT_HOST, "192.0.2.10/32" },
		{ "192.0.2.0/24", CONFLICT_HOST, "192.0.2.10/32" },
		{ "2001:db8:f:1::10/128", CONFLICT_HOST,
		    "2001:db8:f:1::10/128" },
		{ "2001:db8:f:1::/64", CONFLICT_HOST,
		    "2001:db8:f:1::10/128" },
		{ "192.0.2.1/32", CONFLICT_NEIGHBOR, "192.0.2.1/32" },
		{ "192.0.2.0/30", CONFLICT_NEIGHBOR, "192.0.2.1/32" },
		{ "2001:db8:f:9::1/128", CONFLICT_NEIGHBOR,
		    "2001:db8:f:9::1/128" },
		/* All that may connect, but not one of them. */
		{ "203.0.113.0/24", CONFLICT_NEIGHBOR, "203.0.113.0/24" },
		{ "203.0.112.0/23", CONFLICT_NEIGHBOR, "203.0.113.0/24" },
		{ "203.0.113.0/25", CONFLICT_NONE, NULL },
		{ "203.0.113.77/32", CONFLICT_NONE, NULL },
		{ "198.51.100.254/32", CONFLICT_NEXTHOP,
		    "198.51.100.254/32" },
		{ "198.51.100.0/24", CONFLICT_NEXTHOP, "198.51.100.254/32" },
		/* Of a link's subnet, but nobody's. */
		{ "192.0.2.77/32", CONFLICT_NONE, NULL },
		{ "192.0.2.128/25", CONFLICT_NONE, NULL },
		{ "10.0.0.101/32", CONFLICT_NONE, NULL },
		{ "2001:db8:f:1::77/128", CONFLICT_NONE, NULL },
	};
	struct fixture *f = *state;
	struct prefix p, with, wanted;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = prefix(rows[i].network);
		if (address_conflict(&p, &f->host, &f->settings, &f->nexthops,
		    &with) != rows[i].conflict)
			fail_msg("%s is judged wrong", rows[i].network);
		if (rows[i].with == NULL)
			continue;
		wanted = prefix(rows[i].with);
		assert_int_equal(prefix_cmp(&with, &wanted), 0);
	}
}

static void
test_list_of_next_hops_has_a_limit(void **state)
{
	struct address_list l = { .n = 0 };
	struct address a = address("10.0.0.0");
	unsigned int i;

	(void)state;
	for (i = 0; i < ADDRESS_LIST_MAX + 10; i++) {
		a.bytes[2] = (uint8_t)(i >> 8);
		a.bytes[3] = (uint8_t)i;
		address_list_add(&l, &a);
	}
	assert_int_equal(l.n, ADDRESS_LIST_MAX);
	address_list_clear(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_what_holds_a_needed_address_is_found, setup,
		    teardown),
		cmocka_unit_test(test_list_of_next_hops_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
