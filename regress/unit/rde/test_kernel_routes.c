#include "regress/unit/rde/kernel_fixture.h"

static void
test_route_is_scope_link_protocol_182_and_goes_again(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8:0:1000::101/128");
	int bridge = make_bridge(f);

	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge), 0);
	assert_true(output_has("ip route show table main",
	    "10.0.0.101 dev " BRIDGE " proto 182 scope link"));
	assert_true(output_has("ip -6 route show table main",
	    "2001:db8:0:1000::101 dev " BRIDGE " proto 182"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &v6), 0);
	assert_false(output_has("ip route; ip -6 route", "182"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &v6), 0);
}

static void
test_route_moves_to_another_bridge(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8::101/128");
	int other;

	assert_int_equal(kernel_route_set(f->kernel, &v4, make_bridge(f)), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, make_bridge(f)), 0);
	other = make_other_bridge(f);
	assert_int_equal(kernel_route_set(f->kernel, &v4, other), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, other), 0);
	assert_true(output_has("ip route", "10.0.0.101 dev " OTHER_BRIDGE));
	assert_true(output_has("ip -6 route",
	    "2001:db8::101 dev " OTHER_BRIDGE));
	assert_false(output_has("ip route; ip -6 route", BRIDGE));
}

/* As a network of Docker's that has no container. */
static void
test_subnet_counts_only_on_a_link_and_as_it_is(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("172.30.0.0/24"), wide = prefix("172.30.0.0/16");
	struct prefix v6 = prefix("2001:db8:1::/64");
	struct prefix routed = prefix("172.31.0.0/24");
	struct prefix host = prefix("172.30.0.1/32");

	assert_false(kernel_has_subnet(f->kernel, &v4));
	run("ip link add br1 up type bridge; ip addr add 172.30.0.1/24 dev br1; "
	    "ip addr add 2001:db8:1::1/64 dev br1 nodad; "
	    "ip route add 172.31.0.0/24 dev br1");
	assert_true(kernel_has_subnet(f->kernel, &v4));
	assert_true(kernel_has_subnet(f->kernel, &v6));
	assert_false(kernel_has_subnet(f->kernel, &wide));
	assert_false(kernel_has_subnet(f->kernel, &routed));
	assert_false(kernel_has_subnet(f->kernel, &host));
	run("ip link del br1");
	assert_false(kernel_has_subnet(f->kernel, &v4));
}

static bool
has_port_mac(struct kernel *k, int ifindex)
{
	struct port_macs macs;
	bool found = false;
	size_t i;

	assert_int_equal(kernel_port_macs(k, &macs), 0);
	for (i = 0; i < macs.n; i++)
		found |= macs.list[i].ifindex == ifindex &&
		    memcmp(macs.list[i].mac, mac, MAC_SIZE) == 0;
	port_macs_free(&macs);
	return found;
}

static void
test_mac_address_is_behind_its_port_while_there_is_one(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex;

	assert_int_equal(kernel_veth_create(f->kernel, &f->endpoint,
	    make_bridge(f), mac, 0, &ifindex), 0);
	assert_true(has_port_mac(f->kernel, ifindex));
	assert_int_equal(kernel_link_delete(f->kernel, ifindex), 0);
	assert_false(has_port_mac(f->kernel, ifindex));
}

static void
test_route_of_ours_that_was_lost_sight_of_is_replaced(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");

	run("ip link add br1 up type bridge");
	run("ip route add 10.0.0.101 dev br1 scope link proto 182");
	assert_int_equal(kernel_route_set(f->kernel, &v4, make_bridge(f)), 0);
	assert_true(output_has("ip route", "10.0.0.101 dev " BRIDGE));
	assert_false(output_has("ip route", "br1"));
}

