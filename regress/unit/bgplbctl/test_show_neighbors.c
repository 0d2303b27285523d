/* What show neighbors and show neighbor print, as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/show_neighbors.h"
#include "regress/unit/bgplbctl/rendered.h"
#include "regress/unit/bgplbctl/rows.h"

#define NO_NOTIFICATION	"{\"code\":0,\"subcode\":0,\"text\":\"\",\"seconds\":0}"
#define NO_MD5		"\"tcp_md5\":{\"not_found\":0,\"unexpected\":0," \
			"\"failure\":0}"

static const struct md5_counters none = { .known = true };
static const struct md5_counters md5 = {
	.known = true, .not_found = 1, .unexpected = 2, .failure = 3
};

static void
set_received(struct control_neighbor *n)
{
	n->received.present = 1;
	n->received.code = 6;
	n->received.subcode = 2;
	n->received.seconds = 190;
	strlcpy(n->received.text, "Cease, Administrative Shutdown: \"bye\"",
	    sizeof(n->received.text));
}

static void
test_table_of_one_up_and_one_down(void **state)
{
	struct control_neighbor rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_neighbor_up();
	rows[1] = rows_neighbor_down();
	show_neighbors_table(rows, 2, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor             AS  MsgRcvd  MsgSent   Up/Down  State/PrfSent  Description\n"
	    "192.0.2.1         64513      127      130  01:02:03  4              rack 7, left\n"
	    "2001:db8::1  4200000001        0        0     Never  Connect\n");
}

static void
test_table_without_descriptions_has_no_column_for_them(void **state)
{
	struct control_neighbor row = rows_neighbor_down();
	struct rendered r;

	(void)state;
	row.times_established = 3;
	row.state = BGP_IDLE;
	show_neighbors_table(&row, 1, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor             AS  MsgRcvd  MsgSent   Up/Down  State/PrfSent\n"
	    "2001:db8::1  4200000001        0        0  00:00:12  Idle\n");
}

static void
test_table_keeps_long_descriptions_and_addresses_whole(void **state)
{
	struct control_neighbor row = rows_neighbor_up();
	struct rendered r;

	(void)state;
	row.addr = rows_address("2001:db8:1111:2222:3333:4444:5555:6666");
	memset(row.description, 'd', sizeof(row.description) - 1);
	show_neighbors_table(&row, 1, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor                                   AS  MsgRcvd  MsgSent   Up/Down  State/PrfSent  Description\n"
	    "2001:db8:1111:2222:3333:4444:5555:6666  64513      127      130  01:02:03  4              "
	    "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\n");
}

static void
test_table_of_no_neighbor(void **state)
{
	struct rendered r;

	(void)state;
	show_neighbors_table(NULL, 0, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor  AS  MsgRcvd  MsgSent  Up/Down  State/PrfSent\n");
}

static void
test_times_are_written_as_bgpctl_does(void **state)
{
	static const struct {
		uint64_t	 seconds;
		const char	*line;
	} cases[] = {
		{ 0, "Established, for 00:00:00" },
		{ 86399, "Established, for 23:59:59" },
		{ 86400, "Established, for 1d00h00m" },
		{ 604799, "Established, for 6d23h59m" },
		{ 604800, "Established, for 01w0d00h" },
		{ UINT64_MAX, "Established, for 30500568904943w0d07h" },
	};
	struct control_neighbor row = rows_neighbor_up();
	struct rendered r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row.changed_seconds = cases[i].seconds;
		show_neighbors_detail(&row, &none, rendered_open(&r));
		assert_int_equal(fclose(r.out), 0);
		assert_non_null(strstr(r.text, cases[i].line));
		free(r.text);
	}
}

static void
test_detail_of_a_session_that_is_up(void **state)
{
	struct control_neighbor row = rows_neighbor_up();
	struct rendered r;

	(void)state;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor:           192.0.2.1\n"
	    "Description:        rack 7, left\n"
	    "Remote AS:          64513\n"
	    "Port:               179\n"
	    "State:              Established, for 01:02:03\n"
	    "Router ID:          192.0.2.1\n"
	    "Local address:      192.0.2.10\n"
	    "Hold time:          90 s\n"
	    "Families:           IPv4, IPv6\n"
	    "Prefixes sent:      4\n"
	    "Prefixes received:  2 (counted and dropped)\n"
	    "Messages sent:      130, updates 5\n"
	    "Messages received:  127, updates 1\n"
	    "Times established:  1\n");
}

static void
test_detail_of_a_session_that_is_down_shows_the_last_error(void **state)
{
	struct control_neighbor row = rows_neighbor_down();
	struct rendered r;

	(void)state;
	row.passive = 1;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_rendered(&r,
	    "Neighbor:           2001:db8::1\n"
	    "Remote AS:          4200000001\n"
	    "Port:               1179 (passive: the neighbor connects)\n"
	    "State:              Connect, never established\n"
	    "Prefixes sent:      0\n"
	    "Prefixes received:  0\n"
	    "Messages sent:      0, updates 0\n"
	    "Messages received:  0, updates 0\n"
	    "Times established:  0\n"
	    "Last error:         connect: Connection refused (00:00:01 ago)\n");
}

static void
test_detail_of_odd_sessions(void **state)
{
	struct control_neighbor row = rows_neighbor_up();
	struct rendered r;

	(void)state;
	row.hold_time = 0;
	row.families = 0;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text, "Hold time:          none\n"
	    "Families:           none in common\n"));
	free(r.text);
	row = rows_neighbor_down();
	row.times_established = 2;
	row.state = BGP_ACTIVE;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text,
	    "State:              Active, down for 00:00:12\n"));
	free(r.text);
	row.dynamic = 1;
	row.state = BGP_IDLE;
	row.down = 1;
	row.remote_as = 0;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text, "Remote AS:          external\n"
	    "Port:               none (dynamic: it came by a prefix of "
	    "neighbors)\n"));
	assert_non_null(strstr(r.text,
	    "State:              Idle, taken down by the operator\n"));
	free(r.text);
	show_neighbors_table(&row, 1, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text, "external"));
	assert_non_null(strstr(r.text, "Idle (down)"));
	free(r.text);
}

static void
test_text_of_the_daemon_cannot_drive_the_terminal(void **state)
{
	struct control_neighbor row = rows_neighbor_down();
	struct rendered r;

	(void)state;
	strlcpy(row.description, "\033[2Jx\nState: fine",
	    sizeof(row.description));
	strlcpy(row.last_error, "\a\b\r", sizeof(row.last_error));
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text,
	    "Description:        \\u{1b}[2Jx\\u{a}State: fine\n"));
	assert_non_null(strstr(r.text, "Last error:         \\u{7}\\u{8}\\u{d} (00:00:01 ago)\n"));
	free(r.text);
}

static void
test_json_of_one_up_and_one_down(void **state)
{
	struct control_neighbor rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows_neighbor_up();
	rows[1] = rows_neighbor_down();
	set_received(&rows[1]);
	show_neighbors_json(rows, 2, &md5, rendered_open(&r));
	assert_rendered(&r,
	    "{\"neighbors\":["
	    "{\"address\":\"192.0.2.1\",\"description\":\"rack 7, left\","
	    "\"remote_as\":64513,\"port\":179,\"passive\":false,"
	    "\"dynamic\":false,\"down\":false,\"gone\":false,"
	    "\"password\":false,"
	    "\"state\":\"Established\",\"state_seconds\":3723,"
	    "\"times_established\":1,\"router_id\":\"192.0.2.1\","
	    "\"local_address\":\"192.0.2.10\",\"hold_time\":90,"
	    "\"families\":[\"ipv4\",\"ipv6\"],\"prefixes_sent\":4,"
	    "\"prefixes_received\":2,\"messages_sent\":130,"
	    "\"messages_received\":127,\"updates_sent\":5,"
	    "\"updates_received\":1,\"last_error\":\"\","
	    "\"last_error_seconds\":0,"
	    "\"last_received\":" NO_NOTIFICATION ","
	    "\"last_sent\":" NO_NOTIFICATION "},"
	    "{\"address\":\"2001:db8::1\",\"description\":\"\","
	    "\"remote_as\":4200000001,\"port\":1179,\"passive\":false,"
	    "\"dynamic\":false,\"down\":false,\"gone\":false,"
	    "\"password\":false,"
	    "\"state\":\"Connect\",\"state_seconds\":12,"
	    "\"times_established\":0,\"router_id\":\"\","
	    "\"local_address\":\"\",\"hold_time\":0,"
	    "\"families\":[],\"prefixes_sent\":0,"
	    "\"prefixes_received\":0,\"messages_sent\":0,"
	    "\"messages_received\":0,\"updates_sent\":0,"
	    "\"updates_received\":0,"
	    "\"last_error\":\"connect: Connection refused\","
	    "\"last_error_seconds\":1,"
	    "\"last_received\":{\"code\":6,\"subcode\":2,"
	    "\"text\":\"Cease, Administrative Shutdown: \\\"bye\\\"\","
	    "\"seconds\":190},"
	    "\"last_sent\":" NO_NOTIFICATION "}"
	    "],\"tcp_md5\":{\"not_found\":1,\"unexpected\":2,"
	    "\"failure\":3}}\n");
}

static void
test_json_of_no_neighbor_is_an_empty_array(void **state)
{
	struct rendered r;

	(void)state;
	show_neighbors_json(NULL, 0, &none, rendered_open(&r));
	assert_rendered(&r, "{\"neighbors\":[]," NO_MD5 "}\n");
}

static void
test_a_neighbor_is_found_by_its_address(void **state)
{
	struct address there = rows_address("2001:db8::1");
	struct address missing = rows_address("2001:db8::2");
	const struct control_neighbor *found;
	struct control_neighbor rows[2];

	(void)state;
	rows[0] = rows_neighbor_up();
	rows[1] = rows_neighbor_down();
	assert_int_equal(show_neighbors_find(rows, 2, &there, "", &found),
	    SHOW_NEIGHBORS_ONE);
	assert_ptr_equal(found, &rows[1]);
	assert_int_equal(show_neighbors_find(rows, 2, &missing, "", &found),
	    SHOW_NEIGHBORS_NONE);
	assert_int_equal(show_neighbors_find(NULL, 0, &there, "", &found),
	    SHOW_NEIGHBORS_NONE);
}

static void
test_link_local_neighbors_are_told_apart_by_their_interface(void **state)
{
	struct address there = rows_address("fe80::9");
	const struct control_neighbor *found;
	struct control_neighbor rows[2];
	struct rendered r;

	(void)state;
	rows[0] = rows[1] = rows_neighbor_down();
	rows[0].addr = rows[1].addr = there;
	strlcpy(rows[0].interface, "eth0", sizeof(rows[0].interface));
	strlcpy(rows[1].interface, "eth1", sizeof(rows[1].interface));
	assert_int_equal(show_neighbors_find(rows, 2, &there, "", &found),
	    SHOW_NEIGHBORS_SEVERAL);
	assert_int_equal(show_neighbors_find(rows, 2, &there, "eth1", &found),
	    SHOW_NEIGHBORS_ONE);
	assert_ptr_equal(found, &rows[1]);
	assert_int_equal(show_neighbors_find(rows, 2, &there, "eth2", &found),
	    SHOW_NEIGHBORS_NONE);
	show_neighbors_table(rows, 2, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text, "\nfe80::9%eth0 "));
	assert_non_null(strstr(r.text, "\nfe80::9%eth1 "));
	free(r.text);
	show_neighbors_detail(&rows[1], &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text, "Neighbor:           fe80::9%eth1\n"));
	free(r.text);
}

static void
test_detail_shows_notifications_and_what_tcp_md5_dropped(void **state)
{
	struct control_neighbor row = rows_neighbor_down();
	struct rendered r;

	(void)state;
	set_received(&row);
	row.sent = row.received;
	row.sent.seconds = 90061;
	row.password = 1;
	show_neighbors_detail(&row, &md5, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text,
	    "Last error:         connect: Connection refused (00:00:01 ago)\n"
	    "Last received:      Cease, Administrative Shutdown: \"bye\" "
	    "(6/2, 00:03:10 ago)\n"
	    "Last sent:          Cease, Administrative Shutdown: \"bye\" "
	    "(6/2, 1d01h01m ago)\n"
	    "TCP MD5:            a password is set here; packets dropped on this "
	    "host: 1 without one, 2 with one where none is set, 3 with a wrong "
	    "one\n"));
	free(r.text);
	row.gone = 1;
	show_neighbors_detail(&row, &none, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_non_null(strstr(r.text,
	    "State:              gone, down for 00:00:12\n"));
	free(r.text);
	assert_int_equal(show_neighbors_present(&row, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_of_one_up_and_one_down),
		cmocka_unit_test(
		    test_table_without_descriptions_has_no_column_for_them),
		cmocka_unit_test(
		    test_table_keeps_long_descriptions_and_addresses_whole),
		cmocka_unit_test(test_table_of_no_neighbor),
		cmocka_unit_test(test_times_are_written_as_bgpctl_does),
		cmocka_unit_test(test_detail_of_a_session_that_is_up),
		cmocka_unit_test(
		    test_detail_of_a_session_that_is_down_shows_the_last_error),
		cmocka_unit_test(test_detail_of_odd_sessions),
		cmocka_unit_test(
		    test_text_of_the_daemon_cannot_drive_the_terminal),
		cmocka_unit_test(test_json_of_one_up_and_one_down),
		cmocka_unit_test(test_json_of_no_neighbor_is_an_empty_array),
		cmocka_unit_test(
		    test_link_local_neighbors_are_told_apart_by_their_interface),
		cmocka_unit_test(
		    test_detail_shows_notifications_and_what_tcp_md5_dropped),
		cmocka_unit_test(test_a_neighbor_is_found_by_its_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
