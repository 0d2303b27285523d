#include <string.h>

#include "bgplbd/announce_policy.h"
#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/mac_conflict.h"
#include "bgplbd/rde/run_health.h"
#include "common/clock.h"
#include "common/log.h"

/* What is not known because of it must not be cleaned up either. */
static void
table_is_full(struct rde *rde, const char *what, unsigned int limit)
{
	if (!rde->told_full)
		log_warn("more than %u %s: the others are not served", limit,
		    what);
	rde->full = rde->told_full = true;
}

/* Docker lets two networks have one address; only one of them gets traffic. */
static void
warn_if_shared(struct rde *rde, struct network *n)
{
	char prefix[PREFIX_STRLEN], label[NETWORK_LABEL_MAX];
	char other_label[NETWORK_LABEL_MAX];
	const struct tables *t = &rde->tables;
	const struct network *other;
	const struct claim *c;
	bool warned = n->warned;

	n->warned = false;
	for (c = n->ours ? claim_first_listed(t, n) : NULL; c != NULL;
	    c = claim_next_listed(t, c)) {
		other = claim_of_another(t, claim_prefix(t, c), &n->id);
		if (other == NULL)
			continue;
		n->warned = true;
		if (!warned)
			log_warn("%s: %s is that of %s too, and only one of "
			    "them can have it", network_label(n, label),
			    prefix_format(claim_prefix(t, c), prefix),
			    network_label(other, other_label));
	}
}

/* Says once of a network that something of it is not announced, whatever serves it. */
static void
warn_if_refused(const struct rde *rde, struct network *n,
    const struct network_fact *fact)
{
	char text[ANNOUNCE_POLICY_TEXT_MAX], label[NETWORK_LABEL_MAX];
	enum prefix_refusal refusal = REFUSAL_NONE;
	const struct prefix *p = fact->subnets;
	const struct prefix *end = p + fact->nsubnets;
	bool is_pool = false;

	for (; (n->ours || n->labelled) && p < end; p++) {
		if (!prefix_is_usable(p))
			continue;
		is_pool = n->ours && !prefix_is_host(p);
		refusal = is_pool ? announce_policy_pool(rde->settings, p) :
		    announce_policy(rde->settings, p);
		if (refusal != REFUSAL_NONE)
			break;
	}
	if (refusal != REFUSAL_NONE && !n->told_refused)
		log_warn("%s: %s", network_label(n, label),
		    announce_policy_text(rde->settings, p, is_pool, refusal,
		    text));
	n->told_refused = refusal != REFUSAL_NONE;
}

static void
take_network(struct rde *rde, const void *data)
{
	const struct network_fact *fact = data;
	struct network *n;

	if (rde->in_sync && network_is_gone(&rde->tables, &fact->network))
		return;
	network_set_back(&rde->tables, &fact->network);
	if ((n = network_upsert(&rde->tables, &fact->network)) == NULL) {
		table_is_full(rde, "networks", NETWORKS_MAX);
		return;
	}
	n->adopted = false;
	strlcpy(n->name, fact->name, sizeof(n->name));
	network_set(&rde->tables, n, fact->ours, fact->labelled,
	    fact->subnets, fact->nsubnets);
	addresses_set_network(&rde->addresses, &n->id, fact->subnets,
	    fact->ours ? fact->nsubnets : 0, fact->reserved, fact->nreserved);
	if (fact->ours)
		network_mtu_told(rde, n, fact->mtu);
	warn_if_shared(rde, n);
	warn_if_refused(rde, n, fact);
}

static void
take_network_gone(struct rde *rde, const void *data)
{
	const struct object_id *id = data;
	struct network *n = network_find(&rde->tables, id);
	char label[NETWORK_LABEL_MAX];

	network_set_gone(&rde->tables, id);
	if (n == NULL)
		return;
	network_label(n, label);
	if (teardown_network(rde, n) == -1)
		log_warn("%s: %s", label, kernel_error(rde->kernel));
}

static void
remove_container(struct rde *rde, const struct object_id *id)
{
	struct container *c = container_find(&rde->tables, id);

	drains_cancel(rde, id);
	drain_memory_forget(rde, id);
	if (c != NULL)
		container_remove(&rde->tables, c);
}

static void
take_died(struct rde *rde, const void *data)
{
	remove_container(rde, data);
}

/* A check that finds it healthy, later than it was told to end, shows that it stays. */
static void
set_health(struct rde *rde, struct container *c, enum health told,
    bool is_new)
{
	enum health health = run_health(c->health, told);

	if (health == HEALTH_HEALTHY && (is_new || c->health != health))
		c->told_to_end = 0;
	c->health = health;
	container_changed(&rde->tables, c);
}

