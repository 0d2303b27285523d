#include <sys/socket.h>

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

bool
netlink_is_whole(const struct nlmsghdr *nlh, int left)
{
	return left >= (int)sizeof(*nlh) &&
	    nlh->nlmsg_len >= sizeof(*nlh) &&
	    nlh->nlmsg_len <= (unsigned int)left;
}

void *
netlink_begin(union netlink_request *req, uint16_t type, uint16_t flags,
    size_t family_header)
{
	struct nlmsghdr *nlh;

	memset(req, 0, sizeof(*req));
	nlh = mnl_nlmsg_put_header(req);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return mnl_nlmsg_put_extra_header(nlh, family_header);
}

int
netlink_family(enum afi afi)
{
	return afi == AFI_IPV4 ? AF_INET : AF_INET6;
}

const void *
netlink_header(const struct nlmsghdr *nlh, size_t family_header)
{
	if (mnl_nlmsg_get_payload_len(nlh) < family_header) {
		errno = EINVAL;
		return NULL;
	}
	return mnl_nlmsg_get_payload(nlh);
}

/*
 * mnl_attr_parse() would take a message for as long as its length rounded up, which
 * may be more than was received.
 */
int
netlink_attributes(const struct nlmsghdr *nlh, size_t family_header,
    netlink_take take, void *arg)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t offset = MNL_ALIGN(family_header);

	if (len > offset && mnl_attr_parse_payload(
	    (const char *)mnl_nlmsg_get_payload(nlh) + offset, len - offset,
	    take, arg) == MNL_CB_ERROR) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

int
netlink_attr_address(const struct nlattr *attr, int family,
    struct address *out)
{
	memset(out, 0, sizeof(*out));
	out->afi = family == AF_INET ? AFI_IPV4 : AFI_IPV6;
	if (mnl_attr_get_payload_len(attr) != address_size(out->afi)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(out->bytes, mnl_attr_get_payload(attr),
	    address_size(out->afi));
	return 0;
}
