#include <event2/event.h>

#include "common/log.h"
#include "common/timer.h"

void
timer_set(struct event *timer, uint64_t ms)
{
	const struct timeval tv = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000 * 1000)
	};

	if (event_add(timer, &tv) == -1)
		fatalx("cannot set a timer");
}
