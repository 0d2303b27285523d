/*
 * The gate for netlink requests: bytes as a request, after the kernel has told of some
 * links and nexthop objects.  What passes is looked at again by rules of their own,
 * coarser than the gate's: no request is about what is others'.  The first byte says
 * what was asked for just before, the second which link was read last.
 */
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_cls.h>

#include <stdlib.h>
#include <string.h>

#include "regress/unit/rde/gate_fixture.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_our_bridge(uint32_t ifindex)
{
	return ifindex == BRIDGE || ifindex == NEW_BRIDGE;
}

static bool
is_our_link(uint32_t ifindex)
{
	return is_our_bridge(ifindex) || ifindex == HOST_END;
}

/* The attributes' first four bytes, by type; seen says which are there. */
struct seen {
	uint64_t	types;		/* a bit each, of the first 64 */
	uint32_t	values[64];
	char		name[IFNAMSIZ];
};

static void
look(const uint8_t *at, const uint8_t *end, struct seen *seen)
{
	uint16_t len, type;

	memset(seen, 0, sizeof(*seen));
	while (end - at >= 4) {
		memcpy(&len, at, 2);
		memcpy(&type, at + 2, 2);
		check(len >= 4 && len <= end - at);
		type &= 0x3fff;
		check(type < 64);
		check((seen->types >> type & 1) == 0);
		seen->types |= (uint64_t)1 << type;
		memcpy(&seen->values[type], at + 4,
		    len - 4 < 4 ? len - 4U : 4U);
		if (type == IFLA_IFNAME && len - 4 <= IFNAMSIZ)
			memcpy(seen->name, at + 4, len - 4U);
		len = (uint16_t)((len + 3) & ~3);
		at += len > end - at ? end - at : len;
	}
	check(at == end);
}

static bool
has(const struct seen *seen, unsigned int type)
{
	return (seen->types >> type & 1) != 0;
}

static void
check_link(const struct nlmsghdr *nlh, const struct seen *seen)
{
	const struct ifinfomsg *ifm = NLMSG_DATA(nlh);

	check(!has(seen, IFLA_NET_NS_PID) && !has(seen, IFLA_NET_NS_FD) &&
	    !has(seen, IFLA_XDP) && !has(seen, IFLA_GROUP));
	if (nlh->nlmsg_type == RTM_DELLINK)
		check(is_our_link((uint32_t)ifm->ifi_index) &&
		    seen->types == 0);
	else if (ifm->ifi_index == 0)
		check((nlh->nlmsg_flags & NLM_F_EXCL) != 0 &&
		    (memcmp(seen->name, "bgplb-", 6) == 0 ||
		    memcmp(seen->name, "bgpve-", 6) == 0) &&
		    strlen(seen->name) == 15 && !has(seen, IFLA_MASTER));
	else
		check(is_our_link((uint32_t)ifm->ifi_index) &&
		    (nlh->nlmsg_flags & 0x700) == 0 &&
		    !has(seen, IFLA_IFNAME) && !has(seen, IFLA_ADDRESS) &&
		    (!has(seen, IFLA_MASTER) || (ifm->ifi_index == HOST_END &&
		    is_our_bridge(seen->values[IFLA_MASTER]))));
}

/* No route was read, so none may be replaced. */
static void
check_route(const struct nlmsghdr *nlh, const struct seen *seen)
{
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	uint8_t first = (uint8_t)seen->values[RTA_DST];

	check(rtm->rtm_protocol == 182 && rtm->rtm_table == 254 &&
	    rtm->rtm_dst_len == (rtm->rtm_family == AF_INET ? 32 : 128) &&
	    has(seen, RTA_DST));
	if (nlh->nlmsg_type == RTM_DELROUTE)
		check((nlh->nlmsg_flags & 0x700) == 0);
	else if (rtm->rtm_family == AF_INET)
		check(first != 0 && first != 127 && (first & 0xf0) != 0xe0);
	else
		check(first != 0xff);
	check((nlh->nlmsg_flags & NLM_F_REPLACE) == 0);
	check((seen->types & ~((uint64_t)1 << RTA_DST | 1 << RTA_OIF |
	    1 << RTA_NH_ID)) == 0);
	check(!has(seen, RTA_OIF) || is_our_bridge(seen->values[RTA_OIF]));
	check(!has(seen, RTA_NH_ID) || seen->values[RTA_NH_ID] == GROUP);
}

