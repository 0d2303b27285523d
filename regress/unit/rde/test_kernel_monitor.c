/* Which of the kernel's notifications arrive. */
#include <linux/rtnetlink.h>

#include <unistd.h>

#include "bgplbd/rde/kernel_monitor.h"
#include "regress/unit/rde/kernel_fixture.h"

#define TYPES_MAX	64

struct seen {
	unsigned int	n;
	uint16_t	types[TYPES_MAX];
};

static void
note(const struct nlmsghdr *nlh, void *arg)
{
	struct seen *seen = arg;

	if (seen->n < TYPES_MAX)
		seen->types[seen->n] = nlh->nlmsg_type;
	seen->n++;
}

static struct seen
what_comes(struct kernel_monitor *m)
{
	struct seen seen = { .n = 0 };

	assert_int_equal(kernel_monitor_read(m, note, &seen), 0);
	return seen;
}

static struct kernel_monitor *
monitor(struct fixture *f)
{
	struct kernel_monitor *m = kernel_monitor_open(
	    kernel_monitor_socket(f->socket));

	assert_non_null(m);
	return m;
}

static void
test_own_routes_and_entries_do_not_come(void **state)
{
	struct fixture *f = fixture(state);
	struct prefix p4 = prefix("10.0.0.1/32"), p6 = prefix("2001:db8::1/128");
	int bridge = make_bridge(f);
	struct kernel_monitor *m = monitor(f);
	struct seen seen;
	unsigned int i;

	assert_int_equal(kernel_neighbor_set(f->kernel, &p4.addr, bridge,
	    mac), 0);
	assert_int_equal(kernel_route_set(f->kernel, &p4, bridge), 0);
	assert_int_equal(kernel_route_set(f->kernel, &p6, bridge), 0);
	assert_int_equal(kernel_route_remove(f->kernel, &p4), 0);
	assert_int_equal(kernel_neighbor_remove(f->kernel, &p4.addr, bridge),
	    0);
	seen = what_comes(m);
	for (i = 0; i < seen.n; i++)	/* the new bridge settles */
		assert_int_equal(seen.types[i], RTM_NEWLINK);
	kernel_monitor_close(m);
}

static void
test_what_others_do_to_ours_comes(void **state)
{
	static const uint16_t expected[] = {
		RTM_NEWNEIGH, RTM_NEWROUTE, RTM_NEWROUTE, RTM_DELROUTE,
		RTM_DELROUTE
	};
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	struct seen seen;

	make_bridge(f);
	m = monitor(f);
	run("ip neigh add 10.0.0.1 dev " BRIDGE " lladdr 02:00:00:00:00:01 "
	    "nud permanent protocol 182");
	run("ip route add 10.0.0.1/32 dev " BRIDGE " proto 182");
	run("ip -6 route add 2001:db8::1/128 dev " BRIDGE " proto 182");
	run("ip route del 10.0.0.1/32");
	run("ip -6 route del 2001:db8::1/128");
	seen = what_comes(m);
	assert_int_equal(seen.n, sizeof(expected) / sizeof(expected[0]));
	assert_memory_equal(seen.types, expected, sizeof(expected));
	run("ip neigh del 10.0.0.1 dev " BRIDGE);
	seen = what_comes(m);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.types[0], RTM_NEWNEIGH);
	kernel_monitor_close(m);
}

static void
test_nexthop_objects_of_ours_come(void **state)
{
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	struct seen seen;

	make_bridge(f);
	m = monitor(f);
	run("ip nexthop add id 7 dev lo proto 182");
	run("ip nexthop add id 8 dev lo proto static");
	run("ip nexthop del id 8");
	run("ip nexthop del id 7");
	seen = what_comes(m);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.types[0], RTM_NEWNEXTHOP);
	assert_int_equal(seen.types[1], RTM_DELNEXTHOP);
	kernel_monitor_close(m);
}

