#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/barrier.h"
#include "common/log.h"

void
barriers_clear(struct barriers *b)
{
	free(b->sequences);
	memset(b, 0, sizeof(*b));
}

void
barriers_add(struct barriers *b, uint64_t sequence)
{
	if (b->count == b->size) {
		b->size = b->size == 0 ? 16 : b->size * 2;
		b->sequences = xreallocarray(b->sequences, b->size,
		    sizeof(*b->sequences));
	}
	b->sequences[b->count++] = sequence;
	b->set++;
}

bool
barriers_waiting(const struct barriers *b)
{
	return b->count > 0;
}

bool
barriers_take(struct barriers *b, uint64_t passed, uint64_t *sequence)
{
	if (b->count == 0 || b->set - b->count >= passed)
		return false;
	*sequence = b->sequences[0];
	b->count--;
	memmove(&b->sequences[0], &b->sequences[1],
	    b->count * sizeof(*b->sequences));
	return true;
}
