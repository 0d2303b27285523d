/* From facts to announcements, routes and neighbor entries. */
#include "regress/unit/rde/engine_harness.h"

/* Prefixes that are too many to be logged one by one. */
#define BURST	(17 * NETWORK_SUBNETS_MAX)

static void
test_healthy_container_gets_route_and_entry_and_is_announced(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	expect_nothing(e->session);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	assert_true(output_has("ip route", "10.0.0.101 dev bgplb-00000001a "
	    "proto 182 scope link"));
	assert_true(output_has("ip -6 route", "2001:db8:0:1000::101 dev "
	    "bgplb-00000001a proto 182"));
	assert_true(output_has("ip neigh", "10.0.0.101 dev bgplb-00000001a "
	    "lladdr 02:00:00:00:01:bb PERMANENT"));
	assert_true(output_has("ip neigh", "2001:db8:0:1000::101 dev "
	    "bgplb-00000001a lladdr 02:00:00:00:01:bb PERMANENT"));
	assert_true(log_has(e, "prefix " P4 ": announced, network web1 "
	    "(00000001aaaa): container web-1 (00000001cccc) is healthy"));
}

static void
test_unhealthy_withdraws_and_the_route_goes_after_the_barrier(void **state)
{
	struct engine *e = engine(state);
	uint64_t barrier;

	begin_with_container(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	barrier = expect_withdraw(e, P4, P6);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_neighbor("10.0.0.101"));
	answer_barrier(e, barrier);
	settle(e);
	assert_false(has_route("10.0.0.101"));
	assert_false(has_route("2001:db8:0:1000::101"));
	assert_false(has_neighbor("10.0.0.101"));
	assert_false(has_neighbor("2001:db8:0:1000::101"));
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	assert_true(has_route("10.0.0.101"));
}

static void
test_route_lingers_while_routers_turn_elsewhere(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	e->settings.linger_ms = 1500;
	start_engine(e);
	send_state(e, NULL);
	begin_with_container(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	usleep(300000);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_neighbor("10.0.0.101"));
	await_no_route("10.0.0.101");
	assert_false(log_has(e, "withdrawals were not written"));
}

static void
test_route_goes_two_seconds_later_without_a_barrier(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	usleep(500000);
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
	usleep(1700000);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_false(log_has(e, "withdrawals were not written"));
	await_no_route("10.0.0.101");
	assert_true(log_has(e, "withdrawals were not written"));
}

static void
test_healthy_again_before_the_barrier_touches_no_route(void **state)
{
	struct engine *e = engine(state);
	uint64_t barrier;

	begin_with_container(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	barrier = expect_withdraw(e, P4, P6);
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	answer_barrier(e, barrier);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_neighbor("2001:db8:0:1000::101"));
}

static void
test_pause_withdraws_and_unpause_announces(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_paused(e, 1, true);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	tell_paused(e, 1, false);
	expect_announce(e, P4, P6);
}

static void
test_death_withdraws(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	expect_withdraw(e, P4, P6);
}

static void
test_container_that_does_not_run_withdraws(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	f.running = 0;
	tell_container(e, f);
	expect_withdraw(e, P4, P6);
}

/* The list was made before the network was removed. */
static void
test_container_does_not_bring_a_removed_network_back(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(1, 'a'));
	expect_withdraw(e, P4, P6);
	sync_begins(e);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	tell_network(e, 2, true, P4, P6);
	sync_ends(e);
	settle(e);
	assert_false(log_has(e, "only one of them can have it"));
}

static void
test_disconnect_withdraws(void **state)
{
	struct engine *e = engine(state);
	struct container_disconnect d;

	begin_with_container(e);
	memset(&d, 0, sizeof(d));
	d.container = numbered_id(1, 'c');
	d.network = numbered_id(2, 'a');
	send_to(e->frontend, MSG_FRONTEND_DISCONNECT, 0, &d, sizeof(d));
	settle(e);
	d.network = numbered_id(1, 'a');
	send_to(e->frontend, MSG_FRONTEND_DISCONNECT, 0, &d, sizeof(d));
	expect_withdraw(e, P4, P6);
}

static void
test_endpoint_that_an_inspection_no_longer_names_withdraws(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	f.nendpoints = 0;
	tell_container(e, f);
	expect_withdraw(e, P4, P6);
}

