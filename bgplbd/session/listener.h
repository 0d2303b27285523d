/*
 * A listening TCP socket for BGP: takes connections of the configured neighbors
 * and hands them over; all others are closed at once, and logged once in a while.
 */
#ifndef BGPLBD_SESSION_LISTENER_H
#define BGPLBD_SESSION_LISTENER_H

#include "common/prefix.h"

struct engine;
struct listener;

/*
 * Takes over fd, listening and of the family; NULL if it is -1.  The neighbors of
 * the engine have to be there; the passwords of those that have one are set on the
 * socket (RFC 2385).
 */
struct listener *listener_new(struct engine *, int fd, enum afi);
void	listener_free(struct listener *);	/* NULL is fine */

#endif /* BGPLBD_SESSION_LISTENER_H */
