/* Containers that come and go: how long they have to be fit, and how often they count. */
#include "bgplbd/rde/pace.h"
#include "bgplbd/rde/rise.h"
#include "regress/unit/rde/engine_harness.h"

#define SECOND	((int64_t)1000 * CLOCK_NS_PER_MS)

static void
restart_engine(struct engine *e)
{
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
}

static void
test_setting_holds_for_all_and_without_it_for_those_that_restart(void **state)
{
	struct rise_setting s = { .set = false };
	const int64_t now = 1795557910 * SECOND;

	(void)state;
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, 0), 0);
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, now - 59 * SECOND),
	    RISE_RESTARTED_MS);
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, now - 60 * SECOND), 0);
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, now + SECOND), 0);
	assert_int_equal(rise_time(&s, HEALTH_HEALTHY, now, now - SECOND), 0);
	s.set = true;
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, now - SECOND), 0);
	s.ms = 3000;
	assert_int_equal(rise_time(&s, HEALTH_NONE, now, 0), 3000);
	assert_int_equal(rise_time(&s, HEALTH_HEALTHY, now, 0), 3000);
}

static void
test_break_begins_the_time_anew(void **state)
{
	struct rise r = { .fit = false };

	(void)state;
	rise_update(&r, false, 3000, 1000);
	assert_int_equal(r.until, 0);
	rise_update(&r, true, 3000, 2000);
	assert_int_equal(r.until, 5000);
	rise_update(&r, true, 3000, 4000);
	assert_int_equal(r.until, 5000);
	rise_update(&r, false, 3000, 4500);
	rise_update(&r, true, 3000, 4600);
	assert_int_equal(r.until, 7600);
	rise_update(&r, false, 0, 9000);
	rise_update(&r, true, 0, 9000);
	assert_int_equal(r.until, 0);
}

static void
test_run_that_was_found_has_risen_for_as_long_as_it_runs(void **state)
{
	struct rise r = { .fit = false };

	(void)state;
	rise_update(&r, true, 3000, 2000);
	rise_count_run(&r, 1000);
	assert_int_equal(r.until, 4000);
	rise_count_run(&r, 3000);
	assert_int_equal(r.until, 0);
	rise_update(&r, false, 3000, 2000);
	rise_count_run(&r, 10);
	assert_int_equal(r.until, 0);
}

static void
test_pace_is_a_few_at_once_and_then_one_a_second(void **state)
{
	struct pace p = { .spent = 0 };
	uint64_t now;
	unsigned int announced = 0, told = 0;

	(void)state;
	/* Ten minutes of a change each 50 ms. */
	for (now = 100000; now < 700000; now += 50)
		if (pace_next(&p, now) == 0) {
			announced++;
			told += pace_spend(&p, now);
		} else
			assert_in_range(pace_next(&p, now), now + 1,
			    now + PACE_MS);
	assert_in_range(announced, 600, 600 + PACE_BURST);
	assert_int_equal(told, 1);
	/* After some quiet, as at first. */
	now += PACE_BURST * PACE_MS;
	for (announced = 0; pace_next(&p, now) == 0; announced++)
		(void)pace_spend(&p, now);
	assert_int_equal(announced, PACE_BURST);
}

/* Of both prefixes. */
static void
expect_state(struct engine *e, enum prefix_state state)
{
	struct control_prefix row;
	struct received r;
	unsigned int i;

	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 6, NULL, 0);
	for (i = 0; i < 2; i++) {
		expect(e->frontend, CONTROL_PREFIX, &r);
		memcpy(&row, r.data, sizeof(row));
		assert_int_equal(row.state, state);
	}
	expect(e->frontend, CONTROL_RESULT, &r);
}

/* Through the rde. */
static void
test_container_is_announced_when_it_was_fit_for_long_enough(void **state)
{
	struct engine *e = engine(state);
	uint64_t began;

	e->settings.has_rise = true;
	e->settings.rise_ms = 1500;
	restart_engine(e);
	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	/* It runs since 1970, so it counts as fit since then. */
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	began = clock_ms();
	tell_health(e, 1, HEALTH_HEALTHY);
	settle(e);
	expect_state(e, PREFIX_RISING);
	expect_nothing(e->session);
	expect_announce(e, P4, P6);
	assert_true(clock_ms() - began >= 1500);
	/* A break that is shorter than the time begins it anew. */
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	tell_health(e, 1, HEALTH_HEALTHY);
	settle(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	settle(e);
	began = clock_ms();
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
	assert_true(clock_ms() - began >= 1500);
}

/* One without a check that begins anew at once. */
static void
test_container_in_a_loop_of_failures_waits_for_a_second(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(1, 1, P4, P6, HEALTH_NONE);
	uint64_t began;

	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	f.started_at = clock_wall_ns();
	tell_container(e, f);
	expect_announce(e, P4, P6);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	answer_barrier(e, expect_withdraw(e, P4, P6));
	f.finished_at = clock_wall_ns();
	f.started_at = f.finished_at + 1;
	began = clock_ms();
	join(e, 1, 1, P4, P6);
	tell_container(e, f);
	expect_announce(e, P4, P6);
	assert_in_range(clock_ms() - began, RISE_RESTARTED_MS - 200,
	    ANSWER_MS);
}

static unsigned int
count_changes(struct engine *e, unsigned int *withdrawn)
{
	struct received r;
	unsigned int announced = 0;

	*withdrawn = 0;
	while (receive_from(e->session, &r, SILENCE_MS)) {
		announced += r.hdr.type == MSG_RDE_ANNOUNCE;
		*withdrawn += r.hdr.type == MSG_RDE_WITHDRAW;
	}
	return announced;
}

/* Its health changes each 20 ms: announcements wait, withdrawals do not. */
static void
test_flapping_changes_a_prefix_twice_a_second_at_most(void **state)
{
	const struct timespec pause = { .tv_nsec = 20 * CLOCK_NS_PER_MS };
	struct engine *e = engine(state);
	unsigned int announced, i, withdrawn;
	uint64_t began;

	e->settings.linger_ms = 1000;
	restart_engine(e);
	begin_with_container(e);
	began = clock_ms();
	for (i = 0; i < 50; i++) {
		tell_health(e, 1, i % 2 == 0 ? HEALTH_UNHEALTHY :
		    HEALTH_HEALTHY);
		nanosleep(&pause, NULL);
	}
	tell_health(e, 1, HEALTH_UNHEALTHY);
	announced = count_changes(e, &withdrawn);
	assert_in_range(withdrawn, 1, PACE_BURST + 1 +
	    (clock_ms() - began) / PACE_MS);
	assert_in_range(announced, 1, withdrawn);
	/* The last word is that it is withdrawn; and it comes back in time. */
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_setting_holds_for_all_and_without_it_for_those_that_restart),
		cmocka_unit_test(test_break_begins_the_time_anew),
		cmocka_unit_test(
		    test_run_that_was_found_has_risen_for_as_long_as_it_runs),
		cmocka_unit_test(
		    test_pace_is_a_few_at_once_and_then_one_a_second),
		ENGINE_TEST(
		    test_container_is_announced_when_it_was_fit_for_long_enough),
		ENGINE_TEST(
		    test_container_in_a_loop_of_failures_waits_for_a_second),
		ENGINE_TEST(
		    test_flapping_changes_a_prefix_twice_a_second_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
