/* The rde as a process: how it starts, ends, and meets messages that are wrong. */
#include "regress/unit/rde/engine_harness.h"

static void
test_shutdown_ends_it_and_leaves_the_kernel_alone(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	stop_engine(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_neighbor("10.0.0.101"));
	assert_true(output_has("ip link", "bgpve-"));
}

static void
test_end_of_the_parent_ends_it(void **state)
{
	struct engine *e = engine(state);

	shutdown(e->parent, SHUT_RDWR);
	assert_int_equal(engine_status(e), 0);
}

static void
test_signals_to_the_group_do_not_end_it(void **state)
{
	struct engine *e = engine(state);

	settle(e);
	kill(e->pid, SIGINT);
	kill(e->pid, SIGTERM);
	kill(e->pid, SIGHUP);
	settle(e);
}

static void
test_end_of_a_sibling_does_not_end_it(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	shutdown(e->session, SHUT_RDWR);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	leave(e, 1, 1);
	shutdown(e->frontend, SHUT_RDWR);
	usleep(50000);
	stop_engine(e);
}

static void
assert_fatal(struct engine *e, const char *text)
{
	assert_int_equal(engine_status(e), 1);
	if (!log_has(e, text))
		fail_msg("the log does not say: %s", text);
}

static void
test_malformed_message_ends_it_and_names_the_sender(void **state)
{
	struct engine *e = engine(state);

	send_to(e->frontend, MSG_FRONTEND_NETWORK_CREATE, 1, "short", 5);
	assert_fatal(e, "docker frontend: unknown or malformed message");
	start_engine(e);
	send_to(e->session, MSG_SESSION_BARRIER, 1, "short", 5);
	assert_fatal(e, "session engine: unknown or malformed message");
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 1, "short", 5);
	assert_fatal(e, "parent: unknown or malformed message");
}

static void
test_message_of_another_pair_ends_it(void **state)
{
	struct engine *e = engine(state);
	struct barrier barrier = { .sequence = 1 };
	struct plugin_reply reply;

	memset(&reply, 0, sizeof(reply));
	send_to(e->frontend, MSG_RDE_PLUGIN_REPLY, 1, &reply, sizeof(reply));
	assert_fatal(e, "docker frontend: unknown or malformed message");
	start_engine(e);
	send_to(e->session, MSG_RDE_BARRIER, 1, &barrier, sizeof(barrier));
	assert_fatal(e, "session engine: unknown or malformed message");
	start_engine(e);
	send_to(e->frontend, CONTROL_SHOW_NEIGHBORS, 1, NULL, 0);
	assert_fatal(e, "docker frontend: unknown or malformed message");
}

static void
test_barrier_that_was_never_sent_ends_it(void **state)
{
	struct engine *e = engine(state);

	answer_barrier(e, 1);
	assert_fatal(e, "barrier 1 was never sent");
}

static void
test_second_state_ends_it(void **state)
{
	struct engine *e = engine(state);

	send_state(e, NULL);
	assert_fatal(e, "parent: sent the state a second time");
}

static void
test_answer_to_no_save_ends_it(void **state)
{
	struct engine *e = engine(state);
	struct state_saved saved = { .error = 0 };

	send_to(e->parent, MSG_PARENT_STATE_SAVED, 1, &saved, sizeof(saved));
	assert_fatal(e, "an answer to nothing");
}

static void
test_ready_is_sent_after_ten_seconds_without_docker(void **state)
{
	struct engine *e = engine(state);
	struct received r;

	assert_false(receive_from(e->session, &r, 9500));
	expect_ready(e);
	assert_true(log_has(e, "Docker was not heard within 10 s"));
	create_network(e, 1, P4, P6);
	join(e, 1, 1, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P4, P6);
	settle(e);
}

