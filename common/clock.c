#include <time.h>

#include "common/clock.h"
#include "common/log.h"

static int64_t
read_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) == -1)
		fatal("clock_gettime");
	return (int64_t)now.tv_sec * 1000 * CLOCK_NS_PER_MS + now.tv_nsec;
}

uint64_t
clock_ms(void)
{
	return clock_ns() / CLOCK_NS_PER_MS;
}

uint64_t
clock_ns(void)
{
	return (uint64_t)read_ns(CLOCK_MONOTONIC);
}

int64_t
clock_wall_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}
