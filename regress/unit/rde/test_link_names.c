#include "bgplbd/rde/link_names.h"
#include "regress/unit/rde/fixtures.h"

static void
test_names_are_the_first_nine_digits_and_fit(void **state)
{
	struct object_id id = numbered_id(0x1f0c2d3e, '4');
	char name[IFNAMSIZ];

	(void)state;
	assert_string_equal(link_name(ROLE_BRIDGE, &id, name),
	    "bgplb-1f0c2d3e4");
	assert_string_equal(link_name(ROLE_HOST_END, &id, name),
	    "bgpve-1f0c2d3e4");
	assert_string_equal(link_name(ROLE_CONTAINER_END, &id, name),
	    "bgpvc-1f0c2d3e4");
	assert_true(link_has_name("bgpve-1f0c2d3e4", ROLE_HOST_END, &id));
	assert_false(link_has_name("bgpve-1f0c2d3e4", ROLE_BRIDGE, &id));
	assert_false(link_has_name("bgpve-1f0c2d3e", ROLE_HOST_END, &id));
}

static void
test_mac_is_unicast_local_and_the_same_each_time(void **state)
{
	static const uint8_t expected[MAC_SIZE] = {
		0x02, 0x1f, 0x0c, 0x2d, 0x3e, 0xaa
	};
	struct object_id id = numbered_id(0x1f0c2d3e, 'a');
	uint8_t mac[MAC_SIZE];

	(void)state;
	link_mac(ROLE_CONTAINER_END, &id, mac);
	assert_memory_equal(mac, expected, MAC_SIZE);
	link_mac(ROLE_CONTAINER_END, &id, mac);
	assert_memory_equal(mac, expected, MAC_SIZE);
}

static void
test_swarm_networks_name_and_mac_are_from_base_36(void **state)
{
	/* zrarrorr in base 36 is 0x28c6e5b8927. */
	static const uint8_t expected[MAC_SIZE] = {
		0x02, 0x8c, 0x6e, 0x5b, 0x89, 0x27
	};
	struct object_id id, other;
	char name[IFNAMSIZ];
	uint8_t mac[MAC_SIZE], other_mac[MAC_SIZE];

	(void)state;
	assert_int_equal(network_id_parse("zrarrorrz0y5uv3t7wq2ab1cd", 25,
	    &id), 0);
	assert_string_equal(link_name(ROLE_BRIDGE, &id, name),
	    "bgplb-zrarrorrz");
	link_mac(ROLE_BRIDGE, &id, mac);
	assert_memory_equal(mac, expected, MAC_SIZE);
	/* Each digit counts for more than its low four bits. */
	other = id;
	other.hex[7] = 'b';
	link_mac(ROLE_BRIDGE, &other, other_mac);
	assert_memory_not_equal(mac, other_mac, MAC_SIZE);
}

static void
test_two_ends_of_one_pair_have_different_macs(void **state)
{
	struct object_id id = numbered_id(7, 'c');
	uint8_t a[MAC_SIZE], b[MAC_SIZE];

	(void)state;
	link_mac(ROLE_CONTAINER_END, &id, a);
	link_mac(ROLE_HOST_END, &id, b);
	assert_memory_not_equal(a, b, MAC_SIZE);
	assert_int_equal(b[0] & 0x03, 0x02);
}

static void
test_names_are_told_from_others(void **state)
{
	enum link_role role;

	(void)state;
	assert_true(link_name_parse("bgplb-00000007c", &role));
	assert_int_equal(role, ROLE_BRIDGE);
	assert_true(link_name_parse("bgpve-zrarrorrz", &role));
	assert_int_equal(role, ROLE_HOST_END);
	assert_true(link_name_parse("bgpvc-00000007c", &role));
	assert_int_equal(role, ROLE_CONTAINER_END);
	assert_false(link_name_parse("bgplb-00000007", &role));
	assert_false(link_name_parse("bgplb-00000007cc", &role));
	assert_false(link_name_parse("bgplb-00000007C", &role));
	assert_false(link_name_parse("bgplb-0000000 7", &role));
	assert_false(link_name_parse("bgplx-00000007c", &role));
	assert_false(link_name_parse("docker0", &role));
	assert_false(link_name_parse("", &role));
}

/* Of the id's first ten digits the name has nine. */
static void
test_mac_is_told_from_others_by_the_name(void **state)
{
	struct object_id id = numbered_id(7, 'c'), swarm;
	uint8_t mac[MAC_SIZE];

	(void)state;
	link_mac(ROLE_BRIDGE, &id, mac);
	assert_true(link_mac_fits("bgplb-00000007c", mac));
	assert_false(link_mac_fits("bgplb-00000008c", mac));
	assert_false(link_mac_fits("bgpve-00000007c", mac));
	assert_false(link_mac_fits("bgpvc-00000007c", mac));
	assert_false(link_mac_fits("br0", mac));
	mac[MAC_SIZE - 1] ^= 0x0f;
	assert_true(link_mac_fits("bgplb-00000007c", mac));
	mac[MAC_SIZE - 1] ^= 0x10;
	assert_false(link_mac_fits("bgplb-00000007c", mac));
	link_mac(ROLE_HOST_END, &id, mac);
	assert_true(link_mac_fits("bgpve-00000007c", mac));
	assert_int_equal(network_id_parse("zrarrorrz0y5uv3t7wq2ab1cd", 25,
	    &swarm), 0);
	link_mac(ROLE_BRIDGE, &swarm, mac);
	assert_true(link_mac_fits("bgplb-zrarrorrz", mac));
	assert_true(link_mac_fits("bgplb-zrarrorrx", mac));
	assert_false(link_mac_fits("bgplb-zrarrorsz", mac));
	assert_false(link_mac_fits("bgpve-zrarrorrz", mac));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_the_first_nine_digits_and_fit),
		cmocka_unit_test(test_mac_is_unicast_local_and_the_same_each_time),
		cmocka_unit_test(
		    test_swarm_networks_name_and_mac_are_from_base_36),
		cmocka_unit_test(test_two_ends_of_one_pair_have_different_macs),
		cmocka_unit_test(test_names_are_told_from_others),
		cmocka_unit_test(test_mac_is_told_from_others_by_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
