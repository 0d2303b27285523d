/*
 * The lists that clients of the control socket ask of the session engine: neighbors,
 * what they were told, and how one prefix is advertised.  Rows go out in turns
 * (messages/control_rows.h), and what is listed may change between two of them: a
 * neighbor or prefix that is there all the time is in the list once.
 *
 * session.c passes the frontend's messages; a list is freed at its end, when its client
 * has left, or by show_clear().
 */
#ifndef BGPLBD_SESSION_SHOW_H
#define BGPLBD_SESSION_SHOW_H

#include <sys/queue.h>

#include <stdint.h>

#include "common/channel.h"

struct engine;
struct show_list;

struct show_lists {
	LIST_HEAD(, show_list)	 list;
	unsigned int		 count;
};

/* m: a valid CONTROL_SHOW_NEIGHBORS, _TOLD or _ADVERTISEMENTS. */
void	show_begin(struct engine *, const struct message *m);
void	show_continue(struct engine *, uint32_t client);
void	show_end(struct engine *, uint32_t client);
void	show_clear(struct engine *);

#endif /* BGPLBD_SESSION_SHOW_H */
