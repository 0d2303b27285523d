#include <time.h>

#include "regress/unit/rde/engine_harness.h"

#define DELAY_MS	500	/* as the harness sets it */
#define EARLIEST_MS	(DELAY_MS - 15)	/* libevent's clock has coarse ticks */

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
expect_order(struct engine *e, unsigned int number, int signal)
{
	struct object_id id = numbered_id(number, 'c');
	struct container_order stop;
	struct received r;

	expect(e->frontend, MSG_RDE_STOP_CONTAINER, &r);
	assert_true(frontend_rde_is_valid(r.hdr.type, r.data, r.len));
	memcpy(&stop, r.data, sizeof(stop));
	assert_string_equal(stop.container.hex, id.hex);
	assert_int_equal(stop.signal, signal);
	assert_int_equal(stop.pid, number + 1000);
	assert_true(stop.started_at > 0);
}

static void
expect_stop(struct engine *e, unsigned int number)
{
	expect_order(e, number, SIGTERM);
}

static void
expect_no_stop(struct engine *e)
{
	struct received r;

	assert_false(receive_from(e->frontend, &r, DELAY_MS + 200));
}

static void
test_sigusr2_withdraws_removes_the_route_and_then_stops(void **state)
{
	struct engine *e = engine(state);
	int64_t start;

	begin_with_container(e);
	start = now_ms();
	tell_signal(e, 1, SIGUSR2);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	settle(e);
	assert_false(has_route("10.0.0.101"));
	assert_true(now_ms() - start < DELAY_MS);
	expect_stop(e, 1);
	assert_in_range(now_ms() - start, EARLIEST_MS, DELAY_MS + 1000);
	assert_true(log_has(e, "container web-1 (00000001cccc): got SIGUSR2 "
	    "and drains for 500 ms"));
	assert_true(log_has(e, "container web-1 (00000001cccc): its drain is "
	    "over, it gets SIGTERM"));
}

/* A container with that stop timeout in seconds, drained and sent SIGTERM. */
static void
drain_to_the_end(struct engine *e, int stop_timeout)
{
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	f.stop_timeout = stop_timeout;
	tell_container(e, f);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect_stop(e, 1);
}

static void
test_container_that_outlives_its_stop_timeout_gets_sigkill(void **state)
{
	struct engine *e = engine(state);
	int64_t start;

	drain_to_the_end(e, 1);
	start = now_ms();
	expect_order(e, 1, SIGKILL);
	assert_in_range(now_ms() - start, 900, ANSWER_MS);
	assert_true(log_has(e, "container web-1 (00000001cccc): still runs "
	    "after its drain and its stop timeout of 1 s, it gets SIGKILL"));
	expect_no_stop(e);
}

static void
test_container_without_a_stop_timeout_is_never_killed(void **state)
{
	struct engine *e = engine(state);

	drain_to_the_end(e, -1);
	assert_false(receive_from(e->frontend, &(struct received){ .len = 0 },
	    1500));
}

static void
test_container_that_ends_in_its_stop_timeout_is_not_killed(void **state)
{
	struct engine *e = engine(state);

	drain_to_the_end(e, 1);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	assert_false(receive_from(e->frontend, &(struct received){ .len = 0 },
	    1500));
	assert_false(log_has(e, "its drain ended with it"));
}

static void
test_paused_container_is_its_engines_to_signal(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);
	struct container_order stop;
	struct received r;

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	f.paused = 1;
	tell_container(e, f);
	expect(e->frontend, MSG_RDE_STOP_CONTAINER, &r);
	memcpy(&stop, r.data, sizeof(stop));
	assert_int_equal(stop.by_engine, 1);
}

/* bgplbd restarts; the parent has kept what it was sent last. */
static void
restart(struct engine *e)
{
	struct state_list list;
	struct received r;

	memset(&list, 0, sizeof(list));
	while (receive_from(e->parent, &r, SILENCE_MS)) {
		assert_int_equal(r.hdr.type, MSG_RDE_STATE_SAVE);
		assert_true(state_list_is_valid(r.data, r.len));
		memcpy(&list, r.data, sizeof(list));
	}
	stop_engine(e);
	start_engine(e);
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
}

static void
list_container(struct engine *e, struct container_fact f)
{
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, f);
	sync_ends(e);
}

