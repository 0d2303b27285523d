#include <linux/neighbour.h>

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/losses.h"
#include "bgplbd/rde/nexthop_id.h"
#include "bgplbd/rde/others.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* What the kernel holds of routes and neighbor entries replaces what we thought. */
static void
load_routes(struct rde *rde, const struct inventory *inv)
{
	struct records *rs = &rde->tables.records;
	const struct route_message *r;
	struct standing *s;

	standings_clear(rs);
	for (r = inv->routes; r < inv->routes + inv->nroutes; r++) {
		s = standing_get(rs, record_get(rs, &r->dst));
		free(s->spread);
		s->spread = r->nexthop == 0 ? NULL : inventory_spread(inv,
		    r->dst.addr.afi, r->nexthop);
		if (s->spread != NULL)
			s->route_ifindex = s->spread->bridge;
		else
			s->route_ifindex = r->ifindex != 0 ?
			    r->ifindex : ROUTE_ELSEWHERE;
	}
}

/*
 * A prefix has one neighbor entry, where its route leads; others are left from a
 * time before we were killed.
 */
static void
load_neighbors(struct rde *rde, const struct inventory *inv)
{
	struct records *rs = &rde->tables.records;
	const struct neighbor_message *m;
	struct standing *s;
	struct prefix p;
	int stray;

	for (m = inv->neighbors; m < inv->neighbors + inv->nneighbors; m++) {
		if (m->state != NUD_PERMANENT || !m->has_mac ||
		    nexthop_id_of_via(&m->addr) != 0 ||
		    prefix_make(&m->addr, (uint8_t)(address_size(m->addr.afi) *
		    8), &p) == -1)
			continue;
		s = standing_get(rs, record_get(rs, &p));
		if (s->neighbor_ifindex == 0 ||
		    m->ifindex == s->route_ifindex) {
			stray = s->neighbor_ifindex;
			s->neighbor_ifindex = m->ifindex;
			memcpy(s->mac, m->mac, MAC_SIZE);
		} else
			stray = m->ifindex;
		if (stray != 0 && kernel_neighbor_remove(rde->kernel,
		    &m->addr, stray) == -1)
			log_warn("%s", kernel_error(rde->kernel));
	}
}

/* What a plugin call has made meanwhile is known better than from here. */
static void
adopt_bridge(struct rde *rde, const struct link_message *m)
{
	bool known = network_find(&rde->tables, &m->id) != NULL;
	struct network *n = network_upsert(&rde->tables, &m->id);

	if (n == NULL)
		return;
	if (!known) {
		network_set(&rde->tables, n, true, false, NULL, 0);
		n->adopted = true;
	}
	n->ifindex = m->ifindex;
}

/* Was made by a version that did not. */
static bool
adopt_drop(struct rde *rde, const struct link_message *m)
{
	static const uint8_t unknown[MAC_SIZE];

	if (m->drops_ingress || !m->up)
		return false;
	if (kernel_port_attach(rde->kernel, &m->id, m->ifindex, m->master,
	    unknown) == 0)
		return kernel_drops(rde->kernel);
	log_warn("link %s: %s", m->name, kernel_error(rde->kernel));
	return false;
}

/* Returns whether it drops only now what its container sends. */
static bool
adopt_port(struct rde *rde, const struct inventory *inv,
    const struct link_message *m)
{
	const struct link_message *bridge = inventory_link(inv, m->master);
	struct network *n = bridge == NULL || bridge->kind != LINK_BRIDGE ?
	    NULL : network_find(&rde->tables, &bridge->id);
	struct endpoint *e;

	if (n == NULL ||
	    (e = endpoint_upsert(&rde->tables, &m->id, n)) == NULL)
		return false;
	e->ifindex = m->ifindex;
	return adopt_drop(rde, m);
}

static void
adopt_links(struct rde *rde, const struct inventory *inv)
{
	const struct link_message *m, *end = inv->links + inv->nlinks;
	unsigned int changed = 0;

	for (m = inv->links; m < end; m++)
		if (m->kind == LINK_BRIDGE)
			adopt_bridge(rde, m);
	for (m = inv->links; m < end; m++)
		if (m->kind == LINK_VETH)
			changed += adopt_port(rde, inv, m);
	if (changed > 0)
		log_info("%u links of an earlier run now drop what their "
		    "containers send", changed);
}

static void
tell_own_networks(struct rde *rde)
{
	struct object_id ids[OWN_NETWORKS_PER_MESSAGE];
	struct network *n;
	size_t count = 0;

	RB_FOREACH(n, network_tree, &rde->tables.networks) {
		ids[count++] = n->id;
		if (count < OWN_NETWORKS_PER_MESSAGE)
			continue;
		rde_send(rde->frontend, MSG_RDE_OWN_NETWORKS, 0, ids,
		    sizeof(ids));
		count = 0;
	}
	/* Not full, and so the last. */
	rde_send(rde->frontend, MSG_RDE_OWN_NETWORKS, 0, ids,
	    count * sizeof(ids[0]));
}

