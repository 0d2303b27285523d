#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/message.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/session/roster.h"
#include "bgplbd/session/tcp.h"
#include "common/clock.h"
#include "common/log.h"

/* How long one of a prefix is remembered when it has no connection any more. */
#define MEMORY_SECONDS	2

time_t
neighbor_now(void)
{
	return (time_t)(clock_ms() / 1000);
}

struct connection *
neighbor_other_connection(struct neighbor *n, const struct connection *c)
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
neighbor_is_paused(const struct neighbor *n)
{
	return event_pending(&n->pause, EV_TIMEOUT, NULL);
}

bool
neighbor_may_run(const struct neighbor *n)
{
	return !n->stopped && !n->down && !neighbor_is_paused(n);
}

bool
neighbor_wants(struct connection *c, void *arg)
{
	struct neighbor *n = arg;

	return neighbor_may_run(n) && is_used(n, c) &&
	    neighbor_other_connection(n, c)->state < BGP_OPENCONFIRM;
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
	n->local = tcp_local_address(c->stream.fd, &n->local_scope);
	n->changed = neighbor_now();
	n->times_established++;
	/* From now on a connection that ends does not mean a restart. */
	n->env.ours.graceful.restarting = false;
	neighbor_set_forwarding(n);
	n->received_prefixes = n->held_prefixes = 0;
	novelty_forget(&n->novelty);
	n->barriers_passed = 0;
	neighbor_info(n, "session up: AS %u, router id %s, %s, hold time "
	    "%u s, from %s", c->theirs.as,
	    address_format(&id, router_id), families_name(c->terms.families),
	    c->terms.hold_time, address_format(&n->local, local));
	if (c->terms.families == 0)
		neighbor_warn(n, "no address family in common, so nothing "
		    "is announced");
	neighbor_begin_telling(n);
}

/* No session for a while, whoever connects. */
static void
pause_session(struct neighbor *n, unsigned int seconds,
    const struct notification *why)
{
	const struct timeval tv = { .tv_sec = seconds };

	event_add(&n->pause, &tv);
	neighbor_end(n, why);
}

static void
damp(struct neighbor *n, time_t up, time_t now)
{
	unsigned int seconds;
	struct notification cease;

	/* What we end ourselves is not the neighbor's fault. */
	if (!neighbor_may_run(n))
		return;
	seconds = damping_session_ended(&n->damping, up, now) / 1000;
	if (seconds == 0)
		return;
	if (seconds < n->settings->connect_retry)
		seconds = n->settings->connect_retry;
	neighbor_warn(n, "%u short sessions in a row: no other for %u s",
	    n->damping.row, seconds);
	notification_set(&cease, NOTIFY_CEASE, CEASE_REJECTED, "%s", "");
	pause_session(n, seconds, &cease);
}

static void
session_down(struct neighbor *n)
{
	time_t now = neighbor_now(), up = now - n->changed;

	neighbor_info(n, "session down");
	n->up = NULL;
	n->changed = now;
	event_del(&n->refresh);
	neighbor_end_telling(n);
	damp(n, up, now);
}

/*
 * What the connections tell.
 */

/* RFC 4271 section 6.8. */
static bool
connection_opened(struct connection *c, void *arg)
{
	struct neighbor *n = arg;
	struct connection *other = neighbor_other_connection(n, c);

	switch (other->state) {
	case BGP_ESTABLISHED:
		return false;
	case BGP_OPENCONFIRM:
		if (c->incoming != open_keeps_incoming(&n->env.ours,
		    &c->theirs))
			return false;
		neighbor_yield(n, other);
		return true;
	case BGP_CONNECT:
		neighbor_yield(n, other);
		return true;
	default:
		return true;
	}
}

void
neighbor_start_later(struct neighbor *n)
{
	if (neighbor_wants(&n->outgoing, n))
		connection_start_later(&n->outgoing);
	if (neighbor_wants(&n->incoming, n))
		connection_start_later(&n->incoming);
}

/*
 * Neighbors of a prefix.  One is there while it has a connection, and longer only if
 * something has to be remembered of it: that the operator took it down, or that it has
 * to wait.
 */

static bool
is_of_prefix(const struct neighbor *n)
{
	return n->own != NULL;
}

static bool
may_be_forgotten(const struct neighbor *n)
{
	return neighbor_may_run(n) && n->parked == -1 &&
	    connection_is_vacant(&n->incoming);
}