static void
test_route_of_somebody_else_is_never_touched(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	int bridge = make_bridge(f);

	run("ip link add br1 up type bridge");
	run("ip route add 10.0.0.101 dev br1 scope link proto bird");
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), -1);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(kernel_error(f->kernel), "in its place"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_true(output_has("ip route",
	    "10.0.0.101 dev br1 proto bird scope link"));
}

/* Ours was removed by hand, and another one came in its place. */
static void
test_route_that_took_the_place_of_ours_is_not_replaced(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8::101/128");
	int bridge = make_bridge(f);

	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge), 0);
	run("ip link add br1 up type bridge; "
	    "ip route replace 10.0.0.101 dev br1 scope link proto bird; "
	    "ip -6 route replace 2001:db8::101 dev br1 proto bird");
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge), -1);
	assert_int_equal(errno, EEXIST);
	assert_true(output_has("ip route", "10.0.0.101 dev br1 proto bird"));
	assert_true(output_has("ip -6 route",
	    "2001:db8::101 dev br1 proto bird"));
}

static void
test_route_to_a_gone_bridge_says_what_the_kernel_says(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v6 = prefix("2001:db8::1/128");

	run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
	assert_int_equal(kernel_route_set(f->kernel, &v6, make_bridge(f)), -1);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "IPv6 is disabled on"));
}

static void
test_neighbor_entry_is_permanent_and_goes_again(void **state)
{
	static const uint8_t other[MAC_SIZE] = { 2, 0, 0, 0, 0, 9 };
	struct fixture *f = fixture(state);
	struct address v4 = address("10.0.0.101");
	struct address v6 = address("2001:db8::101");
	int bridge = make_bridge(f);

	assert_int_equal(kernel_neighbor_set(f->kernel, &v4, bridge, other),
	    0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4, bridge, mac), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v6, bridge, mac), 0);
	assert_true(output_has("ip neigh", "10.0.0.101 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:65 PERMANENT"));
	assert_true(output_has("ip neigh", "2001:db8::101 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:65 PERMANENT"));
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v6, bridge), 0);
	assert_false(output_has("ip neigh", "PERMANENT"));
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, 9999), 0);
}

static void
test_inventory_shows_ours_and_only_ours(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct inventory inv;
	int bridge = make_bridge(f), veth = make_veth(f, bridge);

	run("ip link add docker0 up type bridge; "
	    "ip link add bgplb-xxxxxxxxx up type bridge");
	run("ip route add 10.9.0.0/16 dev docker0; "
	    "ip route add 10.8.0.0/16 dev docker0 proto 182 table 7");
	run("ip neigh add 10.9.0.1 lladdr 2:0:0:0:0:1 dev docker0");
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4.addr, bridge,
	    mac), 0);

	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nlinks, 2);
	assert_int_equal(inv.links[0].ifindex, bridge);
	assert_int_equal(inv.links[0].kind, LINK_BRIDGE);
	assert_string_equal(inv.links[0].id.hex, f->network.hex);
	assert_true(inv.links[0].up);
	assert_int_equal(inv.links[1].ifindex, veth);
	assert_int_equal(inv.links[1].kind, LINK_VETH);
	assert_int_equal(inv.links[1].master, bridge);
	assert_string_equal(inv.links[1].id.hex, f->endpoint.hex);
	assert_int_equal(inv.nroutes, 1);
	assert_int_equal(prefix_cmp(&inv.routes[0].dst, &v4), 0);
	assert_int_equal(inv.routes[0].ifindex, bridge);
	assert_int_equal(inv.nneighbors, 1);
	assert_int_equal(inv.neighbors[0].ifindex, bridge);
	assert_memory_equal(inv.neighbors[0].mac, mac, MAC_SIZE);
	inventory_free(&inv);
}

