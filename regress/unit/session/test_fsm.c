#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "bgplbd/session/fsm.h"
#include "bgplbd/session/notification.h"

#define CLOSE	(FSM_DROP | FSM_STOP_RETRY | FSM_IDLE_HOLD)
#define END	(FSM_DROP | FSM_STOP_RETRY)

static const enum bgp_state states[] = {
	BGP_IDLE, BGP_CONNECT, BGP_ACTIVE, BGP_OPENSENT, BGP_OPENCONFIRM,
	BGP_ESTABLISHED
};
#define STATES	(sizeof(states) / sizeof(states[0]))

static void
assert_step(enum bgp_state state, enum fsm_event event, enum bgp_state next,
    unsigned int actions)
{
	struct fsm_step step = fsm_next(state, event);

	if (step.next != next || step.actions != actions)
		print_error("%s, %s: to %s, actions %#x\n",
		    bgp_state_name(state), fsm_event_name(event),
		    bgp_state_name(step.next), step.actions);
	assert_int_equal(step.next, next);
	assert_int_equal(step.actions, actions);
}

static void
assert_notifies(enum bgp_state state, enum fsm_event event, uint8_t code,
    uint8_t subcode, unsigned int actions)
{
	struct fsm_step step = fsm_next(state, event);

	assert_step(state, event, BGP_IDLE, FSM_NOTIFY | actions);
	assert_int_equal(step.code, code);
	assert_int_equal(step.subcode, subcode);
}

static void
test_way_to_established_when_we_connect(void **state)
{
	(void)state;
	assert_step(BGP_IDLE, FSM_START, BGP_CONNECT,
	    FSM_START_RETRY | FSM_CONNECT);
	assert_step(BGP_CONNECT, FSM_TCP_CONNECTED, BGP_OPENSENT,
	    FSM_STOP_RETRY | FSM_SEND_OPEN | FSM_START_LONG_HOLD);
	assert_step(BGP_OPENSENT, FSM_OPEN, BGP_OPENCONFIRM,
	    FSM_SEND_KEEPALIVE | FSM_START_HOLD | FSM_START_KEEPALIVE);
	assert_step(BGP_OPENCONFIRM, FSM_KEEPALIVE, BGP_ESTABLISHED,
	    FSM_START_HOLD);
}

static void
test_way_to_opensent_when_we_listen(void **state)
{
	(void)state;
	assert_step(BGP_IDLE, FSM_START_PASSIVE, BGP_ACTIVE, 0);
	assert_step(BGP_ACTIVE, FSM_TCP_CONNECTED, BGP_OPENSENT,
	    FSM_STOP_RETRY | FSM_SEND_OPEN | FSM_START_LONG_HOLD);
}

static void
test_established_session_is_kept_up(void **state)
{
	(void)state;
	assert_step(BGP_ESTABLISHED, FSM_KEEPALIVE, BGP_ESTABLISHED,
	    FSM_START_HOLD);
	assert_step(BGP_ESTABLISHED, FSM_UPDATE, BGP_ESTABLISHED,
	    FSM_START_HOLD | FSM_ACCEPT);
	assert_step(BGP_ESTABLISHED, FSM_ROUTE_REFRESH, BGP_ESTABLISHED,
	    FSM_ACCEPT);
	assert_step(BGP_ESTABLISHED, FSM_KEEPALIVE_EXPIRED, BGP_ESTABLISHED,
	    FSM_SEND_KEEPALIVE | FSM_START_KEEPALIVE);
	assert_step(BGP_OPENCONFIRM, FSM_KEEPALIVE_EXPIRED, BGP_OPENCONFIRM,
	    FSM_SEND_KEEPALIVE | FSM_START_KEEPALIVE);
}

