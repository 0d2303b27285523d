#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/connection.h"
#include "bgplbd/session/engine.h"
#include "bgplbd/session/message.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/nexthop.h"
#include "bgplbd/session/novelty.h"
#include "bgplbd/session/tcp.h"
#include "bgplbd/session/utf8.h"
#include "common/log.h"

/* Full buffers written to one neighbor before others have their turn. */
#define FLUSH_ROUNDS	8
/*
 * How long a connection of the neighbor's waits for its turn; longer than the
 * damping of connections that we accept.
 */
#define PARKED_SECONDS	3

struct neighbor {
	struct engine			*engine;
	const struct neighbor_settings	*settings;
	uint32_t			 index;
	char				 name[ADDRESS_STRLEN];
	struct connection_env		 env;
	struct connection		 outgoing;
	struct connection		 incoming;
	struct connection		*up;	/* the Established one */
	struct address			 local;	/* of it */
	struct adjacency		 adjacency;
	unsigned int			 nexthop_queries; /* not answered */
	uint64_t			 barriers_passed;
	int				 parked;	/* socket, or -1 */
	struct event			 parked_timeout;
	time_t				 probed;
	time_t				 changed;	/* up or down */
	bool				 stopped;
	bool				 yielding;	/* one to the other */
	uint64_t			 updates_sent;
	uint64_t			 updates_received;
	uint64_t			 received_prefixes;
	uint64_t			 times_established;
	char				 last_error[CONTROL_TEXT_MAX];
	struct novelty			 novelty;	/* since it was up */
};

static time_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static struct connection *
other_connection(struct neighbor *n, const struct connection *c)
{
	return c == &n->outgoing ? &n->incoming : &n->outgoing;
}

/* Does this neighbor have use for such a connection at all? */
static bool
is_used(const struct neighbor *n, const struct connection *c)
{
	if (c == &n->outgoing)
		return !n->settings->passive;
	return (n->settings->addr.afi == AFI_IPV4 ? n->engine->listen4 :
	    n->engine->listen6) != NULL;
}

static bool
is_wanted(struct connection *c, void *arg)
{
	struct neighbor *n = arg;

	return !n->stopped && is_used(n, c) &&
	    other_connection(n, c)->state < BGP_OPENCONFIRM;
}

/*
 * What an established neighbor is told.
 */

static void
settled(struct neighbor *n)
{
	n->barriers_passed = n->engine->barriers.set;
	engine_settled(n->engine);
}

void
neighbor_flush(struct neighbor *n)
{
	struct engine *engine = n->engine;
	struct wire_writer w;
	unsigned int i;
	size_t messages;

	if (n->up == NULL)
		return;
	for (i = 0; i < FLUSH_ROUNDS; i++) {
		if (!connection_is_clear(n->up))
			return;
		w = wire_writer(engine->output, ENGINE_OUTPUT_SIZE);
		messages = adjacency_fill(&n->adjacency, engine->ready, &w);
		if (messages == 0) {
			settled(n);
			return;
		}
		n->updates_sent += messages;
		connection_send(n->up, w.data, w.len, messages);
	}
	connection_await_room(n->up);
}

static void
announce_with(struct neighbor *n, struct rib *rib,
    const struct nexthop *nexthop)
{
	const struct update_path path = {
		.as = n->env.ours.as,
		.internal = n->settings->remote_as == n->env.ours.as,
		.as4 = n->up->terms.as4,
		.nexthop = nexthop->addr,
	};
	char text[ADDRESS_STRLEN];

	address_format(&nexthop->addr, text);
	if (nexthop->source == NEXTHOP_ROUTER_ID &&
	    nexthop->addr.afi == AFI_IPV6)
		log_warn("neighbor %s: next hop of IPv6 prefixes is %s, the "
		    "IPv4-mapped router id, for want of a global IPv6 "
		    "address: set an IPv6 nexthop", n->name, text);
	else
		log_info("neighbor %s: next hop of %s prefixes is %s (%s)",
		    n->name, nexthop->addr.afi == AFI_IPV4 ? "IPv4" : "IPv6",
		    text, nexthop_source_name(nexthop->source));
	adjacency_add(&n->adjacency, rib, &path);
}

