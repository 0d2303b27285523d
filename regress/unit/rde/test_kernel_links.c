#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>

#include "regress/unit/rde/kernel_fixture.h"

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

	assert_int_equal(kernel_bridge_ensure(f->kernel, &f->network, 0,
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
	assert_int_equal(kernel_bridge_ensure(f->kernel, &other, 0,
	    &ifindex, &made), -1);
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
	assert_int_equal(kernel_bridge_ensure(f->kernel, &f->network, 0,
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
	assert_int_equal(kernel_veth_create(f->kernel, &other, bridge, mac, 0,
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
	    mac, 0, &ifindex), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(if_nametoindex(HOST_END), 0);
}

static void
test_veth_that_cannot_be_set_up_leaves_no_link(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex;

	assert_int_equal(kernel_veth_create(f->kernel, &f->endpoint,
	    (int)if_nametoindex("lo"), mac, 0, &ifindex), -1);
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

/* Whoever may send to our port could otherwise answer for the kernel. */
static void
test_answer_that_is_not_from_the_kernel_is_not_taken(void **state)
{
	struct fixture *f = fixture(state);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	struct {
		struct nlmsghdr	hdr;
		struct nlmsgerr	err;
	} forged = {
		.hdr = { .nlmsg_len = sizeof(forged),
		    .nlmsg_type = NLMSG_ERROR, .nlmsg_seq = 1 },
		.err = { .error = -EPERM }
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	to.nl_pid = (uint32_t)getpid();
	assert_int_equal(sendto(fd, &forged, sizeof(forged), 0,
	    (struct sockaddr *)&to, sizeof(to)), sizeof(forged));
	make_bridge(f);
	close(fd);
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
		prctl(PR_SET_PDEATHSIG, SIGKILL);
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
	struct timeval timeout = { .tv_sec = 15 };	/* a busy machine */
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
	/* A busy kernel takes its time until it forwards to a new port. */
	run("until ip -d link show " HOST_END " | grep -q 'state forwarding' "
	    "&& ip link show " BRIDGE " | grep -q LOWER_UP; "
	    "do sleep 0.01; done");
	assert_int_equal(kernel_neighbor_set(f->kernel, &v4.addr, bridge,
	    mac), 0);
	assert_int_equal(kernel_neighbor_set(f->kernel, &v6.addr, bridge,
	    mac), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v4, bridge), 0);
	assert_int_equal(kernel_route_set(f->kernel, &v6, bridge), 0);
	assert_reachable(pid, "10.0.0.101");
	assert_reachable(pid, "2001:db8::101");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

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
		TEST(test_answer_that_is_not_from_the_kernel_is_not_taken),
		TEST(test_packets_reach_the_container_at_once_without_arp_or_nd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