static void
check_neighbor(const struct nlmsghdr *nlh)
{
	const struct ndmsg *ndm = NLMSG_DATA(nlh);
	uint32_t ifindex = (uint32_t)ndm->ndm_ifindex;

	check((ndm->ndm_flags & NTF_PROXY) == 0);
	check(ndm->ndm_family == AF_BRIDGE ? ifindex == HOST_END :
	    is_our_bridge(ifindex));
}

static void
check_nexthop(const struct nlmsghdr *nlh, const struct seen *seen)
{
	const struct nhmsg *nhm = NLMSG_DATA(nlh);
	uint32_t id = seen->values[NHA_ID];

	check(id >> 16 == 0xb600 || id >> 16 == 0xb601);
	check(!has(seen, NHA_OIF) || is_our_bridge(seen->values[NHA_OIF]));
	if (nlh->nlmsg_type == RTM_NEWNEXTHOP)
		check(nhm->nh_protocol == 182 && (nlh->nlmsg_flags &
		    (NLM_F_EXCL | NLM_F_REPLACE)) != 0 &&
		    ((nlh->nlmsg_flags & NLM_F_REPLACE) == 0 || id == GROUP));
	else
		check(id != OTHERS_MEMBER && (nlh->nlmsg_flags & 0x700) == 0);
}

static void
check_control(const struct nlmsghdr *nlh)
{
	const struct tcmsg *tcm = NLMSG_DATA(nlh);

	check(tcm->tcm_ifindex == HOST_END || (tcm->tcm_ifindex == -1 &&
	    tcm->tcm_parent == 182U << 24));
}

static size_t
header_size(uint16_t type)
{
	switch (type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return sizeof(struct ifinfomsg);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return sizeof(struct rtmsg);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return sizeof(struct ndmsg);
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		return sizeof(struct nhmsg);
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
	case RTM_NEWTFILTER:
		return sizeof(struct tcmsg);
	case RTM_GETLINK:
	case RTM_GETADDR:
	case RTM_GETROUTE:
	case RTM_GETNEIGH:
	case RTM_GETNEXTHOP:
	case RTM_GETQDISC:
	case RTM_GETTFILTER:
		return 0;
	default:
		abort();
	}
}

static void
check_passed(const struct nlmsghdr *nlh)
{
	size_t header = header_size(nlh->nlmsg_type);
	struct seen seen;

	if (header == 0)
		return;
	look((const uint8_t *)NLMSG_DATA(nlh) + NLMSG_ALIGN(header),
	    (const uint8_t *)nlh + nlh->nlmsg_len, &seen);
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		check_link(nlh, &seen);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		check_route(nlh, &seen);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		check_neighbor(nlh);
		break;
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		check_nexthop(nlh, &seen);
		break;
	default:
		check_control(nlh);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = {
		BRIDGE, HOST_END, OTHERS_BRIDGE, OTHERS_VETH, NEW_BRIDGE
	};
	static struct gate_facts facts;
	struct gate_answer answer;
	struct nlmsghdr *nlh;

	if (size < 2 + sizeof(*nlh) || size > 2 + NETLINK_REQUEST_MAX)
		return 0;
	if (facts.nlinks == 0)
		all_told(&facts);
	read_link(&facts, links[data[1] % (sizeof(links) / sizeof(links[0]))]);
	nexthop_told(&facts, GROUP, BGPLB_RTPROT);
	/* Of its own size, so that a byte behind it is seen to be read. */
	if ((nlh = malloc(size - 2)) == NULL)
		return 0;
	memcpy(nlh, data + 2, size - 2);
	gate_check(&facts, data[0] & 7U, nlh, size - 2, &answer);
	if (answer.verdict == GATE_PASS)
		check_passed(nlh);
	else
		check(answer.why != NULL);
	free(nlh);
	return 0;
}
