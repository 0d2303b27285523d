#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/messages/rde_session.h"
#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/standings.h"
#include "common/log.h"

/* But for a drain. */
static enum fitness
container_fitness(const struct container *c)
{
	if (c->told_to_end != 0)
		return UNFIT_TOLD_TO_END;
	if (c->paused)
		return UNFIT_PAUSED;
	switch (c->health) {
	case HEALTH_NONE:
	case HEALTH_HEALTHY:
		return FIT;
	case HEALTH_STARTING:
		return UNFIT_STARTING;
	case HEALTH_UNHEALTHY:
		break;
	}
	return UNFIT_UNHEALTHY;
}

bool
container_is_fit(const struct container *c)
{
	return container_fitness(c) == FIT;
}

enum fitness
endpoint_fitness(const struct endpoint *e, uint64_t now)
{
	enum fitness fitness;

	if (e->ifindex == 0)
		return UNFIT_NOT_JOINED;
	if (e->container == NULL)
		return UNFIT_NO_CONTAINER;
	if (e->container->draining)
		return UNFIT_DRAINING;
	fitness = container_fitness(e->container);
	return fitness == FIT && now < e->container->rise.until ?
	    UNFIT_RISING : fitness;
}

/* Drains, but is to take traffic until the routers have turned elsewhere. */
static bool
endpoint_leaves(const struct endpoint *e)
{
	return e->ifindex != 0 && e->container != NULL &&
	    e->container->leaving && container_is_fit(e->container);
}

const char *
fitness_text(enum fitness fitness, const struct endpoint *e)
{
	switch (fitness) {
	case FIT:
		return e->container->health == HEALTH_NONE ?
		    "runs" : "is healthy";
	case UNFIT_NOT_JOINED:
		return "is not attached";
	case UNFIT_NO_CONTAINER:
		return "is not known";
	case UNFIT_DRAINING:
		return "drains";
	case UNFIT_TOLD_TO_END:
		return "was told to end";
	case UNFIT_PAUSED:
		return "is paused";
	case UNFIT_STARTING:
		return "is starting";
	case UNFIT_RISING:
		return "is fit, but not for long enough";
	case UNFIT_UNHEALTHY:
		break;
	}
	return "is unhealthy";
}

enum signal_meaning
signal_meaning(int signal, int stop_signal, bool drain_on_sigusr2)
{
	if (signal == SIGUSR2 && drain_on_sigusr2)
		return SIGNAL_DRAINS;
	if (signal == stop_signal)
		return SIGNAL_ENDS;
	switch (signal) {
	case SIGTERM:
	case SIGKILL:
		return SIGNAL_ENDS;
	default:
		return SIGNAL_NOTHING;
	}
}

static void
add_eligible(struct wanted *w, const struct endpoint *e)
{
	if (w->neligible == w->eligible_size) {
		w->eligible_size = w->eligible_size == 0 ?
		    16 : w->eligible_size * 2;
		w->eligible = xreallocarray(w->eligible, w->eligible_size,
		    sizeof(*w->eligible));
	}
	w->eligible[w->neligible++] = e;
}

static bool
has_fit_endpoint(const struct claim *c, uint64_t now)
{
	const struct endpoint_address *a;

	LIST_FOREACH(a, &c->endpoints, of_claim)
		if (endpoint_fitness(a->endpoint, now) == FIT)
			return true;
	return false;
}

/* Which of two networks of ours has the prefix; before comes first in order. */
static const struct claim *
better_claim(const struct tables *t, const struct claim *before,
    const struct claim *c, const struct standing *s, uint64_t now)
{
	if (before == NULL)
		return c;
	if (!has_fit_endpoint(c, now))
		return before;
	if (!has_fit_endpoint(before, now))
		return c;
	return s != NULL && s->route_ifindex != 0 &&
	    s->route_ifindex == claim_network(t, c)->ifindex ? c : before;
}

static void
take_endpoint(struct wanted *w, const struct endpoint *e,
    const struct standing *s)
{
	if (s != NULL && s->neighbor_ifindex == e->network->ifindex &&
	    memcmp(s->mac, e->mac, MAC_SIZE) == 0)
		w->chosen = w->neligible;
	add_eligible(w, e);
}

