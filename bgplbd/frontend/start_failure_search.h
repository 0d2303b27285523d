/*
 * Looks, when a control client asks, for containers of our networks that Docker failed
 * to start: a list of those that do not run, and an inspection of each that may be one
 * (start_failure.h).  Nobody is kept waiting for longer than SEARCH_SECONDS: what was
 * found by then is the answer, and the result says what was not looked at.
 *
 * Clients that ask while a search runs get its answer.  While Docker owes an answer to
 * a search that is over, it is asked for nothing more.
 */
#ifndef BGPLBD_FRONTEND_START_FAILURE_SEARCH_H
#define BGPLBD_FRONTEND_START_FAILURE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "bgplbd/frontend/start_failure.h"

#define SEARCH_SECONDS	3	/* less than bgplbctl's patience */
/* Inspections of a search: no more can be rows. */
#define SEARCH_MAX	CONTROL_START_FAILURES_MAX

struct docker_queries;
struct event_base;
struct start_failure_search;

/* A row or the result, valid, for the client. */
typedef void start_failure_reply_fn(uint32_t type, uint32_t client,
    const void *data, size_t len, void *arg);

struct start_failure_search_ops {
	start_failure_is_ours	*is_ours;
	start_failure_reply_fn	*reply;
};

/* All arguments must live as long; arg goes to both ops. */
struct start_failure_search *start_failure_search_new(struct event_base *,
	    struct docker_queries *, const struct start_failure_search_ops *,
	    void *arg);
/* Its questions must be dropped before.  NULL is fine. */
void	start_failure_search_free(struct start_failure_search *);

/*
 * The client is answered, maybe at once.  unknown: why our networks are not known, for
 * people, or "".
 */
void	start_failure_search_ask(struct start_failure_search *, uint32_t client,
	    const char *unknown);

#endif /* BGPLBD_FRONTEND_START_FAILURE_SEARCH_H */
