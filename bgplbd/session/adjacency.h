/*
 * What an established neighbor is told: for each family that was negotiated its
 * feed of the shared table, the path of its UPDATEs, and whether the End-of-RIB
 * marker is still due.
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
};

/* All zeros says nothing to nobody. */
struct adjacency {
	struct adjacency_family	families[ADJACENCY_FAMILIES];
};

/*
 * Begins to tell of the rib, which is of the family path->afi and outlives the
 * adjacency.  What of the path is a prefix's own comes from the rib.  Once a
 * family.
 */
void	adjacency_add(struct adjacency *, struct rib *,
	    const struct update_path *);
void	adjacency_clear(struct adjacency *);

/*
 * Writes as many messages as are due and fit, withdrawals first; it needs room for
 * one of BGP_MESSAGE_MAX bytes.  ready: the ribs are complete, so that End-of-RIB
 * may follow what is in them.  Returns how many messages were written.
 */
size_t	adjacency_fill(struct adjacency *, bool ready, struct wire_writer *);

/*
 * RFC 2918: the whole family is to be told again; if enhanced (RFC 7313), between a
 * begin and an end, once its End-of-RIB was sent.
 */
void	adjacency_refresh(struct adjacency *, enum afi, bool enhanced);

size_t	adjacency_count(const struct adjacency *); /* prefixes it was told */

#endif /* BGPLBD_SESSION_ADJACENCY_H */