static void
test_leave_withdraws_before_it_is_answered(void **state)
{
	struct engine *e = engine(state);
	struct received r;

	begin_with_container(e);
	leave(e, 1, 1);
	assert_true(receive_from(e->session, &r, 0));
	assert_int_equal(r.hdr.type, MSG_RDE_WITHDRAW);
}

static void
test_signal_that_ends_withdraws_and_others_do_not(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGHUP);
	tell_signal(e, 1, SIGUSR1);
	tell_signal(e, 1, SIGWINCH);
	settle(e);
	tell_signal(e, 1, SIGTERM);
	expect_withdraw(e, P4, P6);
}

static void
test_container_that_did_not_obey_is_announced_when_healthy(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	/* An inspection does not tell that a later check found it healthy. */
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	settle(e);
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
}

static void
test_container_started_anew_forgets_what_it_was_told(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	f.started_at++;
	tell_container(e, f);
	expect_announce(e, P4, P6);
}

static void
test_second_container_takes_over_without_an_update(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	join(e, 2, 1, P4, P6);
	tell_container(e, container(2, 1, P4, P6, HEALTH_NONE));
	settle(e);
	assert_true(output_has("ip neigh", "10.0.0.101 dev bgplb-00000001a "
	    "lladdr 02:00:00:00:01:bb"));
	tell_health(e, 1, HEALTH_UNHEALTHY);
	settle(e);
	assert_true(output_has("ip neigh", "10.0.0.101 dev bgplb-00000001a "
	    "lladdr 02:00:00:00:02:bb"));
	tell_health(e, 1, HEALTH_HEALTHY);
	settle(e);
	assert_true(output_has("ip neigh", "10.0.0.101 dev bgplb-00000001a "
	    "lladdr 02:00:00:00:02:bb"));
	leave(e, 1, 1);
	settle(e);
	leave(e, 2, 1);
	expect_withdraw(e, P4, P6);
}

static void
test_labelled_network_is_announced_until_it_is_gone(void **state)
{
	struct engine *e = engine(state);
	struct received r;

	begin_with_network(e);
	tell_network(e, 2, false, "172.20.0.0/16", "fd00:20::/64");
	expect_announce(e, "172.20.0.0/16", "fd00:20::/64");
	assert_false(output_has("ip route; ip -6 route", "182"));
	assert_true(log_has(e, "prefix 172.20.0.0/16: announced, subnet of "
	    "labelled network web2 (00000002aaaa)"));
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(2, 'a'));
	expect_prefixes(e, MSG_RDE_WITHDRAW, "172.20.0.0/16",
	    "fd00:20::/64");
	assert_false(receive_from(e->session, &r, SILENCE_MS));
}

static void
test_network_of_ours_that_docker_removed_is_torn_down(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(1, 'a'));
	expect_withdraw(e, P4, P6);
	settle(e);
	assert_false(output_has("ip link", "bgp"));
}

static void
test_unroutable_prefix_is_not_announced_and_tried_again(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	run("ip link add br1 up type bridge; "
	    "ip route add 10.0.0.101 dev br1 proto bird");
	join(e, 1, 1, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P6, NULL);
	expect_nothing(e->session);
	assert_true(log_has(e, "prefix " P4 ": cannot add the local route, "
	    "another one is in its place"));
	run("ip route del 10.0.0.101 dev br1");
	expect_announce(e, P4, NULL);
	assert_true(has_route("10.0.0.101"));
}

static void
test_thousand_labelled_subnets_come_in_few_messages(void **state)
{
	struct engine *e = engine(state);
	struct network_fact f;
	struct address a;
	struct received r;
	unsigned int i, j;
	size_t announced = 0, messages = 0;

	sync_begins(e);
	for (i = 0; i < 125; i++) {
		memset(&f, 0, sizeof(f));
		f.network = numbered_id(i, 'a');
		f.labelled = 1;
		for (j = 0; j < 8; j++) {
			a = address_from_ipv4(0xac100000 + i * 2048 +
			    j * 256);
			assert_int_equal(prefix_make(&a, 24,
			    &f.subnets[f.nsubnets++]), 0);
		}
		send_to(e->frontend, MSG_FRONTEND_NETWORK, 0, &f, sizeof(f));
	}
	sync_ends(e);
	while (announced < 1000) {
		expect(e->session, MSG_RDE_ANNOUNCE, &r);
		announced += r.len / sizeof(struct announcement);
		messages++;
	}
	assert_int_equal(announced, 1000);
	assert_int_equal(messages, 2);
	expect_ready(e);
}

