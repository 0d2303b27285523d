/*
 * Containers that an event says were connected to a network of ours, while Docker's
 * list, by which the parent finds out whether they may be shown, is behind it.  They
 * are asked for again, CONNECTION_TRIES times at doubling intervals, and then the
 * lists take over.  For container_watch.c.
 */
#ifndef BGPLBD_FRONTEND_CONNECTION_TRIES_H
#define BGPLBD_FRONTEND_CONNECTION_TRIES_H

#include <stdbool.h>

#include "bgplbd/frontend/id_table.h"

/* The first interval, in milliseconds; all together are 1.6 s. */
#define CONNECTION_TRY_MS	25
#define CONNECTION_TRIES	6

struct connection_tries {
	struct id_table	table;
};

/* A try is due; after the last the container is not in the table any more. */
typedef void	connection_try_fn(const struct object_id *container, bool last,
		    void *arg);

void	connection_tries_init(struct connection_tries *);
void	connection_tries_clear(struct connection_tries *);

/* The first try is due in CONNECTION_TRY_MS, also if there were some. */
void	connection_tries_begin(struct connection_tries *,
	    const struct object_id *container);
/* It was found, or is gone. */
void	connection_tries_end(struct connection_tries *,
	    const struct object_id *container);
bool	connection_tries_has(const struct connection_tries *,
	    const struct object_id *container);

/* Calls fn, which must not end others, for those that are due; false if none is left. */
bool	connection_tries_run(struct connection_tries *, connection_try_fn *fn,
	    void *arg);

#endif /* BGPLBD_FRONTEND_CONNECTION_TRIES_H */
