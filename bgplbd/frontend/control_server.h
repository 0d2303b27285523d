/*
 * The control socket: bgplbctl's requests, passed on to the process that knows,
 * and its rows passed back (common/control.h).  A client has a number, which
 * travels as the messages' peerid; a reply for a client that has left is
 * dropped.
 *
 * A client may have one request under way.  One that sends anything else than a
 * request, or a second one, is told so and closed.
 *
 * Long lists come in turns (messages/control_rows.h): the next one is asked for when
 * the client has read the last.
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

struct control_server_ops {
	control_pass_fn	*pass;
	/* type: of a request whose client is to get more rows. */
	void	(*next_turn)(uint32_t type, uint32_t client, void *arg);
	/* The client of such a request left before its result. */
	void	(*left)(uint32_t type, uint32_t client, void *arg);
};

/* Takes the listening socket over; ops has to last. */
struct control_server *control_server_new(struct event_base *, int fd,
	    const struct control_server_ops *, void *arg);
/* Clients come to this socket now, which it takes over; those that are there stay. */
void	control_server_listen(struct control_server *, int fd);
void	control_server_free(struct control_server *);	/* NULL is fine */

/* A row or a result, already validated, for the client that peerid names. */
void	control_server_reply(struct control_server *, const struct message *);
/* The end of a turn, for the client that peerid names. */
void	control_server_paused(struct control_server *, uint32_t client);

#endif /* BGPLBD_FRONTEND_CONTROL_SERVER_H */
