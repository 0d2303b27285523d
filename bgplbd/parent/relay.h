/*
 * A one-way relay of bytes from a socket into a pipe, by splice(2): the bytes do
 * not pass through this process.  A reader that is slow stops the flow; one that
 * closes its end is noticed at once, also when nothing flows.
 */
#ifndef BGPLBD_PARENT_RELAY_H
#define BGPLBD_PARENT_RELAY_H

struct event_base;
struct relay;

enum relay_end {
	RELAY_FINISHED,		/* the socket's other end is closed, or broke */
	RELAY_ABANDONED		/* nobody reads the pipe any more */
};

/* Called once, from the loop, when either end is closed; it frees the relay. */
typedef void	relay_done(struct relay *, enum relay_end, void *arg);

/*
 * Takes over both descriptors, which are non-blocking: from, a stream socket, and
 * to, the write end of a pipe.
 */
struct relay	*relay_new(struct event_base *, int from, int to, relay_done *,
		    void *arg);
void		 relay_free(struct relay *);	/* closes both; NULL is fine */

#endif /* BGPLBD_PARENT_RELAY_H */
