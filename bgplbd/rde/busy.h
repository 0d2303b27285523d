/*
 * What the rde did for long: a call of Docker's that had to wait for it gets an error
 * after some seconds, and the log has to say why.  A stopwatch around each message;
 * what took BUSY_MS or more is logged, with how much of it was spent waiting for the
 * kernel and how much computing.  If that is little, the process was stopped or had no
 * processor.
 */
#ifndef BGPLBD_RDE_BUSY_H
#define BGPLBD_RDE_BUSY_H

#include <stddef.h>
#include <stdint.h>

#define BUSY_MS		1000
#define BUSY_TEXT_MAX	128

struct busy {
	uint64_t	began_ms;		/* clock_ms() */
	uint64_t	cpu_ms;			/* of the process, by then */
	uint64_t	kernel_us;		/* kernel_spent_us(), by then */
	uint64_t	ended_ms;		/* the last that took long; 0: none */
	char		text[BUSY_TEXT_MAX];	/* what it was */
};

void	busy_begin(struct busy *, uint64_t kernel_us);
/* what: the noun of the sentence that is logged. */
void	busy_end(struct busy *, const char *what, uint64_t kernel_us);

/* "WHAT took 12.3 s, 11.9 s of it in the kernel, computing for 0.1 s".  Pure. */
void	busy_format(char buf[BUSY_TEXT_MAX], const char *what,
	    uint64_t wall_ms, uint64_t kernel_ms, uint64_t cpu_ms);

#endif /* BGPLBD_RDE_BUSY_H */
