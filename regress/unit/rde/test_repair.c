/* What somebody else takes out of the kernel is put back, and told. */
#include "regress/unit/rde/engine_harness.h"

#define BRIDGE	"bgplb-00000001a"
#define PORT	"bgpve-00000001b"
#define ROUTE	"10.0.0.101 dev " BRIDGE " proto 182 scope link"
#define ENTRY	"10.0.0.101 dev " BRIDGE " lladdr 02:00:00:00:01:bb PERMANENT"

/* Until a command's output has the text. */
static void
await(const char *command, const char *text)
{
	int ms;

	for (ms = 0; !output_has(command, text); ms += 10) {
		if (ms > ANSWER_MS)
			fail_msg("%s: no \"%s\"", command, text);
		usleep(10000);
	}
}

static void
await_log(struct engine *e, const char *text)
{
	int ms;

	for (ms = 0; !log_has(e, text); ms += 10) {
		if (ms > ANSWER_MS)
			fail_msg("the log has no \"%s\"", text);
		usleep(10000);
	}
}

static void
assert_all_stands(void)
{
	await("ip route", ROUTE);
	await("ip -6 route", "2001:db8:0:1000::101 dev " BRIDGE " proto 182");
	await("ip neigh", ENTRY);
	await("ip neigh", "2001:db8:0:1000::101 dev " BRIDGE " lladdr "
	    "02:00:00:00:01:bb PERMANENT");
	await("ip link show " PORT, "master " BRIDGE);
	await("ip link show " PORT, ",UP");
}

static void
test_deleted_routes_are_put_back(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip route del 10.0.0.101/32");
	await("ip route", ROUTE);
	run("ip -6 route del 2001:db8:0:1000::101/128");
	assert_all_stands();
	await_log(e, "prefix " P4 ": its local route was deleted or changed, "
	    "and is put back");
	await_log(e, "prefix " P6 ": its local route was deleted or changed, "
	    "and is put back");
	settle(e);
	assert_int_equal(log_count(e, "put back"), 2);
}

static void
test_deleted_and_changed_neighbor_entries_are_put_back(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip neigh del 10.0.0.101 dev " BRIDGE);
	await("ip neigh", ENTRY);
	run("ip neigh replace 2001:db8:0:1000::101 dev " BRIDGE " lladdr "
	    "02:00:00:00:00:01 nud permanent");
	assert_all_stands();
	await_log(e, "prefix " P4 ": its neighbor entry was deleted or "
	    "changed, and is put back");
	await_log(e, "prefix " P6 ": its neighbor entry was deleted or "
	    "changed, and is put back");
	settle(e);
}

static void
test_port_is_put_back_at_its_bridge_and_up(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip link set " PORT " nomaster");
	await_log(e, "link " PORT ": is not at its bridge, and is put in "
	    "order");
	assert_all_stands();
	run("ip link set " PORT " down");
	await_log(e, "link " PORT ": is down, and is put in order");
	assert_all_stands();
	settle(e);
	assert_int_equal(log_count(e, "put in order"), 2);
}

static void
assert_drops(void)
{
	await("tc qdisc show dev " PORT, "ingress_block 3053453312");
	await("tc filter show block 3053453312", "bytecode '1,6 0 0 2'");
}

static void
test_port_drops_again_what_its_container_sends(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	assert_drops();
	run("tc qdisc del dev " PORT " ingress");
	await_log(e, "link " PORT ": does not drop what its container sends, "
	    "and is put in order");
	assert_drops();
	run("tc filter del block 3053453312");
	assert_drops();
	run("tc filter replace block 3053453312 protocol all prio 1 handle 1 "
	    "bpf da bytecode '1,6 0 0 0'");
	assert_drops();
	settle(e);
	assert_int_equal(log_count(e, "put in order"), 3);
}

static void
test_port_that_is_put_back_is_known_to_its_bridge(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip link set " PORT " nomaster");
	assert_all_stands();
	await("bridge fdb show br " BRIDGE, "02:00:00:00:01:bb dev " PORT
	    " master " BRIDGE " static");
	assert_drops();
	settle(e);
}

static void
test_bridge_that_was_set_down_is_up_again_with_what_it_lost(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip link set " BRIDGE " down");
	await_log(e, "network web1 (00000001aaaa): its bridge is down, and "
	    "is put in order");
	assert_all_stands();
	settle(e);
}

static void
test_deleted_bridge_is_made_again_with_all_that_was_on_it(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip link del " BRIDGE);
	await_log(e, "network web1 (00000001aaaa): its bridge was deleted, "
	    "and is put in order");
	assert_all_stands();
	await_log(e, "prefix " P4 ": its local route");
	await_log(e, "prefix " P6 ": its neighbor entry");
	settle(e);
	leave(e, 1, 1);
	expect_withdraw(e, P4, P6);
}

static void
test_bridge_without_containers_is_made_again_too(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	run("ip link del " BRIDGE);
	await("ip link show type bridge", BRIDGE);
	settle(e);
}

