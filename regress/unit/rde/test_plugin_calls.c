#include "bgplbd/rde/link_names.h"
#include "regress/unit/rde/engine_harness.h"

#define BRIDGE		"bgplb-00000001a"
#define HOST_END	"bgpve-00000001b"
#define CONTAINER_END	"bgpvc-00000001b"

static void
test_network_create_makes_the_bridge_and_is_repeatable(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	assert_true(output_has("ip link show " BRIDGE,
	    numbered_id(1, 'a').hex));
	create_network(e, 1, P4, P6);
	assert_true(log_has(e, "network 00000001aaaa: bridge " BRIDGE
	    " created"));
}

static void
test_network_delete_removes_the_bridge_and_is_repeatable(void **state)
{
	struct engine *e = engine(state);

	create_network(e, 1, P4, P6);
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	assert_false(output_has("ip link", "bgplb-"));
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
}

static void
test_prefix_that_another_network_has_is_refused_by_name(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	create_network(e, 1, P4, P6);
	tell_network(e, 1, true, P4, P6);
	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 2, "10.0.0.102/32",
	    P6);
	assert_int_equal(r.error, EEXIST);
	assert_string_equal(r.text, P6 " belongs to network web1 "
	    "(00000001aaaa) already: remove that network or give this one "
	    "another address");
	assert_false(output_has("ip link", "bgplb-00000002a"));
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 2, P4, NULL);
	assert_int_equal(r.error, EEXIST);
	/* Its owner gone, the prefix is free. */
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	create_network(e, 2, P4, P6);
}

static void
test_prefix_that_is_not_unicast_is_refused(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, "224.0.0.5/32",
	    NULL);
	assert_int_equal(r.error, EPERM);
	assert_non_null(strstr(r.text, "224.0.0.5/32 may not be announced"));
}

static void
test_bridge_name_that_another_network_has_is_refused(void **state)
{
	struct engine *e = engine(state);
	struct plugin_network n;
	struct plugin_reply r;

	create_network(e, 1, P4, P6);
	memset(&n, 0, sizeof(n));
	n.network = numbered_id(1, 'a');
	n.network.hex[63] = '7';
	r = call(e, MSG_FRONTEND_NETWORK_CREATE, &n, sizeof(n));
	assert_int_equal(r.error, EEXIST);
	assert_non_null(strstr(r.text, "link " BRIDGE
	    " belongs to 00000001aaaa"));
	assert_done(call(e, MSG_FRONTEND_NETWORK_DELETE, &n, sizeof(n)));
	assert_true(output_has("ip link", BRIDGE));
}

static void
test_network_delete_takes_its_endpoints_along(void **state)
{
	struct engine *e = engine(state);

	begin_with_container(e);
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	expect_withdraw(e, P4, P6);
	assert_false(output_has("ip link", "bgp"));
	assert_true(log_has(e, "prefix " P4 ": withdrawn, no network has "
	    "it any more"));
}

static void
test_endpoint_of_unknown_network_makes_the_bridge(void **state)
{
	struct engine *e = engine(state);

	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 1, P4,
	    NULL));
	assert_true(output_has("ip link show " BRIDGE, ",UP"));
}

static void
test_mac_is_in_the_reply_only_if_the_caller_brought_none(void **state)
{
	static const uint8_t none[MAC_SIZE];
	struct engine *e = engine(state);
	struct object_id id = numbered_id(1, 'b');
	struct plugin_endpoint p;
	struct plugin_reply r;
	uint8_t mac[MAC_SIZE];

	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 1, P4, NULL);
	link_mac(ROLE_CONTAINER_END, &id, mac);
	assert_memory_equal(r.mac, mac, MAC_SIZE);
	memset(&p, 0, sizeof(p));
	p.network = numbered_id(1, 'a');
	p.endpoint = numbered_id(2, 'b');
	p.v4 = prefix(P4);
	p.has_mac = 1;
	memcpy(p.mac, "\x02\x42\x0a\x00\x00\x65", MAC_SIZE);
	r = call(e, MSG_FRONTEND_ENDPOINT_CREATE, &p, sizeof(p));
	assert_int_equal(r.error, 0);
	assert_memory_equal(r.mac, none, MAC_SIZE);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 2, 1, NULL,
	    NULL));
	assert_true(output_has("ip link show bgpvc-00000002b",
	    "02:42:0a:00:00:65"));
}

