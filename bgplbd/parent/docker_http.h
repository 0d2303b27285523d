/*
 * The HTTP requests that are sent to Docker, made from the closed list of
 * messages/docker_request.h and from what is known to be ours.  Pure.
 *
 * GETs are HTTP/1.0: the answer then is one body without chunks, until end of file.
 */
#ifndef BGPLBD_PARENT_DOCKER_HTTP_H
#define BGPLBD_PARENT_DOCKER_HTTP_H

#include "bgplbd/messages/docker_request.h"

struct docker_scope;
struct evbuffer;

/*
 * Appends the request; lists of containers ask for those in our networks only.  0, or
 * -1 with nothing appended if r is not valid or nothing to ask Docker for.
 */
int	docker_http_request(struct evbuffer *, const struct docker_request *r,
	    const struct docker_scope *) __attribute__((warn_unused_result));

/* A list of the networks whose driver is ours. */
void	docker_http_own_networks(struct evbuffer *, const struct docker_scope *);

/* A list of nothing but that container, if it runs and is in a network of ours. */
void	docker_http_own_container(struct evbuffer *,
	    const struct docker_scope *, const struct object_id *);

#endif /* BGPLBD_PARENT_DOCKER_HTTP_H */
