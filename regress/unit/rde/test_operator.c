#include "bgplbd/rde/engine.h"
#include "regress/unit/rde/engine_harness.h"

static void
ask(struct engine *e, uint32_t type, uint32_t client, const char *text)
{
	struct prefix p = prefix(text);

	send_to(e->frontend, type, client, &p, sizeof(p));
}

/* The list that is to be saved; its number is returned. */
static uint32_t
expect_save(struct engine *e, uint32_t count)
{
	struct received r;
	struct state_list list;

	expect(e->parent, MSG_RDE_STATE_SAVE, &r);
	assert_true(state_list_is_valid(r.data, r.len));
	memcpy(&list, r.data, sizeof(list));
	assert_int_equal(list.count, count);
	return r.hdr.peerid;
}

static void
answer_save(struct engine *e, uint32_t number, int error)
{
	struct state_saved saved = { .error = error };

	send_to(e->parent, MSG_PARENT_STATE_SAVED, number, &saved,
	    sizeof(saved));
}

static void
expect_result(struct engine *e, uint32_t client,
    enum control_outcome outcome, const char *text)
{
	struct control_result result;
	struct received r;

	expect(e->frontend, CONTROL_RESULT, &r);
	assert_true(control_reply_is_valid(r.hdr.type, r.data, r.len));
	assert_int_equal(r.hdr.peerid, client);
	memcpy(&result, r.data, sizeof(result));
	assert_int_equal(result.outcome, outcome);
	if (strstr(result.text, text) == NULL)
		fail_msg("text is: %s", result.text);
}

static struct control_prefix
expect_row(struct engine *e, const char *text)
{
	struct prefix p = prefix(text);
	struct control_prefix row;
	struct received r;

	expect(e->frontend, CONTROL_PREFIX, &r);
	assert_true(control_reply_is_valid(r.hdr.type, r.data, r.len));
	memcpy(&row, r.data, sizeof(row));
	assert_int_equal(prefix_cmp(&row.prefix, &p), 0);
	return row;
}

static void
test_withdraw_takes_effect_at_once_and_is_answered_when_saved(void **state)
{
	struct engine *e = engine(state);
	struct received r;
	uint32_t number;

	begin_with_container(e);
	ask(e, CONTROL_WITHDRAW, 5, P4);
	answer_barrier(e, expect_withdraw(e, P4, NULL));
	number = expect_save(e, 1);
	assert_false(receive_from(e->frontend, &r, SILENCE_MS));
	answer_save(e, number, 0);
	expect_result(e, 5, CONTROL_OK, "");
	assert_false(has_route("10.0.0.101"));
	assert_true(has_route("2001:db8:0:1000::101"));
	ask(e, CONTROL_ANNOUNCE, 6, P4);
	expect_announce(e, P4, NULL);
	answer_save(e, expect_save(e, 0), 0);
	expect_result(e, 6, CONTROL_OK, "");
	assert_true(log_has(e, "prefix " P4 ": the operator has withdrawn"));
}

static void
test_state_that_cannot_be_saved_is_undone(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	ask(e, CONTROL_WITHDRAW, 5, P4);
	expect_withdraw(e, P4, NULL);
	answer_save(e, expect_save(e, 1), ENOSPC);
	expect_announce(e, P4, NULL);
	expect_result(e, 5, CONTROL_FAILED, P4 " stays as it was, for the "
	    "state file cannot be written: No space left on device");
	ask(e, CONTROL_ANNOUNCE, 6, P4);
	expect_result(e, 6, CONTROL_NO_CHANGE, P4 " is not withdrawn");
}

static void
test_what_is_so_already_is_no_change(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	ask(e, CONTROL_ANNOUNCE, 5, P4);
	expect_result(e, 5, CONTROL_NO_CHANGE, P4 " is not withdrawn");
	ask(e, CONTROL_WITHDRAW, 6, P4);
	ask(e, CONTROL_WITHDRAW, 7, P4);
	answer_save(e, expect_save(e, 1), 0);
	expect_result(e, 6, CONTROL_OK, "");
	expect_result(e, 7, CONTROL_NO_CHANGE, P4 " is already withdrawn");
}

