#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbctl/check/netlink.h"
#include "common/drop_block.h"

/* The fixed part of a message, or NULL with errno EINVAL. */
static const void *
body(const struct nlmsghdr *nlh, size_t size)
{
	if (mnl_nlmsg_get_payload_len(nlh) < size) {
		errno = EINVAL;
		return NULL;
	}
	return mnl_nlmsg_get_payload(nlh);
}

static int
get_int(const struct nlattr *attr, int *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
		return MNL_CB_ERROR;
	*out = (int)mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int
get_address(const struct nlattr *attr, struct address *out)
{
	uint16_t len = mnl_attr_get_payload_len(attr);

	memset(out, 0, sizeof(*out));
	if (len != 4 && len != 16) {
		errno = EINVAL;
		return MNL_CB_ERROR;
	}
	out->afi = len == 4 ? AFI_IPV4 : AFI_IPV6;
	memcpy(out->bytes, mnl_attr_get_payload(attr), len);
	return MNL_CB_OK;
}

static int
parse_with(const struct nlmsghdr *nlh, size_t offset, mnl_attr_cb_t take,
    void *arg)
{
	if (mnl_attr_parse(nlh, (unsigned int)offset, take, arg) !=
	    MNL_CB_ERROR)
		return 0;
	errno = EINVAL;
	return -1;
}

static int
take_link_info(const struct nlattr *attr, void *arg)
{
	struct net_link *link = arg;
	const char *kind;

	if (mnl_attr_get_type(attr) != IFLA_INFO_KIND)
		return MNL_CB_OK;
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == -1)
		return MNL_CB_ERROR;
	kind = mnl_attr_get_str(attr);
	if (strcmp(kind, "bridge") == 0)
		link->kind = LINK_BRIDGE;
	else if (strcmp(kind, "veth") == 0)
		link->kind = LINK_VETH;
	else if (strcmp(kind, "macvlan") == 0 || strcmp(kind, "ipvlan") == 0)
		link->kind = LINK_UPON_ANOTHER;
	return MNL_CB_OK;
}

static int
take_link(const struct nlattr *attr, void *arg)
{
	struct net_link *link = arg;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == -1 ||
		    strlcpy(link->name, mnl_attr_get_str(attr),
		    sizeof(link->name)) >= sizeof(link->name))
			return MNL_CB_ERROR;
		return MNL_CB_OK;
	case IFLA_MASTER:
		return get_int(attr, &link->master);
	case IFLA_LINK:
		return get_int(attr, &link->peer);
	case IFLA_LINK_NETNSID:
		return get_int(attr, &link->peer_netns);
	case IFLA_LINKINFO:
		if (mnl_attr_validate(attr, MNL_TYPE_NESTED) == -1)
			return MNL_CB_ERROR;
		return mnl_attr_parse_nested(attr, take_link_info, arg);
	default:
		return MNL_CB_OK;
	}
}

int
netlink_link_parse(const struct nlmsghdr *nlh, struct net_link *link)
{
	const struct ifinfomsg *ifm = body(nlh, sizeof(*ifm));

	memset(link, 0, sizeof(*link));
	link->peer_netns = NETNS_NONE;
	if (ifm == NULL)
		return -1;
	link->index = ifm->ifi_index;
	link->down = !(ifm->ifi_flags & IFF_UP);
	link->no_carrier = !link->down && !(ifm->ifi_flags & IFF_RUNNING);
	return parse_with(nlh, sizeof(*ifm), take_link, link);
}

static int
take_address(const struct nlattr *attr, void *arg)
{
	struct net_address *a = arg;
	uint16_t type = mnl_attr_get_type(attr);

	/* On a point-to-point link IFA_ADDRESS is the other end's. */
	if (type == IFA_LOCAL ||
	    (type == IFA_ADDRESS && !address_is_set(&a->addr)))
		return get_address(attr, &a->addr);
	return MNL_CB_OK;
}

int
netlink_address_parse(const struct nlmsghdr *nlh, struct net_address *a)
{
	const struct ifaddrmsg *ifa = body(nlh, sizeof(*ifa));

	memset(a, 0, sizeof(*a));
	if (ifa == NULL)
		return -1;
	a->ifindex = (int)ifa->ifa_index;
	a->len = ifa->ifa_prefixlen;
	return parse_with(nlh, sizeof(*ifa), take_address, a);
}

static int
take_silent(const struct nlattr *attr, void *arg)
{
	struct net_silent *s = arg;

	if (mnl_attr_get_type(attr) == NDA_DST)
		return get_address(attr, &s->addr);
	return MNL_CB_OK;
}

int
netlink_silent_parse(const struct nlmsghdr *nlh, struct net_silent *s)
{
	const struct ndmsg *ndm = body(nlh, sizeof(*ndm));

	memset(s, 0, sizeof(*s));
	if (ndm == NULL)
		return -1;
	s->ifindex = ndm->ndm_ifindex;
	if (!(ndm->ndm_state & NUD_FAILED) ||
	    (ndm->ndm_family != AF_INET && ndm->ndm_family != AF_INET6))
		return 0;
	return parse_with(nlh, sizeof(*ndm), take_silent, s);
}

/* Of several next hops the first one stands for all. */
static int
take_next_hops(const struct nlattr *attr, struct route_answer *answer)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attr);

	if (mnl_attr_get_payload_len(attr) < sizeof(*hop)) {
		errno = EINVAL;
		return MNL_CB_ERROR;
	}
	answer->oif = hop->rtnh_ifindex;
	return MNL_CB_OK;
}

static int
take_route(const struct nlattr *attr, void *arg)
{
	struct route_answer *answer = arg;

	switch (mnl_attr_get_type(attr)) {
	case RTA_OIF:
		return get_int(attr, &answer->oif);
	case RTA_TABLE:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		answer->table = mnl_attr_get_u32(attr);
		return MNL_CB_OK;
	case RTA_GATEWAY:
		return get_address(attr, &answer->gateway);
	case RTA_MULTIPATH:
		return take_next_hops(attr, answer);
	default:
		return MNL_CB_OK;
	}
}

static int
take_ingress(const struct nlattr *attr, void *arg)
{
	struct net_ingress *in = arg;

	if (mnl_attr_get_type(attr) != TCA_INGRESS_BLOCK)
		return MNL_CB_OK;
	if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
		return MNL_CB_ERROR;
	in->drops = mnl_attr_get_u32(attr) == DROP_BLOCK;
	return MNL_CB_OK;
}

int
netlink_ingress_parse(const struct nlmsghdr *nlh, struct net_ingress *in)
{
	const struct tcmsg *tcm = body(nlh, sizeof(*tcm));

	memset(in, 0, sizeof(*in));
	if (tcm == NULL)
		return -1;
	if (tcm->tcm_parent != TC_H_INGRESS)
		return 0;
	in->ifindex = tcm->tcm_ifindex;
	return parse_with(nlh, sizeof(*tcm), take_ingress, in);
}

int
netlink_route_parse(const struct nlmsghdr *nlh, struct route_answer *answer)
{
	const struct rtmsg *rtm = body(nlh, sizeof(*rtm));

	memset(answer, 0, sizeof(*answer));
	if (rtm == NULL)
		return -1;
	answer->type = rtm->rtm_type;
	return parse_with(nlh, sizeof(*rtm), take_route, answer);
}