static void
test_members_of_a_group_are_put_back(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	join(e, 1, 1, P4, P6);
	join(e, 2, 1, P4, P6);
	run("ip link set bgpvc-00000001b up; ip link set bgpvc-00000002b up");
	await("ip link show " BRIDGE, "LOWER_UP");
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	tell_container(e, container(2, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	await("ip route", "10.0.0.101 nhid");
	run("id=$(ip nexthop | grep 'via 169' | head -1 | cut -d ' ' -f 2); "
	    "ip nexthop del id $id");
	await_log(e, "prefix " P4 ": its nexthop group was deleted or changed, "
	    "and is put back");
	run("id=$(ip nexthop | grep group | head -1 | cut -d ' ' -f 2); "
	    "ip nexthop del id $id");
	await_log(e, "prefix " P4 ": its local route was deleted or changed");
	await("ip route", "10.0.0.101 nhid");
	settle(e);
}

/* Nothing brings the container's end back, so the address is no use. */
static void
test_deleted_port_withdraws_and_says_what_to_do(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip link del " PORT);
	expect_withdraw(e, P4, P6);
	await_log(e, "link " PORT ": was deleted, and so container web-1 "
	    "(00000001cccc) has no interface in network web1 (00000001aaaa) "
	    "any more until it is restarted");
}

/* A route that another program sets in place of ours is not taken from it. */
static void
test_route_of_somebody_else_is_told_and_left(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip route replace 10.0.0.101/32 dev lo proto static");
	await_log(e, "prefix " P4 ": ");
	await_log(e, "File exists");
	assert_true(output_has("ip route", "10.0.0.101 dev lo proto static"));
	run("ip route del 10.0.0.101/32 proto static");
	await("ip route", ROUTE);
}

/* Docker's ways with the links, and our own, are nobody's intrusion. */
static void
test_own_changes_and_dockers_are_not_checked(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("unshare --net sleep 60 & pid=$!; "
	    "while ! nsenter -t $pid -n ip link show lo | grep -q DOWN; do :; "
	    "done; in=\"nsenter -t $pid -n\"; "
	    "ip link set bgpvc-00000001b netns $pid && "
	    "$in ip link set bgpvc-00000001b name eth1 && "
	    "$in ip link set eth1 up && $in ip link set eth1 down && "
	    "$in ip link set eth1 name bgpvc-00000001b netns $$; kill $pid; "
	    "ip link show bgpvc-00000001b");
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	settle(e);
	assert_false(has_neighbor("10.0.0.101"));
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	join(e, 2, 1, P4, P6);
	leave(e, 2, 1);
	leave(e, 1, 1);
	expect_withdraw(e, P4, P6);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1, NULL,
	    NULL));
	settle(e);
	usleep(200000);
	settle(e);
	assert_int_equal(log_count(e, "put back"), 0);
	assert_int_equal(log_count(e, "put in order"), 0);
	assert_int_equal(log_count(e, "was deleted"), 0);
	assert_int_equal(log_count(e, "kernel is checked"), 0);
}

/* A program that goes on is met less and less often. */
static void
test_repeated_deletion_is_put_back_less_and_less_often(void **state)
{
	struct engine *e = engine(state);
	uint64_t began = clock_ms();

	begin_with_container(e);
	while (!log_has(e, "less and less often")) {
		if (clock_ms() - began > ANSWER_MS)
			fail_msg("it is put back again and again");
		run("ip route del 10.0.0.101/32 2>/dev/null || true");
	}
	/* After 20, 40, 80, 160, 320 and 640 ms. */
	assert_int_equal(log_count(e, "and is put back"), 6);
	settle(e);
	__atomic_add_fetch(clock_offset, 61000, __ATOMIC_SEQ_CST);
	await("ip route", ROUTE);
	run("ip route del 10.0.0.101/32");
	await("ip route", ROUTE);
}

static void
test_other_programs_routes_do_not_matter(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("for i in 1 2 3 4 5 6 7 8; do ip route add 10.9.0.$i/32 dev lo; "
	    "ip route add 10.9.$i.0/24 dev lo; "
	    "ip neigh add 10.9.0.$i dev lo lladdr 02:00:00:00:00:01; "
	    "done; ip link add d0 type bridge; ip link del d0");
	usleep(200000);
	settle(e);
	assert_int_equal(log_count(e, "kernel is checked"), 0);
	run("ip route del 10.0.0.101/32");
	await("ip route", ROUTE);
	await_log(e, "kernel is checked");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_deleted_routes_are_put_back),
		ENGINE_TEST(test_deleted_and_changed_neighbor_entries_are_put_back),
		ENGINE_TEST(test_port_is_put_back_at_its_bridge_and_up),
		ENGINE_TEST(test_port_drops_again_what_its_container_sends),
		ENGINE_TEST(test_port_that_is_put_back_is_known_to_its_bridge),
		ENGINE_TEST(test_bridge_that_was_set_down_is_up_again_with_what_it_lost),
		ENGINE_TEST(test_deleted_bridge_is_made_again_with_all_that_was_on_it),
		ENGINE_TEST(test_bridge_without_containers_is_made_again_too),
		ENGINE_TEST(test_members_of_a_group_are_put_back),
		ENGINE_TEST(test_deleted_port_withdraws_and_says_what_to_do),
		ENGINE_TEST(test_route_of_somebody_else_is_told_and_left),
		ENGINE_TEST(test_own_changes_and_dockers_are_not_checked),
		ENGINE_TEST(test_repeated_deletion_is_put_back_less_and_less_often),
		ENGINE_TEST(test_other_programs_routes_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
