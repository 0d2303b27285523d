/*
 * How often one prefix may be announced: PACE_BURST times at once, and then once in
 * PACE_MS.  With the withdrawals between them, which never wait, a prefix changes at
 * most twice a second for long, whatever its containers do.
 *
 * A plain value; all zeros has announced nothing.  Times are of clock_ms().
 */
#ifndef BGPLBD_RDE_PACE_H
#define BGPLBD_RDE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_BURST	4
#define PACE_MS		1000

struct pace {
	uint64_t	since;	/* one comes back PACE_MS after this */
	uint8_t		spent;	/* of PACE_BURST */
};

/* 0: it may be announced now; else when. */
uint64_t	pace_next(const struct pace *, uint64_t now);
/* It is announced now.  True if the next one has to wait, and did not before. */
bool		pace_spend(struct pace *, uint64_t now);

#endif /* BGPLBD_RDE_PACE_H */
