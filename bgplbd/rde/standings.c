#include <stdlib.h>

#include "bgplbd/rde/standings.h"

static void
drop_spread(struct standing *s)
{
	free(s->spread);
	s->spread = NULL;
}

unsigned int
standing_serving(const struct standing *s)
{
	if (s->route_ifindex == 0 || s->route_ifindex == ROUTE_ELSEWHERE)
		return 0;
	if (s->spread == NULL || !s->spread->routed || s->spread->prepared)
		return 1;
	return s->spread->n;
}

struct standing *
standing_find(const struct records *rs, const struct prefix *p)
{
	const struct record *r = record_find(rs, p);

	return r == NULL ? NULL : standing_of(rs, r);
}

struct standing *
standing_get(struct records *rs, struct record *r)
{
	struct standing *s;

	if (r->standing == 0) {
		r->standing = arena_take(&rs->standings);
		s = arena_at(&rs->standings, r->standing);
		s->record = record_index(rs, r);
	}
	return arena_at(&rs->standings, r->standing);
}

void
standing_release(struct records *rs, struct record *r)
{
	const struct standing *s = standing_of(rs, r);

	if (s == NULL || standing_is_there(s) || s->endpoints != 0)
		return;
	arena_give(&rs->standings, r->standing);
	r->standing = 0;
}

void
standings_clear(struct records *rs)
{
	struct standing *s;
	uint32_t i;

	for (i = 1; i < rs->standings.end; i++) {
		s = arena_at(&rs->standings, i);
		if (s->record == 0)
			continue;
		s->route_ifindex = s->neighbor_ifindex = 0;
		drop_spread(s);
	}
}

void
standings_forget_link(struct records *rs, int ifindex)
{
	struct standing *s;
	uint32_t i;

	for (i = 1; i < rs->standings.end; i++) {
		s = arena_at(&rs->standings, i);
		if (s->record == 0 || ifindex == 0 ||
		    (s->route_ifindex != ifindex &&
		    s->neighbor_ifindex != ifindex &&
		    (s->spread == NULL || s->spread->bridge != ifindex)))
			continue;
		if (s->spread != NULL && s->spread->bridge == ifindex)
			drop_spread(s);
		if (s->route_ifindex == ifindex)
			s->route_ifindex = 0;
		if (s->neighbor_ifindex == ifindex)
			s->neighbor_ifindex = 0;
		record_mark(rs, record_at(rs, s->record));
	}
}
