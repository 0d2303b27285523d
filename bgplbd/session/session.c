/*
 * The session engine: the process that speaks BGP with the routers.
 *
 * It has TCP connections to neighbors and nothing else: no files, no names, no
 * privilege, no passwords.  Those that it accepts come by the listening sockets that it
 * was given; for those that it opens the parent makes the sockets.  The rde tells it which prefixes are announced, it tells the
 * neighbors; what neighbors announce is checked, counted and dropped.
 *
 *	rde --prefixes--> rib --feed of each neighbor--> adjacency --UPDATEs-->
 *	    connection --> stream --> the neighbor
 *
 * rib.h		prefixes of a family, shared; each neighbor's progress
 * adjacency.h		what one established neighbor is told, in UPDATEs
 * damping.h		how long one that flaps has to wait
 * roster.h		the neighbors: of the settings, and those that come by a prefix
 * neighbor.h		two connections, which of them stays, what it is told
 * connection.h		one connection: state machine, socket, timers, messages
 * fsm.h		the state machine, a table
 * message.h, open.h, update.h, update_check.h, attribute.h, notification.h
 *			the messages, byte by byte, over wire.h
 * show.h		lists for the control socket
 * opening.h, listener.h, tcp.h, stream.h, farewell.h
 *			sockets
 *
 * A change is written to every neighbor whose socket takes it in the same turn of
 * the loop in which the rde's message came: messages only mark that something may be
 * due, and the flush event, which runs after them, packs what they brought into as few
 * UPDATEs as it fits.  A neighbor whose socket is full is asked again when it has
 * room; nothing is made for it in advance, and nobody waits for it.
 *
 * It follows
 *	RFC 4271	BGP-4; section 8 by fsm.c, where departures are named.
 *			MinRouteAdvertisementInterval (9.2.1.1) is 0: the prefixes are
 *			this host's own, and a withdrawal must not wait
 *	RFC 2385	TCP MD5
 *	RFC 2545, 4760	IPv6 prefixes
 *	RFC 2918, 7313	route refresh, and the enhanced one; once a second at most
 *	RFC 4486, 9003	Cease in detail; shutdown communication
 *	RFC 5082	TTL security
 *	RFC 4724, 8538	graceful restart, as the one that restarts: nothing of what
 *			neighbors announce is kept, so there is nothing to preserve
 *	RFC 5492, 9072	capabilities
 *	RFC 6286	identifiers
 *	RFC 6608	subcodes of state machine errors
 *	RFC 6793	4-octet AS numbers
 *	RFC 7300, 7607	AS numbers that nobody has
 *	RFC 7606	errors in UPDATEs
 *	RFC 8092	large communities
 *	RFC 8326	graceful shutdown, of prefixes that are about to go
 *	RFC 8654	extended messages, which are taken but not sent, and not
 *			from neighbors of a prefix
 *	RFC 8950	IPv6 next hops of IPv4 prefixes, on sessions over IPv6
 *	RFC 9234	roles and ONLY_TO_CUSTOMER
 *	RFC 9687	send hold timer
 */
#include <sys/types.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/announce_policy.h"
#include "bgplbd/messages/child.h"
#include "bgplbd/messages/control_rows.h"
#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/session/engine.h"
#include "bgplbd/session/listener.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/session.h"
#include "bgplbd/session/stream.h"
#include "common/channel.h"
#include "common/control.h"
#include "common/log.h"
#include "common/log_watch.h"

/* How long neighbors have to hear the last word. */
#define LAST_CALL_SECONDS	1

static void
send_to(struct channel *channel, uint32_t type, uint32_t peerid,
    const void *data, size_t len)
{
	/* If it is dead, its end callback tells. */
	if (channel != NULL)
		(void)channel_send(channel, type, peerid, -1, data, len);
}

/* Runs the flush after whatever is being read from the rde in this turn. */
static void
schedule_flush(struct engine *e)
{
	event_active(&e->flush, EV_TIMEOUT, 1);
}

static void
flush_neighbors(evutil_socket_t fd, short what, void *arg)
{
	struct engine *e = arg;
	size_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < e->roster.count; i++)
		neighbor_flush(e->roster.list[i]);
	engine_settled(e);
}

void
engine_ask_nexthop(struct engine *e, uint32_t neighbor,
    const struct address *local, uint32_t scope)
{
	const struct nexthop_query query = { .local = *local, .scope = scope };

	send_to(e->rde, MSG_SESSION_NEXTHOP, neighbor, &query, sizeof(query));
}