static void
test_join_makes_the_pair_names_its_other_end_and_is_repeatable(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	join(e, 1, 1, P4, NULL);
	assert_true(output_has("ip link show " HOST_END,
	    "master " BRIDGE));
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 1, NULL, NULL);
	assert_int_equal(r.error, 0);
	assert_string_equal(r.interface, CONTAINER_END);
	assert_true(output_has("ip link", CONTAINER_END));
}

static void
test_join_of_unknown_endpoint_says_which(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	create_network(e, 1, P4, NULL);
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 1, NULL, NULL);
	assert_int_equal(r.error, ENOENT);
	assert_non_null(strstr(r.text, "no endpoint 00000001bbbb in network "
	    "00000001aaaa"));
	assert_false(output_has("ip link", "bgpv"));
}

static void
test_leave_and_delete_remove_the_pair_and_are_repeatable(void **state)
{
	struct engine *e = engine(state);

	join(e, 1, 1, P4, NULL);
	leave(e, 1, 1);
	assert_false(output_has("ip link", "bgpv"));
	leave(e, 1, 1);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1,
	    NULL, NULL));
	leave(e, 1, 1);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1,
	    NULL, NULL));
	join(e, 1, 1, P4, NULL);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1,
	    NULL, NULL));
	assert_false(output_has("ip link", "bgpv"));
}

static void
test_endpoint_of_another_network_is_refused(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	create_network(e, 1, P4, NULL);
	create_network(e, 2, "10.0.0.102/32", NULL);
	join(e, 1, 1, P4, NULL);
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 2, NULL, NULL);
	assert_int_equal(r.error, EEXIST);
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 2, NULL, NULL);
	assert_int_equal(r.error, ENOENT);
}

static void
test_failed_join_leaves_no_link_and_says_what_the_kernel_says(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, 1, 1, P4,
	    NULL));
	run("ip link add " CONTAINER_END " type bridge");
	r = call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 1, NULL, NULL);
	assert_int_equal(r.error, EEXIST);
	assert_non_null(strstr(r.text, "cannot create veth pair " HOST_END));
	assert_false(output_has("ip link", HOST_END));
	run("ip link del " CONTAINER_END);
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, 1, 1, NULL,
	    NULL));
}

static struct plugin_reply
create_with_mac(struct engine *e, unsigned int number, unsigned int network,
    const uint8_t mac[MAC_SIZE])
{
	struct plugin_endpoint p;

	memset(&p, 0, sizeof(p));
	p.network = numbered_id(network, 'a');
	p.endpoint = numbered_id(number, 'b');
	p.v4 = prefix(network == 1 ? P4 : "10.0.0.102/32");
	p.has_mac = 1;
	memcpy(p.mac, mac, MAC_SIZE);
	return call(e, MSG_FRONTEND_ENDPOINT_CREATE, &p, sizeof(p));
}

static void
test_mac_that_a_container_of_the_network_has_is_refused_by_name(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 2, 0x42, 10, 0, 0, 0x65 };
	struct engine *e = engine(state);
	struct plugin_reply r;

	begin_with_network(e);
	assert_done(create_with_mac(e, 1, 1, mac));
	r = create_with_mac(e, 2, 1, mac);
	assert_int_equal(r.error, EEXIST);
	assert_string_equal(r.text, "02:42:0a:00:00:65 is the MAC address of "
	    "another container in network web1 (00000001aaaa) already: give "
	    "each container another one, or none");
	tell_container(e, container(1, 1, P4, NULL, HEALTH_HEALTHY));
	r = create_with_mac(e, 2, 1, mac);
	assert_int_equal(r.error, EEXIST);
	assert_non_null(strstr(r.text, "of container web-1 (00000001cccc) "
	    "in network web1"));
	/* Docker repeats a call; another network has another bridge. */
	assert_done(create_with_mac(e, 1, 1, mac));
	create_network(e, 2, "10.0.0.102/32", NULL);
	assert_done(create_with_mac(e, 3, 2, mac));
	/* Its owner gone, it is free. */
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1,
	    NULL, NULL));
	assert_done(create_with_mac(e, 2, 1, mac));
}

