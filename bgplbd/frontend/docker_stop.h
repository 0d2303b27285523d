/*
 * Sends a container the signal that ends it, when the rde says that its drain is over
 * or that it did not end by that.  The signal is for one run of the container, and
 * reaches no other.  Two ways lead there, and the second is taken if the first fails:
 *
 *   its process	by the parent (process_signal.h), also while the engine ends or is
 *		away; not from within another PID namespace, where it cannot be seen
 *   its engine	after an inspection that shows that run, on a connection on which the
 *		engine has answered (docker_broker.h).  An order that is not answered is
 *		not given again, for the engine may carry it out later.
 *
 * The engine comes first where the order says so (frontend_rde.h).  If neither can
 * be, both are tried again, at most STOP_TRIES times, while that run lasts.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_STOP_H
#define BGPLBD_FRONTEND_DOCKER_STOP_H

#include "bgplbd/messages/frontend_rde.h"

#define STOP_RETRY	2	/* seconds */
#define STOP_TRIES	30
/* Orders at one time, one a container; more end the process.  As many as the rde has. */
#define STOPS_MAX	8192

struct docker_queries;
struct docker_stops;
struct event_base;

/* Both must live as long; the queries may be freed just before. */
struct docker_stops *docker_stops_new(struct event_base *,
	    struct docker_queries *);
void	docker_stops_free(struct docker_stops *);

/* What becomes of it is logged, and nothing else follows from it. */
void	docker_stops_add(struct docker_stops *,
	    const struct container_order *);
/* What the rde is told of a container, which may end the run that was meant. */
void	docker_stops_died(struct docker_stops *, const struct object_id *);
void	docker_stops_shown(struct docker_stops *,
	    const struct container_fact *);

#endif /* BGPLBD_FRONTEND_DOCKER_STOP_H */
