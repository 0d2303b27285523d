#include <errno.h>
#include <string.h>

#include "bgplbd/rde/tables.h"

/* The place of the prefix, or where it would stand. */
static uint32_t
place_of(const struct state_list *list, const struct prefix *p)
{
	uint32_t low = 0, high = list->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (prefix_cmp(&list->withdrawn[middle], p) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
stands_at(const struct state_list *list, uint32_t i, const struct prefix *p)
{
	return i < list->count && prefix_cmp(&list->withdrawn[i], p) == 0;
}

static void
mark_withdrawn(struct tables *t, const struct prefix *p, bool withdrawn)
{
	struct record *r = record_get(&t->records, p);

	r->withdrawn = withdrawn;
	record_mark(&t->records, r);
}

bool
withdrawal_find(const struct tables *t, const struct prefix *p)
{
	return stands_at(&t->withdrawn, place_of(&t->withdrawn, p), p);
}

int
withdrawal_add(struct tables *t, const struct prefix *p)
{
	struct state_list *list = &t->withdrawn;
	uint32_t i = place_of(list, p);

	if (stands_at(list, i, p)) {
		errno = EEXIST;
		return -1;
	}
	if (list->count == STATE_WITHDRAWN_MAX) {
		errno = ENOSPC;
		return -1;
	}
	memmove(&list->withdrawn[i + 1], &list->withdrawn[i],
	    (list->count - i) * sizeof(*p));
	list->withdrawn[i] = *p;
	list->count++;
	mark_withdrawn(t, p, true);
	return 0;
}

int
withdrawal_remove(struct tables *t, const struct prefix *p)
{
	struct state_list *list = &t->withdrawn;
	uint32_t i = place_of(list, p);

	if (!stands_at(list, i, p)) {
		errno = ENOENT;
		return -1;
	}
	list->count--;
	memmove(&list->withdrawn[i], &list->withdrawn[i + 1],
	    (list->count - i) * sizeof(*p));
	memset(&list->withdrawn[list->count], 0, sizeof(*p));
	mark_withdrawn(t, p, false);
	return 0;
}

void
withdrawal_set_all(struct tables *t, const struct state_list *list)
{
	uint32_t i;

	for (i = 0; i < t->withdrawn.count; i++)
		mark_withdrawn(t, &t->withdrawn.withdrawn[i], false);
	memset(&t->withdrawn, 0, sizeof(t->withdrawn));
	for (i = 0; i < list->count; i++)
		if (withdrawal_add(t, &list->withdrawn[i]) == -1)
			continue;	/* named twice */
}
