#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <errno.h>
#include <net/if.h>

#include "bgplbd/rde/netlink.h"
#include "regress/unit/rde/fixtures.h"

/* A message as the kernel would write it. */
union reply {
	struct nlmsghdr	hdr;
	char		bytes[1024];
};

static void
begin(union reply *r, uint16_t type, const void *header, size_t len)
{
	memset(r, 0, sizeof(*r));
	r->hdr.nlmsg_type = type;
	r->hdr.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + NLMSG_ALIGN(len));
	memcpy(r->bytes + NLMSG_HDRLEN, header, len);
}

static void
put(union reply *r, uint16_t type, const void *data, size_t len)
{
	struct nlattr a = {
		.nla_len = (uint16_t)(sizeof(a) + len), .nla_type = type
	};

	memcpy(r->bytes + r->hdr.nlmsg_len, &a, sizeof(a));
	if (len > 0)
		memcpy(r->bytes + r->hdr.nlmsg_len + sizeof(a), data, len);
	r->hdr.nlmsg_len += (uint32_t)NLA_ALIGN(a.nla_len);
}

static void
put_text(union reply *r, uint16_t type, const char *text)
{
	put(r, type, text, strlen(text) + 1);
}

static void
put_u32(union reply *r, uint16_t type, uint32_t value)
{
	put(r, type, &value, sizeof(value));
}

static void
put_kind(union reply *r, const char *kind)
{
	char nested[64] = { 0 };
	struct nlattr a = {
		.nla_len = (uint16_t)(sizeof(a) + strlen(kind) + 1),
		.nla_type = IFLA_INFO_KIND
	};

	memcpy(nested, &a, sizeof(a));
	memcpy(nested + sizeof(a), kind, strlen(kind));
	put(r, IFLA_LINKINFO, nested, NLA_ALIGN(a.nla_len));
}

static void
begin_link(union reply *r)
{
	struct ifinfomsg ifm = {
		.ifi_family = AF_UNSPEC, .ifi_index = 12, .ifi_flags = IFF_UP
	};

	begin(r, RTM_NEWLINK, &ifm, sizeof(ifm));
}

static void
test_link_of_ours_is_read(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 6, 1, 2, 3, 4, 5 };
	struct object_id id = numbered_id(1, 'a');
	struct link_message m;
	union reply r;

	(void)state;
	begin_link(&r);
	put_text(&r, IFLA_IFNAME, "bgpve-00000001a");
	put_text(&r, IFLA_IFALIAS, id.hex);
	put_u32(&r, IFLA_MASTER, 5);
	put(&r, IFLA_ADDRESS, mac, sizeof(mac));
	put_kind(&r, "veth");
	assert_int_equal(netlink_link_parse(&r.hdr, &m), 0);
	assert_int_equal(m.ifindex, 12);
	assert_int_equal(m.master, 5);
	assert_int_equal(m.kind, LINK_VETH);
	assert_true(m.up);
	assert_true(m.has_alias);
	assert_string_equal(m.name, "bgpve-00000001a");
	assert_string_equal(m.id.hex, id.hex);
	assert_memory_equal(m.mac, mac, MAC_SIZE);
}

static void
test_alias_that_is_no_id_is_not_taken_for_one(void **state)
{
	struct link_message m;
	union reply r;

	(void)state;
	begin_link(&r);
	put_text(&r, IFLA_IFALIAS, "uplink to rack 7");
	assert_int_equal(netlink_link_parse(&r.hdr, &m), 0);
	assert_true(m.has_alias);
	assert_string_equal(m.id.hex, "");
	assert_int_equal(m.kind, LINK_OTHER);
}

static void
assert_link_refused(uint16_t type, const void *data, size_t len)
{
	struct link_message m;
	union reply r;

	begin_link(&r);
	put(&r, type, data, len);
	errno = 0;
	assert_int_equal(netlink_link_parse(&r.hdr, &m), -1);
	assert_int_equal(errno, EINVAL);
}

