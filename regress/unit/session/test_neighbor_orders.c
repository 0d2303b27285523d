/*
 * What the operator orders a neighbor to do, through the whole engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

static void
assert_order(struct engine_process *e, uint32_t type, const char *reason,
    enum control_outcome outcome, const char *text)
{
	struct control_result r = order(e, type, "127.0.0.2", reason);

	assert_int_equal(r.outcome, outcome);
	assert_string_equal(r.text, text);
}

/* We connect to it, and the session is up. */
static int
start_active(struct engine_process *e, int listening)
{
	int fd;

	engine_process_init(e);
	add_neighbor(e, "127.0.0.2");
	engine_process_start(e);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	expect_log(e, "session up");
	return fd;
}

/* RFC 9003, RFC 4486: and it stays down, whoever connects. */
static void
test_neighbor_that_is_taken_down_hears_why_and_stays_down(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	fd = peer_established("127.0.0.2");
	expect_log(&e, "session up");
	assert_order(&e, CONTROL_NEIGHBOR_DOWN, "new cable", CONTROL_OK, "");
	peer_expect(fd, MARKER "001f 03 06 02 09 6e6577206361626c65");
	peer_expect_closed(fd);
	expect_log(&e, "info: session: neighbor 127.0.0.2: sent NOTIFICATION: "
	    "Cease, Administrative Shutdown: \"new cable\"");
	assert_int_equal(show_neighbor(&e, 0).down, 1);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_IDLE);
	assert_order(&e, CONTROL_NEIGHBOR_DOWN, "", CONTROL_NO_CHANGE,
	    "neighbor 127.0.0.2 is down already");
	assert_order(&e, CONTROL_NEIGHBOR_CLEAR, "", CONTROL_REFUSED,
	    "neighbor 127.0.0.2 is down: bring it up");
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, MARKER "0015 03 06 05");
	peer_expect_closed(fd);
	assert_order(&e, CONTROL_NEIGHBOR_UP, "", CONTROL_OK, "");
	assert_int_equal(show_neighbor(&e, 0).down, 0);
	close(peer_established("127.0.0.2"));
	engine_process_stop(&e);
}

static void
test_neighbor_to_connect_to_is_left_alone_while_down(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	fd = start_active(&e, listening);
	assert_order(&e, CONTROL_NEIGHBOR_DOWN, "", CONTROL_OK, "");
	peer_expect(fd, MARKER "0015 03 06 02");
	peer_expect_closed(fd);
	assert_false(readable_within(listening, 1500));
	assert_order(&e, CONTROL_NEIGHBOR_UP, "", CONTROL_OK, "");
	close(peer_accept(listening));
	close(listening);
	engine_process_stop(&e);
}

static void
test_cleared_session_comes_back(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	fd = start_active(&e, listening);
	assert_order(&e, CONTROL_NEIGHBOR_CLEAR, "again", CONTROL_OK, "");
	peer_expect(fd, MARKER "001b 03 06 04 05 616761696e");
	peer_expect_closed(fd);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	/* Also one that has nothing to clear yet goes on trying. */
	assert_order(&e, CONTROL_NEIGHBOR_CLEAR, "", CONTROL_OK, "");
	assert_order(&e, CONTROL_NEIGHBOR_CLEAR, "", CONTROL_OK, "");
	close(peer_accept(listening));
	close(listening);
	engine_process_stop(&e);
}

/* RFC 2918. */
static void
test_refresh_asks_for_each_family(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	assert_order(&e, CONTROL_NEIGHBOR_REFRESH, "", CONTROL_FAILED,
	    "neighbor 127.0.0.2: the session is not up");
	fd = peer_connect("127.0.0.2");
	peer_establish(fd, PEER_OPEN);
	expect_log(&e, "session up");
	assert_order(&e, CONTROL_NEIGHBOR_REFRESH, "", CONTROL_OK, "");
	peer_expect(fd, MARKER "0017 05 0001 00 01");
	peer_expect(fd, MARKER "0017 05 0002 00 01");
	close(fd);
	fd = peer_established("127.0.0.2");
	expect_log(&e, "session up: AS 65001, router id 127.0.0.2, IPv4, ");
	assert_order(&e, CONTROL_NEIGHBOR_REFRESH, "", CONTROL_FAILED,
	    "neighbor 127.0.0.2 has no route refresh: clear it instead");
	close(fd);
	engine_process_stop(&e);
}

static void
test_order_to_a_stranger_finds_no_neighbor(void **state)
{
	struct engine_process e;

	(void)state;
	engine_process_start_passive(&e);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_DOWN, "127.0.0.3", "")
	    .outcome, CONTROL_NO_SUCH_NEIGHBOR);
	assert_order(&e, CONTROL_NEIGHBOR_UP, "", CONTROL_NO_CHANGE,
	    "neighbor 127.0.0.2 is not down");
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
		    test_neighbor_that_is_taken_down_hears_why_and_stays_down),
		ENGINE_TEST(
		    test_neighbor_to_connect_to_is_left_alone_while_down),
		ENGINE_TEST(test_cleared_session_comes_back),
		ENGINE_TEST(test_refresh_asks_for_each_family),
		ENGINE_TEST(test_order_to_a_stranger_finds_no_neighbor),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
