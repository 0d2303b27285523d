/* The operator's order that takes the whole host out of service. */
#include "bgplbd/rde/engine.h"
#include "regress/unit/rde/engine_harness.h"

#define LEAVES_MS	300

/* The state that is to be saved says so; it is answered with error. */
static void
expect_save(struct engine *e, uint32_t drained, int error)
{
	struct state_saved saved = { .error = error };
	struct state_list list;
	struct received r;

	expect(e->parent, MSG_RDE_STATE_SAVE, &r);
	assert_true(state_list_is_valid(r.data, r.len));
	memcpy(&list, r.data, sizeof(list));
	assert_int_equal(list.drained, drained);
	send_to(e->parent, MSG_PARENT_STATE_SAVED, r.hdr.peerid, &saved,
	    sizeof(saved));
}

static void
expect_result(struct engine *e, enum control_outcome outcome,
    const char *text)
{
	struct control_result result;
	struct received r;

	expect(e->frontend, CONTROL_RESULT, &r);
	memcpy(&result, r.data, sizeof(result));
	assert_int_equal(result.outcome, outcome);
	if (strstr(result.text, text) == NULL)
		fail_msg("text is: %s", result.text);
}

static void
order(struct engine *e, uint32_t type)
{
	send_to(e->frontend, type, 1, NULL, 0);
}

static void
test_drain_withdraws_and_keeps_the_routes_until_undrained(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	order(e, CONTROL_DRAIN);
	expect_withdraw(e, P4, P6);
	expect_save(e, 1, 0);
	expect_result(e, CONTROL_OK, "");
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(log_has(e, "prefix " P4 ": withdrawn, the operator drains "
	    "the host"));
	assert_true(log_has(e, "the host: drained by the operator"));
	order(e, CONTROL_DRAIN);
	expect_result(e, CONTROL_NO_CHANGE, "the host is already drained");
	order(e, CONTROL_UNDRAIN);
	expect_announce(e, P4, P6);
	expect_save(e, 0, 0);
	expect_result(e, CONTROL_OK, "");
	order(e, CONTROL_UNDRAIN);
	expect_result(e, CONTROL_NO_CHANGE, "the host is not drained");
}

static void
test_route_of_a_drained_host_goes_with_its_container(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	order(e, CONTROL_DRAIN);
	answer_barrier(e, expect_withdraw(e, P4, P6));
	expect_save(e, 1, 0);
	expect_result(e, CONTROL_OK, "");
	settle(e);
	assert_true(has_route("10.0.0.101"));
	tell_health(e, 1, HEALTH_UNHEALTHY);
	await_no_route("10.0.0.101");
}

static void
test_drain_is_kept_over_a_restart(void **state)
{
	struct engine *e = engine(state);
	struct state_list list;

	begin_with_container(e);
	stop_engine(e);
	start_engine(e);
	memset(&list, 0, sizeof(list));
	list.drained = 1;
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_true(has_route("10.0.0.101"));
	assert_true(log_has(e, "the host: drained, by an order of an earlier"));
	order(e, CONTROL_UNDRAIN);
	expect_announce(e, P4, P6);
}

static void
test_drain_that_cannot_be_saved_is_undone(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	order(e, CONTROL_DRAIN);
	expect_withdraw(e, P4, P6);
	expect_save(e, 1, ENOSPC);
	expect_announce(e, P4, P6);
	expect_result(e, CONTROL_FAILED, "the host stays as it was, for the "
	    "state file cannot be written: No space left on device");
	order(e, CONTROL_UNDRAIN);
	expect_result(e, CONTROL_NO_CHANGE, "the host is not drained");
}

/* RFC 8326 */
static void
test_graceful_drain_announces_as_leaving_first(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	e->settings.drain_graceful_ms = LEAVES_MS;
	start_engine(e);
	send_state(e, NULL);
	begin_with_container(e);
	order(e, CONTROL_DRAIN);
	expect_announce_with(e, P4, P6, 0, true);
	expect_save(e, 1, 0);
	expect_result(e, CONTROL_OK, "");
	expect_withdraw(e, P4, P6);
	order(e, CONTROL_UNDRAIN);
	expect_announce(e, P4, P6);
	expect_save(e, 0, 0);
	expect_result(e, CONTROL_OK, "");
}

static void
test_undrain_ends_a_graceful_drain_under_way(void **state)
{
	struct engine *e = engine(state);
	struct received r;

	stop_engine(e);
	e->settings.drain_graceful_ms = LEAVES_MS;
	start_engine(e);
	send_state(e, NULL);
	begin_with_container(e);
	order(e, CONTROL_DRAIN);
	expect_announce_with(e, P4, P6, 0, true);
	order(e, CONTROL_UNDRAIN);
	expect_save(e, 1, 0);
	expect_announce(e, P4, P6);
	expect_save(e, 0, 0);
	assert_false(receive_from(e->session, &r, LEAVES_MS + 200));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_drain_withdraws_and_keeps_the_routes_until_undrained),
		ENGINE_TEST(test_route_of_a_drained_host_goes_with_its_container),
		ENGINE_TEST(test_drain_is_kept_over_a_restart),
		ENGINE_TEST(test_drain_that_cannot_be_saved_is_undone),
		ENGINE_TEST(test_graceful_drain_announces_as_leaving_first),
		ENGINE_TEST(test_undrain_ends_a_graceful_drain_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
