/*
 * Between frontend and parent: the closed list of what may be asked of Docker.
 *
 * The frontend names a request; the parent checks it, connects to Docker's socket,
 * writes the HTTP request itself and answers with the read end of a pipe,
 * into which it relays the reply's bytes, header and all, until Docker's end of
 * file.  What the frontend closes early, the parent closes too.
 *
 * Containers are listed, shown and sent signals only if Docker lists them for a network
 * of one of our driver's names, which the parent finds out for itself.
 */
#ifndef BGPLBD_MESSAGES_DOCKER_REQUEST_H
#define BGPLBD_MESSAGES_DOCKER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"

/* At one time; more are answered with EAGAIN. */
#define DOCKER_REQUESTS_MAX	64

enum docker_request_kind {
	DOCKER_EVENTS = 1,		/* since: nanoseconds since 1970, 0 for from now */
	DOCKER_LIST_NETWORKS,
	DOCKER_INSPECT_NETWORK,		/* id */
	DOCKER_LIST_CONTAINERS,		/* ours that run, are paused or restart */
	DOCKER_INSPECT_CONTAINER,	/* id; ours, and it runs */
	DOCKER_STOP_CONTAINER,		/* id, signal; ours, listed or inspected */
	DOCKER_LIST_STOPPED,		/* ours that have ended or never ran */
	/*
	 * Not of Docker: the parent itself sends the signal to the container's process.
	 * id, signal, pid, started_at.  Its reply has no pipe; errno is that of
	 * process_signal.h.
	 */
	DOCKER_SIGNAL_PROCESS,
	DOCKER_INSPECT_STOPPED,		/* id; of the last DOCKER_LIST_STOPPED */
	/*
	 * id; ours, and Docker lists now that it runs: an inspection of one that is being
	 * started would wait for its start.
	 */
	DOCKER_INSPECT_CONNECTED
};
#define DOCKER_REQUEST_LAST	DOCKER_INSPECT_CONNECTED

struct docker_request {
	uint32_t		kind;	/* enum docker_request_kind */
	int32_t			signal;	/* SIGTERM or SIGKILL, of an order */
	int64_t			since;	/* at least 0, for DOCKER_EVENTS */
	int64_t			started_at;	/* of the run, ns since 1970; over 0 */
	int32_t			pid;	/* over 1 */
	struct object_id	id;	/* all NUL where the kind takes none */
};

/*
 * Its message carries the pipe if error is 0 and Docker was asked; peerid is the
 * request's.
 */
struct docker_reply {
	/*
	 * 0, or an errno: EHOSTDOWN if no engine runs, EACCES if Docker lists the
	 * container for none of our networks.
	 */
	int32_t	error;
};

/* All that root checks before it speaks to Docker: kind, and each field it uses. */
bool	docker_request_is_valid(const void *data, size_t len);
bool	docker_reply_is_valid(const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_DOCKER_REQUEST_H */
