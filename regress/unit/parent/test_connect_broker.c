/*
 * Sockets that connect to neighbors, on loopback addresses; that a session comes of
 * them is for the tests of the session engine.
 */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <poll.h>

#include "bgplbd/parent/connect_broker.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/parent/passwords.h"
#include "bgplbd/tcp_options.h"
#include "regress/unit/parent/scratch.h"

#define PATIENCE_MS	5000
#define NEIGHBORS	2

struct fixture {
	struct neighbor_settings	 neighbors[NEIGHBORS];
	struct settings			 settings;
	struct connect_broker		*broker;
	int				 listening;	/* the first neighbor */
	unsigned int			 fds;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	unsigned int i;

	*state = f;
	f->fds = scratch_count_fds();
	settings_init(&f->settings);
	f->settings.neighbors = f->neighbors;
	f->settings.nneighbors = NEIGHBORS;
	f->settings.passwords = passwords_new();
	for (i = 0; i < NEIGHBORS; i++) {
		neighbor_settings_init(&f->neighbors[i]);
		f->neighbors[i].remote_as = 65001;
		if (address_parse("127.0.0.1", &f->neighbors[i].addr) == -1)
			return -1;
	}
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	f->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	tcp_options_set_listening(f->listening, AFI_IPV4);
	if (bind(f->listening, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(f->listening, 64) == -1 ||
	    getsockname(f->listening, (struct sockaddr *)&sin, &len) == -1)
		return -1;
	f->neighbors[0].port = f->neighbors[1].port = ntohs(sin.sin_port);
	f->broker = connect_broker_new(&f->settings);
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	unsigned int fds = f->fds;

	close(f->listening);
	connect_broker_free(f->broker);
	passwords_free(f->settings.passwords);
	free(f);
	return scratch_count_fds() == fds ? 0 : -1;
}

static int
ask(struct fixture *f, uint32_t neighbor, uint64_t now_ms,
    struct connect_answer *answer)
{
	const struct connect_request request = { .neighbor = neighbor };

	return connect_broker_ask(f->broker, &request, now_ms, answer);
}

/* 0, or errno. */
static int
outcome(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error;

	assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len),
	    0);
	return error;
}

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static void
test_socket_is_ready_for_bgp(void **state)
{
	struct fixture *f = *state;
	struct connect_answer answer;
	int fd;

	f->neighbors[0].ttl_security = true;
	fd = ask(f, 0, 0, &answer);
	assert_int_not_equal(fd, -1);
	assert_int_equal(answer.neighbor, 0);
	assert_int_equal(answer.error, 0);
	assert_int_equal(outcome(fd), 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TOS), 0xc0);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TTL), 255);
	assert_int_equal(option(fd, IPPROTO_IP, IP_MINTTL), 255);
	close(fd);
}

static void
test_socket_signs_with_the_neighbors_password(void **state)
{
	struct fixture *f = *state;
	struct connect_answer answer;
	struct pollfd pfd = { .events = POLLOUT };

	if (neighbor_socket_set_password(f->listening, &f->neighbors[0],
	    "sesame") == -1 && errno == ENOPROTOOPT)
		skip();
	f->neighbors[0].has_password = true;
	strlcpy(passwords_of(f->settings.passwords, 0), "sesame",
	    SETTINGS_PASSWORD_MAX + 1);
	pfd.fd = ask(f, 0, 0, &answer);
	assert_int_equal(outcome(pfd.fd), 0);
	close(pfd.fd);
	strlcpy(passwords_of(f->settings.passwords, 0), "another",
	    SETTINGS_PASSWORD_MAX + 1);
	pfd.fd = ask(f, 0, 0, &answer);
	assert_int_equal(poll(&pfd, 1, 200), 0);
	close(pfd.fd);
}

static void
test_step_that_fails_is_told(void **state)
{
	struct fixture *f = *state;
	struct connect_answer answer;

	assert_int_equal(address_parse("192.0.2.99",
	    &f->neighbors[0].local_address), 0);
	assert_int_equal(ask(f, 0, 0, &answer), -1);
	assert_int_equal(answer.step, CONNECT_LOCAL_ADDRESS);
	assert_int_equal(answer.error, EADDRNOTAVAIL);

	assert_int_equal(address_parse("fe80::1", &f->neighbors[1].addr), 0);
	strlcpy(f->neighbors[1].interface, "nosuch0", SETTINGS_INTERFACE_MAX);
	assert_int_equal(ask(f, 1, 0, &answer), -1);
	assert_int_equal(answer.neighbor, 1);
	assert_int_equal(answer.step, CONNECT_INTERFACE);
	assert_int_equal(answer.error, ENODEV);
	assert_string_equal(connect_step_name(answer.step), "interface");
}

static bool
may(struct fixture *f, uint32_t neighbor, uint64_t now_ms)
{
	struct connect_answer answer;
	int fd = ask(f, neighbor, now_ms, &answer);

	if (fd != -1) {
		close(fd);
		return true;
	}
	assert_int_equal(answer.step, CONNECT_LIMIT);
	assert_int_equal(answer.error, EAGAIN);
	return false;
}

static void
test_attempts_are_limited_for_each_neighbor(void **state)
{
	struct fixture *f = *state;
	const uint64_t begin = 1000000;
	unsigned int i;

	for (i = 0; i < CONNECT_BURST; i++)
		assert_true(may(f, 0, begin));
	assert_false(may(f, 0, begin));
	assert_true(may(f, 1, begin));
	/* What was refused does not count. */
	for (i = 0; i < 100; i++)
		assert_false(may(f, 0, begin + i));
	assert_true(may(f, 0, begin + 1000 / CONNECT_PER_SECOND));
	assert_false(may(f, 0, begin + 1000 / CONNECT_PER_SECOND));
	for (i = 1; i <= 50; i++)
		assert_true(may(f, 0, begin + 10000 +
		    i * 1000 / CONNECT_PER_SECOND));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_socket_is_ready_for_bgp),
		TEST(test_socket_signs_with_the_neighbors_password),
		TEST(test_step_that_fails_is_told),
		TEST(test_attempts_are_limited_for_each_neighbor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
