#include "bgplbd/rde/rise.h"
#include "common/clock.h"

#define RISE_RESTART_NS \
	((int64_t)RISE_RESTART_SECONDS * 1000 * CLOCK_NS_PER_MS)

unsigned int
rise_time(const struct rise_setting *setting, enum health health,
    int64_t started_at, int64_t finished_at)
{
	if (setting->set)
		return setting->ms;
	if (health != HEALTH_NONE || finished_at == 0 ||
	    started_at < finished_at)
		return 0;
	return started_at - finished_at < RISE_RESTART_NS ?
	    RISE_RESTARTED_MS : 0;
}

void
rise_update(struct rise *r, bool fit, unsigned int ms, uint64_t now)
{
	if (!fit)
		r->until = 0;
	else if (!r->fit) {
		r->ms = ms;
		r->until = ms == 0 ? 0 : now + ms;
	}
	r->fit = fit;
}

void
rise_count_run(struct rise *r, uint64_t ms)
{
	if (ms >= r->ms)
		r->until = 0;
	else if (r->until != 0)
		r->until -= ms;
}