static void
forget(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	if (!may_be_forgotten(n))
		return;
	log_debug("neighbor %s: forgotten", n->name);
	roster_forget(n->engine, n);
}

static void
connection_changed(struct connection *c, enum bgp_state from, void *arg)
{
	const struct timeval memory = { .tv_sec = MEMORY_SECONDS };
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
	    connection_is_vacant(&n->incoming))
		neighbor_unpark(n);
	if (is_of_prefix(n) && may_be_forgotten(n))
		event_add(&n->forget, &memory);
}

/* RFC 4271 section 6.7: too many prefixes. */
static void
refuse_prefixes(struct neighbor *n)
{
	struct notification cease;

	notification_set(&cease, NOTIFY_CEASE, CEASE_MAX_PREFIXES,
	    "more than %u, again in %u s", n->settings->max_prefix,
	    n->settings->max_prefix_restart);
	cease.hard = true;
	pause_session(n, n->settings->max_prefix_restart, &cease);
}

static void
pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	if (n->stopped)
		return;
	neighbor_info(n, "may come again");
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
		neighbor_warn(n, "UPDATE: %s: %s (RFC 7606)%s",
		    u->complaint, u->verdict == ATTRIBUTE_WITHDRAW ?
		    "its prefixes count as withdrawn" :
		    "the attribute is ignored",
		    novelty_remark(&n->novelty, remark));
	if (n->settings->max_prefix != 0 &&
	    n->held_prefixes > n->settings->max_prefix)
		refuse_prefixes(n);
}

/*
 * Not at once: all that this turn of the loop reads of them is served together, after
 * what others have sent.
 */
static void
connection_refresh(struct connection *c, enum afi afi, void *arg)
{
	struct neighbor *n = arg;

	(void)c;
	if (!adjacency_ask_refresh(&n->adjacency, afi))
		return;
	log_debug("neighbor %s: wants %s prefixes again", n->name,
	    afi == AFI_IPV4 ? "IPv4" : "IPv6");
	if (!event_pending(&n->refresh, EV_TIMEOUT, NULL))
		event_active(&n->refresh, EV_TIMEOUT, 1);
}

static void
connection_flood(struct connection *c, void *arg)
{
	static const char text[] = "sends floods of messages that say nothing: "
	    "it is read more slowly";
	struct neighbor *n = arg;
	char remark[NOVELTY_REMARK_MAX];

	(void)c;
	if (novelty_is_news(&n->novelty, text, neighbor_now()))
		neighbor_warn(n, "%s%s", text,
		    novelty_remark(&n->novelty, remark));
}

static void
connection_room(struct connection *c, void *arg)
{
	(void)c;
	neighbor_flush(arg);
}

/* It ends for the sake of the other connection. */
static bool
is_nobodys_trouble(struct neighbor *n, const struct connection *c)
{
	return n->yielding ||
	    neighbor_other_connection(n, c)->state >= BGP_OPENCONFIRM;
}

static void
connection_notified(struct connection *c, const struct notification *what,
    bool sent, void *arg)
{
	struct neighbor *n = arg;

	if (!is_nobodys_trouble(n, c))
		last_errors_note_notification(&n->errors, what, sent,
		    neighbor_now());
}

static void
connection_trouble(struct connection *c, const char *text, void *arg)
{
	struct neighbor *n = arg;
	char remark[NOVELTY_REMARK_MAX];

	if (n->stopped || n->down) {
		neighbor_info(n, "%s", text);
		return;
	}
	if (is_nobodys_trouble(n, c)) {
		log_debug("neighbor %s: %s", n->name, text);
		return;
	}
	last_errors_note(&n->errors, text, neighbor_now());
	if (novelty_is_news(&n->novelty, n->errors.text, neighbor_now()))
		neighbor_warn(n, "%s%s", text,
		    novelty_remark(&n->novelty, remark));
	else
		log_debug("neighbor %s: %s", n->name, text);
}

/* One of a prefix is never connected to. */
static uint32_t
connection_ask_socket(struct connection *c, void *arg)
{
	struct neighbor *n = arg;

	(void)c;
	return engine_ask_socket(n->engine, n->settings);
}

static const struct connection_ops connection_ops = {
	.wanted = neighbor_wants,
	.opened = connection_opened,
	.changed = connection_changed,
	.update = connection_update,
	.refresh = connection_refresh,
	.flood = connection_flood,
	.room = connection_room,
	.notified = connection_notified,
	.ask_socket = connection_ask_socket,
	.trouble = connection_trouble,
};

