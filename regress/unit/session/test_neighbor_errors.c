/*
 * What a neighbor does wrong, and the NOTIFICATION that it gets for it: octets in,
 * octets out, through the whole engine.  Each case has a neighbor of its own, for
 * connections of one are damped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

struct error_case {
	const char *sent;
	const char *answer;	/* NOTIFICATION from its code on */
	const char *log;	/* after "sent NOTIFICATION: " */
};

static const char *
case_address(size_t i)
{
	static char text[32];

	snprintf(text, sizeof(text), "127.0.1.%zu", i + 1);
	return text;
}

static void
start_with_neighbors(struct engine_process *e, size_t n)
{
	size_t i;

	engine_process_init(e);
	for (i = 0; i < n; i++)
		add_neighbor(e, case_address(i))->passive = true;
	engine_process_start(e);
}

/* A NOTIFICATION with this code, subcode and data, then the end. */
static void
expect_notification(int fd, const char *hex)
{
	const struct octets o = octets(hex);
	uint8_t header[19], body[OCTETS_MAX];

	peer_read(fd, header, sizeof(header));
	assert_octets(header, 16, MARKER);
	assert_int_equal(header[16] << 8 | header[17], 19 + o.len);
	assert_int_equal(header[18], 3);
	peer_read(fd, body, o.len);
	assert_memory_equal(body, o.data, o.len);
	peer_expect_closed(fd);
}

static void
expect_trouble(struct engine_process *e, size_t i, const char *text)
{
	char line[512];

	snprintf(line, sizeof(line), "warning: session: neighbor %s: "
	    "sent NOTIFICATION: %s\n", case_address(i), text);
	expect_log(e, line);
	snprintf(line, sizeof(line), "sent NOTIFICATION: %s", text);
	assert_string_equal(show_neighbor(e, i).last_error, line);
}

static void
run_cases(const struct error_case *cases, size_t n, const char *before)
{
	struct engine_process e;
	unsigned int descriptors;
	size_t i;
	int fd;

	start_with_neighbors(&e, n);
	show_neighbor(&e, 0);
	descriptors = count_descriptors(&e);
	for (i = 0; i < n; i++) {
		fd = peer_connect(case_address(i));
		peer_expect(fd, OUR_OPEN);
		if (before[0] != '\0') {
			peer_send(fd, before);
			peer_expect(fd, KEEPALIVE);
		}
		peer_send(fd, cases[i].sent);
		expect_notification(fd, cases[i].answer);
		expect_trouble(&e, i, cases[i].log);
	}
	expect_descriptors(&e, descriptors);
	engine_process_stop(&e);
}
#define RUN_CASES(cases, before) \
	run_cases(cases, sizeof(cases) / sizeof(cases[0]), before)

static void
test_errors_in_opensent(void **state)
{
	static const struct error_case cases[] = {
		{ "474554202f20485454502f312e310d0a0d0a 0000",
		    "01 01", "Message Header Error, Connection Not "
		    "Synchronized (marker is not all ones)" },
		{ MARKER "1001 01", "01 02 1001",
		    "Message Header Error, Bad Message Length "
		    "(message of 4097 bytes)" },
		{ MARKER "001c 01", "01 02 001c",
		    "Message Header Error, Bad Message Length "
		    "(OPEN of 28 bytes)" },
		{ MARKER "0013 09", "01 03 09",
		    "Message Header Error, Bad Message Type (type 9)" },
		{ MARKER "001d 01 03 fde9 005a 7f000002 00", "02 01 0004",
		    "OPEN Message Error, Unsupported Version Number "
		    "(version 3)" },
		{ MARKER "001d 01 04 fdea 005a 7f000002 00", "02 02",
		    "OPEN Message Error, Bad Peer AS "
		    "(it is AS 65002, remote-as here is 65001)" },
		{ MARKER "001d 01 04 fde9 005a 00000000 00", "02 03",
		    "OPEN Message Error, Bad BGP Identifier (it is 0)" },
		{ MARKER "0020 01 04 fde9 005a 7f000002 03 01 01 00", "02 04",
		    "OPEN Message Error, Unsupported Optional Parameter "
		    "(parameter 1)" },
		{ MARKER "001d 01 04 fde9 0001 7f000002 00", "02 06",
		    "OPEN Message Error, Unacceptable Hold Time (1 s)" },
		{ MARKER "001d 01 04 fde9 0002 7f000002 00", "02 06",
		    "OPEN Message Error, Unacceptable Hold Time (2 s)" },
		{ MARKER "001d 01 04 fde9 005a 7f000002 05", "02 00",
		    "OPEN Message Error, Unspecific "
		    "(lengths of optional parameters do not agree)" },
		{ KEEPALIVE, "05 01 04",
		    "Finite State Machine Error, Unexpected Message in "
		    "OpenSent (KEEPALIVE)" },
		{ MARKER "0017 02 0000 0000", "05 01 02",
		    "Finite State Machine Error, Unexpected Message in "
		    "OpenSent (UPDATE)" },
		{ MARKER "0017 05 0001 00 01", "05 01 05",
		    "Finite State Machine Error, Unexpected Message in "
		    "OpenSent (ROUTE-REFRESH)" },
	};

	(void)state;
	RUN_CASES(cases, "");
}

