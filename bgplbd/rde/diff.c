#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/diff.h"
#include "common/log.h"

struct diffing {
	uint32_t		 record;
	bool			 announced;	/* what stands */
	bool			 leaving;
	struct standing		 stands;
	const struct wanted	*wanted;
	uint64_t		 acknowledged;
	struct steps		*steps;
};

static struct step *
add_step(struct steps *steps, enum step_kind kind, uint32_t record,
    int ifindex)
{
	struct step *step;

	if (steps->n == steps->size) {
		steps->size = steps->size == 0 ? 16 : steps->size * 2;
		steps->list = xreallocarray(steps->list, steps->size,
		    sizeof(*steps->list));
	}
	step = &steps->list[steps->n++];
	memset(step, 0, sizeof(*step));
	step->kind = (uint8_t)kind;
	step->record = record;
	step->ifindex = ifindex;
	steps->of_kind[kind]++;
	return step;
}

/* To the one endpoint that the neighbor entry names. */
static void
set_plain_route(struct diffing *d, int ifindex)
{
	const struct standing *s = &d->stands;

	if (s->route_ifindex != ifindex ||
	    (s->spread != NULL && s->spread->routed))
		add_step(d->steps, STEP_ROUTE_SET, d->record, ifindex);
	if (s->spread != NULL)
		add_step(d->steps, STEP_SPREAD_REMOVE, d->record, 0);
}

/* mac: of the endpoint that serves alone, if one has so far; or NULL. */
static void
set_spread(struct diffing *d, int ifindex, const uint8_t *mac,
    const struct spread_wanted *macs)
{
	const struct spread *spread = d->stands.spread;
	bool stands;

	stands = d->stands.route_ifindex == ifindex && spread != NULL &&
	    spread->bridge == ifindex && spread->routed;
	if (stands && spread->prepared && mac != NULL &&
	    spread_has(spread, mac))
		return;
	if (spread == NULL && d->stands.route_ifindex == ifindex &&
	    mac != NULL)
		memcpy(add_step(d->steps, STEP_SPREAD_PREPARE, d->record,
		    ifindex)->mac, mac, MAC_SIZE);
	else if (!stands || !spread_is_right(spread, ifindex, macs))
		add_step(d->steps, STEP_SPREAD_SET, d->record, ifindex);
}

static void
set_route(struct diffing *d)
{
	const struct endpoint *e = wanted_chosen(d->wanted);
	const struct standing *s = &d->stands;
	int ifindex = d->wanted->network->ifindex;
	struct spread_wanted macs;
	bool stays;

	stays = s->neighbor_ifindex == ifindex &&
	    memcmp(s->mac, e->mac, MAC_SIZE) == 0;
	if (!stays)
		memcpy(add_step(d->steps, STEP_NEIGHBOR_SET, d->record,
		    ifindex)->mac, e->mac, MAC_SIZE);
	(void)wanted_macs(d->wanted, s->spread, &macs);
	if (macs.n > 1)
		set_spread(d, ifindex, stays ? e->mac : NULL, &macs);
	else
		set_plain_route(d, ifindex);
	if (s->neighbor_ifindex != 0 && s->neighbor_ifindex != ifindex)
		add_step(d->steps, STEP_NEIGHBOR_REMOVE, d->record,
		    s->neighbor_ifindex);
}

static void
remove_route(struct diffing *d)
{
	const struct standing *s = &d->stands;

	if (s->route_ifindex != 0)
		add_step(d->steps, STEP_ROUTE_REMOVE, d->record, 0);
	if (s->spread != NULL)
		add_step(d->steps, STEP_SPREAD_REMOVE, d->record, 0);
	if (s->neighbor_ifindex != 0)
		add_step(d->steps, STEP_NEIGHBOR_REMOVE, d->record,
		    s->neighbor_ifindex);
}

static void
wait_until(struct diffing *d, uint64_t next)
{
	add_step(d->steps, STEP_WAIT, d->record, 0);
	if (d->steps->next == 0 || next < d->steps->next)
		d->steps->next = next;
}

/*
 * Unless it is announced, and with all that is to be said of it.  That it leaves is
 * not to wait, no more than a withdrawal.
 */
static void
announce(struct diffing *d)
{
	const struct wanted *w = d->wanted;
	struct step *step;
	uint64_t next;

	if (d->announced && d->leaving == w->leaving &&
	    d->stands.endpoints == w->endpoints)
		return;
	next = pace_next(&d->stands.pace, w->now);
	if (next != 0 && !w->leaving) {
		wait_until(d, next);
		return;
	}
	/* A labelled subnet has its network's own route. */
	step = add_step(d->steps, STEP_ANNOUNCE, d->record,
	    w->route && !w->subnet ? w->network->ifindex : 0);
	step->leaving = w->leaving;
	step->endpoints = w->endpoints;
}

/* What stands of it may be removed, now or later, when the barrier has come back. */
static void
withdraw(struct diffing *d, bool stands)
{
	add_step(d->steps, STEP_WITHDRAW, d->record, 0);
	if (stands && d->steps->of_kind[STEP_BARRIER] == 0)
		add_step(d->steps, STEP_BARRIER, 0, 0);
}

static void
plan(struct diffing *d)
{
	const struct wanted *w = d->wanted;
	const struct standing *s = &d->stands;
	bool stands = standing_is_there(s);

	if (d->announced && !w->announce)
		withdraw(d, stands);
	if (w->route)
		set_route(d);
	else if (stands && !w->unheard && (w->announce ||
	    (!d->announced && s->hold <= d->acknowledged)))
		remove_route(d);
	if (w->announce)
		announce(d);
	if (w->next != 0)
		wait_until(d, w->next);
}

void
diff_record(const struct records *rs, const struct record *r,
    const struct wanted *w, uint64_t acknowledged, struct steps *steps)
{
	const struct standing *s = standing_of(rs, r);
	struct diffing d = {
		.record = record_index(rs, r), .announced = r->announced,
		.leaving = r->leaving, .wanted = w,
		.acknowledged = acknowledged, .steps = steps
	};

	if (s != NULL)
		d.stands = *s;
	plan(&d);
}

void
diff_make(const struct tables *t, const uint32_t *records, size_t n,
    uint64_t acknowledged, struct wanted *w, struct steps *steps)
{
	const struct record *r;
	size_t i;

	steps->n = 0;
	steps->next = 0;
	memset(steps->of_kind, 0, sizeof(steps->of_kind));
	for (i = 0; i < n; i++) {
		r = record_at(&t->records, records[i]);
		decide(t, r, w);
		diff_record(&t->records, r, w, acknowledged, steps);
	}
}

const struct step *
steps_next(const struct steps *steps, enum step_kind kind,
    const struct step *step)
{
	const struct step *end = steps->list + steps->n;

	if (steps->of_kind[kind] == 0)
		return NULL;
	for (step = step == NULL ? steps->list : step + 1; step < end; step++)
		if (step->kind == kind)
			return step;
	return NULL;
}

void
steps_free(struct steps *steps)
{
	free(steps->list);
	memset(steps, 0, sizeof(*steps));
}
