/*
 * A sibling that floods the session engine, or does not read what it says, does not
 * make it grow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/session/rib.h"
#include "regress/unit/flood.h"
#include "regress/unit/session/engine_process.h"

#define FLOOD		400000
#define NEIGHBORS	20
/* A queue, and what the process has anyway. */
#define GROWTH_MAX	((size_t)4 * 1024 * 1024)

static void
assert_is_small(const struct engine_process *e, size_t before)
{
	size_t now = resident_of_pid(e->pid);

	print_message("session engine: %zu KB, before %zu KB\n", now / 1024,
	    before / 1024);
	if (RESIDENT_IS_KNOWN)
		assert_in_range(now, 0, before + GROWTH_MAX);
}

static void
start(struct engine_process *e)
{
	char text[ADDRESS_STRLEN];
	unsigned int i;

	engine_process_init(e);
	e->quiet = true;
	for (i = 0; i < NEIGHBORS; i++) {
		snprintf(text, sizeof(text), "127.0.0.%u", i + 2);
		add_neighbor(e, text)->passive = true;
	}
	engine_process_start(e);
}

static void
test_frontend_that_does_not_read_is_not_read(void **state)
{
	struct engine_process e;
	unsigned int asked, answered = 0;
	struct packet p;
	size_t before;

	(void)state;
	start(&e);
	assert_int_equal(show_neighbors(&e, 0, &p.data.neighbor), NEIGHBORS);
	before = resident_of_pid(e.pid);
	asked = flood(e.frontend, CONTROL_SHOW_NEIGHBORS, NULL, 0, FLOOD);
	assert_true(asked < FLOOD);
	assert_is_small(&e, before);
	/* It is answered in full as soon as it reads. */
	while (answered < asked) {
		p = receive_packet(e.frontend);
		if (p.hdr.type == CONTROL_RESULT)
			assert_int_equal(p.hdr.peerid, answered++);
	}
	assert_int_equal(show_neighbors(&e, 0, &p.data.neighbor), NEIGHBORS);
	engine_process_stop(&e);
}

static void
test_rde_that_does_not_read_is_not_read(void **state)
{
	struct barrier barrier = { .sequence = 1 };
	struct engine_process e;
	size_t before;

	(void)state;
	start(&e);
	announce(&e, "10.0.0.101/32");
	before = resident_of_pid(e.pid);
	/* Some answers stand for several. */
	flood(e.rde, MSG_RDE_BARRIER, &barrier, sizeof(barrier), FLOOD);
	assert_is_small(&e, before);
	while (readable_within(e.rde, 100))
		receive_packet(e.rde);
	barrier.sequence = 2;
	send_packet(e.rde, MSG_RDE_BARRIER, 0, &barrier, sizeof(barrier));
	while (expect_packet(e.rde, MSG_SESSION_BARRIER).data.barrier.sequence
	    != 2)
		;
	engine_process_stop(&e);
}

/* The n-th of as many as there may be, and more; no other test has that many. */
static void
announce_numbered(struct engine_process *e, uint32_t from)
{
	struct announcement a[ANNOUNCEMENTS_PER_MESSAGE];
	uint32_t i, number;

	memset(a, 0, sizeof(a));
	for (i = 0; i < ANNOUNCEMENTS_PER_MESSAGE; i++) {
		a[i].prefix.addr.afi = AFI_IPV6;
		a[i].prefix.len = 128;
		a[i].prefix.addr.bytes[0] = 0x20;
		number = from + i;
		memcpy(&a[i].prefix.addr.bytes[12], &number, sizeof(number));
	}
	send_packet(e->rde, MSG_RDE_ANNOUNCE, 0, a, sizeof(a));
}

static struct packet
end_of_turn(struct engine_process *e, unsigned int *rows)
{
	struct packet p;

	while ((p = receive_packet(e->frontend)).hdr.type == CONTROL_TOLD)
		(*rows)++;
	return p;
}

