/* An engine that restarts calls containers starting that did not stop. */
#include "bgplbd/rde/run_health.h"
#include "regress/unit/rde/engine_harness.h"

static void
test_what_a_check_said_holds_until_the_next_one(void **state)
{
	(void)state;
	assert_int_equal(run_health(HEALTH_HEALTHY, HEALTH_STARTING),
	    HEALTH_HEALTHY);
	assert_int_equal(run_health(HEALTH_UNHEALTHY, HEALTH_STARTING),
	    HEALTH_UNHEALTHY);
}

static void
test_anything_else_is_as_docker_says(void **state)
{
	enum health before, told;

	(void)state;
	for (told = HEALTH_NONE; told <= HEALTH_LAST; told++) {
		assert_int_equal(run_health(0, told), told);
		for (before = HEALTH_NONE; before <= HEALTH_LAST; before++)
			if (told != HEALTH_STARTING)
				assert_int_equal(run_health(before, told),
				    told);
	}
	assert_int_equal(run_health(HEALTH_NONE, HEALTH_STARTING),
	    HEALTH_STARTING);
	assert_int_equal(run_health(HEALTH_STARTING, HEALTH_STARTING),
	    HEALTH_STARTING);
}

/* What the frontend tells once the engine is there again. */
static void
list(struct engine *e, struct container_fact f)
{
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, f);
	sync_ends(e);
}

static struct container_fact
starting(void)
{
	return container(1, 1, P4, P6, HEALTH_STARTING);
}

static void
test_healthy_container_stays_announced_until_a_check_fails(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	list(e, starting());
	settle(e);
	tell_health(e, 1, HEALTH_HEALTHY);
	settle(e);
	list(e, starting());
	settle(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
}

static void
test_unhealthy_container_is_not_announced_until_a_check_succeeds(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	list(e, starting());
	settle(e);
	tell_health(e, 1, HEALTH_HEALTHY);
	expect_announce(e, P4, P6);
}

static void
test_new_run_starts_without_the_old_ones_health(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = starting();

	begin_with_container(e);
	f.started_at++;
	list(e, f);
	expect_withdraw(e, P4, P6);
	assert_true(log_has(e, "is starting"));
}

/* bgplbd restarts at the same time, and finds what it left. */
static void
restart(struct engine *e)
{
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
}

static void
test_container_that_the_route_leads_to_counts_as_healthy(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	restart(e);
	list(e, starting());
	expect_announce(e, P4, P6);
	expect_ready(e);
	assert_true(log_has(e, "container web-1 (00000001cccc): had the "
	    "traffic of " P4 " when bgplbd started, so it counts as healthy "
	    "until its next check"));
	list(e, starting());
	settle(e);
	tell_health(e, 1, HEALTH_UNHEALTHY);
	expect_withdraw(e, P4, P6);
}

static void
test_container_that_the_route_did_not_lead_to_does_not(void **state)
{
	struct engine *e = engine(state);
	struct container_fact f = container(2, 1, P4, P6, HEALTH_STARTING);

	begin_with_container(e);
	join(e, 2, 1, P4, P6);		/* has the prefixes, not the entry */
	restart(e);
	list(e, f);
	expect_ready(e);
	settle(e);
	await_no_route("10.0.0.101");
}

/* The same addresses, but Docker made the endpoint since. */
static void
test_container_that_starts_meanwhile_does_not(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	restart(e);
	join(e, 1, 1, P4, P6);
	list(e, starting());
	expect_ready(e);
	settle(e);
	await_no_route("10.0.0.101");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_check_said_holds_until_the_next_one),
		cmocka_unit_test(test_anything_else_is_as_docker_says),
		ENGINE_TEST(test_healthy_container_stays_announced_until_a_check_fails),
		ENGINE_TEST(test_unhealthy_container_is_not_announced_until_a_check_succeeds),
		ENGINE_TEST(test_new_run_starts_without_the_old_ones_health),
		ENGINE_TEST(test_container_that_the_route_leads_to_counts_as_healthy),
		ENGINE_TEST(test_container_that_the_route_did_not_lead_to_does_not),
		ENGINE_TEST(test_container_that_starts_meanwhile_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
