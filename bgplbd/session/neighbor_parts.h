/*
 * What a neighbor is made of.  Only for the files that are the neighbor:
 * neighbor.c		its connections, and which of them stays
 * neighbor_accept.c	connections that it opens
 * neighbor_announce.c	what it is told while it is established
 * neighbor_log.c	what the log tells of it
 * neighbor_operator.c	what the operator asks and wants of it
 */
#ifndef BGPLBD_SESSION_NEIGHBOR_PARTS_H
#define BGPLBD_SESSION_NEIGHBOR_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <event2/event_struct.h>

#include "bgplbd/messages/rde_session.h"
#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/connection.h"
#include "bgplbd/session/damping.h"
#include "bgplbd/session/last_errors.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/novelty.h"

struct neighbor {
	struct engine			*engine;
	const struct neighbor_settings	*settings;
	const struct neighbor_settings	*prefix;	/* it came by; or NULL */
	struct neighbor_settings	*own;		/* made of prefix */
	uint32_t			 number;
	char				 name[NEIGHBOR_TEXT_MAX];
	struct connection_env		 env;
	struct connection		 outgoing;
	struct connection		 incoming;
	struct connection		*up;	/* the Established one */
	struct address			 local;	/* of it */
	uint32_t			 local_scope;
	struct adjacency		 adjacency;
	struct event			 refresh;	/* one may begin */
	struct nexthop_answer		 host;	/* about local */
	bool				 answered; /* host is set */
	bool				 had_local; /* local was one of the host's */
	struct event			 local_gone; /* and is not any more */
	struct event			 held_long; /* End-of-RIB waits no more */
	uint64_t			 barriers_passed;
	int				 parked;	/* socket, or -1 */
	struct event			 parked_timeout;
	time_t				 probed;
	time_t				 changed;	/* up or down */
	bool				 stopped;	/* the daemon ends */
	bool				 down;	/* the operator says so */
	/* No session: after too many prefixes, or too many short sessions. */
	struct event			 pause;
	struct damping			 damping;
	struct event			 forget;	/* if it came by a prefix */
	bool				 yielding;	/* one to the other */
	uint64_t			 updates_sent;
	uint64_t			 updates_received;
	uint64_t			 received_prefixes;
	uint64_t			 held_prefixes;	/* less those withdrawn */
	uint64_t			 times_established;
	struct last_errors		 errors;
	struct novelty			 novelty;	/* since it was up */
};

/*
 * neighbor_log.c: a line about the neighbor, which begins with its name; of one that
 * came by a prefix, only if the prefix may have a line.
 */
void	neighbor_info(struct neighbor *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	neighbor_warn(struct neighbor *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* neighbor.c: is it to wait before it has another session? */
bool	neighbor_is_paused(const struct neighbor *);
/* neighbor.c: may it have a session at all? */
bool	neighbor_may_run(const struct neighbor *);
/* neighbor.c: ends its connections, with this NOTIFICATION if they are open. */
void	neighbor_end(struct neighbor *, const struct notification *why);

/* neighbor.c: starts what may run and does not, after the usual wait. */
void	neighbor_start_later(struct neighbor *);

/* neighbor.c */
struct connection *neighbor_other_connection(struct neighbor *,
	    const struct connection *);
/* neighbor.c: may this connection be opened, or waited for, now? */
bool	neighbor_wants(struct connection *, void *arg);

/* neighbor_accept.c: ends one connection for another's sake: nobody's trouble. */
void	neighbor_yield(struct neighbor *, struct connection *);
/* neighbor_accept.c: the connection that waits has its turn, or is closed. */
void	neighbor_unpark(struct neighbor *);
/* neighbor_accept.c: it has waited for too long.  For n->parked_timeout. */
void	neighbor_parked_timeout(evutil_socket_t, short, void *arg);

/* neighbor_announce.c: for n->refresh. */
void	neighbor_refresh_due(evutil_socket_t, short, void *arg);
/*
 * neighbor_announce.c: begins when the session is up, and ends when it is down.  A
 * session ends LOCAL_GONE_MS after its local address ceased to be one of the host:
 * one that is only put back otherwise keeps it.  A family is held back for HELD_LONG_MS
 * before its End-of-RIB goes all the same; duplicate address detection takes 2 s.
 */
#define LOCAL_GONE_MS	1000
#define HELD_LONG_MS	10000
void	neighbor_begin_telling(struct neighbor *);
void	neighbor_end_telling(struct neighbor *);
/* For n->local_gone and n->held_long. */
void	neighbor_local_gone(evutil_socket_t, short, void *arg);
void	neighbor_held_long(evutil_socket_t, short, void *arg);

/* neighbor_operator.c: ends the session, and lets another begin without a penalty. */
void	neighbor_reset(struct neighbor *, const struct notification *why);

#endif /* BGPLBD_SESSION_NEIGHBOR_PARTS_H */
