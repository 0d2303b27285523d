#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

/* Towards a neighbor that speaks IPv4 and 2-octet AS numbers; from 127.0.0.1. */
#define PATH2	"40 01 01 00 40 02 04 02 01 fc00 40 03 04 7f000001 "
/* The same with 4-octet AS numbers. */
#define PATH4	"40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 7f000001 "

static void
test_session_that_we_open_from_start_to_end(void **state)
{
	struct engine_process e;
	struct control_neighbor shown;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	strlcpy(add_neighbor(&e, "127.0.0.2")->description, "rack 12",
	    SETTINGS_DESCRIPTION_MAX);
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	peer_expect_silence(fd, 50);
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	peer_expect(fd, END_OF_RIB4);
	withdraw(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "001c 02 0005 20 0a000065 0000");
	announce(&e, "172.23.0.0/16");
	peer_expect(fd, MARKER "002c 02 0000 0012" PATH2 "10 ac17");

	shown = show_neighbor(&e, 0);
	assert_int_equal(shown.state, BGP_ESTABLISHED);
	assert_string_equal(shown.description, "rack 12");
	assert_int_equal(shown.remote_as, 65001);
	assert_int_equal(shown.families, NEIGHBOR_IPV4);
	assert_int_equal(shown.router_id, 0x7f000002);
	assert_int_equal(shown.hold_time, 90);
	assert_int_equal(shown.sent_prefixes, 1);
	assert_int_equal(shown.updates_sent, 4);
	assert_int_equal(shown.messages_sent, 6);
	assert_int_equal(shown.messages_received, 2);
	assert_int_equal(shown.times_established, 1);
	assert_int_equal(address_to_ipv4(&shown.local_address), 0x7f000001);
	assert_string_equal(shown.last_error, "");

	send_packet(e.parent, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	peer_expect(fd, MARKER "0015 03 06 02");
	peer_expect_closed(fd);
	engine_process_stop(&e);
	close(listening);
}

static void
test_session_that_the_neighbor_opens(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(fd);
	engine_process_stop(&e);
}

static void
test_passive_neighbor_is_never_connected_to(void **state)
{
	struct engine_process e;
	int listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	assert_false(readable_within(listening, 1200));
	assert_int_equal(show_neighbor(&e, 0).state, BGP_ACTIVE);
	engine_process_stop(&e);
	close(listening);
}

static void
test_stranger_is_refused_and_logged(void **state)
{
	struct engine_process e;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	peer_expect_closed(peer_connect("127.0.0.3"));
	expect_log(&e, "warning: session: refused a connection from "
	    "127.0.0.3, which is no neighbor");
	engine_process_stop(&e);
}

/* RFC 4271 section 6.8: 127.0.0.2 is below 192.0.2.1, so what we opened stays. */
static void
test_of_two_connections_the_one_of_the_higher_identifier_stays(void **state)
{
	struct engine_process e;
	int in, listening = peer_listen("127.0.0.2"), out;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	engine_process_start(&e);
	out = peer_accept(listening);
	in = peer_connect("127.0.0.2");
	peer_expect(out, OUR_OPEN);
	peer_expect(in, OUR_OPEN);
	peer_send(in, PLAIN_OPEN);
	peer_expect(in, KEEPALIVE);
	peer_send(out, PLAIN_OPEN);
	peer_expect(in, MARKER "0015 03 06 07");
	peer_expect_closed(in);
	peer_expect(out, KEEPALIVE);
	peer_send(out, KEEPALIVE);
	announce(&e, "10.0.0.101/32");
	peer_expect(out, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(out);
	close(listening);
	engine_process_stop(&e);
}

/* The same with 223.255.255.254 for an identifier. */
static void
test_of_two_connections_the_neighbors_stays_if_it_is_higher(void **state)
{
	struct engine_process e;
	int in, listening = peer_listen("127.0.0.2"), out;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	engine_process_start(&e);
	out = peer_accept(listening);
	in = peer_connect("127.0.0.2");
	peer_expect(out, OUR_OPEN);
	peer_expect(in, OUR_OPEN);
	peer_send(in, MARKER "001d 01 04 fde9 005a dffffffe 00");
	peer_expect(in, KEEPALIVE);
	peer_send(out, MARKER "001d 01 04 fde9 005a dffffffe 00");
	peer_expect(out, MARKER "0015 03 06 07");
	peer_expect_closed(out);
	peer_send(in, KEEPALIVE);
	announce(&e, "10.0.0.101/32");
	peer_expect(in, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(in);
	close(listening);
	engine_process_stop(&e);
}

static void
test_neighbor_that_comes_back_is_connected_within_its_retry_time(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");
	unsigned int closed;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(fd);
	close(listening);
	expect_log(&e, "warning: session: neighbor 127.0.0.2: "
	    "the neighbor closed the connection");
	expect_log(&e, "info: session: neighbor 127.0.0.2: session down");
	expect_log(&e, "neighbor 127.0.0.2: connect: Connection refused");
	pause_ms(2000);
	listening = peer_listen("127.0.0.2");
	closed = now_ms();
	fd = peer_accept(listening);
	assert_in_range(now_ms() - closed, 0, 1100);
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	assert_int_equal(show_neighbor(&e, 0).times_established, 2);
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

/* A connection that comes while the last one's end is damped waits its turn. */
static void
test_neighbor_that_connects_again_at_once_is_served(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(fd);
	engine_process_stop(&e);
}

/*
 * A neighbor that restarted without a word connects while we believe its old
 * session up: a KEEPALIVE on that finds out.
 */
static void
test_restart_of_a_neighbor_is_found_out_when_it_connects(void **state)
{
	struct engine_process e;
	int fd, old;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	old = peer_connect("127.0.0.2");
	peer_establish(old, PLAIN_OPEN);
	expect_log(&e, "session up");
	fd = peer_connect("127.0.0.2");
	peer_expect(old, KEEPALIVE);
	peer_reset(old);
	peer_establish(fd, PLAIN_OPEN);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(fd);
	engine_process_stop(&e);
}

static void
test_session_that_lives_is_not_given_up_for_another(void **state)
{
	struct engine_process e;
	int another, fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "session up");
	another = peer_connect("127.0.0.2");
	peer_expect(fd, KEEPALIVE);
	peer_expect(another, MARKER "0015 03 06 07");
	peer_expect_closed(another);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	close(fd);
	engine_process_stop(&e);
}

static void
test_connection_given_up_in_opensent_gives_way_to_the_next(void **state)
{
	struct engine_process e;
	int fd, first;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	first = peer_connect("127.0.0.2");
	peer_expect(first, OUR_OPEN);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(first, MARKER "0015 03 06 07");
	peer_expect_closed(first);
	close(fd);
	engine_process_stop(&e);
}

static void
test_ipv6_waits_for_its_next_hop(void **state)
{
	struct nexthop_answer answer = { .nexthop = { .afi = AFI_NONE } };
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
	assert_int_equal(address_parse("2001:db8::5", &answer.nexthop), 0);
	send_packet(e.rde, MSG_RDE_NEXTHOP, 1, &answer, sizeof(answer));
	peer_expect(fd, MARKER "004e 02 0000 0037 90 0e 0026 0002 01"
	    "10 20010db8000000000000000000000005 00"
	    "80 20010db8000010000000000000000101"
	    "40 01 01 00 40 02 06 02 01 0000fc00" END_OF_RIB6);
	close(fd);
	engine_process_stop(&e);
}

static void
test_without_an_ipv6_address_the_mapped_router_id_is_used_and_told(
    void **state)
{
	const struct nexthop_answer none = { .nexthop = { .afi = AFI_NONE } };
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	announce(&e, "2001:db8:0:1000::101/128");
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	send_packet(e.rde, MSG_RDE_NEXTHOP, 0, &none, sizeof(none));
	peer_expect(fd, MARKER "004e 02 0000 0037 90 0e 0026 0002 01"
	    "10 00000000000000000000ffffc0000201 00"
	    "80 20010db8000010000000000000000101"
	    "40 01 01 00 40 02 06 02 01 0000fc00");
	expect_log(&e, "warning: session: neighbor 127.0.0.2: next hop of "
	    "IPv6 prefixes is ::ffff:192.0.2.1, the IPv4-mapped router id");
	close(fd);
	engine_process_stop(&e);
}

static void
test_route_refresh_sends_the_family_again(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	peer_send(fd, MARKER "0017 05 0001 00 01");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
	peer_send(fd, MARKER "0017 05 0002 00 01");
	peer_expect_silence(fd, 50);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 4271 section 4.4: KEEPALIVEs at a third of the hold time, less jitter. */
static void
test_hold_time_is_kept_by_us_and_held_against_the_neighbor(void **state)
{
	struct engine_process e;
	unsigned int start;
	int fd, i;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	start = now_ms();
	peer_establish(fd, MARKER "001d 01 04 fde9 0003 7f000002 00");
	for (i = 0; i < 3; i++)
		peer_expect(fd, KEEPALIVE);
	assert_in_range(now_ms() - start, 2150, 3100);
	if (readable_within(fd, 400) && now_ms() - start < 2950)
		peer_expect(fd, KEEPALIVE);
	peer_expect(fd, MARKER "0015 03 04 00");
	assert_in_range(now_ms() - start, 2950, 3300);
	peer_expect_closed(fd);
	expect_log(&e, "sent NOTIFICATION: Hold Timer Expired");
	engine_process_stop(&e);
}

static void
test_hold_time_of_zero_needs_no_keepalives(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, MARKER "001d 01 04 fde9 0000 7f000002 00");
	peer_expect_silence(fd, 300);
	assert_int_equal(show_neighbor(&e, 0).hold_time, 0);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, MARKER "002e 02 0000 0012" PATH2 "20 0a000065");
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
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
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

/*
 * Many prefixes, and neighbors that do not read.
 */

#define MANY	100000

static void
announce_many(struct engine_process *e, uint32_t n)
{
	struct prefix prefixes[PREFIXES_PER_MESSAGE];
	struct address addr;
	uint32_t i, filled = 0;

	for (i = 0; i < n; i++) {
		addr = address_from_ipv4(0x0a000000 + i);
		assert_int_equal(prefix_make(&addr, 32, &prefixes[filled++]),
		    0);
		if (filled == PREFIXES_PER_MESSAGE || i == n - 1) {
			send_packet(e->rde, MSG_RDE_ANNOUNCE, 0, prefixes,
			    filled * sizeof(prefixes[0]));
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
	fast = peer_connect("127.0.0.3");
	peer_establish(fast, PLAIN_OPEN);
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
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	announce_many(&e, MANY);
	send_barrier(&e, 1);
	expect_barrier(&e, 1);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	/* 811 of 5 octets fit, since AS_PATH is 2 octets shorter. */
	assert_int_equal(read_updates(fd, MANY), (MANY + 810) / 811);
	close(fd);
	engine_process_stop(&e);
}

static void
set_password(int fd, const char *address, const char *password)
{
	struct tcp_md5sig md5;
	struct address addr;

	memset(&md5, 0, sizeof(md5));
	assert_int_equal(address_parse(address, &addr), 0);
	address_to_sockaddr(&addr, 0, 0,
	    (struct sockaddr_storage *)&md5.tcpm_addr);
	md5.tcpm_keylen = (uint16_t)strlen(password);
	memcpy(md5.tcpm_key, password, md5.tcpm_keylen);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &md5,
	    sizeof(md5)), 0);
}

/* RFC 2385; without the password not even the connection comes about. */
static void
test_password_protects_both_directions(void **state)
{
	const struct timeval soon = { .tv_sec = 1 };
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	strlcpy(add_neighbor(&e, "127.0.0.2")->password, "secret",
	    SETTINGS_PASSWORD_MAX + 1);
	strlcpy(add_neighbor(&e, "127.0.0.3")->password, "another",
	    SETTINGS_PASSWORD_MAX + 1);
	e.neighbors[1].passive = true;
	set_password(listening, OUR_ADDRESS, "secret");
	engine_process_start(&e);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);

	fd = peer_socket("127.0.0.3");
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon,
	    sizeof(soon)), 0);
	assert_int_equal(connect_to_us(fd), -1);
	close(fd);
	fd = peer_socket("127.0.0.3");
	set_password(fd, OUR_ADDRESS, "another");
	assert_int_equal(connect_to_us(fd), 0);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

/* Nobody answers the farewell: it is waited for a second, no longer. */
static void
test_shutdown_does_not_wait_for_a_dead_neighbor(void **state)
{
	struct engine_process e;
	unsigned int start;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "session up");
	start = now_ms();
	engine_process_stop(&e);
	assert_in_range(now_ms() - start, 0, 1300);
	peer_expect(fd, MARKER "0015 03 06 02");
	close(fd);
}