/* So many labelled networks, each with all the subnets that one may have. */
static void
tell_labelled_networks(struct engine *e, unsigned int count)
{
	struct network_fact f;
	struct address a;
	unsigned int i, k;

	for (i = 0; i < count; i++) {
		memset(&f, 0, sizeof(f));
		f.network = numbered_id(100 + i, 'a');
		snprintf(f.name, sizeof(f.name), "gw%u", i);
		f.labelled = 1;
		f.nsubnets = NETWORK_SUBNETS_MAX;
		for (k = 0; k < NETWORK_SUBNETS_MAX; k++) {
			a = address_from_ipv4(0x14000000 + i * 0x10000 +
			    k * 0x100);
			assert_int_equal(prefix_make(&a, 24, &f.subnets[k]),
			    0);
		}
		send_to(e->frontend, MSG_FRONTEND_NETWORK, 0, &f, sizeof(f));
	}
}

static void
test_many_at_once_are_announced_in_order_and_logged_in_one_line(void **state)
{
	struct engine *e = engine(state);
	struct announcement a[BURST];
	struct received r;
	unsigned int i;

	sync_begins(e);
	tell_labelled_networks(e, BURST / NETWORK_SUBNETS_MAX);
	sync_ends(e);
	expect(e->session, MSG_RDE_ANNOUNCE, &r);
	assert_int_equal(r.len, sizeof(a));
	memcpy(a, r.data, sizeof(a));
	for (i = 1; i < BURST; i++)
		assert_true(prefix_cmp(&a[i - 1].prefix, &a[i].prefix) < 0);
	expect_ready(e);
	assert_true(log_has(e, "prefixes: 272 subnets of labelled networks "
	    "and 0 addresses of containers announced, 0 withdrawn"));
	assert_false(log_has(e, "info: rde: prefix "));
	/* With -v, as here, each has a line all the same. */
	assert_true(log_has(e, "debug: rde: prefix 20.0.0.0/24: announced, "
	    "subnet of labelled network gw0 (00000064aaaa)"));
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(100, 'a'));
	expect(e->session, MSG_RDE_WITHDRAW, &r);
	assert_int_equal(r.len, NETWORK_SUBNETS_MAX * sizeof(struct prefix));
	assert_true(log_has(e, "info: rde: prefix 20.0.0.0/24: withdrawn, "
	    "no network has it any more"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_healthy_container_gets_route_and_entry_and_is_announced),
		ENGINE_TEST(test_unhealthy_withdraws_and_the_route_goes_after_the_barrier),
		ENGINE_TEST(test_route_lingers_while_routers_turn_elsewhere),
		ENGINE_TEST(test_route_goes_two_seconds_later_without_a_barrier),
		ENGINE_TEST(test_healthy_again_before_the_barrier_touches_no_route),
		ENGINE_TEST(test_pause_withdraws_and_unpause_announces),
		ENGINE_TEST(test_death_withdraws),
		ENGINE_TEST(test_container_that_does_not_run_withdraws),
		ENGINE_TEST(test_container_does_not_bring_a_removed_network_back),
		ENGINE_TEST(test_disconnect_withdraws),
		ENGINE_TEST(test_endpoint_that_an_inspection_no_longer_names_withdraws),
		ENGINE_TEST(test_leave_withdraws_before_it_is_answered),
		ENGINE_TEST(test_signal_that_ends_withdraws_and_others_do_not),
		ENGINE_TEST(test_container_that_did_not_obey_is_announced_when_healthy),
		ENGINE_TEST(test_container_started_anew_forgets_what_it_was_told),
		ENGINE_TEST(test_second_container_takes_over_without_an_update),
		ENGINE_TEST(test_labelled_network_is_announced_until_it_is_gone),
		ENGINE_TEST(test_network_of_ours_that_docker_removed_is_torn_down),
		ENGINE_TEST(test_unroutable_prefix_is_not_announced_and_tried_again),
		ENGINE_TEST(test_thousand_labelled_subnets_come_in_few_messages),
		ENGINE_TEST(
		    test_many_at_once_are_announced_in_order_and_logged_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
