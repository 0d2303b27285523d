/* What the kernel tells of links, addresses and routes; and malformed messages. */
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>

#include "bgplbctl/check/netlink.h"
#include "rows.h"

static _Alignas(struct nlmsghdr) char buf[1024];

static struct nlmsghdr *
message(uint16_t type, const void *body, size_t size)
{
	struct nlmsghdr *nlh;

	memset(buf, 0, sizeof(buf));
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(nlh, size), body, size);
	return nlh;
}

static void
test_link_tells_its_bridge_and_where_its_other_end_is(void **state)
{
	const struct ifinfomsg up = {
		.ifi_index = 7, .ifi_flags = IFF_UP | IFF_RUNNING
	};
	struct nlmsghdr *nlh = message(RTM_NEWLINK, &up, sizeof(up));
	struct nlattr *info;
	struct net_link link;

	(void)state;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "bgpve-1");
	mnl_attr_put_u32(nlh, IFLA_MASTER, 3);
	mnl_attr_put_u32(nlh, IFLA_LINK, 2);
	mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, 5);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	mnl_attr_nest_end(nlh, info);
	assert_int_equal(netlink_link_parse(nlh, &link), 0);
	assert_string_equal(link.name, "bgpve-1");
	assert_int_equal(link.index, 7);
	assert_int_equal(link.master, 3);
	assert_int_equal(link.peer, 2);
	assert_int_equal(link.peer_netns, 5);
	assert_int_equal(link.kind, LINK_VETH);
	assert_false(link.down);
	assert_false(link.no_carrier);
}

static void
test_link_that_is_down_has_no_carrier_to_miss(void **state)
{
	struct ifinfomsg ifm = { .ifi_index = 7 };
	struct net_link link;

	(void)state;
	assert_int_equal(netlink_link_parse(message(RTM_NEWLINK, &ifm,
	    sizeof(ifm)), &link), 0);
	assert_true(link.down);
	assert_false(link.no_carrier);
	assert_int_equal(link.peer_netns, NETNS_NONE);
	ifm.ifi_flags = IFF_UP;
	assert_int_equal(netlink_link_parse(message(RTM_NEWLINK, &ifm,
	    sizeof(ifm)), &link), 0);
	assert_true(link.no_carrier);
}

static void
test_only_neighbors_that_failed_are_silent(void **state)
{
	struct ndmsg ndm = {
		.ndm_family = AF_INET, .ndm_ifindex = 3, .ndm_state = NUD_FAILED
	};
	const struct address addr = rows_address("10.0.0.101");
	struct nlmsghdr *nlh = message(RTM_NEWNEIGH, &ndm, sizeof(ndm));
	struct net_silent silent;

	(void)state;
	mnl_attr_put(nlh, NDA_DST, 4, addr.bytes);
	assert_int_equal(netlink_silent_parse(nlh, &silent), 0);
	assert_int_equal(address_cmp(&silent.addr, &addr), 0);
	ndm.ndm_state = NUD_REACHABLE;
	nlh = message(RTM_NEWNEIGH, &ndm, sizeof(ndm));
	mnl_attr_put(nlh, NDA_DST, 4, addr.bytes);
	assert_int_equal(netlink_silent_parse(nlh, &silent), 0);
	assert_false(address_is_set(&silent.addr));
}

static void
test_route_of_several_next_hops_is_by_the_first(void **state)
{
	const struct rtmsg rtm = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	const struct rtnexthop hops[2] = {
		{ .rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 4 },
		{ .rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 5 }
	};
	struct nlmsghdr *nlh = message(RTM_NEWROUTE, &rtm, sizeof(rtm));
	struct route_answer answer;

	(void)state;
	mnl_attr_put(nlh, RTA_MULTIPATH, sizeof(hops), hops);
	mnl_attr_put_u32(nlh, RTA_TABLE, RT_TABLE_MAIN);
	assert_int_equal(netlink_route_parse(nlh, &answer), 0);
	assert_int_equal(answer.oif, 4);
	assert_int_equal(answer.table, RT_TABLE_MAIN);
}

