#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/losses.h"
#include "common/log.h"

/* Those that lead to somebody. */
static unsigned int
count_members(const struct standing *s)
{
	static const uint8_t nobody[MAC_SIZE];
	unsigned int i, count = 0;

	for (i = 0; s->spread != NULL && i < s->spread->n; i++)
		count += memcmp(s->spread->members[i].mac, nobody,
		    MAC_SIZE) != 0;
	return count;
}

void
losses_before(struct losses *l, struct rde *rde)
{
	const struct records *rs = &rde->tables.records;
	const struct standing *s;
	uint32_t i;

	l->list = xcalloc(rs->standings.used + 1, sizeof(l->list[0]));
	l->n = 0;
	for (i = 1; i < rs->standings.end; i++) {
		s = arena_at(&rs->standings, i);
		if (s->record == 0 || !standing_is_there(s))
			continue;
		l->list[l->n].prefix = record_at(rs, s->record)->prefix;
		l->list[l->n].members = count_members(s);
		l->list[l->n++].before = *s;
	}
}

static bool
same_entry(const struct standing *a, const struct standing *b)
{
	return a->neighbor_ifindex == b->neighbor_ifindex &&
	    memcmp(a->mac, b->mac, MAC_SIZE) == 0;
}

void
losses_after(struct losses *l, struct rde *rde)
{
	const struct standing *now;
	struct loss *loss;

	for (loss = l->list; loss < l->list + l->n; loss++) {
		now = standing_find(&rde->tables.records, &loss->prefix);
		if (now == NULL)
			continue;
		loss->route = loss->before.route_ifindex != 0 &&
		    now->route_ifindex != loss->before.route_ifindex;
		loss->neighbor = loss->before.neighbor_ifindex != 0 &&
		    !same_entry(now, &loss->before);
		loss->spread = count_members(now) < loss->members;
	}
}

static void
tell(struct rde *rde, const struct prefix *p, const char *what)
{
	char prefix[PREFIX_STRLEN];

	rde->repairs++;
	log_warn("prefix %s: its %s was deleted or changed, and is put back",
	    prefix_format(p, prefix), what);
}

void
losses_tell(struct losses *l, struct rde *rde)
{
	const struct standing *now;
	const struct loss *loss;

	for (loss = l->list; loss < l->list + l->n; loss++) {
		now = standing_find(&rde->tables.records, &loss->prefix);
		if (now == NULL)
			continue;
		if (loss->route && now->route_ifindex > 0)
			tell(rde, &loss->prefix, "local route");
		if (loss->neighbor && now->neighbor_ifindex != 0)
			tell(rde, &loss->prefix, "neighbor entry");
		if (loss->spread && !loss->route && now->spread != NULL)
			tell(rde, &loss->prefix, "nexthop group");
	}
	free(l->list);
}
