#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/departed.h"
#include "common/log.h"

struct departed_neighbor {
	struct control_neighbor	row;
	struct last_errors	errors;
	time_t			gone;
};

static void
remove_at(struct departed *d, size_t i)
{
	d->count--;
	memmove(&d->list[i], &d->list[i + 1],
	    (d->count - i) * sizeof(d->list[0]));
}

/* They stand in the order in which they went. */
static void
expire(struct departed *d, time_t now)
{
	while (d->count > 0 && now - d->list[0].gone >= DEPARTED_SECONDS)
		remove_at(d, 0);
}

static void
make_room(struct departed *d)
{
	size_t i;

	if (d->count < DEPARTED_MAX)
		return;
	for (i = 0; i < d->count; i++)
		if (d->list[i].row.times_established == 0)
			break;
	remove_at(d, i < d->count ? i : 0);
}

void
departed_add(struct departed *d, const struct control_neighbor *row,
    const struct last_errors *errors, time_t now)
{
	struct departed_neighbor *n;
	struct last_errors old;

	(void)departed_take(d, &row->addr, now, &old);
	if (d->list == NULL)
		d->list = xcalloc(DEPARTED_MAX, sizeof(d->list[0]));
	make_room(d);
	n = &d->list[d->count++];
	n->row = *row;
	n->errors = *errors;
	n->gone = now;
}

bool
departed_take(struct departed *d, const struct address *addr, time_t now,
    struct last_errors *out)
{
	size_t i;

	expire(d, now);
	for (i = 0; i < d->count; i++)
		if (address_cmp(&d->list[i].row.addr, addr) == 0) {
			*out = d->list[i].errors;
			remove_at(d, i);
			return true;
		}
	return false;
}

bool
departed_report(struct departed *d, size_t i, time_t now,
    struct control_neighbor *out)
{
	const struct departed_neighbor *n;

	expire(d, now);
	if (i >= d->count)
		return false;
	n = &d->list[i];
	*out = n->row;
	out->gone = 1;
	out->changed_seconds += (uint64_t)(now - n->gone);
	last_errors_report(&n->errors, now, out);
	return true;
}

void
departed_clear(struct departed *d)
{
	free(d->list);
	memset(d, 0, sizeof(*d));
}
