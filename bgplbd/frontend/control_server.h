/*
 * The control socket: bgplbctl's requests, passed on to the process that knows,
 * and its rows passed back (common/control.h).  A client has a number, which
 * travels as the messages' peerid; a reply for a client that has left is
 * dropped.
 *
 * A client may have one request under way.  One that sends anything else than a
 * request, or a second one, is told so and closed.
 */
#ifndef BGPLBD_FRONTEND_CONTROL_SERVER_H
#define BGPLBD_FRONTEND_CONTROL_SERVER_H

#include <stddef.h>
#include <stdint.h>

struct control_server;
struct event_base;
struct message;

/*
 * Passes a valid request on, under the client's number.  0, or -1 if the
 * process that knows has ended.
 */
typedef int control_pass_fn(uint32_t type, uint32_t client, const void *data,
    size_t len, void *arg);

/* Takes the listening socket over. */
struct control_server *control_server_new(struct event_base *, int fd,
	    control_pass_fn *, void *arg);
/* Clients come to this socket now, which it takes over; those that are there stay. */
void	control_server_listen(struct control_server *, int fd);
void	control_server_free(struct control_server *);	/* NULL is fine */

/* A row or a result, already validated, for the client that peerid names. */
void	control_server_reply(struct control_server *, const struct message *);

#endif /* BGPLBD_FRONTEND_CONTROL_SERVER_H */