/*
 * What is made when routers have long ceased to wait for our restart does not come of
 * it, and has nothing to lose by it (RFC 4724 section 4.1): a neighbor of a prefix.
 */
static void
offer_graceful_restart(struct neighbor *n)
{
	struct open_graceful *g = &n->env.ours.graceful;
	const struct settings *s = n->engine->settings;
	bool late = is_of_prefix(n) &&
	    neighbor_now() - n->engine->since > s->restart_time;

	g->present = s->graceful_restart != GRACEFUL_NO;
	g->restarting = !late;
	g->notifications = s->graceful_restart == GRACEFUL_ALWAYS;
	g->restart_time = s->restart_time;
	g->families = n->settings->families;
	if (late || n->engine->preserved)
		neighbor_set_forwarding(n);
}

void
neighbor_set_forwarding(struct neighbor *n)
{
	n->env.ours.graceful.forwarding = n->env.ours.graceful.families;
}

static struct neighbor *
make(struct engine *engine, const struct neighbor_settings *settings,
    struct neighbor_settings *own, uint32_t number)
{
	struct neighbor *n = xcalloc(1, sizeof(*n));

	n->engine = engine;
	n->settings = settings;
	n->own = own;
	n->number = number;
	neighbor_settings_name(settings, n->name);
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
	/* A part of one is kept until the rest comes, and who is of a prefix is many. */
	n->env.ours.extended_messages = own == NULL;
	n->env.ours.enhanced_refresh = true;
	n->env.ours.role = settings->role;
	n->env.ours.ipv6_nexthop = settings->addr.afi == AFI_IPV6 &&
	    settings->families & NEIGHBOR_IPV4 &&
	    !address_is_set(&engine->settings->nexthop4);
	offer_graceful_restart(n);
	connection_init(&n->outgoing, &n->env, false, &connection_ops, n);
	connection_init(&n->incoming, &n->env, true, &connection_ops, n);
	n->parked = -1;
	evtimer_assign(&n->parked_timeout, engine->base, neighbor_parked_timeout, n);
	evtimer_assign(&n->refresh, engine->base, neighbor_refresh_due, n);
	evtimer_assign(&n->pause, engine->base, pause_over, n);
	evtimer_assign(&n->forget, engine->base, forget, n);
	evtimer_assign(&n->local_gone, engine->base, neighbor_local_gone, n);
	evtimer_assign(&n->held_long, engine->base, neighbor_held_long, n);
	n->changed = neighbor_now();
	return n;
}

struct neighbor *
neighbor_new(struct engine *engine, const struct neighbor_settings *settings,
    uint32_t number)
{
	return make(engine, settings, NULL, number);
}

struct neighbor *
neighbor_new_of_prefix(struct engine *engine,
    const struct neighbor_settings *prefix, const struct address *addr,
    uint32_t number)
{
	struct neighbor_settings *own = xmalloc(sizeof(*own));
	struct neighbor *n;

	*own = *prefix;
	own->addr = *addr;
	own->dynamic = false;
	n = make(engine, own, own, number);
	n->prefix = prefix;
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
	event_del(&n->refresh);
	event_del(&n->parked_timeout);
	event_del(&n->pause);
	event_del(&n->forget);
	event_del(&n->local_gone);
	event_del(&n->held_long);
	if (n->parked != -1)
		close(n->parked);
	free(n->own);
	free(n);
}

void
neighbor_start(struct neighbor *n)
{
	if (!is_used(n, &n->incoming) && !is_used(n, &n->outgoing))
		neighbor_warn(n, "it is passive, but nothing listens for "
		    "it: set a port to listen on");
	if (is_used(n, &n->incoming))
		connection_start(&n->incoming);
	if (is_used(n, &n->outgoing))
		connection_start(&n->outgoing);
}

bool
neighbor_answer_socket(struct neighbor *n, uint32_t number,
    const struct connect_answer *answer, int fd)
{
	return connection_answer_socket(&n->outgoing, number, answer, fd);
}

void
neighbor_end(struct neighbor *n, const struct notification *why)
{
	connection_stop(&n->outgoing, why);
	connection_stop(&n->incoming, why);
	if (n->parked != -1)
		neighbor_unpark(n);
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
		neighbor_info(n, "is to keep the routes");
		connection_clear(n->up);
		session_down(n);
	}
	notification_set(&cease, NOTIFY_CEASE, CEASE_ADMIN_RESET, "%s", "");
	neighbor_end(n, &cease);
}
