/*
 * The children of the parent process: their names, and how each of them shows that
 * its loop turns.
 */
#ifndef BGPLBD_MESSAGES_CHILD_H
#define BGPLBD_MESSAGES_CHILD_H

#include <stdbool.h>

#include "common/channel.h"

/* In the order in which they are shut down. */
enum child {
	CHILD_FRONTEND,
	CHILD_SESSION,
	CHILD_RDE
};
#define CHILDREN	3

/* "session engine" and so on, as in ps(1) and in log lines. */
const char *child_title(enum child);

/*
 * The limits of each queue of a child to the parent or to a sibling, in bytes of
 * memory.
 *
 * CHILD_QUEUE_BUSY: a child with more than that to say, since another one does not
 * read, takes no more requests of those who cause it.  Requests go from the frontend
 * to the rde and the session engine, and from the rde to the session engine; whoever
 * asks always reads the answers, so that no two wait for each other.
 *
 * CHILD_QUEUE_MAX: what one request, or one list of Docker's, may add to that.  The
 * longest is a list of as many networks and containers as the rde takes
 * (rde/tables.h), of about 16 MB.  A channel at this limit ends (CHANNEL_FULL), and
 * the daemon with it.
 */
#define CHILD_QUEUE_BUSY	(1024U * 1024)
#define CHILD_QUEUE_MAX		(24U * 1024 * 1024)

/* Whether it is too busy to be asked for more; false if it is NULL. */
bool	child_is_busy(const struct channel *);

/* Answers a probe of the parent's; false if the message is none. */
bool	child_answer_probe(struct channel *parent, const struct message *);

#endif /* BGPLBD_MESSAGES_CHILD_H */