static void
test_link_with_attributes_of_wrong_size_is_refused(void **state)
{
	(void)state;
	assert_link_refused(IFLA_MASTER, "abc", 3);
	assert_link_refused(IFLA_IFNAME, "unterminated", 12);
	assert_link_refused(IFLA_IFNAME, "longer-than-any-name", 21);
	assert_link_refused(IFLA_IFALIAS, "x", 1);
}

static void
begin_route(union reply *r, uint8_t family, uint8_t len, uint8_t table)
{
	struct rtmsg rtm = {
		.rtm_family = family, .rtm_dst_len = len, .rtm_table = table,
		.rtm_protocol = BGPLB_RTPROT
	};

	begin(r, RTM_NEWROUTE, &rtm, sizeof(rtm));
}

static void
test_route_to_an_interface_is_read(void **state)
{
	struct prefix p = prefix("2001:db8::101/128");
	struct route_message m;
	union reply r;

	(void)state;
	begin_route(&r, AF_INET6, 128, RT_TABLE_MAIN);
	put(&r, RTA_DST, p.addr.bytes, 16);
	put_u32(&r, RTA_OIF, 9);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), 0);
	assert_int_equal(prefix_cmp(&m.dst, &p), 0);
	assert_int_equal(m.ifindex, 9);
	assert_int_equal(m.protocol, BGPLB_RTPROT);
	assert_int_equal(m.table, RT_TABLE_MAIN);
}

static void
test_route_to_a_nexthop_has_its_id_and_no_interface(void **state)
{
	struct route_message m;
	union reply r;

	(void)state;
	begin_route(&r, AF_INET, 32, RT_TABLE_MAIN);
	put(&r, RTA_DST, "\12\0\0\145", 4);
	put_u32(&r, RTA_NH_ID, 0xb6010000);
	put_u32(&r, RTA_OIF, 9);	/* so for a group of one */
	assert_int_equal(netlink_route_parse(&r.hdr, &m), 0);
	assert_int_equal(m.nexthop, 0xb6010000);
	assert_int_equal(m.ifindex, 0);
	put(&r, RTA_NH_ID, "123", 3);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), -1);
}

static void
begin_nexthop(union reply *r, uint8_t family)
{
	struct nhmsg nhm = {
		.nh_family = family, .nh_protocol = BGPLB_RTPROT
	};

	begin(r, RTM_NEWNEXTHOP, &nhm, sizeof(nhm));
}

static void
test_nexthop_is_read(void **state)
{
	struct address via = address("169.254.1.2");
	struct nexthop_message m;
	union reply r;

	(void)state;
	begin_nexthop(&r, AF_INET);
	put_u32(&r, NHA_ID, 0xb6000102);
	put_u32(&r, NHA_OIF, 9);
	put(&r, NHA_GATEWAY, via.bytes, 4);
	assert_int_equal(netlink_nexthop_parse(&r.hdr, &m), 0);
	assert_int_equal(m.id, 0xb6000102);
	assert_int_equal(m.protocol, BGPLB_RTPROT);
	assert_int_equal(m.ifindex, 9);
	assert_int_equal(address_cmp(&m.via, &via), 0);
	assert_int_equal(m.nmembers, 0);
}

static void
test_group_is_read_with_its_kind_and_its_true_size(void **state)
{
	struct nexthop_grp entries[NETLINK_GROUP_MAX + 1];
	const uint16_t kind = NEXTHOP_GRP_TYPE_RES;
	struct nexthop_message m;
	union reply r;
	uint32_t i;

	(void)state;
	memset(entries, 0, sizeof(entries));
	for (i = 0; i <= NETLINK_GROUP_MAX; i++)
		entries[i].id = i + 1;
	begin_nexthop(&r, AF_UNSPEC);
	put(&r, NHA_GROUP, entries, 2 * sizeof(entries[0]));
	put(&r, NHA_GROUP_TYPE, &kind, 2);
	assert_int_equal(netlink_nexthop_parse(&r.hdr, &m), 0);
	assert_true(m.resilient);
	assert_int_equal(m.nmembers, 2);
	assert_int_equal(m.members[0], 1);
	assert_int_equal(m.members[1], 2);
	begin_nexthop(&r, AF_UNSPEC);
	put(&r, NHA_GROUP, entries, sizeof(entries));
	assert_int_equal(netlink_nexthop_parse(&r.hdr, &m), 0);
	assert_false(m.resilient);
	assert_int_equal(m.nmembers, NETLINK_GROUP_MAX + 1);
	assert_int_equal(m.members[NETLINK_GROUP_MAX - 1],
	    NETLINK_GROUP_MAX);
}

