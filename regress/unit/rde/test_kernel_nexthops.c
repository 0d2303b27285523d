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

	if (kernel_group_add(f->kernel, members, n, 1, &id, &resilient) == -1)
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
	    "buckets 128 idle_timer 30 unbalanced_timer 120"));
	assert_int_equal(kernel_group_set(f->kernel, group, true,
	    members + 1, 2), 0);
	assert_true(output_has("ip -d nexthop",
	    "group 3053453569/3053453570 type resilient buckets 128 "
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

static const uint8_t mac3[MAC_SIZE] = { 0x02, 0x42, 0x0a, 0, 0, 0x67 };

static struct spread_wanted
want(const uint8_t *a, const uint8_t *b, const uint8_t *c)
{
	struct spread_wanted w = { .n = 0 };

	assert_true(spread_want(&w, a));
	assert_true(b == NULL || spread_want(&w, b));
	assert_true(c == NULL || spread_want(&w, c));
	return w;
}

static void
set_spread(struct fixture *f, const char *p, int bridge,
    struct spread_wanted w, struct spread **spread)
{
	struct prefix dst = prefix(p);

	if (kernel_spread_set(f->kernel, &dst, bridge, &w, spread) == -1)
		fail_msg("%s", kernel_error(f->kernel));
}

static void
test_spread_changes_members_and_those_that_stay_keep_their_ids(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct prefix v6 = prefix("2001:db8::101/128");
	struct spread *spread = NULL;
	uint32_t group, second;

	set_spread(f, "2001:db8::101/128", bridge, want(mac, mac2, NULL),
	    &spread);
	group = spread->group;
	second = spread->members[1].id;
	assert_true(output_has("ip -6 route", "2001:db8::101 nhid"));
	set_spread(f, "2001:db8::101/128", bridge, want(mac3, mac2, NULL),
	    &spread);
	assert_int_equal(spread->group, group);
	assert_int_equal(spread->n, 2);
	assert_int_equal(spread->members[0].id, second);
	assert_memory_equal(spread->members[1].mac, mac3, MAC_SIZE);
	assert_true(output_has("ip nexthop", "group 3053453569/3053453570"));
	assert_false(output_has(OUR_OBJECTS, "fe80::b600:100 "));
	assert_true(output_has("ip neigh", "fe80::b600:102 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:67 PERMANENT"));
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge), 0);
	kernel_spread_remove(f->kernel, AFI_IPV6, spread);
	assert_true(output_has("ip -6 route", "2001:db8::101 dev " BRIDGE));
	assert_false(output_has(OUR_OBJECTS, BRIDGE));
}

/* So it is when the bridge has lost its carrier for a while. */
/* As it is when a second endpoint comes: the first one's flows are to stay. */
static void
test_spread_that_is_prepared_gives_all_buckets_to_one_endpoint(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct spread_wanted w = want(mac, mac2, NULL);
	struct spread *spread = NULL;
	uint32_t first;

	assert_int_equal(kernel_spread_prepare(f->kernel, &v4, bridge, mac,
	    &spread), 0);
	first = spread->members[0].id;
	assert_int_equal(spread->n, 2);
	assert_true(output_has("ip route", "10.0.0.101 nhid"));
	assert_true(output_has("ip nexthop bucket show nhid 3053453568 | "
	    "wc -l", "128"));
	assert_false(spread_is_right(spread, bridge, &w));
	set_spread(f, "10.0.0.101/32", bridge, w, &spread);
	assert_int_equal(spread->n, 2);
	assert_int_equal(spread->members[0].id, first);
	assert_memory_equal(spread->members[1].mac, mac2, MAC_SIZE);
	assert_false(output_has(OUR_OBJECTS, "169.254.1.1 "));
	free(spread);
}

static void
test_spread_that_the_kernel_removed_is_made_anew(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct spread *spread = NULL;

	set_spread(f, "10.0.0.101/32", bridge, want(mac, mac2, NULL),
	    &spread);
	run("ip nexthop flush proto 182 > /dev/null 2>&1");
	assert_false(output_has("ip route", "10.0.0.101"));
	set_spread(f, "10.0.0.101/32", bridge, want(mac, mac2, mac3),
	    &spread);
	assert_int_equal(spread->n, 3);
	assert_true(output_has("ip route", "10.0.0.101 nhid"));
	run("ip route del 10.0.0.101; ip nexthop flush proto 182 > /dev/null 2>&1");
	spread->routed = false;
	set_spread(f, "10.0.0.101/32", bridge, want(mac, mac2, mac3),
	    &spread);
	assert_true(output_has("ip route", "10.0.0.101 nhid"));
	free(spread);
}

