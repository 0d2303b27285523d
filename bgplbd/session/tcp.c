#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/session/tcp.h"
#include "bgplbd/tcp_options.h"

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
	tcp_options_set(fd, from->afi);
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