static void
test_errors_in_openconfirm(void **state)
{
	static const struct error_case cases[] = {
		{ PLAIN_OPEN, "05 02 01",
		    "Finite State Machine Error, Unexpected Message in "
		    "OpenConfirm (OPEN)" },
		{ MARKER "0017 02 0000 0000", "05 02 02",
		    "Finite State Machine Error, Unexpected Message in "
		    "OpenConfirm (UPDATE)" },
		{ MARKER "0014 04", "01 02 0014",
		    "Message Header Error, Bad Message Length "
		    "(KEEPALIVE of 20 bytes)" },
	};

	(void)state;
	RUN_CASES(cases, PLAIN_OPEN);
}

/* The neighbor has negotiated both families and 4-octet AS numbers. */
static void
test_errors_in_established(void **state)
{
	static const struct error_case cases[] = {
		{ KEEPALIVE PLAIN_OPEN, "05 03 01",
		    "Finite State Machine Error, Unexpected Message in "
		    "Established (OPEN)" },
		{ KEEPALIVE MARKER "0017 02 0001 0000", "03 01",
		    "UPDATE Message Error, Malformed Attribute List "
		    "(lengths of its parts do not agree)" },
		{ KEEPALIVE MARKER "001b 02 0000 0004 40 63 01 00",
		    "03 02 40 63 01 00",
		    "UPDATE Message Error, Unrecognized Well-known Attribute "
		    "(attribute 99: not optional and not known)" },
		{ KEEPALIVE MARKER "0020 02 0000 0009"
		    "80 0f 06 0002 01 81 20 01",
		    "03 09 80 0f 06 0002 01 81 20 01",
		    "UPDATE Message Error, Optional Attribute Error "
		    "(MP_UNREACH_NLRI: malformed prefix)" },
		{ KEEPALIVE MARKER "0018 02 0001 21 0000", "03 0a",
		    "UPDATE Message Error, Invalid Network Field "
		    "(malformed prefix in withdrawn routes)" },
		{ KEEPALIVE MARKER "0018 02 0000 0000 ff", "03 0a",
		    "UPDATE Message Error, Invalid Network Field "
		    "(malformed prefix in NLRI)" },
		{ KEEPALIVE MARKER "001b 02 0000 0004 40 01 01 09", "03 01",
		    "UPDATE Message Error, Malformed Attribute List "
		    "(ORIGIN: unknown value)" },
		{ KEEPALIVE MARKER "0018 05 0001 00 01 00", "01 02 0018",
		    "Message Header Error, Bad Message Length "
		    "(ROUTE-REFRESH of 24 bytes)" },
		{ KEEPALIVE MARKER "0018 05 0001 01 01 00", "01 02 0018",
		    "Message Header Error, Bad Message Length "
		    "(ROUTE-REFRESH of 24 bytes)" },
	};

	(void)state;
	RUN_CASES(cases, PEER_OPEN);
}

