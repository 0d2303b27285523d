/*
 * The containers that run in networks of ours, and those that start, of which Docker
 * shows only the former; and what the rde has to know of them.  What an event says of a
 * known container is told at once; a start or a new connection leads to an inspection.
 * After a connection it may have to be asked for again (connection_tries.h).
 *
 * A list shows of each container whether it is paused, its health and the ids of its
 * endpoints, which are new for each run.  If that is what the last inspection and the
 * events since have told, it is not inspected again: so a list in which nothing
 * differs costs Docker one request.  When the stream of events breaks, all that was
 * known is forgotten.
 *
 * An inspection is a picture of a moment that is over: if an event about its
 * container came meanwhile, it is thrown away and made again, so that an old
 * picture never brings a dead container back.  Docker lets an inspection wait
 * while it works on the container, so none is asked for while a start is under
 * way.
 */
#ifndef BGPLBD_FRONTEND_CONTAINER_WATCH_H
#define BGPLBD_FRONTEND_CONTAINER_WATCH_H

#include <stdbool.h>

#include "bgplbd/frontend/docker_event.h"
#include "bgplbd/frontend/docker_watch.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/network_watch.h"

struct container_watch;

/* Both arguments must live as long. */
struct container_watch *container_watch_new(struct docker_watch *,
	    struct network_watch *);
void	container_watch_free(struct container_watch *);	/* NULL is fine */

/* EVENT_CONTAINER_*, EVENT_NETWORK_CONNECT and EVENT_NETWORK_DISCONNECT. */
void	container_watch_event(struct container_watch *,
	    const struct docker_event *);

/* Asks for those that are due; false if no try is left. */
bool	container_watch_try(struct container_watch *);

/*
 * A sync, in this order; abort at any point of it, or when events stop coming.
 */
void	container_watch_sync_begin(struct container_watch *);
/*
 * For each container of the list, as docker_element_fn; then once.  Inspects those that
 * matter; settled() of docker_watch.h is called for each.
 */
void	container_watch_sync_listed(struct container_watch *,
	    struct json_value, const char *fault);
void	container_watch_sync_all_listed(struct container_watch *);
bool	container_watch_is_settled(const struct container_watch *);
/* There are containers of which Docker did not tell what is to be known. */
bool	container_watch_is_incomplete(const struct container_watch *);
/*
 * Returns how many.  If not all is known, complete is false, and the rde goes on
 * knowing those that it was told of before.
 */
unsigned int container_watch_sync_tell(struct container_watch *,
	    bool complete);
void	container_watch_sync_end(struct container_watch *);
void	container_watch_abort(struct container_watch *);

#endif /* BGPLBD_FRONTEND_CONTAINER_WATCH_H */