uint32_t
engine_ask_socket(struct engine *e, const struct neighbor_settings *n)
{
	const struct connect_request request = {
		.neighbor = (uint32_t)(n - e->settings->neighbors),
	};

	e->requests++;
	send_to(e->parent, MSG_SESSION_CONNECT, e->requests, &request,
	    sizeof(request));
	return e->requests;
}

void
engine_settled(struct engine *e)
{
	struct barrier barrier;
	uint64_t passed, slowest = UINT64_MAX;
	size_t i;

	if (!barriers_waiting(&e->barriers))
		return;
	for (i = 0; i < e->roster.count; i++) {
		passed = neighbor_barriers_passed(e->roster.list[i]);
		if (passed < slowest)
			slowest = passed;
	}
	if (barriers_take(&e->barriers, slowest, &barrier.sequence))
		send_to(e->rde, MSG_SESSION_BARRIER, 0, &barrier,
		    sizeof(barrier));
}

/*
 * From the rde.
 */

static struct rib *
rib_of(const struct engine *e, const struct prefix *p)
{
	return p->addr.afi == AFI_IPV4 ? e->rib4 : e->rib6;
}

/* The rde asks the same before: one that does not was taken over, or is at fault. */
static void
check_policy(const struct engine *e, const struct prefix *p)
{
	enum prefix_refusal refusal = announce_policy(e->settings, p);
	char text[PREFIX_STRLEN];

	if (refusal != REFUSAL_NONE)
		fatalx("rde wants %s to be announced, which is refused: %s",
		    prefix_format(p, text), prefix_refusal_text(refusal));
}

/* Prefixes that are withdrawn count until each neighbor was told so. */
static void
limit_prefixes(struct engine *e)
{
	if (rib_count(e->rib4) + rib_count(e->rib6) <= RIB_PREFIXES_MAX)
		return;
	rib_reclaim(e->rib4);
	rib_reclaim(e->rib6);
	if (rib_count(e->rib4) + rib_count(e->rib6) > RIB_PREFIXES_MAX)
		fatalx("rde announced more than %u prefixes, or neighbors do "
		    "not read that so many are withdrawn", RIB_PREFIXES_MAX);
}

static void
announce_prefixes(struct engine *e, const struct message *m)
{
	const struct announcement *a = m->data;
	size_t i, n = m->len / sizeof(*a);
	uint16_t traits;

	for (i = 0; i < n; i++) {
		check_policy(e, &a[i].prefix);
		traits = a[i].endpoints;
		if (a[i].leaving)
			traits |= RIB_LEAVING;
		rib_announce(rib_of(e, &a[i].prefix), &a[i].prefix, traits);
	}
	limit_prefixes(e);
}

static void
withdraw_prefixes(struct engine *e, const struct message *m)
{
	const struct prefix *p = m->data;
	size_t i, n = m->len / sizeof(*p);

	for (i = 0; i < n; i++)
		rib_withdraw(rib_of(e, &p[i]), &p[i]);
}

static void
answer_nexthop(struct engine *e, const struct message *m)
{
	const struct nexthop_answer *answer = m->data;
	struct neighbor *n = roster_by_number(e, m->peerid);

	if (m->peerid >= e->roster.numbers)
		fatalx("rde answered a next hop for neighbor %u, of which "
		    "there is none", m->peerid);
	/* One of a prefix may be gone meanwhile. */
	if (n != NULL)
		neighbor_nexthop(n, answer);
}

static void
add_barrier(struct engine *e, const struct message *m)
{
	const struct barrier *barrier = m->data;

	barriers_add(&e->barriers, barrier->sequence);
}

static void
start_neighbors(struct engine *e)
{
	size_t i;

	if (e->started || e->stopping)
		return;
	e->started = true;
	for (i = 0; i < e->roster.count; i++)
		neighbor_start(e->roster.list[i]);
	listener_start(e->listen4);
	listener_start(e->listen6);
}

static void
take_kernel_state(struct engine *e, const struct message *m)
{
	const struct kernel_state *kernel = m->data;
	size_t i;

	if (e->started)
		fatalx("rde told the state of the kernel too late");
	e->preserved = kernel->preserved;
	for (i = 0; i < e->roster.count && e->preserved; i++)
		neighbor_set_forwarding(e->roster.list[i]);
	start_neighbors(e);
}