/* RFC 7313 section 5, with a neighbor that has negotiated it. */
static void
test_errors_in_enhanced_refresh(void **state)
{
	static const struct error_case cases[] = {
		{ KEEPALIVE MARKER "0018 05 0001 01 01 00",
		    "07 01" MARKER "0018 05 0001 01 01 00",
		    "ROUTE-REFRESH Message Error, Invalid Message Length "
		    "(24 bytes)" },
		{ KEEPALIVE MARKER "0016 05 0002 02",
		    "07 01" MARKER "0016 05 0002 02",
		    "ROUTE-REFRESH Message Error, Invalid Message Length "
		    "(22 bytes)" },
		{ KEEPALIVE MARKER "0013 05", "01 02 0013",
		    "Message Header Error, Bad Message Length "
		    "(ROUTE-REFRESH of 19 bytes)" },
		{ KEEPALIVE MARKER "0018 05 0001 00 01 00", "01 02 0018",
		    "Message Header Error, Bad Message Length "
		    "(ROUTE-REFRESH of 24 bytes)" },
	};

	(void)state;
	RUN_CASES(cases, MARKER "0023 01 04 fde9 005a 7f000002 06 02 04 02 00 "
	    "46 00 ");
}

/* A session of ours, where identifiers must differ. */
static void
test_internal_neighbor_with_our_identifier_is_refused(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, case_address(0))->remote_as = 64512;
	e.neighbors[0].passive = true;
	engine_process_start(&e);
	fd = peer_connect(case_address(0));
	peer_expect(fd, OUR_OPEN);
	peer_send(fd, MARKER "001d 01 04 fc00 005a c0000201 00");
	expect_notification(fd, "02 03");
	expect_trouble(&e, 0, "OPEN Message Error, Bad BGP Identifier "
	    "(it is ours)");
	engine_process_stop(&e);
}

static void
test_notification_of_the_neighbor_is_shown_in_words(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start_with_neighbors(&e, 1);
	fd = peer_connect(case_address(0));
	peer_establish(fd, PLAIN_OPEN);
	peer_send(fd, MARKER "001b 03 06 02 05 626f6f0a21");
	peer_expect_closed(fd);
	expect_log(&e, "warning: session: neighbor 127.0.1.1: received "
	    "NOTIFICATION: Cease, Administrative Shutdown: \"boo\\u{a}!\"\n");
	expect_log(&e, "info: session: neighbor 127.0.1.1: session down\n");
	assert_string_equal(show_neighbor(&e, 0).last_error, "received "
	    "NOTIFICATION: Cease, Administrative Shutdown: \"boo\\u{a}!\"");
	assert_int_equal(show_neighbor(&e, 0).families, 0);
	engine_process_stop(&e);
}

static const struct control_notification *
received(struct engine_process *e)
{
	static struct control_neighbor row;

	row = show_neighbor(e, 0);
	assert_int_equal(row.received.present, 1);
	return &row.received;
}

/* The neighbor goes for maintenance, and refuses connections from then on. */
static void
test_reason_of_the_end_outlives_errors_of_tcp(void **state)
{
	struct control_neighbor row;
	struct engine_process e;
	unsigned int waited;
	int fd, listening;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	listening = listen_on("127.0.0.2", PEER_PORT);
	engine_process_start(&e);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	close(listening);
	peer_send(fd, MARKER "002d 03 06 02 17 "
	    "6d61696e74656e616e636520756e74696c2031343a3030");
	peer_expect_closed(fd);
	for (waited = 0; waited < PATIENCE_MS; waited += 20) {
		row = show_neighbor(&e, 0);
		if (strcmp(row.last_error, "connect: Connection refused") == 0)
			break;
		pause_ms(20);
	}
	assert_string_equal(row.last_error, "connect: Connection refused");
	assert_int_equal(row.received.code, 6);
	assert_int_equal(row.received.subcode, 2);
	assert_string_equal(row.received.text, "Cease, Administrative "
	    "Shutdown: \"maintenance until 14:00\"");
	assert_true(row.received.seconds >= row.last_error_seconds);
	assert_true(row.received.seconds < 60);
	assert_int_equal(row.sent.present, 0);
	engine_process_stop(&e);
}