static void
adopt_later(struct rde *rde)
{
	if (rde->adopt_ms == 0)
		log_warn("what an earlier run left cannot be read, trying "
		    "again: %s", kernel_error(rde->kernel));
	rde->adopt_ms = rde->adopt_ms == 0 ? ADOPT_MIN_MS : rde->adopt_ms * 2;
	if (rde->adopt_ms > ADOPT_MAX_MS)
		rde->adopt_ms = ADOPT_MAX_MS;
	timer_set(rde->adopt_timer, rde->adopt_ms);
}

void
sync_adopt(struct rde *rde)
{
	struct inventory inv;

	if (kernel_inventory(rde->kernel, &inv) == -1) {
		adopt_later(rde);
		return;
	}
	adopt_links(rde, &inv);
	load_routes(rde, &inv);
	load_neighbors(rde, &inv);
	if (inv.nlinks + inv.nroutes > 0)
		log_info("found %zu networks, %zu endpoints and %zu routes "
		    "of an earlier run", rde->tables.nnetworks,
		    rde->tables.nendpoints, inv.nroutes);
	else if (rde->adopt_ms != 0)
		log_info("an earlier run left nothing");
	address_calls_adopted(rde, &inv);
	inventory_free(&inv);
	keep_adopted(rde);
	tell_own_networks(rde);
}

static void
adopt_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	sync_adopt(arg);
}

void
sync_init(struct rde *rde)
{
	rde->adopt_timer = evtimer_new(rde->base, adopt_fired, rde);
	if (rde->adopt_timer == NULL)
		fatalx("cannot make a timer");
}

void
sync_free(struct rde *rde)
{
	event_free(rde->adopt_timer);
	other_networks_clear(&rde->others);
	other_networks_clear(&rde->others_told);
}

void
sync_begin(struct rde *rde)
{
	tables_sync_begin(&rde->tables, clock_ms());
	rde->in_sync = true;
	rde->full = false;
	other_networks_clear(&rde->others_told);
}

void
sync_others(struct rde *rde, const struct object_id *ids, size_t n)
{
	if (!other_networks_add(&rde->others_told, ids, n))
		rde->full = true;	/* so that nothing is cleaned up */
}

static void
restore_bridge(struct rde *rde, struct network *n, const char *why)
{
	char label[NETWORK_LABEL_MAX];
	bool made;

	network_label(n, label);
	if (kernel_bridge_ensure(rde->kernel, &n->id, n->mtu,
	    &n->ifindex, &made) == -1) {
		log_warn("%s: %s", label, kernel_error(rde->kernel));
		return;
	}
	rde->repairs++;
	log_warn("%s: its bridge %s, and is put in order", label, why);
}

static const char *
port_fault(const struct rde *rde, const struct endpoint *e,
    const struct link_message *m)
{
	if (m->master != e->network->ifindex)
		return "is not at its bridge";
	if (!m->up)
		return "is down";
	if (!m->drops_ingress && kernel_drops(rde->kernel))
		return "does not drop what its container sends";
	return NULL;
}

static void
refresh_port(struct rde *rde, struct endpoint *e,
    const struct link_message *m)
{
	struct network *n = e->network;
	const char *fault;

	if (n->ifindex == 0)
		restore_bridge(rde, n, "is missing");
	if (n->ifindex == 0)
		return;
	if ((fault = port_fault(rde, e, m)) == NULL) {
		e->ifindex = m->ifindex;
		return;
	}
	if (kernel_port_attach(rde->kernel, &e->id, m->ifindex,
	    n->ifindex, e->mac) == -1) {
		log_warn("link %s: %s", m->name, kernel_error(rde->kernel));
		return;
	}
	e->ifindex = m->ifindex;
	if (port_fault(rde, e, m) == NULL)	/* the kernel still cannot */
		return;
	rde->repairs++;
	log_warn("link %s: %s, and is put in order", m->name, fault);
}

static void
refresh_bridges(struct rde *rde, const struct inventory *inv)
{
	const struct link_message *m;
	struct network *n;
	unsigned int i;
	int *before;

	before = xcalloc(rde->tables.nnetworks + 1, sizeof(*before));
	i = 0;
	RB_FOREACH(n, network_tree, &rde->tables.networks) {
		before[i++] = n->ifindex;
		n->ifindex = 0;
	}
	for (m = inv->links; m < inv->links + inv->nlinks; m++) {
		if (m->kind != LINK_BRIDGE || (n = network_find(&rde->tables,
		    &m->id)) == NULL || !n->ours)
			continue;
		n->ifindex = m->ifindex;
		if (!m->up)
			restore_bridge(rde, n, "is down");
	}
	i = 0;
	RB_FOREACH(n, network_tree, &rde->tables.networks)
		if (before[i++] != 0 && n->ifindex == 0 && n->ours)
			restore_bridge(rde, n, "was deleted");
	free(before);
}

