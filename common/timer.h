/*
 * Sets libevent's timers in milliseconds.  Who makes a timer owns it.
 */
#ifndef BGPLB_TIMER_H
#define BGPLB_TIMER_H

#include <stdint.h>

struct event;

/* It fires once, in so many milliseconds from now, also if it was set before. */
void	timer_set(struct event *timer, uint64_t ms);

#endif /* BGPLB_TIMER_H */
