#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

static struct rtmsg *
begin(union netlink_request *req, uint16_t type, uint16_t flags, int family)
{
	struct rtmsg *rtm;

	rtm = netlink_begin(req, type, flags, sizeof(*rtm));
	rtm->rtm_family = (unsigned char)family;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = BGPLB_RTPROT;
	return rtm;
}

void
netlink_route_set(union netlink_request *req, const struct prefix *p,
    int ifindex, uint32_t nexthop, bool replace)
{
	struct rtmsg *rtm;

	rtm = begin(req, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE |
	    (replace ? NLM_F_REPLACE : NLM_F_EXCL),
	    netlink_family(p->addr.afi));
	rtm->rtm_dst_len = p->len;
	rtm->rtm_scope = nexthop == 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	rtm->rtm_type = RTN_UNICAST;
	mnl_attr_put(&req->hdr, RTA_DST, address_size(p->addr.afi),
	    p->addr.bytes);
	if (nexthop == 0)
		mnl_attr_put_u32(&req->hdr, RTA_OIF, (uint32_t)ifindex);
	else
		mnl_attr_put_u32(&req->hdr, RTA_NH_ID, nexthop);
}

void
netlink_route_delete(union netlink_request *req, const struct prefix *p)
{
	struct rtmsg *rtm;

	rtm = begin(req, RTM_DELROUTE, NLM_F_ACK,
	    netlink_family(p->addr.afi));
	rtm->rtm_dst_len = p->len;
	rtm->rtm_scope = RT_SCOPE_NOWHERE;	/* any */
	mnl_attr_put(&req->hdr, RTA_DST, address_size(p->addr.afi),
	    p->addr.bytes);
}

void
netlink_route_dump(union netlink_request *req, enum afi afi)
{
	begin(req, RTM_GETROUTE, NLM_F_DUMP, netlink_family(afi));
}

/* A strict kernel wants nothing but these in such a request. */
void
netlink_route_get(union netlink_request *req, const struct address *addr)
{
	struct rtmsg *rtm;

	rtm = netlink_begin(req, RTM_GETROUTE, NLM_F_ACK, sizeof(*rtm));
	rtm->rtm_family = (unsigned char)netlink_family(addr->afi);
	rtm->rtm_dst_len = (unsigned char)(address_size(addr->afi) * 8);
	rtm->rtm_flags = RTM_F_FIB_MATCH;
	mnl_attr_put(&req->hdr, RTA_DST, address_size(addr->afi),
	    addr->bytes);
}

struct parsing {
	struct route_message	*route;
	int			 family;
	uint8_t			 dst_len;
};

static int
take_attribute(const struct nlattr *attr, void *arg)
{
	struct parsing *p = arg;
	struct address addr;

	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		if (netlink_attr_address(attr, p->family, &addr) == -1 ||
		    prefix_make(&addr, p->dst_len, &p->route->dst) == -1)
			return MNL_CB_ERROR;
		break;
	case RTA_OIF:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->route->ifindex = (int)mnl_attr_get_u32(attr);
		break;
	case RTA_NH_ID:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->route->nexthop = mnl_attr_get_u32(attr);
		break;
	case RTA_TABLE:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->route->table = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

int
netlink_route_parse(const struct nlmsghdr *nlh, struct route_message *route)
{
	struct parsing p = { .route = route };
	const struct rtmsg *rtm;
	struct address any = { .afi = AFI_NONE };

	memset(route, 0, sizeof(*route));
	if ((rtm = netlink_header(nlh, sizeof(*rtm))) == NULL)
		return -1;
	if (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6) {
		errno = EINVAL;
		return -1;
	}
	p.family = rtm->rtm_family;
	p.dst_len = rtm->rtm_dst_len;
	route->table = rtm->rtm_table;
	route->protocol = rtm->rtm_protocol;
	/* The default route has no RTA_DST. */
	any.afi = p.family == AF_INET ? AFI_IPV4 : AFI_IPV6;
	if (prefix_make(&any, p.dst_len, &route->dst) == -1)
		return -1;
	if (netlink_attributes(nlh, sizeof(*rtm), take_attribute, &p) == -1)
		return -1;
	if (route->nexthop != 0)	/* its interface is told beside it */
		route->ifindex = 0;
	return 0;
}
