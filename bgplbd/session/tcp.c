#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/session/interface.h"
#include "bgplbd/session/tcp.h"

#define TTL_MAX		255
#define TRAFFIC_CLASS	0xc0	/* DSCP CS6, RFC 4594 section 3.2 */
/* Bytes that the kernel may hold that the neighbor has no window for. */
#define UNSENT_MAX	(256 * 1024)

/* What is not had is done without: no session fails for want of these. */
static void
prepare(int fd, uint8_t afi)
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
set_hops(int fd, uint8_t afi, int ttl)
{
	if (afi == AFI_IPV4)
		return setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl,
	    sizeof(ttl));
}

static int
set_least_ttl(int fd, uint8_t afi, int least)
{
	if (afi == AFI_IPV4)
		return setsockopt(fd, IPPROTO_IP, IP_MINTTL, &least,
		    sizeof(least));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &least,
	    sizeof(least));
}

int
tcp_set_ttl(int fd, const struct neighbor_settings *n, uint32_t as)
{
	int hops = neighbor_settings_hops(n, as);

	if (n->ttl_security)
		return set_hops(fd, n->addr.afi, TTL_MAX) == -1 ? -1 :
		    set_least_ttl(fd, n->addr.afi, TTL_MAX + 1 - hops);
	return hops == 0 ? 0 : set_hops(fd, n->addr.afi, hops);
}

void
tcp_prepare_listening(int fd, enum afi afi)
{
	(void)set_hops(fd, (uint8_t)afi, TTL_MAX);
}

static int
bind_to(int fd, const struct address *addr)
{
	struct sockaddr_storage sa;
	socklen_t len = address_to_sockaddr(addr, 0, 0, &sa);

	return bind(fd, (struct sockaddr *)&sa, len);
}

static int
connect_socket(int fd, const struct neighbor_settings *n, uint32_t as,
    const char **step)
{
	struct sockaddr_storage sa;
	uint32_t scope = 0;
	socklen_t len;

	/* Each time, for interfaces come and go. */
	*step = "interface";
	if (n->interface[0] != '\0' &&
	    (scope = interface_index(n->interface)) == 0)
		return -1;
	len = address_to_sockaddr(&n->addr, n->port, scope, &sa);
	*step = "TCP MD5";
	if (n->password[0] != '\0' &&
	    tcp_set_md5(fd, n) == -1)
		return -1;
	*step = "TTL";
	if (tcp_set_ttl(fd, n, as) == -1)
		return -1;
	*step = "local address";
	if (address_is_set(&n->local_address) &&
	    bind_to(fd, &n->local_address) == -1)
		return -1;
	*step = "connect";
	if (connect(fd, (struct sockaddr *)&sa, len) == -1 &&
	    errno != EINPROGRESS)
		return -1;
	return 0;
}

int
tcp_connect(const struct neighbor_settings *n, uint32_t as, const char **step)
{
	int error, fd;

	*step = "socket";
	fd = socket(n->addr.afi == AFI_IPV4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd == -1)
		return -1;
	prepare(fd, n->addr.afi);
	if (connect_socket(fd, n, as, step) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
tcp_accept(int listening, struct address *from, uint32_t *scope)
{
	struct sockaddr_storage sa;
	struct sockaddr_in6 sin6;
	socklen_t len = sizeof(sa);
	int fd;

	*scope = 0;
	fd = accept4(listening, (struct sockaddr *)&sa, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1)
		return -1;
	if (address_from_sockaddr((struct sockaddr *)&sa, from) == -1) {
		close(fd);
		return -1;
	}
	if (sa.ss_family == AF_INET6) {
		memcpy(&sin6, &sa, sizeof(sin6));
		*scope = sin6.sin6_scope_id;
	}
	prepare(fd, from->afi);
	return fd;
}

int
tcp_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return errno;
	return error;
}

struct address
tcp_local_address(int fd, uint32_t *scope)
{
	struct address addr = { .afi = AFI_NONE };
	struct sockaddr_storage sa;
	struct sockaddr_in6 in6;
	socklen_t len = sizeof(sa);

	*scope = 0;
	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1 ||
	    address_from_sockaddr((struct sockaddr *)&sa, &addr) == -1)
		addr.afi = AFI_NONE;
	if (addr.afi == AFI_IPV6 && address_is_linklocal(&addr)) {
		memcpy(&in6, &sa, sizeof(in6));
		*scope = in6.sin6_scope_id;
	}
	return addr;
}

int
tcp_set_md5(int fd, const struct neighbor_settings *n)
{
	struct tcp_md5sig md5;
	size_t len = strlen(n->password);
	int rc;

	memset(&md5, 0, sizeof(md5));
	if (len > sizeof(md5.tcpm_key)) {
		errno = EINVAL;
		return -1;
	}
	address_to_sockaddr(&n->addr, 0, 0, &md5.tcpm_addr);
	md5.tcpm_keylen = (uint16_t)len;
	memcpy(md5.tcpm_key, n->password, len);
	if (n->dynamic) {
		md5.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
		md5.tcpm_prefixlen = n->length;
	}
	rc = setsockopt(fd, IPPROTO_TCP, n->dynamic ? TCP_MD5SIG_EXT :
	    TCP_MD5SIG, &md5, sizeof(md5));
	explicit_bzero(&md5, sizeof(md5));
	return rc;
}
