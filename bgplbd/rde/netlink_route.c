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

void
netlink_route_dump_all(union netlink_request *req, enum afi afi)
{
	struct rtmsg *rtm = begin(req, RTM_GETROUTE, NLM_F_DUMP,
	    netlink_family(afi));

	rtm->rtm_protocol = RTPROT_UNSPEC;
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

struct nexthops {
	int			 family;
	netlink_take_address	 take;
	void			*arg;
};

/* RTA_VIA has a family of its own, which may be another than the route's. */
static int
take_via(const struct nlattr *attr, const struct nexthops *n)
{
	const struct rtvia *via = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	struct address addr;

	memset(&addr, 0, sizeof(addr));
	if (len < sizeof(*via))
		return MNL_CB_ERROR;
	addr.afi = via->rtvia_family == AF_INET ? AFI_IPV4 :
	    via->rtvia_family == AF_INET6 ? AFI_IPV6 : AFI_NONE;
	if (addr.afi == AFI_NONE)
		return MNL_CB_OK;
	if (len - sizeof(*via) != address_size(addr.afi))
		return MNL_CB_ERROR;
	memcpy(addr.bytes, via->rtvia_addr, address_size(addr.afi));
	return n->take(&addr, n->arg) == -1 ? MNL_CB_ERROR : MNL_CB_OK;
}

static int
take_gateway(const struct nlattr *attr, void *arg)
{
	const struct nexthops *n = arg;
	struct address addr;

	if (mnl_attr_get_type(attr) == RTA_VIA)
		return take_via(attr, n);
	if (mnl_attr_get_type(attr) != RTA_GATEWAY)
		return MNL_CB_OK;
	if (netlink_attr_address(attr, n->family, &addr) == -1)
		return MNL_CB_ERROR;
	return n->take(&addr, n->arg) == -1 ? MNL_CB_ERROR : MNL_CB_OK;
}

/* RTA_MULTIPATH: struct rtnexthop, each followed by its own attributes. */
static int
take_multipath(const struct nlattr *attr, void *arg)
{
	const struct nexthops *n = arg;
	const uint8_t *at = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr), step;
	struct rtnexthop hop;

	if (mnl_attr_get_type(attr) != RTA_MULTIPATH)
		return take_gateway(attr, arg);
	while (left >= sizeof(hop)) {
		memcpy(&hop, at, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > left)
			return MNL_CB_ERROR;
		if (mnl_attr_parse_payload(at + sizeof(hop),
		    hop.rtnh_len - sizeof(hop), take_gateway,
		    (void *)(uintptr_t)n) == MNL_CB_ERROR)
			return MNL_CB_ERROR;
		step = MNL_ALIGN(hop.rtnh_len);
		if (step >= left)
			break;
		at += step;
		left -= step;
	}
	return MNL_CB_OK;
}

int
netlink_route_nexthops(const struct nlmsghdr *nlh, netlink_take_address take,
    void *arg)
{
	struct nexthops n = { .take = take, .arg = arg };
	const struct rtmsg *rtm;

	if ((rtm = netlink_header(nlh, sizeof(*rtm))) == NULL)
		return -1;
	if (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6) {
		errno = EINVAL;
		return -1;
	}
	n.family = rtm->rtm_family;
	return netlink_attributes(nlh, sizeof(*rtm), take_multipath, &n);
}
