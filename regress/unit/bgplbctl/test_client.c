/* The exchange with bgplbd: what is asked, and each way in which the answer may fail. */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bgplbctl/client.h"
#include "regress/unit/bgplbctl/fake_daemon.h"
#include "regress/unit/bgplbctl/rows.h"

#define TIMEOUT_MS	200
#define MALFORMED \
	"bgplbd's answer is malformed: are bgplbd and bgplbctl of one version?"
#define CLOSED	"bgplbd closed the connection before it answered"

static enum exit_status
ask(struct client *client, const char *path, enum command_kind kind,
    struct reply *reply)
{
	struct command command;

	memset(&command, 0, sizeof(command));
	command.kind = kind;
	if (kind == COMMAND_WITHDRAW || kind == COMMAND_ANNOUNCE)
		command.prefix = rows_prefix("10.0.0.101/32");
	memset(client, 0, sizeof(*client));
	client->socket = path;
	client->timeout_ms = TIMEOUT_MS;
	return client_ask(client, &command, reply);
}

/* The sentence of the client may end in the path of the socket. */
static void
assert_error(const struct client *client, const char *text, const char *path)
{
	char expected[CLIENT_ERROR_MAX];

	snprintf(expected, sizeof(expected), "%s%s", text, path);
	assert_string_equal(client->error, expected);
}

static void
serve_neighbors(int fd)
{
	struct control_neighbor up = rows_neighbor_up();
	struct control_neighbor down = rows_neighbor_down();

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	fake_daemon_send(fd, CONTROL_NEIGHBOR, &up, sizeof(up));
	fake_daemon_send(fd, CONTROL_NEIGHBOR, &down, sizeof(down));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
test_rows_are_gathered_up_to_the_result(void **state)
{
	struct control_neighbor up = rows_neighbor_up();
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;

	(void)state;
	fake_daemon_start(&daemon, serve_neighbors);
	assert_int_equal(ask(&client, daemon.path, COMMAND_SHOW_NEIGHBORS,
	    &reply), EXIT_DONE);
	assert_int_equal(reply.nrows, 2);
	assert_memory_equal(&reply.neighbors[0], &up, sizeof(up));
	reply_clear(&reply);
	fake_daemon_stop(&daemon);
}

static void
serve_many_prefixes(int fd)
{
	struct control_prefix row = rows_prefix_lb();
	int i;

	fake_daemon_expect(fd, CONTROL_SHOW_PREFIXES, NULL, 0);
	for (i = 0; i < 5000; i++)
		fake_daemon_send(fd, CONTROL_PREFIX, &row, sizeof(row));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
test_more_rows_than_a_socket_holds_are_gathered(void **state)
{
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;

	(void)state;
	fake_daemon_start(&daemon, serve_many_prefixes);
	assert_int_equal(ask(&client, daemon.path, COMMAND_SHOW_PREFIXES,
	    &reply), EXIT_DONE);
	assert_int_equal(reply.nrows, 5000);
	reply_clear(&reply);
	fake_daemon_stop(&daemon);
}

static void
serve_withdraw(int fd)
{
	struct prefix prefix;

	if (prefix_parse("10.0.0.101/32", &prefix) == -1)
		_exit(1);
	fake_daemon_expect(fd, CONTROL_WITHDRAW, &prefix, sizeof(prefix));
	fake_daemon_send_result(fd, CONTROL_NO_SUCH_PREFIX, "not here");
}

static void
test_withdraw_carries_the_prefix_and_brings_the_result(void **state)
{
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;

	(void)state;
	fake_daemon_start(&daemon, serve_withdraw);
	assert_int_equal(ask(&client, daemon.path, COMMAND_WITHDRAW, &reply),
	    EXIT_DONE);
	assert_int_equal(reply.result.outcome, CONTROL_NO_SUCH_PREFIX);
	assert_string_equal(reply.result.text, "not here");
	reply_clear(&reply);
	fake_daemon_stop(&daemon);
}

/* What a hostile daemon sends instead of a packet. */
static void
serve_short_packet(int fd)
{
	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	if (send(fd, "garbage", 7, MSG_NOSIGNAL) != 7)
		_exit(1);
}

static void
serve_lying_header(int fd)
{
	struct channel_hdr hdr = { .type = CONTROL_RESULT, .len = UINT32_MAX };

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	if (send(fd, &hdr, sizeof(hdr), MSG_NOSIGNAL) != sizeof(hdr))
		_exit(1);
}

static void
serve_long_packet(int fd)
{
	unsigned char packet[PACKET_MAX + 1] = { 0 };

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	if (send(fd, packet, sizeof(packet), MSG_NOSIGNAL) != sizeof(packet))
		_exit(1);
}

static void
serve_bad_row(int fd)
{
	struct control_neighbor row = rows_neighbor_up();

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	memset(row.last_error, 'x', sizeof(row.last_error));
	fake_daemon_send(fd, CONTROL_NEIGHBOR, &row, sizeof(row));
}

static void
test_malformed_answers_are_refused(void **state)
{
	static const fake_daemon_serve hostile[] = {
		serve_short_packet, serve_lying_header, serve_long_packet,
		serve_bad_row
	};
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		fake_daemon_start(&daemon, hostile[i]);
		assert_int_equal(ask(&client, daemon.path,
		    COMMAND_SHOW_NEIGHBORS, &reply), EXIT_FAILED);
		assert_error(&client, MALFORMED, "");
		reply_clear(&reply);
		fake_daemon_stop(&daemon);
	}
}

static void
serve_descriptor(int fd)
{
	union {
		struct cmsghdr	hdr;
		char		buf[CMSG_SPACE(sizeof(int))];
	} control;
	unsigned char packet[PACKET_MAX];
	struct iovec iov = { .iov_base = packet };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control)
	};

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	iov.iov_len = packet_make_result(packet, CONTROL_OK, "");
	memset(&control, 0, sizeof(control));
	control.hdr.cmsg_level = SOL_SOCKET;
	control.hdr.cmsg_type = SCM_RIGHTS;
	control.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.hdr), &fd, sizeof(fd));
	if (sendmsg(fd, &msg, MSG_NOSIGNAL) == -1)
		_exit(1);
}

