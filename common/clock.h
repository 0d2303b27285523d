/*
 * What time it is, for the processes of bgplbd.  Tests put other clocks in their
 * place.
 */
#ifndef BGPLB_CLOCK_H
#define BGPLB_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_MS	1000000

/* Milliseconds since some moment; never set back. */
uint64_t clock_ms(void);
/* The same in nanoseconds. */
uint64_t clock_ns(void);
/* Nanoseconds since 1970, as Docker and the state file count; may be set back. */
int64_t	clock_wall_ns(void);

#endif /* BGPLB_CLOCK_H */
