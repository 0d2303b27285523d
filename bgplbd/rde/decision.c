#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/messages/rde_session.h"
#include "bgplbd/rde/decision.h"
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

enum fitness
endpoint_fitness(const struct endpoint *e)
{
	if (e->ifindex == 0)
		return UNFIT_NOT_JOINED;
	if (e->container == NULL)
		return UNFIT_NO_CONTAINER;
	if (e->container->draining)
		return UNFIT_DRAINING;
	return container_fitness(e->container);
}

/* Drains, but is to take traffic until the routers have turned elsewhere. */
static bool
endpoint_leaves(const struct endpoint *e)
{
	return e->ifindex != 0 && e->container != NULL &&
	    e->container->leaving && container_fitness(e->container) == FIT;
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

/* Both arrays double, so that a pass allocates nothing once they are large enough. */
static struct wanted_prefix *
add_prefix(struct wanted *w, const struct prefix *p)
{
	struct wanted_prefix *wp;

	if (w->nprefixes == w->prefixes_size) {
		w->prefixes_size = w->prefixes_size == 0 ?
		    64 : w->prefixes_size * 2;
		w->prefixes = xreallocarray(w->prefixes, w->prefixes_size,
		    sizeof(*w->prefixes));
	}
	wp = &w->prefixes[w->nprefixes++];
	memset(wp, 0, sizeof(*wp));
	wp->prefix = *p;
	return wp;
}

static void
add_eligible(struct wanted *w, const struct endpoint *e)
{
	if (w->neligible == w->eligible_size) {
		w->eligible_size = w->eligible_size == 0 ?
		    64 : w->eligible_size * 2;
		w->eligible = xreallocarray(w->eligible, w->eligible_size,
		    sizeof(*w->eligible));
	}
	w->eligible[w->neligible++] = e;
}

static bool
has_fit_endpoint(const struct claim *c)
{
	const struct endpoint_address *a;

	LIST_FOREACH(a, &c->endpoints, of_claim)
		if (endpoint_fitness(a->endpoint) == FIT)
			return true;
	return false;
}

/* Which of two networks of ours has the prefix; before comes first in order. */
static const struct claim *
better_claim(const struct claim *before, const struct claim *c,
    const struct standing *s)
{
	if (before == NULL)
		return c;
	if (!has_fit_endpoint(c))
		return before;
	if (!has_fit_endpoint(before))
		return c;
	return s != NULL && s->route_ifindex != 0 &&
	    s->route_ifindex == c->network->ifindex ? c : before;
}

static void
take_endpoint(struct wanted *w, struct wanted_prefix *wp,
    const struct endpoint *e, const struct standing *s)
{
	if (s != NULL && s->neighbor_ifindex == e->network->ifindex &&
	    memcmp(s->mac, e->mac, MAC_SIZE) == 0)
		wp->chosen = wp->neligible;
	add_eligible(w, e);
	wp->neligible++;
}

/* With none that is fit, those that leave have to do. */
static void
take_leaving(struct wanted *w, struct wanted_prefix *wp, const struct claim *c,
    const struct standing *s)
{
	const struct endpoint_address *a;

	LIST_FOREACH(a, &c->endpoints, of_claim)
		if (endpoint_leaves(a->endpoint)) {
			take_endpoint(w, wp, a->endpoint, s);
			wp->leaving = true;
		}
}

static void
count_endpoints(struct wanted *w, struct wanted_prefix *wp,
    const struct claim *c, const struct standing *s)
{
	const struct endpoint_address *a;
	const struct endpoint *e;

	LIST_FOREACH(a, &c->endpoints, of_claim) {
		e = a->endpoint;
		switch (endpoint_fitness(e)) {
		case UNFIT_NOT_JOINED:
			continue;
		case FIT:
			take_endpoint(w, wp, e, s);
			break;
		case UNFIT_DRAINING:	/* tells most of why */
			wp->unfit = e;
			break;
		default:
			if (wp->unfit == NULL)
				wp->unfit = e;
			break;
		}
		wp->nendpoints++;
	}
}

static enum prefix_state
state_of(const struct wanted_prefix *wp, bool withdrawn)
{
	if (withdrawn)
		return PREFIX_WITHDRAWN;
	if (wp->leaving)
		return PREFIX_DRAINING;
	if (wp->announce)
		return PREFIX_ANNOUNCED;
	if (wp->neligible > 0)
		return PREFIX_DRAINED;
	if (wp->nendpoints == 0)
		return PREFIX_NO_ENDPOINT;
	if (endpoint_fitness(wp->unfit) == UNFIT_DRAINING)
		return PREFIX_DRAINING;
	return PREFIX_UNHEALTHY;
}

/* lb and subnet: who claims it, or NULL. */
static void
decide(struct wanted *w, struct wanted_prefix *wp, const struct claim *lb,
    const struct claim *subnet, bool withdrawn, const struct standing *s)
{
	bool fit;

	wp->first = w->neligible;
	wp->kind = prefix_is_host(&wp->prefix) ? PREFIX_LB : PREFIX_SUBNET;
	if (lb != NULL)
		count_endpoints(w, wp, lb, s);
	if (lb != NULL && wp->neligible == 0)
		take_leaving(w, wp, lb, s);
	fit = wp->neligible > 0;
	wp->subnet = subnet != NULL;
	wp->leaving = (wp->leaving || (fit && w->host == HOST_LEAVES)) &&
	    !wp->subnet;
	if (w->counts)
		wp->endpoints = wp->neligible < ANNOUNCEMENT_ENDPOINTS_MAX ?
		    (uint16_t)wp->neligible : ANNOUNCEMENT_ENDPOINTS_MAX;
	wp->route = fit && !withdrawn;
	wp->announce = ((fit && w->host != HOST_DRAINED) || wp->subnet) &&
	    !withdrawn;
	if (lb != NULL && (fit || subnet == NULL)) {
		wp->kind = PREFIX_LB;
		wp->network = lb->network;
	} else if (subnet != NULL) {
		wp->kind = PREFIX_SUBNET;
		wp->network = subnet->network;
	}
	wp->state = state_of(wp, withdrawn);
}

/* All claims of one prefix, from c on.  Returns the first of the next. */
static struct claim *
decide_prefix(struct claim *c, struct wanted *w, struct wanted_prefix *wp,
    bool withdrawn, const struct standing *s)
{
	const struct claim *lb = NULL, *subnet = NULL;

	for (; c != NULL && prefix_cmp(&c->prefix, &wp->prefix) == 0;
	    c = RB_NEXT(claim_tree, NULL, c)) {
		if (c->kind == PREFIX_LB)
			lb = better_claim(lb, c, s);
		else if (subnet == NULL)
			subnet = c;
	}
	decide(w, wp, lb, subnet, withdrawn, s);
	return c;
}

/*
 * Claims, withdrawals and standings are all ordered by prefix, so they are walked
 * side by side.
 */
void
decision_make(struct tables *t, struct standing_tree *standings,
    struct wanted *w)
{
	const struct prefix *withdrawn = t->withdrawn.withdrawn;
	const struct prefix *end = withdrawn + t->withdrawn.count;
	struct standing *s = RB_MIN(standing_tree, standings);
	struct claim *c = RB_MIN(claim_tree, &t->claims);
	struct wanted_prefix *wp;
	const struct prefix *p;
	int order;

	w->host = t->host;
	w->nprefixes = 0;
	w->neligible = 0;
	while (c != NULL || withdrawn < end) {
		if (withdrawn == end)
			order = -1;
		else if (c == NULL)
			order = 1;
		else
			order = prefix_cmp(&c->prefix, withdrawn);
		p = order <= 0 ? &c->prefix : withdrawn;
		while (s != NULL && prefix_cmp(&s->prefix, p) < 0)
			s = RB_NEXT(standing_tree, standings, s);
		wp = add_prefix(w, p);
		c = decide_prefix(c, w, wp, order >= 0, s != NULL &&
		    prefix_cmp(&s->prefix, p) == 0 ? s : NULL);
		if (order >= 0)
			withdrawn++;
	}
}

void
wanted_free(struct wanted *w)
{
	free(w->prefixes);
	free(w->eligible);
	memset(w, 0, sizeof(*w));
}

const struct endpoint *
wanted_chosen(const struct wanted *w, const struct wanted_prefix *wp)
{
	return w->eligible[wp->first + wp->chosen];
}

const char *
wanted_reason(const struct wanted *w, const struct wanted_prefix *wp,
    char *buf)
{
	char network[NETWORK_LABEL_MAX] = "", label[CONTAINER_LABEL_MAX];
	const struct endpoint *e;

	if (wp->network != NULL)
		network_label(wp->network, network);
	if (wp->state == PREFIX_WITHDRAWN)
		strlcpy(buf, "withdrawn by the operator", REASON_MAX);
	else if (wp->neligible > 0 && !wp->subnet && w->host != HOST_SERVES)
		strlcpy(buf, "the operator drains the host", REASON_MAX);
	else if (wp->kind == PREFIX_SUBNET)
		snprintf(buf, REASON_MAX, "subnet of labelled %s", network);
	else if (wp->nendpoints == 0)
		snprintf(buf, REASON_MAX, "%s has no container", network);
	else {
		e = wp->neligible > 0 ? wanted_chosen(w, wp) : wp->unfit;
		snprintf(buf, REASON_MAX, "%s: %s %s", network,
		    e->container != NULL ?
		    container_label(e->container, label) : "its container",
		    fitness_text(endpoint_fitness(e), e));
	}
	return buf;
}
