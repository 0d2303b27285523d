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
 * The limit of each queue of a child to the parent or to a sibling, in bytes.  The
 * longest that has to be is the frontend's, a first list of CONTAINERS_MAX
 * containers and NETWORKS_MAX networks (rde/tables.h), of about 60 MB.  A channel at
 * its limit ends (CHANNEL_FULL), and the daemon with it.
 */
#define CHILD_QUEUE_MAX	(128U * 1024 * 1024)

/* Answers a probe of the parent's; false if the message is none. */
bool	child_answer_probe(struct channel *parent, const struct message *);

#endif /* BGPLBD_MESSAGES_CHILD_H */
