#include "bgplbd/rde/pace.h"

uint64_t
pace_next(const struct pace *p, uint64_t now)
{
	if (p->spent < PACE_BURST || now >= p->since + PACE_MS)
		return 0;
	return p->since + PACE_MS;
}

bool
pace_spend(struct pace *p, uint64_t now)
{
	bool waited = p->spent == PACE_BURST;

	while (p->spent > 0 && now >= p->since + PACE_MS) {
		p->spent--;
		p->since += PACE_MS;
	}
	if (p->spent == 0)
		p->since = now;
	if (p->spent < PACE_BURST)
		p->spent++;
	return p->spent == PACE_BURST && !waited;
}