static void
announce_ipv6(struct neighbor *n)
{
	struct nexthop nexthop;

	nexthop = nexthop_ipv6(n->engine->settings, &n->local);
	if (nexthop.source == NEXTHOP_ASK) {
		n->nexthop_queries++;
		engine_ask_nexthop(n->engine, n->index, &n->local);
	} else {
		announce_with(n, n->engine->rib6, &nexthop);
	}
}

/* An answer to a query of a session that is gone counts as none. */
void
neighbor_nexthop(struct neighbor *n, const struct address *answer)
{
	struct nexthop nexthop;

	if (n->nexthop_queries == 0 || --n->nexthop_queries > 0 ||
	    n->up == NULL || !(n->up->terms.families & NEIGHBOR_IPV6))
		return;
	nexthop = nexthop_answered(n->engine->settings, answer);
	announce_with(n, n->engine->rib6, &nexthop);
	neighbor_flush(n);
}

static const char *
families_name(uint32_t families)
{
	switch (families) {
	case NEIGHBOR_IPV4:
		return "IPv4";
	case NEIGHBOR_IPV6:
		return "IPv6";
	case NEIGHBOR_IPV4 | NEIGHBOR_IPV6:
		return "IPv4 and IPv6";
	default:
		return "no family";
	}
}

static void
neighbor_up(struct neighbor *n, struct connection *c)
{
	const struct address id = address_from_ipv4(c->theirs.router_id);
	struct nexthop nexthop;
	char local[ADDRESS_STRLEN], router_id[ADDRESS_STRLEN];

	n->up = c;
	n->local = tcp_local_address(c->stream.fd);
	n->changed = now();
	n->times_established++;
	n->received_prefixes = 0;
	memset(&n->novelty, 0, sizeof(n->novelty));
	n->barriers_passed = 0;
	log_info("neighbor %s: session up: AS %u, router id %s, %s, hold time "
	    "%u s, from %s", n->name, c->theirs.as,
	    address_format(&id, router_id), families_name(c->terms.families),
	    c->terms.hold_time, address_format(&n->local, local));
	if (c->terms.families == 0)
		log_warn("neighbor %s: no address family in common, so nothing "
		    "is announced", n->name);
	if (c->terms.families & NEIGHBOR_IPV4) {
		nexthop = nexthop_ipv4(n->engine->settings, &n->local);
		announce_with(n, n->engine->rib4, &nexthop);
	}
	if (c->terms.families & NEIGHBOR_IPV6)
		announce_ipv6(n);
	neighbor_flush(n);
}

static void
neighbor_down(struct neighbor *n)
{
	log_info("neighbor %s: session down", n->name);
	n->up = NULL;
	n->changed = now();
	adjacency_clear(&n->adjacency);
	engine_settled(n->engine);
}

/*
 * Connections of the neighbor's that have to wait: for the end of the damping of the
 * last one, or for a session to show whether it still lives.
 */

static void
unpark(struct neighbor *n)
{
	int fd = n->parked;

	n->parked = -1;
	event_del(&n->parked_timeout);
	if (n->incoming.state == BGP_ACTIVE && n->up == NULL)
		connection_accept(&n->incoming, fd);
	else
		close(fd);
}

/* Tells the neighbor why, which a mere close would not. */
static void
reject(struct neighbor *n, int fd, enum cease_error subcode)
{
	uint8_t *message = xmalloc(BGP_MESSAGE_MAX);
	struct wire_writer w = wire_writer(message, BGP_MESSAGE_MAX);
	struct notification cease;

	notification_set(&cease, NOTIFY_CEASE, subcode, "%s", "");
	notification_write(&cease, &w);
	log_debug("neighbor %s: rejected another connection", n->name);
	farewell_say(&n->engine->farewells, fd, message, w.len);
}

static void
parked_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	reject(n, n->parked, n->up != NULL ? CEASE_COLLISION :
	    CEASE_REJECTED);
	n->parked = -1;
}

/* The neighbor has no use for an older one, since it opened another. */
static void
park(struct neighbor *n, int fd)
{
	const struct timeval tv = { .tv_sec = PARKED_SECONDS };

	if (n->parked != -1)
		close(n->parked);
	n->parked = fd;
	event_add(&n->parked_timeout, &tv);
}