static void
test_a_descriptor_that_comes_along_is_not_taken(void **state)
{
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	int before, after;

	(void)state;
	before = open("/dev/null", O_RDONLY);
	close(before);
	fake_daemon_start(&daemon, serve_descriptor);
	assert_int_equal(ask(&client, daemon.path, COMMAND_SHOW_NEIGHBORS,
	    &reply), EXIT_DONE);
	after = open("/dev/null", O_RDONLY);
	close(after);
	assert_int_equal(before, after);
	reply_clear(&reply);
	fake_daemon_stop(&daemon);
}

static void
serve_nothing(int fd)
{
	char byte;

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	/* Until the client has had enough. */
	if (recv(fd, &byte, 1, 0) != 0)
		_exit(1);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
test_silence_ends_with_the_timeout(void **state)
{
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	int64_t started;

	(void)state;
	fake_daemon_start(&daemon, serve_nothing);
	started = now_ms();
	assert_int_equal(ask(&client, daemon.path, COMMAND_SHOW_NEIGHBORS,
	    &reply), EXIT_FAILED);
	assert_error(&client, "no answer from bgplbd within 0.2 s", "");
	assert_in_range(now_ms() - started, TIMEOUT_MS - 20, 5000);
	reply_clear(&reply);
	fake_daemon_stop(&daemon);
}

static void
serve_half(int fd)
{
	struct control_neighbor up = rows_neighbor_up();

	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	fake_daemon_send(fd, CONTROL_NEIGHBOR, &up, sizeof(up));
}

static void
serve_close(int fd)
{
	close(fd);
}

static void
test_an_early_end_is_no_answer(void **state)
{
	static const fake_daemon_serve early[] = { serve_half, serve_close };
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(early) / sizeof(early[0]); i++) {
		fake_daemon_start(&daemon, early[i]);
		assert_int_equal(ask(&client, daemon.path,
		    COMMAND_SHOW_NEIGHBORS, &reply), EXIT_FAILED);
		assert_error(&client, CLOSED, "");
		reply_clear(&reply);
		fake_daemon_stop(&daemon);
	}
}

static void
serve_refusal(int fd)
{
	fake_daemon_send_result(fd, CONTROL_REFUSED, "32 clients are served");
}

static void
serve_refusal_after_the_request_came(int fd)
{
	char byte;

	if (recv(fd, &byte, 1, MSG_PEEK) == -1)
		_exit(1);
	serve_refusal(fd);
}

static void
test_a_reason_sent_without_reading_the_request_is_heard(void **state)
{
	static const fake_daemon_serve refusing[] = {
		serve_refusal, serve_refusal_after_the_request_came
	};
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusing) / sizeof(refusing[0]); i++) {
		fake_daemon_start(&daemon, refusing[i]);
		assert_int_equal(ask(&client, daemon.path,
		    COMMAND_SHOW_NEIGHBORS, &reply), EXIT_DONE);
		assert_int_equal(reply.result.outcome, CONTROL_REFUSED);
		assert_string_equal(reply.result.text, "32 clients are served");
		reply_clear(&reply);
		fake_daemon_stop(&daemon);
	}
}

static void
assert_unreachable(const char *path, const char *text)
{
	struct client client;
	struct reply reply;

	assert_int_equal(ask(&client, path, COMMAND_SHOW_NEIGHBORS, &reply),
	    EXIT_UNREACHABLE);
	assert_string_equal(client.error, text);
	reply_clear(&reply);
}

