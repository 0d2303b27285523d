#include <stdlib.h>

#include "bgplbctl/told.h"

static int
told_cmp(const void *a, const void *b)
{
	const struct control_told *left = a, *right = b;

	return prefix_cmp(&left->prefix, &right->prefix);
}

void
told_sort(struct control_told *rows, size_t n)
{
	if (n > 1)
		qsort(rows, n, sizeof(*rows), told_cmp);
}

const struct control_told *
told_find(const struct control_told *rows, size_t n, const struct prefix *p)
{
	const struct control_told key = { .prefix = *p };

	return n == 0 ? NULL : bsearch(&key, rows, n, sizeof(*rows), told_cmp);
}

const char *
told_state_name(const struct control_prefix *p, const struct control_told *told)
{
	uint32_t state;

	if (p->state != PREFIX_ANNOUNCED)
		return prefix_state_name(p->state);
	if (told == NULL)		/* it has only just changed */
		return prefix_state_name(PREFIX_PENDING);
	for (state = ADVERTISEMENT_ANNOUNCED;
	    state <= ADVERTISEMENT_STATE_LAST; state++)
		if (told->neighbors[state] > 0)
			return advertisement_state_name(state);
	return "no neighbor";
}
