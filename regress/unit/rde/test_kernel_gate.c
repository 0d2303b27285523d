/*
 * Wrong requests meet a kernel: they come back as EPERM, are logged, and links, routes,
 * neighbor entries and nexthop objects of others are as they were.
 */
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include <fcntl.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/kernel_gate.h"
#include "bgplbd/rde/nexthop_id.h"
#include "regress/unit/rde/kernel_fixture.h"

#define EVERYTHING	"ip link; ip addr; ip route show table all; " \
	"ip -6 route show table all; ip neigh; ip nexthop; ip rule; tc qdisc"

/* eth0 with a router, a bridge of others with a port, and routes of others. */
static void
make_host(void)
{
	run("ip link add eth0 type veth peer name far && "
	    "ip link set far up && ip link set eth0 up && "
	    "ip addr add 192.0.2.1/24 dev eth0 && "
	    "ip route add default via 192.0.2.254 && "
	    "ip route add 10.0.0.101 dev eth0 proto static && "
	    "ip neigh add 192.0.2.254 lladdr 2:0:0:0:0:9 dev eth0 && "
	    "ip link add br0 up type bridge && "
	    "ip link add bgpve-00000009d type veth peer name v1 && "
	    "ip link set v1 up master br0");
}

static int
number_of(const char *name)
{
	int ifindex = (int)if_nametoindex(name);

	assert_true(ifindex > 0);
	return ifindex;
}

static unsigned int nrefused;

static void
assert_refused(struct fixture *f, union netlink_request *req)
{
	if (kernel_request(f->kernel, req, NULL, NULL) != -1)
		fail_msg("a request of type %u passes", req->hdr.nlmsg_type);
	if (errno != EPERM || strstr(kernel_error(f->kernel),
	    strerror(EPERM)) == NULL)
		fail_msg("%s", kernel_error(f->kernel));
	nrefused++;
}

static void
try_links(struct fixture *f, int bridge, int others)
{
	union netlink_request req;

	netlink_link_delete(&req, others);
	assert_refused(f, &req);
	netlink_link_mtu_set(&req, others, 1280);
	assert_refused(f, &req);
	netlink_link_setup(&req, others, f->network.hex);
	assert_refused(f, &req);
	netlink_port_attach(&req, others, f->endpoint.hex, bridge);
	assert_refused(f, &req);
	netlink_port_setup(&req, others);
	assert_refused(f, &req);
	netlink_ingress_create(&req, others);
	assert_refused(f, &req);
	netlink_link_no_address(&req, others);
	assert_refused(f, &req);
	req.hdr.nlmsg_type = RTM_DELADDR;
	assert_refused(f, &req);
}

static void
try_routes(struct fixture *f, int others)
{
	struct prefix host = prefix("10.0.0.101/32"), any = prefix("0.0.0.0/0");
	struct prefix mine = prefix("10.0.0.7/32"), wide = prefix("10.0.0.0/8");
	int bridge = number_of(BRIDGE);
	union netlink_request req;

	netlink_route_set(&req, &any, bridge, 0, true);
	assert_refused(f, &req);
	netlink_route_set(&req, &any, bridge, 0, false);
	assert_refused(f, &req);
	netlink_route_set(&req, &wide, bridge, 0, false);
	assert_refused(f, &req);
	netlink_route_set(&req, &host, bridge, 0, true);
	assert_refused(f, &req);
	netlink_route_set(&req, &mine, others, 0, false);
	assert_refused(f, &req);
	netlink_route_set(&req, &mine, 0, 5, false);
	assert_refused(f, &req);
	netlink_route_delete(&req, &any);
	assert_refused(f, &req);
	netlink_route_delete(&req, &host);
	((struct rtmsg *)mnl_nlmsg_get_payload(&req.hdr))->rtm_protocol = 0;
	assert_refused(f, &req);
}

static void
try_neighbors(struct fixture *f, int others)
{
	struct address router = address("192.0.2.254"), via;
	union netlink_request req;

	netlink_neighbor_set(&req, &router, others, mac);
	assert_refused(f, &req);
	netlink_neighbor_delete(&req, &router, others);
	assert_refused(f, &req);
	netlink_port_mac_set(&req, others, mac);
	assert_refused(f, &req);
	nexthop_id_via(NEXTHOP_ID_MEMBER_FIRST, AFI_IPV4, &via);
	netlink_nexthop_create(&req, NEXTHOP_ID_MEMBER_FIRST, &via, others);
	assert_refused(f, &req);
	netlink_nexthop_delete(&req, 5);
	assert_refused(f, &req);
}

/* Carriers come up, and addresses lose their "tentative". */
static void
settle(char *before, char *after, size_t size)
{
	unsigned int i;

	output_of(EVERYTHING, before, size);
	for (i = 0; i < 100; i++) {
		usleep(100000);
		output_of(EVERYTHING, after, size);
		if (strcmp(before, after) == 0 &&
		    strstr(after, "tentative") == NULL)
			return;
		strlcpy(before, after, size);
	}
	fail_msg("the links do not settle");
}