/* With none that is fit, those that leave have to do. */
static void
take_leaving(struct wanted *w, const struct claim *c,
    const struct standing *s)
{
	const struct endpoint_address *a;

	LIST_FOREACH(a, &c->endpoints, of_claim)
		if (endpoint_leaves(a->endpoint)) {
			take_endpoint(w, a->endpoint, s);
			w->leaving = true;
		}
}

/* Tells the next most, and when there is something to decide. */
static void
note_rising(struct wanted *w, const struct endpoint *e)
{
	uint64_t until = e->container->rise.until;

	if (w->next == 0 || until < w->next)
		w->next = until;
	if (w->unfit == NULL ||
	    endpoint_fitness(w->unfit, w->now) != UNFIT_DRAINING)
		w->unfit = e;
}

static void
count_endpoints(struct wanted *w, const struct claim *c,
    const struct standing *s)
{
	const struct endpoint_address *a;
	const struct endpoint *e;

	LIST_FOREACH(a, &c->endpoints, of_claim) {
		e = a->endpoint;
		switch (endpoint_fitness(e, w->now)) {
		case UNFIT_NOT_JOINED:
			continue;
		case FIT:
			take_endpoint(w, e, s);
			break;
		case UNFIT_DRAINING:	/* tells most of why */
			w->unfit = e;
			break;
		case UNFIT_RISING:
			note_rising(w, e);
			break;
		default:
			if (w->unfit == NULL)
				w->unfit = e;
			break;
		}
		w->nendpoints++;
	}
}

static enum prefix_state
state_of(const struct wanted *w, bool withdrawn)
{
	if (withdrawn)
		return PREFIX_WITHDRAWN;
	if (w->refusal != REFUSAL_NONE)
		return PREFIX_REFUSED;
	if (w->conflict != CONFLICT_NONE && !w->announce)
		return PREFIX_CONFLICT;
	if (w->leaving)
		return PREFIX_DRAINING;
	if (w->announce)
		return PREFIX_ANNOUNCED;
	if (w->neligible > 0)
		return PREFIX_DRAINED;
	if (w->nendpoints == 0)
		return PREFIX_NO_ENDPOINT;
	switch (endpoint_fitness(w->unfit, w->now)) {
	case UNFIT_DRAINING:
		return PREFIX_DRAINING;
	case UNFIT_RISING:
		return PREFIX_RISING;
	default:
		return PREFIX_UNHEALTHY;
	}
}

/*
 * What is known of the prefix is not enough to say that nobody serves it.  A host that
 * is drained has only its subnets.
 */
static void
keep(const struct tables *t, const struct record *r, struct wanted *w)
{
	const struct standing *s = standing_of(&t->records, r);

	if (t->keeping == KEEP_NOT || w->announce || w->nendpoints > 0 ||
	    w->conflict != CONFLICT_NONE || w->refusal != REFUSAL_NONE)
		return;
	w->unheard = true;
	if (t->keeping != KEEP_ANNOUNCED || !r->kept || r->withdrawn ||
	    (prefix_is_host(&r->prefix) && t->host != HOST_SERVES))
		return;
	w->kept = w->announce = w->exists = true;
	if (w->counts && s != NULL)
		w->endpoints = (uint16_t)standing_serving(s);
}

/* lb and subnet: who claims it, or NULL. */
static void
weigh(const struct tables *t, const struct record *r, struct wanted *w,
    const struct claim *lb, const struct claim *subnet)
{
	const struct standing *s = standing_of(&t->records, r);
	bool fit;

	if (lb != NULL)
		count_endpoints(w, lb, s);
	if (lb != NULL && w->neligible == 0)
		take_leaving(w, lb, s);
	fit = w->neligible > 0 && w->conflict == CONFLICT_NONE &&
	    w->refusal == REFUSAL_NONE;
	w->subnet = subnet != NULL;
	w->leaving = (w->leaving || (fit && t->host == HOST_LEAVES)) &&
	    !w->subnet;
	if (w->counts)
		w->endpoints = w->neligible < ANNOUNCEMENT_ENDPOINTS_MAX ?
		    (uint16_t)w->neligible : ANNOUNCEMENT_ENDPOINTS_MAX;
	w->route = fit && !r->withdrawn;
	w->announce = ((fit && t->host != HOST_DRAINED) || w->subnet) &&
	    !r->withdrawn && w->refusal == REFUSAL_NONE;
	if (lb != NULL && (fit || subnet == NULL)) {
		w->kind = PREFIX_LB;
		w->network = claim_network(t, lb);
	} else if (subnet != NULL) {
		w->kind = PREFIX_SUBNET;
		w->network = claim_network(t, subnet);
	}
}

