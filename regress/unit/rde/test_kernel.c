#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <time.h>

#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/link_names.h"
#include "regress/unit/rde/fixtures.h"

#define BRIDGE		"bgplb-00000001a"
#define HOST_END	"bgpve-00000002b"
#define CONTAINER_END	"bgpvc-00000002b"

static const uint8_t mac[MAC_SIZE] = { 0x02, 0x42, 0x0a, 0, 0, 0x65 };

struct fixture {
	struct kernel		*kernel;
	struct object_id	 network;
	struct object_id	 endpoint;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	*state = f;
	if (geteuid() != 0)
		return 0;
	enter_namespace();
	f->kernel = kernel_open();
	assert_non_null(f->kernel);
	f->network = numbered_id(1, 'a');
	f->endpoint = numbered_id(2, 'b');
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	kernel_close(f->kernel);
	free(f);
	return 0;
}

static struct fixture *
fixture(void **state)
{
	if (geteuid() != 0)
		skip();
	return *state;
}

static int
make_bridge(struct fixture *f)
{
	int ifindex = 0;
	bool made;

	if (kernel_bridge_ensure(f->kernel, &f->network, &ifindex,
	    &made) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	assert_true(ifindex > 0);
	return ifindex;
}

static int
make_veth(struct fixture *f, int bridge)
{
	int ifindex = 0;

	if (kernel_veth_create(f->kernel, &f->endpoint, bridge, mac,
	    &ifindex) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	assert_true(ifindex > 0);
	return ifindex;
}

static void
test_bridge_is_up_and_carries_the_id_and_needs_no_spanning_tree(void **state)
{
	struct fixture *f = fixture(state);
	char text[8192];
	int ifindex = make_bridge(f);

	assert_int_equal(if_nametoindex(BRIDGE), ifindex);
	output_of("ip -d link show " BRIDGE, text, sizeof(text));
	assert_non_null(strstr(text, f->network.hex));
	assert_non_null(strstr(text, ",UP"));
	assert_non_null(strstr(text, "02:00:00:00:01:aa"));
	assert_non_null(strstr(text, "forward_delay 0 "));
	assert_non_null(strstr(text, "stp_state 0"));
	assert_non_null(strstr(text, "mcast_snooping 0"));
	assert_false(output_has("ip -6 addr show dev " BRIDGE, "inet6"));
}

static void
test_bridge_that_stands_is_found_again(void **state)
{
	struct fixture *f = fixture(state);
	int first = make_bridge(f), second;
	bool made = true;

	assert_int_equal(kernel_bridge_ensure(f->kernel, &f->network,
	    &second, &made), 0);
	assert_int_equal(first, second);
	assert_false(made);
}

static void
test_bridge_that_was_set_down_is_set_up(void **state)
{
	struct fixture *f = fixture(state);

	make_bridge(f);
	run("ip link set " BRIDGE " down");
	make_bridge(f);
	assert_true(output_has("ip link show " BRIDGE, ",UP"));
}

static void
test_bridge_of_another_network_with_the_same_name_is_an_error(void **state)
{
	struct fixture *f = fixture(state);
	struct object_id other = f->network;
	int ifindex;
	bool made;

	make_bridge(f);
	other.hex[40] = '7';
	assert_int_equal(kernel_bridge_ensure(f->kernel, &other, &ifindex,
	    &made), -1);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "link " BRIDGE " belongs to 00000001aaaa"));
	assert_true(output_has("ip link show " BRIDGE, f->network.hex));
}

static void
test_foreign_link_with_our_name_is_an_error_and_stays(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex;
	bool made;

	run("ip link add " BRIDGE " type bridge");
	assert_int_equal(kernel_bridge_ensure(f->kernel, &f->network,
	    &ifindex, &made), -1);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "was not made by bgplbd"));
	assert_true(output_has("ip link", BRIDGE));
}

static void
test_bridge_left_half_made_is_completed(void **state)
{
	struct fixture *f = fixture(state);

	run("ip link add " BRIDGE " address 02:00:00:00:01:aa type bridge");
	make_bridge(f);
	assert_true(output_has("ip link show " BRIDGE, f->network.hex));
}

static void
test_veth_is_a_port_that_is_up_and_its_other_end_has_the_mac(void **state)
{
	struct fixture *f = fixture(state);
	char text[8192];
	int ifindex = make_veth(f, make_bridge(f));

	assert_int_equal(if_nametoindex(HOST_END), ifindex);
	output_of("ip -d link show " HOST_END, text, sizeof(text));
	assert_non_null(strstr(text, f->endpoint.hex));
	assert_non_null(strstr(text, "master " BRIDGE));
	assert_non_null(strstr(text, ",UP"));
	assert_true(output_has("ip link show " CONTAINER_END,
	    "02:42:0a:00:00:65"));
	assert_true(output_has("bridge fdb show dev " HOST_END,
	    "02:42:0a:00:00:65 master " BRIDGE " static"));
}

