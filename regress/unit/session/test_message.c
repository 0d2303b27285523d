#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/message.h"
#include "common/prefix.h"
#include "regress/unit/session/octets.h"

static void
test_keepalive_is_a_header_alone(void **state)
{
	uint8_t buf[BGP_HEADER_SIZE];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	message_write_keepalive(&w);
	assert_false(w.failed);
	assert_octets(buf, w.len, MARKER "0013 04");
}

static void
test_message_is_partial_until_its_end(void **state)
{
	const struct octets in = octets(MARKER "0017 05 0001 00 01" "ff");
	struct notification error;
	struct bgp_frame frame;
	size_t i;

	(void)state;
	for (i = 0; i < 23; i++)
		assert_int_equal(message_frame(in.data, i, false, &frame, &error),
		    FRAME_PARTIAL);
	for (; i <= in.len; i++) {
		assert_int_equal(message_frame(in.data, i, false, &frame, &error),
		    FRAME_WHOLE);
		assert_int_equal(frame.type, BGP_ROUTE_REFRESH);
		assert_int_equal(frame.size, 23);
		assert_int_equal(wire_left(&frame.body), 4);
	}
}

/* RFC 4271 section 6.1. */
static void
test_bad_header_is_refused_as_soon_as_it_is_there(void **state)
{
	static const struct {
		const char *header;
		uint8_t subcode;
		const char *data;
	} cases[] = {
		{ "ffffffffffffffff fffffffffffffffe 0013 04", 1, "" },
		{ "00000000000000000000000000000000 0013 04", 1, "" },
		{ MARKER "0012 04", 2, "0012" },
		{ MARKER "1001 02", 2, "1001" },
		{ MARKER "ffff 02", 2, "ffff" },
		{ MARKER "001c 01", 2, "001c" },
		{ MARKER "0016 02", 2, "0016" },
		{ MARKER "0014 03", 2, "0014" },
		{ MARKER "0014 04", 2, "0014" },
		{ MARKER "0013 00", 3, "00" },
		{ MARKER "0013 06", 3, "06" },
		{ MARKER "0013 ff", 3, "ff" },
	};
	struct notification error;
	struct bgp_frame frame;
	struct octets in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		in = octets(cases[i].header);
		assert_int_equal(message_frame(in.data, in.len, false, &frame,
		    &error), FRAME_BAD);
		assert_int_equal(error.code, NOTIFY_HEADER);
		assert_int_equal(error.subcode, cases[i].subcode);
		assert_octets(error.data, error.len, cases[i].data);
	}
}

static void
test_longest_message_is_taken(void **state)
{
	static uint8_t buf[BGP_MESSAGE_MAX];
	const struct octets header = octets(MARKER "1000 02");
	struct notification error;
	struct bgp_frame frame;

	(void)state;
	memcpy(buf, header.data, header.len);
	assert_int_equal(message_frame(buf, sizeof(buf) - 1, false, &frame, &error),
	    FRAME_PARTIAL);
	assert_int_equal(message_frame(buf, sizeof(buf), false, &frame, &error),
	    FRAME_WHOLE);
	assert_int_equal(wire_left(&frame.body), 4096 - 19);
}

static void
test_route_refresh_names_a_family_of_ours(void **state)
{
	static const struct {
		const char *body;
		uint8_t afi;
	} cases[] = {
		{ "0001 00 01", AFI_IPV4 },
		{ "0002 00 01", AFI_IPV6 },
		{ "0001 00 02", AFI_NONE },	/* multicast */
		{ "0019 00 41", AFI_NONE },	/* L2VPN */
		{ "0101 00 01", AFI_NONE },
		{ "0001 01 01", AFI_NONE },	/* RFC 7313, BoRR */
	};
	struct octets in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		in = octets(cases[i].body);
		assert_int_equal(message_read_route_refresh(
		    wire_reader(in.data, in.len)), cases[i].afi);
	}
}

static enum frame_outcome
frame_of(uint8_t type, uint16_t length, bool extended)
{
	static uint8_t buf[BGP_EXTENDED_MAX];
	struct notification error;
	struct bgp_frame frame;

	memset(buf, 0xff, 16);
	buf[16] = (uint8_t)(length >> 8);
	buf[17] = (uint8_t)length;
	buf[18] = type;
	return message_frame(buf, length, extended, &frame, &error);
}

/* RFC 8654 section 4. */
static void
test_extended_messages_are_taken_if_agreed_but_for_open_and_keepalive(
    void **state)
{
	(void)state;
	assert_int_equal(frame_of(BGP_UPDATE, 4097, false), FRAME_BAD);
	assert_int_equal(frame_of(BGP_UPDATE, 4097, true), FRAME_WHOLE);
	assert_int_equal(frame_of(BGP_UPDATE, 65535, true), FRAME_WHOLE);
	assert_int_equal(frame_of(BGP_NOTIFICATION, 65535, true), FRAME_WHOLE);
	assert_int_equal(frame_of(BGP_OPEN, 4096, true), FRAME_WHOLE);
	assert_int_equal(frame_of(BGP_OPEN, 4097, true), FRAME_BAD);
	assert_int_equal(frame_of(BGP_KEEPALIVE, 20, true), FRAME_BAD);
	assert_int_equal(frame_of(BGP_ROUTE_REFRESH, 4097, true), FRAME_BAD);
	assert_int_equal(frame_of(BGP_UPDATE, 22, true), FRAME_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keepalive_is_a_header_alone),
		cmocka_unit_test(test_message_is_partial_until_its_end),
		cmocka_unit_test(
		    test_bad_header_is_refused_as_soon_as_it_is_there),
		cmocka_unit_test(test_longest_message_is_taken),
		cmocka_unit_test(test_route_refresh_names_a_family_of_ours),
		cmocka_unit_test(
		    test_extended_messages_are_taken_if_agreed_but_for_open_and_keepalive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
