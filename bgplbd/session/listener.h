/*
 * A listening TCP socket for BGP: takes connections of neighbors, and of those who
 * become neighbors by a prefix (see roster.h), and hands them over; all others are
 * closed at once and without a word, and logged once in a while.
 */
#ifndef BGPLBD_SESSION_LISTENER_H
#define BGPLBD_SESSION_LISTENER_H

struct engine;
struct listener;

/* Takes over fd, which listens and knows the passwords; NULL if it is -1. */
struct listener *listener_new(struct engine *, int fd);
/* From now on connections are taken; those that came before have waited. */
void	listener_start(struct listener *);	/* NULL is fine */
void	listener_free(struct listener *);	/* NULL is fine */

#endif /* BGPLBD_SESSION_LISTENER_H */