static void
begin(const struct tables *t, const struct record *r, struct wanted *w)
{
	struct wanted fresh = {
		.counts = w->counts, .now = w->now, .host = t->host, .prefix = r->prefix,
		.kind = prefix_is_host(&r->prefix) ?
		    PREFIX_LB : PREFIX_SUBNET,
		.exists = r->claims != 0 || r->withdrawn,
		.conflict = r->claims == 0 ? CONFLICT_NONE : r->conflict,
		.refusal = r->refusal,
		.eligible = w->eligible, .eligible_size = w->eligible_size
	};

	*w = fresh;
}

void
decide(const struct tables *t, const struct record *r, struct wanted *w)
{
	const struct claim *c, *lb = NULL, *subnet = NULL;

	begin(t, r, w);
	for (c = claim_first_of(t, r); c != NULL; c = claim_next(t, c)) {
		if (c->kind == PREFIX_LB)
			lb = better_claim(t, lb, c,
			    standing_of(&t->records, r), w->now);
		else if (subnet == NULL)
			subnet = c;
	}
	weigh(t, r, w, lb, subnet);
	keep(t, r, w);
	w->state = state_of(w, r->withdrawn);
}

void
wanted_free(struct wanted *w)
{
	free(w->eligible);
	memset(w, 0, sizeof(*w));
}

const struct endpoint *
wanted_chosen(const struct wanted *w)
{
	return w->eligible[w->chosen];
}

bool
wanted_macs(const struct wanted *w, const struct spread *spread,
    struct spread_wanted *macs)
{
	bool all = true;
	unsigned int i;

	macs->n = 0;
	for (i = 0; i < w->neligible; i++)
		if (spread_has(spread, w->eligible[i]->mac))
			all = spread_want(macs, w->eligible[i]->mac);
	for (i = 0; i < w->neligible; i++)
		all = spread_want(macs, w->eligible[i]->mac) && all;
	return all;
}

const char *
wanted_reason(const struct wanted *w, char *buf)
{
	char network[NETWORK_LABEL_MAX] = "", label[CONTAINER_LABEL_MAX];
	const struct endpoint *e;

	if (w->network != NULL)
		network_label(w->network, network);
	if (w->kept)
		strlcpy(buf, "served when bgplbd was restarted, and Docker "
		    "is not heard", REASON_MAX);
	else if (w->unheard && w->network == NULL)
		strlcpy(buf, "Docker is not heard, and it is not certain any "
		    "more that it is served", REASON_MAX);
	else if (!w->exists)
		strlcpy(buf, "no network has it any more", REASON_MAX);
	else if (w->state == PREFIX_WITHDRAWN)
		strlcpy(buf, "withdrawn by the operator", REASON_MAX);
	else if (w->state == PREFIX_REFUSED)
		snprintf(buf, REASON_MAX, "refused, for %s",
		    prefix_refusal_text(w->refusal));
	else if (w->state == PREFIX_CONFLICT)
		snprintf(buf, REASON_MAX, "%s has %s: remove the network, or "
		    "give it another address", network,
		    address_conflict_text(w->conflict));
	else if (w->neligible > 0 && !w->subnet && w->host != HOST_SERVES)
		strlcpy(buf, "the operator drains the host", REASON_MAX);
	else if (w->kind == PREFIX_SUBNET)
		snprintf(buf, REASON_MAX, "subnet of labelled %s", network);
	else if (w->nendpoints == 0)
		snprintf(buf, REASON_MAX, "%s has no container", network);
	else {
		e = w->neligible > 0 ? wanted_chosen(w) : w->unfit;
		snprintf(buf, REASON_MAX, "%s: %s %s", network,
		    e->container != NULL ?
		    container_label(e->container, label) : "its container",
		    fitness_text(endpoint_fitness(e, w->now), e));
	}
	return buf;
}