static void
test_ingress_of_a_link_drops_by_the_block_of_bgplbd(void **state)
{
	struct tcmsg tcm = { .tcm_ifindex = 7, .tcm_parent = TC_H_INGRESS };
	struct nlmsghdr *nlh = message(RTM_NEWQDISC, &tcm, sizeof(tcm));
	struct net_ingress in;

	(void)state;
	assert_int_equal(netlink_ingress_parse(nlh, &in), 0);
	assert_int_equal(in.ifindex, 7);
	assert_false(in.drops);
	mnl_attr_put_u32(nlh, TCA_INGRESS_BLOCK, 3053453312);
	assert_int_equal(netlink_ingress_parse(nlh, &in), 0);
	assert_true(in.drops);
	tcm.tcm_parent = TC_H_ROOT;
	nlh = message(RTM_NEWQDISC, &tcm, sizeof(tcm));
	mnl_attr_put_u32(nlh, TCA_INGRESS_BLOCK, 3053453312);
	assert_int_equal(netlink_ingress_parse(nlh, &in), 0);
	assert_int_equal(in.ifindex, 0);
	assert_false(in.drops);
	nlh = message(RTM_NEWQDISC, &tcm, sizeof(tcm) - 4);
	assert_int_equal(netlink_ingress_parse(nlh, &in), -1);
}

static void
test_malformed_messages_are_refused(void **state)
{
	const struct rtmsg rtm = { .rtm_family = AF_INET };
	const struct ifaddrmsg ifa = { .ifa_family = AF_INET };
	const struct ifinfomsg ifm = { .ifi_index = 7 };
	struct route_answer answer;
	struct net_address address;
	struct nlmsghdr *nlh;
	struct net_link link;

	(void)state;
	nlh = message(RTM_NEWROUTE, &rtm, sizeof(rtm) - 4);
	assert_int_equal(netlink_route_parse(nlh, &answer), -1);
	nlh = message(RTM_NEWROUTE, &rtm, sizeof(rtm));
	mnl_attr_put(nlh, RTA_GATEWAY, 5, "12345");
	assert_int_equal(netlink_route_parse(nlh, &answer), -1);
	nlh = message(RTM_NEWROUTE, &rtm, sizeof(rtm));
	mnl_attr_put(nlh, RTA_MULTIPATH, 4, "1234");
	assert_int_equal(netlink_route_parse(nlh, &answer), -1);
	nlh = message(RTM_NEWADDR, &ifa, sizeof(ifa));
	mnl_attr_put(nlh, IFA_LOCAL, 3, "123");
	assert_int_equal(netlink_address_parse(nlh, &address), -1);
	nlh = message(RTM_NEWLINK, &ifm, sizeof(ifm));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "a name longer than any is");
	assert_int_equal(netlink_link_parse(nlh, &link), -1);
	nlh = message(RTM_NEWLINK, &ifm, sizeof(ifm));
	mnl_attr_put_u16(nlh, IFLA_MASTER, 1);
	assert_int_equal(netlink_link_parse(nlh, &link), -1);
	assert_int_equal(errno, EINVAL);
}

/* Unprivileged: any namespace has its loopback interface. */
static void
test_kernel_answers_of_the_own_namespace(void **state)
{
	const struct route_question nowhere = { .dst = rows_address("0.0.0.1"),
		.iif = 1 };
	struct netlink *netlink = netlink_open();
	struct net_address *addresses;
	struct net_silent *silent;
	struct route_answer answer;
	struct net_link *links;
	size_t i, n;

	(void)state;
	assert_non_null(netlink);
	assert_int_equal(netlink_links(netlink, &links, &n), 0);
	for (i = 0; i < n && strcmp(links[i].name, "lo") != 0; i++)
		continue;
	assert_true(i < n);
	assert_int_equal(links[i].index, 1);
	free(links);
	assert_int_equal(netlink_addresses(netlink, &addresses, &n), 0);
	free(addresses);
	assert_int_equal(netlink_silent(netlink, &silent, &n), 0);
	free(silent);
	netlink_route(netlink, &nowhere, &answer);
	assert_int_not_equal(answer.error, 0);
	assert_int_equal(netlink_netns_number(netlink, -1), NETNS_NONE);
	netlink_close(netlink);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_link_tells_its_bridge_and_where_its_other_end_is),
		cmocka_unit_test(test_link_that_is_down_has_no_carrier_to_miss),
		cmocka_unit_test(test_only_neighbors_that_failed_are_silent),
		cmocka_unit_test(test_route_of_several_next_hops_is_by_the_first),
		cmocka_unit_test(
		    test_ingress_of_a_link_drops_by_the_block_of_bgplbd),
		cmocka_unit_test(test_malformed_messages_are_refused),
		cmocka_unit_test(test_kernel_answers_of_the_own_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
