#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* A prefix of which others join one that has served alone, when it is due. */
struct join {
	TAILQ_ENTRY(join)	entry;
	struct prefix		prefix;
	uint64_t		due_ms;
};

/* The timer is for the first; it is gone with the last. */
static void
arm_timer(struct rde *rde)
{
	const struct join *first = TAILQ_FIRST(&rde->joins);
	uint64_t now = clock_ms();

	if (first != NULL)
		timer_set(rde->join_timer,
		    first->due_ms > now ? first->due_ms - now : 0);
}

/* Its spread may be gone by now, or another; then this does no harm. */
static void
join_now(struct rde *rde, const struct prefix *p)
{
	struct records *rs = &rde->tables.records;
	struct standing *s = standing_find(rs, p);

	if (s == NULL || s->spread == NULL || !s->spread->prepared)
		return;
	s->spread->prepared = false;
	record_mark(rs, record_at(rs, s->record));
}

static void
drop(struct rde *rde, struct join *join)
{
	TAILQ_REMOVE(&rde->joins, join, entry);
	free(join);
}

static void
fired(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;
	struct join *join;

	(void)fd;
	(void)what;
	while ((join = TAILQ_FIRST(&rde->joins)) != NULL &&
	    join->due_ms <= clock_ms()) {
		join_now(rde, &join->prefix);
		drop(rde, join);
	}
	arm_timer(rde);
	apply(rde);
}

void
joins_init(struct rde *rde)
{
	TAILQ_INIT(&rde->joins);
	rde->join_timer = evtimer_new(rde->base, fired, rde);
	if (rde->join_timer == NULL)
		fatalx("cannot make a timer");
}

void
joins_free(struct rde *rde)
{
	struct join *join;

	event_free(rde->join_timer);
	while ((join = TAILQ_FIRST(&rde->joins)) != NULL)
		drop(rde, join);
}

/* One that is prepared has a MAC address twice (kernel.h). */
static bool
is_of_one(const struct spread *spread)
{
	return spread->n == 2 && memcmp(spread->members[0].mac,
	    spread->members[1].mac, MAC_SIZE) == 0;
}

void
joins_keep(struct rde *rde)
{
	const struct join *join;
	struct standing *s;

	TAILQ_FOREACH(join, &rde->joins, entry) {
		s = standing_find(&rde->tables.records, &join->prefix);
		if (s != NULL && s->spread != NULL && is_of_one(s->spread))
			s->spread->prepared = true;
	}
}

int
joins_prepare(struct rde *rde, const struct prefix *p, int bridge,
    const uint8_t mac[MAC_SIZE], struct standing *s)
{
	struct join *join;

	if (s->spread != NULL || s->neighbor_ifindex != bridge)
		return 0;	/* a step before this one has failed */
	if (kernel_spread_prepare(rde->kernel, p, bridge, mac,
	    &s->spread) == -1)
		return -1;
	s->spread->prepared = true;
	s->error = 0;
	join = xcalloc(1, sizeof(*join));
	join->prefix = *p;
	join->due_ms = clock_ms() + JOIN_MS;
	TAILQ_INSERT_TAIL(&rde->joins, join, entry);
	if (TAILQ_FIRST(&rde->joins) == join)
		arm_timer(rde);
	return 0;
}

void
joins_remove(struct rde *rde, const struct prefix *p, struct standing *s)
{
	if (s->spread == NULL || s->spread->routed)
		return;
	kernel_spread_remove(rde->kernel, p->addr.afi, s->spread);
	s->spread = NULL;
}

/* So that one serves, if not all. */
static void
lead_to_one(struct rde *rde, const struct prefix *p, int bridge,
    struct standing *s)
{
	if (kernel_route_set(rde->kernel, p, bridge) == -1)
		return;
	s->route_ifindex = bridge;
	joins_note_plain(s);
	joins_remove(rde, p, s);
}

static void
log_failure(struct rde *rde, const struct prefix *p, struct standing *s)
{
	char prefix[PREFIX_STRLEN];

	if (s->error == errno)
		return;
	s->error = errno;
	log_warn("prefix %s: its containers cannot share it: %s",
	    prefix_format(p, prefix), kernel_error(rde->kernel));
}

static void
log_set(const struct prefix *p, const struct wanted *w,
    const struct spread *spread, bool all)
{
	char prefix[PREFIX_STRLEN];

	prefix_format(p, prefix);
	if (all)
		log_info("prefix %s: %u containers share it", prefix,
		    spread->n);
	else
		log_warn("prefix %s: only %u of %u containers share it, more "
		    "cannot", prefix, spread->n, w->neligible);
}

int
joins_set(struct rde *rde, const struct prefix *p, int bridge,
    struct standing *s)
{
	const struct record *r = record_at(&rde->tables.records, s->record);
	struct spread_wanted macs;
	bool all;
	int error;

	if (s->neighbor_ifindex != bridge)
		return 0;	/* its own step failed already */
	rde->wanted.now = clock_ms();
	decide(&rde->tables, r, &rde->wanted);
	all = wanted_macs(&rde->wanted, s->spread, &macs);
	if (kernel_spread_set(rde->kernel, p, bridge, &macs,
	    &s->spread) == 0) {
		s->route_ifindex = bridge;
		s->error = 0;
		log_set(p, &rde->wanted, s->spread, all);
		return 0;
	}
	error = errno;
	log_failure(rde, p, s);
	lead_to_one(rde, p, bridge, s);
	errno = error;
	return -1;
}

void
joins_note_plain(struct standing *s)
{
	if (s->spread != NULL)
		s->spread->routed = false;
}
