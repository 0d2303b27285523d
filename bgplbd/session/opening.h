/*
 * The TCP connection that we open, until it is connected: the parent is asked for a
 * socket (messages/parent_session.h), and the socket, which comes in a moment, is
 * watched until the neighbor has answered.
 *
 * The parent has one request at a time.  One that is cancelled meanwhile is answered
 * all the same: its socket is closed, and only then another is asked for.
 *
 * An opening belongs to whoever declared it; callbacks may cancel it and begin anew.
 */
#ifndef BGPLBD_SESSION_OPENING_H
#define BGPLBD_SESSION_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/messages/parent_session.h"

struct opening_ops {
	/* Sends the request; returns its number. */
	uint32_t	(*ask)(void *arg);
	/* The socket is connected, and now the callee's. */
	void		(*connected)(int fd, void *arg);
	/* It failed, in words. */
	void		(*failed)(const char *why, void *arg);
};

enum opening_request {
	OPENING_UNASKED,
	OPENING_ASKED,
	OPENING_CANCELLED,	/* but not yet answered */
	OPENING_RENEWED		/* the same, and wanted again */
};

struct opening {
	const struct opening_ops	*ops;
	void				*arg;
	struct event_base		*base;
	enum opening_request		 request;
	uint32_t			 number;	/* of the request */
	int				 fd;	/* that connects, or -1 */
	struct event			 connected;
};

void	opening_init(struct opening *, struct event_base *,
	    const struct opening_ops *, void *arg);

/* Only if it has not begun, or is cancelled. */
void	opening_begin(struct opening *);
/* Nothing is called back any more.  One that has not begun is fine. */
void	opening_cancel(struct opening *);
/* It has begun, and there is no socket yet. */
bool	opening_is_asking(const struct opening *);

/*
 * The parent's answer to the request of this number; takes over fd, or -1.  False if
 * there is no such request.
 */
bool	opening_answer(struct opening *, uint32_t number,
	    const struct connect_answer *, int fd)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_OPENING_H */
