#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* Docker calls on PLUGIN_CONNECTIONS_MAX connections, a call each. */
#define WAITING_MAX	64

/* A call that waits until more is known. */
struct address_wait {
	TAILQ_ENTRY(address_wait) entry;
	struct plugin_address	 call;
	uint32_t		 peerid;
	uint64_t		 since_ms;
};

bool
address_calls_may_have(struct rde *rde, const struct prefix *p,
    const struct object_id *network, struct plugin_reply *reply)
{
	char prefix[PREFIX_STRLEN], other[PREFIX_STRLEN];
	char label[NETWORK_LABEL_MAX];
	const struct network *n;
	struct prefix with;

	if (!prefix_is_usable(p))
		return true;
	n = addresses_overlap(&rde->addresses, &rde->tables, p, network,
	    &with);
	/* Docker asks again for the pools that it has, without saying for whom. */
	if (n == NULL || (network == NULL && prefix_cmp(p, &with) == 0))
		return true;
	plugin_refuse(reply, EEXIST, "%s overlaps with %s of %s: remove that "
	    "network or give this one other addresses",
	    prefix_format(p, prefix), prefix_format(&with, other),
	    network_label(n, label));
	return false;
}

static const char *
owner_text(struct rde *rde, const struct address *addr, char *buf, size_t size)
{
	char network[NETWORK_LABEL_MAX], label[CONTAINER_LABEL_MAX];
	const struct prefix host = prefix_of_host(addr);
	const struct claim *c = claim_first(&rde->tables, &host);
	const struct endpoint_address *a;

	network_label(claim_network(&rde->tables, c), network);
	a = LIST_FIRST(&c->endpoints);
	if (a != NULL && a->endpoint->container != NULL)
		snprintf(buf, size, "%s in %s",
		    container_label(a->endpoint->container, label), network);
	else
		strlcpy(buf, network, size);
	return buf;
}

static void
refuse_address(struct rde *rde, const struct plugin_address *call,
    enum address_outcome outcome, struct plugin_reply *reply)
{
	char addr[ADDRESS_STRLEN], owner[PLUGIN_TEXT_MAX];
	char range[PREFIX_STRLEN];

	address_format(&call->address, addr);
	switch (outcome) {
	case ADDRESS_TAKEN:
		plugin_refuse(reply, EEXIST, "%s is taken by %s: write another "
		    "address, or none", addr, owner_text(rde, &call->address,
		    owner, sizeof(owner)));
		break;
	case ADDRESS_RESERVED:
		plugin_refuse(reply, EEXIST, "%s is reserved in its network, as "
		    "gateway or auxiliary address: write another address, or "
		    "none", addr);
		break;
	case ADDRESS_PENDING:
		plugin_refuse(reply, EEXIST, "%s is taken by a container that is "
		    "being started or stopped: write another address, or try "
		    "again", addr);
		break;
	case ADDRESS_NEEDED:
		plugin_refuse(reply, EADDRINUSE, "%s is in use by the host itself, "
		    "or by a BGP neighbor: write another address, or none", addr);
		break;
	case ADDRESS_TOO_MANY:
		plugin_refuse(reply, ENOSPC, "more than %u addresses were asked for "
		    "and not used: try again in a minute", RESERVATIONS_MAX);
		break;
	default:
		plugin_refuse(reply, ENOSPC, "no address of %s is free: remove "
		    "containers from the network, or make one with more "
		    "addresses", prefix_format(&call->range, range));
		break;
	}
}

static void
request(struct rde *rde, const struct plugin_address *call, uint32_t peerid)
{
	struct plugin_reply reply;
	enum address_outcome outcome;

	memset(&reply, 0, sizeof(reply));
	if (rde->complete)
		addresses_expire(&rde->addresses, clock_ms());
	outcome = addresses_request(&rde->addresses, &rde->tables, call,
	    clock_ms(), &reply.address);
	if (outcome != ADDRESS_GIVEN) {
		memset(&reply.address, 0, sizeof(reply.address));
		refuse_address(rde, call, outcome, &reply);
	}
	plugin_answer(rde, peerid, &reply);
}

static bool
is_stranger(struct rde *rde, const struct object_id *id)
{
	const struct endpoint *e = endpoint_find(&rde->tables, id);

	return e != NULL && e->ifindex != 0 && !e->created &&
	    e->container == NULL && e->v4.claim == NULL &&
	    e->v6.claim == NULL;
}

/* Endpoints of containers that run, of whose addresses nobody has told yet. */
static bool
has_strangers(struct rde *rde)
{
	size_t i = 0;

	while (i < rde->nstrangers)
		if (is_stranger(rde, &rde->strangers[i]))
			i++;
		else
			rde->strangers[i] =
			    rde->strangers[--rde->nstrangers];
	if (rde->nstrangers > 0)
		return true;
	free(rde->strangers);
	rde->strangers = NULL;
	return false;
}

void
address_calls_adopted(struct rde *rde, const struct inventory *inv)
{
	const struct link_message *m, *end = inv->links + inv->nlinks;

	rde->strangers = inv->nlinks == 0 ? NULL :
	    xcalloc(inv->nlinks, sizeof(*rde->strangers));
	for (m = inv->links; m < end; m++)
		if (m->kind == LINK_VETH && m->peer_is_away)
			rde->strangers[rde->nstrangers++] = m->id;
	rde->adopted = true;
	(void)has_strangers(rde);
	address_calls_go_on(rde);
}

