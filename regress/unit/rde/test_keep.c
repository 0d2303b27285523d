/*
 * A graceful restart while Docker is not heard: what stands is announced, as far as
 * the kernel shows that it is served.
 */
#include "regress/unit/rde/engine_harness.h"

#define RESTART_TIME	4	/* seconds: kept from a quarter to nine tenths of it */
#define SUBNET		"172.30.0.0/24"

static int
setup_graceful(void **state)
{
	struct engine *e;

	if (setup_engine(state) == -1)
		return -1;
	e = *state;
	if (e->pid == 0)
		return 0;
	stop_engine(e);
	e->settings.graceful_restart = GRACEFUL_YES;
	e->settings.restart_time = RESTART_TIME;
	start_engine(e);
	send_state(e, NULL);
	return 0;
}

static void
expect_kernel_state(struct engine *e, uint32_t preserved)
{
	struct kernel_state state;
	struct received r;

	expect(e->session, MSG_RDE_KERNEL, &r);
	assert_int_equal(r.len, sizeof(state));
	memcpy(&state, r.data, sizeof(state));
	assert_int_equal(state.preserved, preserved);
}

/* Ends it, and starts it over what then stands, with Docker away. */
static void
restart_with(struct engine *e, const struct state_list *list)
{
	stop_engine(e);
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 0, list, sizeof(*list));
}

static void
restart(struct engine *e)
{
	struct state_list list;

	memset(&list, 0, sizeof(list));
	restart_with(e, &list);
	expect_kernel_state(e, 1);
}

/* Container 1 serves; then Docker and bgplbd go, and bgplbd is back. */
static void
restart_while_served(struct engine *e)
{
	expect_kernel_state(e, 0);
	begin_with_container(e);
	restart(e);
}

static void
test_what_stands_is_announced_before_the_routers_are_told_that_all_is(
    void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	assert_true(has_route("10.0.0.101"));
}

static void
test_list_that_says_the_same_changes_nothing(void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	await_no_route("10.0.0.101");
}

static void
test_list_that_says_otherwise_withdraws(void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_UNHEALTHY));
	sync_ends(e);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	await_no_route("10.0.0.101");
}

/* Its end in the container goes with it, and so does ours. */
static void
test_container_that_ends_meanwhile_is_withdrawn_at_once(void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	run("ip link del bgpve-00000001b");
	expect_withdraw(e, P4, P6);
	assert_true(has_route("10.0.0.101"));
}

static void
test_container_that_ended_while_away_is_not_announced(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;

	expect_kernel_state(e, 0);
	begin_with_container(e);
	memset(&list, 0, sizeof(list));
	stop_engine(e);
	run("ip link del bgpve-00000001b");
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
	expect_kernel_state(e, 1);
	expect_ready(e);
	assert_true(has_route("10.0.0.101"));
}

/* Another one of its network, that was not fit, does not stand for it. */
static void
test_link_of_another_container_does_not_count(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;

	expect_kernel_state(e, 0);
	begin_with_container(e);
	join(e, 2, 1, P4, P6);
	tell_container(e, container(2, 1, P4, P6, HEALTH_UNHEALTHY));
	settle(e);
	memset(&list, 0, sizeof(list));
	stop_engine(e);
	run("ip link del bgpve-00000001b");
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
	expect_kernel_state(e, 1);
	expect_ready(e);
}

static void
test_withdrawn_prefix_and_drained_host_are_not_announced(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;

	expect_kernel_state(e, 0);
	begin_with_container(e);
	memset(&list, 0, sizeof(list));
	list.withdrawn[0] = prefix(P4);
	list.count = 1;
	restart_with(e, &list);
	expect_kernel_state(e, 1);
	expect_announce(e, P6, NULL);
	expect_ready(e);
	list.drained = 1;
	restart_with(e, &list);
	expect_kernel_state(e, 1);
	expect_ready(e);
}

static void
test_it_ends_with_the_restart_time_and_removes_nothing(void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	expect_withdraw(e, P4, P6);
	assert_true(has_route("10.0.0.101"));
	assert_true(log_has(e, "restart-time is nearly over"));
	/* Docker is back at last. */
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P4, P6);
}

/* What the list could not say is kept, and what it said counts. */
static void
test_incomplete_list_ends_nothing(void **state)
{
	struct engine *e = engine(state);

	restart_while_served(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends_incomplete(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	tell_container(e, container(1, 1, P4, P6, HEALTH_UNHEALTHY));
	expect_withdraw(e, P4, P6);
}

static void
receive_saved(struct engine *e, struct state_list *list)
{
	const struct state_saved saved = { .error = 0 };
	struct received r;

	expect(e->parent, MSG_RDE_STATE_SAVE, &r);
	assert_true(state_list_is_valid(r.data, r.len));
	memcpy(list, r.data, sizeof(*list));
	send_to(e->parent, MSG_PARENT_STATE_SAVED, r.hdr.peerid, &saved,
	    sizeof(saved));
}

static void
test_labelled_subnet_is_remembered_and_counts_while_it_is_on_a_link(
    void **state)
{
	struct engine *e = engine(state);
	struct state_list list;

	run("ip link add br-test type bridge && ip link set br-test up && "
	    "ip addr add 172.30.0.1/24 dev br-test");
	expect_kernel_state(e, 0);
	sync_begins(e);
	tell_network(e, 9, false, SUBNET, "172.31.0.0/24");
	sync_ends(e);
	expect_announce(e, SUBNET, "172.31.0.0/24");
	expect_ready(e);
	receive_saved(e, &list);
	assert_int_equal(list.nsubnets, 2);
	restart_with(e, &list);
	expect_kernel_state(e, 1);
	expect_announce(e, SUBNET, NULL);	/* the other is on no link */
	expect_ready(e);
	/* The host was restarted: its bridges are gone. */
	stop_engine(e);
	run("ip link del br-test");
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
	expect_kernel_state(e, 0);
	expect_ready(e);
}

static void
test_labelled_network_that_is_removed_is_forgotten(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;
	struct received r;

	expect_kernel_state(e, 0);
	sync_begins(e);
	tell_network(e, 9, false, SUBNET, NULL);
	sync_ends(e);
	expect_announce(e, SUBNET, NULL);
	expect_ready(e);
	receive_saved(e, &list);
	assert_int_equal(list.nsubnets, 1);
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(9, 'a'));
	expect(e->session, MSG_RDE_WITHDRAW, &r);
	receive_saved(e, &list);
	assert_int_equal(list.nsubnets, 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup_graceful, \
			    teardown_engine)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_stands_is_announced_before_the_routers_are_told_that_all_is),
		TEST(test_list_that_says_the_same_changes_nothing),
		TEST(test_list_that_says_otherwise_withdraws),
		TEST(test_container_that_ends_meanwhile_is_withdrawn_at_once),
		TEST(test_container_that_ended_while_away_is_not_announced),
		TEST(test_link_of_another_container_does_not_count),
		TEST(test_withdrawn_prefix_and_drained_host_are_not_announced),
		TEST(test_it_ends_with_the_restart_time_and_removes_nothing),
		TEST(test_incomplete_list_ends_nothing),
		TEST(test_labelled_subnet_is_remembered_and_counts_while_it_is_on_a_link),
		TEST(test_labelled_network_that_is_removed_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
