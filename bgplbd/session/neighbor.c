#include <net/if.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/message.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/session/tcp.h"
#include "bgplbd/session/utf8.h"
#include "common/log.h"

/*
 * How long a connection of the neighbor's waits for its turn; longer than the
 * damping of connections that we accept.
 */
#define PARKED_SECONDS	3

time_t
neighbor_now(void)
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

bool
neighbor_may_run(const struct neighbor *n)
{
	return !n->stopped && !n->down &&
	    !event_pending(&n->pause, EV_TIMEOUT, NULL);
}

static bool
is_wanted(struct connection *c, void *arg)
{
	struct neighbor *n = arg;

	return neighbor_may_run(n) && is_used(n, c) &&
	    other_connection(n, c)->state < BGP_OPENCONFIRM;
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
session_up(struct neighbor *n, struct connection *c)
{
	const struct address id = address_from_ipv4(c->theirs.router_id);
	char local[ADDRESS_STRLEN], router_id[ADDRESS_STRLEN];

	n->up = c;
	n->local = tcp_local_address(c->stream.fd);
	n->changed = neighbor_now();
	n->times_established++;
	/* From now on a connection that ends does not mean a restart. */
	n->env.ours.graceful.restarting = false;
	neighbor_set_forwarding(n);
	n->received_prefixes = n->held_prefixes = 0;
	novelty_forget(&n->novelty);
	n->barriers_passed = 0;
	log_info("neighbor %s: session up: AS %u, router id %s, %s, hold time "
	    "%u s, from %s", n->name, c->theirs.as,
	    address_format(&id, router_id), families_name(c->terms.families),
	    c->terms.hold_time, address_format(&n->local, local));
	if (c->terms.families == 0)
		log_warn("neighbor %s: no address family in common, so nothing "
		    "is announced", n->name);
	neighbor_begin_telling(n);
}

static void
session_down(struct neighbor *n)
{
	log_info("neighbor %s: session down", n->name);
	n->up = NULL;
	n->changed = neighbor_now();
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
	notification_write(&cease, false, &w);
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
	time_t t = neighbor_now();

	if (t == n->probed)
		return;
	n->probed = t;
	connection_probe(n->up);
}

bool
neighbor_is_at(const struct neighbor *n, const struct address *addr,
    uint32_t scope)
{
	return address_cmp(&n->settings->addr, addr) == 0 &&
	    (n->settings->interface[0] == '\0' ||
	    if_nametoindex(n->settings->interface) == scope);
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
	if (!neighbor_may_run(n)) {
		reject(n, fd, CEASE_REJECTED);
		return;
	}
	if (tcp_set_ttl(fd, n->settings, n->env.ours.as) == -1) {
		log_warn("neighbor %s: cannot set the TTL of a connection: %s",
		    n->name, strerror(errno));
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

void
neighbor_start_later(struct neighbor *n)
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
		session_up(n, c);
	if (from == BGP_ESTABLISHED)
		session_down(n);
	if (c->state < BGP_OPENCONFIRM)
		neighbor_start_later(n);
	if (n->parked != -1 && n->up == NULL &&
	    n->incoming.state == BGP_ACTIVE)
		unpark(n);
}

/* RFC 4271 section 6.7: too many prefixes. */
static void
pause_session(struct neighbor *n)
{
	const struct timeval tv = {
		.tv_sec = n->settings->max_prefix_restart,
	};
	struct notification cease;

	notification_set(&cease, NOTIFY_CEASE, CEASE_MAX_PREFIXES,
	    "more than %u, again in %u s", n->settings->max_prefix,
	    n->settings->max_prefix_restart);
	cease.hard = true;
	event_add(&n->pause, &tv);
	neighbor_end(n, &cease);
}

static void
pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	log_info("neighbor %s: may come again after too many prefixes",
	    n->name);
	neighbor_start(n);
}

static void
connection_update(struct connection *c, const struct update_summary *u,
    void *arg)
{
	struct neighbor *n = arg;
	char remark[NOVELTY_REMARK_MAX];

	(void)c;
	n->updates_received++;
	n->received_prefixes += u->announced;
	n->held_prefixes += u->announced;
	n->held_prefixes -= u->withdrawn < n->held_prefixes ? u->withdrawn :
	    n->held_prefixes;
	if (u->verdict != ATTRIBUTE_FINE &&
	    novelty_is_news(&n->novelty, u->complaint, neighbor_now()))
		log_warn("neighbor %s: UPDATE: %s: %s (RFC 7606)%s", n->name,
		    u->complaint, u->verdict == ATTRIBUTE_WITHDRAW ?
		    "its prefixes count as withdrawn" :
		    "the attribute is ignored",
		    novelty_remark(&n->novelty, remark));
	if (n->settings->max_prefix != 0 &&
	    n->held_prefixes > n->settings->max_prefix)
		pause_session(n);
}

static void
connection_refresh(struct connection *c, enum afi afi, void *arg)
{
	struct neighbor *n = arg;

	(void)c;
	log_debug("neighbor %s: wants %s prefixes again", n->name,
	    afi == AFI_IPV4 ? "IPv4" : afi == AFI_IPV6 ? "IPv6" : "other");
	adjacency_refresh(&n->adjacency, afi, n->up->terms.enhanced_refresh);
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
	char remark[NOVELTY_REMARK_MAX];

	if (n->stopped || n->down) {
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
	if (novelty_is_news(&n->novelty, n->last_error, neighbor_now()))
		log_warn("neighbor %s: %s%s", n->name, text,
		    novelty_remark(&n->novelty, remark));
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

static void
offer_graceful_restart(struct neighbor *n)
{
	struct open_graceful *g = &n->env.ours.graceful;
	const struct settings *s = n->engine->settings;

	g->present = s->graceful_restart != GRACEFUL_NO;
	g->restarting = true;
	g->notifications = s->graceful_restart == GRACEFUL_ALWAYS;
	g->restart_time = s->restart_time;
	g->families = n->settings->families;
}

void
neighbor_set_forwarding(struct neighbor *n)
{
	n->env.ours.graceful.forwarding = n->env.ours.graceful.families;
}

struct neighbor *
neighbor_new(struct engine *engine, const struct neighbor_settings *settings,
    uint32_t index)
{
	struct neighbor *n = xcalloc(1, sizeof(*n));

	n->engine = engine;
	n->settings = settings;
	n->index = index;
	address_format(&settings->addr, n->name);
	if (settings->interface[0] != '\0') {
		strlcat(n->name, "%", sizeof(n->name));
		strlcat(n->name, settings->interface, sizeof(n->name));
	}
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
	n->env.ours.families = settings->families;
	n->env.ours.extended_messages = true;
	n->env.ours.enhanced_refresh = true;
	n->env.ours.role = settings->role;
	n->env.ours.ipv6_nexthop = settings->addr.afi == AFI_IPV6 &&
	    settings->families & NEIGHBOR_IPV4 &&
	    !address_is_set(&engine->settings->nexthop4);
	offer_graceful_restart(n);
	connection_init(&n->outgoing, &n->env, false, &connection_ops, n);
	connection_init(&n->incoming, &n->env, true, &connection_ops, n);
	n->parked = -1;
	evtimer_assign(&n->parked_timeout, engine->base, parked_timeout, n);
	evtimer_assign(&n->pause, engine->base, pause_over, n);
	n->changed = neighbor_now();
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
	event_del(&n->pause);
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
neighbor_end(struct neighbor *n, const struct notification *why)
{
	connection_stop(&n->outgoing, why);
	connection_stop(&n->incoming, why);
	if (n->parked != -1)
		unpark(n);
}

void
neighbor_stop(struct neighbor *n)
{
	struct notification cease;

	n->stopped = true;
	notification_set(&cease, NOTIFY_CEASE, CEASE_ADMIN_SHUTDOWN, "%s", "");
	cease.hard = true;
	neighbor_end(n, &cease);
}

void
neighbor_leave(struct neighbor *n)
{
	struct notification cease;

	n->stopped = true;
	if (n->up != NULL && n->up->terms.graceful) {
		log_info("neighbor %s: is to keep the routes", n->name);
		connection_clear(n->up);
		session_down(n);
	}
	notification_set(&cease, NOTIFY_CEASE, CEASE_ADMIN_RESET, "%s", "");
	neighbor_end(n, &cease);
}
