#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/damping.h"
#include "regress/unit/session/engine_process.h"

static void
test_some_short_sessions_are_free_and_then_each_wait_is_twice_the_last(
    void **state)
{
	static const unsigned int waits[] = {
		0, 0, 0, 0, 4000, 8000, 16000, 32000, 64000, 64000, 64000
	};
	struct damping d = { .row = 0 };
	time_t now = 1;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(damping_session_ended(&d, 59, now), waits[i]);
		now += 100;
	}
}

static void
test_session_that_lasts_ends_the_row(void **state)
{
	struct damping d = { .row = 9, .last = 100 };

	(void)state;
	assert_int_equal(damping_session_ended(&d, 60, 200), 0);
	assert_int_equal(d.row, 0);
	assert_int_equal(damping_session_ended(&d, 1, 300), 0);
	assert_int_equal(d.row, 1);
}

static void
test_row_is_forgotten_when_nothing_happens(void **state)
{
	struct damping d = { .row = 9, .last = 100 };

	(void)state;
	assert_int_equal(damping_session_ended(&d, 1, 700), 64000);
	assert_int_equal(damping_session_ended(&d, 1, 1301), 0);
}

/* A row without end does not come round. */
static void
test_longest_row_has_the_longest_wait(void **state)
{
	struct damping d = { .row = 1000000, .last = 100 };

	(void)state;
	assert_int_equal(damping_session_ended(&d, 1, 100), 64000);
}

/* RFC 4271 section 8.1.1; the operator need not wait for it. */
static void
test_neighbor_that_flaps_is_refused_until_it_is_cleared(void **state)
{
	struct engine_process e;
	unsigned int i;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	for (i = 0; i < 5; i++) {
		fd = peer_established("127.0.0.2");
		announce(&e, "10.0.0.101/32");
		peer_expect(fd, ANNOUNCEMENT);
		close(fd);
	}
	expect_log(&e, "warning: session: neighbor 127.0.0.2: 5 short sessions "
	    "in a row: no other for 4 s");
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, MARKER "0015 03 06 05");
	peer_expect_closed(fd);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_IDLE);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_CLEAR, "127.0.0.2",
	    "").outcome, CONTROL_OK);
	close(peer_established("127.0.0.2"));
	engine_process_stop(&e);
}

/* What the operator ends is not the neighbor's doing. */
static void
test_cleared_session_is_no_short_one(void **state)
{
	struct engine_process e;
	unsigned int i;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	for (i = 0; i < 4; i++)
		close(peer_established("127.0.0.2"));
	fd = peer_established("127.0.0.2");
	while (show_neighbor(&e, 0).times_established < 5)
		pause_ms(10);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_CLEAR, "127.0.0.2",
	    "").outcome, CONTROL_OK);
	peer_expect(fd, MARKER "0015 03 06 04");
	peer_expect_closed(fd);
	close(peer_established("127.0.0.2"));
	assert_null(strstr(engine_process_log(&e), "short sessions"));
	engine_process_stop(&e);
}

static void
test_wait_of_a_neighbor_that_flaps_ends(void **state)
{
	struct engine_process e;
	unsigned int ended = 0, i;
	int fd, listening = peer_listen("127.0.0.2");

	(void)state;
	engine_process_init(&e);
	add_neighbor(&e, "127.0.0.2");
	e.listens = false;
	engine_process_start(&e);
	for (i = 0; i < 5; i++) {
		fd = peer_accept(listening);
		peer_establish(fd, PLAIN_OPEN);
		/* The first four cost no more than the usual second. */
		if (i > 0)
			assert_in_range(now_ms() - ended, 0, 1900);
		pause_ms(20);
		ended = now_ms();
		close(fd);
	}
	expect_log(&e, "no other for 4 s");
	assert_false(readable_within(listening, 3000));
	fd = peer_accept(listening);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_some_short_sessions_are_free_and_then_each_wait_is_twice_the_last),
		cmocka_unit_test(test_session_that_lasts_ends_the_row),
		cmocka_unit_test(test_row_is_forgotten_when_nothing_happens),
		cmocka_unit_test(test_longest_row_has_the_longest_wait),
		ENGINE_TEST(
		    test_neighbor_that_flaps_is_refused_until_it_is_cleared),
		ENGINE_TEST(test_cleared_session_is_no_short_one),
		ENGINE_TEST(test_wait_of_a_neighbor_that_flaps_ends),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
