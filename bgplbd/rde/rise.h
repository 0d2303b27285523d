/*
 * How long a container has to be fit without a break before it takes traffic, against
 * one that comes and goes.  The setting is for all containers; without it, it is 0 for
 * one with a health check, for that is what retries and start period are for, and for
 * one without, unless it has begun anew within RISE_RESTART_SECONDS of its end: that
 * one, which may be in a loop of failures, waits for RISE_RESTARTED_MS.
 *
 * Pure.  Times are of clock_ms(), but for those of Docker.
 */
#ifndef BGPLBD_RDE_RISE_H
#define BGPLBD_RDE_RISE_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"

#define RISE_RESTARTED_MS	1000
#define RISE_RESTART_SECONDS	60

struct rise_setting {
	bool		set;
	unsigned int	ms;
};

/* A container's; all zeros is not fit. */
struct rise {
	bool		fit;		/* but for this */
	unsigned int	ms;		/* that it takes */
	uint64_t	until;		/* when it has risen; 0: at once */
};

/* started_at, finished_at: of struct container_fact. */
unsigned int	rise_time(const struct rise_setting *, enum health,
	    int64_t started_at, int64_t finished_at);
/* It is fit, or not, as of now; ms: of rise_time(). */
void	rise_update(struct rise *, bool fit, unsigned int ms, uint64_t now);
/*
 * A run that was not known before is fit as it is found: it may have been for as long
 * as it runs, such as before a restart of bgplbd.
 */
void	rise_count_run(struct rise *, uint64_t ms);

#endif /* BGPLBD_RDE_RISE_H */