static void
assert_nexthop_refused(uint16_t type, const void *data, size_t len)
{
	struct nexthop_message m;
	union reply r;

	begin_nexthop(&r, AF_INET);
	put(&r, type, data, len);
	errno = 0;
	assert_int_equal(netlink_nexthop_parse(&r.hdr, &m), -1);
	assert_int_equal(errno, EINVAL);
}

static void
test_nexthop_with_attributes_of_wrong_size_is_refused(void **state)
{
	(void)state;
	assert_nexthop_refused(NHA_ID, "123", 3);
	assert_nexthop_refused(NHA_OIF, "12", 2);
	assert_nexthop_refused(NHA_GATEWAY, "1234567890123456", 16);
	assert_nexthop_refused(NHA_GROUP, "", 0);
	assert_nexthop_refused(NHA_GROUP, "123456789012", 12);
	assert_nexthop_refused(NHA_GROUP_TYPE, "1234", 4);
}

static void
test_route_without_destination_is_the_default_route(void **state)
{
	struct prefix p = prefix("0.0.0.0/0");
	struct route_message m;
	union reply r;

	(void)state;
	begin_route(&r, AF_INET, 0, RT_TABLE_COMPAT);
	put_u32(&r, RTA_TABLE, 1000);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), 0);
	assert_int_equal(prefix_cmp(&m.dst, &p), 0);
	assert_int_equal(m.table, 1000);
	assert_int_equal(m.ifindex, 0);
}

static void
test_route_with_impossible_length_or_family_is_refused(void **state)
{
	struct route_message m;
	union reply r;

	(void)state;
	begin_route(&r, AF_INET, 33, RT_TABLE_MAIN);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), -1);
	begin_route(&r, AF_INET, 32, RT_TABLE_MAIN);
	put(&r, RTA_DST, "12345", 5);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), -1);
	begin_route(&r, AF_UNIX, 32, RT_TABLE_MAIN);
	assert_int_equal(netlink_route_parse(&r.hdr, &m), -1);
}

static void
begin_neighbor(union reply *r, uint8_t family)
{
	struct ndmsg ndm = {
		.ndm_family = family, .ndm_ifindex = 9,
		.ndm_state = NUD_PERMANENT
	};

	begin(r, RTM_NEWNEIGH, &ndm, sizeof(ndm));
}

static void
test_neighbor_entry_is_read(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 2, 1, 2, 3, 4, 5 };
	struct address a = address("10.0.0.101");
	struct neighbor_message m;
	union reply r;
	uint8_t protocol = BGPLB_RTPROT;

	(void)state;
	begin_neighbor(&r, AF_INET);
	put(&r, NDA_DST, a.bytes, 4);
	put(&r, NDA_LLADDR, mac, sizeof(mac));
	put(&r, NDA_PROTOCOL, &protocol, 1);
	assert_int_equal(netlink_neighbor_parse(&r.hdr, &m), 0);
	assert_int_equal(address_cmp(&m.addr, &a), 0);
	assert_int_equal(m.ifindex, 9);
	assert_int_equal(m.state, NUD_PERMANENT);
	assert_int_equal(m.protocol, BGPLB_RTPROT);
	assert_true(m.has_mac);
	assert_memory_equal(m.mac, mac, MAC_SIZE);
}