static void
test_drain_goes_on_after_a_restart_and_ends_in_time(void **state)
{
	struct engine *e = engine(state);
	int64_t start;

	e->settings.drain_delay_ms = 3000;
	restart(e);
	begin_with_container(e);
	start = now_ms();
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	restart(e);
	list_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_ready(e);
	settle(e);
	assert_true(log_has(e, "container web-1 (00000001cccc): drains since "
	    "an earlier run"));
	expect_stop(e, 1);
	assert_in_range(now_ms() - start, 2900, ANSWER_MS);
	restart(e);
	list_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_ready(e);
	settle(e);
	assert_false(receive_from(e->frontend, &(struct received){ .len = 0 },
	    SILENCE_MS));
}

static void
test_stop_timeout_goes_on_after_a_restart(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);
	int64_t start;

	drain_to_the_end(e, 3);
	start = now_ms();
	restart(e);
	f.stop_timeout = 3;
	list_container(e, f);
	expect_order(e, 1, SIGKILL);
	assert_in_range(now_ms() - start, 2900, ANSWER_MS);
}

static void
test_drain_that_ended_while_away_is_ended(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	restart(e);
	usleep(DELAY_MS * 1000);
	list_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_stop(e, 1);
}

static void
test_drain_is_not_remembered_of_another_run(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	restart(e);
	f.started_at++;
	list_container(e, f);
	expect_announce(e, P4, P6);
	expect_ready(e);
	restart(e);
	list_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
}

static void
test_drain_of_a_container_that_is_gone_is_forgotten(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;
	struct received r;

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect(e->parent, MSG_RDE_STATE_SAVE, &r);
	memcpy(&list, r.data, sizeof(list));
	assert_int_equal(list.ndrains, 1);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	expect(e->parent, MSG_RDE_STATE_SAVE, &r);
	memcpy(&list, r.data, sizeof(list));
	assert_int_equal(list.ndrains, 0);
}

static void
test_second_sigusr2_changes_nothing(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect_stop(e, 1);
	expect_no_stop(e);
}

static void
test_another_container_keeps_the_prefix_while_one_drains(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	join(e, 2, 1, P4, P6);
	tell_container(e, container(2, 1, P4, P6, HEALTH_HEALTHY));
	tell_signal(e, 1, SIGUSR2);
	settle(e);
	assert_true(output_has("ip neigh", "10.0.0.101 dev bgplb-00000001a "
	    "lladdr 02:00:00:00:02:bb"));
	expect_stop(e, 1);
}

static void
test_drain_outlives_health_and_inspection(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	tell_health(e, 1, HEALTH_HEALTHY);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	settle(e);
	expect_stop(e, 1);
	settle(e);
}

static void
test_container_that_dies_while_it_drains_is_not_stopped(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	expect_no_stop(e);
	assert_true(log_has(e, "container 00000001cccc: its drain ended "
	    "with it"));
}

static void
test_container_started_anew_does_not_drain(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	f.started_at++;
	tell_container(e, f);
	expect_announce(e, P4, P6);
	expect_no_stop(e);
}

static void
test_container_that_drains_again_gets_the_whole_delay(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);
	int64_t start;

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	usleep(DELAY_MS / 2 * 1000);
	f.started_at++;
	tell_container(e, f);
	expect_announce(e, P4, P6);
	start = now_ms();
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect_stop(e, 1);
	assert_in_range(now_ms() - start, EARLIEST_MS, DELAY_MS + 1000);
	expect_no_stop(e);
}

static void
test_container_that_was_swept_meanwhile_is_not_stopped(void **state)
{
	struct engine *e = engine(state);
	unsigned int i;

	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	for (i = 0; i < 2; i++) {
		sync_begins(e);
		tell_network(e, 1, true, P4, P6);
		sync_ends(e);
	}
	tell_container(e, container(1, 1, P4, P6, HEALTH_UNHEALTHY));
	expect_no_stop(e);
}

static void
begin_gracefully(struct engine *e, bool counts)
{
	static struct neighbor_settings neighbor;

	stop_engine(e);
	e->settings.drain_graceful_ms = DELAY_MS;
	if (counts) {
		neighbor_settings_init(&neighbor);
		neighbor.link_bandwidth = 1000;
		e->settings.neighbors = &neighbor;
		e->settings.nneighbors = 1;
	}
	start_engine(e);
	send_state(e, NULL);
}