/*
 * A neighbor that connects although its session is up may have restarted and know
 * nothing of it.  A KEEPALIVE, at most one a second (RFC 4271 section 4.4), finds
 * out: the reset ends the session, long before its hold time would.
 */
static void
probe(struct neighbor *n)
{
	time_t t = now();

	if (t == n->probed)
		return;
	n->probed = t;
	connection_probe(n->up);
}

/* Ends one connection for the sake of another, which is nobody's trouble. */
static void
yield(struct neighbor *n, struct connection *c)
{
	n->yielding = true;
	connection_stand_down(c);
	n->yielding = false;
}

void
neighbor_accept(struct neighbor *n, int fd)
{
	if (n->stopped) {
		close(fd);
		return;
	}
	if (n->up != NULL) {
		park(n, fd);
		probe(n);
		return;
	}
	if (n->incoming.state == BGP_OPENSENT) {
		/* It gave that one up, or it would not open another. */
		yield(n, &n->incoming);
		if (is_wanted(&n->incoming, n))
			connection_start(&n->incoming);
	}
	if (n->incoming.state == BGP_ACTIVE)
		connection_accept(&n->incoming, fd);
	else
		park(n, fd);
}

/*
 * What the connections tell.
 */

/* RFC 4271 section 6.8. */
static bool
connection_opened(struct connection *c, void *arg)
{
	struct neighbor *n = arg;
	struct connection *other = other_connection(n, c);

	switch (other->state) {
	case BGP_ESTABLISHED:
		return false;
	case BGP_OPENCONFIRM:
		if (c->incoming != open_keeps_incoming(&n->env.ours,
		    &c->theirs))
			return false;
		yield(n, other);
		return true;
	case BGP_CONNECT:
		yield(n, other);
		return true;
	default:
		return true;
	}
}

static void
start_idle(struct neighbor *n)
{
	if (is_wanted(&n->outgoing, n))
		connection_start_later(&n->outgoing);
	if (is_wanted(&n->incoming, n))
		connection_start_later(&n->incoming);
}

static void
connection_changed(struct connection *c, enum bgp_state from, void *arg)
{
	struct neighbor *n = arg;

	log_debug("neighbor %s: %s: %s to %s", n->name,
	    c->incoming ? "accepted" : "opened", bgp_state_name(from),
	    bgp_state_name(c->state));
	if (c->state == BGP_ESTABLISHED)
		neighbor_up(n, c);
	if (from == BGP_ESTABLISHED)
		neighbor_down(n);
	if (c->state < BGP_OPENCONFIRM)
		start_idle(n);
	if (n->parked != -1 && n->up == NULL &&
	    n->incoming.state == BGP_ACTIVE)
		unpark(n);
}

static void
connection_update(struct connection *c, const struct update_summary *u,
    void *arg)
{
	struct neighbor *n = arg;

	(void)c;
	n->updates_received++;
	n->received_prefixes += u->announced;
	if (u->verdict == ATTRIBUTE_FINE ||
	    !novelty_is_news(&n->novelty, u->complaint))
		return;
	log_warn("neighbor %s: UPDATE: %s: %s (RFC 7606)", n->name,
	    u->complaint, u->verdict == ATTRIBUTE_WITHDRAW ?
	    "its prefixes count as withdrawn" : "the attribute is ignored");
}

static void
connection_refresh(struct connection *c, enum afi afi, void *arg)
{
	struct neighbor *n = arg;

	(void)c;
	log_debug("neighbor %s: wants %s prefixes again", n->name,
	    afi == AFI_IPV4 ? "IPv4" : afi == AFI_IPV6 ? "IPv6" : "other");
	adjacency_refresh(&n->adjacency, afi);
	neighbor_flush(n);
}

static void
connection_room(struct connection *c, void *arg)
{
	(void)c;
	neighbor_flush(arg);
}

