/*
 * Looks every few seconds whether the socket files still stand (sockets.h), and hands
 * a socket that had to be made anew to its owner.
 */
#ifndef BGPLBD_PARENT_SOCKET_WATCH_H
#define BGPLBD_PARENT_SOCKET_WATCH_H

#include "bgplbd/parent/sockets.h"

struct event_base;
struct socket_watch;

/* fd is the receiver's to close. */
typedef void	socket_watch_give(enum listener, int fd, void *arg);

/* The sockets stay the caller's. */
struct socket_watch *socket_watch_new(struct event_base *,
	    unsigned int every_ms, struct sockets *, socket_watch_give *,
	    void *arg);
void	socket_watch_free(struct socket_watch *);	/* NULL is fine */

#endif /* BGPLBD_PARENT_SOCKET_WATCH_H */
