#include <string.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/session/nexthop.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* Full buffers written to one neighbor before others have their turn. */
#define FLUSH_ROUNDS	32

static void
settled(struct neighbor *n)
{
	n->barriers_passed = n->engine->barriers.set;
	engine_settled(n->engine);
}

void
neighbor_refresh_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	neighbor_flush(arg);
}

static void
begin_refresh(struct neighbor *n)
{
	uint64_t wait = adjacency_begin_refresh(&n->adjacency,
	    n->up->terms.enhanced_refresh, clock_ms());

	if (wait != 0)
		timer_set(&n->refresh, wait);
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
		begin_refresh(n);
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

static const char *
family_name(enum afi afi)
{
	return afi == AFI_IPV4 ? "IPv4" : "IPv6";
}

static struct nexthop
choose_nexthop(const struct neighbor *n, enum afi afi)
{
	const struct nexthop_answer *host = n->answered ? &n->host : NULL;
	const struct settings *s = n->engine->settings;

	if (afi == AFI_IPV6)
		return nexthop_ipv6(s, &n->local, host);
	if (n->up->terms.ipv6_nexthop)
		return nexthop_ipv4_or_ipv6(s, &n->local, host);
	return nexthop_ipv4(s, &n->local, host);
}

static void
hold_back(struct neighbor *n, const struct adjacency_family *f,
    enum nexthop_source why)
{
	const char *reason = nexthop_source_name(why);

	if (f->held == reason)
		return;
	if (why == NEXTHOP_HELD_TENTATIVE)	/* for some seconds */
		neighbor_info(n, "%s prefixes are held back: %s",
		    family_name(f->path.afi), reason);
	else if (why != NEXTHOP_HELD_ASKED)
		neighbor_warn(n, "%s prefixes are held back: %s",
		    family_name(f->path.afi), reason);
	adjacency_hold(&n->adjacency, f->path.afi, reason);
}

static void
use_nexthop(struct neighbor *n, const struct adjacency_family *f,
    const struct nexthop *nexthop)
{
	struct address link_local = { .afi = AFI_NONE };
	char text[ADDRESS_STRLEN];

	if (n->local.afi == AFI_IPV6 && address_is_linklocal(&n->local) &&
	    nexthop->addr.afi == AFI_IPV6 &&
	    !address_is_linklocal(&nexthop->addr))
		link_local = n->local;
	if (f->held != NULL ||
	    address_cmp(&f->path.nexthop, &nexthop->addr) != 0)
		neighbor_info(n, "next hop of %s prefixes is %s (%s)",
		    family_name(f->path.afi),
		    address_format(&nexthop->addr, text),
		    nexthop_source_name(nexthop->source));
	adjacency_set_nexthop(&n->adjacency, f->path.afi, &nexthop->addr,
	    &link_local);
}

/* By the addresses that the host has now. */
static void
update_nexthops(struct neighbor *n)
{
	static const enum afi families[] = { AFI_IPV4, AFI_IPV6 };
	const struct adjacency_family *f;
	struct nexthop nexthop;
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		f = adjacency_family(&n->adjacency, families[i]);
		if (f == NULL)
			continue;
		nexthop = choose_nexthop(n, families[i]);
		if (nexthop_is_held(&nexthop))
			hold_back(n, f, nexthop.source);
		else
			use_nexthop(n, f, &nexthop);
	}
}

/* A session whose local address has gone hears nothing and reaches nobody. */
static void
watch_local_address(struct neighbor *n)
{
	if (n->host.local_state != HOST_ADDRESS_NONE) {
		n->had_local = true;
		event_del(&n->local_gone);
	} else if (n->had_local &&
	    !event_pending(&n->local_gone, EV_TIMEOUT, NULL))
		timer_set(&n->local_gone, LOCAL_GONE_MS);
}

void
neighbor_local_gone(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;
	struct notification cease;
	char text[ADDRESS_STRLEN];

	(void)fd;
	(void)what;
	if (n->up == NULL)
		return;
	address_format(&n->local, text);
	neighbor_warn(n, "the session's local address %s is no address of "
	    "this host any more: the session is ended", text);
	notification_set(&cease, NOTIFY_CEASE, CEASE_CONFIG_CHANGE,
	    "%s is gone", text);
	neighbor_reset(n, &cease);
}

void
neighbor_held_long(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	adjacency_hurry(&n->adjacency);
	neighbor_flush(n);
}

void
neighbor_nexthop(struct neighbor *n, const struct nexthop_answer *answer)
{
	if (n->up == NULL || address_cmp(&answer->local, &n->local) != 0)
		return;
	n->host = *answer;
	n->answered = true;
	watch_local_address(n);
	update_nexthops(n);
	neighbor_flush(n);
}

static void
add_family(struct neighbor *n, enum afi afi)
{
	const struct update_path path = {
		.as = n->env.ours.as,
		.internal = n->settings->remote_as == n->env.ours.as,
		.as4 = n->up->terms.as4,
		.afi = afi,
		.settings = n->settings,
	};

	adjacency_add(&n->adjacency, afi == AFI_IPV4 ? n->engine->rib4 :
	    n->engine->rib6, &path, nexthop_source_name(NEXTHOP_HELD_ASKED));
}

void
neighbor_begin_telling(struct neighbor *n)
{
	n->answered = n->had_local = false;
	if (n->up->terms.families & NEIGHBOR_IPV4)
		add_family(n, AFI_IPV4);
	if (n->up->terms.families & NEIGHBOR_IPV6)
		add_family(n, AFI_IPV6);
	timer_set(&n->held_long, HELD_LONG_MS);
	engine_ask_nexthop(n->engine, n->number, &n->local, n->local_scope);
	update_nexthops(n);
	neighbor_flush(n);
}

void
neighbor_end_telling(struct neighbor *n)
{
	const struct address none = { .afi = AFI_NONE };

	event_del(&n->local_gone);
	event_del(&n->held_long);
	engine_ask_nexthop(n->engine, n->number, &none, 0);
	adjacency_clear(&n->adjacency);
	engine_settled(n->engine);
}

enum advertisement_state
neighbor_told(const struct neighbor *n, const struct rib_route *route)
{
	return n->up == NULL ? ADVERTISEMENT_NO_SESSION :
	    adjacency_state(&n->adjacency, route);
}

void
neighbor_advertisement(const struct neighbor *n,
    const struct rib_route *route, struct control_advertisement *out)
{
	memset(out, 0, sizeof(*out));
	out->prefix = route->prefix;
	out->neighbor = n->settings->addr;
	strlcpy(out->interface, n->settings->interface,
	    sizeof(out->interface));
	if (n->up == NULL)
		out->state = ADVERTISEMENT_NO_SESSION;
	else
		adjacency_describe(&n->adjacency, route, out);
}
