/*
 * Questions to Docker that have one whole answer: they wait in line, a line a
 * kind, so that an inspection that Docker delays (it holds a container's lock
 * while it starts it) holds up no others; and they have a deadline.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_QUERY_H
#define BGPLBD_FRONTEND_DOCKER_QUERY_H

#include <stddef.h>

#include "bgplbd/messages/docker_request.h"

/* At one time; twelve together, far from the parent's limit. */
#define QUERY_CONTAINERS_MAX	4	/* inspections of containers */
#define QUERY_NETWORKS_MAX	2	/* lists, and inspections of networks */
#define QUERY_STOPS_MAX		2
#define QUERY_PROCESSES_MAX	2	/* the parent answers at once */
#define QUERY_SEARCH_MAX	2	/* start_failure_search.h */
#define QUERY_DEADLINE		10	/* seconds, from when Docker is asked */
#define QUERY_BODY_MAX		(32 * 1024 * 1024)	/* the rest is cut off */

struct docker_client;
struct docker_queries;
struct event_base;

enum docker_outcome {
	DOCKER_ANSWERED,	/* status and body are set */
	DOCKER_FAILED,		/* not reached, or the answer is broken; error says why */
	DOCKER_LATE		/* no answer within the deadline */
};

struct docker_answer {
	const struct docker_request *request;
	enum docker_outcome	 outcome;
	int			 status;	/* of HTTP */
	const char		*body;		/* not terminated; valid in the call */
	size_t			 len;
	const char		*error;		/* for a log line */
};

typedef void docker_answer_fn(const struct docker_answer *, void *arg);

struct docker_queries *docker_queries_new(struct event_base *,
	    struct docker_client *);
/* Drops all that is under way, without calling back. */
void	docker_queries_free(struct docker_queries *);

/* Calls fn once, and never before it has returned. */
void	docker_query(struct docker_queries *, const struct docker_request *,
	    docker_answer_fn *fn, void *arg);
/* The same, in the line of the stops, whatever the kind. */
void	docker_query_for_stop(struct docker_queries *,
	    const struct docker_request *, docker_answer_fn *fn, void *arg);
/* The same, in a line that docker_queries_cancel() leaves alone. */
void	docker_query_for_search(struct docker_queries *,
	    const struct docker_request *, docker_answer_fn *fn, void *arg);
/*
 * Drops all but stops and searches, under way or waiting, without calling back.
 */
void	docker_queries_cancel(struct docker_queries *);

#endif /* BGPLBD_FRONTEND_DOCKER_QUERY_H */
