/*
 * What the builders put into a request, read back here without libmnl: header,
 * family header and attributes, by their numbers in the kernel's headers.
 */
#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <arpa/inet.h>
#include <net/if.h>

#include "bgplbd/rde/netlink.h"
#include "regress/unit/rde/fixtures.h"

static const uint8_t mac[MAC_SIZE] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };
static const uint8_t mac2[MAC_SIZE] = { 0x06, 0x66, 0x77, 0x88, 0x99, 0xaa };

/* A run of attributes. */
struct span {
	const char	*data;
	size_t		 len;
};

static struct span
attributes(const union netlink_request *req, size_t family_header)
{
	struct span s;

	assert_in_range(req->hdr.nlmsg_len, NLMSG_LENGTH(family_header),
	    NETLINK_REQUEST_MAX);
	s.data = req->bytes + NLMSG_HDRLEN + NLMSG_ALIGN(family_header);
	s.len = req->hdr.nlmsg_len - NLMSG_HDRLEN -
	    NLMSG_ALIGN(family_header);
	return s;
}

/* How many attributes of the type there are; the payload of the last in *found. */
static unsigned int
find(struct span s, uint16_t type, struct span *found)
{
	unsigned int n = 0;
	struct nlattr a;
	size_t step;

	while (s.len > 0) {
		assert_true(s.len >= sizeof(a));
		memcpy(&a, s.data, sizeof(a));
		assert_in_range(a.nla_len, sizeof(a), s.len);
		if ((a.nla_type & NLA_TYPE_MASK) == type) {
			n++;
			found->data = s.data + sizeof(a);
			found->len = a.nla_len - sizeof(a);
		}
		step = (size_t)NLA_ALIGN(a.nla_len);
		if (step >= s.len)
			break;
		s.data += step;
		s.len -= step;
	}
	return n;
}

/* The payload of the only attribute of the type. */
static struct span
attribute(struct span s, uint16_t type)
{
	struct span found;

	assert_int_equal(find(s, type, &found), 1);
	return found;
}

static void
assert_text(struct span s, const char *text)
{
	assert_int_equal(s.len, strlen(text) + 1);
	assert_string_equal(s.data, text);
}

static void
assert_bytes(struct span s, const void *bytes, size_t len)
{
	assert_int_equal(s.len, len);
	assert_memory_equal(s.data, bytes, len);
}

static void
assert_u32(struct span s, uint32_t value)
{
	assert_bytes(s, &value, sizeof(value));
}

static void
assert_u8(struct span s, uint8_t value)
{
	assert_bytes(s, &value, sizeof(value));
}

static void
assert_header(const union netlink_request *req, uint16_t type,
    uint16_t flags)
{
	assert_int_equal(req->hdr.nlmsg_type, type);
	assert_int_equal(req->hdr.nlmsg_flags, flags);
}

static struct ifinfomsg
link_header(const union netlink_request *req)
{
	struct ifinfomsg ifm;

	memcpy(&ifm, req->bytes + NLMSG_HDRLEN, sizeof(ifm));
	return ifm;
}

