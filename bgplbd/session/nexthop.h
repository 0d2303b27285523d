/*
 * Which next hop our prefixes are announced with to a neighbor, or why they are held
 * back from it: a next hop that no router can use is not announced.
 *
 * IPv4 prefixes: the configured one, else the session's local address if that is an
 * IPv4 address by which others reach this host, else (the session runs over IPv6, or
 * on the host itself) the router id if it is an address of this host, else the IPv4
 * address of the interface that carries the session's local address.  With IPv6 next
 * hops for IPv4 prefixes (RFC 8950) that of IPv6 prefixes, if there is one.
 *
 * IPv6 prefixes: the configured one, else the session's local address if it is a
 * global IPv6 one, else the global address of the interface that carries the session's
 * local address, else that local address if it is link-local (on a fabric without any
 * other), else, for a neighbor on the host itself, the global address of the
 * interface that carries the router id.
 *
 * The addresses of the host are the rde's to know (messages/rde_session.h).  That the
 * session's local address is no address of the host is not looked at here: such a
 * session is about to end, or the host answers for addresses that it does not have.
 *
 * Pure functions.
 */
#ifndef BGPLBD_SESSION_NEXTHOP_H
#define BGPLBD_SESSION_NEXTHOP_H

#include "bgplbd/messages/rde_session.h"
#include "bgplbd/settings.h"
#include "common/prefix.h"

enum nexthop_source {
	NEXTHOP_HELD_ASKED,		/* the rde has not answered yet */
	NEXTHOP_HELD_TENTATIVE,		/* RFC 4862 */
	NEXTHOP_HELD_DUPLICATE,
	NEXTHOP_HELD_DEPRECATED,
	NEXTHOP_HELD_NO_IPV4,
	NEXTHOP_HELD_NO_IPV6,
	NEXTHOP_CONFIGURED,		/* this and what follows: a next hop */
	NEXTHOP_LOCAL,			/* the session's local address */
	NEXTHOP_INTERFACE,		/* of the interface that carries it */
	NEXTHOP_ROUTER_ID,
	NEXTHOP_ROUTER_ID_INTERFACE
};
#define NEXTHOP_SOURCE_LAST	NEXTHOP_ROUTER_ID_INTERFACE

struct nexthop {
	struct address		addr;	/* AFI_NONE: held back */
	enum nexthop_source	source;
};

/* The answer of the rde about local; NULL while there is none. */
struct nexthop nexthop_ipv4(const struct settings *,
	    const struct address *local, const struct nexthop_answer *);
struct nexthop nexthop_ipv6(const struct settings *,
	    const struct address *local, const struct nexthop_answer *);
/* Of IPv4 prefixes, where the neighbor takes IPv6 next hops for them. */
struct nexthop nexthop_ipv4_or_ipv6(const struct settings *,
	    const struct address *local, const struct nexthop_answer *);

bool	nexthop_is_held(const struct nexthop *);

/* "configured", "the router id", ...; if held, the reason, with what to do. */
const char *nexthop_source_name(enum nexthop_source);

#endif /* BGPLBD_SESSION_NEXTHOP_H */
