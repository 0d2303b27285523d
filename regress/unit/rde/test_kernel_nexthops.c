#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "bgplbd/rde/nexthop_id.h"
#include "regress/unit/rde/kernel_fixture.h"

#define OUR_OBJECTS	"ip nexthop show proto 182; ip neigh show nud permanent"

static const uint8_t mac2[MAC_SIZE] = { 0x02, 0x42, 0x0a, 0, 0, 0x66 };

/* The bridge with a port whose other end is up: it has a carrier. */
static int
make_live_bridge(struct fixture *f)
{
	int bridge = make_bridge(f);

	(void)make_veth(f, bridge);
	run("ip link set " CONTAINER_END " up; "
	    "until ip link show " BRIDGE " | grep -q LOWER_UP; do "
	    "sleep 0.01; done");
	return bridge;
}

static uint32_t
add_member(struct fixture *f, enum afi afi, int bridge,
    const uint8_t m[MAC_SIZE])
{
	uint32_t id = 0;

	if (kernel_member_add(f->kernel, afi, bridge, m, &id) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	return id;
}

static uint32_t
add_group(struct fixture *f, const uint32_t *members, unsigned int n)
{
	uint32_t id = 0;
	bool resilient;

	if (kernel_group_add(f->kernel, members, n, &id, &resilient) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	assert_true(resilient);
	return id;
}

static void
test_member_is_a_nexthop_with_a_neighbor_entry_and_goes_again(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	uint32_t v4, v6;

	v4 = add_member(f, AFI_IPV4, bridge, mac);
	v6 = add_member(f, AFI_IPV6, bridge, mac2);
	assert_int_equal(v4, NEXTHOP_ID_MEMBER_FIRST);
	assert_int_equal(v6, NEXTHOP_ID_MEMBER_FIRST + 1);
	assert_true(output_has("ip nexthop", "via 169.254.1.0 dev " BRIDGE
	    " scope link proto 182 onlink"));
	assert_true(output_has("ip nexthop", "via fe80::b600:101 dev " BRIDGE
	    " scope link proto 182 onlink"));
	assert_true(output_has("ip neigh", "169.254.1.0 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:65 PERMANENT"));
	assert_true(output_has("ip neigh", "fe80::b600:101 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:66 PERMANENT"));
	assert_int_equal(kernel_member_remove(f->kernel, AFI_IPV4, bridge,
	    v4), 0);
	assert_int_equal(kernel_member_remove(f->kernel, AFI_IPV6, bridge,
	    v6), 0);
	assert_false(output_has(OUR_OBJECTS, BRIDGE));
	assert_int_equal(kernel_member_remove(f->kernel, AFI_IPV6, bridge,
	    v6), 0);
}

static void
test_id_that_somebody_else_has_is_passed_over(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	uint32_t members[2];

	run("ip nexthop add id 3053453568 blackhole proto bird; "
	    "ip nexthop add id 3053518848 group 3053453568 proto bird");
	members[0] = add_member(f, AFI_IPV4, bridge, mac);
	members[1] = add_member(f, AFI_IPV4, bridge, mac2);
	assert_int_equal(members[0], NEXTHOP_ID_MEMBER_FIRST + 1);
	assert_int_equal(members[1], NEXTHOP_ID_MEMBER_FIRST + 2);
	assert_int_equal(add_group(f, members, 2),
	    NEXTHOP_ID_GROUP_FIRST + 1);
	assert_true(output_has("ip nexthop", "blackhole proto bird"));
}

static void
test_member_on_a_bridge_without_carrier_leaves_nothing(void **state)
{
	struct fixture *f = fixture(state);
	uint32_t id;

	assert_int_equal(kernel_member_add(f->kernel, AFI_IPV4,
	    make_bridge(f), mac, &id), -1);
	assert_int_equal(errno, ENETDOWN);
	assert_non_null(strstr(kernel_error(f->kernel), "nexthop"));
	assert_false(output_has(OUR_OBJECTS, BRIDGE));
}

static void
test_group_changes_members_and_keeps_its_table(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	uint32_t members[3], group;

	members[0] = add_member(f, AFI_IPV4, bridge, mac);
	members[1] = add_member(f, AFI_IPV4, bridge, mac2);
	members[2] = add_member(f, AFI_IPV4, bridge, mac2);
	group = add_group(f, members, 3);
	assert_true(output_has("ip -d nexthop",
	    "group 3053453568/3053453569/3053453570 type resilient "
	    "buckets 512 idle_timer 30 unbalanced_timer 120"));
	assert_int_equal(kernel_group_set(f->kernel, group, true,
	    members + 1, 2), 0);
	assert_true(output_has("ip -d nexthop",
	    "group 3053453569/3053453570 type resilient buckets 512 "
	    "idle_timer 30 unbalanced_timer 120"));
	assert_int_equal(kernel_group_remove(f->kernel, group), 0);
	assert_int_equal(kernel_group_remove(f->kernel, group), 0);
	assert_int_equal(kernel_group_set(f->kernel, group, true, members, 2),
	    -1);
	assert_int_equal(errno, ENOENT);
	assert_false(output_has("ip nexthop", "group"));
}

/* Hears of each route that is set or removed from now on. */
static int
watch_routes(void)
{
	struct sockaddr_nl sa = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

/* The types of the messages that came, each as a letter: N, or D for a removal. */
static void
seen_by(int fd, char *seen, size_t size)
{
	_Alignas(struct nlmsghdr) char buf[4096];
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	size_t n = 0;

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0 && n < size - 1)
		seen[n++] = nlh->nlmsg_type == RTM_NEWROUTE ? 'N' : 'D';
	seen[n] = '\0';
	close(fd);
}

static void
test_route_goes_to_a_group_and_back_without_a_moment_without(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix p[2] = {
		prefix("10.0.0.101/32"), prefix("2001:db8::101/128")
	};
	enum afi afis[2] = { AFI_IPV4, AFI_IPV6 };
	int bridge = make_live_bridge(f), i, watch = watch_routes();
	uint32_t members[2], group;
	char seen[16];

	for (i = 0; i < 2; i++) {
		assert_int_equal(kernel_route_set(f->kernel, &p[i], bridge),
		    0);
		members[0] = add_member(f, afis[i], bridge, mac);
		members[1] = add_member(f, afis[i], bridge, mac2);
		group = add_group(f, members, 2);
		assert_int_equal(kernel_route_set_nexthop(f->kernel, &p[i],
		    group), 0);
		assert_true(output_has("ip route; ip -6 route", "101 nhid"));
		assert_int_equal(kernel_route_set(f->kernel, &p[i], bridge),
		    0);
		assert_false(output_has("ip route; ip -6 route", "nhid"));
		assert_int_equal(kernel_group_remove(f->kernel, group), 0);
	}
	seen_by(watch, seen, sizeof(seen));
	assert_string_equal(seen, "NNNNNN");
}

static void
test_route_of_somebody_else_is_not_replaced_by_a_group(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	int bridge = make_live_bridge(f);
	uint32_t member = add_member(f, AFI_IPV4, bridge, mac), group;

	group = add_group(f, &member, 1);
	run("ip route add 10.0.0.101 dev " BRIDGE " proto bird");
	assert_int_equal(kernel_route_set_nexthop(f->kernel, &v4, group), -1);
	assert_int_equal(errno, EEXIST);
	assert_true(output_has("ip route", "10.0.0.101 dev " BRIDGE
	    " proto bird"));
}

static void
test_inventory_shows_groups_and_members_of_ours(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	const struct nexthop_message *m;
	struct inventory inv;
	int bridge = make_live_bridge(f);
	uint32_t members[2], group;

	run("ip nexthop add id 7 blackhole");
	members[0] = add_member(f, AFI_IPV4, bridge, mac);
	members[1] = add_member(f, AFI_IPV4, bridge, mac2);
	group = add_group(f, members, 2);
	assert_int_equal(kernel_route_set_nexthop(f->kernel, &v4, group), 0);
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nnexthops, 3);
	assert_null(inventory_nexthop(&inv, 7));
	assert_int_equal(inv.nroutes, 1);
	assert_int_equal(inv.routes[0].ifindex, 0);
	assert_non_null(m = inventory_nexthop(&inv, inv.routes[0].nexthop));
	assert_int_equal(m->id, group);
	assert_int_equal(m->nmembers, 2);
	assert_memory_equal(m->members, members, sizeof(members));
	assert_true(m->resilient);
	assert_non_null(m = inventory_nexthop(&inv, members[1]));
	assert_int_equal(m->ifindex, bridge);
	assert_int_equal(m->nmembers, 0);
	inventory_free(&inv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_member_is_a_nexthop_with_a_neighbor_entry_and_goes_again),
		TEST(test_id_that_somebody_else_has_is_passed_over),
		TEST(test_member_on_a_bridge_without_carrier_leaves_nothing),
		TEST(test_group_changes_members_and_keeps_its_table),
		TEST(test_route_goes_to_a_group_and_back_without_a_moment_without),
		TEST(test_route_of_somebody_else_is_not_replaced_by_a_group),
		TEST(test_inventory_shows_groups_and_members_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
