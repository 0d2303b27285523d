/*
 * Barriers of the rde: each is answered when all that came before it has been
 * written to every neighbor that is established, or is gone.
 *
 * A neighbor that has nothing left to be told has passed all barriers set so far;
 * the queue needs only how far the slowest one is.
 */
#ifndef BGPLBD_SESSION_BARRIER_H
#define BGPLBD_SESSION_BARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros is an empty queue. */
struct barriers {
	uint64_t	*sequences;	/* those not answered, oldest first */
	size_t		 count;
	size_t		 size;
	uint64_t	 set;		/* how many there ever were */
};

void	barriers_clear(struct barriers *);
void	barriers_add(struct barriers *, uint64_t sequence);
bool	barriers_waiting(const struct barriers *);
/*
 * passed: how many of those ever set the slowest neighbor has passed.  True, and
 * the oldest that may be answered with it, which is taken from the queue.
 */
bool	barriers_take(struct barriers *, uint64_t passed, uint64_t *sequence)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_BARRIER_H */
