/*
 * The route decision engine.
 *
 * It holds CAP_NET_ADMIN and nothing else: no files, no connections, no Docker.
 * What it knows comes by messages; what it does is netlink and messages.
 *
 * In: the frontend relays Docker's plugin calls (plugin.c), which are answered
 * before the next message is read, and facts from Docker's events and lists
 * (facts.c), which tell which container an endpoint belongs to and how it is.  The
 * operator's requests come the same way (operator.c).  All of them write tables
 * (tables.h) and nothing else: none adds or removes a route or an announcement.
 *
 * The IPAM calls about pools (address_calls.c, addresses.h) are answered from the same
 * tables: what an endpoint has is in use.  One of them may wait a while for Docker's
 * first list.
 *
 * Out: what is written there marks the prefixes that it matters to (records.h).
 * After each message apply() makes the decision about these anew (decision.c, pure)
 * and takes the steps (diff.c, pure) that lead from what stands (records.h,
 * standings.h) to what is wanted: routes and neighbor entries in the kernel,
 * announcements at the session engine.  What waits for a barrier, and what the
 * kernel refused, stays marked; a list from Docker marks all.  A prefix appears in this order: bridge, neighbor entry, local
 * route, announcement.  It goes in the reverse: the session engine withdraws it and
 * gives a barrier back when that is written to every neighbor (barriers.c); a
 * little later, when the routers had time to turn elsewhere, the route and the
 * neighbor entry go.
 *
 * Links are the only thing made outside of apply(), since Docker waits for them: a
 * bridge for each network, a veth pair for each endpoint that joins.  Names derive
 * from Docker's ids, and the full id stands in the link's alias, so that the kernel
 * is the database: at start sync_adopt() reads links, routes and neighbor entries,
 * and the frontend is told which networks stand (so that it learns by which name
 * Docker knows this daemon).  Until the first complete list from Docker (sync.c)
 * nothing is changed on our own account; then only what differs.  The local route
 * of a prefix is `PREFIX dev BRIDGE scope link proto 182` in table main.  The
 * permanent neighbor entry for its address carries the MAC address of one eligible
 * endpoint, so that no ARP (RFC 826) or neighbor discovery (RFC 4861) takes place
 * and a container that is not eligible cannot answer.
 *
 * If more than one endpoint of the prefix is eligible, its route is `PREFIX nhid
 * GROUP` instead, which spreads flows over them (spread.h): a resilient group of
 * nexthop objects, one for each endpoint, each sent to a link-local address that
 * nobody has (nexthop_id.h), with a permanent neighbor entry of its own.  The route
 * goes from one form to the other in place.  An endpoint that leaves leaves the
 * group; one that joins one that served alone does so a moment later, so that it does
 * not get that one's connections (joins.c).
 *
 * The list of what the operator withdrew, whether the host is drained, and which
 * containers drain (drain_memory.c), is kept by the parent, which sends it at start; it
 * is sent back whole with each change, and the operator is answered when it is on disk.
 *
 * What somebody else does to what stands in the kernel, the kernel tells (repair.c):
 * then it is read anew and put back, as after a list.
 *
 * The addresses of the host are known from the kernel, which tells each change
 * (host_address.h); the session engine is told which of them are next hops of its
 * sessions, and anew whenever that changes (address_watch.c).
 *
 * Follows: rtnetlink(7), RFC 4291 and RFC 4193 (which IPv6 address is a next hop),
 * RFC 4271 section 9.1 in so far as a prefix is announced only while it is
 * reachable.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/messages/control_rows.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/kernel_monitor.h"
#include "bgplbd/rde/rde.h"
#include "common/control.h"
#include "common/log.h"
#include "common/log_watch.h"
#include "common/timer.h"

void
rde_send(struct channel *channel, uint32_t type, uint32_t peerid,
    const void *data, size_t len)
{
	if (channel != NULL &&
	    channel_send(channel, type, peerid, -1, data, len) == -1)
		log_debug("message %u is not sent: %s", type,
		    channel_error(channel));
}

void
rde_ready(struct rde *rde)
{
	if (rde->is_ready)
		return;
	rde->is_ready = true;
	event_del(rde->ready_timer);
	rde_send(rde->session, MSG_RDE_READY, 0, NULL, 0);
}

static void
waited_enough(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;

	(void)fd;
	(void)what;
	log_warn("Docker was not heard within %u s%s; what is announced so far "
	    "counts as complete", (keep_ready_ms(rde->settings) + 999) / 1000,
	    rde->synced ? " of all that it has" : "");
	keep_begin(rde);
	rde_ready(rde);
}

static void
stop(struct rde *rde)
{
	keep_stop(rde);
	event_base_loopbreak(rde->base);
}

static void
take_state(struct rde *rde, const struct message *m)
{
	const struct state_list *list = m->data;

	if (rde->has_state)
		fatalx("parent: sent the state a second time");
	withdrawal_set_all(&rde->tables, list);
	host_drain_restore(rde, list->drained);
	drain_memory_restore(rde, list);
	rde->has_state = true;
	keep_restore(rde, list);
	apply(rde);
	if (rde->complete)
		rde_ready(rde);
}

static void
parent_receive(struct channel *channel, struct message *m, void *arg)
{
	struct rde *rde = arg;
	bool is_valid = false;

	if (child_answer_probe(channel, m))
		return;
	switch (m->type) {
	case MSG_PARENT_SHUTDOWN:
		is_valid = m->len == 0;
		break;
	case MSG_PARENT_STATE:
		is_valid = state_list_is_valid(m->data, m->len);
		break;
	case MSG_PARENT_STATE_SAVED:
		is_valid = state_saved_is_valid(m->data, m->len);
		break;
	}
	if (!is_valid || m->fd != -1)
		fatalx("parent: unknown or malformed message %u", m->type);
	if (m->type == MSG_PARENT_SHUTDOWN)
		stop(rde);
	else if (m->type == MSG_PARENT_STATE)
		take_state(rde, m);
	else
		operator_saved(rde, m);
}

static void
queue_drained(struct channel *channel, void *arg)
{
	struct rde *rde = arg;

	if (channel == rde->session)
		address_watch_drained(rde);
	flow_check(&rde->flow);
}

static void
session_receive(struct channel *channel, struct message *m, void *arg)
{
	struct rde *rde = arg;
	const struct barrier *barrier = m->data;
	const struct nexthop_query *query = m->data;

	(void)channel;
	if ((m->type != MSG_SESSION_BARRIER &&
	    m->type != MSG_SESSION_NEXTHOP) || m->fd != -1 ||
	    !rde_session_is_valid(m->type, m->data, m->len))
		fatalx("session engine: unknown or malformed message %u",
		    m->type);
	if (m->type == MSG_SESSION_BARRIER)
		barriers_returned(rde, barrier->sequence);
	else
		address_watch_ask(rde, m->peerid, query);
}

enum area {
	AREA_NONE,
	AREA_PLUGIN,
	AREA_ADDRESSES,
	AREA_FACTS,
	AREA_SYNC,
	AREA_OPERATOR,
	AREA_ROWS
};

/* What a message of the frontend's is about; AREA_NONE if it is not for us. */
static enum area
area_of(const struct message *m)
{
	switch (m->type) {
	case CONTROL_SHOW_PREFIXES:
	case CONTROL_WITHDRAW:
	case CONTROL_ANNOUNCE:
	case CONTROL_DRAIN:
	case CONTROL_UNDRAIN:
		return control_request_is_valid(m->type, m->data, m->len) ?
		    AREA_OPERATOR : AREA_NONE;
	case MSG_FRONTEND_CONTINUE:
	case MSG_FRONTEND_LEFT:
		return control_rows_is_request(m) ? AREA_ROWS : AREA_NONE;
	case MSG_RDE_PLUGIN_REPLY:	/* ours, so not valid from there */
	case MSG_RDE_STOP_CONTAINER:
	case MSG_RDE_OWN_NETWORKS:
		return AREA_NONE;
	}
	if (!frontend_rde_is_valid(m->type, m->data, m->len))
		return AREA_NONE;
	switch (m->type) {
	case MSG_FRONTEND_NETWORK_CREATE:
	case MSG_FRONTEND_NETWORK_DELETE:
	case MSG_FRONTEND_ENDPOINT_CREATE:
	case MSG_FRONTEND_ENDPOINT_DELETE:
	case MSG_FRONTEND_ENDPOINT_JOIN:
	case MSG_FRONTEND_ENDPOINT_LEAVE:
		return AREA_PLUGIN;
	case MSG_FRONTEND_POOL_REQUEST:
	case MSG_FRONTEND_ADDRESS_REQUEST:
	case MSG_FRONTEND_ADDRESS_RELEASE:
		return AREA_ADDRESSES;
	case MSG_FRONTEND_SYNC_BEGIN:
	case MSG_FRONTEND_OTHER_NETWORKS:
	case MSG_FRONTEND_SYNC_END:
		return AREA_SYNC;
	default:
		return AREA_FACTS;
	}
}

