/*
 * Complete lists from Docker: what they sweep, what they must not, and how a
 * restarted rde finds its way back to what stood.
 */
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "bgplbd/rde/tables.h"
#include "regress/unit/rde/engine_harness.h"

/* Network 1 with container 1 healthy, as Docker would list them. */
static void
sync_as_it_is(struct engine *e)
{
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
}

/* A second rde takes over what the first left in the kernel. */
static void
restart(struct engine *e)
{
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
}

static void
test_nothing_is_announced_before_the_first_sync_is_complete(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	join(e, 1, 1, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	settle(e);
	assert_false(has_route("10.0.0.101"));
	sync_ends(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
}

static void
test_nothing_is_announced_before_the_state_is_known(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	start_engine(e);
	join(e, 1, 1, P4, P6);
	sync_as_it_is(e);
	settle(e);
	assert_false(has_route("10.0.0.101"));
	send_state(e, P4);
	expect_announce(e, P6, NULL);
	expect_ready(e);
}

static void
test_same_list_again_changes_nothing(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	sync_as_it_is(e);
	sync_as_it_is(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
}

static void
test_what_the_list_does_not_name_is_removed(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	create_network(e, 2, "10.0.0.102/32", NULL);
	sync_as_it_is(e);
	settle(e);
	sync_begins(e);
	tell_network(e, 2, true, "10.0.0.102/32", NULL);
	sync_ends(e);
	expect_withdraw(e, P4, P6);
	settle(e);
	assert_false(output_has("ip link", "bgpve-"));
	assert_false(output_has("ip link", "bgplb-00000001a"));
	assert_true(output_has("ip link", "bgplb-00000002a"));
}

static void
test_container_that_ended_unseen_is_withdrawn_by_the_next_list(void **state)
{
	struct engine *e = engine(state);

	/* It started after the first list, and nobody told that it ended. */
	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_withdraw(e, P4, P6);
	settle(e);
	assert_false(output_has("ip link", "bgpve-"));
	assert_true(output_has("ip link", "bgplb-00000001a"));
}

static void
test_list_made_before_a_plugin_call_does_not_sweep_it(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	let_starts_end(e);
	/* Docker listed, then container 1 was made, then the list arrives. */
	create_network(e, 2, "10.0.0.102/32", NULL);
	join(e, 1, 1, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
	assert_true(output_has("ip link", "bgplb-00000002a"));
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	/* A list soon after: the container's name is in it no more. */
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_withdraw(e, P4, P6);
	settle(e);
	assert_false(output_has("ip link", "bgpve-"));
	assert_true(output_has("ip link", "bgplb-00000002a"));
	/* Long after the first list that might have named it, it is gone. */
	let_starts_end(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_false(output_has("ip link", "bgplb-00000002a"));
}

static void
test_plugin_calls_in_the_middle_of_a_list_are_not_swept(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	sync_begins(e);
	join(e, 1, 1, P4, P6);
	create_network(e, 2, "10.0.0.102/32", NULL);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
	assert_true(output_has("ip link", "bgplb-00000002a"));
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
}

static void
test_endpoint_that_joined_since_the_last_list_is_not_swept(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 1, P4,
	    P6));
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 1, NULL,
	    NULL));
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
}

static void
test_network_made_again_under_its_id_is_listed_again(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	begin_with_network(e);
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	create_network(e, 1, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	/* The list was taken, for the network has its name from there. */
	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 2, P4, NULL);
	assert_non_null(strstr(r.text, "network web1"));
}

/* All networks that fit, but the one whose bridge stands. */
static void
tell_too_many_networks(struct engine *e)
{
	unsigned int i;

	for (i = 0; i < NETWORKS_MAX; i++)
		tell_network(e, 1000 + i, false, NULL, NULL);
	tell_network(e, 1, true, P4, P6);
}

static void
test_what_found_no_place_in_the_tables_is_not_cleaned_up(void **state)
{
	struct engine *e = engine(state);
	char command[256];

	tell_too_many_networks(e);
	settle(e);
	snprintf(command, sizeof(command),
	    "ip link add bgplb-00000001a type bridge && "
	    "ip link set bgplb-00000001a alias %s", numbered_id(1, 'a').hex);
	run(command);
	sync_begins(e);
	tell_too_many_networks(e);
	sync_ends(e);
	expect_ready(e);
	assert_true(log_has(e, "more than 8192 networks"));
	assert_true(output_has("ip link", "bgplb-00000001a"));
	sync_begins(e);
	sync_ends(e);
	settle(e);
	assert_false(output_has("ip link", "bgplb-00000001a"));
}

static void
test_leave_in_the_middle_of_a_list_withdraws_at_once(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	leave(e, 1, 1);
	expect_withdraw(e, P4, P6);
	/* The list is older than that and still names it; no link leads there. */
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	settle(e);
}

static void
test_list_made_before_a_network_was_removed_does_not_bring_it_back(
    void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	tell_network(e, 2, false, "172.20.0.0/16", NULL);
	expect_announce(e, "172.20.0.0/16", NULL);
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(2, 'a'));
	expect_prefixes(e, MSG_RDE_WITHDRAW, "172.20.0.0/16", NULL);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_network(e, 2, false, "172.20.0.0/16", NULL);
	sync_ends(e);
	settle(e);
	/* An event after that, or the next list, does: Swarm reuses ids. */
	tell_network(e, 2, false, "172.20.0.0/16", NULL);
	expect_announce(e, "172.20.0.0/16", NULL);
}