static void
test_veth_of_the_same_endpoint_is_replaced(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f), first, second;

	first = make_veth(f, bridge);
	second = make_veth(f, bridge);
	assert_int_not_equal(first, second);
	assert_int_equal(if_nametoindex(HOST_END), second);
}

static void
test_veth_of_another_endpoint_with_the_same_name_is_an_error(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f), first = make_veth(f, bridge), second;
	struct object_id other = f->endpoint;

	other.hex[63] = '7';
	assert_int_equal(kernel_veth_create(f->kernel, &other, bridge, mac,
	    &second), -1);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "belongs to 00000002bbbb"));
	assert_int_equal(if_nametoindex(HOST_END), first);
}

static void
test_taken_name_of_the_container_end_is_an_error(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f), ifindex;

	run("ip link add " CONTAINER_END " type bridge");
	assert_int_equal(kernel_veth_create(f->kernel, &f->endpoint, bridge,
	    mac, &ifindex), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(if_nametoindex(HOST_END), 0);
}

static void
test_veth_that_cannot_be_set_up_leaves_no_link(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex;

	assert_int_equal(kernel_veth_create(f->kernel, &f->endpoint,
	    (int)if_nametoindex("lo"), mac, &ifindex), -1);
	assert_int_equal(if_nametoindex(HOST_END), 0);
	assert_int_equal(if_nametoindex(CONTAINER_END), 0);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "cannot set up veth pair " HOST_END));
}

static void
test_deleting_the_host_end_deletes_both_and_a_gone_link_is_no_error(
    void **state)
{
	struct fixture *f = fixture(state);
	int ifindex = make_veth(f, make_bridge(f));

	assert_int_equal(kernel_link_delete(f->kernel, ifindex), 0);
	assert_int_equal(if_nametoindex(CONTAINER_END), 0);
	assert_int_equal(kernel_link_delete(f->kernel, ifindex), 0);
}

static void
test_route_is_scope_link_protocol_182_and_goes_again(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8:0:1000::101/128");
	int bridge = make_bridge(f);

	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge, false), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge, false), 0);
	assert_true(output_has("ip route show table main",
	    "10.0.0.101 dev " BRIDGE " proto 182 scope link"));
	assert_true(output_has("ip -6 route show table main",
	    "2001:db8:0:1000::101 dev " BRIDGE " proto 182"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &v6), 0);
	assert_false(output_has("ip route; ip -6 route", "182"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &v6), 0);
}

static void
test_route_moves_to_another_bridge(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8::101/128");
	int other;

	assert_int_equal(kernel_route_set(f->kernel, &v4, make_bridge(f),
	    false), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, make_bridge(f),
	    false), 0);
	run("ip link add br1 up type bridge");
	other = (int)if_nametoindex("br1");
	assert_int_equal(kernel_route_set(f->kernel, &v4, other, true), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, other, true), 0);
	assert_true(output_has("ip route", "10.0.0.101 dev br1"));
	assert_true(output_has("ip -6 route", "2001:db8::101 dev br1"));
	assert_false(output_has("ip route; ip -6 route", BRIDGE));
}

static void
test_route_of_ours_that_was_lost_sight_of_is_replaced(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");

	run("ip link add br1 up type bridge");
	run("ip route add 10.0.0.101 dev br1 scope link proto 182");
	assert_int_equal(kernel_route_set(f->kernel, &v4, make_bridge(f),
	    false), 0);
	assert_true(output_has("ip route", "10.0.0.101 dev " BRIDGE));
	assert_false(output_has("ip route", "br1"));
}

static void
test_route_of_somebody_else_is_never_touched(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	int bridge = make_bridge(f);

	run("ip link add br1 up type bridge");
	run("ip route add 10.0.0.101 dev br1 scope link proto bird");
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge, false), -1);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(kernel_error(f->kernel), "in its place"));
	assert_int_equal(kernel_route_remove(f->kernel, &v4), 0);
	assert_true(output_has("ip route",
	    "10.0.0.101 dev br1 proto bird scope link"));
}

static void
test_route_to_a_gone_bridge_says_what_the_kernel_says(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v6 = prefix("2001:db8::1/128");

	run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
	assert_int_equal(kernel_route_set(f->kernel, &v6, make_bridge(f),
	    false), -1);
	assert_non_null(strstr(kernel_error(f->kernel),
	    "IPv6 is disabled on"));
}

