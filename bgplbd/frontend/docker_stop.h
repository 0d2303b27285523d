/*
 * Sends a container the signal that ends it, when the rde says that its drain
 * is over.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_STOP_H
#define BGPLBD_FRONTEND_DOCKER_STOP_H

#include "bgplbd/messages/frontend_rde.h"

struct docker_queries;

/* Asks Docker; what it says is logged, and nothing else follows from it. */
void	docker_stop(struct docker_queries *, const struct container_signal *);

#endif /* BGPLBD_FRONTEND_DOCKER_STOP_H */