/* A socket that hears of each change of a link, a route or a neighbor entry. */
static int
open_monitor(void)
{
	struct sockaddr_nl local = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_ROUTE |
		    RTMGRP_IPV6_ROUTE
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&local, sizeof(local)),
	    0);
	return fd;
}

static bool
heard_of_a_change(int monitor)
{
	char buf[8192];

	return recv(monitor, buf, sizeof(buf), 0) > 0;
}

static void
test_restart_announces_again_and_touches_nothing(void **state)
{
	struct engine *e = engine(state);
	int monitor;

	begin_with_container(e);
	monitor = open_monitor();
	restart(e);
	assert_int_equal(e->own_networks, 1);
	expect_nothing(e->session);
	sync_as_it_is(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	settle(e);
	assert_false(heard_of_a_change(monitor));
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	settle(e);
	assert_true(heard_of_a_change(monitor));
	close(monitor);
}

/* As a version made them that let the host have what containers send. */
static void
test_restart_makes_links_of_before_drop_what_containers_send(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	stop_engine(e);
	run("tc qdisc del dev bgpve-00000001b ingress && "
	    "bridge link set dev bgpve-00000001b learning on isolated off");
	start_engine(e);
	assert_int_equal(log_count(e,
	    "1 links of an earlier run now drop what their containers send"),
	    1);
	assert_true(output_has("tc qdisc show dev bgpve-00000001b",
	    "ingress_block 3053453312"));
	assert_true(output_has("bridge -d link show dev bgpve-00000001b",
	    "learning off"));
	assert_true(output_has("bridge -d link show dev bgpve-00000001b",
	    "isolated on"));
	send_state(e, NULL);
	sync_as_it_is(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	settle(e);
	assert_int_equal(log_count(e, "is put in order"), 0);
}

static void
test_restart_knows_joined_endpoints_again(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	restart(e);
	assert_int_equal(e->own_networks, 1);
	sync_as_it_is(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
	leave(e, 1, 1);
	assert_false(output_has("ip link", "bgpve-"));
}

static void
test_container_that_went_meanwhile_leaves_nothing(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	create_network(e, 2, "10.0.0.102/32", NULL);
	restart(e);
	assert_int_equal(e->own_networks, 2);
	assert_true(has_route("10.0.0.101"));
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_false(has_route("10.0.0.101"));
	assert_false(has_neighbor("2001:db8:0:1000::101"));
	/* For all we know, Docker is starting its container again. */
	assert_true(output_has("ip link", "bgpve-"));
	assert_true(output_has("ip link", "bgplb-00000002a"));
	let_starts_end(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_false(output_has("ip link", "bgpve-"));
	assert_false(output_has("ip link", "bgplb-00000002a"));
	assert_true(output_has("ip link", "bgplb-00000001a"));
}

static void
test_start_that_is_under_way_in_a_restart_comes_to_its_end(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	restart(e);
	/* Docker lists what runs, and this one does not run yet. */
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
	/* However often it is listed meanwhile. */
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	assert_true(output_has("ip link", "bgpve-00000001b"));
	let_starts_end(e);
	sync_as_it_is(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
}

static void
test_incomplete_list_after_a_restart_deletes_nothing(void **state)
{
	struct engine *e = engine(state);
	int i;

	begin_with_container(e);
	restart(e);
	/* Docker could not show the container, again and again. */
	for (i = 0; i < 3; i++) {
		sync_begins(e);
		tell_network(e, 1, true, P4, P6);
		sync_ends_incomplete(e);
		let_starts_end(e);
	}
	assert_true(output_has("ip link", "bgpve-00000001b"));
	/* Its late answer comes. */
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	assert_true(has_route("10.0.0.101"));
	/* Routers hear that this is all once a list was complete. */
	sync_as_it_is(e);
	expect_ready(e);
	settle(e);
	assert_true(output_has("ip link", "bgpve-00000001b"));
}

static void
test_incomplete_list_takes_what_it_tells_and_sweeps_nothing(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	create_network(e, 2, "10.0.0.102/32", NULL);
	run("ip link add bgplb-00000003a type bridge");
	run("ip link set bgplb-00000003a alias "
	    "000000000000000000000000000000000000000000000000000000000000003a");
	join(e, 2, 2, "10.0.0.102/32", NULL);
	let_starts_end(e);
	sync_begins(e);
	tell_container(e, container(2, 2, "10.0.0.102/32", NULL,
	    HEALTH_HEALTHY));
	sync_ends_incomplete(e);
	expect_announce(e, "10.0.0.102/32", NULL);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(output_has("ip link", "bgpve-00000001b"));
	assert_true(output_has("ip link", "bgplb-00000001a"));
	assert_true(output_has("ip link", "bgplb-00000003a"));
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
}

static void
test_container_unhealthy_meanwhile_loses_its_route(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	restart(e);
	assert_int_equal(e->own_networks, 1);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_UNHEALTHY));
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_false(has_route("10.0.0.101"));
	assert_true(output_has("ip link", "bgpve-"));
}

/* Routes of ours go from every link, neighbor entries only from links of ours. */
static void
test_routes_and_entries_that_nobody_wants_go_with_the_sync(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	stop_engine(e);
	run("ip link add br1 up type bridge; ip link add br2 up type bridge");
	run("ip neigh add 10.0.0.7 lladdr 2:0:0:0:0:1 dev bgplb-00000001a "
	    "protocol 182");
	run("ip route add 10.0.0.7 dev br1 proto 182 scope link; "
	    "ip -6 route add 2001:db8::7 dev br1 proto 182; "
	    "ip route add 10.0.0.9 proto 182 nexthop dev br1 "
	    "nexthop dev br2; "
	    "ip route add 10.0.0.8 dev br1 proto static");
	run("ip neigh add 10.0.0.7 lladdr 2:0:0:0:0:1 dev br1 protocol 182; "
	    "ip neigh add 10.0.0.7 lladdr 2:0:0:0:0:1 dev br2 protocol 182; "
	    "ip neigh add 2001:db8::7 lladdr 2:0:0:0:0:1 dev br2 "
	    "protocol 182; "
	    "ip neigh add 10.0.0.8 lladdr 2:0:0:0:0:1 dev br1");
	start_engine(e);
	send_state(e, NULL);
	settle(e);
	assert_true(output_has("ip route", "10.0.0.7"));
	assert_true(output_has("ip neigh", "dev bgplb-00000001a"));
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_false(output_has("ip route; ip -6 route", "182"));
	assert_false(output_has("ip neigh", "dev bgplb-"));
	assert_true(output_has("ip neigh", "2001:db8::7 dev br2"));
	assert_true(output_has("ip neigh", "10.0.0.7 dev br1"));
	assert_true(output_has("ip route", "10.0.0.8"));
	assert_true(output_has("ip neigh", "10.0.0.8"));
}

static void
test_what_somebody_changed_by_hand_is_put_in_order(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	run("ip route del 10.0.0.101; "
	    "ip neigh del 2001:db8:0:1000::101 dev bgplb-00000001a; "
	    "ip link set bgpve-00000001b nomaster");
	sync_as_it_is(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_neighbor("2001:db8:0:1000::101"));
	assert_true(output_has("ip link show bgpve-00000001b",
	    "master bgplb-00000001a"));
	run("ip link set bgplb-00000001a down");
	sync_as_it_is(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_route("2001:db8:0:1000::101"));
	run("ip link del bgplb-00000001a");
	sync_as_it_is(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(output_has("ip link show bgpve-00000001b",
	    "master bgplb-00000001a"));
}

static void
test_network_of_a_container_is_ours_even_if_it_was_not_named(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
	sync_begins(e);
	sync_ends(e);
	expect_ready(e);
	join(e, 1, 7, P4, NULL);
	tell_container(e, container(1, 7, P4, NULL, HEALTH_HEALTHY));
	expect_announce(e, P4, NULL);
}

static void
expect_kernel_state(struct engine *e, uint32_t preserved)
{
	struct kernel_state state;
	struct received r;

	expect(e->session, MSG_RDE_KERNEL, &r);
	assert_true(rde_session_is_valid(r.hdr.type, r.data, r.len));
	memcpy(&state, r.data, sizeof(state));
	assert_int_equal(state.preserved, preserved);
}

/* RFC 4724 section 4.1: so that routers know whether packets still arrive. */
static void
test_session_engine_learns_whether_the_kernel_still_forwards(void **state)
{
	struct engine *e = engine(state);

	e->settings.graceful_restart = GRACEFUL_YES;
	restart(e);
	expect_kernel_state(e, 0);
	sync_begins(e);
	sync_ends(e);
	expect_ready(e);
	create_network(e, 1, P4, P6);
	restart(e);
	expect_kernel_state(e, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_nothing_is_announced_before_the_first_sync_is_complete),
		ENGINE_TEST(test_nothing_is_announced_before_the_state_is_known),
		ENGINE_TEST(test_same_list_again_changes_nothing),
		ENGINE_TEST(test_what_the_list_does_not_name_is_removed),
		ENGINE_TEST(
		  test_container_that_ended_unseen_is_withdrawn_by_the_next_list),
		ENGINE_TEST(test_list_made_before_a_plugin_call_does_not_sweep_it),
		ENGINE_TEST(test_plugin_calls_in_the_middle_of_a_list_are_not_swept),
		ENGINE_TEST(test_endpoint_that_joined_since_the_last_list_is_not_swept),
		ENGINE_TEST(test_network_made_again_under_its_id_is_listed_again),
		ENGINE_TEST(test_what_found_no_place_in_the_tables_is_not_cleaned_up),
		ENGINE_TEST(test_leave_in_the_middle_of_a_list_withdraws_at_once),
		ENGINE_TEST(test_list_made_before_a_network_was_removed_does_not_bring_it_back),
		ENGINE_TEST(test_restart_announces_again_and_touches_nothing),
		ENGINE_TEST(
		    test_restart_makes_links_of_before_drop_what_containers_send),
		ENGINE_TEST(test_restart_knows_joined_endpoints_again),
		ENGINE_TEST(test_container_that_went_meanwhile_leaves_nothing),
		ENGINE_TEST(
		    test_start_that_is_under_way_in_a_restart_comes_to_its_end),
		ENGINE_TEST(test_incomplete_list_after_a_restart_deletes_nothing),
		ENGINE_TEST(
		    test_incomplete_list_takes_what_it_tells_and_sweeps_nothing),
		ENGINE_TEST(test_container_unhealthy_meanwhile_loses_its_route),
		ENGINE_TEST(test_routes_and_entries_that_nobody_wants_go_with_the_sync),
		ENGINE_TEST(test_what_somebody_changed_by_hand_is_put_in_order),
		ENGINE_TEST(test_network_of_a_container_is_ours_even_if_it_was_not_named),
		ENGINE_TEST(test_session_engine_learns_whether_the_kernel_still_forwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
