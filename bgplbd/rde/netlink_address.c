#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

void
netlink_address_dump(union netlink_request *req)
{
	netlink_begin(req, RTM_GETADDR, NLM_F_DUMP,
	    sizeof(struct ifaddrmsg));
}

struct parsing {
	struct address_message	*address;
	int			 family;
};

static int
take_attribute(const struct nlattr *attr, void *arg)
{
	struct parsing *p = arg;

	switch (mnl_attr_get_type(attr)) {
	case IFA_ADDRESS:	/* the other end's, where there is IFA_LOCAL */
		if (netlink_attr_address(attr, p->family,
		    &p->address->peer) == -1)
			return MNL_CB_ERROR;
		break;
	case IFA_LOCAL:
		if (netlink_attr_address(attr, p->family,
		    &p->address->addr) == -1)
			return MNL_CB_ERROR;
		break;
	case IFA_FLAGS:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->address->flags = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

int
netlink_address_parse(const struct nlmsghdr *nlh,
    struct address_message *address)
{
	struct parsing p = { .address = address };
	const struct ifaddrmsg *ifa;

	memset(address, 0, sizeof(*address));
	if ((ifa = netlink_header(nlh, sizeof(*ifa))) == NULL)
		return -1;
	address->ifindex = (int)ifa->ifa_index;
	address->flags = ifa->ifa_flags;
	address->scope = ifa->ifa_scope;
	address->length = ifa->ifa_prefixlen;
	p.family = ifa->ifa_family;
	if (p.family != AF_INET && p.family != AF_INET6)
		return 0;
	if (netlink_attributes(nlh, sizeof(*ifa), take_attribute, &p) == -1)
		return -1;
	if (!address_is_set(&address->addr))
		address->addr = address->peer;
	/* There is one of an IPv6 address; its other end may be changed. */
	if (p.family == AF_INET6)
		memset(&address->peer, 0, sizeof(address->peer));
	return 0;
}