static void
test_neighbor_of_another_family_or_hardware_is_passed_over(void **state)
{
	struct neighbor_message m;
	union reply r;

	(void)state;
	begin_neighbor(&r, AF_BRIDGE);
	put(&r, NDA_DST, "1234", 4);
	assert_int_equal(netlink_neighbor_parse(&r.hdr, &m), 0);
	assert_false(address_is_set(&m.addr));
	begin_neighbor(&r, AF_INET);
	put(&r, NDA_LLADDR, "twenty bytes of them", 20);
	assert_int_equal(netlink_neighbor_parse(&r.hdr, &m), 0);
	assert_false(m.has_mac);
	begin_neighbor(&r, AF_INET6);
	put(&r, NDA_DST, "1234", 4);
	assert_int_equal(netlink_neighbor_parse(&r.hdr, &m), -1);
}

static void
begin_address(union reply *r, uint8_t family)
{
	struct ifaddrmsg ifa = {
		.ifa_family = family, .ifa_index = 3,
		.ifa_flags = IFA_F_PERMANENT, .ifa_scope = RT_SCOPE_UNIVERSE
	};

	begin(r, RTM_NEWADDR, &ifa, sizeof(ifa));
}

static void
test_address_is_the_local_one_in_either_order(void **state)
{
	struct address local = address("192.0.2.1");
	struct address peer = address("192.0.2.2");
	struct address_message m;
	union reply r;

	(void)state;
	begin_address(&r, AF_INET);
	put(&r, IFA_ADDRESS, peer.bytes, 4);
	put(&r, IFA_LOCAL, local.bytes, 4);
	assert_int_equal(netlink_address_parse(&r.hdr, &m), 0);
	assert_int_equal(address_cmp(&m.addr, &local), 0);
	begin_address(&r, AF_INET);
	put(&r, IFA_LOCAL, local.bytes, 4);
	put(&r, IFA_ADDRESS, peer.bytes, 4);
	assert_int_equal(netlink_address_parse(&r.hdr, &m), 0);
	assert_int_equal(address_cmp(&m.addr, &local), 0);
	assert_int_equal(address_cmp(&m.peer, &peer), 0);
	assert_int_equal(m.ifindex, 3);
}

static void
test_address_flags_beyond_8_bits_are_read(void **state)
{
	struct address a = address("2001:db8::1");
	struct address_message m;
	union reply r;

	(void)state;
	begin_address(&r, AF_INET6);
	put(&r, IFA_ADDRESS, a.bytes, 16);
	assert_int_equal(netlink_address_parse(&r.hdr, &m), 0);
	assert_int_equal(m.flags, IFA_F_PERMANENT);
	put_u32(&r, IFA_FLAGS, IFA_F_PERMANENT | IFA_F_MANAGETEMPADDR);
	assert_int_equal(netlink_address_parse(&r.hdr, &m), 0);
	assert_int_equal(m.flags, IFA_F_PERMANENT | IFA_F_MANAGETEMPADDR);
	assert_int_equal(m.scope, RT_SCOPE_UNIVERSE);
}

static void
test_headers_cut_short_are_refused(void **state)
{
	struct link_message link;
	struct route_message route;
	struct neighbor_message neighbor;
	struct address_message addr;
	struct nexthop_message nexthop;
	char text[8];
	union reply r;
	int error;

	(void)state;
	begin(&r, RTM_NEWLINK, "", 0);
	assert_int_equal(netlink_link_parse(&r.hdr, &link), -1);
	assert_int_equal(netlink_route_parse(&r.hdr, &route), -1);
	assert_int_equal(netlink_neighbor_parse(&r.hdr, &neighbor), -1);
	assert_int_equal(netlink_address_parse(&r.hdr, &addr), -1);
	assert_int_equal(netlink_nexthop_parse(&r.hdr, &nexthop), -1);
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), -1);
}

static void
test_message_longer_than_the_datagram_is_not_whole(void **state)
{
	struct nlmsghdr hdr = { .nlmsg_len = sizeof(hdr) };

	(void)state;
	assert_true(netlink_is_whole(&hdr, sizeof(hdr)));
	assert_false(netlink_is_whole(&hdr, sizeof(hdr) - 1));
	assert_false(netlink_is_whole(&hdr, -1));
	hdr.nlmsg_len = sizeof(hdr) - 1;
	assert_false(netlink_is_whole(&hdr, sizeof(hdr)));
	hdr.nlmsg_len = sizeof(hdr) + 1;
	assert_false(netlink_is_whole(&hdr, sizeof(hdr)));
	hdr.nlmsg_len = 0xfffffff0;
	assert_false(netlink_is_whole(&hdr, sizeof(hdr)));
}

