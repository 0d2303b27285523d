/*
 * Neighbors that came by a prefix and have gone: what there was to say of them, for
 * DEPARTED_SECONDS.  The roster forgets such a neighbor within seconds, and with it the
 * reason why it has no session; the operator asks later.
 *
 * Who can connect from the prefix can fill the table, so it has DEPARTED_MAX places
 * and no more: the oldest gives way, and one that never had a session before one that
 * had.
 *
 * Nothing here does I/O.  Times are seconds of neighbor_now().
 */
#ifndef BGPLBD_SESSION_DEPARTED_H
#define BGPLBD_SESSION_DEPARTED_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "bgplbd/session/last_errors.h"
#include "common/control.h"
#include "common/prefix.h"

#define DEPARTED_MAX		64
#define DEPARTED_SECONDS	600

struct departed {
	struct departed_neighbor *list;	/* NULL before the first */
	size_t			  count;
};

/* row: its last report.  Replaces an entry with the address. */
void	departed_add(struct departed *, const struct control_neighbor *row,
	    const struct last_errors *, time_t now);
/* One with the address is back: false, or its errors, and its place is free. */
bool	departed_take(struct departed *, const struct address *, time_t now,
	    struct last_errors *out);
/*
 * The i-th of those that are still remembered, as a row with gone set and times as of
 * now; false behind the last.
 */
bool	departed_report(struct departed *, size_t i, time_t now,
	    struct control_neighbor *out);
void	departed_clear(struct departed *);

#endif /* BGPLBD_SESSION_DEPARTED_H */
