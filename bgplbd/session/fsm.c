#include "bgplbd/session/fsm.h"
#include "bgplbd/session/notification.h"

#define STATES	(BGP_STATE_LAST + 1)

/* Back to Idle, to begin anew a while later; with and without a NOTIFICATION. */
#define CLOSE	(FSM_DROP | FSM_STOP_RETRY | FSM_IDLE_HOLD)
#define REFUSE	(FSM_NOTIFY | CLOSE)
/* Back to Idle for good, or until somebody starts it. */
#define END	(FSM_DROP | FSM_STOP_RETRY)

#define OPEN_UP	(FSM_STOP_RETRY | FSM_SEND_OPEN | FSM_START_LONG_HOLD)
/* With DelayOpen: wait for the neighbor's; it came first, answer it. */
#define WAIT	(FSM_STOP_RETRY | FSM_START_DELAY)
#define ANSWER	(FSM_STOP_RETRY | FSM_SEND_OPEN | FSM_SEND_KEEPALIVE | \
		    FSM_START_HOLD | FSM_START_KEEPALIVE)

/* What a state does on an event that it does not expect. */
static const struct fsm_step unexpected[STATES] = {
	[BGP_IDLE] =	{ BGP_IDLE, 0, 0, 0 },
	[BGP_CONNECT] =	{ BGP_IDLE, CLOSE, 0, 0 },
	[BGP_ACTIVE] =	{ BGP_IDLE, CLOSE, 0, 0 },
	[BGP_OPENSENT] = {
	    BGP_IDLE, REFUSE, NOTIFY_FSM, FSM_IN_OPENSENT },
	[BGP_OPENCONFIRM] = {
	    BGP_IDLE, REFUSE, NOTIFY_FSM, FSM_IN_OPENCONFIRM },
	[BGP_ESTABLISHED] = {
	    BGP_IDLE, REFUSE, NOTIFY_FSM, FSM_IN_ESTABLISHED },
};

