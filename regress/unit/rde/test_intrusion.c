/* Which notifications tell that somebody else changed what is ours. */
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/intrusion.h"
#include "bgplbd/rde/link_names.h"
#include "regress/unit/rde/fixtures.h"

#define BRIDGE_INDEX	7
#define PORT_INDEX	8

struct world {
	struct tables		 tables;
	struct object_id	 network;
	struct object_id	 endpoint;
	union netlink_request	 message;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct prefix p = prefix("10.0.0.101/32");
	struct network *n;
	struct endpoint *e;

	assert_non_null(w);
	tables_init(&w->tables);
	w->network = numbered_id(1, 'a');
	w->endpoint = numbered_id(1, 'b');
	n = network_upsert(&w->tables, &w->network);
	network_set(&w->tables, n, true, false, &p, 1);
	n->ifindex = BRIDGE_INDEX;
	e = endpoint_upsert(&w->tables, &w->endpoint, n);
	e->ifindex = PORT_INDEX;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	tables_free(&w->tables);
	free(w);
	return 0;
}

static enum intrusion
judge(struct world *w)
{
	struct link_message link;

	return intrusion_judge(&w->tables, &w->message.hdr, &link);
}

/* As the kernel tells of a link; master 0: of none. */
static enum intrusion
judge_link(struct world *w, uint16_t type, enum link_role role,
    const struct object_id *id, int ifindex, bool up, int master)
{
	struct nlmsghdr *nlh = &w->message.hdr;
	char name[IFNAMSIZ];
	struct ifinfomsg *ifm;
	struct nlattr *info;

	ifm = netlink_begin(&w->message, type, 0, sizeof(*ifm));
	ifm->ifi_index = ifindex;
	ifm->ifi_flags = up ? IFF_UP : 0;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, link_name(role, id, name));
	mnl_attr_put_strz(nlh, IFLA_IFALIAS, id->hex);
	if (master != 0)
		mnl_attr_put_u32(nlh, IFLA_MASTER, (uint32_t)master);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND,
	    role == ROLE_BRIDGE ? "bridge" : "veth");
	mnl_attr_nest_end(nlh, info);
	return judge(w);
}

static enum intrusion
judge_bridge(struct world *w, uint16_t type, int ifindex, bool up)
{
	return judge_link(w, type, ROLE_BRIDGE, &w->network, ifindex, up, 0);
}

static enum intrusion
judge_port(struct world *w, uint16_t type, int ifindex, bool up, int master)
{
	return judge_link(w, type, ROLE_HOST_END, &w->endpoint, ifindex, up,
	    master);
}

static void
test_bridge_that_is_down_is_suspected_and_one_deleted_is_gone(void **state)
{
	struct world *w = *state;

	assert_int_equal(judge_bridge(w, RTM_NEWLINK, BRIDGE_INDEX, true),
	    INTRUSION_NONE);
	assert_int_equal(judge_bridge(w, RTM_NEWLINK, BRIDGE_INDEX, false),
	    INTRUSION_SUSPECTED);
	assert_int_equal(judge_bridge(w, RTM_DELLINK, BRIDGE_INDEX, true),
	    INTRUSION);
}

static void
test_port_has_to_be_up_and_at_its_bridge(void **state)
{
	struct world *w = *state;

	assert_int_equal(judge_port(w, RTM_NEWLINK, PORT_INDEX, true,
	    BRIDGE_INDEX), INTRUSION_NONE);
	assert_int_equal(judge_port(w, RTM_NEWLINK, PORT_INDEX, false,
	    BRIDGE_INDEX), INTRUSION_SUSPECTED);
	assert_int_equal(judge_port(w, RTM_NEWLINK, PORT_INDEX, true, 0),
	    INTRUSION_SUSPECTED);
	assert_int_equal(judge_port(w, RTM_NEWLINK, PORT_INDEX, true, 99),
	    INTRUSION_SUSPECTED);
	assert_int_equal(judge_port(w, RTM_DELLINK, PORT_INDEX, true,
	    BRIDGE_INDEX), INTRUSION);
}

