/*
 * Neighbors of a prefix, through the whole engine: who becomes one, with what settings,
 * how many there can be, and when they are forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/log_quota.h"
#include "regress/unit/session/engine_process.h"

#define REJECTED	MARKER "0015 03 06 05 "

/* Without extended messages (RFC 8654): a part of one would be kept of each. */
#define OPEN_TO_PREFIX	MARKER "0035 01 04 fc00 005a c0000201 18 02 16" \
			"01 04 0001 00 01 01 04 0002 00 01 02 00" \
			"41 04 0000fc00 46 00 "

static void
establish(int fd, const char *open)
{
	peer_expect(fd, OPEN_TO_PREFIX);
	peer_send(fd, open);
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
}

static int
established(const char *from)
{
	int fd = peer_connect(from);

	establish(fd, PLAIN_OPEN);
	return fd;
}

static struct neighbor_settings *
add_prefix(struct engine_process *e, const char *text)
{
	struct neighbor_settings *n;
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	n = add_neighbor(e, "127.0.0.2");
	n->addr = p.addr;
	n->length = p.len;
	n->dynamic = n->passive = true;
	return n;
}

static void
expect_count(struct engine_process *e, size_t count, unsigned int patience)
{
	struct control_neighbor row;
	unsigned int waited;

	for (waited = 0; waited < patience; waited += 50) {
		if (show_neighbors(e, 0, &row) == count)
			return;
		pause_ms(50);
	}
	assert_int_equal(show_neighbors(e, 0, &row), count);
}

static void
test_neighbor_of_a_prefix_comes_and_is_forgotten(void **state)
{
	struct control_neighbor row;
	struct engine_process e;
	unsigned int descriptors;
	int fd;

	(void)state;
	engine_process_init(&e);
	strlcpy(add_prefix(&e, "127.1.0.0/16")->description, "fabric",
	    SETTINGS_DESCRIPTION_MAX);
	engine_process_start(&e);
	announce(&e, "10.0.0.101/32");
	expect_count(&e, 0, PATIENCE_MS);
	descriptors = count_descriptors(&e);
	fd = established("127.1.2.3");
	peer_expect(fd, ANNOUNCEMENT);
	assert_int_equal(show_neighbors(&e, 0, &row), 1);
	assert_int_equal(address_to_ipv4(&row.addr), 0x7f010203);
	assert_int_equal(row.state, BGP_ESTABLISHED);
	assert_int_equal(row.dynamic, 1);
	assert_string_equal(row.description, "fabric");
	close(fd);
	expect_log(&e, "neighbor 127.1.2.3: session down");
	/* For a while, and then as if it had never been. */
	assert_int_equal(show_neighbors(&e, 0, &row), 1);
	expect_count(&e, 0, 10000);
	expect_descriptors(&e, descriptors);
	fd = established("127.1.2.3");
	peer_expect(fd, ANNOUNCEMENT);
	close(fd);
	engine_process_stop(&e);
}

/* Why it has no session can be asked when it has long gone. */
static void
test_errors_of_one_that_has_gone_are_kept(void **state)
{
	struct control_neighbor row;
	struct engine_process e;
	char from[32];
	int fd, i;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16");
	engine_process_start(&e);
	fd = established("127.1.2.3");
	peer_send(fd, MARKER "0019 03 06 02 03 627965");
	peer_expect_closed(fd);
	expect_log(&e, "neighbor 127.1.2.3: session down");
	expect_count(&e, 0, 10000);
	assert_int_equal(e.gone.gone, 1);
	assert_int_equal(address_to_ipv4(&e.gone.addr), 0x7f010203);
	assert_string_equal(e.gone.received.text,
	    "Cease, Administrative Shutdown: \"bye\"");
	/* It is nobody's to order about. */
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_CLEAR, "127.1.2.3",
	    "").outcome, CONTROL_NO_SUCH_NEIGHBOR);
	/* A flood of others does not push it out: they had no session. */
	for (i = 0; i < 3 * 64; i++) {
		snprintf(from, sizeof(from), "127.1.3.%d", i + 1);
		fd = peer_connect(from);
		peer_send(fd, "00");
		close(fd);
		if (i % 60 == 59)
			expect_count(&e, 0, 10000);
	}
	expect_count(&e, 0, 10000);
	fd = peer_connect("127.1.2.3");
	/* One of the flood may still be there, or come only now. */
	do
		(void)show_neighbors(&e, 0, &row);
	while (row.addr.afi != AFI_IPV4 ||
	    address_to_ipv4(&row.addr) != 0x7f010203);
	assert_int_equal(row.gone, 0);
	assert_string_equal(row.received.text,
	    "Cease, Administrative Shutdown: \"bye\"");
	close(fd);
	engine_process_stop(&e);
}

