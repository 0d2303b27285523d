/* Nothing that a container sends by its link arrives at the host. */
#include <sys/socket.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "regress/unit/rde/kernel_fixture.h"

#define FILTERS		"tc filter show block 3053453312"
#define DROPS		"handle 0x1 direct-action not_in_hw bytecode '1,6 0 0 2'"
#define QDISCS		"tc qdisc show dev " HOST_END
#define SHARED		"ingress_block 3053453312"
#define RECEIVED	"ip -s -j link show " BRIDGE

/* From the container's end, which is still in the host's namespace here. */
static void
send_frame(void)
{
	static const unsigned char frame[64] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x02, 0x42, 0x0a, 0, 0, 0x65, 0x88, 0xb5
	};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_halen = ETH_ALEN,
		.sll_ifindex = (int)if_nametoindex(CONTAINER_END)
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_int_equal(sendto(fd, frame, sizeof(frame), 0,
	    (struct sockaddr *)&to, sizeof(to)), sizeof(frame));
	close(fd);
}

static void
connect_container_end(void)
{
	run("ip link set " CONTAINER_END " up");
	run("until ip link show " BRIDGE " | grep -q LOWER_UP; "
	    "do sleep 0.01; done");
}

static void
assert_drops(void)
{
	assert_true(output_has(FILTERS, DROPS));
	assert_true(output_has(QDISCS, SHARED));
}

static void
test_frames_from_the_container_are_dropped(void **state)
{
	struct fixture *f = fixture(state);
	unsigned int i;

	make_veth(f, make_bridge(f));
	assert_drops();
	connect_container_end();
	for (i = 0; i < 100; i++)
		send_frame();
	assert_true(output_has(RECEIVED, "\"rx\":{\"bytes\":0,\"packets\":0"));
	assert_true(output_has("ip -s -j link show " HOST_END,
	    "\"rx\":{\"bytes\":"));
	assert_false(output_has("ip -s -j link show " HOST_END,
	    "\"rx\":{\"bytes\":0"));
	run("tc qdisc del dev " HOST_END " ingress");
	send_frame();
	assert_false(output_has(RECEIVED, "\"rx\":{\"bytes\":0"));
}

static void
test_port_learns_nothing_and_is_isolated(void **state)
{
	struct fixture *f = fixture(state);
	char text[8192];

	make_veth(f, make_bridge(f));
	output_of("ip -d link show " HOST_END, text, sizeof(text));
	assert_non_null(strstr(text, "learning off"));
	assert_non_null(strstr(text, "isolated on"));
	/* Neither by what is sent without the filter. */
	connect_container_end();
	run("tc qdisc del dev " HOST_END " ingress");
	run("ip link set " CONTAINER_END " address 02:00:00:00:00:99");
	send_frame();
	assert_false(output_has("bridge fdb show", "02:00:00:00:00:99"));
}

static void
test_links_share_one_filter(void **state)
{
	struct fixture *f = fixture(state);
	struct object_id other = numbered_id(3, 'c');
	int bridge = make_bridge(f), first = make_veth(f, bridge), second;

	assert_int_equal(kernel_veth_create(f->kernel, &other, bridge, mac, 0,
	    &second), 0);
	assert_true(output_has("tc qdisc show dev bgpve-00000003c", SHARED));
	run("[ $(" FILTERS " | grep -c bytecode) = 1 ]");
	assert_int_equal(kernel_link_delete(f->kernel, first), 0);
	assert_true(output_has(FILTERS, DROPS));
	assert_int_equal(kernel_link_delete(f->kernel, second), 0);
	assert_false(output_has("tc qdisc show", "ingress"));
}

static void
test_dropping_again_changes_nothing(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex = make_veth(f, make_bridge(f));

	assert_int_equal(kernel_ingress_drop(f->kernel, ifindex), 0);
	assert_drops();
	run("[ $(" FILTERS " | grep -c bytecode) = 1 ]");
}

static void
test_queueing_discipline_of_others_is_replaced(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex = make_veth(f, make_bridge(f));

	run("tc qdisc del dev " HOST_END " ingress && "
	    "tc qdisc add dev " HOST_END " clsact");
	assert_int_equal(kernel_ingress_drop(f->kernel, ifindex), 0);
	assert_drops();
	assert_false(output_has(QDISCS, "clsact"));
}

static void
test_filter_that_was_changed_is_ours_again(void **state)
{
	struct fixture *f = fixture(state);
	int ifindex = make_veth(f, make_bridge(f));

	run("tc filter replace block 3053453312 protocol all prio 1 handle 1 "
	    "bpf da bytecode '1,6 0 0 0'");
	assert_false(output_has(FILTERS, DROPS));
	assert_int_equal(kernel_ingress_drop(f->kernel, ifindex), 0);
	assert_drops();
}

static bool
inventory_drops(struct fixture *f, int ifindex)
{
	struct inventory inv;
	bool drops;

	assert_int_equal(kernel_inventory(f->kernel, &inv), 0);
	assert_non_null(inventory_link(&inv, ifindex));
	drops = inventory_link(&inv, ifindex)->drops_ingress;
	inventory_free(&inv);
	return drops;
}

static void
test_inventory_says_which_links_drop(void **state)
{
	struct fixture *f = fixture(state);
	int bridge = make_bridge(f), ifindex = make_veth(f, bridge);

	assert_true(inventory_drops(f, ifindex));
	assert_false(inventory_drops(f, bridge));
	run("tc qdisc del dev " HOST_END " ingress");
	assert_false(inventory_drops(f, ifindex));
	assert_int_equal(kernel_ingress_drop(f->kernel, ifindex), 0);
	assert_true(inventory_drops(f, ifindex));
	run("tc filter del block 3053453312");
	assert_false(inventory_drops(f, ifindex));
	run("tc qdisc del dev " HOST_END " ingress && "
	    "tc qdisc add dev " HOST_END " ingress && "
	    "tc filter add dev " HOST_END " ingress protocol all prio 1 "
	    "handle 1 bpf da bytecode '1,6 0 0 2'");
	assert_false(inventory_drops(f, ifindex));
}

static void
test_link_that_does_not_exist_is_an_error(void **state)
{
	struct fixture *f = fixture(state);

	assert_int_equal(kernel_ingress_drop(f->kernel, 4711), -1);
	assert_int_equal(errno, ENODEV);
	assert_true(kernel_drops(f->kernel));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frames_from_the_container_are_dropped),
		TEST(test_port_learns_nothing_and_is_isolated),
		TEST(test_links_share_one_filter),
		TEST(test_dropping_again_changes_nothing),
		TEST(test_queueing_discipline_of_others_is_replaced),
		TEST(test_filter_that_was_changed_is_ours_again),
		TEST(test_inventory_says_which_links_drop),
		TEST(test_link_that_does_not_exist_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
