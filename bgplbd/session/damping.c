#include "bgplbd/session/damping.h"

unsigned int
damping_session_ended(struct damping *d, time_t up, time_t now)
{
	unsigned int i, ms = DAMPING_FIRST_MS;

	if (up >= DAMPING_SHORT || now - d->last > DAMPING_MEMORY)
		d->row = 0;
	if (up >= DAMPING_SHORT)
		return 0;
	d->last = now;
	if (++d->row <= DAMPING_FREE)
		return 0;
	for (i = DAMPING_FREE + 1; i < d->row && ms < DAMPING_MOST_MS; i++)
		ms *= 2;
	return ms;
}