static void
begin_error(union reply *r, int error, uint32_t echoed, uint16_t flags)
{
	struct nlmsgerr err = {
		.error = error, .msg = { .nlmsg_len = echoed }
	};

	begin(r, NLMSG_ERROR, &err, sizeof(err));
	r->hdr.nlmsg_flags = flags;
}

static void
test_acknowledgment_is_no_error(void **state)
{
	char text[64] = "before";
	union reply r;
	int error = -1;

	(void)state;
	begin_error(&r, 0, 900, NLM_F_CAPPED);
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), 0);
	assert_int_equal(error, 0);
	assert_string_equal(text, "");
}

static void
test_error_comes_with_the_kernels_text(void **state)
{
	char text[64];
	union reply r;
	int error;

	(void)state;
	begin_error(&r, -EACCES, 900, NLM_F_CAPPED | NLM_F_ACK_TLVS);
	put_text(&r, NLMSGERR_ATTR_MSG, "IPv6 is disabled");
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), 0);
	assert_int_equal(error, EACCES);
	assert_string_equal(text, "IPv6 is disabled");
}

static void
test_text_stands_behind_an_echoed_request(void **state)
{
	char text[64];
	union reply r;
	int error;

	(void)state;
	begin_error(&r, -EINVAL, NLMSG_HDRLEN + 8, NLM_F_ACK_TLVS);
	r.hdr.nlmsg_len += 8;
	put_text(&r, NLMSGERR_ATTR_MSG, "no");
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), 0);
	assert_string_equal(text, "no");
	begin_error(&r, -EINVAL, 4000, NLM_F_ACK_TLVS);
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), -1);
}

static void
test_end_of_a_dump_may_carry_an_error(void **state)
{
	char text[64];
	union reply r;
	int error, code = -EBUSY;

	(void)state;
	begin(&r, NLMSG_DONE, &code, sizeof(code));
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), 0);
	assert_int_equal(error, EBUSY);
	code = 1;
	begin(&r, NLMSG_DONE, &code, sizeof(code));
	assert_int_equal(netlink_reply_parse(&r.hdr, &error, text,
	    sizeof(text)), -1);
}

/*
 * Traffic control.
 */

static void
begin_qdisc(union reply *r, uint32_t parent)
{
	struct tcmsg tcm = {
		.tcm_ifindex = 12, .tcm_parent = parent,
		.tcm_handle = 0xffff0000
	};

	begin(r, RTM_NEWQDISC, &tcm, sizeof(tcm));
	put_text(r, TCA_KIND, "ingress");
}

static void
test_ingress_with_the_block_of_ours_drops(void **state)
{
	struct ingress_message m;
	union reply r;

	(void)state;
	begin_qdisc(&r, TC_H_INGRESS);
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), 0);
	assert_int_equal(m.ifindex, 12);
	assert_false(m.drops);
	put_u32(&r, TCA_INGRESS_BLOCK, 0xb6000000);
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), 0);
	assert_int_equal(m.ifindex, 12);
	assert_true(m.drops);
	begin_qdisc(&r, TC_H_INGRESS);
	put_u32(&r, TCA_INGRESS_BLOCK, 1);
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), 0);
	assert_false(m.drops);
}

static void
test_other_queueing_discipline_is_of_no_ingress(void **state)
{
	struct ingress_message m;
	union reply r;

	(void)state;
	begin_qdisc(&r, TC_H_ROOT);
	put_u32(&r, TCA_INGRESS_BLOCK, 0xb6000000);
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), 0);
	assert_int_equal(m.ifindex, 0);
	assert_false(m.drops);
}

