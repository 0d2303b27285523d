#include <sys/ioctl.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/session/interface.h"

uint32_t
interface_index(const char *name)
{
	struct ifreq request;
	int error, fd, rc;

	memset(&request, 0, sizeof(request));
	if (strlcpy(request.ifr_name, name, sizeof(request.ifr_name)) >=
	    sizeof(request.ifr_name)) {
		errno = ENODEV;
		return 0;
	}
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd == -1)
		return 0;
	rc = ioctl(fd, SIOCGIFINDEX, &request);
	error = errno;
	close(fd);
	errno = error;
	return rc == -1 ? 0 : (uint32_t)request.ifr_ifindex;
}
