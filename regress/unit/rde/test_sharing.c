/* Several containers of one network share its address in the kernel. */
#include "bgplbd/rde/engine.h"
#include "regress/unit/rde/engine_harness.h"

#define OBJECTS	"ip -d nexthop; ip neigh show nud permanent; ip route; ip -6 route"
#define MAC1	"lladdr 02:00:00:00:01:bb"
#define MAC2	"lladdr 02:00:00:00:02:bb"

static void
settle_links(unsigned int endpoint)
{
	char command[256];

	/* As Docker sets up the other end, in the container. */
	snprintf(command, sizeof(command), "ip link set bgpvc-%08xb up; until "
	    "ip link show bgplb-00000001a | grep -q LOWER_UP; do sleep 0.01; "
	    "done", endpoint);
	run(command);
}

static void
join_up(struct engine *e, unsigned int endpoint)
{
	join(e, endpoint, 1, P4, P6);
	settle_links(endpoint);
}

static unsigned int
count(const char *command, const char *text)
{
	char buf[16384], *at = buf;
	unsigned int n = 0;

	output_of(command, buf, sizeof(buf));
	for (; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static void
tell_all(struct engine *e, enum health health)
{
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, health));
	tell_container(e, container(2, 1, P4, P6, health));
	sync_ends(e);
}

