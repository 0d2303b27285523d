/*
 * Between session engine and parent: TCP connections to neighbors.  The session engine
 * makes no sockets.  It names a neighbor of the settings, and the parent, which alone
 * has the passwords, begins to connect and hands the socket over.
 *
 * The session engine has at most one request per neighbor unanswered.  The parent
 * answers each, in their order; one that asks and leaves more than CONNECT_UNREAD_MAX
 * answers unread ends the daemon.
 */
#ifndef BGPLBD_MESSAGES_PARENT_SESSION_H
#define BGPLBD_MESSAGES_PARENT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/settings.h"

#define CONNECT_UNREAD_MAX	SETTINGS_NEIGHBORS_MAX

/*
 * Attempts to connect to a neighbor: in a row, and then a second.  The session engine
 * needs less than two a second, and a few more when an operator hurries it.
 */
#define CONNECT_BURST		16
#define CONNECT_PER_SECOND	4

/* MSG_SESSION_CONNECT; peerid is the request's number, which the answer repeats. */
struct connect_request {
	uint32_t	neighbor;	/* index in the settings */
};

/* What failed. */
enum connect_step {
	CONNECT_LIMIT,		/* too many attempts, see above */
	CONNECT_SOCKET,
	CONNECT_INTERFACE,
	CONNECT_MD5,
	CONNECT_TTL,
	CONNECT_LOCAL_ADDRESS,
	CONNECT_CONNECT
};
#define CONNECT_STEPS	(CONNECT_CONNECT + 1)

/*
 * MSG_PARENT_CONNECT.  Without an error it comes with a non-blocking socket that is
 * writable once it is connected, or has failed to; common/channel.h says when that
 * may be missing.
 */
struct connect_answer {
	uint32_t	neighbor;	/* as in the request */
	int32_t		error;		/* 0, or errno */
	uint32_t	step;		/* enum connect_step, of an error */
};

/* Also that the neighbor is one to connect to. */
bool	connect_request_is_valid(const struct settings *, const void *data,
	    size_t len);
bool	connect_answer_is_valid(const struct settings *, const void *data,
	    size_t len);

/* "socket", "local address"; for a log line, before ": " and strerror(3). */
const char *connect_step_name(enum connect_step);

#endif /* BGPLBD_MESSAGES_PARENT_SESSION_H */
