#include <stdio.h>
#include <time.h>

#include "bgplbd/rde/busy.h"
#include "common/clock.h"
#include "common/log.h"

static uint64_t
cpu_ms(void)
{
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == -1)
		return 0;
	return (uint64_t)used.tv_sec * 1000 +
	    (uint64_t)used.tv_nsec / CLOCK_NS_PER_MS;
}

void
busy_format(char buf[BUSY_TEXT_MAX], const char *what, uint64_t wall_ms,
    uint64_t kernel_ms, uint64_t computing_ms)
{
	snprintf(buf, BUSY_TEXT_MAX, "%s took %.1f s, %.1f s of it in the "
	    "kernel, computing for %.1f s%s", what, (double)wall_ms / 1000,
	    (double)kernel_ms / 1000, (double)computing_ms / 1000,
	    kernel_ms + computing_ms < wall_ms / 2 ?
	    ": it had no processor, or was stopped" : "");
}

void
busy_begin(struct busy *b, uint64_t kernel_us)
{
	b->began_ms = clock_ms();
	b->cpu_ms = cpu_ms();
	b->kernel_us = kernel_us;
}

void
busy_end(struct busy *b, const char *what, uint64_t kernel_us)
{
	uint64_t now = clock_ms();

	if (now - b->began_ms < BUSY_MS)
		return;
	busy_format(b->text, what, now - b->began_ms,
	    (kernel_us - b->kernel_us) / 1000, cpu_ms() - b->cpu_ms);
	b->ended_ms = now;
	log_warn("%s", b->text);
}