/* Containers 1 and 2 are there from the first list on, and share. */
static void
begin_with_two(struct engine *e)
{
	create_network(e, 1, P4, P6);
	join_up(e, 1);
	join_up(e, 2);
	tell_all(e, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	expect_ready(e);
}

/* Container 1 has served alone when 2 comes. */
static void
begin_with_one_and_add_another(struct engine *e)
{
	create_network(e, 1, P4, P6);
	join_up(e, 1);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	join_up(e, 2);
	tell_container(e, container(2, 1, P4, P6, HEALTH_HEALTHY));
	settle(e);
}

static void
await_log(struct engine *e, const char *text)
{
	int ms;

	for (ms = 0; !log_has(e, text); ms += 20) {
		if (ms > JOIN_MS + ANSWER_MS)
			fail_msg("not logged: %s", text);
		usleep(20000);
	}
}

static void
test_two_of_the_first_list_share_at_once(void **state)
{
	struct engine *e = engine(state);

	begin_with_two(e);
	settle(e);
	assert_int_equal(count("ip route; ip -6 route", "101 nhid"), 2);
	assert_int_equal(count("ip nexthop", "resilient"), 2);
	assert_int_equal(count("ip nexthop", " via "), 4);
	/* Two families each, and the address itself leads to the chosen one. */
	assert_int_equal(count("ip neigh", MAC1) + count("ip neigh", MAC2), 6);
	assert_true(log_has(e, "prefix " P4 ": 2 containers share it"));
}

static void
test_one_that_leaves_gives_a_plain_route_and_no_update(void **state)
{
	struct engine *e = engine(state);

	begin_with_two(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(has_route("2001:db8:0:1000::101"));
	assert_int_equal(count("ip nexthop", "id "), 0);
	assert_int_equal(count("ip neigh", MAC1), 0);
	assert_int_equal(count("ip neigh", MAC2), 2);
	tell_health(e, 2, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	settle(e);
	assert_int_equal(count(OBJECTS, "bgplb-"), 0);
}

static void
test_second_joins_when_the_flows_of_the_first_are_known(void **state)
{
	struct engine *e = engine(state);

	begin_with_one_and_add_another(e);
	assert_int_equal(count("ip route; ip -6 route", "101 nhid"), 2);
	assert_int_equal(count("ip neigh", MAC2), 0);
	assert_int_equal(count("ip neigh", MAC1), 6);
	await_log(e, "prefix " P6 ": 2 containers share it");
	assert_int_equal(count("ip neigh", MAC2), 2);
	assert_int_equal(count("ip neigh", MAC1), 4);
	assert_int_equal(count("ip nexthop", " via "), 4);
	expect_nothing(e->session);
}

static void
test_list_does_not_hasten_a_join(void **state)
{
	struct engine *e = engine(state);

	begin_with_one_and_add_another(e);
	tell_all(e, HEALTH_HEALTHY);
	settle(e);
	assert_int_equal(count("ip neigh", MAC2), 0);
	await_log(e, "prefix " P6 ": 2 containers share it");
	assert_int_equal(count("ip neigh", MAC2), 2);
}

static void
restart_changes_nothing(struct engine *e, enum health health)
{
	char before[8192], after[8192];

	begin_with_two(e);
	settle(e);
	output_of(OBJECTS, before, sizeof(before));
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
	tell_all(e, health);
	expect_announce(e, P4, P6);
	expect_ready(e);
	settle(e);
	output_of(OBJECTS, after, sizeof(after));
	assert_string_equal(after, before);
}

/* Docker restarts too, and calls them starting. */
static void
test_all_that_shared_count_as_healthy_after_a_restart(void **state)
{
	struct engine *e = engine(state);

	restart_changes_nothing(e, HEALTH_STARTING);
}

static void
test_restart_adopts_a_spread_and_changes_nothing(void **state)
{
	struct engine *e = engine(state);

	restart_changes_nothing(e, HEALTH_HEALTHY);
	tell_health(e, 2, HEALTH_UNHEALTHY);
	settle(e);
	assert_int_equal(count("ip nexthop", "id "), 0);
}

static void
test_objects_that_nobody_uses_go_with_the_list(void **state)
{
	struct engine *e = engine(state);

	begin_with_two(e);
	settle(e);
	stop_engine(e);
	run("ip route replace 10.0.0.101 dev bgplb-00000001a scope link "
	    "proto 182");
	start_engine(e);
	send_state(e, NULL);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P4, P6);
	expect_ready(e);
	settle(e);
	assert_int_equal(count("ip nexthop", "id "), 0);
	assert_int_equal(count("ip neigh show nud permanent", MAC1), 2);
	assert_int_equal(count("ip neigh show nud permanent", MAC2), 0);
}

/* The other ends are down, so the bridge has no carrier. */
static void
test_one_serves_if_the_kernel_refuses_to_share(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	join(e, 1, 1, P4, P6);
	join(e, 2, 1, P4, P6);
	tell_all(e, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	expect_ready(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(log_has(e, "prefix " P4 ": its containers cannot share it: "
	    "cannot make a nexthop"));
	settle_links(1);
	await_log(e, "prefix " P6 ": 2 containers share it");
}

static void
test_network_that_goes_takes_its_spread_along(void **state)
{
	struct engine *e = engine(state);
	uint64_t barrier;

	begin_with_two(e);
	tell_id(e, MSG_FRONTEND_NETWORK_GONE, numbered_id(1, 'a'));
	barrier = expect_withdraw(e, P4, P6);
	answer_barrier(e, barrier);
	settle(e);
	assert_int_equal(count(OBJECTS, "bgplb-"), 0);
	assert_int_equal(count("ip nexthop", "id "), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_two_of_the_first_list_share_at_once),
		ENGINE_TEST(test_one_that_leaves_gives_a_plain_route_and_no_update),
		ENGINE_TEST(test_second_joins_when_the_flows_of_the_first_are_known),
		ENGINE_TEST(test_list_does_not_hasten_a_join),
		ENGINE_TEST(test_all_that_shared_count_as_healthy_after_a_restart),
		ENGINE_TEST(test_restart_adopts_a_spread_and_changes_nothing),
		ENGINE_TEST(test_objects_that_nobody_uses_go_with_the_list),
		ENGINE_TEST(test_one_serves_if_the_kernel_refuses_to_share),
		ENGINE_TEST(test_network_that_goes_takes_its_spread_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
