/*
 * Connections that are over but for a last word: a NOTIFICATION that must reach
 * the neighbor although the session has gone on without its socket.
 *
 * A socket that is closed while bytes are unread resets the connection, and the
 * reset may overtake the NOTIFICATION.  So the last bytes are written, our side is
 * shut, and what still comes is read and dropped until the neighbor closes too
 * or FAREWELL_MS have passed.
 */
#ifndef BGPLBD_SESSION_FAREWELL_H
#define BGPLBD_SESSION_FAREWELL_H

#include <sys/queue.h>

#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/notification.h"

struct event_base;
struct farewell;

#define FAREWELL_MS	1000
#define FAREWELLS_MAX	512	/* at one time; beyond, a socket is just closed */

struct farewells {
	struct event_base	*base;
	LIST_HEAD(, farewell)	 list;
	unsigned int		 count;
	/* The last one is over; may be NULL. */
	void			(*empty)(void *arg);
	void			*arg;
};

void	farewells_init(struct farewells *, struct event_base *);
/* Closes them all at once. */
void	farewells_clear(struct farewells *);

/* Takes over the socket and the bytes, from malloc(3), that are to be written to it. */
void	farewell_say(struct farewells *, int fd, uint8_t *bytes, size_t n);

/* The same with a Cease, on a connection that did not come to be one of BGP. */
void	farewell_cease(struct farewells *, int fd, enum cease_error);

#endif /* BGPLBD_SESSION_FAREWELL_H */
