/*
 * Docker's gatekeeper: turns a request of the closed list in
 * messages/docker_request.h into an HTTP request on Docker's socket, and relays
 * the answer, unread, into a pipe.
 *
 * Nothing that Docker says is looked at here, only that it says something: an order
 * is written to a connection on which the engine has answered a ping before, so that
 * it cannot wait in the listening socket for the next engine.  Both answers go into
 * the pipe.  If the ping is not answered within DOCKER_PING_MS, the pipe ends with
 * nothing in it, and the order was not given.
 *
 * Nothing is connected to while engine_sign.h knows of no engine.
 */
#ifndef BGPLBD_PARENT_DOCKER_BROKER_H
#define BGPLBD_PARENT_DOCKER_BROKER_H

#include <stddef.h>

#include "bgplbd/messages/docker_request.h"

struct event_base;
struct docker_broker;

#define DOCKER_HTTP_MAX		1024	/* bytes of a request, more than any needs */
#define DOCKER_PING_MS		1000

/*
 * The request as it is written, NUL-terminated.  Its length, or -1 if r is not valid
 * or nothing to ask Docker for.
 */
int	docker_broker_format(const struct docker_request *r,
	    char buf[DOCKER_HTTP_MAX]) __attribute__((warn_unused_result));

struct docker_broker *docker_broker_new(struct event_base *,
	    const char *socket_path);
/* Ends all relays.  NULL is fine. */
void	docker_broker_free(struct docker_broker *);

/*
 * Asks Docker.  0, and *pipe_fd is the read end of a pipe, the caller's to pass on
 * or close, which ends when Docker's answer does; or an errno: EINVAL if r is not
 * valid, EHOSTDOWN if no engine runs, EAGAIN with DOCKER_REQUESTS_MAX under way, or
 * that of connect or pipe.
 */
int	docker_broker_ask(struct docker_broker *, const struct docker_request *r,
	    int *pipe_fd) __attribute__((warn_unused_result));

size_t	docker_broker_active(const struct docker_broker *);

#endif /* BGPLBD_PARENT_DOCKER_BROKER_H */
