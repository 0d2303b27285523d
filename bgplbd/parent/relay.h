/*
 * A one-way relay of bytes from a socket into a pipe, by splice(2): the bytes do
 * not pass through this process, unless it is asked to show them too.  A reader that
 * is slow stops the flow; one that closes its end is noticed at once, also when nothing
 * flows.  Without a pipe the bytes are shown and then dropped.
 */
#ifndef BGPLBD_PARENT_RELAY_H
#define BGPLBD_PARENT_RELAY_H

#include <stddef.h>

struct event_base;
struct evbuffer;
struct relay;

enum relay_end {
	RELAY_FINISHED,		/* the socket's other end is closed, or broke */
	RELAY_ABANDONED		/* nobody reads the pipe any more */
};

/* Called once, from the loop, when either end is closed; it frees the relay. */
typedef void	relay_done(struct relay *, enum relay_end, void *arg);

/* The next bytes that were moved; must not free the relay. */
typedef void	relay_show(const char *data, size_t len, void *arg);

/*
 * Takes over both descriptors, which are non-blocking: from, a stream socket, and
 * to, the write end of a pipe, or -1 for none.
 */
struct relay	*relay_new(struct event_base *, int from, int to, relay_done *,
		    void *arg);
/* Set before anything is moved, and always if there is no pipe. */
void		 relay_set_show(struct relay *, relay_show *, void *arg);
/*
 * Writes the request to the socket, as fast as it takes it; takes all out of the buffer.
 * What is lost because the other end closes is not reported: the answer ends then.
 */
void		 relay_send(struct relay *, struct evbuffer *request);
void		 relay_free(struct relay *);	/* closes both; NULL is fine */

#endif /* BGPLBD_PARENT_RELAY_H */
