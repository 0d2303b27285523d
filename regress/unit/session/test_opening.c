/*
 * Sockets that the parent makes, through the whole engine: those that come too late,
 * not at all, or unasked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

#define LATE_MS		300

static void
start(struct engine_process *e, unsigned int late_ms)
{
	engine_process_init(e);
	add_neighbor(e, "127.0.0.2");
	e->opener_ms = late_ms;
	engine_process_start(e);
}

static void
expect_done(struct engine_process *e, uint32_t type)
{
	assert_int_equal(order(e, type, "127.0.0.2", "").outcome, CONTROL_OK);
}

static void
test_socket_that_comes_after_the_neighbor_was_taken_down_is_closed(void **state)
{
	struct engine_process e;
	int listening = peer_listen("127.0.0.2");
	unsigned int descriptors;

	(void)state;
	start(&e, LATE_MS);
	expect_log(&e, "Idle to Connect");
	descriptors = count_descriptors(&e);
	expect_done(&e, CONTROL_NEIGHBOR_DOWN);
	peer_expect_closed(peer_accept(listening));
	expect_descriptors(&e, descriptors);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_IDLE);
	close(listening);
	engine_process_stop(&e);
}

/* The one that was asked for before serves no more. */
static void
test_neighbor_that_is_brought_up_again_gets_another_socket(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	start(&e, LATE_MS);
	expect_log(&e, "Idle to Connect");
	expect_done(&e, CONTROL_NEIGHBOR_DOWN);
	expect_done(&e, CONTROL_NEIGHBOR_UP);
	expect_done(&e, CONTROL_NEIGHBOR_DOWN);
	expect_done(&e, CONTROL_NEIGHBOR_UP);
	peer_expect_closed(peer_accept(listening));
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	expect_log_times(&e, "session up", 1);
	assert_false(readable_within(listening, 2 * LATE_MS));
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

static void
test_parent_that_is_slower_than_the_retry_time_is_waited_for(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	start(&e, 2500);	/* the timer runs 0.75 to 1 s */
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "connect: the parent has not made a socket yet");
	expect_log(&e, "session up");
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

static void
test_engine_ends_while_it_waits_for_a_socket(void **state)
{
	struct engine_process e;

	(void)state;
	start(&e, LATE_MS);
	expect_log(&e, "Idle to Connect");
	engine_process_stop(&e);
}

static void
test_socket_that_is_lost_on_its_way_is_tried_again(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	e.opener_loses = true;
	engine_process_start(&e);
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "neighbor 127.0.0.2: socket: Too many open files");
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

static void
test_limit_of_attempts_is_named_and_waited_for(void **state)
{
	struct engine_process e;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	e.opener_limits = true;
	engine_process_start(&e);
	fd = peer_accept(listening);
	expect_log(&e, "neighbor 127.0.0.2: too many attempts: not more than "
	    "16 in a row, and then 4 a second");
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

static void
test_socket_for_which_nobody_asked_ends_the_engine(void **state)
{
	const struct connect_answer answer = { .neighbor = 0 };
	struct engine_process e;

	(void)state;
	engine_process_start_passive(&e);
	send_packet(e.parent, MSG_PARENT_CONNECT, 1, &answer, sizeof(answer));
	assert_int_not_equal(engine_process_wait(&e), 0);
	expect_log(&e, "parent sent a bad answer about a socket");

	start(&e, 10 * LATE_MS);
	expect_log(&e, "Idle to Connect");
	send_packet(e.parent, MSG_PARENT_CONNECT, 77, &answer, sizeof(answer));
	assert_int_not_equal(engine_process_wait(&e), 0);
	expect_log(&e, "parent sent a socket for which nobody asked");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
    test_socket_that_comes_after_the_neighbor_was_taken_down_is_closed),
		ENGINE_TEST(
		    test_neighbor_that_is_brought_up_again_gets_another_socket),
		ENGINE_TEST(
		    test_parent_that_is_slower_than_the_retry_time_is_waited_for),
		ENGINE_TEST(test_engine_ends_while_it_waits_for_a_socket),
		ENGINE_TEST(test_socket_that_is_lost_on_its_way_is_tried_again),
		ENGINE_TEST(test_limit_of_attempts_is_named_and_waited_for),
		ENGINE_TEST(test_socket_for_which_nobody_asked_ends_the_engine),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
