/* What show prefixes prints, as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/show_prefixes.h"
#include "regress/unit/bgplbctl/rendered.h"
#include "regress/unit/bgplbctl/rows.h"

/* One neighbor has both prefixes of rows.h. */
static struct control_told told[2];

static int
setup(void **state)
{
	(void)state;
	memset(told, 0, sizeof(told));
	told[0].prefix = rows_prefix("10.0.0.101/32");
	told[1].prefix = rows_prefix("2001:db8:0:2000::/64");
	told[0].neighbors[ADVERTISEMENT_ANNOUNCED] = 1;
	told[1].neighbors[ADVERTISEMENT_ANNOUNCED] = 1;
	return 0;
}

static void
test_table_of_an_lb_address_and_a_subnet(void **state)
{
	struct control_prefix rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_prefix_lb();
	rows[1] = rows_prefix_subnet();
	show_prefixes_table(rows, 2, told, 2, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix                Kind    State      Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32         lb      announced        1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "2001:db8:0:2000::/64  subnet  announced          -  -      gateway  -\n");
}

static void
test_table_of_each_state(void **state)
{
	struct control_prefix rows[PREFIX_STATE_LAST];
	struct rendered r;
	uint8_t i;

	(void)state;
	for (i = 0; i < PREFIX_STATE_LAST; i++) {
		rows[i] = rows_prefix_lb();
		rows[i].state = (uint8_t)(i + 1);
	}
	show_prefixes_table(rows, PREFIX_STATE_LAST, told, 2, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State        Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32  lb    announced          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    no endpoint        1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    unhealthy          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    draining           1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    withdrawn          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    pending            1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    drained            1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    rising             1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    conflict           1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    refused            1/2  yes    web1     bgplb-1f0c2d3e4\n");
}

static void
test_a_network_whose_name_is_not_known_is_shown_by_its_short_id(void **state)
{
	struct control_prefix row = rows_prefix_lb();
	struct rendered r;

	(void)state;
	row.network_name[0] = '\0';
	row.routed = 0;
	show_prefixes_table(&row, 1, told, 2, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State      Endpoints  Route  Network       Interface\n"
	    "10.0.0.101/32  lb    announced        1/2  -      1f0c2d3e4a5b  bgplb-1f0c2d3e4\n");
}

static void
test_a_hostile_network_name_cannot_drive_the_terminal(void **state)
{
	struct control_prefix row = rows_prefix_lb();
	struct rendered r;

	(void)state;
	strlcpy(row.network_name, "a\033]0;b\a\n", sizeof(row.network_name));
	show_prefixes_table(&row, 1, told, 2, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State      Endpoints  Route  Network                Interface\n"
	    "10.0.0.101/32  lb    announced        1/2  yes    a\\u{1b}]0;b\\u{7}\\u{a}  bgplb-1f0c2d3e4\n");
}

static void
test_table_of_no_prefix(void **state)
{
	struct rendered r;

	(void)state;
	show_prefixes_table(NULL, 0, NULL, 0, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix  Kind  State  Endpoints  Route  Network  Interface\n");
}

#define NEIGHBORS	"\"neighbors\":{\"announced\":1,\"pending\":0," \
			"\"held_back\":0,\"not_negotiated\":0,\"no_session\":0}"

static void
test_json_of_an_lb_address_and_a_subnet(void **state)
{
	struct control_prefix rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_prefix_lb();
	rows[1] = rows_prefix_subnet();
	strlcpy(rows[1].network_name, "a\"b\\c\033", sizeof(rows[1].network_name));
	show_prefixes_json(rows, 2, told, 2, rendered_open(&r));
	assert_rendered(&r,
	    "{\"prefixes\":["
	    "{\"prefix\":\"10.0.0.101/32\",\"kind\":\"lb\","
	    "\"state\":\"announced\",\"reason\":\"\",\"endpoints\":2,\"eligible\":1,\"serving\":1,"
	    "\"routed\":true,\"network_id\":\"" ROWS_NETWORK_ID "\","
	    "\"network_name\":\"web1\",\"interface\":\"bgplb-1f0c2d3e4\"," NEIGHBORS "},"
	    "{\"prefix\":\"2001:db8:0:2000::/64\",\"kind\":\"subnet\","
	    "\"state\":\"announced\",\"reason\":\"\",\"endpoints\":0,\"eligible\":0,\"serving\":0,"
	    "\"routed\":false,\"network_id\":\"" ROWS_NETWORK_ID "\","
	    "\"network_name\":\"a\\\"b\\\\c\\u001b\",\"interface\":\"\"," NEIGHBORS "}"
	    "]}\n");
}

static void
test_json_of_no_prefix_is_an_empty_array(void **state)
{
	struct rendered r;

	(void)state;
	show_prefixes_json(NULL, 0, NULL, 0, rendered_open(&r));
	assert_rendered(&r, "{\"prefixes\":[]}\n");
}

static void
test_prefixes_are_sorted_by_family_then_address(void **state)
{
	static const char *const sorted[] = {
		"9.0.0.1/32", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.101/32",
		"2001:db8::/32"
	};
	static const unsigned int order[] = { 3, 4, 1, 0, 2 };
	struct control_prefix rows[5];
	char buf[PREFIX_STRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		rows[i] = rows_prefix_lb();
		rows[i].prefix = rows_prefix(sorted[order[i]]);
	}
	show_prefixes_sort(rows, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(prefix_format(&rows[i].prefix, buf),
		    sorted[i]);
	show_prefixes_sort(NULL, 0);
}

static void
test_one_prefix_of_two_networks_is_sorted_by_network(void **state)
{
	struct control_prefix rows[2];

	(void)state;
	rows[0] = rows_prefix_lb();
	rows[1] = rows_prefix_lb();
	rows[0].network_id[0] = 'f';
	show_prefixes_sort(rows, 2);
	assert_int_equal(rows[0].network_id[0], '1');
	assert_int_equal(rows[1].network_id[0], 'f');
}

/* "announced" is said where a neighbor has it. */
static void
test_prefix_that_no_neighbor_has_is_not_called_announced(void **state)
{
	struct control_prefix row = rows_prefix_lb();
	uint32_t i;

	(void)state;
	assert_string_equal(told_state_name(&row, NULL), "pending");
	assert_string_equal(told_state_name(&row, &told[0]), "announced");
	told[0].neighbors[ADVERTISEMENT_ANNOUNCED] = 0;
	assert_string_equal(told_state_name(&row, &told[0]), "no neighbor");
	for (i = ADVERTISEMENT_STATE_LAST; i >= ADVERTISEMENT_ANNOUNCED; i--) {
		told[0].neighbors[i] = 1;
		assert_string_equal(told_state_name(&row, &told[0]),
		    advertisement_state_name(i));
	}
	row.state = PREFIX_UNHEALTHY;
	assert_string_equal(told_state_name(&row, &told[0]), "unhealthy");
}

static void
test_neighbors_of_a_prefix_are_found(void **state)
{
	struct control_told list[3];
	const struct prefix none = rows_prefix("10.0.0.102/32");

	(void)state;
	memset(list, 0, sizeof(list));
	list[0].prefix = rows_prefix("2001:db8::/64");
	list[1].prefix = rows_prefix("10.0.0.101/32");
	list[2].prefix = rows_prefix("10.0.0.1/32");
	told_sort(list, 3);
	assert_ptr_equal(told_find(list, 3, &list[2].prefix), &list[2]);
	assert_ptr_equal(told_find(list, 3, &list[0].prefix), &list[0]);
	assert_int_equal(list[2].prefix.addr.afi, AFI_IPV6);
	assert_null(told_find(list, 3, &none));
	assert_null(told_find(NULL, 0, &none));
}

static void
make_advertisements(struct control_advertisement list[3])
{
	memset(list, 0, 3 * sizeof(list[0]));
	list[0].prefix = list[1].prefix = list[2].prefix =
	    rows_prefix("10.0.0.101/32");
	list[0].neighbor = rows_address("192.0.2.1");
	list[0].state = ADVERTISEMENT_ANNOUNCED;
	list[0].nexthop = rows_address("192.0.2.10");
	list[0].path_length = 2;
	list[0].as = 64512;
	list[0].has_med = 1;
	list[0].med = 7;
	list[0].ncommunities = 2;
	list[0].communities[0] = 64512U << 16 | 100;
	list[0].communities[1] = 0xffff0000;
	list[0].nlarge = 1;
	list[0].large[0][0] = 4200000001;
	list[0].large[0][2] = 9;
	list[0].link_bandwidth = 2000000;
	list[0].only_to_customer = 64512;
	list[1].neighbor = rows_address("fe80::9");
	strlcpy(list[1].interface, "eth0", sizeof(list[1].interface));
	list[1].state = ADVERTISEMENT_HELD;
	strlcpy(list[1].reason, "no address\033[2J", sizeof(list[1].reason));
	list[2].neighbor = rows_address("192.0.2.3");
	list[2].state = ADVERTISEMENT_NOT_NEGOTIATED;
}

static void
test_detail_of_a_prefix_lists_each_neighbor_with_the_attributes(void **state)
{
	struct control_advertisement list[3];
	struct control_prefix row = rows_prefix_lb();
	struct rendered r;

	(void)state;
	make_advertisements(list);
	show_prefix_detail(&row, list, 3, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State      Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32  lb    announced        1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "neighbor 192.0.2.1: announced\n"
	    "    next hop 192.0.2.10, AS path 64512 64512, origin IGP, MED 7, "
	    "communities 64512:100 65535:0, large communities 4200000001:0:9, "
	    "link bandwidth 2000000 bit/s, only to customers of AS 64512\n"
	    "neighbor fe80::9%eth0: held back: no address\\u{1b}[2J\n"
	    "neighbor 192.0.2.3: not negotiated\n");
}

static void
test_json_of_a_prefix_has_the_same(void **state)
{
	struct control_advertisement list[3];
	struct control_prefix row = rows_prefix_lb();
	struct rendered r;

	(void)state;
	make_advertisements(list);
	list[2].state = ADVERTISEMENT_ANNOUNCED;	/* of our own AS */
	list[2].nexthop = rows_address("2001:db8::1");
	list[2].link_local = rows_address("fe80::1");
	list[2].has_local_pref = 1;
	list[2].local_pref = 100;
	show_prefix_json(&row, list, 3, rendered_open(&r));
	assert_rendered(&r,
	    "{\"prefixes\":[{\"prefix\":\"10.0.0.101/32\",\"kind\":\"lb\","
	    "\"state\":\"announced\",\"reason\":\"\",\"endpoints\":2,\"eligible\":1,\"serving\":1,"
	    "\"routed\":true,\"network_id\":\"" ROWS_NETWORK_ID "\","
	    "\"network_name\":\"web1\",\"interface\":\"bgplb-1f0c2d3e4\","
	    "\"neighbors\":{\"announced\":2,\"pending\":0,\"held_back\":1,"
	    "\"not_negotiated\":0,\"no_session\":0},\"advertisements\":["
	    "{\"neighbor\":\"192.0.2.1\",\"state\":\"announced\",\"reason\":\"\","
	    "\"next_hop\":\"192.0.2.10\",\"origin\":\"igp\",\"as_path\":[64512,64512],"
	    "\"med\":7,\"communities\":[\"64512:100\",\"65535:0\"],"
	    "\"large_communities\":[\"4200000001:0:9\"],\"link_bandwidth\":2000000,"
	    "\"only_to_customer\":64512},"
	    "{\"neighbor\":\"fe80::9%eth0\",\"state\":\"held back\","
	    "\"reason\":\"no address\\u001b[2J\"},"
	    "{\"neighbor\":\"192.0.2.3\",\"state\":\"announced\",\"reason\":\"\","
	    "\"next_hop\":\"2001:db8::1\",\"link_local\":\"fe80::1\",\"origin\":\"igp\","
	    "\"as_path\":[],\"local_pref\":100,\"communities\":[],"
	    "\"large_communities\":[]}]}]}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_table_of_an_lb_address_and_a_subnet, setup),
		cmocka_unit_test_setup(test_table_of_each_state, setup),
		cmocka_unit_test_setup(
		    test_a_network_whose_name_is_not_known_is_shown_by_its_short_id, setup),
		cmocka_unit_test_setup(
		    test_a_hostile_network_name_cannot_drive_the_terminal, setup),
		cmocka_unit_test_setup(test_table_of_no_prefix, setup),
		cmocka_unit_test_setup(
		    test_prefix_that_no_neighbor_has_is_not_called_announced,
		    setup),
		cmocka_unit_test_setup(test_neighbors_of_a_prefix_are_found, setup),
		cmocka_unit_test_setup(
		test_detail_of_a_prefix_lists_each_neighbor_with_the_attributes,
		    setup),
		cmocka_unit_test_setup(test_json_of_a_prefix_has_the_same, setup),
		cmocka_unit_test_setup(test_json_of_an_lb_address_and_a_subnet, setup),
		cmocka_unit_test_setup(test_json_of_no_prefix_is_an_empty_array, setup),
		cmocka_unit_test_setup(test_prefixes_are_sorted_by_family_then_address, setup),
		cmocka_unit_test_setup(
		    test_one_prefix_of_two_networks_is_sorted_by_network, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
