#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/notification.h"
#include "regress/unit/session/octets.h"

static void
assert_described(uint8_t code, uint8_t subcode, const char *data,
    const char *expected)
{
	const struct octets in = octets(data);
	struct notification n;
	char text[NOTIFICATION_TEXT_MAX];

	notification_set(&n, code, subcode, "%s", "");
	notification_set_data(&n, in.data, in.len);
	assert_string_equal(notification_describe(&n, text, sizeof(text)),
	    expected);
}

static void
test_codes_have_the_names_of_their_rfcs(void **state)
{
	static const struct {
		uint8_t code;
		uint8_t subcode;
		const char *text;
	} cases[] = {
		{ 1, 1, "Message Header Error, Connection Not Synchronized" },
		{ 1, 2, "Message Header Error, Bad Message Length" },
		{ 1, 3, "Message Header Error, Bad Message Type" },
		{ 2, 0, "OPEN Message Error, Unspecific" },
		{ 2, 1, "OPEN Message Error, Unsupported Version Number" },
		{ 2, 2, "OPEN Message Error, Bad Peer AS" },
		{ 2, 3, "OPEN Message Error, Bad BGP Identifier" },
		{ 2, 4, "OPEN Message Error, Unsupported Optional Parameter" },
		{ 2, 6, "OPEN Message Error, Unacceptable Hold Time" },
		{ 2, 7, "OPEN Message Error, Unsupported Capability" },
		{ 2, 11, "OPEN Message Error, Role Mismatch" },
		{ 3, 1, "UPDATE Message Error, Malformed Attribute List" },
		{ 3, 9, "UPDATE Message Error, Optional Attribute Error" },
		{ 3, 10, "UPDATE Message Error, Invalid Network Field" },
		{ 3, 11, "UPDATE Message Error, Malformed AS_PATH" },
		{ 4, 0, "Hold Timer Expired" },
		{ 5, 0, "Finite State Machine Error" },
		{ 5, 1, "Finite State Machine Error, "
		    "Unexpected Message in OpenSent" },
		{ 6, 1, "Cease, Maximum Number of Prefixes Reached" },
		{ 6, 2, "Cease, Administrative Shutdown" },
		{ 6, 3, "Cease, Peer De-configured" },
		{ 6, 4, "Cease, Administrative Reset" },
		{ 6, 5, "Cease, Connection Rejected" },
		{ 6, 6, "Cease, Other Configuration Change" },
		{ 6, 7, "Cease, Connection Collision Resolution" },
		{ 6, 8, "Cease, Out of Resources" },
		{ 6, 9, "Cease, Hard Reset" },
		{ 6, 10, "Cease, BFD Down" },
		{ 7, 1, "ROUTE-REFRESH Message Error, "
		    "Invalid Message Length" },
		{ 8, 0, "Send Hold Timer Expired" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_described(cases[i].code, cases[i].subcode, "",
		    cases[i].text);
}

static void
assert_shutdown_data(const char *text, const char *data)
{
	struct notification n;

	notification_set_shutdown(&n, CEASE_ADMIN_SHUTDOWN, text);
	assert_int_equal(n.code, NOTIFY_CEASE);
	assert_int_equal(n.subcode, CEASE_ADMIN_SHUTDOWN);
	assert_octets(n.data, n.len, data);
}

/* RFC 9003 section 2: a length, and UTF-8. */
static void
test_shutdown_communication_octet_by_octet(void **state)
{
	char text[300];
	struct notification n;

	(void)state;
	assert_shutdown_data("", "");
	assert_shutdown_data("new cable", "09 6e6577206361626c65");
	assert_shutdown_data("k\xc3\xb6ln", "05 6bc3b66c6e");
	/* What is not UTF-8, or cannot be seen, does not leave. */
	assert_shutdown_data("a\xff\x1b", "0b 61 5c786666 5c757b31627d");
	memset(text, 'x', sizeof(text));
	text[254] = '\xc3';	/* a character that would not fit */
	text[255] = '\xb6';
	text[sizeof(text) - 1] = '\0';
	notification_set_shutdown(&n, CEASE_ADMIN_RESET, text);
	assert_int_equal(n.subcode, CEASE_ADMIN_RESET);
	assert_int_equal(n.data[0], 254);
	assert_int_equal(n.len, 255);
}

/* RFC 8538 section 3. */
static void
test_hard_reset_holds_what_it_stands_for(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification n;

	(void)state;
	notification_set_shutdown(&n, CEASE_ADMIN_SHUTDOWN, "bye");
	n.hard = true;
	notification_write(&n, true, &w);
	assert_octets(buf, w.len, MARKER "001b 03 06 09 06 02 03 627965");
	w = wire_writer(buf, sizeof(buf));
	notification_write(&n, false, &w);
	assert_octets(buf, w.len, MARKER "0019 03 06 02 03 627965");
	n.hard = false;
	w = wire_writer(buf, sizeof(buf));
	notification_write(&n, true, &w);
	assert_octets(buf, w.len, MARKER "0019 03 06 02 03 627965");
	assert_described(6, 9, "0602 03 627965", "Cease, Hard Reset, "
	    "Cease, Administrative Shutdown: \"bye\"");
	assert_described(6, 9, "06", "Cease, Hard Reset");
	assert_described(6, 9, "0609 0609 0602", "Cease, Hard Reset");
}

static void
test_unknown_codes_are_shown_as_numbers(void **state)
{
	(void)state;
	assert_described(6, 42, "", "Cease, subcode 42");
	assert_described(6, 255, "", "Cease, subcode 255");
	assert_described(0, 0, "", "code 0, subcode 0");
	assert_described(9, 1, "", "code 9, subcode 1");
	assert_described(255, 7, "", "code 255, subcode 7");
}

/* RFC 9003 section 2. */
static void
test_shutdown_communication_is_shown(void **state)
{
	(void)state;
	assert_described(6, 2, "0b 6d61696e74656e616e6365",
	    "Cease, Administrative Shutdown: \"maintenance\"");
	assert_described(6, 4, "05 6bc3b66c6e",
	    "Cease, Administrative Reset: \"k\xc3\xb6ln\"");
	assert_described(6, 2, "00", "Cease, Administrative Shutdown");
	assert_described(6, 2, "", "Cease, Administrative Shutdown");
}

static void
test_text_belongs_to_shutdown_and_reset_alone(void **state)
{
	(void)state;
	assert_described(6, 7, "02 6869",
	    "Cease, Connection Collision Resolution");
	assert_described(2, 2, "02 6869", "OPEN Message Error, Bad Peer AS");
}

static void
test_shutdown_communication_longer_than_its_message_is_left_out(void **state)
{
	(void)state;
	assert_described(6, 2, "05 6869", "Cease, Administrative Shutdown");
}

static void
test_shutdown_communication_cannot_forge_a_line(void **state)
{
	(void)state;
	assert_described(6, 2, "08 610a1b5b324a0962",
	    "Cease, Administrative Shutdown: \"a\\u{a}\\u{1b}[2J\\u{9}b\"");
	/* C1 control, right-to-left override, half a character. */
	assert_described(6, 2, "07 c29be280aec341",
	    "Cease, Administrative Shutdown: \"\\u{9b}\\u{202e}\\xc3A\"");
}

static void
test_longest_shutdown_communication_fits(void **state)
{
	struct notification n;
	char text[NOTIFICATION_TEXT_MAX];
	uint8_t data[256];

	(void)state;
	memset(data, 'x', sizeof(data));
	data[0] = 255;
	notification_set(&n, NOTIFY_CEASE, CEASE_ADMIN_SHUTDOWN, "%s", "");
	notification_set_data(&n, data, sizeof(data));
	notification_describe(&n, text, sizeof(text));
	assert_int_equal(strlen(text),
	    strlen("Cease, Administrative Shutdown: \"\"") + 255);
	assert_int_equal(text[strlen(text) - 1], '"');
}

static void
test_detail_is_for_the_log_only(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification n;
	char text[NOTIFICATION_TEXT_MAX];

	(void)state;
	notification_set(&n, NOTIFY_OPEN, OPEN_BAD_PEER_AS,
	    "AS %u instead of %u", 65002, 65001);
	assert_string_equal(notification_describe(&n, text, sizeof(text)),
	    "OPEN Message Error, Bad Peer AS (AS 65002 instead of 65001)");
	notification_write(&n, false, &w);
	assert_octets(buf, w.len, MARKER "0015 03 02 02");
}

static void
test_notification_is_written_and_read(void **state)
{
	static const uint8_t data[] = { 0x00, 0x04 };
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification error, in, out;
	struct bgp_frame frame;

	(void)state;
	notification_set(&out, NOTIFY_OPEN, OPEN_BAD_VERSION, "%s", "");
	notification_set_data(&out, data, sizeof(data));
	notification_write(&out, false, &w);
	assert_octets(buf, w.len, MARKER "0017 03 02 01 0004");
	assert_int_equal(message_frame(buf, w.len, false, &frame, &error),
	    FRAME_WHOLE);
	notification_read(frame.body, &in);
	assert_int_equal(in.code, 2);
	assert_int_equal(in.subcode, 1);
	assert_octets(in.data, in.len, "0004");
}

static void
test_longest_data_makes_the_longest_message(void **state)
{
	static uint8_t buf[BGP_MESSAGE_MAX], data[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification n;

	(void)state;
	notification_set(&n, NOTIFY_UPDATE, UPDATE_BAD_OPTIONAL, "%s", "");
	notification_set_data(&n, data, sizeof(data));
	notification_write(&n, false, &w);
	assert_false(w.failed);
	assert_int_equal(w.len, BGP_MESSAGE_MAX);
}

static void
test_description_is_cut_to_what_fits(void **state)
{
	struct notification n;
	char text[12];

	(void)state;
	notification_set(&n, NOTIFY_CEASE, CEASE_ADMIN_SHUTDOWN, "%s",
	    "detail");
	notification_set_data(&n, "\005hello", 6);
	assert_string_equal(notification_describe(&n, text, sizeof(text)),
	    "Cease, Admi");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_have_the_names_of_their_rfcs),
		cmocka_unit_test(test_shutdown_communication_octet_by_octet),
		cmocka_unit_test(test_hard_reset_holds_what_it_stands_for),
		cmocka_unit_test(test_unknown_codes_are_shown_as_numbers),
		cmocka_unit_test(test_shutdown_communication_is_shown),
		cmocka_unit_test(test_text_belongs_to_shutdown_and_reset_alone),
		cmocka_unit_test(
	    test_shutdown_communication_longer_than_its_message_is_left_out),
		cmocka_unit_test(
		    test_shutdown_communication_cannot_forge_a_line),
		cmocka_unit_test(test_longest_shutdown_communication_fits),
		cmocka_unit_test(test_detail_is_for_the_log_only),
		cmocka_unit_test(test_notification_is_written_and_read),
		cmocka_unit_test(test_longest_data_makes_the_longest_message),
		cmocka_unit_test(test_description_is_cut_to_what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