static void
test_no_socket_means_that_bgplbd_does_not_run(void **state)
{
	(void)state;
	assert_unreachable("/nonexistent/sock",
	    "bgplbd does not run: no socket at /nonexistent/sock");
}

static void
test_a_socket_that_a_killed_bgplbd_left(void **state)
{
	struct fake_daemon daemon;
	char text[CLIENT_ERROR_MAX];

	(void)state;
	fake_daemon_make_path(&daemon);
	close(fake_daemon_listen(&daemon, SOCK_SEQPACKET));
	snprintf(text, sizeof(text),
	    "bgplbd does not run: nobody listens on %s", daemon.path);
	assert_unreachable(daemon.path, text);
	fake_daemon_stop(&daemon);
}

static void
test_a_socket_of_another_kind(void **state)
{
	struct fake_daemon daemon;
	char text[CLIENT_ERROR_MAX];
	int fd;

	(void)state;
	fake_daemon_make_path(&daemon);
	fd = fake_daemon_listen(&daemon, SOCK_STREAM);
	snprintf(text, sizeof(text), "%s is not a control socket of bgplbd",
	    daemon.path);
	assert_unreachable(daemon.path, text);
	close(fd);
	fake_daemon_stop(&daemon);
}

static void
test_a_path_too_long_for_a_socket(void **state)
{
	char path[200];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_unreachable(path,
	    "the socket's path is longer than the 107 bytes possible");
}

static void
test_a_daemon_too_busy_to_accept_is_not_waited_for_forever(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct fake_daemon daemon;
	char text[CLIENT_ERROR_MAX];
	int fds[8], listener;
	size_t i, nfds;

	(void)state;
	fake_daemon_make_path(&daemon);
	listener = fake_daemon_listen(&daemon, SOCK_SEQPACKET);
	strlcpy(sun.sun_path, daemon.path, sizeof(sun.sun_path));
	for (nfds = 0; nfds < sizeof(fds) / sizeof(fds[0]); nfds++) {
		fds[nfds] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
		assert_int_not_equal(fds[nfds], -1);
		if (connect(fds[nfds], (struct sockaddr *)&sun,
		    sizeof(sun)) == -1)
			break;
	}
	assert_in_range(nfds, 1, sizeof(fds) / sizeof(fds[0]) - 1);
	snprintf(text, sizeof(text),
	    "bgplbd does not take the connection on %s", daemon.path);
	assert_unreachable(daemon.path, text);
	for (i = 0; i <= nfds; i++)
		close(fds[i]);
	close(listener);
	fake_daemon_stop(&daemon);
}

/* As an unprivileged user, in a child, since tests may run as root. */
static void
test_a_socket_that_only_root_may_use(void **state)
{
	struct fake_daemon daemon;
	struct client client;
	struct reply reply;
	char text[CLIENT_ERROR_MAX];
	int fd, status;
	pid_t pid;

	(void)state;
	fake_daemon_make_path(&daemon);
	assert_int_equal(chmod(daemon.dir, 0755), 0);
	fd = fake_daemon_listen(&daemon, SOCK_SEQPACKET);
	assert_int_equal(chmod(daemon.path, 0), 0);
	snprintf(text, sizeof(text), "permission denied for %s: be root",
	    daemon.path);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) == -1)
			_exit(1);
		if (ask(&client, daemon.path, COMMAND_SHOW_NEIGHBORS,
		    &reply) != EXIT_UNREACHABLE)
			_exit(2);
		_exit(strcmp(client.error, text) == 0 ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fd);
	fake_daemon_stop(&daemon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_gathered_up_to_the_result),
		cmocka_unit_test(test_more_rows_than_a_socket_holds_are_gathered),
		cmocka_unit_test(
		    test_withdraw_carries_the_prefix_and_brings_the_result),
		cmocka_unit_test(test_malformed_answers_are_refused),
		cmocka_unit_test(test_a_descriptor_that_comes_along_is_not_taken),
		cmocka_unit_test(test_silence_ends_with_the_timeout),
		cmocka_unit_test(test_an_early_end_is_no_answer),
		cmocka_unit_test(
		    test_a_reason_sent_without_reading_the_request_is_heard),
		cmocka_unit_test(test_no_socket_means_that_bgplbd_does_not_run),
		cmocka_unit_test(test_a_socket_that_a_killed_bgplbd_left),
		cmocka_unit_test(test_a_socket_of_another_kind),
		cmocka_unit_test(test_a_path_too_long_for_a_socket),
		cmocka_unit_test(
		    test_a_daemon_too_busy_to_accept_is_not_waited_for_forever),
		cmocka_unit_test(test_a_socket_that_only_root_may_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
