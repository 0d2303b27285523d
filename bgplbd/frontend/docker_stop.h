/*
 * Sends a container the signal that ends it, when the rde says that its drain
 * is over.  If Docker cannot be asked, or fails, it is asked again, at most
 * STOP_TRIES times; but not after that run of the container has ended, for the
 * signal is not meant for the next.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_STOP_H
#define BGPLBD_FRONTEND_DOCKER_STOP_H

#include "bgplbd/messages/frontend_rde.h"

#define STOP_RETRY	2	/* seconds */
#define STOP_TRIES	30

struct docker_queries;
struct docker_stops;
struct event_base;

/* Both must live as long; the queries may be freed just before. */
struct docker_stops *docker_stops_new(struct event_base *,
	    struct docker_queries *);
void	docker_stops_free(struct docker_stops *);

/* What becomes of it is logged, and nothing else follows from it. */
void	docker_stops_add(struct docker_stops *,
	    const struct container_signal *);
/* What the rde is told of a container, which may end the run that was meant. */
void	docker_stops_died(struct docker_stops *, const struct object_id *);
void	docker_stops_shown(struct docker_stops *,
	    const struct container_fact *);

#endif /* BGPLBD_FRONTEND_DOCKER_STOP_H */