/* Made again since, or deleted by us, or never ours. */
static void
test_link_that_the_tables_do_not_have_so_is_nobodys_intrusion(void **state)
{
	struct world *w = *state;
	struct object_id other = numbered_id(9, 'a');

	assert_int_equal(judge_bridge(w, RTM_NEWLINK, 70, false),
	    INTRUSION_NONE);
	assert_int_equal(judge_bridge(w, RTM_DELLINK, 70, true),
	    INTRUSION_NONE);
	assert_int_equal(judge_port(w, RTM_DELLINK, 80, true, 0),
	    INTRUSION_NONE);
	assert_int_equal(judge_link(w, RTM_DELLINK, ROLE_BRIDGE, &other,
	    BRIDGE_INDEX, true, 0), INTRUSION_NONE);
	endpoint_remove(&w->tables, endpoint_find(&w->tables, &w->endpoint));
	assert_int_equal(judge_port(w, RTM_DELLINK, PORT_INDEX, true, 0),
	    INTRUSION_NONE);
}

static void
test_route_of_a_claimed_prefix_is_one_whosever_it_is(void **state)
{
	struct world *w = *state;
	struct prefix claimed = prefix("10.0.0.101/32");
	struct prefix other = prefix("10.0.0.9/32");
	struct rtmsg *rtm;

	netlink_route_set(&w->message, &other, 3, 0, false);
	assert_int_equal(judge(w), INTRUSION_NONE);
	rtm = mnl_nlmsg_get_payload(&w->message.hdr);
	netlink_route_set(&w->message, &claimed, 3, 0, false);
	rtm->rtm_protocol = RTPROT_STATIC;
	assert_int_equal(judge(w), INTRUSION);
	rtm->rtm_table = 100;
	assert_int_equal(judge(w), INTRUSION_NONE);
	netlink_route_delete(&w->message, &claimed);
	assert_int_equal(judge(w), INTRUSION);
}

static void
test_neighbor_entry_of_ours_is_one(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 2 };
	struct world *w = *state;
	struct address a = address("10.0.0.101");

	netlink_neighbor_set(&w->message, &a, BRIDGE_INDEX, mac);
	assert_int_equal(judge(w), INTRUSION);
	netlink_neighbor_delete(&w->message, &a, BRIDGE_INDEX);
	assert_int_equal(judge(w), INTRUSION_NONE);
	netlink_port_mac_set(&w->message, PORT_INDEX, mac);
	assert_int_equal(judge(w), INTRUSION_NONE);
}

static void
test_malformed_and_other_messages_tell_nothing(void **state)
{
	struct world *w = *state;

	judge_bridge(w, RTM_DELLINK, BRIDGE_INDEX, true);
	w->message.hdr.nlmsg_len = NLMSG_HDRLEN + 4;
	assert_int_equal(judge(w), INTRUSION_NONE);
	w->message.hdr.nlmsg_type = RTM_DELROUTE;
	assert_int_equal(judge(w), INTRUSION_NONE);
	w->message.hdr.nlmsg_type = RTM_NEWNEIGH;
	assert_int_equal(judge(w), INTRUSION_NONE);
	w->message.hdr.nlmsg_type = RTM_DELNEXTHOP;
	assert_int_equal(judge(w), INTRUSION_NONE);
	w->message.hdr.nlmsg_type = RTM_NEWADDR;
	assert_int_equal(judge(w), INTRUSION_NONE);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bridge_that_is_down_is_suspected_and_one_deleted_is_gone),
		TEST(test_port_has_to_be_up_and_at_its_bridge),
		TEST(test_link_that_the_tables_do_not_have_so_is_nobodys_intrusion),
		TEST(test_route_of_a_claimed_prefix_is_one_whosever_it_is),
		TEST(test_neighbor_entry_of_ours_is_one),
		TEST(test_malformed_and_other_messages_tell_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
