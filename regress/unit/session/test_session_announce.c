#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/neighbor_parts.h"
#include "regress/unit/session/engine_process.h"

/* PATH2 with 4-octet AS numbers. */
#define PATH4	"40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 7f000001 "

static void
test_ipv6_waits_for_its_next_hop(void **state)
{
	struct engine_process e;
	struct packet query;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.9")->passive = true;
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	announce(&e, "2001:db8:0:1000::101/128");
	announce(&e, "10.0.0.101/32");
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	peer_expect(fd, MARKER "0030 02 0000 0014" PATH4 "20 0a000065"
	    END_OF_RIB4);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	assert_int_equal(query.hdr.peerid, 1);
	assert_int_equal(address_to_ipv4(&query.data.query.local),
	    0x7f000001);
	peer_expect_silence(fd, 50);
	answer_nexthop(&e, &query, "2001:db8::5");
	peer_expect(fd, MARKER "004e 02 0000 0037 90 0e 0026 0002 01"
	    "10 20010db8000000000000000000000005 00"
	    "80 20010db8000010000000000000000101"
	    "40 01 01 00 40 02 06 02 01 0000fc00" END_OF_RIB6);
	close(fd);
	engine_process_stop(&e);
}

/* Over IPv6 we also offer to take IPv6 next hops for IPv4 (RFC 8950). */
static void
establish_over_ipv6(int fd, const char *theirs)
{
	peer_expect(fd, MARKER "003f 01 04 fc00 005a c0000201 22 02 20"
	    "01 04 0001 00 01 01 04 0002 00 01 02 00"
	    "05 06 0001 0001 0002 06 00 41 04 0000fc00 46 00");
	peer_send(fd, theirs);
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
}

