/*
 * All that the session engine is made of, in one struct that session_run() makes
 * and that is passed about.
 */
#ifndef BGPLBD_SESSION_ENGINE_H
#define BGPLBD_SESSION_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <event2/event_struct.h>

#include "bgplbd/messages/flow.h"
#include "bgplbd/session/barrier.h"
#include "bgplbd/session/farewell.h"
#include "bgplbd/session/rib.h"
#include "bgplbd/session/roster.h"
#include "bgplbd/session/show.h"
#include "bgplbd/settings.h"

struct channel;
struct listener;

/*
 * Room for the messages of one write(2), four of the longest: as much is kept for each
 * neighbor that does not read.
 */
#define ENGINE_OUTPUT_SIZE	16384

struct engine {
	const struct settings	*settings;
	struct event_base	*base;
	struct log_watch	*log;
	struct channel		*parent;	/* channels; NULL once closed */
	struct channel		*rde;
	struct channel		*frontend;
	struct flow		 hold_rde;	/* while it does not read answers */
	struct flow		 hold_frontend;	/* the same */
	struct show_lists	 shows;		/* under way */
	struct listener		*listen4;	/* or NULL */
	struct listener		*listen6;
	struct roster		 roster;	/* the neighbors */
	struct rib		*rib4;
	struct rib		*rib6;
	struct barriers		 barriers;
	struct farewells	 farewells;
	struct event		 flush;		/* something may be due */
	struct event		 last_call;	/* end of a shutdown */
	bool			 started;	/* the neighbors are */
	time_t			 since;		/* of the monotonic clock */
	bool			 preserved;	/* forwarding outlived a restart */
	bool			 ready;		/* the ribs are complete */
	bool			 stopping;
	const bool		*unprotected;	/* see session.h */
	uint32_t		 requests;	/* for sockets, so far */
	uint8_t			*input;		/* STREAM_INPUT_SIZE */
	uint8_t			*output;	/* ENGINE_OUTPUT_SIZE */
};

/* Asks the rde about a session with this local address; AFI_NONE: it is down. */
void	engine_ask_nexthop(struct engine *, uint32_t neighbor,
	    const struct address *local, uint32_t scope);
/*
 * Asks the parent for a socket that connects to the neighbor of these settings, one of
 * the engine's.  Returns the request's number.
 */
uint32_t engine_ask_socket(struct engine *, const struct neighbor_settings *);
/* A neighbor has been told all there is, or is gone: barriers may be answered. */
void	engine_settled(struct engine *);

#endif /* BGPLBD_SESSION_ENGINE_H */