static void
test_bridge_is_created_without_spanning_tree_delay_and_snooping(void **state)
{
	union netlink_request req;
	struct span s, info, data;

	(void)state;
	netlink_bridge_create(&req, "bgplb-0123", mac);
	assert_header(&req, RTM_NEWLINK,
	    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	s = attributes(&req, sizeof(struct ifinfomsg));
	assert_text(attribute(s, IFLA_IFNAME), "bgplb-0123");
	assert_bytes(attribute(s, IFLA_ADDRESS), mac, MAC_SIZE);
	info = attribute(s, IFLA_LINKINFO);
	assert_text(attribute(info, IFLA_INFO_KIND), "bridge");
	data = attribute(info, IFLA_INFO_DATA);
	assert_u32(attribute(data, IFLA_BR_STP_STATE), 0);
	assert_u32(attribute(data, IFLA_BR_FORWARD_DELAY), 0);
	assert_u8(attribute(data, IFLA_BR_MCAST_SNOOPING), 0);
}

static void
test_veth_pair_names_both_ends_and_their_mac_addresses(void **state)
{
	union netlink_request req;
	struct span s, info, peer;

	(void)state;
	netlink_veth_create(&req, "bgpve-0123", mac2, "bgpvc-0123", mac, 1400);
	assert_header(&req, RTM_NEWLINK,
	    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	s = attributes(&req, sizeof(struct ifinfomsg));
	assert_text(attribute(s, IFLA_IFNAME), "bgpve-0123");
	assert_bytes(attribute(s, IFLA_ADDRESS), mac2, MAC_SIZE);
	assert_u32(attribute(s, IFLA_MTU), 1400);
	info = attribute(s, IFLA_LINKINFO);
	assert_text(attribute(info, IFLA_INFO_KIND), "veth");
	peer = attribute(attribute(info, IFLA_INFO_DATA), VETH_INFO_PEER);
	assert_true(peer.len > sizeof(struct ifinfomsg));
	peer.data += sizeof(struct ifinfomsg);
	peer.len -= sizeof(struct ifinfomsg);
	assert_text(attribute(peer, IFLA_IFNAME), "bgpvc-0123");
	assert_bytes(attribute(peer, IFLA_ADDRESS), mac, MAC_SIZE);
	assert_u32(attribute(peer, IFLA_MTU), 1400);
	netlink_veth_create(&req, "bgpve-0123", mac2, "bgpvc-0123", mac, 0);
	s = attributes(&req, sizeof(struct ifinfomsg));
	assert_int_equal(find(s, IFLA_MTU, &s), 0);
}

static void
test_setup_sets_alias_and_up(void **state)
{
	struct object_id id = numbered_id(1, 'a');
	union netlink_request req;
	struct span s;

	(void)state;
	netlink_link_setup(&req, 7, id.hex);
	assert_header(&req, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	assert_int_equal(link_header(&req).ifi_flags, IFF_UP);
	assert_int_equal(link_header(&req).ifi_change, IFF_UP);
	s = attributes(&req, sizeof(struct ifinfomsg));
	assert_text(attribute(s, IFLA_IFALIAS), id.hex);
	assert_int_equal(find(s, IFLA_MASTER, &s), 0);
}

static void
test_port_gets_alias_and_bridge_and_stays_down(void **state)
{
	struct object_id id = numbered_id(1, 'a');
	union netlink_request req;
	struct span s;

	(void)state;
	netlink_port_attach(&req, 7, id.hex, 5);
	assert_header(&req, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	assert_int_equal(link_header(&req).ifi_change, 0);
	s = attributes(&req, sizeof(struct ifinfomsg));
	assert_text(attribute(s, IFLA_IFALIAS), id.hex);
	assert_u32(attribute(s, IFLA_MASTER), 5);
}

static void
test_port_is_set_up_isolated_and_without_learning(void **state)
{
	union netlink_request req;
	struct span info, data;

	(void)state;
	netlink_port_setup(&req, 7);
	assert_header(&req, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	assert_int_equal(link_header(&req).ifi_flags, IFF_UP);
	assert_int_equal(link_header(&req).ifi_change, IFF_UP);
	info = attribute(attributes(&req, sizeof(struct ifinfomsg)),
	    IFLA_LINKINFO);
	assert_text(attribute(info, IFLA_INFO_SLAVE_KIND), "bridge");
	data = attribute(info, IFLA_INFO_SLAVE_DATA);
	assert_u8(attribute(data, IFLA_BRPORT_LEARNING), 0);
	assert_u8(attribute(data, IFLA_BRPORT_ISOLATED), 1);
}

static struct tcmsg
tc_header(const union netlink_request *req)
{
	struct tcmsg tcm;

	memcpy(&tcm, req->bytes + NLMSG_HDRLEN, sizeof(tcm));
	return tcm;
}

static void
test_ingress_of_a_link_is_made_with_the_block_of_ours(void **state)
{
	union netlink_request req;
	struct span s;

	(void)state;
	netlink_ingress_create(&req, 7);
	assert_header(&req, RTM_NEWQDISC,
	    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(tc_header(&req).tcm_ifindex, 7);
	assert_int_equal(tc_header(&req).tcm_parent, 0xfffffff1);
	assert_int_equal(tc_header(&req).tcm_handle, 0xffff0000);
	s = attributes(&req, sizeof(struct tcmsg));
	assert_text(attribute(s, TCA_KIND), "ingress");
	assert_u32(attribute(s, TCA_INGRESS_BLOCK), 0xb6000000);
	netlink_ingress_delete(&req, 7);
	assert_header(&req, RTM_DELQDISC, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(tc_header(&req).tcm_ifindex, 7);
	assert_int_equal(tc_header(&req).tcm_parent, 0xfffffff1);
	netlink_ingress_get(&req, 7);
	assert_header(&req, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(tc_header(&req).tcm_ifindex, 7);
	assert_int_equal(tc_header(&req).tcm_parent, 0xfffffff1);
	netlink_ingress_dump(&req);
	assert_header(&req, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(tc_header(&req).tcm_ifindex, 0);
}

static void
test_filter_of_the_block_returns_the_verdict_drop(void **state)
{
	static const struct sock_filter drop = { .code = 0x06, .k = 2 };
	uint32_t flags = TCA_BPF_FLAG_ACT_DIRECT;
	union netlink_request req;
	uint16_t one = 1;
	struct span s;

	(void)state;
	netlink_drop_filter_set(&req);
	assert_header(&req, RTM_NEWTFILTER,
	    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE);
	assert_int_equal(tc_header(&req).tcm_ifindex, -1);
	assert_int_equal(tc_header(&req).tcm_block_index, 0xb6000000);
	assert_int_equal(tc_header(&req).tcm_handle, 1);
	assert_int_equal(tc_header(&req).tcm_info,
	    1 << 16 | htons(ETH_P_ALL));
	s = attributes(&req, sizeof(struct tcmsg));
	assert_text(attribute(s, TCA_KIND), "bpf");
	s = attribute(s, TCA_OPTIONS);
	assert_u32(attribute(s, TCA_BPF_FLAGS), flags);
	assert_bytes(attribute(s, TCA_BPF_OPS_LEN), &one, sizeof(one));
	assert_bytes(attribute(s, TCA_BPF_OPS), &drop, sizeof(drop));
	netlink_drop_filter_dump(&req);
	assert_header(&req, RTM_GETTFILTER, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(tc_header(&req).tcm_block_index, 0xb6000000);
}

static void
test_no_address_turns_generation_off_and_nothing_else(void **state)
{
	union netlink_request req;
	struct span s;

	(void)state;
	netlink_link_no_address(&req, 7);
	assert_header(&req, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	assert_int_equal(link_header(&req).ifi_change, 0);
	s = attribute(attributes(&req, sizeof(struct ifinfomsg)),
	    IFLA_AF_SPEC);
	assert_u8(attribute(attribute(s, AF_INET6),
	    IFLA_INET6_ADDR_GEN_MODE), IN6_ADDR_GEN_MODE_NONE);
}

static void
test_link_requests_name_their_link(void **state)
{
	union netlink_request req;

	(void)state;
	netlink_link_delete(&req, 7);
	assert_header(&req, RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	netlink_link_get_numbered(&req, 7);
	assert_header(&req, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(link_header(&req).ifi_index, 7);
	netlink_link_get(&req, "bgpve-0123");
	assert_header(&req, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK);
	assert_text(attribute(attributes(&req, sizeof(struct ifinfomsg)),
	    IFLA_IFNAME), "bgpve-0123");
	netlink_link_dump(&req);
	assert_header(&req, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
}

static void
assert_route(const union netlink_request *req, const char *text, int family)
{
	struct prefix p = prefix(text);
	struct rtmsg rtm;

	memcpy(&rtm, req->bytes + NLMSG_HDRLEN, sizeof(rtm));
	assert_int_equal(rtm.rtm_family, family);
	assert_int_equal(rtm.rtm_dst_len, p.len);
	assert_int_equal(rtm.rtm_table, RT_TABLE_MAIN);
	assert_int_equal(rtm.rtm_protocol, BGPLB_RTPROT);
	assert_bytes(attribute(attributes(req, sizeof(rtm)), RTA_DST),
	    p.addr.bytes, address_size(p.addr.afi));
}

static void
test_route_is_protocol_182_scope_link_in_table_main(void **state)
{
	static const struct {
		const char	*text;
		int		 family;
	} cases[] = {
		{ "10.0.0.101/32", AF_INET },
		{ "2001:db8:0:1000::101/128", AF_INET6 },
	};
	union netlink_request req;
	struct prefix p;
	struct rtmsg rtm;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		p = prefix(cases[i].text);
		netlink_route_set(&req, &p, 9, 0, false);
		assert_header(&req, RTM_NEWROUTE, NLM_F_REQUEST |
		    NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
		assert_route(&req, cases[i].text, cases[i].family);
		memcpy(&rtm, req.bytes + NLMSG_HDRLEN, sizeof(rtm));
		assert_int_equal(rtm.rtm_scope, RT_SCOPE_LINK);
		assert_int_equal(rtm.rtm_type, RTN_UNICAST);
		assert_u32(attribute(attributes(&req, sizeof(rtm)),
		    RTA_OIF), 9);
		netlink_route_delete(&req, &p);
		assert_header(&req, RTM_DELROUTE,
		    NLM_F_REQUEST | NLM_F_ACK);
		assert_route(&req, cases[i].text, cases[i].family);
	}
}

static void
test_route_to_a_nexthop_names_it_and_no_interface(void **state)
{
	struct prefix p = prefix("2001:db8:0:1000::101/128");
	union netlink_request req;
	struct rtmsg rtm;
	struct span s, none;

	(void)state;
	netlink_route_set(&req, &p, 0, 0xb6010000, true);
	assert_header(&req, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_REPLACE);
	assert_route(&req, "2001:db8:0:1000::101/128", AF_INET6);
	memcpy(&rtm, req.bytes + NLMSG_HDRLEN, sizeof(rtm));
	assert_int_equal(rtm.rtm_scope, RT_SCOPE_UNIVERSE);
	s = attributes(&req, sizeof(rtm));
	assert_u32(attribute(s, RTA_NH_ID), 0xb6010000);
	assert_int_equal(find(s, RTA_OIF, &none), 0);
}

/* A strict kernel refuses the request if any other field is set. */
static void
test_route_is_asked_for_by_its_address_alone(void **state)
{
	struct address a = address("10.0.0.101");
	struct rtmsg rtm, expected = {
		.rtm_family = AF_INET, .rtm_dst_len = 32,
		.rtm_flags = RTM_F_FIB_MATCH
	};
	union netlink_request req;

	(void)state;
	netlink_route_get(&req, &a);
	assert_header(&req, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_ACK);
	memcpy(&rtm, req.bytes + NLMSG_HDRLEN, sizeof(rtm));
	assert_memory_equal(&rtm, &expected, sizeof(rtm));
	assert_bytes(attribute(attributes(&req, sizeof(rtm)), RTA_DST),
	    a.bytes, 4);
}

static struct nhmsg
nexthop_header(const union netlink_request *req)
{
	struct nhmsg nhm;

	memcpy(&nhm, req->bytes + NLMSG_HDRLEN, sizeof(nhm));
	return nhm;
}

static void
test_nexthop_is_on_the_link_without_question_and_ours(void **state)
{
	struct address via = address("fe80::b600:100");
	union netlink_request req;
	struct nhmsg nhm;
	struct span s;

	(void)state;
	netlink_nexthop_create(&req, 0xb6000100, &via, 9);
	assert_header(&req, RTM_NEWNEXTHOP, NLM_F_REQUEST | NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_EXCL);
	nhm = nexthop_header(&req);
	assert_int_equal(nhm.nh_family, AF_INET6);
	assert_int_equal(nhm.nh_protocol, BGPLB_RTPROT);
	assert_int_equal(nhm.nh_flags, RTNH_F_ONLINK);
	s = attributes(&req, sizeof(nhm));
	assert_u32(attribute(s, NHA_ID), 0xb6000100);
	assert_u32(attribute(s, NHA_OIF), 9);
	assert_bytes(attribute(s, NHA_GATEWAY), via.bytes, 16);
	netlink_nexthop_delete(&req, 0xb6000100);
	assert_header(&req, RTM_DELNEXTHOP, NLM_F_REQUEST | NLM_F_ACK);
	assert_u32(attribute(attributes(&req, sizeof(nhm)), NHA_ID),
	    0xb6000100);
}

static void
test_group_of_the_most_members_fits_and_says_its_kind_and_timers(void **state)
{
	struct nexthop_grp expected[NETLINK_GROUP_MAX] = { { 0 } };
	uint32_t members[NETLINK_GROUP_MAX], i;
	const uint16_t resilient = NEXTHOP_GRP_TYPE_RES;
	const uint16_t buckets = GROUP_BUCKETS;
	union netlink_request req;
	struct span s, table;

	(void)state;
	for (i = 0; i < NETLINK_GROUP_MAX; i++)
		expected[i].id = members[i] = 0xb6000100 + i;
	expected[0].weight = GROUP_WEIGHT_MAX - 1;
	netlink_group_create(&req, 0xb6010000, members, NETLINK_GROUP_MAX,
	    GROUP_WEIGHT_MAX, true);
	assert_header(&req, RTM_NEWNEXTHOP, NLM_F_REQUEST | NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(nexthop_header(&req).nh_family, AF_UNSPEC);
	assert_int_equal(nexthop_header(&req).nh_protocol, BGPLB_RTPROT);
	s = attributes(&req, sizeof(struct nhmsg));
	assert_u32(attribute(s, NHA_ID), 0xb6010000);
	assert_bytes(attribute(s, NHA_GROUP), expected, sizeof(expected));
	assert_bytes(attribute(s, NHA_GROUP_TYPE), &resilient, 2);
	table = attribute(s, NHA_RES_GROUP);
	assert_bytes(attribute(table, NHA_RES_GROUP_BUCKETS), &buckets, 2);
	assert_u32(attribute(table, NHA_RES_GROUP_IDLE_TIMER), 3000);
	assert_u32(attribute(table, NHA_RES_GROUP_UNBALANCED_TIMER), 12000);
}

static void
test_group_that_is_replaced_keeps_its_kind_and_table(void **state)
{
	const uint32_t members[] = { 0xb6000100, 0xb6000102 };
	const uint16_t plain = NEXTHOP_GRP_TYPE_MPATH;
	union netlink_request req;
	struct span s, none;

	(void)state;
	netlink_group_replace(&req, 0xb6010000, members, 2, true);
	assert_header(&req, RTM_NEWNEXTHOP, NLM_F_REQUEST | NLM_F_ACK |
	    NLM_F_REPLACE);
	s = attributes(&req, sizeof(struct nhmsg));
	assert_int_equal(find(s, NHA_RES_GROUP, &none), 0);
	assert_int_equal(attribute(s, NHA_GROUP).len, 16);
	netlink_group_replace(&req, 0xb6010000, members, 2, false);
	s = attributes(&req, sizeof(struct nhmsg));
	assert_bytes(attribute(s, NHA_GROUP_TYPE), &plain, 2);
}

static void
test_nexthop_dump_asks_for_all(void **state)
{
	static const struct nhmsg nothing;
	union netlink_request req;
	struct nhmsg nhm;

	(void)state;
	netlink_nexthop_dump(&req);
	assert_header(&req, RTM_GETNEXTHOP, NLM_F_REQUEST | NLM_F_DUMP);
	nhm = nexthop_header(&req);
	assert_memory_equal(&nhm, &nothing, sizeof(nhm));
}

static void
test_route_dump_asks_only_for_ours(void **state)
{
	union netlink_request req;
	struct rtmsg rtm;

	(void)state;
	netlink_route_dump(&req, AFI_IPV6);
	assert_header(&req, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
	memcpy(&rtm, req.bytes + NLMSG_HDRLEN, sizeof(rtm));
	assert_int_equal(rtm.rtm_family, AF_INET6);
	assert_int_equal(rtm.rtm_table, RT_TABLE_MAIN);
	assert_int_equal(rtm.rtm_protocol, BGPLB_RTPROT);
}

static struct ndmsg
neighbor_header(const union netlink_request *req)
{
	struct ndmsg ndm;

	memcpy(&ndm, req->bytes + NLMSG_HDRLEN, sizeof(ndm));
	return ndm;
}

static void
test_neighbor_entry_is_permanent_and_protocol_182(void **state)
{
	struct address v6 = address("2001:db8::101");
	union netlink_request req;
	struct span s;

	(void)state;
	netlink_neighbor_set(&req, &v6, 9, mac);
	assert_header(&req, RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_REPLACE);
	assert_int_equal(neighbor_header(&req).ndm_family, AF_INET6);
	assert_int_equal(neighbor_header(&req).ndm_ifindex, 9);
	assert_int_equal(neighbor_header(&req).ndm_state, NUD_PERMANENT);
	s = attributes(&req, sizeof(struct ndmsg));
	assert_bytes(attribute(s, NDA_DST), v6.bytes, 16);
	assert_bytes(attribute(s, NDA_LLADDR), mac, MAC_SIZE);
	assert_u8(attribute(s, NDA_PROTOCOL), BGPLB_RTPROT);
}

static void
test_neighbor_entry_is_deleted_by_address_and_link(void **state)
{
	struct address v4 = address("10.0.0.101");
	union netlink_request req;

	(void)state;
	netlink_neighbor_delete(&req, &v4, 9);
	assert_header(&req, RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(neighbor_header(&req).ndm_family, AF_INET);
	assert_int_equal(neighbor_header(&req).ndm_ifindex, 9);
	assert_bytes(attribute(attributes(&req, sizeof(struct ndmsg)),
	    NDA_DST), v4.bytes, 4);
}

static void
test_port_mac_is_static_and_not_the_bridges_own(void **state)
{
	union netlink_request req;

	(void)state;
	netlink_port_mac_set(&req, 9, mac);
	assert_int_equal(req.hdr.nlmsg_type, RTM_NEWNEIGH);
	assert_int_equal(neighbor_header(&req).ndm_family, AF_BRIDGE);
	assert_int_equal(neighbor_header(&req).ndm_state, NUD_NOARP);
	assert_int_equal(neighbor_header(&req).ndm_flags, NTF_MASTER);
	assert_bytes(attribute(attributes(&req, sizeof(struct ndmsg)),
	    NDA_LLADDR), mac, MAC_SIZE);
}

static void
test_dumps_of_neighbors_and_addresses_ask_for_both_families(void **state)
{
	union netlink_request req;

	(void)state;
	netlink_neighbor_dump(&req);
	assert_header(&req, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(neighbor_header(&req).ndm_family, AF_UNSPEC);
	netlink_port_mac_dump(&req);
	assert_header(&req, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(neighbor_header(&req).ndm_family, AF_BRIDGE);
	netlink_address_dump(&req);
	assert_header(&req, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(req.bytes[NLMSG_HDRLEN], AF_UNSPEC);
}

static void
test_the_longest_names_fit(void **state)
{
	struct object_id id = numbered_id(1, 'f');
	union netlink_request req;

	(void)state;
	netlink_veth_create(&req, "bgpve-123456789", mac, "bgpvc-123456789",
	    mac, 1400);
	assert_in_range(req.hdr.nlmsg_len, 1, NETLINK_REQUEST_MAX / 2);
	netlink_port_attach(&req, 1, id.hex, 2);
	assert_in_range(req.hdr.nlmsg_len, 1, NETLINK_REQUEST_MAX / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bridge_is_created_without_spanning_tree_delay_and_snooping),
		cmocka_unit_test(test_veth_pair_names_both_ends_and_their_mac_addresses),
		cmocka_unit_test(test_setup_sets_alias_and_up),
		cmocka_unit_test(test_port_gets_alias_and_bridge_and_stays_down),
		cmocka_unit_test(test_port_is_set_up_isolated_and_without_learning),
		cmocka_unit_test(test_ingress_of_a_link_is_made_with_the_block_of_ours),
		cmocka_unit_test(test_filter_of_the_block_returns_the_verdict_drop),
		cmocka_unit_test(test_no_address_turns_generation_off_and_nothing_else),
		cmocka_unit_test(test_link_requests_name_their_link),
		cmocka_unit_test(test_route_is_protocol_182_scope_link_in_table_main),
		cmocka_unit_test(test_route_to_a_nexthop_names_it_and_no_interface),
		cmocka_unit_test(test_route_is_asked_for_by_its_address_alone),
		cmocka_unit_test(test_nexthop_is_on_the_link_without_question_and_ours),
		cmocka_unit_test(test_group_of_the_most_members_fits_and_says_its_kind_and_timers),
		cmocka_unit_test(test_group_that_is_replaced_keeps_its_kind_and_table),
		cmocka_unit_test(test_nexthop_dump_asks_for_all),
		cmocka_unit_test(test_route_dump_asks_only_for_ours),
		cmocka_unit_test(test_neighbor_entry_is_permanent_and_protocol_182),
		cmocka_unit_test(test_neighbor_entry_is_deleted_by_address_and_link),
		cmocka_unit_test(test_port_mac_is_static_and_not_the_bridges_own),
		cmocka_unit_test(test_dumps_of_neighbors_and_addresses_ask_for_both_families),
		cmocka_unit_test(test_the_longest_names_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