/* RFC 8950: the same next hop for both families, if the neighbor takes it. */
static void
test_ipv4_prefix_has_an_ipv6_next_hop_where_that_is_agreed(void **state)
{
	struct packet query;
	struct engine_process e;
	int fd, listening = peer_listen("::1");

	(void)state;
	engine_process_init(&e);
	memset(&e.settings.nexthop4, 0, sizeof(e.settings.nexthop4));
	add_neighbor(&e, "::1");
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_accept(listening);
	establish_over_ipv6(fd, MARKER "002d 01 04 fde9 005a 7f000002 10 02 0e"
	    "01 04 0001 00 01 05 06 0001 0001 0002");
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	answer_nexthop(&e, &query, "2001:db8::10");
	peer_expect(fd, MARKER "0040 02 0000 0029"
	    "90 0e 001a 0001 01 10 20010db8000000000000000000000010 00"
	    "20 0a000065" "40 01 01 00" "40 02 04 02 01 fc00");
	withdraw(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "001c 02 0005 20 0a000065 0000");
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

/* ::1 is no next hop for others, and there is no IPv6 address to be one. */
static void
test_session_over_ipv6(void **state)
{
	struct engine_process e;
	struct packet query;
	int fd, listening = peer_listen("::1");

	(void)state;
	engine_process_init(&e);
	memset(&e.settings.nexthop4, 0, sizeof(e.settings.nexthop4));
	add_neighbor(&e, "::1");
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_accept(listening);
	establish_over_ipv6(fd, PEER_OPEN);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	assert_int_equal(query.data.query.local.afi, AFI_IPV6);
	peer_expect_silence(fd, 50);
	answer_nexthop(&e, &query, NULL);
	peer_expect(fd, MARKER "0030 02 0000 0014 40 01 01 00"
	    "40 02 06 02 01 0000fc00 40 03 04 c0000201 20 0a000065");
	expect_log(&e, "info: session: neighbor ::1: next hop of IPv4 "
	    "prefixes is 192.0.2.1 (the router id)");
	expect_log(&e, "warning: session: neighbor ::1: IPv6 prefixes are held "
	    "back");
	assert_int_equal(show_neighbor(&e, 0).local_address.afi, AFI_IPV6);
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

#define UPDATE6(nexthop) MARKER "004e 02 0000 0037 90 0e 0026 0002 01" \
	"10" nexthop "00 80 20010db8000010000000000000000101" \
	"40 01 01 00 40 02 06 02 01 0000fc00"
#define WITHDRAWAL6	MARKER "002f 02 0000 0018 90 0f 0014 0002 01" \
	"80 20010db8000010000000000000000101"

/*
 * Without a next hop, with one, with another, without again: the neighbor hears it
 * each time, and a barrier never waits for what is held back.
 */
static void
test_family_is_held_back_while_it_has_no_next_hop(void **state)
{
	struct engine_process e;
	struct packet query;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce(&e, "2001:db8:0:1000::101/128");
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	send_barrier(&e, 1);
	expect_barrier(&e, 1);
	answer_nexthop(&e, &query, NULL);
	expect_log(&e, "warning: session: neighbor 127.0.0.2: IPv6 prefixes "
	    "are held back: the session's interface has no global IPv6 "
	    "address");
	peer_expect_silence(fd, 50);
	answer_nexthop(&e, &query, "2001:db8::5");
	peer_expect(fd, UPDATE6("20010db8000000000000000000000005"));
	answer_nexthop(&e, &query, "2001:db8::6");
	peer_expect(fd, UPDATE6("20010db8000000000000000000000006"));
	answer_nexthop(&e, &query, NULL);
	peer_expect(fd, WITHDRAWAL6);
	assert_int_equal(show_neighbor(&e, 0).sent_prefixes, 0);
	withdraw(&e, "2001:db8:0:1000::101/128");
	send_barrier(&e, 2);
	expect_barrier(&e, 2);
	peer_expect_silence(fd, 50);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 4724: a router drops with it what it kept; RFC 4862: address detection. */
static void
test_end_of_rib_waits_for_a_next_hop(void **state)
{
	struct engine_process e;
	struct packet query;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce(&e, "2001:db8:0:1000::101/128");
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	peer_expect(fd, END_OF_RIB4);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	answer_nexthop(&e, &query, NULL);
	peer_expect_silence(fd, 50);
	answer_nexthop(&e, &query, "2001:db8::5");
	peer_expect(fd, UPDATE6("20010db8000000000000000000000005")
	    END_OF_RIB6);
	close(fd);
	engine_process_stop(&e);
}

#define P6	"2001:db8:0:1000::101/128"

/* Two neighbors; one of them took IPv4 alone. */
static void
test_each_neighbor_says_what_it_has_of_a_prefix(void **state)
{
	struct control_advertisement a;
	struct neighbor_settings *n;
	struct engine_process e;
	struct packet query;
	struct address next = address("2001:db8::5");
	int fd, other;

	(void)state;
	engine_process_init(&e);
	n = add_neighbor(&e, "127.0.0.2");
	n->passive = true;
	n->has_med = true;
	n->med = 7;
	n->prepend = 1;
	add_neighbor(&e, "127.0.0.3")->passive = true;
	engine_process_start(&e);
	announce(&e, P6);
	assert_int_equal(show_told(&e).neighbors[ADVERTISEMENT_NO_SESSION], 2);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	other = peer_connect("127.0.0.3");
	peer_establish(other, MARKER "001d 01 04 fde9 005a 7f000003 00");
	expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	answer_nexthop(&e, &query, NULL);
	expect_log(&e, "IPv6 prefixes are held back");
	a = show_advertisement(&e, P6, 0);
	assert_int_equal(a.state, ADVERTISEMENT_HELD);
	assert_non_null(strstr(a.reason, "no global IPv6 address"));
	assert_false(address_is_set(&a.nexthop));
	assert_int_equal(show_advertisement(&e, P6, 1).state,
	    ADVERTISEMENT_NOT_NEGOTIATED);
	answer_nexthop(&e, &query, "2001:db8::5");
	expect_log(&e, "next hop of IPv6 prefixes is 2001:db8::5");
	a = show_advertisement(&e, P6, 0);
	assert_int_equal(a.state, ADVERTISEMENT_ANNOUNCED);
	assert_int_equal(address_cmp(&a.nexthop, &next), 0);
	assert_int_equal(a.path_length, 2);
	assert_int_equal(a.as, 64512);
	assert_true(a.has_med && a.med == 7 && !a.has_local_pref);
	assert_int_equal(show_told(&e).neighbors[ADVERTISEMENT_ANNOUNCED], 1);
	assert_int_equal(
	    show_told(&e).neighbors[ADVERTISEMENT_NOT_NEGOTIATED], 1);
	withdraw(&e, P6);
	send_barrier(&e, 1);
	expect_barrier(&e, 1);
	assert_int_equal(show_advertisement(&e, P6, 0).state, 0);
	close(fd);
	close(other);
	engine_process_stop(&e);
}

static void
test_session_whose_local_address_has_gone_is_ended(void **state)
{
	struct nexthop_answer gone;
	struct engine_process e;
	struct packet query;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	memset(&gone, 0, sizeof(gone));
	gone.local = query.data.query.local;
	/* As for an address that the host answers for without having it. */
	send_packet(e.rde, MSG_RDE_NEXTHOP, 0, &gone, sizeof(gone));
	peer_expect_silence(fd, LOCAL_GONE_MS + 200);
	/* Put back in time. */
	answer_nexthop(&e, &query, NULL);
	send_packet(e.rde, MSG_RDE_NEXTHOP, 0, &gone, sizeof(gone));
	answer_nexthop(&e, &query, NULL);
	peer_expect_silence(fd, LOCAL_GONE_MS + 200);
	send_packet(e.rde, MSG_RDE_NEXTHOP, 0, &gone, sizeof(gone));
	peer_expect(fd, MARKER "0015 03 06 06");
	expect_log(&e, "warning: session: neighbor 127.0.0.2: the session's "
	    "local address 127.0.0.1 is no address of this host any more");
	close(fd);
	fd = peer_connect("127.0.0.2");		/* it may come at once */
	peer_establish(fd, PEER_OPEN);
	close(fd);
	engine_process_stop(&e);
}

/* A neighbor that can IPv4 multicast alone; the session stays up. */
static void
test_no_family_in_common_is_no_reason_to_refuse(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce(&e, "10.0.0.101/32");
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, MARKER "0025 01 04 fde9 005a 7f000002"
	    "08 02 06 01 04 0001 00 02");
	expect_log(&e, "warning: session: neighbor 127.0.0.2: no address "
	    "family in common");
	peer_expect_silence(fd, 50);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_ESTABLISHED);
	close(fd);
	engine_process_stop(&e);
}

static void
test_route_refresh_sends_the_family_again(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_established("127.0.0.2");
	peer_expect(fd, ANNOUNCEMENT);
	peer_send(fd, MARKER "0017 05 0001 00 01");
	peer_expect(fd, ANNOUNCEMENT);
	peer_send(fd, MARKER "0017 05 0002 00 01");
	peer_expect_silence(fd, 50);
	close(fd);
	engine_process_stop(&e);
}

/* Received routes are counted and make no difference to anything else. */
static void
test_routes_of_the_neighbor_are_counted(void **state)
{
	struct control_neighbor shown;
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	peer_send(fd, MARKER "0032 02 0000 0012"
	    "40 01 01 00 40 02 04 02 01 fde9 40 03 04 7f000002"
	    "18 c63364 18 c63365 00");
	/* In pieces, and treated as withdrawn: ORIGIN is 9. */
	peer_send(fd, MARKER "002a 02 0000");
	pause_ms(20);
	peer_send(fd, "0012 40 01 01 09 40 02 04 02 01 fde9 40 03 04");
	pause_ms(20);
	peer_send(fd, "7f000002 00" KEEPALIVE);
	expect_log(&e, "neighbor 127.0.0.2: UPDATE: ORIGIN: unknown value: "
	    "its prefixes count as withdrawn (RFC 7606)");
	shown = show_neighbor(&e, 0);
	assert_int_equal(shown.state, BGP_ESTABLISHED);
	assert_int_equal(shown.received_prefixes, 3);
	assert_int_equal(shown.updates_received, 2);
	assert_int_equal(shown.messages_received, 5);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 7607, as it came from a real speaker; one line for any number of them. */
static void
test_as_0_in_an_update_is_logged(void **state)
{
	struct control_neighbor shown;
	struct engine_process e;
	int fd, i;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, OUR_OPEN);
	peer_send(fd, PEER_OPEN KEEPALIVE);
	peer_expect(fd, KEEPALIVE);
	for (i = 0; i < 100; i++) {
		peer_send(fd, MARKER "0037 02 0000 001c 40 01 01 00 40 02 0e "
		    "02 03 0000fde9 00000000 0000fdea 40 03 04 0a0afffe "
		    "18 c63364");
		peer_send(fd, MARKER "003a 02 0000 001f 40 01 01 00 40 02 06 "
		    "02 01 0000fde9 40 03 04 0a0afffe "
		    "c0 07 08 00000000 01010101 18 c63364");
	}
	do
		shown = show_neighbor(&e, 0);
	while (shown.updates_received < 200);
	assert_int_equal(shown.state, BGP_ESTABLISHED);
	assert_int_equal(shown.received_prefixes, 100);
	expect_log_times(&e, "neighbor 127.0.0.2: UPDATE: AS_PATH: AS 0 in "
	    "it: its prefixes count as withdrawn (RFC 7606)", 1);
	expect_log_times(&e, "neighbor 127.0.0.2: UPDATE: AGGREGATOR: AS 0 "
	    "in it: the attribute is ignored (RFC 7606)", 1);
	close(fd);
	engine_process_stop(&e);
}

/*
 * Many prefixes, and neighbors that do not read.
 */

#define MANY	100000

static void
announce_many(struct engine_process *e, uint32_t n)
{
	struct announcement list[ANNOUNCEMENTS_PER_MESSAGE];
	struct address addr;
	uint32_t i, filled = 0;

	memset(list, 0, sizeof(list));
	for (i = 0; i < n; i++) {
		addr = address_from_ipv4(0x0a000000 + i);
		assert_int_equal(prefix_make(&addr, 32,
		    &list[filled++].prefix), 0);
		if (filled == ANNOUNCEMENTS_PER_MESSAGE || i == n - 1) {
			send_packet(e->rde, MSG_RDE_ANNOUNCE, 0, list,
			    filled * sizeof(list[0]));
			filled = 0;
		}
	}
}

/* Reads UPDATEs until n prefixes or more were announced.  Returns how many. */
static unsigned int
read_updates(int fd, uint32_t n)
{
	static uint8_t message[4096];
	unsigned int updates = 0;
	uint32_t count = 0;
	size_t at, len;

	while (count < n) {
		peer_read(fd, message, 19);
		len = (size_t)(message[16] << 8 | message[17]);
		assert_in_range(len, 23, 4096);
		assert_int_equal(message[18], 2);
		peer_read(fd, &message[19], len - 19);
		at = 23 + (size_t)(message[21] << 8 | message[22]);
		for (; at < len; at += 1 + (message[at] + 7u) / 8)
			count++;
		updates++;
	}
	return updates;
}

static void
test_slow_neighbor_delays_nobody_but_the_barrier(void **state)
{
	struct engine_process e;
	const int little = 4096;
	int fast, slow;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	add_neighbor(&e, "127.0.0.3")->passive = true;
	engine_process_start(&e);
	slow = peer_socket("127.0.0.2");
	assert_int_equal(setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &little,
	    sizeof(little)), 0);
	assert_int_equal(connect_to_us(slow), 0);
	peer_establish(slow, PLAIN_OPEN);
	fast = peer_established("127.0.0.3");
	send_barrier(&e, 1);
	expect_barrier(&e, 1);
	announce_many(&e, MANY);
	announce_many(&e, MANY);	/* no change */
	send_barrier(&e, 2);
	read_updates(fast, MANY);
	peer_expect_silence(fast, 100);
	assert_false(readable_within(e.rde, 100));
	withdraw(&e, "10.0.0.0/32");
	peer_expect(fast, MARKER "001c 02 0005 20 0a000000 0000");
	read_updates(slow, 1000);
	assert_true(show_neighbor(&e, 0).sent_prefixes < MANY);
	close(slow);
	expect_barrier(&e, 2);
	send_barrier(&e, 3);
	expect_barrier(&e, 3);
	close(fast);
	engine_process_stop(&e);
}