static void
test_unknown_prefix_is_no_such_prefix(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	ask(e, CONTROL_WITHDRAW, 5, "10.99.0.1/32");
	expect_result(e, 5, CONTROL_NO_SUCH_PREFIX,
	    "no network has 10.99.0.1/32");
	ask(e, CONTROL_ANNOUNCE, 6, "10.99.0.1/32");
	expect_result(e, 6, CONTROL_NO_SUCH_PREFIX, "10.99.0.1/32");
}

static void
test_withdrawal_outlives_its_network_and_can_be_taken_back(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	start_engine(e);
	send_state(e, "10.99.0.1/32");
	sync_begins(e);
	sync_ends(e);
	expect_ready(e);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 4, NULL, 0);
	assert_int_equal(expect_row(e, "10.99.0.1/32").state,
	    PREFIX_WITHDRAWN);
	expect_result(e, 4, CONTROL_OK, "");
	ask(e, CONTROL_ANNOUNCE, 5, "10.99.0.1/32");
	answer_save(e, expect_save(e, 0), 0);
	expect_result(e, 5, CONTROL_OK, "");
}

static void
test_requests_wait_for_each_other_and_are_undone_alone(void **state)
{
	struct engine *e = engine(state);
	uint32_t number;

	begin_with_container(e);
	ask(e, CONTROL_WITHDRAW, 1, P4);
	ask(e, CONTROL_WITHDRAW, 2, P6);
	ask(e, CONTROL_ANNOUNCE, 3, P4);
	expect_withdraw(e, P4, NULL);
	number = expect_save(e, 1);
	expect_nothing(e->parent);
	answer_save(e, number, EROFS);
	expect_announce(e, P4, NULL);
	expect_result(e, 1, CONTROL_FAILED, "Read-only file system");
	expect_withdraw(e, P6, NULL);
	answer_save(e, expect_save(e, 1), 0);
	expect_result(e, 2, CONTROL_OK, "");
	expect_result(e, 3, CONTROL_NO_CHANGE, "");
}

static void
test_more_requests_than_may_wait_are_refused(void **state)
{
	struct engine *e = engine(state);
	uint32_t i;

	begin_with_network(e);
	for (i = 0; i <= OPERATOR_REQUESTS_MAX; i++)
		ask(e, CONTROL_WITHDRAW, i, P4);
	expect_result(e, OPERATOR_REQUESTS_MAX, CONTROL_REFUSED,
	    "requests wait already");
	answer_save(e, expect_save(e, 1), 0);
	expect_result(e, 0, CONTROL_OK, "");
	for (i = 1; i < OPERATOR_REQUESTS_MAX; i++)
		expect_result(e, i, CONTROL_NO_CHANGE, "");
}

static void
test_the_513th_withdrawal_is_refused(void **state)
{
	struct engine *e = engine(state);
	struct state_list list = { .count = STATE_WITHDRAWN_MAX };
	struct address a;
	uint32_t i;

	stop_engine(e);
	start_engine(e);
	for (i = 0; i < STATE_WITHDRAWN_MAX; i++) {
		a = address_from_ipv4(0x0b000000 + i);
		assert_int_equal(prefix_make(&a, 32, &list.withdrawn[i]), 0);
	}
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
	begin_with_network(e);
	ask(e, CONTROL_WITHDRAW, 5, P4);
	expect_result(e, 5, CONTROL_REFUSED, "512 prefixes are withdrawn");
}

static void
test_request_before_the_state_is_known_fails(void **state)
{
	struct engine *e = engine(state);

	stop_engine(e);
	start_engine(e);
	create_network(e, 1, P4, P6);
	ask(e, CONTROL_WITHDRAW, 5, P4);
	expect_result(e, 5, CONTROL_FAILED, "state file");
}

