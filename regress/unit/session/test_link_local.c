/*
 * Neighbors at link-local addresses, through the whole engine; the link is loopback.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

/* As linux/ipv6.h has it, which netinet/in.h does not go together with. */
struct in6_request {
	struct in6_addr	addr;
	uint32_t	prefixlen;
	int		ifindex;
};

static int
add_address(const char *text)
{
	struct in6_request request = { .prefixlen = 64 };
	struct address addr;
	int fd, rc;

	if (address_parse(text, &addr) == -1)
		return -1;
	memcpy(&request.addr, addr.bytes, sizeof(request.addr));
	request.ifindex = (int)if_nametoindex("lo");
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	rc = ioctl(fd, SIOCSIFADDR, &request);
	close(fd);
	return rc;
}

static int
network_with_link_local_addresses(void **state)
{
	if (private_network(state) == -1)
		return -1;
	if (add_address("fe80::1") == -1 || add_address("fe80::2") == -1) {
		perror("fe80::1 on lo");
		return -1;
	}
	return 0;
}

static int
listen_on_link(const char *text)
{
	struct sockaddr_storage sa;
	struct address addr;
	unsigned int waited = 0;
	const int on = 1;
	socklen_t len;
	int fd;

	assert_int_equal(address_parse(text, &addr), 0);
	len = address_to_sockaddr(&addr, PEER_PORT, if_nametoindex("lo"), &sa);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd != -1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)), 0);
	/* The kernel takes the address into use a moment after it is set. */
	while (bind(fd, (struct sockaddr *)&sa, len) == -1) {
		assert_int_equal(errno, EADDRNOTAVAIL);
		assert_true((waited += 5) < PATIENCE_MS);
		pause_ms(5);
	}
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* RFC 2545 section 3: the answer's address, and that of the session. */
static void
test_session_with_a_link_local_neighbor(void **state)
{
	struct packet query;
	struct neighbor_settings *n;
	struct engine_process e;
	uint8_t update[19 + 2 + 2 + 7 + 2 + 2 + 32];
	int fd, listening = listen_on_link("fe80::2");

	(void)state;
	engine_process_init(&e);
	n = add_neighbor(&e, "fe80::2");
	strlcpy(n->interface, "lo", sizeof(n->interface));
	n->families = NEIGHBOR_IPV6;
	engine_process_start(&e);
	announce(&e, "2001:db8:0:1000::101/128");
	fd = peer_accept(listening);
	peer_expect(fd, MARKER "0031 01 04 fc00 005a c0000201 14 02 12"
	    "01 04 0002 00 01 02 00 06 00 41 04 0000fc00 46 00");
	peer_send(fd, PEER_OPEN);
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
	query = expect_packet(e.rde, MSG_SESSION_NEXTHOP);
	answer_nexthop(&e, &query, "2001:db8::10");
	peer_read(fd, update, sizeof(update));
	assert_octets(&update[23], 9, "90 0e 0036 0002 01 20 20");
	assert_octets(&update[31], 16, "20010db8000000000000000000000010");
	expect_log(&e, "neighbor fe80::2%lo: session up");
	close(fd);
	close(listening);
	engine_process_stop(&e);
}

static void
test_interface_that_does_not_exist_is_said_and_tried_again(void **state)
{
	struct neighbor_settings *n;
	struct engine_process e;

	(void)state;
	engine_process_init(&e);
	n = add_neighbor(&e, "fe80::2");
	strlcpy(n->interface, "nosuch0", sizeof(n->interface));
	engine_process_start(&e);
	expect_log(&e, "warning: session: neighbor fe80::2%nosuch0: "
	    "interface: No such device");
	expect_log(&e, "debug: session: neighbor fe80::2%nosuch0: "
	    "interface: No such device");
	engine_process_stop(&e);
}

/* One address on two links is two neighbors. */
static void
test_order_for_a_link_local_address_names_its_interface(void **state)
{
	struct control_neighbor_order o;
	struct control_result result;
	struct engine_process e;

	(void)state;
	engine_process_init(&e);
	strlcpy(add_neighbor(&e, "fe80::3")->interface, "eth0",
	    SETTINGS_INTERFACE_MAX);
	engine_process_start(&e);
	assert_int_equal(order(&e, CONTROL_NEIGHBOR_DOWN, "fe80::3",
	    "").outcome, CONTROL_OK);
	assert_string_equal(show_neighbor(&e, 0).interface, "eth0");
	engine_process_stop(&e);

	strlcpy(add_neighbor(&e, "fe80::3")->interface, "eth1",
	    SETTINGS_INTERFACE_MAX);
	engine_process_start(&e);
	result = order(&e, CONTROL_NEIGHBOR_DOWN, "fe80::3", "");
	assert_int_equal(result.outcome, CONTROL_REFUSED);
	assert_string_equal(result.text, CONTROL_SEVERAL_NEIGHBORS);
	memset(&o, 0, sizeof(o));
	assert_int_equal(control_neighbor_parse("fe80::3%eth1", &o.addr,
	    o.interface), 0);
	send_packet(e.frontend, CONTROL_NEIGHBOR_DOWN, 5, &o, sizeof(o));
	assert_int_equal(receive_packet(e.frontend).data.result.outcome,
	    CONTROL_OK);
	assert_int_equal(show_neighbor(&e, 0).down, 0);
	assert_int_equal(show_neighbor(&e, 1).down, 1);
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_session_with_a_link_local_neighbor),
		ENGINE_TEST(
		    test_order_for_a_link_local_address_names_its_interface),
		ENGINE_TEST(
		    test_interface_that_does_not_exist_is_said_and_tried_again),
	};

	return cmocka_run_group_tests(tests, network_with_link_local_addresses,
	    NULL);
}