static void
test_mac_of_a_link_of_the_host_is_refused(void **state)
{
	struct engine *e = engine(state);
	struct object_id network = numbered_id(1, 'a');
	struct object_id endpoint = numbered_id(1, 'b');
	struct plugin_reply r;
	uint8_t mac[MAC_SIZE];

	begin_with_network(e);
	link_mac(ROLE_BRIDGE, &network, mac);
	r = create_with_mac(e, 1, 1, mac);
	assert_int_equal(r.error, EEXIST);
	assert_non_null(strstr(r.text, "of a link of this host in network "
	    "web1"));
	link_mac(ROLE_HOST_END, &endpoint, mac);
	assert_int_equal(create_with_mac(e, 1, 1, mac).error, EEXIST);
	join(e, 1, 1, P4, NULL);
	assert_int_equal(create_with_mac(e, 2, 1, mac).error, EEXIST);
}

/* They ran before bgplbd looked at that. */
static void
test_macs_that_containers_share_already_are_told_once(void **state)
{
	struct engine *e = engine(state);
	struct container_fact one = container(1, 1, P4, NULL, HEALTH_HEALTHY);
	struct container_fact two = container(2, 1, P4, NULL,
	    HEALTH_UNHEALTHY);
	int i;

	one.endpoints[0].has_mac = two.endpoints[0].has_mac = 1;
	one.endpoints[0].mac[0] = two.endpoints[0].mac[0] = 2;
	begin_with_network(e);
	for (i = 0; i < 3; i++) {
		tell_container(e, one);
		tell_container(e, two);
	}
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_LEAVE, 9, 9, NULL,
	    NULL));
	assert_int_equal(log_count(e, "container web-2 (00000002cccc) and "
	    "container web-1 (00000001cccc) have the same MAC address, "
	    "02:00:00:00:00:00"), 1);
	assert_int_equal(log_count(e, "have the same MAC address"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_network_create_makes_the_bridge_and_is_repeatable),
		ENGINE_TEST(test_network_delete_removes_the_bridge_and_is_repeatable),
		ENGINE_TEST(test_prefix_that_another_network_has_is_refused_by_name),
		ENGINE_TEST(test_prefix_that_is_not_unicast_is_refused),
		ENGINE_TEST(test_bridge_name_that_another_network_has_is_refused),
		ENGINE_TEST(test_network_delete_takes_its_endpoints_along),
		ENGINE_TEST(test_endpoint_of_unknown_network_makes_the_bridge),
		ENGINE_TEST(test_mac_is_in_the_reply_only_if_the_caller_brought_none),
		ENGINE_TEST(test_join_makes_the_pair_names_its_other_end_and_is_repeatable),
		ENGINE_TEST(test_join_of_unknown_endpoint_says_which),
		ENGINE_TEST(test_leave_and_delete_remove_the_pair_and_are_repeatable),
		ENGINE_TEST(test_endpoint_of_another_network_is_refused),
		ENGINE_TEST(
		    test_mac_that_a_container_of_the_network_has_is_refused_by_name),
		ENGINE_TEST(
		    test_mac_of_a_link_of_the_host_is_refused),
		ENGINE_TEST(test_macs_that_containers_share_already_are_told_once),
		ENGINE_TEST(test_failed_join_leaves_no_link_and_says_what_the_kernel_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