static void
test_next_hop_is_answered_with_the_neighbors_number(void **state)
{
	struct engine *e = engine(state);
	struct nexthop_query q = { .local = address("192.0.2.1") };
	struct address expected = address("2001:db8::1");
	struct nexthop_answer a;
	struct received r;

	run("ip link add d0 up type bridge; ip addr add 192.0.2.1/24 dev d0; "
	    "ip addr add 2001:db8::1/64 dev d0 nodad");
	send_to(e->session, MSG_SESSION_NEXTHOP, 3, &q, sizeof(q));
	do {		/* anew for each address that comes */
		expect(e->session, MSG_RDE_NEXTHOP, &r);
		assert_int_equal(r.hdr.peerid, 3);
		assert_true(rde_session_is_valid(r.hdr.type, r.data, r.len));
		memcpy(&a, r.data, sizeof(a));
	} while (address_cmp(&a.interface6, &expected) != 0);
	q.local = address("198.51.100.1");
	send_to(e->session, MSG_SESSION_NEXTHOP, 4, &q, sizeof(q));
	do {
		expect(e->session, MSG_RDE_NEXTHOP, &r);
	} while (r.hdr.peerid != 4);
	memcpy(&a, r.data, sizeof(a));
	assert_int_equal(a.local_state, HOST_ADDRESS_NONE);
	assert_false(address_is_set(&a.interface6));
}

static struct nexthop_answer
expect_nexthop(struct engine *e)
{
	struct nexthop_answer a;
	struct received r;

	expect(e->session, MSG_RDE_NEXTHOP, &r);
	assert_int_equal(r.hdr.peerid, 3);
	assert_true(rde_session_is_valid(r.hdr.type, r.data, r.len));
	memcpy(&a, r.data, sizeof(a));
	return a;
}

/* By the kernel's notifications, from tentative on. */
static void
test_next_hop_is_answered_anew_when_addresses_change(void **state)
{
	struct engine *e = engine(state);
	struct nexthop_query q = { .local = address("192.0.2.1") };
	struct address first = address("2001:db8::1");
	struct address second = address("2001:db8::2");
	struct nexthop_answer a;
	struct received r;

	run("ip link add d0 up type veth peer name d1; ip link set d1 up; "
	    "ip addr add 192.0.2.1/24 dev d0; "
	    "ip addr add 2001:db8::1/64 dev d0");
	send_to(e->session, MSG_SESSION_NEXTHOP, 3, &q, sizeof(q));
	a = expect_nexthop(e);
	assert_int_equal(a.local_state, HOST_ADDRESS_USABLE);
	assert_int_equal(a.interface6_state, HOST_ADDRESS_TENTATIVE);
	a = expect_nexthop(e);
	assert_int_equal(a.interface6_state, HOST_ADDRESS_USABLE);
	assert_int_equal(address_cmp(&a.interface6, &first), 0);
	run("ip addr add 2001:db8::2/64 dev d0 nodad; "
	    "ip addr del 2001:db8::1/64 dev d0");
	do
		a = expect_nexthop(e);
	while (address_cmp(&a.interface6, &second) != 0);
	run("ip addr change 2001:db8::2/64 dev d0 preferred_lft 0");
	assert_int_equal(expect_nexthop(e).interface6_state,
	    HOST_ADDRESS_DEPRECATED);
	run("ip addr del 192.0.2.1/24 dev d0");
	assert_int_equal(expect_nexthop(e).local_state, HOST_ADDRESS_NONE);
	memset(&q, 0, sizeof(q));
	send_to(e->session, MSG_SESSION_NEXTHOP, 3, &q, sizeof(q));
	settle(e);
	run("ip addr add 192.0.2.1/24 dev d0");
	assert_false(receive_from(e->session, &r, 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_shutdown_ends_it_and_leaves_the_kernel_alone),
		ENGINE_TEST(test_end_of_the_parent_ends_it),
		ENGINE_TEST(test_signals_to_the_group_do_not_end_it),
		ENGINE_TEST(test_end_of_a_sibling_does_not_end_it),
		ENGINE_TEST(test_malformed_message_ends_it_and_names_the_sender),
		ENGINE_TEST(test_message_of_another_pair_ends_it),
		ENGINE_TEST(test_barrier_that_was_never_sent_ends_it),
		ENGINE_TEST(test_second_state_ends_it),
		ENGINE_TEST(test_answer_to_no_save_ends_it),
		ENGINE_TEST(test_ready_is_sent_after_ten_seconds_without_docker),
		ENGINE_TEST(test_next_hop_is_answered_with_the_neighbors_number),
		ENGINE_TEST(
		    test_next_hop_is_answered_anew_when_addresses_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
