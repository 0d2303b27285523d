/*
 * DelayOpen (RFC 4271 section 8.1.1), through the whole engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

static void
start_passive(struct engine_process *e, uint16_t delay)
{
	engine_process_init(e);
	add_neighbor(e, "127.0.0.2")->passive = true;
	e->neighbors[0].delay_open = delay;
	engine_process_start(e);
}

/* We connect to it, and wait for a minute. */
static int
start_active(struct engine_process *e, int listening)
{
	engine_process_init(e);
	add_neighbor(e, "127.0.0.2")->delay_open = 60;
	e->listens = false;
	engine_process_start(e);
	return peer_accept(listening);
}

static void
finish(struct engine_process *e, int fd)
{
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
	announce(e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(e);
}

/* Event 20: ours follows theirs at once. */
static void
test_open_of_a_neighbor_that_we_wait_for_is_answered_at_once(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start_passive(&e, 60);
	fd = peer_connect("127.0.0.2");
	peer_expect_silence(fd, 200);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_ACTIVE);
	peer_send(fd, PLAIN_OPEN);
	peer_expect(fd, OUR_OPEN);
	finish(&e, fd);
}

static void
test_the_same_on_a_connection_that_we_open(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	fd = start_active(&e, listening);
	peer_expect_silence(fd, 200);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_CONNECT);
	peer_send(fd, PLAIN_OPEN);
	peer_expect(fd, OUR_OPEN);
	close(listening);
	finish(&e, fd);
}

/* Event 12. */
static void
test_open_is_sent_when_the_wait_is_over(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start_passive(&e, 1);
	fd = peer_connect("127.0.0.2");
	peer_expect_silence(fd, 700);
	peer_expect(fd, OUR_OPEN);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_OPENSENT);
	peer_send(fd, PLAIN_OPEN);
	finish(&e, fd);
}

/* Event 18 in Connect: from Active it is tried again. */
static void
test_connection_lost_during_the_wait_is_opened_again(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	fd = start_active(&e, listening);
	close(fd);
	fd = peer_accept(listening);
	peer_send(fd, PLAIN_OPEN);
	peer_expect(fd, OUR_OPEN);
	close(listening);
	finish(&e, fd);
}

/* Who was not sent an OPEN is not sent a NOTIFICATION. */
static void
test_bad_open_during_the_wait_ends_the_connection_quietly(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start_passive(&e, 60);
	fd = peer_connect("127.0.0.2");
	peer_send(fd, MARKER "001d 01 04 fdea 005a 7f000002 00");
	peer_expect_closed(fd);
	expect_log(&e, "neighbor 127.0.0.2: ended before our OPEN: OPEN Message "
	    "Error, Bad Peer AS (it is AS 65002, remote-as here is 65001)");
	engine_process_stop(&e);
}

/* The neighbor gave up the first one, which had not said anything. */
static void
test_second_connection_takes_the_place_of_one_that_waits(void **state)
{
	struct engine_process e;
	int fd, first;

	(void)state;
	start_passive(&e, 60);
	first = peer_connect("127.0.0.2");
	peer_expect_silence(first, 50);
	fd = peer_connect("127.0.0.2");
	peer_expect_closed(first);
	peer_send(fd, PLAIN_OPEN);
	peer_expect(fd, OUR_OPEN);
	finish(&e, fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
		    test_open_of_a_neighbor_that_we_wait_for_is_answered_at_once),
		ENGINE_TEST(test_the_same_on_a_connection_that_we_open),
		ENGINE_TEST(test_open_is_sent_when_the_wait_is_over),
		ENGINE_TEST(
		    test_connection_lost_during_the_wait_is_opened_again),
		ENGINE_TEST(
		    test_bad_open_during_the_wait_ends_the_connection_quietly),
		ENGINE_TEST(
		    test_second_connection_takes_the_place_of_one_that_waits),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