static void
test_connecting_is_tried_again(void **state)
{
	(void)state;
	assert_step(BGP_CONNECT, FSM_RETRY_EXPIRED, BGP_CONNECT,
	    FSM_DROP | FSM_START_RETRY | FSM_CONNECT);
	assert_step(BGP_ACTIVE, FSM_RETRY_EXPIRED, BGP_CONNECT,
	    FSM_START_RETRY | FSM_CONNECT);
	assert_step(BGP_CONNECT, FSM_TCP_FAILED, BGP_IDLE, CLOSE);
	assert_step(BGP_ACTIVE, FSM_TCP_FAILED, BGP_IDLE, CLOSE);
	assert_step(BGP_OPENSENT, FSM_TCP_FAILED, BGP_ACTIVE,
	    FSM_DROP | FSM_START_RETRY);
	assert_step(BGP_OPENCONFIRM, FSM_TCP_FAILED, BGP_IDLE, CLOSE);
	assert_step(BGP_ESTABLISHED, FSM_TCP_FAILED, BGP_IDLE, CLOSE);
}

static void
test_notification_ends_without_an_answer(void **state)
{
	(void)state;
	assert_step(BGP_OPENSENT, FSM_NOTIFICATION, BGP_IDLE, CLOSE);
	assert_step(BGP_OPENCONFIRM, FSM_NOTIFICATION, BGP_IDLE, CLOSE);
	assert_step(BGP_ESTABLISHED, FSM_NOTIFICATION, BGP_IDLE, CLOSE);
}

static void
test_hold_timer_ends_with_its_notification(void **state)
{
	(void)state;
	assert_notifies(BGP_OPENSENT, FSM_HOLD_EXPIRED, NOTIFY_HOLD_TIMER, 0,
	    CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_HOLD_EXPIRED, NOTIFY_HOLD_TIMER,
	    0, CLOSE);
	assert_notifies(BGP_ESTABLISHED, FSM_HOLD_EXPIRED, NOTIFY_HOLD_TIMER,
	    0, CLOSE);
	assert_notifies(BGP_ESTABLISHED, FSM_SEND_HOLD_EXPIRED,
	    NOTIFY_SEND_HOLD_TIMER, 0, CLOSE);
}

/* Code 0: the event brings its own. */
static void
test_errors_in_messages_end_with_their_own_notification(void **state)
{
	(void)state;
	assert_notifies(BGP_OPENSENT, FSM_HEADER_ERROR, 0, 0, CLOSE);
	assert_notifies(BGP_OPENSENT, FSM_OPEN_ERROR, 0, 0, CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_HEADER_ERROR, 0, 0, CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_OPEN_ERROR, 0, 0, CLOSE);
	assert_notifies(BGP_ESTABLISHED, FSM_HEADER_ERROR, 0, 0, CLOSE);
	assert_notifies(BGP_ESTABLISHED, FSM_UPDATE_ERROR, 0, 0, CLOSE);
}

static void
test_unexpected_messages_are_errors_of_the_state_machine(void **state)
{
	(void)state;
	assert_notifies(BGP_OPENSENT, FSM_KEEPALIVE, NOTIFY_FSM, 1, CLOSE);
	assert_notifies(BGP_OPENSENT, FSM_UPDATE, NOTIFY_FSM, 1, CLOSE);
	assert_notifies(BGP_OPENSENT, FSM_ROUTE_REFRESH, NOTIFY_FSM, 1, CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_OPEN, NOTIFY_FSM, 2, CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_UPDATE, NOTIFY_FSM, 2, CLOSE);
	assert_notifies(BGP_OPENCONFIRM, FSM_ROUTE_REFRESH, NOTIFY_FSM, 2,
	    CLOSE);
	assert_notifies(BGP_ESTABLISHED, FSM_OPEN, NOTIFY_FSM, 3, CLOSE);
}

static void
test_stop_ends_in_idle_for_good(void **state)
{
	(void)state;
	assert_step(BGP_IDLE, FSM_STOP, BGP_IDLE, END);
	assert_step(BGP_CONNECT, FSM_STOP, BGP_IDLE, END);
	assert_step(BGP_ACTIVE, FSM_STOP, BGP_IDLE, END);
	/* With the NOTIFICATION of whoever stops it. */
	assert_notifies(BGP_OPENSENT, FSM_STOP, 0, 0, END);
	assert_notifies(BGP_OPENCONFIRM, FSM_STOP, 0, 0, END);
	assert_notifies(BGP_ESTABLISHED, FSM_STOP, 0, 0, END);
}

