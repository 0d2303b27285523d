/*
 * How many lines all neighbors of one prefix may write to the log together: QUOTA_LINES
 * at once, and then one for each QUOTA_SECONDS, some 8 600 a day.  Each of them has a
 * limit of its own (novelty.h), but who connects from ever new addresses, which takes
 * no password if the prefix has none, is a new one each time.
 *
 * A plain value; all zeros has written nothing.  Times are seconds of neighbor_now().
 */
#ifndef BGPLBD_SESSION_LOG_QUOTA_H
#define BGPLBD_SESSION_LOG_QUOTA_H

#include <stdbool.h>
#include <time.h>

#define QUOTA_LINES	100
#define QUOTA_SECONDS	10

struct log_quota {
	unsigned int	spent;		/* of QUOTA_LINES */
	time_t		since;		/* one comes back after this */
	unsigned int	left_out;	/* since the last line */
};

/*
 * True if there may be a line; *left_out is then how many were left out before it, for
 * which it may need another.
 */
bool	log_quota_take(struct log_quota *, time_t now, unsigned int *left_out);

#endif /* BGPLBD_SESSION_LOG_QUOTA_H */
