/*
 * Docker's gatekeeper: turns a request of the closed list in
 * messages/docker_request.h into an HTTP request on Docker's socket, and relays
 * the answer into a pipe.
 *
 * What the request names is the engine's to confirm (docker_scope.h).  Containers are
 * listed for our networks only.  One is inspected only if the engine has listed it so;
 * an inspection of any other, or of one that may not run any more, is preceded by a
 * question for that container alone.  A signal goes only to one that was listed as
 * running.  The networks are ours by their driver: the list of them is asked for with
 * each list of networks, and before the next use after a network that is not in it was
 * inspected or a name was learned.
 *
 * Of these lists the ids are read here (id_scan.h), also while a list of containers is
 * relayed; nothing else that Docker says is looked at, only that it says something: an
 * order is written to a connection on which the engine has answered a ping before, so
 * that it cannot wait in the listening socket for the next engine.  Both answers go into
 * the pipe.  If the ping is not answered within ENGINE_PING_MS, the pipe ends with
 * nothing in it, and the order was not given.
 *
 * Nothing is connected to while engine_sign.h knows of no engine.
 */
#ifndef BGPLBD_PARENT_DOCKER_BROKER_H
#define BGPLBD_PARENT_DOCKER_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/settings.h"

struct event_base;
struct docker_broker;

/*
 * The answer to a request, at once or from the loop, once each.  error is 0, and pipe_fd
 * is the read end of a pipe, the callee's to pass on or close, which ends when Docker's
 * answer does; or an errno, and pipe_fd is -1: EINVAL if the request is not valid,
 * EHOSTDOWN if no engine runs, EAGAIN with DOCKER_REQUESTS_MAX under way, EACCES if the
 * engine lists the container for none of our networks, EIO if it does not answer that,
 * or that of connect or pipe.
 */
typedef void	docker_broker_reply(uint32_t tag, int error, int pipe_fd,
		    void *arg);

/* The settings' strings are copied. */
struct docker_broker *docker_broker_new(struct event_base *,
	    const struct settings *, docker_broker_reply *, void *arg);
/* Ends all relays, without replies.  NULL is fine. */
void	docker_broker_free(struct docker_broker *);

void	docker_broker_ask(struct docker_broker *, const struct docker_request *,
	    uint32_t tag);

/*
 * Whether the container of an order may get its signal; that it may not is logged, at
 * most once a second.
 */
bool	docker_broker_allows_order(struct docker_broker *,
	    const struct docker_request *);

/* driver_name_is_learnable().  A name too many is logged and left out. */
void	docker_broker_name_driver(struct docker_broker *, const char *name);

size_t	docker_broker_active(const struct docker_broker *);

#endif /* BGPLBD_PARENT_DOCKER_BROKER_H */
