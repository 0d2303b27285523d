/* Addresses that the host needs itself, with real links and routes. */
#include "regress/unit/rde/engine_harness.h"

static void
make_link(void)
{
	run("ip link add up0 type veth peer name up1 && "
	    "ip link set up0 up && ip link set up1 up && "
	    "ip addr add 192.0.2.10/24 dev up0 && "
	    "ip -6 addr add 2001:db8:f:1::10/64 dev up0 nodad");
}

/* The engine hears of it after the command has ended. */
static struct plugin_reply
refused_network(struct engine *e, const char *v4, const char *v6)
{
	struct plugin_reply r;
	int ms;

	for (ms = 0; ms < ANSWER_MS; ms += 20) {
		r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, v4, v6);
		if (r.error != 0)
			return r;
		assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1,
		    NULL, NULL));
		usleep(20000);
	}
	fail_msg("it is not refused");
	return r;
}

static void
test_network_with_an_address_of_the_host_or_a_next_hop_is_refused(
    void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	make_link();
	run("ip route add 203.0.113.0/24 via 192.0.2.1 && "
	    "ip route add 198.51.100.0/24 nexthop via 192.0.2.2 "
	    "nexthop via 192.0.2.3 && "
	    "ip -6 route add 2001:db8:77::/48 via 2001:db8:f:1::1");
	r = refused_network(e, "192.0.2.10/32", NULL);
	assert_int_equal(r.error, EADDRINUSE);
	assert_string_equal(r.text, "192.0.2.10/32 holds 192.0.2.10, an address "
	    "of this host: give the network other addresses");
	r = refused_network(e, "192.0.2.0/24", NULL);
	assert_non_null(strstr(r.text, "holds 192.0.2.10, an address"));
	r = refused_network(e, P4, "2001:db8:f:1::/64");
	assert_non_null(strstr(r.text, "holds 2001:db8:f:1::10, an address"));
	r = refused_network(e, "192.0.2.1/32", NULL);
	assert_string_equal(r.text, "192.0.2.1/32 holds 192.0.2.1, a next hop of "
	    "this host's routes: give the network other addresses");
	r = refused_network(e, "192.0.2.3/32", NULL);
	assert_non_null(strstr(r.text, "a next hop"));
	r = refused_network(e, NULL, "2001:db8:f:1::1/128");
	assert_non_null(strstr(r.text, "a next hop"));
	/* Nobody has that. */
	create_network(e, 1, "192.0.2.77/32", "2001:db8:f:1::77/128");
	assert_false(output_has("ip link", "bgplb-00000002"));
}

static void
test_address_that_the_host_gets_later_is_withdrawn_until_it_goes(void **state)
{
	struct engine *e = engine(state);
	uint64_t barrier;

	begin_with_container(e);
	run("ip link add up0 type veth peer name up1 && "
	    "ip link set up0 up && ip link set up1 up && "
	    "ip addr add 10.0.0.101/24 dev up0");
	barrier = expect_withdraw(e, P4, NULL);
	answer_barrier(e, barrier);
	await_no_route("10.0.0.101");
	assert_true(log_has(e, "prefix " P4 ": withdrawn, network web1 "
	    "(00000001aaaa) has an address of this host"));
	assert_true(has_route("2001:db8:0:1000::101"));
	run("ip addr del 10.0.0.101/24 dev up0");
	expect_announce(e, P4, NULL);
	assert_true(has_route("10.0.0.101"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
	    test_network_with_an_address_of_the_host_or_a_next_hop_is_refused),
		ENGINE_TEST(
	    test_address_that_the_host_gets_later_is_withdrawn_until_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