/* No entry (next is 0): unexpected. */
static const struct fsm_step table[STATES][FSM_EVENTS] = {
	[BGP_IDLE] = {
		[FSM_START] =		{ BGP_CONNECT,
		    FSM_START_RETRY | FSM_CONNECT, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_ACTIVE, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, END, 0, 0 },
	},
	[BGP_CONNECT] = {
		[FSM_START] =		{ BGP_CONNECT, 0, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_CONNECT, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, END, 0, 0 },
		[FSM_RETRY_EXPIRED] =	{ BGP_CONNECT,
		    FSM_DROP | FSM_START_RETRY | FSM_CONNECT, 0, 0 },
		[FSM_DELAY_OPEN_EXPIRED] = { BGP_OPENSENT, OPEN_UP, 0, 0 },
		[FSM_TCP_CONNECTED] =	{ BGP_OPENSENT, OPEN_UP, 0, 0 },
		[FSM_TCP_CONNECTED_DELAYED] = { BGP_CONNECT, WAIT, 0, 0 },
		[FSM_TCP_FAILED] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_TCP_FAILED_DELAYED] = { BGP_ACTIVE,
		    FSM_DROP | FSM_START_RETRY, 0, 0 },
		[FSM_OPEN_DELAYED] =	{ BGP_OPENCONFIRM, ANSWER, 0, 0 },
		[FSM_COLLISION] =	{ BGP_IDLE, END, 0, 0 },
	},
	[BGP_ACTIVE] = {
		[FSM_START] =		{ BGP_ACTIVE, 0, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_ACTIVE, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, END, 0, 0 },
		[FSM_RETRY_EXPIRED] =	{ BGP_CONNECT,
		    FSM_START_RETRY | FSM_CONNECT, 0, 0 },
		[FSM_DELAY_OPEN_EXPIRED] = { BGP_OPENSENT, OPEN_UP, 0, 0 },
		[FSM_TCP_CONNECTED] =	{ BGP_OPENSENT, OPEN_UP, 0, 0 },
		[FSM_TCP_CONNECTED_DELAYED] = { BGP_ACTIVE, WAIT, 0, 0 },
		[FSM_TCP_FAILED] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_TCP_FAILED_DELAYED] = { BGP_IDLE, CLOSE, 0, 0 },
		[FSM_OPEN_DELAYED] =	{ BGP_OPENCONFIRM, ANSWER, 0, 0 },
		[FSM_COLLISION] =	{ BGP_IDLE, END, 0, 0 },
	},
	[BGP_OPENSENT] = {
		[FSM_START] =		{ BGP_OPENSENT, 0, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_OPENSENT, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, FSM_NOTIFY | END, 0, 0 },
		[FSM_HOLD_EXPIRED] =	{ BGP_IDLE, REFUSE,
		    NOTIFY_HOLD_TIMER, 0 },
		[FSM_TCP_FAILED] =	{ BGP_ACTIVE,
		    FSM_DROP | FSM_START_RETRY, 0, 0 },
		[FSM_OPEN] =		{ BGP_OPENCONFIRM,
		    FSM_SEND_KEEPALIVE | FSM_START_HOLD | FSM_START_KEEPALIVE,
		    0, 0 },
		[FSM_HEADER_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_OPEN_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_COLLISION] =	{ BGP_IDLE, FSM_NOTIFY | END,
		    NOTIFY_CEASE, CEASE_COLLISION },
		[FSM_NOTIFICATION] =	{ BGP_IDLE, CLOSE, 0, 0 },
	},
	[BGP_OPENCONFIRM] = {
		[FSM_START] =		{ BGP_OPENCONFIRM, 0, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_OPENCONFIRM, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, FSM_NOTIFY | END, 0, 0 },
		[FSM_HOLD_EXPIRED] =	{ BGP_IDLE, REFUSE,
		    NOTIFY_HOLD_TIMER, 0 },
		[FSM_KEEPALIVE_EXPIRED] = { BGP_OPENCONFIRM,
		    FSM_SEND_KEEPALIVE | FSM_START_KEEPALIVE, 0, 0 },
		[FSM_TCP_FAILED] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_HEADER_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_OPEN_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_COLLISION] =	{ BGP_IDLE, FSM_NOTIFY | END,
		    NOTIFY_CEASE, CEASE_COLLISION },
		[FSM_NOTIFICATION] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_KEEPALIVE] =	{ BGP_ESTABLISHED, FSM_START_HOLD,
		    0, 0 },
	},
	[BGP_ESTABLISHED] = {
		[FSM_START] =		{ BGP_ESTABLISHED, 0, 0, 0 },
		[FSM_START_PASSIVE] =	{ BGP_ESTABLISHED, 0, 0, 0 },
		[FSM_STOP] =		{ BGP_IDLE, FSM_NOTIFY | END, 0, 0 },
		[FSM_HOLD_EXPIRED] =	{ BGP_IDLE, REFUSE,
		    NOTIFY_HOLD_TIMER, 0 },
		[FSM_SEND_HOLD_EXPIRED] = { BGP_IDLE, REFUSE,
		    NOTIFY_SEND_HOLD_TIMER, 0 },
		[FSM_KEEPALIVE_EXPIRED] = { BGP_ESTABLISHED,
		    FSM_SEND_KEEPALIVE | FSM_START_KEEPALIVE, 0, 0 },
		[FSM_TCP_FAILED] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_HEADER_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_COLLISION] =	{ BGP_IDLE, FSM_NOTIFY | END,
		    NOTIFY_CEASE, CEASE_COLLISION },
		[FSM_NOTIFICATION] =	{ BGP_IDLE, CLOSE, 0, 0 },
		[FSM_KEEPALIVE] =	{ BGP_ESTABLISHED, FSM_START_HOLD,
		    0, 0 },
		[FSM_UPDATE] =		{ BGP_ESTABLISHED,
		    FSM_START_HOLD | FSM_ACCEPT, 0, 0 },
		[FSM_UPDATE_ERROR] =	{ BGP_IDLE, REFUSE, 0, 0 },
		[FSM_ROUTE_REFRESH] =	{ BGP_ESTABLISHED, FSM_ACCEPT, 0, 0 },
	},
};

static const char *const event_names[FSM_EVENTS] = {
	[FSM_START] = "start",
	[FSM_START_PASSIVE] = "passive start",
	[FSM_STOP] = "stop",
	[FSM_RETRY_EXPIRED] = "connect retry timer expired",
	[FSM_HOLD_EXPIRED] = "hold timer expired",
	[FSM_SEND_HOLD_EXPIRED] = "send hold timer expired",
	[FSM_KEEPALIVE_EXPIRED] = "keepalive timer expired",
	[FSM_DELAY_OPEN_EXPIRED] = "delay open timer expired",
	[FSM_TCP_CONNECTED] = "TCP connected",
	[FSM_TCP_CONNECTED_DELAYED] = "TCP connected, OPEN delayed",
	[FSM_TCP_FAILED] = "TCP failed",
	[FSM_TCP_FAILED_DELAYED] = "TCP failed, OPEN delayed",
	[FSM_OPEN] = "OPEN",
	[FSM_OPEN_DELAYED] = "OPEN, before ours",
	[FSM_HEADER_ERROR] = "header error",
	[FSM_OPEN_ERROR] = "OPEN error",
	[FSM_COLLISION] = "collision",
	[FSM_NOTIFICATION] = "NOTIFICATION",
	[FSM_KEEPALIVE] = "KEEPALIVE",
	[FSM_UPDATE] = "UPDATE",
	[FSM_UPDATE_ERROR] = "UPDATE error",
	[FSM_ROUTE_REFRESH] = "ROUTE-REFRESH",
};

struct fsm_step
fsm_next(enum bgp_state state, enum fsm_event event)
{
	const struct fsm_step *step = &table[state][event];

	return step->next != 0 ? *step : unexpected[state];
}

const char *
fsm_event_name(enum fsm_event event)
{
	return event_names[event];
}
