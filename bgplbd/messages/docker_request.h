/*
 * Between frontend and parent: the closed list of what may be asked of Docker.
 *
 * The frontend names a request; the parent checks it, connects to Docker's socket,
 * writes the HTTP/1.0 request itself and answers with the read end of a pipe,
 * into which it relays the reply's bytes, header and all, until Docker's end of
 * file.  What the frontend closes early, the parent closes too.
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
	DOCKER_LIST_CONTAINERS,		/* those that run, are paused or restart */
	DOCKER_INSPECT_CONTAINER,	/* id */
	DOCKER_STOP_CONTAINER		/* id, signal */
};
#define DOCKER_REQUEST_LAST	DOCKER_STOP_CONTAINER

struct docker_request {
	uint32_t		kind;	/* enum docker_request_kind */
	int32_t			signal;	/* 1..64, for DOCKER_STOP_CONTAINER */
	int64_t			since;	/* at least 0, for DOCKER_EVENTS */
	struct object_id	id;	/* all NUL where the kind takes none */
};

/* Its message carries the pipe if error is 0; peerid is the request's. */
struct docker_reply {
	int32_t	error;			/* 0, or errno of connect or pipe */
};

/* All that root checks before it speaks to Docker: kind, and each field it uses. */
bool	docker_request_is_valid(const void *data, size_t len);
bool	docker_reply_is_valid(const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_DOCKER_REQUEST_H */