static void
receive_from_rde(struct channel *channel, struct message *m, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	if (m->fd != -1 || m->type == MSG_SESSION_BARRIER ||
	    m->type == MSG_SESSION_NEXTHOP ||
	    !rde_session_is_valid(m->type, m->data, m->len))
		fatalx("rde sent a bad message of type %u, %zu bytes",
		    m->type, m->len);
	switch (m->type) {
	case MSG_RDE_ANNOUNCE:
		announce_prefixes(e, m);
		break;
	case MSG_RDE_WITHDRAW:
		withdraw_prefixes(e, m);
		break;
	case MSG_RDE_READY:
		e->ready = true;
		break;
	case MSG_RDE_BARRIER:
		add_barrier(e, m);
		break;
	case MSG_RDE_KERNEL:
		take_kernel_state(e, m);
		break;
	case MSG_RDE_NEXTHOP:
		answer_nexthop(e, m);
		break;
	}
	flow_check(&e->hold_rde);
	schedule_flush(e);
}

/*
 * From the frontend.
 */

static void
order_neighbor(struct engine *e, const struct message *m)
{
	const struct control_neighbor_order *order = m->data;
	struct control_result result;
	struct neighbor *n;

	memset(&result, 0, sizeof(result));
	switch (roster_at(e, &order->addr, order->interface, &n)) {
	case ROSTER_ONE:
		neighbor_order(n, m->type, order->reason, &result);
		break;
	case ROSTER_NONE:
		result.outcome = CONTROL_NO_SUCH_NEIGHBOR;
		break;
	case ROSTER_SEVERAL:
		result.outcome = CONTROL_REFUSED;
		strlcpy(result.text, CONTROL_SEVERAL_NEIGHBORS,
		    sizeof(result.text));
		break;
	}
	send_to(e->frontend, CONTROL_RESULT, m->peerid, &result,
	    sizeof(result));
}

static void
receive_from_frontend(struct channel *channel, struct message *m, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	if (!control_rows_is_request(m) && (m->fd != -1 ||
	    !control_request_is_for_session(m->type) ||
	    !control_request_is_valid(m->type, m->data, m->len)))
		fatalx("frontend sent a bad message of type %u, %zu bytes",
		    m->type, m->len);
	switch (m->type) {
	case MSG_FRONTEND_CONTINUE:
		show_continue(e, m->peerid);
		break;
	case MSG_FRONTEND_LEFT:
		show_end(e, m->peerid);
		break;
	case CONTROL_SHOW_NEIGHBORS:
	case CONTROL_SHOW_TOLD:
	case CONTROL_SHOW_ADVERTISEMENTS:
		show_begin(e, m);
		break;
	default:
		order_neighbor(e, m);
		break;
	}
	flow_check(&e->hold_frontend);
}

/*
 * The end.
 */

static void
leave(void *arg)
{
	struct engine *e = arg;

	event_base_loopbreak(e->base);
}

static void
last_call_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	leave(arg);
}

/* restart: routers are to keep the routes. */
static void
shut_down(struct engine *e, bool restart)
{
	const struct timeval tv = { .tv_sec = LAST_CALL_SECONDS };
	size_t i;

	if (e->stopping)
		return;
	e->stopping = true;
	listener_free(e->listen4);
	listener_free(e->listen6);
	e->listen4 = e->listen6 = NULL;
	for (i = 0; i < e->roster.count; i++)
		if (restart)
			neighbor_leave(e->roster.list[i]);
		else
			neighbor_stop(e->roster.list[i]);
	if (e->farewells.count == 0) {
		leave(e);
		return;
	}
	e->farewells.empty = leave;
	e->farewells.arg = e;
	event_add(&e->last_call, &tv);
}

static void
take_socket(struct engine *e, const struct message *m)
{
	const struct connect_answer *answer = m->data;
	struct neighbor *n;

	if (!connect_answer_is_valid(e->settings, m->data, m->len))
		fatalx("parent sent a bad answer about a socket");
	n = roster_by_settings(e, &e->settings->neighbors[answer->neighbor]);
	if (n == NULL || !neighbor_answer_socket(n, m->peerid, answer, m->fd))
		fatalx("parent sent a socket for which nobody asked");
}

static void
receive_from_parent(struct channel *channel, struct message *m, void *arg)
{
	if (child_answer_probe(channel, m))
		return;
	if (m->type == MSG_PARENT_CONNECT) {
		take_socket(arg, m);
		return;
	}
	if (m->fd != -1 || m->len != 0 || (m->type != MSG_PARENT_SHUTDOWN &&
	    m->type != MSG_PARENT_RESTART))
		fatalx("parent sent a bad message of type %u, %zu bytes",
		    m->type, m->len);
	shut_down(arg, m->type == MSG_PARENT_RESTART);
}

