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

/*
 * At one time, a power of two: as many as come while a neighbor reads nothing.  Beyond,
 * one answer stands for several.
 */
#define BARRIERS_WAITING_MAX	1024

/* All zeros is an empty queue. */
struct barriers {
	struct {
		uint64_t	 sequence;	/* the rde's */
		uint64_t	 number;	/* of those ever set */
	}		*list;		/* those not answered, oldest first */
	size_t		 count;
	size_t		 size;
	uint64_t	 set;		/* how many there ever were */
};

void	barriers_clear(struct barriers *);
void	barriers_add(struct barriers *, uint64_t sequence);
bool	barriers_waiting(const struct barriers *);
/*
 * passed: how many of those ever set the slowest neighbor has passed.  True, and the
 * youngest that may be answered, which answers for the older ones too: all of them are
 * taken from the queue.
 */
bool	barriers_take(struct barriers *, uint64_t passed, uint64_t *sequence)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_BARRIER_H */