static void
test_new_session_gets_all_prefixes_in_as_few_updates_as_hold_them(
    void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce_many(&e, MANY);
	send_barrier(&e, 1);
	expect_barrier(&e, 1);
	fd = peer_established("127.0.0.2");
	/* 811 of 5 octets fit, since AS_PATH is 2 octets shorter. */
	assert_int_equal(read_updates(fd, MANY), (MANY + 810) / 811);
	close(fd);
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_ipv6_waits_for_its_next_hop),
		ENGINE_TEST(test_session_over_ipv6),
		ENGINE_TEST(
		    test_ipv4_prefix_has_an_ipv6_next_hop_where_that_is_agreed),
		ENGINE_TEST(test_family_is_held_back_while_it_has_no_next_hop),
		ENGINE_TEST(test_end_of_rib_waits_for_a_next_hop),
		ENGINE_TEST(test_each_neighbor_says_what_it_has_of_a_prefix),
		ENGINE_TEST(
		    test_session_whose_local_address_has_gone_is_ended),
		ENGINE_TEST(test_no_family_in_common_is_no_reason_to_refuse),
		ENGINE_TEST(test_route_refresh_sends_the_family_again),
		ENGINE_TEST(test_routes_of_the_neighbor_are_counted),
		ENGINE_TEST(test_as_0_in_an_update_is_logged),
		ENGINE_TEST(test_slow_neighbor_delays_nobody_but_the_barrier),
		ENGINE_TEST(
	    test_new_session_gets_all_prefixes_in_as_few_updates_as_hold_them),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
