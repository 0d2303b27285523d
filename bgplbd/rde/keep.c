#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* Changes of labelled networks within this time are one for the state file. */
#define SUBNETS_SAVE_MS	1000

static bool
is_graceful(const struct rde *rde)
{
	return rde->settings->graceful_restart != GRACEFUL_NO;
}

unsigned int
keep_ready_ms(const struct settings *settings)
{
	unsigned int quarter = settings->restart_time * 1000U / 4;

	return settings->graceful_restart == GRACEFUL_NO ||
	    quarter > READY_MS ? READY_MS : quarter;
}

/*
 * What stands.
 */

static int
mac_cmp(const void *a, const void *b)
{
	const struct port_mac *x = a, *y = b;

	return memcmp(x->mac, y->mac, MAC_SIZE);
}

/*
 * Is the MAC address behind a port of the bridge?  The port goes with the container,
 * and what the bridge knows of it with the port.  macs are ordered by mac_cmp().
 */
static bool
is_behind(const struct inventory *inv, const struct port_macs *macs,
    int bridge, const uint8_t mac[MAC_SIZE])
{
	const struct link_message *port;
	size_t low = 0, high = macs->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(macs->list[middle].mac, mac, MAC_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < macs->n && memcmp(macs->list[low].mac, mac,
	    MAC_SIZE) == 0; low++) {
		port = inventory_link(inv, macs->list[low].ifindex);
		if (port != NULL && port->kind == LINK_VETH && port->up &&
		    port->master == bridge)
			return true;
	}
	return false;
}

/* At least one of those that the route leads to. */
static bool
is_served(const struct inventory *inv, const struct port_macs *macs,
    const struct standing *s)
{
	unsigned int i;

	if (s->route_ifindex <= 0)
		return false;
	if (s->spread == NULL || !s->spread->routed)
		return s->neighbor_ifindex == s->route_ifindex &&
		    is_behind(inv, macs, s->route_ifindex, s->mac);
	for (i = 0; i < s->spread->n; i++)
		if (is_behind(inv, macs, s->spread->bridge,
		    s->spread->members[i].mac))
			return true;
	return false;
}

static void
set_kept(struct rde *rde, struct record *r, bool kept)
{
	if (r->kept != kept)
		record_mark(&rde->tables.records, r);
	r->kept = kept;
}

static void
look_at_subnets(struct rde *rde)
{
	const struct prefix *p;

	for (p = rde->subnets; p < rde->subnets + rde->nsubnets; p++)
		if (kernel_has_subnet(rde->kernel, p))
			set_kept(rde, record_get(&rde->tables.records, p),
			    true);
}

void
keep_look(struct rde *rde, const struct inventory *inv)
{
	struct records *rs = &rde->tables.records;
	struct port_macs macs = { .n = 0 };
	const struct standing *s;
	struct record *r;
	uint32_t *list;
	size_t i, n;

	if (rde->tables.keeping != KEEP_ANNOUNCED)
		return;
	if (kernel_port_macs(rde->kernel, &macs) == -1)
		log_warn("%s", kernel_error(rde->kernel));
	if (macs.n > 1)
		qsort(macs.list, macs.n, sizeof(macs.list[0]), mac_cmp);
	list = records_list(rs, &n);
	for (i = 0; i < n; i++) {
		r = record_at(rs, list[i]);
		s = standing_of(rs, r);
		set_kept(rde, r, s != NULL && is_served(inv, &macs, s));
	}
	free(list);
	port_macs_free(&macs);
	look_at_subnets(rde);
}

/*
 * From the start to Docker's list.
 */

static void
tell_kernel_state(struct rde *rde)
{
	struct kernel_state state;
	unsigned int i;

	if (!is_graceful(rde) || !rde->has_state || !rde->adopted)
		return;
	memset(&state, 0, sizeof(state));
	state.preserved = rde->stood;
	for (i = 0; i < rde->nsubnets && !state.preserved; i++)
		state.preserved = kernel_has_subnet(rde->kernel,
		    &rde->subnets[i]);
	rde_send(rde->session, MSG_RDE_KERNEL, 0, &state, sizeof(state));
}

