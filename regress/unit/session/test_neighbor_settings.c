/*
 * What settings of a neighbor make of its session, through the whole engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

/* One prefix, as a neighbor in AS 65001 announces it. */
#define PREFIX_OF_PEER(octet) MARKER "002e 02 0000 0012 40 01 01 00 " \
			"40 02 04 02 01 fde9 40 03 04 7f000002 20 0a0000" octet
#define WITHDRAWAL_OF_PEER MARKER "001c 02 0005 20 0a000001 0000 "
#define SESSION_ERROR	MARKER "0015 03 "

/* One neighbor, which connects; its settings are to be completed. */
static struct neighbor_settings *
init_passive(struct engine_process *e)
{
	struct neighbor_settings *n;

	engine_process_init(e);
	n = add_neighbor(e, "127.0.0.2");
	n->passive = true;
	return n;
}

/* RFC 4271 section 6.7, RFC 4486 section 4. */
static void
test_too_many_prefixes_pause_the_session(void **state)
{
	struct engine_process e;
	struct neighbor_settings *n;
	int fd;

	(void)state;
	n = init_passive(&e);
	n->max_prefix = 1;
	n->max_prefix_restart = 1;
	engine_process_start(&e);
	fd = peer_established("127.0.0.2");
	/* One that is withdrawn does not count any more. */
	peer_send(fd, PREFIX_OF_PEER("01"));
	peer_send(fd, WITHDRAWAL_OF_PEER);
	peer_send(fd, PREFIX_OF_PEER("02"));
	peer_expect_silence(fd, 100);
	assert_int_equal(show_neighbor(&e, 0).received_prefixes, 2);
	peer_send(fd, PREFIX_OF_PEER("03"));
	peer_expect(fd, SESSION_ERROR "06 01");
	peer_expect_closed(fd);
	expect_log(&e, "neighbor 127.0.0.2: sent NOTIFICATION: Cease, Maximum "
	    "Number of Prefixes Reached (more than 1, again in 1 s)");
	/* Until then it is turned away. */
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, SESSION_ERROR "06 05");
	peer_expect_closed(fd);
	expect_log(&e, "may come again");
	close(peer_established("127.0.0.2"));
	engine_process_stop(&e);
}

static void
test_external_neighbor_shows_the_as_that_it_has(void **state)
{
	struct engine_process e;
	struct neighbor_settings *n;
	int fd;

	(void)state;
	n = init_passive(&e);
	n->remote_as = 0;
	n->external = true;
	engine_process_start(&e);
	assert_int_equal(show_neighbor(&e, 0).remote_as, 0);
	fd = peer_established("127.0.0.2");
	expect_log(&e, "session up: AS 65001");
	assert_int_equal(show_neighbor(&e, 0).remote_as, 65001);
	close(fd);
	engine_process_stop(&e);
}

/* RFC 4760 section 8. */
static void
test_family_that_is_off_is_not_offered(void **state)
{
	struct engine_process e;
	struct neighbor_settings *n;
	int fd;

	(void)state;
	n = init_passive(&e);
	n->families = NEIGHBOR_IPV6;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, MARKER "0031 01 04 fc00 005a c0000201 14 02 12 "
	    "01 04 0002 00 01 02 00 06 00 41 04 0000fc00 46 00");
	close(fd);
	engine_process_stop(&e);
}

/* RFC 4271 section 4.2: neither KEEPALIVEs nor an end for want of them. */
static void
test_hold_time_0_has_no_timers(void **state)
{
	struct engine_process e;
	struct neighbor_settings *n;
	int fd;

	(void)state;
	n = init_passive(&e);
	n->hold_time = 0;
	engine_process_start(&e);
	fd = peer_connect("127.0.0.2");
	peer_expect(fd, MARKER "0037 01 04 fc00 0000 c0000201 1a 02 18 "
	    "01 04 0001 00 01 01 04 0002 00 01 02 00 06 00 41 04 0000fc00 "
	    "46 00");
	/* It asks for 3 s, but the lesser value counts. */
	peer_send(fd, MARKER "001d 01 04 fde9 0003 7f000002 00");
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
	peer_expect_silence(fd, 3500);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_ESTABLISHED);
	assert_int_equal(show_neighbor(&e, 0).hold_time, 0);
	close(fd);
	engine_process_stop(&e);
}

static int
connect_with_ttl(const char *from, int ttl)
{
	int fd = peer_socket(from);

	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl,
	    sizeof(ttl)), 0);
	assert_int_equal(connect_to_us(fd), 0);
	return fd;
}

/* RFC 5082: what comes from afar is not even heard. */
static void
test_ttl_security_drops_what_passed_more_hops(void **state)
{
	struct engine_process e;
	struct neighbor_settings *n;
	int fd, least = 255;

	(void)state;
	n = init_passive(&e);
	n->ttl_security = true;
	n = add_neighbor(&e, "127.0.0.3");
	n->passive = true;
	n->ttl_security = true;
	n->multihop = 2;
	engine_process_start(&e);
	show_neighbor(&e, 0);
	fd = connect_with_ttl("127.0.0.2", 254);
	peer_expect(fd, OUR_OPEN);
	peer_send(fd, PLAIN_OPEN);
	peer_expect_silence(fd, 300);
	close(fd);
	/* One hop more is allowed for the other; ours is sent with 255. */
	fd = peer_socket("127.0.0.3");
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_MINTTL, &least,
	    sizeof(least)), 0);
	least = 254;
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_TTL, &least,
	    sizeof(least)), 0);
	assert_int_equal(connect_to_us(fd), 0);
	peer_establish(fd, PLAIN_OPEN);
	expect_log(&e, "neighbor 127.0.0.3: session up");
	close(fd);
	engine_process_stop(&e);
}

/* Without multihop a neighbor of another AS is one hop away, one of ours may be far. */
static void
test_hops_to_a_neighbor(void **state)
{
	struct neighbor_settings n;

	(void)state;
	neighbor_settings_init(&n);
	n.remote_as = 65001;
	assert_int_equal(neighbor_settings_hops(&n, 64512), 1);
	n.remote_as = 64512;
	assert_int_equal(neighbor_settings_hops(&n, 64512), 0);
	n.ttl_security = true;
	assert_int_equal(neighbor_settings_hops(&n, 64512), 1);
	n.multihop = 255;
	assert_int_equal(neighbor_settings_hops(&n, 64512), 255);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_too_many_prefixes_pause_the_session),
		ENGINE_TEST(test_external_neighbor_shows_the_as_that_it_has),
		ENGINE_TEST(test_family_that_is_off_is_not_offered),
		ENGINE_TEST(test_hold_time_0_has_no_timers),
		ENGINE_TEST(test_ttl_security_drops_what_passed_more_hops),
		cmocka_unit_test(test_hops_to_a_neighbor),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