static void
test_end_of_the_parent_is_a_shutdown(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2")->passive = true;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "session up");
	close(e.rde);
	close(e.frontend);
	close(e.parent);
	peer_expect(fd, MARKER "0015 03 06 02");
	peer_expect_closed(fd);
	assert_int_equal(engine_process_wait(&e), 0);
	close(e.log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_session_that_we_open_from_start_to_end),
		ENGINE_TEST(test_session_that_the_neighbor_opens),
		ENGINE_TEST(test_passive_neighbor_is_never_connected_to),
		ENGINE_TEST(test_stranger_is_refused_and_logged),
		ENGINE_TEST(
	    test_of_two_connections_the_one_of_the_higher_identifier_stays),
		ENGINE_TEST(
	    test_of_two_connections_the_neighbors_stays_if_it_is_higher),
		ENGINE_TEST(
	    test_neighbor_that_comes_back_is_connected_within_its_retry_time),
		ENGINE_TEST(
		    test_neighbor_that_connects_again_at_once_is_served),
		ENGINE_TEST(
		    test_restart_of_a_neighbor_is_found_out_when_it_connects),
		ENGINE_TEST(
		    test_session_that_lives_is_not_given_up_for_another),
		ENGINE_TEST(
		    test_connection_given_up_in_opensent_gives_way_to_the_next),
		ENGINE_TEST(test_ipv6_waits_for_its_next_hop),
		ENGINE_TEST(
	    test_without_an_ipv6_address_the_mapped_router_id_is_used_and_told),
		ENGINE_TEST(test_route_refresh_sends_the_family_again),
		ENGINE_TEST(
		    test_hold_time_is_kept_by_us_and_held_against_the_neighbor),
		ENGINE_TEST(test_hold_time_of_zero_needs_no_keepalives),
		ENGINE_TEST(test_routes_of_the_neighbor_are_counted),
		ENGINE_TEST(
		    test_slow_neighbor_delays_nobody_but_the_barrier),
		ENGINE_TEST(
	    test_new_session_gets_all_prefixes_in_as_few_updates_as_hold_them),
		ENGINE_TEST(test_password_protects_both_directions),
		ENGINE_TEST(
		    test_shutdown_does_not_wait_for_a_dead_neighbor),
		ENGINE_TEST(test_end_of_the_parent_is_a_shutdown),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