/* Docker does not mind; they were made before bgplbd refused such. */
static void
warn_if_mac_is_shared(const struct endpoint *e, const struct container *c)
{
	char mac[MAC_STRLEN], label[CONTAINER_LABEL_MAX];
	char other_label[CONTAINER_LABEL_MAX], network[NETWORK_LABEL_MAX];
	const struct endpoint *other;

	if (mac_conflict(e->network, &e->id, e->mac, &other) ==
	    MAC_OF_ENDPOINT && other->container != NULL)
		log_warn("%s: %s and %s have the same MAC address, %s: one of "
		    "them gets the traffic of both; remove one and start it "
		    "with another address", network_label(e->network, network),
		    container_label(c, label),
		    container_label(other->container, other_label),
		    mac_format(e->mac, mac));
}

static void
take_mac(struct endpoint *e, const struct container *c,
    const struct endpoint_fact *fact)
{
	if (!fact->has_mac || memcmp(e->mac, fact->mac, MAC_SIZE) == 0)
		return;
	memcpy(e->mac, fact->mac, MAC_SIZE);
	warn_if_mac_is_shared(e, c);
}

static void
take_endpoint(struct rde *rde, struct container *c,
    const struct endpoint_fact *fact)
{
	struct network *n = network_find(&rde->tables, &fact->network);
	struct endpoint *e;

	/* The container's network is ours, whether Docker named it yet or not. */
	if (n == NULL) {
		if (rde->in_sync &&
		    network_is_gone(&rde->tables, &fact->network))
			return;
		if ((n = network_upsert(&rde->tables,
		    &fact->network)) == NULL) {
			table_is_full(rde, "networks", NETWORKS_MAX);
			return;
		}
		network_set(&rde->tables, n, true, false, NULL, 0);
	}
	if (!n->ours)
		return;
	n->adopted = false;
	if ((e = endpoint_upsert(&rde->tables, &fact->endpoint, n)) == NULL) {
		table_is_full(rde, "endpoints", ENDPOINTS_MAX);
		return;
	}
	endpoint_set_addresses(&rde->tables, e, &fact->v4, &fact->v6);
	take_mac(e, c, fact);
	endpoint_changed(&rde->tables, e);
	endpoint_tie(&rde->tables, e, c);
}

/* Unties the endpoints that the fact does not name. */
static void
drop_other_endpoints(struct rde *rde, struct container *c,
    const struct container_fact *fact)
{
	struct endpoint *e, *next;
	unsigned int i;

	LIST_FOREACH_SAFE(e, &c->endpoints, of_container, next) {
		for (i = 0; i < fact->nendpoints; i++)
			if (object_id_equal(&fact->endpoints[i].endpoint,
			    &e->id))
				break;
		if (i == fact->nendpoints)
			endpoint_untie(&rde->tables, e);
	}
}

/* Whether the kernel's route for the address leads to the endpoint since an earlier run. */
static bool
had_traffic(struct rde *rde, const struct endpoint *e,
    const struct endpoint_address *a)
{
	const struct standing *s = a->claim == NULL ? NULL :
	    claim_standing(&rde->tables, a->claim);

	if (s == NULL || e->created || e->network->ifindex == 0 ||
	    s->route_ifindex != e->network->ifindex)
		return false;
	if (s->spread != NULL)
		return spread_has(s->spread, e->mac);
	return s->neighbor_ifindex == e->network->ifindex &&
	    memcmp(s->mac, e->mac, MAC_SIZE) == 0;
}

/* Of the run; the wall clock may have been set back. */
static uint64_t
age_ms(const struct container *c)
{
	int64_t ns = clock_wall_ns() - c->started_at;

	return ns < 0 ? 0 : (uint64_t)ns / CLOCK_NS_PER_MS;
}

/*
 * Docker and this daemon have both restarted, so that neither knows the last
 * check's result; but an endpoint gets traffic only while its container is healthy.
 */
static void
recall_health(struct rde *rde, struct container *c)
{
	char label[CONTAINER_LABEL_MAX], prefix[PREFIX_STRLEN];
	const struct endpoint_address *a;
	const struct endpoint *e;

	LIST_FOREACH(e, &c->endpoints, of_container) {
		if (had_traffic(rde, e, &e->v4))
			a = &e->v4;
		else if (had_traffic(rde, e, &e->v6))
			a = &e->v6;
		else
			continue;
		log_info("%s: had the traffic of %s when bgplbd started, so "
		    "it counts as healthy until its next check",
		    container_label(c, label),
		    prefix_format(claim_prefix(&rde->tables, a->claim),
		    prefix));
		c->health = HEALTH_HEALTHY;
		container_changed(&rde->tables, c);
		rise_count_run(&c->rise, age_ms(c));
		return;
	}
}

