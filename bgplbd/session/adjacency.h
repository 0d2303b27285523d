/*
 * What an established neighbor is told: for each family that was negotiated its
 * feed of the shared table, the path of its UPDATEs, and whether the End-of-RIB
 * marker is still due.
 *
 * A family without a next hop that routers can use is held back: what was told of it
 * is withdrawn, and nothing more is due, so that barriers do not wait for it.  Its
 * End-of-RIB waits, because a router that keeps routes over our restart would drop
 * them with it (RFC 4724); but not for ever, for others wait for it.
 *
 * Messages are not made ahead of time: whoever owns the socket asks for more when
 * there is room for them.  So what a slow neighbor costs does not grow, and what
 * changes back before it was asked for is never sent.
 *
 * Nothing here does I/O.
 */
#ifndef BGPLBD_SESSION_ADJACENCY_H
#define BGPLBD_SESSION_ADJACENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/rib.h"
#include "bgplbd/session/update.h"
#include "bgplbd/session/wire.h"

#define ADJACENCY_FAMILIES	2

struct adjacency_family {
	struct rib_feed		*feed;		/* NULL: nothing is told */
	struct update_path	 path;
	bool			 end_of_rib;	/* not sent yet */
	bool			 refresh_begin;	/* the same (RFC 7313) */
	bool			 refresh_end;
	bool			 refresh_asked;	/* once more, not begun */
	bool			 refreshed;	/* at least once, then: */
	uint64_t		 refreshed_ms;	/* when the last one began */
	const char		*held;		/* the reason; NULL: it is not */
	bool			 hurried;	/* End-of-RIB waits no more */
};

/* All zeros says nothing to nobody. */
struct adjacency {
	struct adjacency_family	families[ADJACENCY_FAMILIES];
};

/*
 * Begins to tell of the rib, which is of the family path->afi and outlives the
 * adjacency.  What of the path is a prefix's own comes from the rib.  Once a
 * family.  The next hop of the path is not looked at: the family is held back until
 * adjacency_set_nexthop().
 */
void	adjacency_add(struct adjacency *, struct rib *,
	    const struct update_path *, const char *held);
/* Another one than before: all prefixes of the family are told with it. */
void	adjacency_set_nexthop(struct adjacency *, enum afi,
	    const struct address *nexthop, const struct address *link_local);
/* The reason is a string that stays. */
void	adjacency_hold(struct adjacency *, enum afi, const char *reason);
/* End-of-RIB goes also for what is held back. */
void	adjacency_hurry(struct adjacency *);
/* NULL if the family was not negotiated. */
const struct adjacency_family *adjacency_family(const struct adjacency *,
	    enum afi);
void	adjacency_clear(struct adjacency *);

/*
 * Writes as many messages as are due and fit, withdrawals first; it needs room for
 * one of BGP_MESSAGE_MAX bytes.  ready: the ribs are complete, so that End-of-RIB
 * may follow what is in them.  Returns how many messages were written.
 */
size_t	adjacency_fill(struct adjacency *, bool ready, struct wire_writer *);

/*
 * RFC 2918: the whole family is to be told again.  Requests are merged: however many
 * come, the family is told again once when the last refresh of it is complete, and
 * not sooner than REFRESH_INTERVAL_MS after that began.  False if it was asked
 * for already, or is not told at all.
 */
#define REFRESH_INTERVAL_MS	1000
bool	adjacency_ask_refresh(struct adjacency *, enum afi);
/*
 * Begins what was asked for and may begin at now, of clock_ms(); if enhanced (RFC
 * 7313), it stands between a begin and an end, once the family's End-of-RIB was sent.
 * Returns in how many ms another may begin; 0 if none waits for the time.
 */
uint64_t adjacency_begin_refresh(struct adjacency *, bool enhanced,
	    uint64_t now);

/* What the neighbor has of a route of the family's rib. */
enum advertisement_state adjacency_state(const struct adjacency *,
	    const struct rib_route *);
/* The same; of one that it has, or will, also the attributes, into a row of zeros. */
void	adjacency_describe(const struct adjacency *, const struct rib_route *,
	    struct control_advertisement *out);

size_t	adjacency_count(const struct adjacency *); /* prefixes it was told */

#endif /* BGPLBD_SESSION_ADJACENCY_H */