/* Who has ever new addresses is a new neighbor each time. */
static void
test_log_has_a_limit_for_the_whole_prefix(void **state)
{
	struct engine_process e;
	char from[32];
	unsigned int i;
	int fd;

	(void)state;
	engine_process_init(&e);
	e.quiet = true;
	add_prefix(&e, "127.1.0.0/16")->max = 512;
	engine_process_start(&e);
	for (i = 0; i < 400; i++) {
		snprintf(from, sizeof(from), "127.1.%u.%u", i / 200 + 1,
		    i % 200 + 1);
		fd = peer_connect(from);
		peer_expect(fd, OPEN_TO_PREFIX);
		peer_send(fd, MARKER "001d 01 04 fdea 005a 7f000002 00");
		peer_expect(fd, MARKER "0015 03 02 02");
		peer_expect_closed(fd);
	}
	assert_true(log_times(&e, "Bad Peer AS") >= QUOTA_LINES - 1);
	assert_true(log_times(&e, "neighbor 127.1.") <= QUOTA_LINES + 10);
	/* What is left out is told. */
	pause_ms((QUOTA_SECONDS + 1) * 1000);
	close(established("127.1.9.9"));
	expect_log(&e, "lines about its neighbors were left out");
	engine_process_stop(&e);
}

static void
test_stranger_to_all_prefixes_is_refused(void **state)
{
	struct engine_process e;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16");
	engine_process_start(&e);
	peer_expect_closed(peer_connect("127.2.0.1"));
	expect_count(&e, 0, PATIENCE_MS);
	engine_process_stop(&e);
}

/* Who comes last has no place, until somebody goes. */
static void
test_prefix_has_so_many_neighbors_and_no_more(void **state)
{
	struct engine_process e;
	int first, last, second;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16")->max = 2;
	add_prefix(&e, "127.2.0.0/16")->max = 1;
	engine_process_start(&e);
	first = established("127.1.0.1");
	second = established("127.1.0.2");
	expect_count(&e, 2, PATIENCE_MS);
	last = peer_connect("127.1.0.3");
	peer_expect(last, REJECTED);
	peer_expect_closed(last);
	expect_log(&e, "warning: session: neighbor 127.1.0.0/16: has 2 "
	    "neighbors, which is its max: refused 127.1.0.3");
	/* Another prefix has places of its own. */
	last = established("127.2.0.1");
	expect_count(&e, 3, PATIENCE_MS);
	close(last);
	close(second);
	expect_count(&e, 1, 10000);
	second = established("127.1.0.3");
	close(second);
	close(first);
	engine_process_stop(&e);
}

/* The AS that is asked for tells which settings a neighbor has. */
static void
test_neighbor_with_settings_of_its_own_wins_then_the_longest_prefix(
    void **state)
{
	static const struct {
		const char	*from;
		const char	*log;
	} cases[] = {
		{ "127.1.0.1", "neighbor 127.1.0.1: sent NOTIFICATION: OPEN "
		    "Message Error, Bad Peer AS (it is AS 65001, remote-as here "
		    "is 1)" },
		{ "127.1.0.2", "neighbor 127.1.0.2: sent NOTIFICATION: OPEN "
		    "Message Error, Bad Peer AS (it is AS 65001, remote-as here "
		    "is 24)" },
		{ "127.1.1.1", "neighbor 127.1.1.1: sent NOTIFICATION: OPEN "
		    "Message Error, Bad Peer AS (it is AS 65001, remote-as here "
		    "is 16)" },
	};
	struct control_neighbor row;
	struct engine_process e;
	size_t i;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16")->remote_as = 16;
	add_prefix(&e, "127.1.0.0/24")->remote_as = 24;
	add_prefix(&e, "127.0.0.0/8")->remote_as = 8;
	add_neighbor(&e, "127.1.0.1")->remote_as = 1;
	e.neighbors[3].passive = true;
	engine_process_start(&e);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fd = peer_connect(cases[i].from);
		peer_expect(fd, i == 0 ? OUR_OPEN : OPEN_TO_PREFIX);
		peer_send(fd, PLAIN_OPEN);
		peer_expect(fd, MARKER "0015 03 02 02");
		peer_expect_closed(fd);
		expect_log(&e, cases[i].log);
	}
	/* It has its place even when it is not there, and before all others. */
	assert_true(show_neighbors(&e, 0, &row) >= 1);
	assert_int_equal(address_to_ipv4(&row.addr), 0x7f010001);
	assert_int_equal(row.dynamic, 0);
	engine_process_stop(&e);
}