enum readiness {
	READY,
	READY_LATER,
	UNREADY		/* and it takes too long */
};

/* Docker that has no list yet may have named the addresses of all strangers. */
static bool
knows_all(struct rde *rde)
{
	return rde->adopted && (!has_strangers(rde) ||
	    (!rde->complete && rde->nstrangers <= rde->nreplayed));
}

static enum readiness
readiness(struct rde *rde, uint64_t waited_ms)
{
	bool known = knows_all(rde);

	if (rde->complete && known)
		return READY;
	if (waited_ms < (known ? FIRST_LIST_MS : STRANGERS_MS))
		return READY_LATER;
	return rde->complete || known ? READY : UNREADY;
}

static void
refuse_unready(struct rde *rde, uint32_t peerid)
{
	struct plugin_reply reply;

	memset(&reply, 0, sizeof(reply));
	plugin_refuse(&reply, EAGAIN, "which addresses are in use is not known yet, "
	    "for bgplbd has just started and Docker has not told: try again "
	    "in some seconds");
	plugin_answer(rde, peerid, &reply);
}

/* The time of the first is over sooner than those of the others. */
static void
set_timer(struct rde *rde, uint64_t now)
{
	const struct address_wait *w = TAILQ_FIRST(&rde->address_waits);
	uint64_t waited, limit;

	if (w == NULL) {
		event_del(rde->address_timer);
		return;
	}
	waited = now - w->since_ms;
	limit = waited < FIRST_LIST_MS ? FIRST_LIST_MS : STRANGERS_MS;
	timer_set(rde->address_timer, limit > waited ? limit - waited : 1);
}

void
address_calls_go_on(struct rde *rde)
{
	struct address_wait *w, *next;
	uint64_t now;
	enum readiness r;

	if (TAILQ_EMPTY(&rde->address_waits))
		return;
	now = clock_ms();
	TAILQ_FOREACH_SAFE(w, &rde->address_waits, entry, next) {
		r = readiness(rde, now - w->since_ms);
		if (r == READY_LATER)
			continue;
		TAILQ_REMOVE(&rde->address_waits, w, entry);
		rde->naddress_waits--;
		if (r == READY)
			request(rde, &w->call, w->peerid);
		else
			refuse_unready(rde, w->peerid);
		free(w);
	}
	set_timer(rde, now);
}

void
address_calls_synced(struct rde *rde)
{
	addresses_sweep(&rde->addresses, &rde->tables);
	(void)has_strangers(rde);
	address_calls_go_on(rde);
}

/* What Docker itself has or reserves: others may wait for just that. */
static void
address_request(struct rde *rde, const struct message *m)
{
	const struct plugin_address *call = m->data;
	bool replayed = !call->has_mac && address_is_set(&call->address);
	struct address_wait *w;

	if (replayed && !rde->complete)
		rde->nreplayed++;
	if (replayed || readiness(rde, 0) == READY) {
		request(rde, call, m->peerid);
		return;
	}
	if (rde->naddress_waits == WAITING_MAX) {
		refuse_unready(rde, m->peerid);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->call = *call;
	w->peerid = m->peerid;
	w->since_ms = clock_ms();
	TAILQ_INSERT_TAIL(&rde->address_waits, w, entry);
	rde->naddress_waits++;
	set_timer(rde, w->since_ms);
}

static void
pool_request(struct rde *rde, const struct message *m)
{
	const struct plugin_address *call = m->data;
	struct plugin_reply reply;

	memset(&reply, 0, sizeof(reply));
	(void)address_calls_may_have(rde, &call->pool, NULL, &reply);
	plugin_answer(rde, m->peerid, &reply);
}

static void
address_release(struct rde *rde, const struct message *m)
{
	const struct plugin_address *call = m->data;
	struct plugin_reply reply;

	memset(&reply, 0, sizeof(reply));
	if (address_is_set(&call->address))
		addresses_release(&rde->addresses, &call->address);
	plugin_answer(rde, m->peerid, &reply);
}

void
address_calls_handle(struct rde *rde, const struct message *m)
{
	switch (m->type) {
	case MSG_FRONTEND_POOL_REQUEST:
		pool_request(rde, m);
		break;
	case MSG_FRONTEND_ADDRESS_REQUEST:
		address_request(rde, m);
		break;
	default:
		address_release(rde, m);
		break;
	}
}

static void
waited(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	address_calls_go_on(arg);
}

/* It would be held back from the routers, as long as that is so. */
static bool
is_needed(const struct address *addr, void *arg)
{
	const struct rde *rde = arg;
	const struct prefix host = prefix_of_host(addr);
	struct prefix with;

	return address_conflict(&host, &rde->host, rde->settings, NULL,
	    &with) != CONFLICT_NONE;
}

void
address_calls_init(struct rde *rde)
{
	addresses_init(&rde->addresses);
	rde->addresses.needed = is_needed;
	rde->addresses.needed_arg = rde;
	TAILQ_INIT(&rde->address_waits);
	rde->address_timer = evtimer_new(rde->base, waited, rde);
	if (rde->address_timer == NULL)
		fatalx("cannot make a timer");
}

void
address_calls_free(struct rde *rde)
{
	struct address_wait *w;

	while ((w = TAILQ_FIRST(&rde->address_waits)) != NULL) {
		TAILQ_REMOVE(&rde->address_waits, w, entry);
		free(w);
	}
	free(rde->strangers);
	event_free(rde->address_timer);
	addresses_free(&rde->addresses);
}
