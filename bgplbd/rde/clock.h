/* The time that passes while the daemon runs; tests put another in its place. */
#ifndef BGPLBD_RDE_CLOCK_H
#define BGPLBD_RDE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment; never set back. */
uint64_t clock_ms(void);

#endif /* BGPLBD_RDE_CLOCK_H */
