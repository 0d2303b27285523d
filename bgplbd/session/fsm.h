/*
 * The state machine of a BGP connection (RFC 4271 section 8): a pure function from
 * state and event to the next state and what is to be done.  It knows no sockets
 * and no timers; connection.h does what it says.
 *
 * Each TCP connection has a machine of its own (section 8.2.1): a neighbor has
 * one for the connection it opens and one for the connection it accepts.
 *
 * The optional session attributes (section 8.1.1): DelayOpen is a setting;
 * DampPeerOscillations, with the count of failures that it goes by, is in damping.h;
 * PassiveTcpEstablishment is a setting, or the side that accepts; CollisionDetect-
 * EstablishedState is off: what is Established stays; SendNOTIFICATIONwithoutOPEN is off:
 * who was not sent an OPEN is not sent a NOTIFICATION either.  Events 14 and 15, whether a connection comes from
 * a neighbor, are decided before there is a machine for it (listener.h).
 *
 * Where this departs from section 8:
 * - A passive start never leads to an attempt to connect.
 * - A NOTIFICATION in OpenSent ends the connection without another in answer,
 *   which section 6.4 has no place for.
 */
#ifndef BGPLBD_SESSION_FSM_H
#define BGPLBD_SESSION_FSM_H

#include <stdint.h>

#include "common/control.h"

/* The numbers are those of section 8.1. */
enum fsm_event {
	FSM_START,			/* 1, 3, 6; 13 */
	FSM_START_PASSIVE,		/* 4, 5, 7; 13 */
	FSM_STOP,			/* 2, 8: brings its NOTIFICATION */
	FSM_RETRY_EXPIRED,		/* 9 */
	FSM_HOLD_EXPIRED,		/* 10 */
	FSM_SEND_HOLD_EXPIRED,		/* RFC 9687 */
	FSM_KEEPALIVE_EXPIRED,		/* 11 */
	FSM_DELAY_OPEN_EXPIRED,		/* 12 */
	FSM_TCP_CONNECTED,		/* 16, 17 */
	FSM_TCP_CONNECTED_DELAYED,	/* the same with DelayOpen */
	FSM_TCP_FAILED,			/* 18 */
	FSM_TCP_FAILED_DELAYED,		/* the same while DelayOpenTimer runs */
	FSM_OPEN,			/* 19 */
	FSM_OPEN_DELAYED,		/* 20: while DelayOpenTimer runs */
	FSM_HEADER_ERROR,		/* 21 */
	FSM_OPEN_ERROR,			/* 22 */
	FSM_COLLISION,			/* 23: the other connection serves */
	FSM_NOTIFICATION,		/* 24, 25 */
	FSM_KEEPALIVE,			/* 26 */
	FSM_UPDATE,			/* 27 */
	FSM_UPDATE_ERROR,		/* 28 */
	FSM_ROUTE_REFRESH		/* RFC 2918 */
};
#define FSM_EVENTS	(FSM_ROUTE_REFRESH + 1)

/* To be done in this order. */
enum fsm_action {
	FSM_NOTIFY =		1 << 0,	/* send a NOTIFICATION */
	FSM_DROP =		1 << 1,	/* close it, stop all timers but retry */
	FSM_STOP_RETRY =	1 << 2,
	FSM_START_RETRY =	1 << 3,	/* ConnectRetryTimer */
	FSM_IDLE_HOLD =		1 << 4,	/* start anew after a while */
	FSM_CONNECT =		1 << 5,
	FSM_SEND_OPEN =		1 << 6,	/* and stop DelayOpenTimer */
	FSM_SEND_KEEPALIVE =	1 << 7,
	FSM_START_LONG_HOLD =	1 << 8,	/* HoldTimer for OpenSent */
	FSM_START_HOLD =	1 << 9,	/* HoldTimer as negotiated */
	FSM_START_KEEPALIVE =	1 << 10, /* KeepaliveTimer */
	FSM_ACCEPT =		1 << 11, /* act upon the message */
	FSM_START_DELAY =	1 << 12	/* DelayOpenTimer */
};

struct fsm_step {
	enum bgp_state	next;
	unsigned int	actions;	/* enum fsm_action */
	/* Of the NOTIFICATION; code 0 if the event brings its own. */
	uint8_t		code;
	uint8_t		subcode;
};

struct fsm_step fsm_next(enum bgp_state, enum fsm_event);

const char *fsm_event_name(enum fsm_event);

#endif /* BGPLBD_SESSION_FSM_H */