/* Nothing of an earlier run of it holds for this one. */
static void
begin_run(struct rde *rde, struct container *c, int64_t started_at)
{
	drains_cancel(rde, &c->id);
	c->draining = c->leaving = false;
	c->told_to_end = 0;
	c->health = 0;
	c->started_at = started_at;
	memset(&c->rise, 0, sizeof(c->rise));
	drain_memory_recall(rde, c);
}

static void
take_container(struct rde *rde, const void *data)
{
	const struct container_fact *fact = data;
	struct container *c;
	unsigned int i;
	bool begins, is_new;

	if (!fact->running) {
		remove_container(rde, &fact->container);
		return;
	}
	c = container_upsert(&rde->tables, &fact->container);
	if (c == NULL) {
		table_is_full(rde, "containers", CONTAINERS_MAX);
		return;
	}
	is_new = c->started_at == 0;
	strlcpy(c->name, fact->name, sizeof(c->name));
	c->pid = fact->pid;
	c->stop_signal = fact->stop_signal;
	c->stop_timeout = fact->stop_timeout;
	c->by_engine = fact->by_engine;
	begins = c->started_at != fact->started_at;
	c->finished_at = fact->finished_at;
	if (begins)
		begin_run(rde, c, fact->started_at);
	c->paused = fact->paused;
	set_health(rde, c, fact->health, false);
	if (begins)
		rise_count_run(&c->rise, age_ms(c));
	drop_other_endpoints(rde, c, fact);
	for (i = 0; i < fact->nendpoints; i++)
		take_endpoint(rde, c, &fact->endpoints[i]);
	if (is_new && c->health == HEALTH_STARTING)
		recall_health(rde, c);
}

static void
take_health(struct rde *rde, const void *data)
{
	const struct container_health *fact = data;
	struct container *c = container_find(&rde->tables, &fact->container);

	if (c != NULL)
		set_health(rde, c, fact->health, true);
}

static void
take_signal(struct rde *rde, const void *data)
{
	const struct container_signal *fact = data;
	struct container *c = container_find(&rde->tables, &fact->container);

	if (c == NULL)
		return;
	switch (signal_meaning(fact->signal, c->stop_signal,
	    rde->settings->drain_on_sigusr2)) {
	case SIGNAL_NOTHING:
		break;
	case SIGNAL_DRAINS:
		drains_begin(rde, c);
		break;
	case SIGNAL_ENDS:
		drains_told_to_end(rde, c, fact->signal);
		break;
	}
}

static void
take_paused(struct rde *rde, const void *data)
{
	const struct container_paused *fact = data;
	struct container *c = container_find(&rde->tables, &fact->container);

	if (c == NULL)
		return;
	c->paused = fact->paused;
	container_changed(&rde->tables, c);
}

static void
take_disconnect(struct rde *rde, const void *data)
{
	const struct container_disconnect *fact = data;
	struct container *c = container_find(&rde->tables, &fact->container);
	struct endpoint *e, *next;

	if (c == NULL)
		return;
	LIST_FOREACH_SAFE(e, &c->endpoints, of_container, next)
		if (object_id_equal(&e->network->id, &fact->network))
			endpoint_untie(&rde->tables, e);
}

static const struct {
	uint32_t	type;
	void		(*take)(struct rde *, const void *data);
} takers[] = {
	{ MSG_FRONTEND_NETWORK,			take_network },
	{ MSG_FRONTEND_NETWORK_GONE,		take_network_gone },
	{ MSG_FRONTEND_CONTAINER,		take_container },
	{ MSG_FRONTEND_CONTAINER_HEALTH,	take_health },
	{ MSG_FRONTEND_CONTAINER_SIGNAL,	take_signal },
	{ MSG_FRONTEND_CONTAINER_PAUSED,	take_paused },
	{ MSG_FRONTEND_CONTAINER_DIED,		take_died },
	{ MSG_FRONTEND_DISCONNECT,		take_disconnect },
};

void
facts_handle(struct rde *rde, const struct message *m)
{
	size_t i;

	for (i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if (takers[i].type == m->type)
			takers[i].take(rde, m->data);
	if (!rde->in_sync)
		apply(rde);
}
