/*
 * Which next hop our prefixes are announced with.
 *
 * IPv4 prefixes, if they are not to have an IPv6 next hop (RFC 8950), which is then
 * that of IPv6 prefixes: the configured one, else the session's local IPv4 address, else
 * (the session runs over IPv6) the router id.
 *
 * IPv6 prefixes: the configured one, else the session's local address if it is a
 * global IPv6 one, else the global address of the interface that carries the
 * session's local address, which the rde knows, else that local address if it is an
 * IPv6 one (link-local, on a fabric without any other), else the IPv4-mapped router
 * id: routers can do little with that, so the operator is told to set nexthop.
 *
 * Pure functions.
 */
#ifndef BGPLBD_SESSION_NEXTHOP_H
#define BGPLBD_SESSION_NEXTHOP_H

#include "bgplbd/settings.h"
#include "common/prefix.h"

enum nexthop_source {
	NEXTHOP_CONFIGURED,
	NEXTHOP_LOCAL,			/* the session's local address */
	NEXTHOP_INTERFACE,		/* as the rde answered */
	NEXTHOP_ROUTER_ID,		/* for want of anything better */
	NEXTHOP_ASK			/* not known: the rde has to be asked */
};

struct nexthop {
	struct address		addr;	/* AFI_NONE with NEXTHOP_ASK */
	enum nexthop_source	source;
};

struct nexthop nexthop_ipv4(const struct settings *,
	    const struct address *local);
struct nexthop nexthop_ipv6(const struct settings *,
	    const struct address *local);
/* After NEXTHOP_ASK for local; answer is AFI_NONE if there is no such address. */
struct nexthop nexthop_answered(const struct settings *,
	    const struct address *local, const struct address *answer);

/* "configured", "local address of the session", ... */
const char *nexthop_source_name(enum nexthop_source);

#endif /* BGPLBD_SESSION_NEXTHOP_H */