static void
test_what_is_others_stays_as_it_is_under_every_wrong_request(void **state)
{
	static char before[65536], after[65536];
	static const char *const others[] = {
		"eth0", "br0", "lo", "bgpve-00000009d", "v1"
	};
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f);
	size_t i;

	make_host();
	run("ip nexthop add id 5 via 192.0.2.254 dev eth0");
	nrefused = 0;
	settle(before, after, sizeof(before));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		try_links(f, bridge, number_of(others[i]));
		try_routes(f, number_of(others[i]));
		try_neighbors(f, number_of(others[i]));
	}
	output_of(EVERYTHING, after, sizeof(after));
	assert_string_equal(before, after);
	assert_int_equal(nrefused, 21 * i);
}

static void
test_links_whose_number_was_taken_over_are_not_deleted(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f), port = make_veth(f, bridge);
	char command[256];

	snprintf(command, sizeof(command), "ip link del %s && "
	    "ip link add name eth1 index %d type bridge", HOST_END, port);
	run(command);
	assert_int_equal(kernel_link_delete(f->kernel, port), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(number_of("eth1"), port);
	assert_int_equal(kernel_link_set_mtu(f->kernel, port, 1300), -1);
	/* What is gone is gone, which is no fault. */
	run("ip link del eth1");
	assert_int_equal(kernel_link_delete(f->kernel, port), 0);
}

static void
test_a_renamed_bridge_is_left_alone(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f);

	run("ip link set " BRIDGE " down name mine");
	assert_int_equal(kernel_link_delete(f->kernel, bridge), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(number_of("mine"), bridge);
}

static void
test_a_nexthop_object_of_others_in_our_range_stays(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix p = prefix("10.0.0.7/32");
	union netlink_request req;

	(void)make_bridge(f);
	make_host();
	run("ip nexthop add id 3053453568 via 192.0.2.254 dev eth0");
	run("ip nexthop add id 3053518848 group 3053453568");
	netlink_nexthop_delete(&req, NEXTHOP_ID_MEMBER_FIRST);
	assert_refused(f, &req);
	netlink_nexthop_delete(&req, NEXTHOP_ID_GROUP_FIRST);
	assert_refused(f, &req);
	netlink_route_set(&req, &p, 0, NEXTHOP_ID_GROUP_FIRST, false);
	assert_refused(f, &req);
	assert_int_equal(kernel_group_remove(f->kernel,
	    NEXTHOP_ID_GROUP_FIRST), -1);
	assert_true(output_has("ip nexthop", "id 3053453568 via"));
	assert_true(output_has("ip nexthop", "id 3053518848 group"));
}

/* The first ones of a minute, then one line that says so. */
static void
test_refused_requests_are_logged_but_do_not_fill_the_log(void **state)
{
	struct fixture *f = fixture(state);
	FILE *log = tmpfile();
	int saved = dup(STDERR_FILENO), i;
	union netlink_request req;
	unsigned int lines = 0;
	char line[512], last[512] = "";

	assert_non_null(log);
	dup2(fileno(log), STDERR_FILENO);
	for (i = 0; i < 100; i++) {
		netlink_link_delete(&req, 1);
		if (kernel_request(f->kernel, &req, NULL, NULL) == 0)
			break;
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(i, 100);
	rewind(log);
	while (fgets(line, sizeof(line), log) != NULL) {
		if (lines++ == 0) {
			assert_non_null(strstr(line, "error"));
			assert_non_null(strstr(line, "deleting a link, "
			    "interface 1"));
			assert_non_null(strstr(line, "not bgplbd's"));
		}
		strlcpy(last, line, sizeof(last));
	}
	fclose(log);
	assert_int_equal(lines, KERNEL_GATE_LOGGED_MAX + 1);
	assert_non_null(strstr(last, "not logged"));
}

/* The facts come from the kernel where they are not known yet. */
static void
test_a_fresh_gate_asks_for_what_it_does_not_know(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix p = prefix("10.0.0.7/32");
	struct spread *spread = NULL;
	struct spread_wanted w = { .n = 0 };
	int bridge = make_bridge(f), port = make_veth(f, bridge);
	struct kernel *other = kernel_open(kernel_socket());

	assert_non_null(other);
	run("ip link set " CONTAINER_END " up; until ip link show " BRIDGE
	    " | grep -q LOWER_UP; do sleep 0.01; done");
	assert_true(spread_want(&w, mac));
	assert_int_equal(kernel_route_set(other, &p, bridge), 0);
	assert_int_equal(kernel_neighbor_set(other, &p.addr, bridge, mac), 0);
	assert_int_equal(kernel_spread_set(other, &p, bridge, &w, &spread), 0);
	/* Now the first one. */
	assert_int_equal(kernel_group_set(f->kernel, spread->group,
	    spread->resilient, &spread->members[0].id, 1), 0);
	assert_int_equal(kernel_route_set_nexthop(f->kernel, &p,
	    spread->group), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &p), 0);
	kernel_spread_remove(f->kernel, AFI_IPV4, spread);
	assert_int_equal(kernel_link_set_mtu(other, port, 1300), 0);
	assert_int_equal(kernel_link_delete(other, port), 0);
	assert_int_equal(kernel_link_delete(other, bridge), 0);
	kernel_close(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_others_stays_as_it_is_under_every_wrong_request),
		TEST(test_links_whose_number_was_taken_over_are_not_deleted),
		TEST(test_a_renamed_bridge_is_left_alone),
		TEST(test_a_nexthop_object_of_others_in_our_range_stays),
		TEST(test_refused_requests_are_logged_but_do_not_fill_the_log),
		TEST(test_a_fresh_gate_asks_for_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
