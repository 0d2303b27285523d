/*
 * Damping of a neighbor whose sessions do not last (DampPeerOscillations and
 * IdleHoldTime of RFC 4271 section 8.1): each of its ends costs all routers behind it
 * a calculation.
 *
 * A session of less than DAMPING_SHORT seconds is a short one.  DAMPING_FREE of them in
 * a row are followed by no more than the usual wait, so that a router that restarts,
 * even some times, is met again at once.  The next is followed by DAMPING_FIRST_MS, and
 * each further by twice as much, DAMPING_MOST_MS at most.  A row ends with a session that
 * lasts, and when nothing has happened for DAMPING_MEMORY seconds.
 *
 * A plain value; all zeros has seen nothing.
 */
#ifndef BGPLBD_SESSION_DAMPING_H
#define BGPLBD_SESSION_DAMPING_H

#include <time.h>

#define DAMPING_SHORT		60
#define DAMPING_FREE		4
#define DAMPING_FIRST_MS	4000
#define DAMPING_MOST_MS		64000
#define DAMPING_MEMORY		600

struct damping {
	unsigned int	row;		/* short sessions in it */
	time_t		last;		/* when the last of them ended */
};

/*
 * A session ended that was up for so many seconds; now is of a clock that is never set
 * back.  Returns how many milliseconds there is to be none; 0: the usual wait is enough.
 */
unsigned int damping_session_ended(struct damping *, time_t up, time_t now);

#endif /* BGPLBD_SESSION_DAMPING_H */