/* RFC 4271 section 6.8, RFC 4486. */
static void
test_connection_that_loses_a_collision_ends_for_good(void **state)
{
	(void)state;
	assert_step(BGP_IDLE, FSM_COLLISION, BGP_IDLE, 0);
	assert_step(BGP_CONNECT, FSM_COLLISION, BGP_IDLE, END);
	assert_step(BGP_ACTIVE, FSM_COLLISION, BGP_IDLE, END);
	assert_notifies(BGP_OPENSENT, FSM_COLLISION, NOTIFY_CEASE,
	    CEASE_COLLISION, END);
	assert_notifies(BGP_OPENCONFIRM, FSM_COLLISION, NOTIFY_CEASE,
	    CEASE_COLLISION, END);
	assert_notifies(BGP_ESTABLISHED, FSM_COLLISION, NOTIFY_CEASE,
	    CEASE_COLLISION, END);
}

static void
test_start_of_what_runs_changes_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < STATES; i++) {
		assert_step(states[i], FSM_START, states[i], 0);
		assert_step(states[i], FSM_START_PASSIVE, states[i], 0);
	}
}

static void
test_idle_takes_no_notice_of_anything_but_starts(void **state)
{
	unsigned int event;

	(void)state;
	for (event = 0; event < FSM_EVENTS; event++)
		if (event != FSM_START && event != FSM_START_PASSIVE &&
		    event != FSM_STOP)
			assert_step(BGP_IDLE, event, BGP_IDLE, 0);
}

/* What must hold for every pair, whatever the table says. */
static void
test_no_transition_leaves_anything_behind(void **state)
{
	struct fsm_step step;
	unsigned int event;
	size_t i;

	(void)state;
	for (i = 0; i < STATES; i++)
		for (event = 0; event < FSM_EVENTS; event++) {
			step = fsm_next(states[i], event);
			assert_in_range(step.next, BGP_IDLE, BGP_ESTABLISHED);
			assert_non_null(fsm_event_name(event));
			/* Whoever goes back closes the connection. */
			if (states[i] >= BGP_OPENSENT &&
			    step.next < states[i])
				assert_true(step.actions & FSM_DROP);
			/* A NOTIFICATION needs a connection and ends it. */
			if (step.actions & FSM_NOTIFY) {
				assert_true(states[i] >= BGP_OPENSENT);
				assert_int_equal(step.next, BGP_IDLE);
				assert_true(step.actions & FSM_DROP);
			}
			/* Idle has no ConnectRetryTimer. */
			if (step.next == BGP_IDLE && states[i] != BGP_IDLE)
				assert_true(step.actions & FSM_STOP_RETRY);
			/* Established is reached from OpenConfirm alone. */
			if (step.next == BGP_ESTABLISHED)
				assert_true(states[i] >= BGP_OPENCONFIRM);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_way_to_established_when_we_connect),
		cmocka_unit_test(test_way_to_opensent_when_we_listen),
		cmocka_unit_test(test_established_session_is_kept_up),
		cmocka_unit_test(test_connecting_is_tried_again),
		cmocka_unit_test(test_notification_ends_without_an_answer),
		cmocka_unit_test(test_hold_timer_ends_with_its_notification),
		cmocka_unit_test(
		    test_errors_in_messages_end_with_their_own_notification),
		cmocka_unit_test(
		    test_unexpected_messages_are_errors_of_the_state_machine),
		cmocka_unit_test(test_stop_ends_in_idle_for_good),
		cmocka_unit_test(
		    test_connection_that_loses_a_collision_ends_for_good),
		cmocka_unit_test(test_start_of_what_runs_changes_nothing),
		cmocka_unit_test(
		    test_idle_takes_no_notice_of_anything_but_starts),
		cmocka_unit_test(test_no_transition_leaves_anything_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