static void
connection_trouble(struct connection *c, const char *text, void *arg)
{
	struct neighbor *n = arg;

	if (n->stopped) {
		log_info("neighbor %s: %s", n->name, text);
		return;
	}
	if (n->yielding ||
	    other_connection(n, c)->state >= BGP_OPENCONFIRM) {
		log_debug("neighbor %s: %s", n->name, text);
		return;
	}
	utf8_copy(n->last_error, sizeof(n->last_error),
	    (const uint8_t *)text, strlen(text));
	if (novelty_is_news(&n->novelty, n->last_error))
		log_warn("neighbor %s: %s", n->name, text);
	else
		log_debug("neighbor %s: %s", n->name, text);
}

static const struct connection_ops connection_ops = {
	.wanted = is_wanted,
	.opened = connection_opened,
	.changed = connection_changed,
	.update = connection_update,
	.refresh = connection_refresh,
	.room = connection_room,
	.trouble = connection_trouble,
};

struct neighbor *
neighbor_new(struct engine *engine, const struct neighbor_settings *settings,
    uint32_t index)
{
	struct neighbor *n = xcalloc(1, sizeof(*n));

	n->engine = engine;
	n->settings = settings;
	n->index = index;
	address_format(&settings->addr, n->name);
	n->env.base = engine->base;
	n->env.farewells = &engine->farewells;
	n->env.scratch = engine->input;
	n->env.settings = settings;
	n->env.ours.as = engine->settings->as;
	n->env.ours.router_id = address_to_ipv4(&engine->settings->router_id);
	n->env.ours.hold_time = settings->hold_time;
	n->env.ours.as4 = true;
	n->env.ours.route_refresh = true;
	n->env.ours.multiprotocol = true;
	n->env.ours.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6;
	connection_init(&n->outgoing, &n->env, false, &connection_ops, n);
	connection_init(&n->incoming, &n->env, true, &connection_ops, n);
	n->parked = -1;
	evtimer_assign(&n->parked_timeout, engine->base, parked_timeout, n);
	n->changed = now();
	return n;
}

void
neighbor_free(struct neighbor *n)
{
	if (n == NULL)
		return;
	connection_clear(&n->outgoing);
	connection_clear(&n->incoming);
	adjacency_clear(&n->adjacency);
	event_del(&n->parked_timeout);
	if (n->parked != -1)
		close(n->parked);
	free(n);
}

void
neighbor_start(struct neighbor *n)
{
	if (!is_used(n, &n->incoming) && !is_used(n, &n->outgoing))
		log_warn("neighbor %s: it is passive, but nothing listens for "
		    "it: set a port to listen on", n->name);
	if (is_used(n, &n->incoming))
		connection_start(&n->incoming);
	if (is_used(n, &n->outgoing))
		connection_start(&n->outgoing);
}

void
neighbor_stop(struct neighbor *n)
{
	n->stopped = true;
	connection_stop(&n->outgoing);
	connection_stop(&n->incoming);
	if (n->parked != -1)
		unpark(n);
}

const struct address *
neighbor_address(const struct neighbor *n)
{
	return &n->settings->addr;
}

uint64_t
neighbor_barriers_passed(const struct neighbor *n)
{
	return n->up == NULL ? UINT64_MAX : n->barriers_passed;
}

void
neighbor_report(const struct neighbor *n, struct control_neighbor *out)
{
	memset(out, 0, sizeof(*out));
	out->addr = n->settings->addr;
	out->remote_as = n->settings->remote_as;
	out->state = n->outgoing.state > n->incoming.state ?
	    n->outgoing.state : n->incoming.state;
	out->changed_seconds = (uint64_t)(now() - n->changed);
	out->port = n->settings->port;
	out->passive = n->settings->passive;
	out->messages_sent = n->env.messages_sent;
	out->messages_received = n->env.messages_received;
	out->updates_sent = n->updates_sent;
	out->updates_received = n->updates_received;
	out->received_prefixes = n->received_prefixes;
	out->times_established = n->times_established;
	strlcpy(out->description, n->settings->description,
	    sizeof(out->description));
	strlcpy(out->last_error, n->last_error, sizeof(out->last_error));
	if (n->up == NULL)
		return;
	out->local_address = n->local;
	out->families = n->up->terms.families;
	out->router_id = n->up->theirs.router_id;
	out->hold_time = n->up->terms.hold_time;
	out->sent_prefixes = adjacency_count(&n->adjacency);
}
