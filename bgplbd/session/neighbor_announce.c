#include <string.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/session/nexthop.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

/* Full buffers written to one neighbor before others have their turn. */
#define FLUSH_ROUNDS	8

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

static void
announce_with(struct neighbor *n, enum afi afi, const struct nexthop *nexthop)
{
	struct update_path path = {
		.as = n->env.ours.as,
		.internal = n->settings->remote_as == n->env.ours.as,
		.as4 = n->up->terms.as4,
		.afi = afi,
		.nexthop = nexthop->addr,
		.settings = n->settings,
	};
	char text[ADDRESS_STRLEN];

	if (n->local.afi == AFI_IPV6 && address_is_linklocal(&n->local) &&
	    !address_is_linklocal(&nexthop->addr))
		path.link_local = n->local;
	address_format(&nexthop->addr, text);
	if (nexthop->source == NEXTHOP_ROUTER_ID &&
	    nexthop->addr.afi == AFI_IPV6)
		log_warn("neighbor %s: next hop of IPv6 prefixes is %s, the "
		    "IPv4-mapped router id, for want of a global IPv6 "
		    "address: set an IPv6 nexthop", n->name, text);
	else
		log_info("neighbor %s: next hop of %s prefixes is %s (%s)",
		    n->name, afi == AFI_IPV4 ? "IPv4" : "IPv6", text,
		    nexthop_source_name(nexthop->source));
	adjacency_add(&n->adjacency, afi == AFI_IPV4 ? n->engine->rib4 :
	    n->engine->rib6, &path);
}

static void
announce_classic_ipv4(struct neighbor *n)
{
	struct nexthop nexthop = nexthop_ipv4(n->engine->settings, &n->local);

	announce_with(n, AFI_IPV4, &nexthop);
}

/* Families whose prefixes have an IPv6 next hop. */
static uint32_t
families_over_ipv6(const struct neighbor *n)
{
	const struct open_terms *terms = &n->up->terms;

	return terms->ipv6_nexthop ? terms->families :
	    terms->families & NEIGHBOR_IPV6;
}

/* For want of a real one, IPv4 prefixes do without (RFC 8950 is optional). */
static void
announce_over_ipv6(struct neighbor *n, const struct nexthop *nexthop)
{
	uint32_t families = families_over_ipv6(n);

	if (families & NEIGHBOR_IPV4) {
		if (nexthop->source == NEXTHOP_ROUTER_ID)
			announce_classic_ipv4(n);
		else
			announce_with(n, AFI_IPV4, nexthop);
	}
	if (families & NEIGHBOR_IPV6)
		announce_with(n, AFI_IPV6, nexthop);
}

/* An answer to a query of a session that is gone counts as none. */
void
neighbor_nexthop(struct neighbor *n, const struct address *answer)
{
	struct nexthop nexthop;

	if (n->nexthop_queries == 0 || --n->nexthop_queries > 0 ||
	    n->up == NULL || families_over_ipv6(n) == 0)
		return;
	nexthop = nexthop_answered(n->engine->settings, &n->local, answer);
	announce_over_ipv6(n, &nexthop);
	neighbor_flush(n);
}

void
neighbor_begin_telling(struct neighbor *n)
{
	uint32_t over_ipv6 = families_over_ipv6(n);
	struct nexthop nexthop;

	if (n->up->terms.families & ~over_ipv6 & NEIGHBOR_IPV4)
		announce_classic_ipv4(n);
	if (over_ipv6 != 0) {
		nexthop = nexthop_ipv6(n->engine->settings, &n->local);
		if (nexthop.source == NEXTHOP_ASK) {
			n->nexthop_queries++;
			engine_ask_nexthop(n->engine, n->number, &n->local);
		} else
			announce_over_ipv6(n, &nexthop);
	}
	neighbor_flush(n);
}
