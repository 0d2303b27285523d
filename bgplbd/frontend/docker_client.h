/*
 * Asks Docker, through the parent, which alone may: a request goes out as a
 * message, the parent's answer brings a pipe, and out of the pipe comes
 * Docker's reply, header and all, until end of file.  Before the reply to an order
 * comes one to a ping, a header alone, which is left out here.  What the parent does
 * itself (DOCKER_SIGNAL_PROCESS) has no pipe, and so only an end.
 *
 * This is the transport.  docker_query.h asks for whole answers, event_stream.h
 * for the one that never ends.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_CLIENT_H
#define BGPLBD_FRONTEND_DOCKER_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/docker_request.h"

struct channel;
struct docker_client;
struct docker_transfer;
struct event_base;
struct message;

/* Each may cancel the transfer; after end it is gone in any case. */
struct docker_transfer_ops {
	/* The header has come. */
	void	(*header)(int status, void *arg);
	/* A piece of the body; valid during the call. */
	void	(*data)(const char *data, size_t len, void *arg);
	/*
	 * It is over.  error: "" if Docker ended it (and, where a length was
	 * stated, sent all of it), else why it failed, for a log line.
	 */
	void	(*end)(const char *error, void *arg);
	/*
	 * Instead of end: Docker lists the container for none of our networks.  May be
	 * NULL if the request is not about a container.
	 */
	void	(*refused)(void *arg);
};

/* socket: the path of Docker's socket, named where it cannot be asked; not copied. */
struct docker_client *docker_client_new(struct event_base *,
	    struct channel *parent, const char *socket);
void	docker_client_free(struct docker_client *);	/* NULL is fine */

/* Never calls back before it has returned. */
struct docker_transfer *docker_client_start(struct docker_client *,
	    const struct docker_request *, const struct docker_transfer_ops *,
	    void *arg);
/*
 * Calls nothing any more; the parent closes its side when it sees the pipe
 * gone.
 */
void	docker_transfer_cancel(struct docker_transfer *);	/* NULL is fine */

/* Tells the parent, before what is asked next, another name of our driver. */
void	docker_client_name_driver(struct docker_client *, const char *name);

/* MSG_PARENT_DOCKER_REPLY, already validated; takes its descriptor. */
void	docker_client_reply(struct docker_client *, const struct message *);

#endif /* BGPLBD_FRONTEND_DOCKER_CLIENT_H */
