/*
 * Questions to Docker that have one whole answer: they wait in line, a line a
 * kind, so that an inspection that Docker delays (it holds a container's lock
 * while it starts it) holds up no others; and they have a deadline.
 *
 * Of an answer only what docker_wanted.h names is kept, and of a list one element at
 * a time: an answer may be of any length.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_QUERY_H
#define BGPLBD_FRONTEND_DOCKER_QUERY_H

#include <stddef.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/messages/docker_request.h"

/* At one time; twelve together, far from the parent's limit. */
#define QUERY_CONTAINERS_MAX	4	/* inspections of containers */
#define QUERY_NETWORKS_MAX	2	/* lists, and inspections of networks */
#define QUERY_STOPS_MAX		2
#define QUERY_PROCESSES_MAX	2	/* the parent answers at once */
#define QUERY_SEARCH_MAX	2	/* start_failure_search.h */
#define QUERY_DEADLINE		10	/* seconds, from when Docker is asked */

struct docker_client;
struct docker_queries;
struct event_base;

enum docker_outcome {
	DOCKER_ANSWERED,	/* status and body are set */
	DOCKER_FAILED,		/* not reached, or the answer is broken; error says why */
	DOCKER_REFUSED,		/* Docker lists the container for none of our networks */
	DOCKER_LATE		/* no answer within the deadline */
};

struct docker_answer {
	const struct docker_request *request;
	enum docker_outcome	 outcome;
	int			 status;	/* of HTTP */
	/*
	 * What is kept of an object, or of an error; "" if there is nothing or it is
	 * not JSON.  Not terminated; valid in the call.
	 */
	const char		*body;
	size_t			 len;
	/*
	 * Why the body is not all that was wanted: it "is not JSON", for example, and is
	 * empty, or is longer than a limit, and has the id at least.  "" if it is all.
	 */
	const char		*fault;
	const char		*error;		/* for a log line */
};

typedef void docker_answer_fn(const struct docker_answer *, void *arg);
/*
 * An element of a list, while the list is read; no value (JSON_NONE) if it is no object.
 * fault is as above.  Must not cancel queries.
 */
typedef void docker_element_fn(struct json_value, const char *fault, void *arg);

/* label: the setting. */
struct docker_queries *docker_queries_new(struct event_base *,
	    struct docker_client *, const char *label);
/* Drops all that is under way, without calling back. */
void	docker_queries_free(struct docker_queries *);

/* Calls fn once, and never before it has returned. */
void	docker_query(struct docker_queries *, const struct docker_request *,
	    docker_answer_fn *fn, void *arg);
/*
 * The same, for the kinds that list.  If the answer is good, and not before, all
 * elements were told; if it is not, maybe some.
 */
void	docker_query_list(struct docker_queries *,
	    const struct docker_request *, docker_element_fn *element,
	    docker_answer_fn *fn, void *arg);
/* An inspection, in the line of the stops. */
void	docker_query_for_stop(struct docker_queries *,
	    const struct docker_request *, docker_answer_fn *fn, void *arg);
/* The same, in a line that docker_queries_cancel() leaves alone, as the list of those
 * that are stopped. */
void	docker_query_for_search(struct docker_queries *,
	    const struct docker_request *, docker_answer_fn *fn, void *arg);
/*
 * Drops all but stops and searches, under way or waiting, without calling back.
 */
void	docker_queries_cancel(struct docker_queries *);

#endif /* BGPLBD_FRONTEND_DOCKER_QUERY_H */
