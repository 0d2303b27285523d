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
#define ANSWER	(FSM_SEND_KEEPALIVE | FSM_START_HOLD | FSM_START_KEEPALIVE)
#define STAYS	0

static const enum bgp_state states[] = {
	BGP_IDLE, BGP_CONNECT, BGP_ACTIVE, BGP_OPENSENT, BGP_OPENCONFIRM,
	BGP_ESTABLISHED
};
#define STATES	(sizeof(states) / sizeof(states[0]))

/* What a letter of the table below stands for. */
static const struct meaning {
	char		letter;
	enum bgp_state	next;		/* STAYS: as it was */
	unsigned int	actions;
	uint8_t		code;		/* 0: none, or the event's own */
	uint8_t		subcode;
} meanings[] = {
	{ '.', STAYS, 0, 0, 0 },
	{ 'C', BGP_CONNECT, FSM_START_RETRY | FSM_CONNECT, 0, 0 },
	{ 'L', BGP_ACTIVE, 0, 0, 0 },
	{ 'r', BGP_CONNECT, FSM_DROP | FSM_START_RETRY | FSM_CONNECT, 0, 0 },
	{ 'a', BGP_ACTIVE, FSM_DROP | FSM_START_RETRY, 0, 0 },
	{ 'w', STAYS, FSM_STOP_RETRY | FSM_START_DELAY, 0, 0 },
	{ 'o', BGP_OPENSENT,
	    FSM_STOP_RETRY | FSM_SEND_OPEN | FSM_START_LONG_HOLD, 0, 0 },
	{ 'A', BGP_OPENCONFIRM, ANSWER, 0, 0 },
	{ 'B', BGP_OPENCONFIRM, FSM_STOP_RETRY | FSM_SEND_OPEN | ANSWER, 0, 0 },
	{ 'k', STAYS, FSM_SEND_KEEPALIVE | FSM_START_KEEPALIVE, 0, 0 },
	{ 'U', BGP_ESTABLISHED, FSM_START_HOLD, 0, 0 },
	{ 'u', STAYS, FSM_START_HOLD | FSM_ACCEPT, 0, 0 },
	{ 'f', STAYS, FSM_ACCEPT, 0, 0 },
	/* The ends: quietly, for good, or with a NOTIFICATION. */
	{ 'c', BGP_IDLE, CLOSE, 0, 0 },
	{ 'e', BGP_IDLE, END, 0, 0 },
	{ 'E', BGP_IDLE, FSM_NOTIFY | END, 0, 0 },
	{ 'O', BGP_IDLE, FSM_NOTIFY | CLOSE, 0, 0 },
	{ 'H', BGP_IDLE, FSM_NOTIFY | CLOSE, NOTIFY_HOLD_TIMER, 0 },
	{ 'S', BGP_IDLE, FSM_NOTIFY | CLOSE, NOTIFY_SEND_HOLD_TIMER, 0 },
	{ 'X', BGP_IDLE, FSM_NOTIFY | END, NOTIFY_CEASE, CEASE_COLLISION },
	{ '1', BGP_IDLE, FSM_NOTIFY | CLOSE, NOTIFY_FSM, FSM_IN_OPENSENT },
	{ '2', BGP_IDLE, FSM_NOTIFY | CLOSE, NOTIFY_FSM, FSM_IN_OPENCONFIRM },
	{ '3', BGP_IDLE, FSM_NOTIFY | CLOSE, NOTIFY_FSM, FSM_IN_ESTABLISHED },
};

/*
 * RFC 4271 section 8.2.2, event by event: what Idle, Connect, Active, OpenSent,
 * OpenConfirm and Established do.
 */
static const struct row {
	enum fsm_event	 event;
	const char	*letters;
} table[] = {
	{ FSM_START,			"C....." },
	{ FSM_START_PASSIVE,		"L....." },
	{ FSM_STOP,			"eeeEEE" },
	{ FSM_RETRY_EXPIRED,		".rC123" },
	{ FSM_HOLD_EXPIRED,		".ccHHH" },
	{ FSM_SEND_HOLD_EXPIRED,	".cc12S" },	/* RFC 9687 */
	{ FSM_KEEPALIVE_EXPIRED,	".cc1kk" },
	{ FSM_DELAY_OPEN_EXPIRED,	".oo123" },
	{ FSM_TCP_CONNECTED,		".oo123" },
	{ FSM_TCP_CONNECTED_DELAYED,	".ww123" },
	{ FSM_TCP_FAILED,		".ccacc" },
	{ FSM_TCP_FAILED_DELAYED,	".ac123" },
	{ FSM_OPEN,			".ccA23" },
	{ FSM_OPEN_DELAYED,		".BB123" },
	{ FSM_HEADER_ERROR,		".ccOOO" },
	{ FSM_OPEN_ERROR,		".ccOO3" },
	{ FSM_COLLISION,		".eeXXX" },	/* section 6.8 */
	{ FSM_NOTIFICATION,		".ccccc" },
	{ FSM_KEEPALIVE,		".cc1UU" },
	{ FSM_UPDATE,			".cc12u" },
	{ FSM_UPDATE_ERROR,		".cc12O" },
	{ FSM_ROUTE_REFRESH,		".cc12f" },	/* RFC 2918 */
};
#define ROWS	(sizeof(table) / sizeof(table[0]))

static const struct meaning *
meaning_of(char letter)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].letter == letter)
			return &meanings[i];
	fail_msg("no meaning of %c", letter);
	return NULL;
}

static void
test_every_state_does_with_every_event_what_the_rfc_says(void **state)
{
	const struct meaning *wanted;
	struct fsm_step step;
	size_t i, j;

	(void)state;
	assert_int_equal(ROWS, FSM_EVENTS);
	for (i = 0; i < ROWS; i++) {
		assert_int_equal(table[i].event, i);
		for (j = 0; j < STATES; j++) {
			wanted = meaning_of(table[i].letters[j]);
			step = fsm_next(states[j], table[i].event);
			if (step.next != (wanted->next == STAYS ? states[j] :
			    wanted->next) || step.actions != wanted->actions ||
			    step.code != wanted->code ||
			    step.subcode != wanted->subcode)
				fail_msg("%s, %s: to %s, actions %#x, code %u "
				    "subcode %u", bgp_state_name(states[j]),
				    fsm_event_name(table[i].event),
				    bgp_state_name(step.next), step.actions,
				    step.code, step.subcode);
		}
	}
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
		cmocka_unit_test(
		    test_every_state_does_with_every_event_what_the_rfc_says),
		cmocka_unit_test(test_no_transition_leaves_anything_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