static void
test_malformed_queueing_discipline_is_refused(void **state)
{
	struct ingress_message m;
	union reply r;

	(void)state;
	begin_qdisc(&r, TC_H_INGRESS);
	put(&r, TCA_INGRESS_BLOCK, "\1", 1);
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), -1);
	assert_int_equal(errno, EINVAL);
	begin_qdisc(&r, TC_H_INGRESS);
	r.hdr.nlmsg_len = NLMSG_HDRLEN + sizeof(struct tcmsg) - 1;
	assert_int_equal(netlink_ingress_parse(&r.hdr, &m), -1);
	assert_int_equal(errno, EINVAL);
}

/* The request is what the kernel tells of it, too. */
static void
filter_of_ours(union netlink_request *req, struct tcmsg **tcm)
{
	netlink_drop_filter_set(req);
	*tcm = (struct tcmsg *)(req->bytes + NLMSG_HDRLEN);
}

static void
test_filter_of_ours_is_known_by_place_and_program(void **state)
{
	struct filter_message m;
	union netlink_request r;
	struct tcmsg *tcm;

	(void)state;
	filter_of_ours(&r, &tcm);
	assert_int_equal(netlink_filter_parse(&r.hdr, &m), 0);
	assert_true(m.in_drop_block);
	assert_true(m.drops);
	tcm->tcm_block_index = 7;
	assert_int_equal(netlink_filter_parse(&r.hdr, &m), 0);
	assert_false(m.in_drop_block);
	assert_false(m.drops);
	filter_of_ours(&r, &tcm);
	tcm->tcm_handle = 2;
	assert_int_equal(netlink_filter_parse(&r.hdr, &m), 0);
	assert_true(m.in_drop_block);
	assert_false(m.drops);
	filter_of_ours(&r, &tcm);
	tcm->tcm_info = 1 << 16 | 8;
	assert_int_equal(netlink_filter_parse(&r.hdr, &m), 0);
	assert_false(m.drops);
	filter_of_ours(&r, &tcm);
	r.bytes[r.hdr.nlmsg_len - 4] = 0;	/* returns another verdict */
	assert_int_equal(netlink_filter_parse(&r.hdr, &m), 0);
	assert_false(m.drops);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_of_ours_is_read),
		cmocka_unit_test(test_alias_that_is_no_id_is_not_taken_for_one),
		cmocka_unit_test(test_link_with_attributes_of_wrong_size_is_refused),
		cmocka_unit_test(test_route_to_an_interface_is_read),
		cmocka_unit_test(test_route_to_a_nexthop_has_its_id_and_no_interface),
		cmocka_unit_test(test_nexthop_is_read),
		cmocka_unit_test(test_group_is_read_with_its_kind_and_its_true_size),
		cmocka_unit_test(test_nexthop_with_attributes_of_wrong_size_is_refused),
		cmocka_unit_test(test_route_without_destination_is_the_default_route),
		cmocka_unit_test(test_route_with_impossible_length_or_family_is_refused),
		cmocka_unit_test(test_neighbor_entry_is_read),
		cmocka_unit_test(test_neighbor_of_another_family_or_hardware_is_passed_over),
		cmocka_unit_test(test_address_is_the_local_one_in_either_order),
		cmocka_unit_test(test_address_flags_beyond_8_bits_are_read),
		cmocka_unit_test(test_headers_cut_short_are_refused),
		cmocka_unit_test(test_message_longer_than_the_datagram_is_not_whole),
		cmocka_unit_test(test_acknowledgment_is_no_error),
		cmocka_unit_test(test_error_comes_with_the_kernels_text),
		cmocka_unit_test(test_text_stands_behind_an_echoed_request),
		cmocka_unit_test(test_end_of_a_dump_may_carry_an_error),
		cmocka_unit_test(test_ingress_with_the_block_of_ours_drops),
		cmocka_unit_test(test_other_queueing_discipline_is_of_no_ingress),
		cmocka_unit_test(test_malformed_queueing_discipline_is_refused),
		cmocka_unit_test(test_filter_of_ours_is_known_by_place_and_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
