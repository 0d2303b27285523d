#include <netinet/in.h>

#include <string.h>

#include "bgplbd/session/nexthop.h"

static struct nexthop
make(const struct address *addr, enum nexthop_source source)
{
	struct nexthop nexthop = { .addr = *addr, .source = source };

	return nexthop;
}

static struct nexthop
hold(enum nexthop_source reason)
{
	struct nexthop nexthop = { .source = reason };

	return nexthop;
}

/* The reason that belongs to an address that cannot be used; none: there is none. */
static struct nexthop
hold_for(uint8_t state, enum nexthop_source none)
{
	switch (state) {
	case HOST_ADDRESS_TENTATIVE:
		return hold(NEXTHOP_HELD_TENTATIVE);
	case HOST_ADDRESS_DUPLICATE:
		return hold(NEXTHOP_HELD_DUPLICATE);
	case HOST_ADDRESS_DEPRECATED:
		return hold(NEXTHOP_HELD_DEPRECATED);
	default:
		return hold(none);
	}
}

bool
nexthop_is_held(const struct nexthop *nexthop)
{
	return nexthop->source < NEXTHOP_CONFIGURED;
}

struct nexthop
nexthop_ipv4(const struct settings *s, const struct address *local,
    const struct nexthop_answer *host)
{
	if (address_is_set(&s->nexthop4))
		return make(&s->nexthop4, NEXTHOP_CONFIGURED);
	if (local->afi == AFI_IPV4 && !address_is_loopback(local) &&
	    !address_is_unspecified(local))
		return make(local, NEXTHOP_LOCAL);
	if (host == NULL)
		return hold(NEXTHOP_HELD_ASKED);
	if (host->router_id_state >= HOST_ADDRESS_DEPRECATED)
		return make(&s->router_id, NEXTHOP_ROUTER_ID);
	if (host->interface4_state == HOST_ADDRESS_USABLE)
		return make(&host->interface4, NEXTHOP_INTERFACE);
	return hold(NEXTHOP_HELD_NO_IPV4);
}

/* An address by which others reach this host from beyond the link. */
static bool
is_global_ipv6(const struct address *addr)
{
	struct in6_addr in6;

	if (addr->afi != AFI_IPV6)
		return false;
	memcpy(&in6, addr->bytes, sizeof(in6));
	return !IN6_IS_ADDR_UNSPECIFIED(&in6) && !IN6_IS_ADDR_LOOPBACK(&in6) &&
	    !IN6_IS_ADDR_LINKLOCAL(&in6) && !IN6_IS_ADDR_MULTICAST(&in6) &&
	    !IN6_IS_ADDR_V4MAPPED(&in6);
}

struct nexthop
nexthop_ipv6(const struct settings *s, const struct address *local,
    const struct nexthop_answer *host)
{
	if (address_is_set(&s->nexthop6))
		return make(&s->nexthop6, NEXTHOP_CONFIGURED);
	if (is_global_ipv6(local) && host != NULL &&
	    (host->local_state == HOST_ADDRESS_TENTATIVE ||
	    host->local_state == HOST_ADDRESS_DUPLICATE))
		return hold_for(host->local_state, NEXTHOP_HELD_NO_IPV6);
	if (is_global_ipv6(local))
		return make(local, NEXTHOP_LOCAL);
	if (host == NULL)
		return hold(NEXTHOP_HELD_ASKED);
	if (host->interface6_state == HOST_ADDRESS_USABLE)
		return make(&host->interface6, NEXTHOP_INTERFACE);
	if (local->afi == AFI_IPV6 && address_is_linklocal(local))
		return make(local, NEXTHOP_LOCAL);
	if (!address_is_loopback(local))
		return hold_for(host->interface6_state, NEXTHOP_HELD_NO_IPV6);
	if (host->router6_state == HOST_ADDRESS_USABLE)
		return make(&host->router6, NEXTHOP_ROUTER_ID_INTERFACE);
	return hold_for(host->router6_state, NEXTHOP_HELD_NO_IPV6);
}

struct nexthop
nexthop_ipv4_or_ipv6(const struct settings *s, const struct address *local,
    const struct nexthop_answer *host)
{
	struct nexthop nexthop = nexthop_ipv6(s, local, host);

	if (!nexthop_is_held(&nexthop) ||
	    nexthop.source == NEXTHOP_HELD_ASKED)
		return nexthop;
	return nexthop_ipv4(s, local, host);
}

const char *
nexthop_source_name(enum nexthop_source source)
{
	static const char *const names[] = {
		[NEXTHOP_HELD_ASKED] = "the host's addresses are not known yet",
		[NEXTHOP_HELD_TENTATIVE] = "the host's IPv6 address is "
		    "tentative: duplicate address detection is under way",
		[NEXTHOP_HELD_DUPLICATE] = "duplicate address detection failed: "
		    "another host has this host's IPv6 address",
		[NEXTHOP_HELD_DEPRECATED] = "the host's IPv6 address is "
		    "deprecated: add another one or set an IPv6 nexthop",
		[NEXTHOP_HELD_NO_IPV4] = "no IPv4 address of this host is a "
		    "next hop: make the router id one of its addresses, or set "
		    "an IPv4 nexthop",
		[NEXTHOP_HELD_NO_IPV6] = "the session's interface has no global "
		    "IPv6 address: add one or set an IPv6 nexthop",
		[NEXTHOP_CONFIGURED] = "configured",
		[NEXTHOP_LOCAL] = "the session's local address",
		[NEXTHOP_INTERFACE] = "address of the session's interface",
		[NEXTHOP_ROUTER_ID] = "the router id",
		[NEXTHOP_ROUTER_ID_INTERFACE] = "address of the router id's "
		    "interface",
	};

	return source > NEXTHOP_SOURCE_LAST ? "unknown" : names[source];
}