static void
test_rows_are_ordered_and_tell_kind_state_endpoints_and_route(void **state)
{
	struct engine *e = engine(state);
	struct control_prefix row;

	begin_with_container(e);
	create_network(e, 2, "10.0.0.102/32", NULL);
	tell_network(e, 2, true, "10.0.0.102/32", NULL);
	tell_network(e, 3, false, "172.20.0.0/16", NULL);
	expect_announce(e, "172.20.0.0/16", NULL);
	join(e, 4, 1, P4, P6);
	tell_container(e, container(4, 1, P4, P6, HEALTH_UNHEALTHY));
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 9, NULL, 0);

	row = expect_row(e, P4);
	assert_int_equal(row.kind, PREFIX_LB);
	assert_int_equal(row.state, PREFIX_ANNOUNCED);
	assert_int_equal(row.endpoints, 2);
	assert_int_equal(row.eligible, 1);
	assert_int_equal(row.routed, 1);
	assert_string_equal(row.network_id, numbered_id(1, 'a').hex);
	assert_string_equal(row.network_name, "web1");
	assert_string_equal(row.interface, "bgplb-00000001a");
	row = expect_row(e, "10.0.0.102/32");
	assert_int_equal(row.state, PREFIX_NO_ENDPOINT);
	assert_int_equal(row.routed, 0);
	row = expect_row(e, "172.20.0.0/16");
	assert_int_equal(row.kind, PREFIX_SUBNET);
	assert_int_equal(row.state, PREFIX_ANNOUNCED);
	assert_string_equal(row.network_name, "web3");
	assert_string_equal(row.interface, "");
	assert_int_equal(expect_row(e, P6).state, PREFIX_ANNOUNCED);
	expect_result(e, 9, CONTROL_OK, "");
}

static void
test_prefix_whose_route_somebody_else_has_is_pending(void **state)
{
	struct engine *e = engine(state);

	begin_with_network(e);
	assert_int_equal(system("ip link set lo up && "
	    "ip route add 10.0.0.101/32 dev lo"), 0);
	join(e, 1, 1, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P6, NULL);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 6, NULL, 0);
	assert_int_equal(expect_row(e, P4).state, PREFIX_PENDING);
	assert_int_equal(expect_row(e, P6).state, PREFIX_ANNOUNCED);
	expect_result(e, 6, CONTROL_OK, "");
}

static void
test_endpoint_in_a_network_that_is_not_ours_makes_no_row(void **state)
{
	struct engine *e = engine(state);

	sync_begins(e);
	tell_network(e, 1, false, "172.20.0.0/16", NULL);
	tell_container(e, container(1, 1, "172.20.0.5/32", NULL,
	    HEALTH_HEALTHY));
	sync_ends(e);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 6, NULL, 0);
	expect_row(e, "172.20.0.0/16");
	expect_result(e, 6, CONTROL_OK, "");
}

static void
test_route_that_went_with_its_bridge_is_shown_so(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	ask(e, CONTROL_WITHDRAW, 5, P4);
	expect_withdraw(e, P4, NULL);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 6, NULL, 0);
	assert_int_equal(expect_row(e, P4).routed, 1);
	expect_row(e, P6);
	expect_result(e, 6, CONTROL_OK, "");
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 7, NULL, 0);
	assert_int_equal(expect_row(e, P4).routed, 0);
	expect_result(e, 7, CONTROL_OK, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_withdraw_takes_effect_at_once_and_is_answered_when_saved),
		ENGINE_TEST(test_state_that_cannot_be_saved_is_undone),
		ENGINE_TEST(test_what_is_so_already_is_no_change),
		ENGINE_TEST(test_unknown_prefix_is_no_such_prefix),
		ENGINE_TEST(test_withdrawal_outlives_its_network_and_can_be_taken_back),
		ENGINE_TEST(test_requests_wait_for_each_other_and_are_undone_alone),
		ENGINE_TEST(test_more_requests_than_may_wait_are_refused),
		ENGINE_TEST(test_the_513th_withdrawal_is_refused),
		ENGINE_TEST(test_request_before_the_state_is_known_fails),
		ENGINE_TEST(test_prefix_whose_route_somebody_else_has_is_pending),
		ENGINE_TEST(test_endpoint_in_a_network_that_is_not_ours_makes_no_row),
		ENGINE_TEST(test_route_that_went_with_its_bridge_is_shown_so),
		ENGINE_TEST(test_rows_are_ordered_and_tell_kind_state_endpoints_and_route),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