static void
test_neighbor_entry_is_permanent_and_goes_again(void **state)
{
	static const uint8_t other[MAC_SIZE] = { 2, 0, 0, 0, 0, 9 };
	struct fixture *f = fixture(state);
	struct address v4 = address("10.0.0.101");
	struct address v6 = address("2001:db8::101");
	int bridge = make_bridge(f);

	assert_int_equal(kernel_neighbor_set(f->kernel, &v4, bridge, other),
	    0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4, bridge, mac), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v6, bridge, mac), 0);
	assert_true(output_has("ip neigh", "10.0.0.101 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:65 PERMANENT"));
	assert_true(output_has("ip neigh", "2001:db8::101 dev " BRIDGE
	    " lladdr 02:42:0a:00:00:65 PERMANENT"));
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v6, bridge), 0);
	assert_false(output_has("ip neigh", "PERMANENT"));
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_neighbor_remove(f->kernel, &v4, 9999), 0);
}

static void
test_inventory_shows_ours_and_only_ours(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct inventory inv;
	int bridge = make_bridge(f), veth = make_veth(f, bridge);

	run("ip link add docker0 up type bridge; "
	    "ip link add bgplb-xxxxxxxxx up type bridge");
	run("ip route add 10.9.0.0/16 dev docker0; "
	    "ip route add 10.8.0.0/16 dev docker0 proto 182 table 7");
	run("ip neigh add 10.9.0.1 lladdr 2:0:0:0:0:1 dev docker0");
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge, false), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4.addr, bridge,
	    mac), 0);

	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nlinks, 2);
	assert_int_equal(inv.links[0].ifindex, bridge);
	assert_int_equal(inv.links[0].kind, LINK_BRIDGE);
	assert_string_equal(inv.links[0].id.hex, f->network.hex);
	assert_true(inv.links[0].up);
	assert_int_equal(inv.links[1].ifindex, veth);
	assert_int_equal(inv.links[1].kind, LINK_VETH);
	assert_int_equal(inv.links[1].master, bridge);
	assert_string_equal(inv.links[1].id.hex, f->endpoint.hex);
	assert_int_equal(inv.nroutes, 1);
	assert_int_equal(prefix_cmp(&inv.routes[0].dst, &v4), 0);
	assert_int_equal(inv.routes[0].ifindex, bridge);
	assert_int_equal(inv.nneighbors, 1);
	assert_int_equal(inv.neighbors[0].ifindex, bridge);
	assert_memory_equal(inv.neighbors[0].mac, mac, MAC_SIZE);
	inventory_free(&inv);
}

static void
test_inventory_reads_more_than_one_datagram(void **state)
{
	struct fixture *f = fixture(state);
	struct inventory inv;
	struct address a;
	struct prefix p;
	unsigned int i;
	int bridge = make_bridge(f);

	for (i = 0; i < 1000; i++) {
		a = address_from_ipv4(0x0a000000 + i + 1);
		assert_int_equal(prefix_make(&a, 32, &p), 0);
		assert_int_equal(kernel_route_set(f->kernel, &p, bridge,
		    false), 0);
		assert_int_equal(kernel_neighbor_set(f->kernel, &a, bridge,
		    mac), 0);
	}
	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nroutes, 1000);
	assert_int_equal(inv.nneighbors, 1000);
	inventory_free(&inv);
}

static void
test_inventory_of_an_empty_namespace_is_empty(void **state)
{
	struct fixture *f = fixture(state);
	struct inventory inv;

	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_int_equal(inv.nlinks + inv.nroutes + inv.nneighbors, 0);
	inventory_free(&inv);
}

static void
assert_nexthop(struct fixture *f, const char *local, const char *expected)
{
	struct address a = address(local), out;
	char text[ADDRESS_STRLEN];

	assert_int_equal(kernel_nexthop6(f->kernel, &a, &out), 0);
	assert_string_equal(address_format(&out, text), expected);
}