void
keep_adopted(struct rde *rde)
{
	rde->stood = rde->tables.nnetworks > 0 ||
	    rde->tables.records.standings.used > 0;
	tell_kernel_state(rde);
}

void
keep_restore(struct rde *rde, const struct state_list *list)
{
	rde->nsubnets = list->nsubnets;
	memcpy(rde->subnets, list->subnets, sizeof(rde->subnets));
	tell_kernel_state(rde);
}

/* All marks go, and what they were about is decided anew. */
static void
forget_kept(struct rde *rde)
{
	struct records *rs = &rde->tables.records;
	uint32_t *list;
	size_t i, n;

	list = records_list(rs, &n);
	for (i = 0; i < n; i++)
		set_kept(rde, record_at(rs, list[i]), false);
	free(list);
}

static void
time_is_over(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;

	(void)fd;
	(void)what;
	log_warn("Docker is still not heard, and restart-time is nearly over: "
	    "what was kept of before the restart is withdrawn");
	rde->tables.keeping = KEEP_OVER;
	forget_kept(rde);
	apply(rde);
}

void
keep_begin(struct rde *rde)
{
	uint64_t gone = clock_ms() - rde->started_ms;
	uint64_t all = rde->settings->restart_time * 900ULL;

	if (!is_graceful(rde) || rde->complete)
		return;
	rde->tables.keeping = KEEP_ANNOUNCED;
	timer_set(rde->keep_timer, all > gone ? all - gone : 0);
	(void)sync_kernel(rde, false);
}

void
keep_end(struct rde *rde)
{
	keep_note_subnets(rde);
	if (rde->tables.keeping == KEEP_NOT)
		return;
	rde->tables.keeping = KEEP_NOT;
	event_del(rde->keep_timer);
	forget_kept(rde);
}

/*
 * The subnets, for the next start.
 */

void
keep_write(const struct rde *rde, struct state_list *list)
{
	const struct tables *t = &rde->tables;
	const struct record *r;
	const struct claim *c;
	uint32_t *all;
	size_t i, n;

	list->nsubnets = 0;
	if (!is_graceful(rde))
		return;
	if (!rde->complete) {		/* not all are known */
		list->nsubnets = rde->nsubnets;
		memcpy(list->subnets, rde->subnets, sizeof(list->subnets));
		return;
	}
	all = records_list(&t->records, &n);
	for (i = 0; i < n && list->nsubnets < STATE_SUBNETS_MAX; i++) {
		r = record_at(&t->records, all[i]);
		for (c = r->announced ? claim_first_of(t, r) : NULL;
		    c != NULL && c->kind != PREFIX_SUBNET;
		    c = claim_next(t, c))
			;
		if (c != NULL)
			list->subnets[list->nsubnets++] = r->prefix;
	}
	free(all);
}

static void
save_subnets(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;
	struct state_list now;

	(void)fd;
	(void)what;
	memset(&now, 0, sizeof(now));
	keep_write(rde, &now);
	if (now.nsubnets == rde->nsubnets && memcmp(now.subnets, rde->subnets,
	    now.nsubnets * sizeof(now.subnets[0])) == 0)
		return;
	rde->nsubnets = now.nsubnets;
	memcpy(rde->subnets, now.subnets, sizeof(rde->subnets));
	(void)operator_save(rde);
}

void
keep_stop(struct rde *rde)
{
	if (evtimer_pending(rde->subnets_timer, NULL))
		save_subnets(-1, 0, rde);
}

void
keep_note_subnets(struct rde *rde)
{
	if (is_graceful(rde) && rde->complete &&
	    !evtimer_pending(rde->subnets_timer, NULL))
		timer_set(rde->subnets_timer, SUBNETS_SAVE_MS);
}

void
keep_init(struct rde *rde)
{
	rde->started_ms = clock_ms();
	rde->keep_timer = evtimer_new(rde->base, time_is_over, rde);
	rde->subnets_timer = evtimer_new(rde->base, save_subnets, rde);
	if (rde->keep_timer == NULL || rde->subnets_timer == NULL)
		fatalx("cannot make a timer");
}

void
keep_free(struct rde *rde)
{
	event_free(rde->keep_timer);
	event_free(rde->subnets_timer);
}
