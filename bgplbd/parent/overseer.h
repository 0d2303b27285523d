/*
 * Asks each child in turns whether its loop still runs, and finds the one that
 * hangs (liveness.h).  The parent makes one; it needs libevent's loop.
 */
#ifndef BGPLBD_PARENT_OVERSEER_H
#define BGPLBD_PARENT_OVERSEER_H

#include <sys/types.h>

#include <stdint.h>

#include "bgplbd/messages/child.h"

struct event_base;
struct overseer;

struct overseer_ops {
	/* Sends the probe; not again before the last one was answered. */
	void	(*ask)(enum child, uint32_t number, void *arg);
	/* Called once for a child, which is logged already. */
	void	(*hangs)(enum child, void *arg);
};

/* turn_ms: LIVENESS_TURN_MS, or less in tests. */
struct overseer *overseer_new(struct event_base *, unsigned int turn_ms,
	    const struct overseer_ops *, void *arg);
void	overseer_free(struct overseer *);	/* NULL is fine */

void	overseer_add(struct overseer *, enum child, pid_t);
/* It is ending, and may take its time. */
void	overseer_remove(struct overseer *, enum child);

/* The child sent a message of this type; that is told of one that hangs. */
void	overseer_heard(struct overseer *, enum child, uint32_t type);
/* It answered the probe of that number. */
void	overseer_answered(struct overseer *, enum child, uint32_t number);

#endif /* BGPLBD_PARENT_OVERSEER_H */