static void
test_password_of_a_prefix_is_that_of_its_neighbors(void **state)
{
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	set_password(&e, add_prefix(&e, "127.1.0.0/16"), "of all");
	set_password(&e, add_neighbor(&e, "127.1.0.1"), "its own");
	e.neighbors[1].passive = true;
	engine_process_start(&e);
	fd = peer_socket("127.1.9.9");
	peer_set_password(fd, OUR_ADDRESS, "of all");
	assert_int_equal(connect_to_us(fd), 0);
	establish(fd, PLAIN_OPEN);
	close(fd);
	peer_expect_no_connection("127.1.9.8");
	fd = peer_socket("127.1.0.1");
	peer_set_password(fd, OUR_ADDRESS, "its own");
	assert_int_equal(connect_to_us(fd), 0);
	peer_establish(fd, PLAIN_OPEN);
	close(fd);
	engine_process_stop(&e);
}

/* What the operator said of it outlives its session. */
static void
test_neighbor_that_is_taken_down_is_remembered(void **state)
{
	struct control_neighbor row;
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16");
	engine_process_start(&e);
	fd = established("127.1.0.1");
	expect_log(&e, "session up");
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_DOWN, "127.1.0.1",
	    "").outcome, CONTROL_OK);
	peer_expect(fd, MARKER "0015 03 06 02");
	peer_expect_closed(fd);
	pause_ms(3000);
	assert_int_equal(show_neighbors(&e, 0, &row), 1);
	assert_int_equal(row.down, 1);
	fd = peer_connect("127.1.0.1");
	peer_expect(fd, REJECTED);
	peer_expect_closed(fd);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_UP, "127.1.0.1",
	    "").outcome, CONTROL_OK);
	close(established("127.1.0.1"));
	expect_count(&e, 0, 10000);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_DOWN, "127.1.0.1",
	    "").outcome, CONTROL_NO_SUCH_NEIGHBOR);
	engine_process_stop(&e);
}

/* An answer of the rde for one who is gone is nobody's. */
static void
test_next_hop_of_a_neighbor_that_is_forgotten_is_dropped(void **state)
{
	struct engine_process e;
	struct packet query;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16");
	engine_process_start(&e);
	fd = peer_connect("127.1.0.1");
	establish(fd, PEER_OPEN);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	close(fd);
	expect_count(&e, 0, 10000);
	answer_nexthop(&e, &query, NULL);
	fd = peer_connect("127.1.0.1");
	establish(fd, PEER_OPEN);
	assert_int_not_equal(expect_packet(e.rde,
	    MSG_SESSION_NEXTHOP).hdr.peerid, query.hdr.peerid);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 4724: who comes while routers wait for a restart comes because of it. */
static void
test_neighbor_of_a_prefix_after_a_restart_keeps_its_routes(void **state)
{
	const struct kernel_state kernel = { .preserved = 1 };
	struct engine_process e;
	int fd;

	(void)state;
	engine_process_init(&e);
	add_prefix(&e, "127.1.0.0/16");
	e.settings.graceful_restart = GRACEFUL_YES;
	e.settings.restart_time = 2;
	engine_process_start(&e);
	/* It has to wait until the kernel is known, and need not try again. */
	fd = peer_connect("127.1.0.1");
	peer_expect_silence(fd, 200);
	send_packet(e.rde, MSG_RDE_KERNEL, 0, &kernel, sizeof(kernel));
	peer_expect(fd, MARKER "0041 01 04 fc00 005a c0000201 24 02 22 01 04 "
	    "0001 00 01 01 04 0002 00 01 02 00 40 0a 8002 0001 01 80 "
	    "0002 01 80 41 04 0000fc00 46 00");
	close(fd);
	pause_ms(3000);
	fd = peer_connect("127.1.0.2");
	peer_expect(fd, MARKER "0041 01 04 fc00 005a c0000201 24 02 22 01 04 "
	    "0001 00 01 01 04 0002 00 01 02 00 40 0a 0002 0001 01 80 "
	    "0002 01 80 41 04 0000fc00 46 00");
	close(fd);
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_neighbor_of_a_prefix_comes_and_is_forgotten),
		ENGINE_TEST(test_errors_of_one_that_has_gone_are_kept),
		ENGINE_TEST(test_log_has_a_limit_for_the_whole_prefix),
		ENGINE_TEST(test_stranger_to_all_prefixes_is_refused),
		ENGINE_TEST(test_prefix_has_so_many_neighbors_and_no_more),
		ENGINE_TEST(
		    test_neighbor_with_settings_of_its_own_wins_then_the_longest_prefix),
		ENGINE_TEST(test_password_of_a_prefix_is_that_of_its_neighbors),
		ENGINE_TEST(test_neighbor_that_is_taken_down_is_remembered),
		ENGINE_TEST(
		    test_next_hop_of_a_neighbor_that_is_forgotten_is_dropped),
		ENGINE_TEST(
		    test_neighbor_of_a_prefix_after_a_restart_keeps_its_routes),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
