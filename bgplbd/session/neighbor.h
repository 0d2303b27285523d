/*
 * One neighbor: its two connections, which of them stays, and what it is told.
 *
 * The connection that we open and the one that the neighbor opens each have a state
 * machine; at most one of them comes to Established.  Then the adjacency (see
 * adjacency.h) says what is due, and is asked for more whenever the socket has room.
 */
#ifndef BGPLBD_SESSION_NEIGHBOR_H
#define BGPLBD_SESSION_NEIGHBOR_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "common/control.h"
#include "common/prefix.h"

struct connect_answer;
struct engine;
struct last_errors;
struct neighbor;
struct neighbor_settings;
struct nexthop_answer;
struct rib_route;

/* Seconds of the monotonic clock. */
time_t	neighbor_now(void);

/* In Idle.  number: by which the rde's answers find it. */
struct neighbor *neighbor_new(struct engine *,
	    const struct neighbor_settings *, uint32_t number);
/*
 * The same for one that connects from a prefix of the settings.  When it has been
 * without a connection for a while, it has the roster forget it.
 */
struct neighbor *neighbor_new_of_prefix(struct engine *,
	    const struct neighbor_settings *prefix, const struct address *,
	    uint32_t number);
void	neighbor_free(struct neighbor *);	/* NULL is fine */

void	neighbor_start(struct neighbor *);
/* Ends its connections for good, with Cease, Administrative Shutdown. */
void	neighbor_stop(struct neighbor *);
/* The same, but without a word if the neighbor keeps the routes then (RFC 4724). */
void	neighbor_leave(struct neighbor *);
/* What forwards packets outlived a restart; before neighbor_start(). */
void	neighbor_set_forwarding(struct neighbor *);

const struct address *neighbor_address(const struct neighbor *);
const char *neighbor_interface(const struct neighbor *);	/* or "" */
uint32_t neighbor_number(const struct neighbor *);
bool	neighbor_has_settings(const struct neighbor *,
	    const struct neighbor_settings *);
/* That it came by; NULL for one of the settings. */
const struct neighbor_settings *neighbor_prefix(const struct neighbor *);

/* fd: any socket; scope: the interface's index if the address is link-local. */
bool	neighbor_is_at(const struct neighbor *, int fd, const struct address *,
	    uint32_t scope);

/* Takes over a socket on which this neighbor has connected. */
void	neighbor_accept(struct neighbor *, int fd);

/* See opening_answer(). */
bool	neighbor_answer_socket(struct neighbor *, uint32_t number,
	    const struct connect_answer *, int fd)
	    __attribute__((warn_unused_result));

/* Writes what is due, as long as the socket takes it. */
void	neighbor_flush(struct neighbor *);
/* An answer to engine_ask_nexthop(), the first or one that differs. */
void	neighbor_nexthop(struct neighbor *, const struct nexthop_answer *);

/* How many of the barriers ever set it has passed; UINT64_MAX if it is down. */
uint64_t neighbor_barriers_passed(const struct neighbor *);

/*
 * What the operator orders, enum control_type from CONTROL_NEIGHBOR_DOWN on.  The
 * reason, "" for none, is told to the neighbor (RFC 9003).  The outcome, with a
 * sentence unless it is done, goes to *out, which is all zeros before.
 */
void	neighbor_order(struct neighbor *, uint32_t type, const char *reason,
	    struct control_result *out);
const struct last_errors *neighbor_errors(const struct neighbor *);
void	neighbor_set_errors(struct neighbor *, const struct last_errors *);
void	neighbor_report(const struct neighbor *, struct control_neighbor *out);

/* What it has of a route; the row is filled whole. */
enum advertisement_state neighbor_told(const struct neighbor *,
	    const struct rib_route *);
void	neighbor_advertisement(const struct neighbor *,
	    const struct rib_route *, struct control_advertisement *out);

#endif /* BGPLBD_SESSION_NEIGHBOR_H */
