/*
 * Finds out whether an engine answers on a connection before an order is written to
 * it, by a HEAD request, whose answer has no body.  docker_broker.c, for each order.
 */
#ifndef BGPLBD_PARENT_ENGINE_PING_H
#define BGPLBD_PARENT_ENGINE_PING_H

#include <stdbool.h>

struct engine_ping;
struct event_base;

#define ENGINE_PING_MS	1000	/* in which it has to answer */

/*
 * Called once, from the loop, with the answer still unread; false: it did not come in
 * time, or nobody reads the pipe any more.  It takes the descriptors, or frees the ping.
 */
typedef void	engine_ping_done(bool answered, void *arg);

/*
 * Takes over a connected, non-blocking socket, and the write end of the pipe that the
 * answer to the order is for.
 */
struct engine_ping *engine_ping_new(struct event_base *, int docker, int pipe_fd,
	    engine_ping_done *, void *arg);
/* Frees the ping and leaves its descriptors to the caller. */
void	engine_ping_take(struct engine_ping *, int *docker, int *pipe_fd);
/* Closes both.  NULL is fine. */
void	engine_ping_free(struct engine_ping *);

#endif /* BGPLBD_PARENT_ENGINE_PING_H */
