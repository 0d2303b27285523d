/*
 * Whether a Docker engine runs, found out without a connection to its socket.
 *
 * The socket may be systemd's (docker.socket): then a connection starts an engine
 * that was stopped, and what is written to it while none runs is carried out by the
 * next.  So it is looked at first.  The signs, in this order:
 *
 *   a listener	that each engine has beside the API's, and closes before it closes
 *		the connections to that: metrics.sock or libnetwork/ID.sock of any
 *		folder (--exec-root), in this network namespace, by /proc/net/unix.
 *		It goes with a crash too, and shows inside a managed plugin.
 *   a pid file	docker.pid, beside the socket or in /run, that names a process.  It
 *		stays a moment longer than the connections, so after a stream's end
 *		the same one counts only ENGINE_GOING_MS later.
 *
 * Without either no engine runs, however long that lasts.
 */
#ifndef BGPLBD_PARENT_ENGINE_SIGN_H
#define BGPLBD_PARENT_ENGINE_SIGN_H

#include <stdbool.h>
#include <stddef.h>

/* Longer than an engine takes to end once its API has. */
#define ENGINE_GOING_MS		20000
/* How long a sign that was seen counts as seen. */
#define ENGINE_SIGN_MS		250

struct engine_sign;

/* The path is copied. */
struct engine_sign *engine_sign_new(const char *socket_path);
void	engine_sign_free(struct engine_sign *);		/* NULL is fine */

bool	engine_sign_is_there(struct engine_sign *);

/* The engine ended its stream of events. */
void	engine_sign_stream_ended(struct engine_sign *);

/*
 * Pure: whether a line of /proc/net/unix, without its end, is that of a listener by
 * which an engine is known.  Any local user can make such a line.
 */
bool	engine_sign_is_listener(const char *line);

/* Pure: the number in a pid file of len bytes, or 0 if it is none. */
int	engine_sign_pid(const char *text, size_t len);

#endif /* BGPLBD_PARENT_ENGINE_SIGN_H */
