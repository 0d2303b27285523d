/*
 * Containers that get a signal which usually ends them.  The engine's clock can be
 * set forward, for what is decided a minute later.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include <time.h>
#include <unistd.h>

#include "regress/unit/rde/engine_harness.h"

#define MINUTE	60

/* Shared with the engine, which is forked. */
static volatile long *seconds_ahead;

/* libevent and the engine find this one. */
int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (rc == 0 && seconds_ahead != NULL &&
	    (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE))
		ts->tv_sec += *seconds_ahead;
	return rc;
}

/* Timers that are due by then have gone off. */
static void
pass(struct engine *e, long seconds)
{
	*seconds_ahead += seconds;
	tell_health(e, 0xfffe, HEALTH_HEALTHY);		/* wakes it up */
}

static struct container_fact
healthy(unsigned int number)
{
	return container(number, 1, P4, P6, HEALTH_HEALTHY);
}

static void
test_container_that_outlives_sigterm_is_announced_again(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	pass(e, MINUTE - 5);
	settle(e);
	tell_container(e, healthy(1));
	settle(e);
	pass(e, 6);
	expect_announce(e, P4, P6);
	assert_true(log_has(e, "container web-1 (00000001cccc): still runs "
	    "60 s after signal 15 told it to end"));
}

static void
test_minute_counts_from_the_last_signal(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	pass(e, MINUTE - 5);
	settle(e);
	tell_signal(e, 1, SIGTERM);
	settle(e);
	pass(e, MINUTE - 5);
	settle(e);
	pass(e, 6);
	expect_announce(e, P4, P6);
}

static void
test_new_run_is_not_given_the_old_ones_time(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = healthy(1);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	expect_withdraw(e, P4, P6);
	f.started_at++;
	tell_container(e, f);
	expect_announce(e, P4, P6);
	pass(e, MINUTE - 5);
	settle(e);
	tell_signal(e, 1, SIGTERM);
	expect_withdraw(e, P4, P6);
	pass(e, 6);
	settle(e);
	pass(e, MINUTE);
	expect_announce(e, P4, P6);
}

static void
test_container_that_ends_is_not_announced_again(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGTERM);
	expect_withdraw(e, P4, P6);
	tell_id(e, MSG_FRONTEND_CONTAINER_DIED, numbered_id(1, 'c'));
	pass(e, MINUTE + 1);
	settle(e);
	assert_false(log_has(e, "still runs"));
	assert_false(log_has(e, "its drain ended"));
}

static void
test_drained_container_that_does_not_obey_goes_on_draining(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = healthy(1);
	struct received r;

	begin_with_container(e);
	f.stop_timeout = -1;	/* nor is it killed */
	tell_container(e, f);
	settle(e);
	tell_signal(e, 1, SIGUSR2);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	expect(e->frontend, MSG_RDE_STOP_CONTAINER, &r);
	tell_signal(e, 1, SIGTERM);
	settle(e);
	pass(e, MINUTE + 1);
	settle(e);
}

/* A JVM prints its threads and goes on. */
static void
test_sigquit_and_sigint_change_nothing(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_signal(e, 1, SIGQUIT);
	tell_signal(e, 1, SIGINT);
	settle(e);
}

static void
test_stop_signal_that_is_sigquit_withdraws_until_it_is_forgotten(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = healthy(1);

	begin_with_container(e);
	f.stop_signal = SIGQUIT;
	tell_container(e, f);
	tell_signal(e, 1, SIGQUIT);
	expect_withdraw(e, P4, P6);
	pass(e, MINUTE + 1);
	expect_announce(e, P4, P6);
}

static int
setup(void **state)
{
	*seconds_ahead = 0;
	return setup_engine(state);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown_engine)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_container_that_outlives_sigterm_is_announced_again),
		TEST(test_minute_counts_from_the_last_signal),
		TEST(test_new_run_is_not_given_the_old_ones_time),
		TEST(test_container_that_ends_is_not_announced_again),
		TEST(test_drained_container_that_does_not_obey_goes_on_draining),
		TEST(test_sigquit_and_sigint_change_nothing),
		TEST(test_stop_signal_that_is_sigquit_withdraws_until_it_is_forgotten),
	};

	seconds_ahead = mmap(NULL, sizeof(*seconds_ahead),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seconds_ahead == MAP_FAILED)
		return 1;
	*seconds_ahead = 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