/* RFC 4271 section 6.2, RFC 9234: it says just "no", and we what of. */
static void
test_errors_of_an_open_name_both_settings(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	e.neighbors[0].role = ROLE_CUSTOMER;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_send(fd, MARKER "0015 03 02 02");
	expect_log(&e, "received NOTIFICATION: OPEN Message Error, Bad Peer "
	    "AS (we are AS 64512, remote-as here is 65001)\n");
	close(fd);
	fd = peer_connect("127.0.0.2");
	peer_send(fd, PLAIN_OPEN MARKER "0015 03 02 02");
	expect_log(&e, "Bad Peer AS (we are AS 64512, it is AS 65001, "
	    "remote-as here is 65001)\n");
	close(fd);
	fd = peer_connect("127.0.0.2");
	peer_send(fd, MARKER "0022 01 04 fde9 005a 7f000002 05 02 03 09 01 04 "
	    KEEPALIVE);
	expect_log(&e, "sent NOTIFICATION: OPEN Message Error, Role Mismatch "
	    "(it is peer, role here is customer)\n");
	assert_int_equal(show_neighbor(&e, 0).sent.code, 2);
	assert_int_equal(show_neighbor(&e, 0).sent.subcode, 11);
	close(fd);
	fd = peer_connect("127.0.0.2");
	peer_send(fd, MARKER "0015 03 02 0b");
	expect_log(&e, "received NOTIFICATION: OPEN Message Error, Role "
	    "Mismatch (it is of a role not told, role here is customer)\n");
	assert_string_equal(received(&e)->text, "OPEN Message Error, Role "
	    "Mismatch (it is of a role not told, role here is customer)");
	close(fd);
	engine_process_stop(&e);
}

/* Packets with the wrong TCP MD5 signature, or none, are just dropped. */
static void
test_silence_hints_at_the_password(void **state)
{
	static const char *const passwords[] = { "secret", "" };
	static const char *const errors[] = {
		"neighbor 127.0.0.2: connect: no answer; a password is set here",
		"neighbor 127.0.0.2: connect: no answer; no password is set here",
	};
	struct engine_process e;
	int listening;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		listening = listen_on("127.0.0.2", PEER_PORT);
		peer_set_password(listening, OUR_ADDRESS, "another");
		engine_process_init(&e);
		e.listens = false;
		set_password(&e, add_neighbor(&e, "127.0.0.2"), passwords[i]);
		engine_process_start(&e);
		expect_log(&e, errors[i]);
		assert_int_equal(show_neighbor(&e, 0).password, i == 0);
		engine_process_stop(&e);
		close(listening);
	}
}

/* An error that comes again at each attempt is one line, not one a second. */
static void
test_trouble_that_repeats_is_logged_once(void **state)
{
	const char *line, *log;
	struct engine_process e;
	int fd, i;

	(void)state;
	start_with_neighbors(&e, 1);
	for (i = 0; i < 3; i++) {
		fd = peer_connect(case_address(0));
		peer_expect(fd, OUR_OPEN);
		peer_send(fd, MARKER "001d 01 04 fdea 005a 7f000002 00");
		expect_notification(fd, "02 02");
	}
	log = engine_process_log(&e);
	line = strstr(log, "warning: session: neighbor 127.0.1.1");
	assert_non_null(line);
	assert_null(strstr(line + 1, "warning: "));
	line = strstr(log, "debug: session: neighbor 127.0.1.1: sent NOTIF");
	assert_non_null(line);
	engine_process_stop(&e);
}

/*
 * Bytes that the neighbor sent after its mistake are no reason for a reset that
 * would overtake the NOTIFICATION.
 */
static void
test_notification_arrives_although_more_was_sent(void **state)
{
	static uint8_t much[1 << 20];
	struct engine_process e;
	int fd;

	(void)state;
	start_with_neighbors(&e, 1);
	fd = peer_connect(case_address(0));
	peer_expect(fd, OUR_OPEN);
	assert_int_equal(send(fd, much, sizeof(much), 0), sizeof(much));
	expect_notification(fd, "01 01");
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_errors_in_opensent),
		ENGINE_TEST(test_errors_in_openconfirm),
		ENGINE_TEST(test_errors_in_established),
		ENGINE_TEST(test_errors_in_enhanced_refresh),
		ENGINE_TEST(
		    test_internal_neighbor_with_our_identifier_is_refused),
		ENGINE_TEST(test_reason_of_the_end_outlives_errors_of_tcp),
		ENGINE_TEST(test_errors_of_an_open_name_both_settings),
		ENGINE_TEST(test_silence_hints_at_the_password),
		ENGINE_TEST(
		    test_notification_of_the_neighbor_is_shown_in_words),
		ENGINE_TEST(test_trouble_that_repeats_is_logged_once),
		ENGINE_TEST(test_notification_arrives_although_more_was_sent),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