/* Its other end, in the container, is gone with it. */
static void
tell_lost_port(const struct endpoint *e)
{
	char name[IFNAMSIZ], container[CONTAINER_LABEL_MAX];
	char network[NETWORK_LABEL_MAX];

	if (e->container == NULL)
		return;
	log_warn("link %s: was deleted, and so %s has no interface in %s "
	    "any more until it is restarted",
	    link_name(ROLE_HOST_END, &e->id, name),
	    container_label(e->container, container),
	    network_label(e->network, network));
}

static void
refresh_ports(struct rde *rde, const struct inventory *inv)
{
	const struct link_message *m;
	struct endpoint *e;
	unsigned int i;
	int *before;

	before = xcalloc(rde->tables.nendpoints + 1, sizeof(*before));
	i = 0;
	RB_FOREACH(e, endpoint_tree, &rde->tables.endpoints) {
		before[i++] = e->ifindex;
		e->ifindex = 0;
	}
	for (m = inv->links; m < inv->links + inv->nlinks; m++)
		if (m->kind == LINK_VETH && (e = endpoint_find(&rde->tables,
		    &m->id)) != NULL)
			refresh_port(rde, e, m);
	i = 0;
	RB_FOREACH(e, endpoint_tree, &rde->tables.endpoints) {
		if (before[i] != 0 && e->ifindex == 0)
			tell_lost_port(e);
		i++;
	}
	free(before);
}

static bool
is_known(struct rde *rde, const struct link_message *m)
{
	const struct network *n;

	if (m->kind == LINK_VETH)
		return endpoint_find(&rde->tables, &m->id) != NULL;
	n = network_find(&rde->tables, &m->id);
	return n != NULL && n->ours;
}

/* Ports before their bridges, so that each is still there when its turn comes. */
static void
delete_leftovers(struct rde *rde, const struct inventory *inv,
    enum link_kind kind)
{
	const struct link_message *m;

	for (m = inv->links; m < inv->links + inv->nlinks; m++) {
		if (m->kind != kind || is_known(rde, m))
			continue;
		if (kernel_link_delete(rde->kernel, m->ifindex) == -1) {
			log_warn("link %s: %s", m->name,
			    kernel_error(rde->kernel));
			continue;
		}
		standings_forget_link(&rde->tables.records, m->ifindex);
		log_info("link %s: deleted, Docker no longer has %.*s",
		    m->name, OBJECT_ID_SHORT, m->id.hex);
	}
}

static void
set_others_aside(struct rde *rde, struct inventory *inv)
{
	size_t n;

	if (!rde->complete)
		return;
	n = others_set_aside(&rde->tables, &rde->others, inv);
	if (n != rde->nothers)
		log_info("%zu bridges with names as bgplbd gives them are of "
		    "networks of another driver, or of another engine: they "
		    "are left alone", n);
	rde->nothers = n;
}

/*
 * Withdrawals are sent before leftover links are deleted, and what is adopted is
 * only changed where it differs.  After it all is decided anew, whatever was marked.
 */
int
sync_kernel(struct rde *rde, bool sweeps)
{
	struct inventory inv;
	struct losses losses;

	records_mark_all(&rde->tables.records);
	if (kernel_inventory(rde->kernel, &inv) == -1) {
		log_warn("what stands in the kernel is not checked: %s",
		    kernel_error(rde->kernel));
		apply(rde);
		return -1;
	}
	set_others_aside(rde, &inv);
	losses_before(&losses, rde);
	refresh_bridges(rde, &inv);
	refresh_ports(rde, &inv);
	load_routes(rde, &inv);
	joins_keep(rde);
	load_neighbors(rde, &inv);
	keep_look(rde, &inv);
	losses_after(&losses, rde);
	kernel_sweep_neighbors(rde->kernel, &inv);
	apply(rde);
	if (rde->has_state)
		kernel_sweep_nexthops(rde->kernel, &inv);
	losses_tell(&losses, rde);
	if (sweeps) {
		delete_leftovers(rde, &inv, LINK_VETH);
		delete_leftovers(rde, &inv, LINK_BRIDGE);
	}
	inventory_free(&inv);
	return 0;
}

void
sync_end(struct rde *rde, bool complete)
{
	rde->in_sync = false;
	rde->synced = true;
	rde->complete |= complete;
	rde->told_full = rde->full;
	if (complete && !rde->full) {
		other_networks_clear(&rde->others);
		rde->others = rde->others_told;
		memset(&rde->others_told, 0, sizeof(rde->others_told));
		other_networks_settle(&rde->others);
	}
	tables_sync_end(&rde->tables, complete);
	if (rde->complete)
		keep_end(rde);
	if (complete && !rde->full)
		drain_memory_sweep(rde);
	(void)sync_kernel(rde, complete && !rde->full);
	address_calls_synced(rde);
	if (rde->has_state && rde->complete)
		rde_ready(rde);
}
