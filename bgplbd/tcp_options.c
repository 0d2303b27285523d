#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "bgplbd/tcp_options.h"

#define TTL_MAX		255
#define TRAFFIC_CLASS	0xc0	/* DSCP CS6, RFC 4594 section 3.2 */
/* Bytes that the kernel may hold that the neighbor has no window for. */
#define UNSENT_MAX	(256 * 1024)

void
tcp_options_set(int fd, enum afi afi)
{
	const int class = TRAFFIC_CLASS, on = 1, unsent = UNSENT_MAX;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
	    sizeof(unsent));
	if (afi == AFI_IPV4)
		(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &class,
		    sizeof(class));
	else
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class,
		    sizeof(class));
}

static int
set_hops(int fd, enum afi afi, int ttl)
{
	if (afi == AFI_IPV4)
		return setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl,
	    sizeof(ttl));
}

static int
set_least_ttl(int fd, enum afi afi, int least)
{
	if (afi == AFI_IPV4)
		return setsockopt(fd, IPPROTO_IP, IP_MINTTL, &least,
		    sizeof(least));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &least,
	    sizeof(least));
}

int
tcp_options_set_ttl(int fd, const struct neighbor_settings *n, uint32_t as)
{
	int hops = neighbor_settings_hops(n, as);

	if (n->ttl_security)
		return set_hops(fd, n->addr.afi, TTL_MAX) == -1 ? -1 :
		    set_least_ttl(fd, n->addr.afi, TTL_MAX + 1 - hops);
	return hops == 0 ? 0 : set_hops(fd, n->addr.afi, hops);
}

void
tcp_options_set_listening(int fd, enum afi afi)
{
	(void)set_hops(fd, afi, TTL_MAX);
}
