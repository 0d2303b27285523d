/*
 * What a neighbor is made of.  Only for the files that are the neighbor:
 * neighbor.c		its connections, and which of them stays
 * neighbor_announce.c	what it is told while it is established
 * neighbor_operator.c	what the operator asks and wants of it
 */
#ifndef BGPLBD_SESSION_NEIGHBOR_PARTS_H
#define BGPLBD_SESSION_NEIGHBOR_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <event2/event_struct.h>

#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/connection.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/novelty.h"

#define NEIGHBOR_NAME_MAX	(ADDRESS_STRLEN + SETTINGS_INTERFACE_MAX)

struct neighbor {
	struct engine			*engine;
	const struct neighbor_settings	*settings;
	uint32_t			 index;
	char				 name[NEIGHBOR_NAME_MAX];
	struct connection_env		 env;
	struct connection		 outgoing;
	struct connection		 incoming;
	struct connection		*up;	/* the Established one */
	struct address			 local;	/* of it */
	struct adjacency		 adjacency;
	unsigned int			 nexthop_queries; /* not answered */
	uint64_t			 barriers_passed;
	int				 parked;	/* socket, or -1 */
	struct event			 parked_timeout;
	time_t				 probed;
	time_t				 changed;	/* up or down */
	bool				 stopped;	/* the daemon ends */
	bool				 down;	/* the operator says so */
	struct event			 pause;	/* after too many prefixes */
	bool				 yielding;	/* one to the other */
	uint64_t			 updates_sent;
	uint64_t			 updates_received;
	uint64_t			 received_prefixes;
	uint64_t			 held_prefixes;	/* less those withdrawn */
	uint64_t			 times_established;
	char				 last_error[CONTROL_TEXT_MAX];
	struct novelty			 novelty;	/* since it was up */
};

/* neighbor.c: seconds of the monotonic clock. */
time_t	neighbor_now(void);
/* neighbor.c: may it have a session at all? */
bool	neighbor_may_run(const struct neighbor *);
/* neighbor.c: ends its connections, with this NOTIFICATION if they are open. */
void	neighbor_end(struct neighbor *, const struct notification *why);

/* neighbor.c: starts what may run and does not, after the usual wait. */
void	neighbor_start_later(struct neighbor *);

/* neighbor_announce.c: begins when the session is up. */
void	neighbor_begin_telling(struct neighbor *);

#endif /* BGPLBD_SESSION_NEIGHBOR_PARTS_H */
