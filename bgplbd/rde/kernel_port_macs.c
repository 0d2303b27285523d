#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
#include "common/log.h"

/* Any bridge of the host may have learned some; what is beyond it is not seen. */
#define PORT_MACS_MAX	65536

static int
take_port_mac(const struct nlmsghdr *nlh, void *arg)
{
	struct port_macs *macs = arg;
	struct neighbor_message m;

	if (netlink_neighbor_parse(nlh, &m) == -1)
		return -1;
	if (!m.has_mac || macs->n == PORT_MACS_MAX)
		return 0;
	if (macs->n == macs->size) {
		macs->size = macs->size == 0 ? 64 : macs->size * 2;
		macs->list = xreallocarray(macs->list, macs->size,
		    sizeof(*macs->list));
	}
	macs->list[macs->n].ifindex = m.ifindex;
	memcpy(macs->list[macs->n++].mac, m.mac, MAC_SIZE);
	return 0;
}

static void
forget_port_macs(void *arg)
{
	struct port_macs *macs = arg;

	macs->n = 0;
}

int
kernel_port_macs(struct kernel *k, struct port_macs *macs)
{
	union netlink_request req;
	int error;

	memset(macs, 0, sizeof(*macs));
	netlink_port_mac_dump(&req);
	if (kernel_dump(k, &req, take_port_mac, forget_port_macs, macs) == 0)
		return 0;
	error = errno;
	port_macs_free(macs);
	errno = error;
	return kernel_failed(k, "cannot read what is behind the bridges' "
	    "ports");
}

void
port_macs_free(struct port_macs *macs)
{
	free(macs->list);
	memset(macs, 0, sizeof(*macs));
}
