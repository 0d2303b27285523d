/*
 * RFC 4724 and RFC 8538 as the one that restarts, through the whole engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

/* Ours with graceful restart: its first two bytes, and flags of the families. */
#define GRACEFUL_OPEN(first, flags) \
	MARKER "0043 01 04 fc00 005a c0000201 26 02 24 01 04 0001 00 01 " \
	"01 04 0002 00 01 02 00 06 00 40 0a " first " 0001 01 " flags \
	" 0002 01 " flags " 41 04 0000fc00 46 00 "
/* A neighbor that keeps routes, for 10 s; with and without N. */
#define HELPER_OPEN	MARKER "0027 01 04 fde9 005a 7f000002 0a 02 08 " \
			"40 06 000a 0001 01 00 "
#define HELPER_N_OPEN	MARKER "0027 01 04 fde9 005a 7f000002 0a 02 08 " \
			"40 06 400a 0001 01 00 "

static void
start(struct engine_process *e, enum graceful_restart how, bool preserved)
{
	const struct kernel_state state = { .preserved = preserved };

	engine_process_init(e);
	add_neighbor(e, "127.0.0.2")->passive = true;
	e->settings.graceful_restart = how;
	engine_process_start(e);
	send_packet(e->rde, MSG_RDE_KERNEL, 0, &state, sizeof(state));
}

static void
establish(int fd, const char *ours, const char *theirs)
{
	peer_expect(fd, ours);
	peer_send(fd, theirs);
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
}

/* A session that is up, with forwarding preserved; ours is our OPEN in it. */
static int
start_established(struct engine_process *e, enum graceful_restart how,
    const char *ours, const char *theirs)
{
	int fd;

	start(e, how, true);
	fd = peer_connect("127.0.0.2");
	establish(fd, ours, theirs);
	expect_log(e, "session up");
	return fd;
}

/* RFC 4724 section 4.1: R only in the first, F once the kernel forwards. */
static void
test_restart_is_told_once_and_forwarding_as_it_is(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start(&e, GRACEFUL_YES, false);
	fd = peer_connect("127.0.0.2");
	establish(fd, GRACEFUL_OPEN("8078", "00"), HELPER_OPEN);
	expect_log(&e, "session up");
	close(fd);
	expect_log(&e, "session down");
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, GRACEFUL_OPEN("0078", "80"));
	close(fd);
	engine_process_stop(&e);
}

static void
test_forwarding_that_went_on_is_told(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	start(&e, GRACEFUL_ALWAYS, true);
	fd = peer_connect("127.0.0.2");
	establish(fd, GRACEFUL_OPEN("c078", "80"), HELPER_OPEN);
	/* End-of-RIB when the rde has rebuilt its tables, not before. */
	announce(&e, "10.0.0.101/32");
	peer_expect(fd, ANNOUNCEMENT);
	peer_expect_silence(fd, 100);
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	peer_expect(fd, END_OF_RIB4);
	close(fd);
	engine_process_stop(&e);
}

static void
test_nobody_is_met_before_the_kernel_is_known(void **state)
{
	const struct kernel_state preserved = { .preserved = 1 };
	struct engine_process e;
	int listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	e.settings.graceful_restart = GRACEFUL_YES;
	engine_process_start(&e);
	assert_false(readable_within(listening, 300));
	send_packet(e.rde, MSG_RDE_KERNEL, 0, &preserved, sizeof(preserved));
	close(peer_accept(listening));
	close(listening);
	engine_process_stop(&e);
}

static void
test_restart_leaves_without_a_word_those_who_keep_routes(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	fd = start_established(&e, GRACEFUL_YES, GRACEFUL_OPEN("8078", "80"),
	    HELPER_OPEN);
	send_packet(e.parent, MSG_PARENT_RESTART, 0, NULL, 0);
	engine_process_end(&e);
	peer_expect_closed(fd);
}

static void
test_restart_tells_those_who_keep_none(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	fd = start_established(&e, GRACEFUL_YES, GRACEFUL_OPEN("8078", "80"),
	    PLAIN_OPEN);
	send_packet(e.parent, MSG_PARENT_RESTART, 0, NULL, 0);
	peer_expect(fd, MARKER "0015 03 06 04");
	peer_expect_closed(fd);
	engine_process_end(&e);
}

/* A plain stop ends the routes at once: in a Hard Reset, where that is needed. */
static void
test_stop_is_a_hard_reset_where_a_cease_would_keep_routes(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	fd = start_established(&e, GRACEFUL_ALWAYS, GRACEFUL_OPEN("c078", "80"),
	    HELPER_N_OPEN);
	send_packet(e.parent, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	peer_expect(fd, MARKER "0017 03 06 09 06 02");
	peer_expect_closed(fd);
	engine_process_end(&e);
}

static void
test_stop_is_a_plain_cease_where_that_suffices(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	fd = start_established(&e, GRACEFUL_ALWAYS, GRACEFUL_OPEN("c078", "80"),
	    HELPER_OPEN);
	send_packet(e.parent, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	peer_expect(fd, MARKER "0015 03 06 02");
	peer_expect_closed(fd);
	engine_process_end(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_restart_is_told_once_and_forwarding_as_it_is),
		ENGINE_TEST(test_forwarding_that_went_on_is_told),
		ENGINE_TEST(test_nobody_is_met_before_the_kernel_is_known),
		ENGINE_TEST(
		    test_restart_leaves_without_a_word_those_who_keep_routes),
		ENGINE_TEST(test_restart_tells_those_who_keep_none),
		ENGINE_TEST(
		    test_stop_is_a_hard_reset_where_a_cease_would_keep_routes),
		ENGINE_TEST(test_stop_is_a_plain_cease_where_that_suffices),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
