#include <sys/ioctl.h>

#include <net/if.h>

#include <errno.h>
#include <string.h>

#include "bgplbd/interface.h"

uint32_t
interface_index(int fd, const char *name)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	if (strlcpy(request.ifr_name, name, sizeof(request.ifr_name)) >=
	    sizeof(request.ifr_name)) {
		errno = ENODEV;
		return 0;
	}
	if (ioctl(fd, SIOCGIFINDEX, &request) == -1)
		return 0;
	return (uint32_t)request.ifr_ifindex;
}
