/*
 * How a process that runs for months treats its memory: what a burst of work took
 * goes back to the system when it is over.
 */
#ifndef BGPLB_MEMORY_H
#define BGPLB_MEMORY_H

#include <stddef.h>

/* Blocks of at least that size go back to the system the moment they are freed. */
#define MEMORY_LARGE	(128 * 1024)

/*
 * Once, before anything large is allocated; a fork inherits it.  Without it the C
 * library keeps more for itself with each large block that is freed.
 */
void	memory_init(void);

/*
 * Gives back what small blocks have left free: after a burst, not for each of them,
 * for it goes through all that is free.
 */
void	memory_give_back(void);

/*
 * Limits the private memory of the process (RLIMIT_DATA, Linux 4.7) to so many bytes,
 * for good; a lower limit that it has already stays.  0, or -1 with errno.
 */
int	memory_limit(size_t bytes) __attribute__((warn_unused_result));

/* There is none for so many bytes: ends the process, naming the limit. */
void	memory_exhausted(size_t bytes) __attribute__((noreturn));

#endif /* BGPLB_MEMORY_H */