static void
handle_sync(struct rde *rde, const struct message *m)
{
	const struct sync_end *end = m->data;

	if (m->type == MSG_FRONTEND_SYNC_BEGIN)
		sync_begin(rde);
	else if (m->type == MSG_FRONTEND_OTHER_NETWORKS)
		sync_others(rde, m->data, m->len / sizeof(struct object_id));
	else
		sync_end(rde, !end->incomplete);
}

/* For the log, if one takes long. */
static const char *const area_texts[] = {
	[AREA_PLUGIN] = "a plugin call",
	[AREA_ADDRESSES] = "an address call",
	[AREA_FACTS] = "what Docker told of one thing",
	[AREA_SYNC] = "a list from Docker",
	[AREA_OPERATOR] = "a request of bgplbctl",
	[AREA_ROWS] = "a list for bgplbctl",
};

static void
frontend_receive(struct channel *channel, struct message *m, void *arg)
{
	struct rde *rde = arg;
	enum area area = m->fd == -1 ? area_of(m) : AREA_NONE;

	(void)channel;
	busy_begin(&rde->busy, kernel_spent_us(rde->kernel));
	switch (area) {
	case AREA_NONE:
		fatalx("docker frontend: unknown or malformed message %u",
		    m->type);
	case AREA_PLUGIN:
		plugin_handle(rde, m);
		break;
	case AREA_ADDRESSES:
		address_calls_handle(rde, m);
		break;
	case AREA_FACTS:
		facts_handle(rde, m);
		break;
	case AREA_SYNC:
		handle_sync(rde, m);
		break;
	case AREA_OPERATOR:
		operator_handle(rde, m);
		break;
	case AREA_ROWS:
		if (m->type == MSG_FRONTEND_CONTINUE)
			prefix_list_continue(rde, m->peerid);
		else
			prefix_list_end(rde, m->peerid);
		break;
	}
	address_calls_go_on(rde);
	flow_check(&rde->flow);
	busy_end(&rde->busy, area_texts[area], kernel_spent_us(rde->kernel));
}