static void
test_changes_at_the_ingress_of_links_come(void **state)
{
	static const uint16_t expected[] = {
		RTM_NEWTFILTER, RTM_DELTFILTER, RTM_DELQDISC
	};
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	struct seen seen;

	make_veth(f, make_bridge(f));
	m = monitor(f);
	run("tc qdisc add dev lo ingress && "
	    "tc filter add dev lo ingress protocol all prio 1 handle 1 "
	    "bpf da bytecode '1,6 0 0 2' && "
	    "tc filter del dev lo ingress");
	run("tc filter replace block 3053453312 protocol all prio 1 handle 1 "
	    "bpf da bytecode '1,6 0 0 0' && "
	    "tc filter del block 3053453312 && "
	    "tc qdisc del dev " HOST_END " ingress");
	seen = what_comes(m);
	assert_int_equal(seen.n, sizeof(expected) / sizeof(expected[0]));
	assert_memory_equal(seen.types, expected, sizeof(expected));
	assert_int_equal(kernel_ingress_drop(f->kernel,
	    (int)if_nametoindex(HOST_END)), 0);
	assert_int_equal(what_comes(m).n, 0);
	kernel_monitor_close(m);
}

static void
test_routes_and_entries_of_others_do_not_come(void **state)
{
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;

	make_bridge(f);
	m = monitor(f);
	run("ip route add 10.1.0.0/24 dev " BRIDGE " proto 182");
	run("ip route add 10.1.1.0/24 dev lo");
	run("ip -6 route add 2001:db8:1::/48 dev lo");
	run("ip route add 10.1.2.1/32 dev lo table 100");
	run("ip route add 10.1.2.1/32 dev lo table 1000");
	run("ip neigh add 10.1.0.1 dev " BRIDGE " lladdr 02:00:00:00:00:01");
	assert_int_equal(what_comes(m).n, 0);
	/* It might stand in place of ours. */
	run("ip route add 10.1.3.1/32 dev lo");
	assert_int_equal(what_comes(m).n, 1);
	kernel_monitor_close(m);
}

static void
test_links_come_once_for_each_change(void **state)
{
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	int bridge = make_bridge(f);
	struct seen seen;

	make_veth(f, bridge);
	m = monitor(f);
	run("ip link set " HOST_END " nomaster");
	run("ip link del " HOST_END);
	seen = what_comes(m);
	assert_in_range(seen.n, 3, 16);
	assert_int_equal(seen.types[0], RTM_NEWLINK);
	assert_int_equal(seen.types[seen.n - 1], RTM_DELLINK);
	kernel_monitor_close(m);
}

static void
test_loss_is_told(void **state)
{
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	unsigned int i;
	struct seen seen = { .n = 0 };

	make_bridge(f);
	m = monitor(f);
	run("(for i in $(seq 0 99); do for j in $(seq 0 99); do "
	    "echo route add 10.5.$i.$j dev " BRIDGE " proto 182; done; done) "
	    "| ip -batch -");
	for (i = 0; i < 100; i++)
		if (kernel_monitor_read(m, note, &seen) == -1)
			break;
	assert_int_equal(errno, ENOBUFS);
	assert_in_range(i, 0, 99);
	/* Nothing older comes after it, and all that is newer. */
	assert_int_equal(what_comes(m).n, 0);
	run("ip route del 10.5.0.0/32");
	assert_int_equal(what_comes(m).n, 1);
	kernel_monitor_close(m);
}

static void
test_addresses_come(void **state)
{
	struct fixture *f = fixture(state);
	struct kernel_monitor *m;
	struct seen seen;
	unsigned int i, naddresses = 0;

	run("ip link set lo up");
	m = monitor(f);
	run("ip addr add 192.0.2.1/24 dev lo; "
	    "ip addr add 2001:db8::1/64 dev lo; "
	    "ip addr del 2001:db8::1/64 dev lo; "
	    "ip addr del 192.0.2.1/24 dev lo");
	seen = what_comes(m);
	for (i = 0; i < seen.n; i++)
		naddresses += seen.types[i] == RTM_NEWADDR ||
		    seen.types[i] == RTM_DELADDR;
	assert_true(naddresses >= 4);
	kernel_monitor_close(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_own_routes_and_entries_do_not_come),
		TEST(test_what_others_do_to_ours_comes),
		TEST(test_nexthop_objects_of_ours_come),
		TEST(test_addresses_come),
		TEST(test_changes_at_the_ingress_of_links_come),
		TEST(test_routes_and_entries_of_others_do_not_come),
		TEST(test_links_come_once_for_each_change),
		TEST(test_loss_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