static void
parent_ended(struct channel *channel, enum channel_end end, void *arg)
{
	struct engine *e = arg;

	if (end != CHANNEL_EOF)
		fatalx("channel to parent: %s", channel_error(channel));
	channel_free(channel);
	e->parent = NULL;
	/* It died, and the service manager starts the whole anew. */
	shut_down(e, e->settings->graceful_restart != GRACEFUL_NO);
}

static void
rde_ended(struct channel *channel, enum channel_end end, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	sibling_end(&e->rde, end, CHILD_RDE, e->parent);
	flow_check(&e->hold_rde);
}

static void
frontend_ended(struct channel *channel, enum channel_end end, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	sibling_end(&e->frontend, end, CHILD_FRONTEND, e->parent);
	flow_check(&e->hold_frontend);
}

static void
rde_drained(struct channel *channel, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	flow_check(&e->hold_rde);
}

static void
frontend_drained(struct channel *channel, void *arg)
{
	struct engine *e = arg;

	(void)channel;
	flow_check(&e->hold_frontend);
}

static const struct channel_ops parent_ops = {
	.receive = receive_from_parent,
	.end = parent_ended,
};
static const struct channel_ops rde_ops = {
	.receive = receive_from_rde,
	.end = rde_ended,
	.drained = rde_drained,
};
static const struct channel_ops frontend_ops = {
	.receive = receive_from_frontend,
	.end = frontend_ended,
	.drained = frontend_drained,
};

static void
open_channels(struct engine *e, const struct session_fds *fds)
{
	const struct flow_reader rde = { &e->rde, child_title(CHILD_RDE) };
	const struct flow_reader frontend = {
		&e->frontend, child_title(CHILD_FRONTEND)
	};

	e->parent = channel_new(e->base, fds->parent, &parent_ops, e,
	    CHILD_QUEUE_MAX);
	e->rde = channel_new(e->base, fds->rde, &rde_ops, e, CHILD_QUEUE_MAX);
	e->frontend = channel_new(e->base, fds->frontend, &frontend_ops, e,
	    CHILD_QUEUE_MAX);
	flow_init(&e->hold_rde, e->base, &e->rde, &rde, 1, FLOW_HELD_MAX_MS);
	flow_init(&e->hold_frontend, e->base, &e->frontend, &frontend, 1,
	    FLOW_HELD_MAX_MS);
	LIST_INIT(&e->shows.list);
}

static void
engine_init(struct engine *e, const struct settings *settings,
    const struct session_fds *fds)
{
	e->settings = settings;
	e->unprotected = fds->unprotected;
	e->since = neighbor_now();
	e->base = event_base_new();
	if (e->base == NULL)
		fatalx("cannot make an event base");
	e->log = log_watch_new(e->base);
	e->input = xmalloc(STREAM_INPUT_SIZE);
	e->output = xmalloc(ENGINE_OUTPUT_SIZE);
	e->rib4 = rib_new(AFI_IPV4);
	e->rib6 = rib_new(AFI_IPV6);
	farewells_init(&e->farewells, e->base);
	if (event_assign(&e->flush, e->base, -1, 0, flush_neighbors,
	    e) == -1 || evtimer_assign(&e->last_call, e->base, last_call_over,
	    e) == -1)
		fatalx("cannot make an event");
	open_channels(e, fds);
	roster_init(e);
	e->listen4 = listener_new(e, fds->listen4);
	e->listen6 = listener_new(e, fds->listen6);
}

static void
engine_clear(struct engine *e)
{
	roster_clear(e);
	farewells_clear(&e->farewells);
	barriers_clear(&e->barriers);
	show_clear(e);
	flow_clear(&e->hold_rde);
	flow_clear(&e->hold_frontend);
	rib_free(e->rib4);
	rib_free(e->rib6);
	channel_free(e->parent);
	channel_free(e->rde);
	channel_free(e->frontend);
	event_del(&e->flush);
	event_del(&e->last_call);
	log_watch_free(e->log);
	event_base_free(e->base);
	free(e->input);
	free(e->output);
}

void
session_run(const struct settings *settings, const struct session_fds *fds)
{
	struct engine engine = { .settings = NULL };

	signal(SIGPIPE, SIG_IGN);
	engine_init(&engine, settings, fds);
	if (settings->graceful_restart == GRACEFUL_NO)
		start_neighbors(&engine);
	event_base_dispatch(engine.base);
	engine_clear(&engine);
	exit(0);
}
