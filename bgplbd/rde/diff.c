#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/diff.h"
#include "common/log.h"

struct diffing {
	const struct wanted	*wanted;
	uint64_t		 acknowledged;
	struct steps		*steps;
	bool			 waits;		/* for a barrier */
};

static struct step *
add_step(struct steps *steps, enum step_kind kind, const struct prefix *p,
    const struct wanted_prefix *wp)
{
	struct step *step;

	if (steps->n == steps->size) {
		steps->size = steps->size == 0 ? 64 : steps->size * 2;
		steps->list = xreallocarray(steps->list, steps->size,
		    sizeof(*steps->list));
	}
	step = &steps->list[steps->n++];
	memset(step, 0, sizeof(*step));
	step->kind = kind;
	step->prefix = *p;
	step->wanted = wp;
	return step;
}

static void
set_route(struct diffing *d, const struct wanted_prefix *wp,
    const struct standing *s)
{
	const struct endpoint *e = wanted_chosen(d->wanted, wp);
	int ifindex = wp->network->ifindex;
	struct step *step;

	if (s->neighbor_ifindex != ifindex ||
	    memcmp(s->mac, e->mac, MAC_SIZE) != 0) {
		step = add_step(d->steps, STEP_NEIGHBOR_SET, &wp->prefix, wp);
		step->ifindex = ifindex;
		memcpy(step->mac, e->mac, MAC_SIZE);
	}
	if (s->route_ifindex != ifindex) {
		step = add_step(d->steps, STEP_ROUTE_SET, &wp->prefix, wp);
		step->ifindex = ifindex;
	}
	if (s->neighbor_ifindex != 0 && s->neighbor_ifindex != ifindex) {
		step = add_step(d->steps, STEP_NEIGHBOR_REMOVE, &wp->prefix,
		    wp);
		step->ifindex = s->neighbor_ifindex;
	}
}

static void
remove_route(struct diffing *d, const struct wanted_prefix *wp,
    const struct standing *s)
{
	struct step *step;

	if (s->route_ifindex != 0)
		add_step(d->steps, STEP_ROUTE_REMOVE, &s->prefix, wp);
	if (s->neighbor_ifindex != 0) {
		step = add_step(d->steps, STEP_NEIGHBOR_REMOVE, &s->prefix,
		    wp);
		step->ifindex = s->neighbor_ifindex;
	}
}

/* Is it announced, and with all that is to be said of it? */
static bool
is_said(const struct wanted_prefix *wp, const struct standing *s)
{
	return s->announced && s->leaving == wp->leaving &&
	    s->endpoints == wp->endpoints;
}

/* One prefix; wp is NULL if nobody claims it. */
static void
plan(struct diffing *d, const struct wanted_prefix *wp,
    const struct standing *s)
{
	bool announce = wp != NULL && wp->announce;
	bool stands = s->route_ifindex != 0 || s->neighbor_ifindex != 0;

	if (s->announced && !announce)
		add_step(d->steps, STEP_WITHDRAW, &s->prefix, wp);
	if (wp != NULL && wp->route)
		set_route(d, wp, s);
	else if (stands && s->announced && !announce)
		d->waits = true;
	else if (stands && (s->announced || s->hold <= d->acknowledged))
		remove_route(d, wp, s);
	else if (!stands && !s->announced && !announce)
		add_step(d->steps, STEP_FORGET, &s->prefix, wp);
	if (announce && !is_said(wp, s))
		add_step(d->steps, STEP_ANNOUNCE, &s->prefix, wp);
}

/* Stable, by kind. */
static void
order_steps(struct steps *steps)
{
	size_t i, n, place[STEP_KINDS] = { 0 };
	struct step *ordered;
	enum step_kind kind;

	if (steps->n < 2)
		return;
	for (i = 0; i < steps->n; i++)
		if ((kind = steps->list[i].kind) + 1 < STEP_KINDS)
			place[kind + 1]++;
	for (i = 1; i < STEP_KINDS; i++)
		place[i] += place[i - 1];
	n = steps->size;
	ordered = xreallocarray(NULL, n, sizeof(*ordered));
	for (i = 0; i < steps->n; i++)
		ordered[place[steps->list[i].kind]++] = steps->list[i];
	free(steps->list);
	steps->list = ordered;
}

void
diff_make(const struct wanted *w, struct standing_tree *standings,
    uint64_t acknowledged, struct steps *steps)
{
	struct diffing d = {
		.wanted = w, .acknowledged = acknowledged, .steps = steps
	};
	const struct prefix none = { .addr = { .afi = AFI_NONE } };
	const struct wanted_prefix *wp = w->prefixes;
	const struct wanted_prefix *end = wp + w->nprefixes;
	struct standing *s = RB_MIN(standing_tree, standings);
	struct standing nothing;
	int order;

	steps->n = 0;
	while (wp < end || s != NULL) {
		if (s == NULL)
			order = -1;
		else if (wp == end)
			order = 1;
		else
			order = prefix_cmp(&wp->prefix, &s->prefix);
		if (order < 0) {
			memset(&nothing, 0, sizeof(nothing));
			nothing.prefix = wp->prefix;
			if (wp->announce)
				plan(&d, wp, &nothing);
		} else
			plan(&d, order == 0 ? wp : NULL, s);
		if (order <= 0)
			wp++;
		if (order >= 0)
			s = RB_NEXT(standing_tree, standings, s);
	}
	if (d.waits)
		add_step(steps, STEP_BARRIER, &none, NULL);
	order_steps(steps);
}

void
steps_free(struct steps *steps)
{
	free(steps->list);
	memset(steps, 0, sizeof(*steps));
}