static void
test_spread_that_cannot_be_made_leaves_what_stood(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct spread_wanted w = want(mac, mac2, NULL);
	struct spread *spread = NULL;

	run("ip route add 10.0.0.101 dev " BRIDGE " proto bird");
	assert_int_equal(kernel_spread_set(f->kernel, &v4, bridge, &w,
	    &spread), -1);
	assert_int_equal(errno, EEXIST);
	assert_null(spread);
	assert_false(output_has(OUR_OBJECTS, BRIDGE));
}

static void
test_spread_moves_to_another_bridge_after_its_route(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f), other;
	struct spread *spread = NULL;

	set_spread(f, "10.0.0.101/32", bridge, want(mac, mac2, NULL),
	    &spread);
	other = make_other_bridge(f);
	run("ip link add v1 master " OTHER_BRIDGE " up type veth peer name v2; "
	    "ip link set v2 up; until ip link show " OTHER_BRIDGE
	    " | grep -q LOWER_UP; do sleep 0.01; done");
	set_spread(f, "10.0.0.101/32", other, want(mac, mac2, NULL),
	    &spread);
	assert_int_equal(spread->bridge, other);
	assert_true(output_has("ip route show 10.0.0.101", "dev " OTHER_BRIDGE));
	assert_false(output_has(OUR_OBJECTS, BRIDGE));
	free(spread);
}

static void
test_spread_is_adopted_as_it_stands(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct spread_wanted w = want(mac, mac2, NULL);
	struct spread *spread = NULL, *found;
	struct inventory inv;

	set_spread(f, "10.0.0.101/32", bridge, w, &spread);
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_null(inventory_spread(&inv, AFI_IPV6, spread->group));
	assert_null(inventory_spread(&inv, AFI_IPV4, spread->members[0].id));
	assert_null(inventory_spread(&inv, AFI_IPV4, 9));
	found = inventory_spread(&inv, AFI_IPV4, inv.routes[0].nexthop);
	assert_non_null(found);
	assert_memory_equal(found, spread, sizeof(*spread) +
	    2 * sizeof(spread->members[0]));
	assert_true(spread_is_right(found, bridge, &w));
	kernel_sweep_neighbors(f->kernel, &inv);
	kernel_sweep_nexthops(f->kernel, &inv);
	assert_true(output_has("ip route", "10.0.0.101 nhid"));
	assert_true(output_has(OUR_OBJECTS, "169.254.1.1 "));
	inventory_free(&inv);
	free(found);

	run("ip neigh del 169.254.1.1 dev " BRIDGE);
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	found = inventory_spread(&inv, AFI_IPV4, spread->group);
	assert_non_null(found);
	assert_false(spread_is_right(found, bridge, &w));
	inventory_free(&inv);
	free(found);
	free(spread);
}

static void
test_what_no_spread_uses_is_swept(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_live_bridge(f);
	struct spread *spread = NULL;
	struct prefix v4 = prefix("10.0.0.101/32");
	struct inventory inv;

	set_spread(f, "10.0.0.101/32", bridge, want(mac, mac2, NULL),
	    &spread);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4.addr, bridge,
	    mac), 0);
	run("ip nexthop add id 7 blackhole");
	run("ip neigh add 169.254.9.9 lladdr 2:0:0:0:0:1 dev " BRIDGE);
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	kernel_sweep_neighbors(f->kernel, &inv);
	kernel_sweep_nexthops(f->kernel, &inv);
	assert_true(output_has("ip nexthop", "id 7 "));
	assert_false(output_has("ip nexthop", BRIDGE));
	assert_false(output_has("ip neigh", "169.254.1."));
	assert_true(output_has("ip neigh", "169.254.9.9 "));
	assert_true(output_has("ip neigh", "10.0.0.101 "));
	assert_true(output_has("ip route", "10.0.0.101 dev " BRIDGE));
	inventory_free(&inv);
	free(spread);
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
		TEST(test_spread_changes_members_and_those_that_stay_keep_their_ids),
		TEST(test_spread_that_is_prepared_gives_all_buckets_to_one_endpoint),
		TEST(test_spread_that_the_kernel_removed_is_made_anew),
		TEST(test_spread_that_cannot_be_made_leaves_what_stood),
		TEST(test_spread_moves_to_another_bridge_after_its_route),
		TEST(test_spread_is_adopted_as_it_stands),
		TEST(test_what_no_spread_uses_is_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
