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

static void
test_table_of_an_lb_address_and_a_subnet(void **state)
{
	struct control_prefix rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_prefix_lb();
	rows[1] = rows_prefix_subnet();
	show_prefixes_table(rows, 2, rendered_open(&r));
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
	show_prefixes_table(rows, PREFIX_STATE_LAST, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State        Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32  lb    announced          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    no endpoint        1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    unhealthy          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    draining           1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    withdrawn          1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    pending            1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    drained            1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "10.0.0.101/32  lb    rising             1/2  yes    web1     bgplb-1f0c2d3e4\n");
}

static void
test_a_network_whose_name_is_not_known_is_shown_by_its_short_id(void **state)
{
	struct control_prefix row = rows_prefix_lb();
	struct rendered r;

	(void)state;
	row.network_name[0] = '\0';
	row.routed = 0;
	show_prefixes_table(&row, 1, rendered_open(&r));
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
	show_prefixes_table(&row, 1, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix         Kind  State      Endpoints  Route  Network   Interface\n"
	    "10.0.0.101/32  lb    announced        1/2  yes    a?]0;b??  bgplb-1f0c2d3e4\n");
}

static void
test_table_of_no_prefix(void **state)
{
	struct rendered r;

	(void)state;
	show_prefixes_table(NULL, 0, rendered_open(&r));
	assert_rendered(&r,
	    "Prefix  Kind  State  Endpoints  Route  Network  Interface\n");
}

static void
test_json_of_an_lb_address_and_a_subnet(void **state)
{
	struct control_prefix rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_prefix_lb();
	rows[1] = rows_prefix_subnet();
	strlcpy(rows[1].network_name, "a\"b\\c\033", sizeof(rows[1].network_name));
	show_prefixes_json(rows, 2, rendered_open(&r));
	assert_rendered(&r,
	    "{\"prefixes\":["
	    "{\"prefix\":\"10.0.0.101/32\",\"kind\":\"lb\","
	    "\"state\":\"announced\",\"endpoints\":2,\"eligible\":1,\"serving\":1,"
	    "\"routed\":true,\"network_id\":\"" ROWS_NETWORK_ID "\","
	    "\"network_name\":\"web1\",\"interface\":\"bgplb-1f0c2d3e4\"},"
	    "{\"prefix\":\"2001:db8:0:2000::/64\",\"kind\":\"subnet\","
	    "\"state\":\"announced\",\"endpoints\":0,\"eligible\":0,\"serving\":0,"
	    "\"routed\":false,\"network_id\":\"" ROWS_NETWORK_ID "\","
	    "\"network_name\":\"a\\\"b\\\\c\\u001b\",\"interface\":\"\"}"
	    "]}\n");
}

static void
test_json_of_no_prefix_is_an_empty_array(void **state)
{
	struct rendered r;

	(void)state;
	show_prefixes_json(NULL, 0, rendered_open(&r));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_of_an_lb_address_and_a_subnet),
		cmocka_unit_test(test_table_of_each_state),
		cmocka_unit_test(
		    test_a_network_whose_name_is_not_known_is_shown_by_its_short_id),
		cmocka_unit_test(
		    test_a_hostile_network_name_cannot_drive_the_terminal),
		cmocka_unit_test(test_table_of_no_prefix),
		cmocka_unit_test(test_json_of_an_lb_address_and_a_subnet),
		cmocka_unit_test(test_json_of_no_prefix_is_an_empty_array),
		cmocka_unit_test(test_prefixes_are_sorted_by_family_then_address),
		cmocka_unit_test(
		    test_one_prefix_of_two_networks_is_sorted_by_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
