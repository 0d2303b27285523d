/*
 * A list that the parent asks Docker for itself, of which it reads the ids (id_scan.h).
 * docker_broker.c opens the connection and decides what follows from the answer.
 */
#ifndef BGPLBD_PARENT_ENGINE_QUESTION_H
#define BGPLBD_PARENT_ENGINE_QUESTION_H

#include <stdbool.h>

#include "bgplbd/parent/id_scan.h"

struct engine_question;
struct event_base;
struct evbuffer;

#define QUESTION_MS		10000	/* until its answer has ended */
#define QUESTION_BODY_MAX	(32 * 1024 * 1024)	/* bytes of an answer */

/*
 * Called once, from the loop: whether the list was read in whole.  It frees the
 * question.
 */
typedef void	engine_question_done(bool complete, void *arg);

/*
 * Takes over a connected, non-blocking socket, and all that is in the buffer.  found is
 * called for each object of the list; both get arg.
 */
struct engine_question *engine_question_new(struct event_base *, int docker,
	    struct evbuffer *request, id_scan_fn *found,
	    engine_question_done *done, void *arg);
/* Without a call.  NULL is fine. */
void	engine_question_free(struct engine_question *);

#endif /* BGPLBD_PARENT_ENGINE_QUESTION_H */