static void
parent_end(struct channel *channel, enum channel_end end, void *arg)
{
	if (end != CHANNEL_EOF)
		fatalx("parent: %s", channel_error(channel));
	stop(arg);
}

static void
session_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct rde *rde = arg;

	(void)channel;
	sibling_end(&rde->session, end, CHILD_SESSION, rde->parent);
	flow_check(&rde->flow);
}

static void
frontend_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct rde *rde = arg;

	(void)channel;
	sibling_end(&rde->frontend, end, CHILD_FRONTEND, rde->parent);
	flow_check(&rde->flow);
}

static const struct channel_ops parent_ops = {
	.receive = parent_receive, .end = parent_end, .drained = queue_drained
};
static const struct channel_ops session_ops = {
	.receive = session_receive, .end = session_end,
	.drained = queue_drained
};
static const struct channel_ops frontend_ops = {
	.receive = frontend_receive, .end = frontend_end,
	.drained = queue_drained
};

/* When to end is the parent's to say, also if a signal goes to all of us. */
static void
ignore_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

static void
open_channels(struct rde *rde, const struct rde_fds *fds)
{
	const struct flow_reader readers[] = {
		{ &rde->parent, "parent" },
		{ &rde->session, child_title(CHILD_SESSION) },
		{ &rde->frontend, child_title(CHILD_FRONTEND) },
	};

	rde->parent = channel_new(rde->base, fds->parent, &parent_ops, rde,
	    CHILD_QUEUE_MAX);
	rde->session = channel_new(rde->base, fds->session, &session_ops,
	    rde, CHILD_QUEUE_MAX);
	rde->frontend = channel_new(rde->base, fds->frontend, &frontend_ops,
	    rde, CHILD_QUEUE_MAX);
	flow_init(&rde->flow, rde->base, &rde->frontend, readers,
	    sizeof(readers) / sizeof(readers[0]), FLOW_HELD_MAX_MS);
}

