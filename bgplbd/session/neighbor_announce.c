#include <string.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/session/nexthop.h"
#include "common/log.h"

/* Full buffers written to one neighbor before others have their turn. */
#define FLUSH_ROUNDS	8

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
		.settings = n->settings,
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

void
neighbor_begin_telling(struct neighbor *n)
{
	uint32_t families = n->up->terms.families;
	struct nexthop nexthop;

	if (families & NEIGHBOR_IPV4) {
		nexthop = nexthop_ipv4(n->engine->settings, &n->local);
		announce_with(n, n->engine->rib4, &nexthop);
	}
	if (families & NEIGHBOR_IPV6)
		announce_ipv6(n);
	neighbor_flush(n);
}
