#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/barrier.h"
#include "common/log.h"

#define SIZE_MIN	16

void
barriers_clear(struct barriers *b)
{
	free(b->list);
	memset(b, 0, sizeof(*b));
}

/* At the limit the last one gives its place to the new one, which answers for both. */
void
barriers_add(struct barriers *b, uint64_t sequence)
{
	if (b->count == b->size && b->size < BARRIERS_WAITING_MAX) {
		b->size = b->size == 0 ? SIZE_MIN : b->size * 2;
		b->list = xreallocarray(b->list, b->size, sizeof(*b->list));
	}
	if (b->count == b->size)
		b->count--;
	b->list[b->count].sequence = sequence;
	b->list[b->count++].number = ++b->set;
}

bool
barriers_waiting(const struct barriers *b)
{
	return b->count > 0;
}

bool
barriers_take(struct barriers *b, uint64_t passed, uint64_t *sequence)
{
	size_t n;

	for (n = 0; n < b->count && b->list[n].number <= passed; n++)
		*sequence = b->list[n].sequence;
	if (n == 0)
		return false;
	b->count -= n;
	memmove(&b->list[0], &b->list[n], b->count * sizeof(b->list[0]));
	return true;
}
