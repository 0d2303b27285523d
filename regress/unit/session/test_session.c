#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

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
	peer_expect(fd, ANNOUNCEMENT);
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
	engine_process_end(&e);
	close(listening);
}

static void
test_session_that_the_neighbor_opens(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(&e);
}

static void
test_passive_neighbor_is_never_connected_to(void **state)
{
	struct engine_process e;
	int listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_start_passive(&e);
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
	engine_process_start_passive(&e);
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
	peer_expect(out, ANNOUNCEMENT);
	assert_string_equal(show_neighbor(&e, 0).last_error, "");
	assert_null(strstr(engine_process_log(&e), "warning"));
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
	peer_expect(in, ANNOUNCEMENT);
	assert_string_equal(show_neighbor(&e, 0).last_error, "");
	assert_null(strstr(engine_process_log(&e), "warning"));
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
	peer_expect(fd, ANNOUNCEMENT);
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
	assert_in_range(now_ms() - closed, 0, 1500);
	peer_establish(fd, PLAIN_OPEN);
	peer_expect(fd, ANNOUNCEMENT);
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
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	close(fd);
	fd = peer_established("127.0.0.2");
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
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
	engine_process_start_passive(&e);
	old = peer_established("127.0.0.2");
	expect_log(&e, "session up");
	fd = peer_connect("127.0.0.2");
	peer_expect(old, KEEPALIVE);
	peer_reset(old);
	peer_establish(fd, PLAIN_OPEN);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(&e);
}

static void
test_session_that_lives_is_not_given_up_for_another(void **state)
{
	struct engine_process e;
	int another, fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	expect_log(&e, "session up");
	another = peer_connect("127.0.0.2");
	peer_expect(fd, KEEPALIVE);
	peer_expect(another, MARKER "0015 03 06 07");
	peer_expect_closed(another);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(&e);
}

static void
test_connection_given_up_in_opensent_gives_way_to_the_next(void **state)
{
	struct engine_process e;
	int fd, first;

	(void)state;
	engine_process_start_passive(&e);
	first = peer_connect("127.0.0.2");
	peer_expect(first, OUR_OPEN);
	fd = peer_established("127.0.0.2");
	peer_expect(first, MARKER "0015 03 06 07");
	peer_expect_closed(first);
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
	engine_process_start_passive(&e);
	fd = peer_connect("127.0.0.2");
	start = now_ms();
	peer_establish(fd, MARKER "001d 01 04 fde9 0003 7f000002 00");
	for (i = 0; i < 3; i++)
		peer_expect(fd, KEEPALIVE);
	assert_in_range(now_ms() - start, 2150, 2150 + PATIENCE_MS);
	peer_expect(fd, MARKER "0015 03 04 00");
	assert_in_range(now_ms() - start, 2950, 2950 + PATIENCE_MS);
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
	engine_process_start_passive(&e);
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, MARKER "001d 01 04 fde9 0000 7f000002 00");
	peer_expect_silence(fd, 300);
	assert_int_equal(show_neighbor(&e, 0).hold_time, 0);
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 2385; without the password not even the connection comes about. */
static void
test_password_protects_both_directions(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	set_password(&e, add_neighbor(&e, "127.0.0.2"), "secret");
	set_password(&e, add_neighbor(&e, "127.0.0.3"), "another");
	e.neighbors[1].passive = true;
	peer_set_password(listening, OUR_ADDRESS, "secret");
	engine_process_start(&e);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);

	peer_expect_no_connection("127.0.0.3");
	fd = peer_socket("127.0.0.3");
	peer_set_password(fd, OUR_ADDRESS, "another");
	assert_int_equal(connect_to_us(fd), 0);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

/* The kernel has no room for a key, so whoever connects would need none. */
static void
test_neighbor_whose_password_cannot_be_set_may_not_connect(void **state)
{
	struct engine_process e;
	FILE *room;

	(void)state;
	engine_process_init(&e);
	set_password(&e, add_neighbor(&e, "127.0.0.3"), "secret");
	e.neighbors[0].passive = true;
	room = fopen("/proc/sys/net/core/optmem_max", "r+");
	if (room == NULL)
		skip();
	assert_true(fputs("1\n", room) >= 0);
	assert_int_equal(fflush(room), 0);
	engine_process_start(&e);
	assert_true(e.unprotected[0]);
	rewind(room);
	assert_true(fputs("131072\n", room) >= 0);
	assert_int_equal(fclose(room), 0);
	peer_expect_closed(peer_connect("127.0.0.3"));
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
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	expect_log(&e, "session up");
	start = now_ms();
	engine_process_stop(&e);
	assert_in_range(now_ms() - start, 0, 2500);
	peer_expect(fd, MARKER "0015 03 06 02");
	close(fd);
}

static void
test_end_of_the_parent_is_a_shutdown(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
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
		ENGINE_TEST(
		    test_hold_time_is_kept_by_us_and_held_against_the_neighbor),
		ENGINE_TEST(test_hold_time_of_zero_needs_no_keepalives),
		ENGINE_TEST(test_password_protects_both_directions),
		ENGINE_TEST(
		    test_neighbor_whose_password_cannot_be_set_may_not_connect),
		ENGINE_TEST(test_shutdown_does_not_wait_for_a_dead_neighbor),
		ENGINE_TEST(test_end_of_the_parent_is_a_shutdown),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