static void
test_inventory_reads_more_than_one_datagram(void **state)
{
	struct fixture *f = fixture(state);
	struct inventory inv;
	struct address a;
	struct prefix p;
	unsigned int i;
	int bridge = make_bridge(f);

	for (i = 0; i < 1000; i++) {
		a = address_from_ipv4(0x0a000000 + i + 1);
		assert_int_equal(prefix_make(&a, 32, &p), 0);
		assert_int_equal(kernel_route_set(f->kernel, &p, bridge), 0);
		assert_int_equal(kernel_neighbor_set(f->kernel, &a, bridge,
		    mac), 0);
	}
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nroutes, 1000);
	assert_int_equal(inv.nneighbors, 1000);
	inventory_free(&inv);
}

static void
test_inventory_of_an_empty_namespace_is_empty(void **state)
{
	struct fixture *f = fixture(state);
	struct inventory inv;

	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nlinks + inv.nroutes + inv.nneighbors +
	    inv.nnexthops, 0);
	assert_null(inventory_nexthop(&inv, 1));
	inventory_free(&inv);
}

static void
assert_nexthop(struct fixture *f, const char *local, const char *expected)
{
	struct address a = address(local), out;
	struct host_addresses host;
	char text[ADDRESS_STRLEN];

	assert_int_equal(kernel_addresses(f->kernel, &host), 0);
	host_addresses_of_interface(&host, &a, 0, AFI_IPV6, &out);
	host_addresses_clear(&host);
	assert_string_equal(address_format(&out, text), expected);
}

static void
test_nexthop_is_the_global_address_of_the_interface(void **state)
{
	struct fixture *f = fixture(state);

	run("ip link add d0 up type bridge; ip link add d1 up type bridge");
	run("ip addr add 192.0.2.1/24 dev d0");
	assert_nexthop(f, "192.0.2.1", "none");
	run("ip addr add 2001:db8:1::1/64 dev d1 nodad");
	assert_nexthop(f, "192.0.2.1", "none");
	run("ip addr add fd00::1/64 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "fd00::1");
	run("ip addr add 2001:db8::9/64 dev d0 nodad valid_lft 900 "
	    "preferred_lft 900");
	assert_nexthop(f, "192.0.2.1", "fd00::1");
	run("ip addr add 2001:db8::7/64 dev d0 nodad preferred_lft 0");
	run("ip addr add 2001:db8::5/64 dev d0 nodad");
	run("ip addr add 2001:db8::6/64 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "2001:db8::5");
	assert_nexthop(f, "fd00::1", "2001:db8::5");
	assert_nexthop(f, "2001:db8:1::1", "2001:db8:1::1");
	assert_nexthop(f, "192.0.2.2", "none");
}

static void
test_nexthop_of_a_point_to_point_link_goes_by_our_own_end(void **state)
{
	struct fixture *f = fixture(state);

	run("ip link add d0 up type bridge");
	run("ip addr add 192.0.2.1 peer 192.0.2.2/32 dev d0");
	run("ip addr add 2001:db8::1 peer 2001:db8::2/128 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "2001:db8::1");
	assert_nexthop(f, "192.0.2.2", "none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_route_is_scope_link_protocol_182_and_goes_again),
		TEST(test_route_moves_to_another_bridge),
		TEST(test_subnet_counts_only_on_a_link_and_as_it_is),
		TEST(test_mac_address_is_behind_its_port_while_there_is_one),
		TEST(test_route_of_ours_that_was_lost_sight_of_is_replaced),
		TEST(test_route_of_somebody_else_is_never_touched),
		TEST(test_route_that_took_the_place_of_ours_is_not_replaced),
		TEST(test_route_to_a_gone_bridge_says_what_the_kernel_says),
		TEST(test_neighbor_entry_is_permanent_and_goes_again),
		TEST(test_inventory_shows_ours_and_only_ours),
		TEST(test_inventory_reads_more_than_one_datagram),
		TEST(test_inventory_of_an_empty_namespace_is_empty),
		TEST(test_nexthop_is_the_global_address_of_the_interface),
		TEST(test_nexthop_of_a_point_to_point_link_goes_by_our_own_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
