#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/interface.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/tcp_options.h"

int
neighbor_socket_set_password(int fd, const struct neighbor_settings *n,
    const char *password)
{
	struct tcp_md5sig md5;
	size_t len = strlen(password);
	int rc;

	memset(&md5, 0, sizeof(md5));
	if (len > sizeof(md5.tcpm_key)) {
		errno = EINVAL;
		return -1;
	}
	address_to_sockaddr(&n->addr, 0, 0, &md5.tcpm_addr);
	md5.tcpm_keylen = (uint16_t)len;
	memcpy(md5.tcpm_key, password, len);
	if (n->dynamic) {
		md5.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
		md5.tcpm_prefixlen = n->length;
	}
	rc = setsockopt(fd, IPPROTO_TCP, n->dynamic ? TCP_MD5SIG_EXT :
	    TCP_MD5SIG, &md5, sizeof(md5));
	explicit_bzero(&md5, sizeof(md5));
	return rc;
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
    const char *password, enum connect_step *step)
{
	struct sockaddr_storage sa;
	uint32_t scope = 0;
	socklen_t len;

	/* Each time, for interfaces come and go. */
	*step = CONNECT_INTERFACE;
	if (n->interface[0] != '\0' &&
	    (scope = interface_index(fd, n->interface)) == 0)
		return -1;
	len = address_to_sockaddr(&n->addr, n->port, scope, &sa);
	*step = CONNECT_MD5;
	if (password[0] != '\0' &&
	    neighbor_socket_set_password(fd, n, password) == -1)
		return -1;
	*step = CONNECT_TTL;
	if (tcp_options_set_ttl(fd, n, as) == -1)
		return -1;
	*step = CONNECT_LOCAL_ADDRESS;
	if (address_is_set(&n->local_address) &&
	    bind_to(fd, &n->local_address) == -1)
		return -1;
	*step = CONNECT_CONNECT;
	if (connect(fd, (struct sockaddr *)&sa, len) == -1 &&
	    errno != EINPROGRESS)
		return -1;
	return 0;
}

int
neighbor_socket_connect(const struct neighbor_settings *n, uint32_t as,
    const char *password, enum connect_step *step)
{
	int error, fd;

	*step = CONNECT_SOCKET;
	fd = socket(n->addr.afi == AFI_IPV4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd == -1)
		return -1;
	tcp_options_set(fd, n->addr.afi);
	if (connect_socket(fd, n, as, password, step) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