/* RFC 8326: it goes on serving while the routers turn elsewhere. */
static void
test_graceful_drain_announces_as_leaving_before_it_withdraws(void **state)
{
	struct engine *e = engine(state);
	int64_t start;

	begin_gracefully(e, false);
	begin_with_container(e);
	start = now_ms();
	tell_signal(e, 1, SIGUSR2);
	expect_announce_with(e, P4, P6, 0, true);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(log_has(e, "prefix 10.0.0.101/32: announced as leaving"));
	answer_barrier(e, expect_withdraw(e, P4, P6));
	assert_in_range(now_ms() - start, DELAY_MS / 2, DELAY_MS + 1000);
	settle(e);
	assert_false(has_route("10.0.0.101"));
	expect_stop(e, 1);
	assert_in_range(now_ms() - start, 2 * EARLIEST_MS,
	    2 * DELAY_MS + 1000);
}

static void
test_graceful_drain_ends_at_once_when_the_container_is_unhealthy(void **state)
{
	struct engine *e = engine(state);

	begin_gracefully(e, false);
	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_announce_with(e, P4, P6, 0, true);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
	expect_stop(e, 1);
}

static void
test_endpoints_are_counted_for_a_neighbor_that_is_told(void **state)
{
	struct engine *e = engine(state);

	begin_gracefully(e, true);
	sync_begins(e);
	sync_ends(e);
	expect_ready(e);
	create_network(e, 1, P4, P6);
	join(e, 1, 1, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce_with(e, P4, P6, 1, false);
	join(e, 2, 1, P4, P6);
	tell_container(e, container(2, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce_with(e, P4, P6, 2, false);
	/* One that drains does not count while another is fit. */
	tell_signal(e, 1, SIGUSR2);
	expect_announce_with(e, P4, P6, 1, false);
	expect_stop(e, 1);
	tell_signal(e, 2, SIGUSR2);
	expect_announce_with(e, P4, P6, 1, true);
	expect_withdraw(e, P4, P6);
	expect_stop(e, 2);
}

static void
test_without_stop_action_it_ends_itself(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	e->settings.drain_action = DRAIN_NONE;
	start_engine(e);
	send_state(e, NULL);
	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect_no_stop(e);
	assert_true(log_has(e, "its drain is over"));
}

static void
test_without_drain_sigusr2_means_nothing_or_the_end(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_HEALTHY);

	stop_engine(e);
	e->settings.drain_on_sigusr2 = false;
	start_engine(e);
	send_state(e, NULL);
	begin_with_container(e);
	tell_signal(e, 1, SIGUSR2);
	settle(e);
	f.stop_signal = SIGUSR2;
	tell_container(e, f);
	tell_signal(e, 1, SIGUSR2);
	expect_withdraw(e, P4, P6);
	expect_no_stop(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_sigusr2_withdraws_removes_the_route_and_then_stops),
		ENGINE_TEST(test_drain_goes_on_after_a_restart_and_ends_in_time),
		ENGINE_TEST(test_drain_that_ended_while_away_is_ended),
		ENGINE_TEST(test_drain_is_not_remembered_of_another_run),
		ENGINE_TEST(
		    test_container_that_outlives_its_stop_timeout_gets_sigkill),
		ENGINE_TEST(test_container_without_a_stop_timeout_is_never_killed),
		ENGINE_TEST(
		    test_container_that_ends_in_its_stop_timeout_is_not_killed),
		ENGINE_TEST(test_paused_container_is_its_engines_to_signal),
		ENGINE_TEST(test_stop_timeout_goes_on_after_a_restart),
		ENGINE_TEST(test_drain_of_a_container_that_is_gone_is_forgotten),
		ENGINE_TEST(test_second_sigusr2_changes_nothing),
		ENGINE_TEST(test_another_container_keeps_the_prefix_while_one_drains),
		ENGINE_TEST(test_drain_outlives_health_and_inspection),
		ENGINE_TEST(test_container_that_dies_while_it_drains_is_not_stopped),
		ENGINE_TEST(test_container_started_anew_does_not_drain),
		ENGINE_TEST(test_container_that_drains_again_gets_the_whole_delay),
		ENGINE_TEST(test_container_that_was_swept_meanwhile_is_not_stopped),
		ENGINE_TEST(test_graceful_drain_announces_as_leaving_before_it_withdraws),
		ENGINE_TEST(test_graceful_drain_ends_at_once_when_the_container_is_unhealthy),
		ENGINE_TEST(test_endpoints_are_counted_for_a_neighbor_that_is_told),
		ENGINE_TEST(test_without_stop_action_it_ends_itself),
		ENGINE_TEST(test_without_drain_sigusr2_means_nothing_or_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