static void
test_nexthop_is_the_global_address_of_the_interface(void **state)
{
	struct fixture *f = fixture(state);

	run("ip link add d0 up type bridge; ip link add d1 up type bridge");
	run("ip addr add 192.0.2.1/24 dev d0");
	assert_nexthop(f, "192.0.2.1", "none");
	run("ip addr add 2001:db8:1::1/64 dev d1 nodad");
	assert_nexthop(f, "192.0.2.1", "none");
	run("ip addr add fd00::1/64 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "fd00::1");
	run("ip addr add 2001:db8::9/64 dev d0 nodad valid_lft 900 "
	    "preferred_lft 900");
	assert_nexthop(f, "192.0.2.1", "fd00::1");
	run("ip addr add 2001:db8::7/64 dev d0 nodad preferred_lft 0");
	run("ip addr add 2001:db8::5/64 dev d0 nodad");
	run("ip addr add 2001:db8::6/64 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "2001:db8::5");
	assert_nexthop(f, "fd00::1", "2001:db8::5");
	assert_nexthop(f, "2001:db8:1::1", "2001:db8:1::1");
	assert_nexthop(f, "192.0.2.2", "none");
}

static void
test_nexthop_of_a_point_to_point_link_goes_by_our_own_end(void **state)
{
	struct fixture *f = fixture(state);

	run("ip link add d0 up type bridge");
	run("ip addr add 192.0.2.1 peer 192.0.2.2/32 dev d0");
	run("ip addr add 2001:db8::1 peer 2001:db8::2/128 dev d0 nodad");
	assert_nexthop(f, "192.0.2.1", "2001:db8::1");
	assert_nexthop(f, "192.0.2.2", "none");
}

/* A container: a process in a namespace of its own; killed by its pid. */
static pid_t
start_container(void)
{
	int ready[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (unshare(CLONE_NEWNET) == -1 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* A UDP socket that is bound to the address in the container's namespace. */
static int
container_socket(pid_t pid, const struct sockaddr *sa, socklen_t len)
{
	struct timeval timeout = { .tv_sec = 1 };
	char path[64];
	int own, ns, fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(setns(ns, CLONE_NEWNET), 0);
	fd = socket(sa->sa_family, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, sa, len), 0);
	assert_int_equal(setns(own, CLONE_NEWNET), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	close(own);
	close(ns);
	return fd;
}

static void
assert_reachable(pid_t pid, const char *text)
{
	struct address a = address(text);
	struct sockaddr_storage sa;
	socklen_t len = address_to_sockaddr(&a, 7000, 0, &sa);
	int in = container_socket(pid, (struct sockaddr *)&sa, len);
	int out = socket(sa.ss_family, SOCK_DGRAM, 0);
	char buf[16];

	assert_int_equal(sendto(out, "hello", 5, 0, (struct sockaddr *)&sa,
	    len), 5);
	assert_int_equal(recv(in, buf, sizeof(buf), 0), 5);
	close(in);
	close(out);
}

static void
test_packets_reach_the_container_at_once_without_arp_or_nd(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8::101/128");
	int bridge = make_bridge(f);
	pid_t pid = start_container();
	char command[512];

	run("ip addr add 192.0.2.1/32 dev lo; "
	    "ip addr add 2001:db8:ff::1/128 dev lo nodad");
	make_veth(f, bridge);
	snprintf(command, sizeof(command),
	    "ip link set " CONTAINER_END " netns %d name eth0", (int)pid);
	run(command);
	snprintf(command, sizeof(command), "nsenter -t %d -n sh -c '"
	    "ip link set eth0 up arp off && "
	    "ip addr add 10.0.0.101/32 dev eth0 && "
	    "ip addr add 2001:db8::101/128 dev eth0 nodad && "
	    "ip route add default dev eth0 && "
	    "ip -6 route add default dev eth0'", (int)pid);
	run(command);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4.addr, bridge,
	    mac), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v6.addr, bridge,
	    mac), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge, false), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge, false), 0);
	assert_reachable(pid, "10.0.0.101");
	assert_reachable(pid, "2001:db8::101");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bridge_is_up_and_carries_the_id_and_needs_no_spanning_tree),
		TEST(test_bridge_that_stands_is_found_again),
		TEST(test_bridge_that_was_set_down_is_set_up),
		TEST(test_bridge_of_another_network_with_the_same_name_is_an_error),
		TEST(test_foreign_link_with_our_name_is_an_error_and_stays),
		TEST(test_bridge_left_half_made_is_completed),
		TEST(test_veth_is_a_port_that_is_up_and_its_other_end_has_the_mac),
		TEST(test_veth_of_the_same_endpoint_is_replaced),
		TEST(test_veth_of_another_endpoint_with_the_same_name_is_an_error),
		TEST(test_taken_name_of_the_container_end_is_an_error),
		TEST(test_veth_that_cannot_be_set_up_leaves_no_link),
		TEST(test_deleting_the_host_end_deletes_both_and_a_gone_link_is_no_error),
		TEST(test_route_is_scope_link_protocol_182_and_goes_again),
		TEST(test_route_moves_to_another_bridge),
		TEST(test_route_of_ours_that_was_lost_sight_of_is_replaced),
		TEST(test_route_of_somebody_else_is_never_touched),
		TEST(test_route_to_a_gone_bridge_says_what_the_kernel_says),
		TEST(test_neighbor_entry_is_permanent_and_goes_again),
		TEST(test_inventory_shows_ours_and_only_ours),
		TEST(test_inventory_reads_more_than_one_datagram),
		TEST(test_inventory_of_an_empty_namespace_is_empty),
		TEST(test_nexthop_is_the_global_address_of_the_interface),
		TEST(test_nexthop_of_a_point_to_point_link_goes_by_our_own_end),
		TEST(test_packets_reach_the_container_at_once_without_arp_or_nd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
