/*
 * Back-pressure between the processes: while one that reads too slowly makes a queue
 * long (CHILD_QUEUE_BUSY of child.h), nothing more is read from the one whose requests
 * make it longer.  The rde holds the frontend so, the session engine the frontend and
 * the rde.  A reader that is that slow for FLOW_HELD_MAX_MS ends the process, for it
 * would keep Docker waiting.
 *
 * The owner of the channels calls flow_check() after each message of the source's, when
 * a queue is drained and when a channel has ended.
 */
#ifndef BGPLBD_MESSAGES_FLOW_H
#define BGPLBD_MESSAGES_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "common/channel.h"

struct event;
struct event_base;

#define FLOW_HELD_MAX_MS	30000
#define FLOW_READERS_MAX	3

struct flow_reader {
	struct channel	**channel;	/* the owner's; NULL in it: it has ended */
	const char	*title;		/* "docker frontend", static */
};

struct flow {
	struct channel		**source;	/* the same */
	struct flow_reader	 readers[FLOW_READERS_MAX];
	size_t			 nreaders;
	bool			 held;
	unsigned int		 max_ms;
	struct event		*timer;
};

/* max_ms: FLOW_HELD_MAX_MS, or less in tests. */
void	flow_init(struct flow *, struct event_base *, struct channel **source,
	    const struct flow_reader *, size_t n, unsigned int max_ms);
void	flow_check(struct flow *);
void	flow_clear(struct flow *);

#endif /* BGPLBD_MESSAGES_FLOW_H */
