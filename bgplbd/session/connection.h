/*
 * One BGP connection to a neighbor, the one we open or the one we accept: a state
 * machine (fsm.h) with the TCP socket and the timers that it commands, and the
 * messages that drive it.
 *
 * A neighbor owns two of them and decides, through the callbacks, which of two
 * connections stays and what is said on it.
 */
#ifndef BGPLBD_SESSION_CONNECTION_H
#define BGPLBD_SESSION_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/farewell.h"
#include "bgplbd/session/fsm.h"
#include "bgplbd/session/open.h"
#include "bgplbd/session/opening.h"
#include "bgplbd/session/stream.h"
#include "bgplbd/session/update_check.h"
#include "bgplbd/settings.h"
#include "common/control.h"

#define CONNECTION_TROUBLE_MAX	(NOTIFICATION_TEXT_MAX + 32)

/* In one read; and the size up to which a message has no prefixes in it. */
#define FLOOD_MESSAGES		64
#define FLOOD_MESSAGE_SIZE	23
#define FLOOD_PAUSE_MS		50

struct connection;

struct connection_ops {
	/* May this one be opened, or waited for, now? */
	bool	(*wanted)(struct connection *, void *arg);
	/*
	 * A good OPEN came; theirs and terms are set.  False: another connection
	 * stays, this one is to end.
	 */
	bool	(*opened)(struct connection *, void *arg);
	/* After each change of state, when all that belongs to it is done. */
	void	(*changed)(struct connection *, enum bgp_state from, void *arg);
	void	(*update)(struct connection *, const struct update_summary *,
		    void *arg);
	void	(*refresh)(struct connection *, enum afi, void *arg);
	/*
	 * More than FLOOD_MESSAGES came at once that say nothing, such as KEEPALIVE:
	 * nothing is read for FLOOD_PAUSE_MS.
	 */
	void	(*flood)(struct connection *, void *arg);
	/* All that was sent is with the kernel; there is room for more. */
	void	(*room)(struct connection *, void *arg);
	/* Of either direction; trouble() follows, with the same in words. */
	void	(*notified)(struct connection *, const struct notification *,
		    bool sent, void *arg);
	/*
	 * Asks the parent to connect; returns the request's number, with which
	 * connection_answer_socket() is to be called.
	 */
	uint32_t (*ask_socket)(struct connection *, void *arg);
	/* Why it fails, in words: what we or the neighbor or TCP said. */
	void	(*trouble)(struct connection *, const char *text, void *arg);
};

/* What both connections of a neighbor share; the neighbor's. */
struct connection_env {
	struct event_base		*base;
	struct farewells		*farewells;
	uint8_t				*scratch;	/* see stream.h */
	const struct neighbor_settings	*settings;
	struct open_message		 ours;
	uint64_t			 messages_sent;
	uint64_t			 messages_received;
};

struct connection {
	const struct connection_ops	*ops;
	void				*arg;
	struct connection_env		*env;
	bool				 incoming;	/* the neighbor opens it */
	enum bgp_state			 state;
	struct stream			 stream;
	struct opening			 opening;	/* unless incoming */
	struct event			 retry;		/* ConnectRetry, IdleHold */
	struct event			 hold;
	struct event			 keepalive;
	struct event			 delay;		/* DelayOpen */
	struct event			 send_hold;
	struct open_message		 theirs;	/* from OpenConfirm on */
	struct open_terms		 terms;
	uint8_t				 message;	/* type received last */
	const struct notification	*fault;		/* of the current event */
};

/* In Idle; needs env->base for its timers. */
void	connection_init(struct connection *, struct connection_env *,
	    bool incoming, const struct connection_ops *, void *arg);
/* Closes the socket without a word and forgets the timers. */
void	connection_clear(struct connection *);

/* Out of Idle: connects, or waits for connection_accept(). */
void	connection_start(struct connection *);
/* The same in a while, if it is in Idle and would not be started otherwise. */
void	connection_start_later(struct connection *);
/* To Idle and no further; if there is somebody to tell, with this NOTIFICATION. */
void	connection_stop(struct connection *, const struct notification *why);
/* To Idle and no further, with Cease, Connection Collision Resolution. */
void	connection_stand_down(struct connection *);

/* See opening_answer(). */
bool	connection_answer_socket(struct connection *, uint32_t number,
	    const struct connect_answer *, int fd)
	    __attribute__((warn_unused_result));

/* Connected, but our OPEN waits (DelayOpen). */
bool	connection_is_delayed(const struct connection *);
/* In Active and without a socket: connection_accept() may be called. */
bool	connection_is_vacant(const struct connection *);
/* Takes over a connected socket.  Only if it is vacant. */
void	connection_accept(struct connection *, int fd);

/* UPDATEs: whole messages.  Only in Established. */
void	connection_send(struct connection *, const void *data, size_t size,
	    size_t messages);
/* What is sent now goes to the socket. */
bool	connection_is_clear(const struct connection *);
/* Has room() called from the loop. */
void	connection_await_room(struct connection *);
/* Asks the neighbor for its routes, of all families.  Only in Established. */
void	connection_ask_refresh(struct connection *);
/* Sends a KEEPALIVE out of turn, to which a neighbor that forgot us answers RST. */
void	connection_probe(struct connection *);

#endif /* BGPLBD_SESSION_CONNECTION_H */
