#include <netinet/in.h>

#include <string.h>

#include "bgplbd/session/nexthop.h"

static struct nexthop
make(struct address addr, enum nexthop_source source)
{
	struct nexthop nexthop = { .addr = addr, .source = source };

	return nexthop;
}

struct nexthop
nexthop_ipv4(const struct settings *s, const struct address *local)
{
	if (address_is_set(&s->nexthop4))
		return make(s->nexthop4, NEXTHOP_CONFIGURED);
	if (local->afi == AFI_IPV4)
		return make(*local, NEXTHOP_LOCAL);
	return make(s->router_id, NEXTHOP_ROUTER_ID);
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
nexthop_ipv6(const struct settings *s, const struct address *local)
{
	const struct address none = { .afi = AFI_NONE };

	if (address_is_set(&s->nexthop6))
		return make(s->nexthop6, NEXTHOP_CONFIGURED);
	if (is_global_ipv6(local))
		return make(*local, NEXTHOP_LOCAL);
	return make(none, NEXTHOP_ASK);
}

struct nexthop
nexthop_answered(const struct settings *s, const struct address *local,
    const struct address *answer)
{
	if (is_global_ipv6(answer))
		return make(*answer, NEXTHOP_INTERFACE);
	if (local->afi == AFI_IPV6 && address_is_linklocal(local))
		return make(*local, NEXTHOP_LOCAL);
	return make(address_map_ipv4(&s->router_id), NEXTHOP_ROUTER_ID);
}

const char *
nexthop_source_name(enum nexthop_source source)
{
	switch (source) {
	case NEXTHOP_CONFIGURED:
		return "configured";
	case NEXTHOP_LOCAL:
		return "the session's local address";
	case NEXTHOP_INTERFACE:
		return "address of the session's interface";
	case NEXTHOP_ROUTER_ID:
		return "the router id";
	case NEXTHOP_ASK:
		break;
	}
	return "not known yet";
}