static void
test_long_list_comes_in_turns(void **state)
{
	const uint32_t n = ANNOUNCEMENTS_PER_MESSAGE;
	unsigned int rows = 0, turns = 1;
	struct engine_process e;
	struct packet p;

	(void)state;
	start(&e);
	announce_numbered(&e, 0);
	announce_numbered(&e, n);
	announce_numbered(&e, 2 * n);
	send_packet(e.rde, MSG_RDE_READY, 0, NULL, 0);
	show_neighbor(&e, 0);
	send_packet(e.frontend, CONTROL_SHOW_TOLD, 5, NULL, 0);
	while ((p = end_of_turn(&e, &rows)).hdr.type == MSG_CONTROL_PAUSED) {
		assert_int_equal(p.hdr.peerid, 5);
		turns++;
		/* What stays is shown once, though it is announced anew meanwhile. */
		announce_numbered(&e, 0);
		show_neighbor(&e, 0);
		send_packet(e.frontend, MSG_FRONTEND_CONTINUE, 5, NULL, 0);
	}
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	assert_int_equal(rows, 3 * n);
	assert_in_range(turns, 2, 3);
	/* One whose client has left is not gone on with. */
	send_packet(e.frontend, CONTROL_SHOW_TOLD, 6, NULL, 0);
	assert_int_equal(end_of_turn(&e, &rows).hdr.type, MSG_CONTROL_PAUSED);
	send_packet(e.frontend, MSG_FRONTEND_LEFT, 6, NULL, 0);
	send_packet(e.frontend, MSG_FRONTEND_CONTINUE, 6, NULL, 0);
	assert_int_equal(show_neighbor(&e, 0).sent_prefixes, 0);
	engine_process_stop(&e);
}

static void
test_more_lists_than_clients_end_the_session_engine(void **state)
{
	struct engine_process e;
	unsigned int i, rows;

	(void)state;
	start(&e);
	for (i = 0; i < 3; i++)
		announce_numbered(&e, i * ANNOUNCEMENTS_PER_MESSAGE);
	show_neighbor(&e, 0);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		send_packet(e.frontend, CONTROL_SHOW_TOLD, i, NULL, 0);
		assert_int_equal(end_of_turn(&e, &rows).hdr.type,
		    MSG_CONTROL_PAUSED);
	}
	send_packet(e.frontend, CONTROL_SHOW_TOLD, i, NULL, 0);
	assert_int_equal(engine_process_wait(&e), 1 << 8);
	expect_log(&e, "frontend asked for more than 32 lists at one time");
}

static void
test_more_prefixes_than_there_can_be_end_the_session_engine(void **state)
{
	const uint32_t n = ANNOUNCEMENTS_PER_MESSAGE;
	struct barrier barrier = { .sequence = 7 };
	struct engine_process e;
	uint32_t sent = 0;
	size_t full;

	(void)state;
	start(&e);
	for (; sent + n <= RIB_PREFIXES_MAX; sent += n)
		announce_numbered(&e, sent);
	send_packet(e.rde, MSG_RDE_BARRIER, 0, &barrier, sizeof(barrier));
	expect_packet(e.rde, MSG_SESSION_BARRIER);
	full = resident_of_pid(e.pid);
	print_message("session engine with %u IPv6 prefixes: %zu KB\n", sent,
	    full / 1024);
	if (RESIDENT_IS_KNOWN)
		assert_in_range(full, 0, RESIDENT_LIMIT / 2);
	announce_numbered(&e, sent);
	assert_int_equal(engine_process_wait(&e), 1 << 8);
	expect_log(&e, "rde announced more than 262144 prefixes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_frontend_that_does_not_read_is_not_read),
		ENGINE_TEST(test_rde_that_does_not_read_is_not_read),
		ENGINE_TEST(test_long_list_comes_in_turns),
		ENGINE_TEST(test_more_lists_than_clients_end_the_session_engine),
		ENGINE_TEST(
		    test_more_prefixes_than_there_can_be_end_the_session_engine),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