static void
init(struct rde *rde, const struct settings *settings,
    const struct rde_fds *fds)
{
	memset(rde, 0, sizeof(*rde));
	rde->settings = settings;
	rde->wanted.counts = settings_tell_endpoints(settings);
	tables_init(&rde->tables);
	rde->tables.rise.set = rde->settings->has_rise;
	rde->tables.rise.ms = rde->settings->rise_ms;
	LIST_INIT(&rde->drains);
	LIST_INIT(&rde->lists.list);
	TAILQ_INIT(&rde->operator_queue);
	if ((rde->base = event_base_new()) == NULL)
		fatalx("cannot make an event loop");
	rde->log = log_watch_new(rde->base);
	if ((rde->kernel = kernel_open(fds->netlink)) == NULL)
		fatal("cannot use the netlink socket");
	kernel_allow(rde->kernel, settings);
	open_channels(rde, fds);
	sync_init(rde);
	repair_init(rde, fds->netlink_monitor);
	address_watch_init(rde);
	apply_init(rde);
	joins_init(rde);
	address_calls_init(rde);
	barriers_init(rde);
	host_drain_init(rde);
	rde->ready_timer = evtimer_new(rde->base, waited_enough, rde);
	if (rde->ready_timer == NULL)
		fatalx("cannot make a timer");
	timer_set(rde->ready_timer, keep_ready_ms(settings));
	keep_init(rde);
}

static void
release(struct rde *rde)
{
	event_free(rde->ready_timer);
	keep_free(rde);
	prefix_lists_clear(rde);
	operator_free(rde);
	drains_free(rde);
	host_drain_free(rde);
	barriers_free(rde);
	joins_free(rde);
	apply_free(rde);
	address_calls_free(rde);
	address_watch_free(rde);
	repair_free(rde);
	sync_free(rde);
	tables_free(&rde->tables);
	flow_clear(&rde->flow);
	channel_free(rde->frontend);
	channel_free(rde->session);
	channel_free(rde->parent);
	kernel_close(rde->kernel);
	log_watch_free(rde->log);
	event_base_free(rde->base);
}

void
rde_open_netlink(int *netlink, int *netlink_monitor)
{
	if ((*netlink = kernel_socket()) == -1)
		fatal("cannot open a netlink socket");
	if ((*netlink_monitor = kernel_monitor_socket(*netlink)) == -1)
		fatal("cannot open a netlink socket for what changes in the "
		    "kernel");
}

void
rde_run(const struct settings *settings, const struct rde_fds *fds)
{
	struct rde rde;

	ignore_signals();
	init(&rde, settings, fds);
	sync_adopt(&rde);
	if (event_base_dispatch(rde.base) == -1)
		fatalx("the event loop has failed");
	release(&rde);
	exit(0);
}
