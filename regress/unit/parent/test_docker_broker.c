/*
 * The broker between a Docker that the test plays on a socket of its own and a
 * frontend that it plays too, all in one loop.
 */
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>

#include <event2/event.h>

#include "bgplbd/parent/docker_broker.h"
#include "bgplbd/parent/engine_sign.h"
#include "regress/unit/parent/scratch.h"

#define ID	"0123456789abcdef0123456789abcdef" \
		"0123456789abcdef0123456789abcdef"
#define TAIL	" HTTP/1.0\r\nHost: docker\r\nUser-Agent: bgplbd\r\n"

struct fixture {
	struct scratch		 scratch;
	struct event_base	*base;
	struct docker_broker	*broker;
	int			 docker;	/* listening */
	unsigned int		 fds;
};

static const struct docker_request list_networks = {
	.kind = DOCKER_LIST_NETWORKS
};
static const struct docker_request events = { .kind = DOCKER_EVENTS };

static int
listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(fd, 128) == -1)
		return -1;
	return fd;
}

/* The engine's pid file: this process is the engine. */
static void
write_pid(struct fixture *f)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)getpid());
	scratch_write(scratch_path(&f->scratch, "docker.pid"), text,
	    strlen(text));
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *path;

	*state = f;
	if (scratch_make(&f->scratch) == -1)
		return -1;
	path = scratch_path(&f->scratch, "docker.sock");
	f->docker = listen_at(path);
	write_pid(f);
	f->base = event_base_new();
	f->broker = docker_broker_new(f->base,
	    scratch_path(&f->scratch, "docker.sock"));
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	f->fds = scratch_count_fds();
	return f->docker == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	int rc = scratch_remove(&f->scratch);

	docker_broker_free(f->broker);
	event_base_free(f->base);
	close(f->docker);
	free(f);
	return rc;
}

static void
turn(struct fixture *f)
{
	event_base_loop(f->base, EVLOOP_NONBLOCK);
}

/* Asks; *docker is Docker's end. */
static int
ask(struct fixture *f, const struct docker_request *r, int *docker)
{
	char buf[DOCKER_HTTP_MAX];
	int fd = -1;

	assert_int_equal(docker_broker_ask(f->broker, r, &fd), 0);
	assert_int_not_equal(fd, -1);
	*docker = accept4(f->docker, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_not_equal(*docker, -1);
	assert_true(read(*docker, buf, sizeof(buf)) > 0);
	return fd;
}

static void
assert_read(int fd, const char *wanted)
{
	char buf[256];
	ssize_t n = read(fd, buf, sizeof(buf));

	assert_int_equal(n, strlen(wanted));
	assert_memory_equal(buf, wanted, n);
}

static void
assert_nothing_to_read(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
assert_eof(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), 0);
}

static void
assert_format(struct docker_request r, const char *wanted)
{
	char buf[DOCKER_HTTP_MAX];

	assert_int_equal(docker_broker_format(&r, buf), strlen(wanted));
	assert_string_equal(buf, wanted);
}

static void
set_id(struct docker_request *r, const char *hex)
{
	strlcpy(r->id.hex, hex, sizeof(r->id.hex));
}

static void
test_requests_are_the_closed_list(void **state)
{
	struct docker_request r = { .kind = DOCKER_LIST_NETWORKS };

	(void)state;
	assert_format(r, "GET /networks" TAIL "\r\n");
	r.kind = DOCKER_LIST_CONTAINERS;
	assert_format(r, "GET /containers/json" TAIL "\r\n");
	r.kind = DOCKER_LIST_STOPPED;
	assert_format(r, "GET /containers/json?filters=%7B%22status%22%3A%5B"
	    "%22created%22%2C%22exited%22%5D%7D" TAIL "\r\n");
	set_id(&r, ID);
	r.kind = DOCKER_INSPECT_NETWORK;
	assert_format(r, "GET /networks/" ID TAIL "\r\n");
	r.kind = DOCKER_INSPECT_CONTAINER;
	assert_format(r, "GET /containers/" ID "/json" TAIL "\r\n");
	r.kind = DOCKER_STOP_CONTAINER;
	r.signal = 15;
	assert_format(r, "POST /containers/" ID "/kill?signal=15 HTTP/1.1\r\n"
	    "Host: docker\r\nUser-Agent: bgplbd\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n");
}

#define FILTERS	"%7B%22type%22%3A%5B%22container%22%2C%22network%22%5D%2C" \
	"%22event%22%3A%5B%22start%22%2C%22die%22%2C%22kill%22%2C%22pause%22" \
	"%2C%22unpause%22%2C%22health_status%22%2C%22create%22%2C%22destroy" \
	"%22%2C%22connect%22%2C%22disconnect%22%5D%7D"

static void
test_events_begin_where_they_are_asked_to(void **state)
{
	struct docker_request r = { .kind = DOCKER_EVENTS };

	(void)state;
	assert_format(r, "GET /events?filters=" FILTERS "&since=" TAIL "\r\n");
	r.since = 1700000000123456789;
	assert_format(r, "GET /events?filters=" FILTERS
	    "&since=1700000000.123456789" TAIL "\r\n");
	r.since = 1700000000000000001;
	assert_format(r, "GET /events?filters=" FILTERS
	    "&since=1700000000.000000001" TAIL "\r\n");
	r.since = INT64_MAX;
	assert_format(r, "GET /events?filters=" FILTERS
	    "&since=9223372036.854775807" TAIL "\r\n");
}

static void
assert_invalid(struct docker_request r)
{
	char buf[DOCKER_HTTP_MAX];

	assert_int_equal(docker_broker_format(&r, buf), -1);
}

static void
test_what_is_not_in_the_list_is_not_asked(void **state)
{
	struct fixture *f = *state;
	struct docker_request r = { .kind = 0 };
	int fd = -1;

	assert_invalid(r);
	r.kind = DOCKER_REQUEST_LAST + 1;
	assert_invalid(r);
	r.kind = UINT32_MAX;
	assert_invalid(r);
	r.kind = DOCKER_INSPECT_CONTAINER;
	assert_invalid(r);
	set_id(&r, "../../../../images/json?all=1&xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxx");
	assert_invalid(r);
	set_id(&r, ID);
	r.kind = DOCKER_STOP_CONTAINER;
	r.signal = SIGINT;
	assert_invalid(r);
	assert_int_equal(docker_broker_ask(f->broker, &r, &fd), EINVAL);
	assert_int_equal(fd, -1);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_request_is_written_at_once(void **state)
{
	struct fixture *f = *state;
	char buf[DOCKER_HTTP_MAX];
	int docker, fd = -1;

	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd), 0);
	docker = accept(f->docker, NULL, NULL);
	assert_int_equal(recv(docker, buf, sizeof(buf), MSG_DONTWAIT),
	    strlen("GET /networks" TAIL "\r\n"));
	close(docker);
	close(fd);
}

static void
test_answer_ends_with_docker(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker);

	assert_int_equal(write(docker, "HTTP/1.0 200 OK\r\n\r\n[]", 21), 21);
	turn(f);
	assert_read(fd, "HTTP/1.0 200 OK\r\n\r\n[]");
	assert_int_equal(docker_broker_active(f->broker), 1);
	close(docker);
	turn(f);
	assert_eof(fd);
	close(fd);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_answer_whose_end_comes_with_it_is_whole(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker);

	assert_int_equal(write(docker, "answer", 6), 6);
	close(docker);
	turn(f);
	turn(f);
	assert_read(fd, "answer");
	assert_eof(fd);
	close(fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_event_stream_stays_open(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &events, &docker), i;

	for (i = 0; i < 100; i++) {
		assert_int_equal(write(docker, "{\"event\":1}\n", 12), 12);
		turn(f);
		assert_read(fd, "{\"event\":1}\n");
		turn(f);
		assert_nothing_to_read(fd);
	}
	assert_int_equal(docker_broker_active(f->broker), 1);
	close(fd);
	close(docker);
}

/* Bytes of a long answer, each telling its position. */
static uint8_t
byte_at(size_t position)
{
	return (uint8_t)(position * 2654435761U >> 13);
}

/* Writes what the socket takes, in writes of an odd size. */
static void
write_some(int docker, size_t *written, size_t total)
{
	uint8_t buf[4093];
	size_t i, n;
	ssize_t rc;

	while (*written < total) {
		n = total - *written < sizeof(buf) ? total - *written :
		    sizeof(buf);
		for (i = 0; i < n; i++)
			buf[i] = byte_at(*written + i);
		rc = write(docker, buf, n);
		if (rc == -1) {
			assert_int_equal(errno, EAGAIN);
			return;
		}
		*written += (size_t)rc;
	}
}

static void
read_some(int fd, size_t *got, size_t at_most)
{
	uint8_t buf[8191];
	size_t taken = 0;
	ssize_t i, n;

	while (taken < at_most && (n = read(fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; i++)
			if (buf[i] != byte_at(*got + (size_t)i))
				fail_msg("byte %zu is wrong",
				    *got + (size_t)i);
		*got += (size_t)n;
		taken += (size_t)n;
	}
}

static void
test_long_answer_is_whole_for_a_slow_reader(void **state)
{
	const size_t total = 5 * 1000 * 1000 + 7;
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker), turns = 0;
	size_t written = 0, got = 0;

	while (got < total) {
		write_some(docker, &written, total);
		if (written == total && docker != -1) {
			close(docker);
			docker = -1;
		}
		turn(f);
		if (turns++ % 3 == 0)
			read_some(fd, &got, 10000);
		assert_true(turns < 1000000);
	}
	turn(f);
	assert_eof(fd);
	close(fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

/* The loop must not spin while the reader does not read. */
static void
test_full_pipe_stops_the_flow(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker), i, size;
	size_t written = 0, got = 0;
	struct pollfd pfd;

	for (i = 0; i < 50; i++) {
		write_some(docker, &written, 10 * 1000 * 1000);
		turn(f);
	}
	assert_true(written < 10 * 1000 * 1000);
	pfd.fd = docker;
	pfd.events = POLLOUT;
	assert_int_equal(poll(&pfd, 1, 0), 0);
	assert_int_equal(event_base_get_num_events(f->base,
	    EVENT_BASE_COUNT_ACTIVE), 0);
	size = fcntl(fd, F_GETPIPE_SZ);
	assert_true(size > 0);
	read_some(fd, &got, (size_t)size * 2);
	turn(f);
	read_some(fd, &got, 1);
	assert_true(got > (size_t)size / 2);
	close(fd);
	close(docker);
}

static void
test_reader_that_leaves_ends_a_quiet_stream(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &events, &docker);

	turn(f);
	close(fd);
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_eof(docker);
	close(docker);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_reader_that_leaves_ends_a_stopped_flow(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker), i;
	size_t written = 0;

	for (i = 0; i < 50; i++) {
		write_some(docker, &written, 10 * 1000 * 1000);
		turn(f);
	}
	close(fd);
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
	close(docker);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_reader_that_leaves_amid_data_ends_the_relay(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &list_networks, &docker);

	assert_int_equal(write(docker, "answer", 6), 6);
	close(fd);
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
	close(docker);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_request_beyond_the_limit_is_told_to_come_again(void **state)
{
	struct fixture *f = *state;
	int dockers[DOCKER_REQUESTS_MAX], fds[DOCKER_REQUESTS_MAX], fd = -1, i;

	for (i = 0; i < DOCKER_REQUESTS_MAX; i++)
		fds[i] = ask(f, &list_networks, &dockers[i]);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    EAGAIN);
	assert_int_equal(fd, -1);
	close(fds[7]);
	turn(f);
	close(dockers[7]);
	fds[7] = ask(f, &list_networks, &dockers[7]);
	for (i = 0; i < DOCKER_REQUESTS_MAX; i++) {
		close(dockers[i]);
		close(fds[i]);
	}
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static const char ping[] =
    "HEAD /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n";

/* An order, of which Docker has the ping. */
static int
order(struct fixture *f, int *docker)
{
	struct docker_request r = { .kind = DOCKER_STOP_CONTAINER,
	    .signal = SIGTERM };
	int fd = -1;

	set_id(&r, ID);
	assert_int_equal(docker_broker_ask(f->broker, &r, &fd), 0);
	*docker = accept4(f->docker, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_not_equal(*docker, -1);
	assert_read(*docker, ping);
	turn(f);
	assert_nothing_to_read(*docker);
	return fd;
}

static void
test_order_is_given_once_the_engine_has_answered(void **state)
{
	struct fixture *f = *state;
	int docker, fd = order(f, &docker);
	char buf[DOCKER_HTTP_MAX];

	assert_int_equal(write(docker, "pong", 4), 4);
	turn(f);
	assert_true(read(docker, buf, sizeof(buf)) > 0);
	assert_memory_equal(buf, "POST /containers/" ID "/kill", 86);
	assert_int_equal(write(docker, "done", 4), 4);
	close(docker);
	turn(f);
	turn(f);
	assert_read(fd, "pongdone");
	assert_eof(fd);
	close(fd);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_order_is_not_given_to_an_engine_that_does_not_answer(void **state)
{
	struct fixture *f = *state;
	int docker, fd = order(f, &docker), i;

	for (i = 0; docker_broker_active(f->broker) != 0; i++) {
		assert_true(i < 100);
		usleep(DOCKER_PING_MS / 50 * 1000);
		turn(f);
	}
	assert_eof(docker);
	assert_eof(fd);
	close(docker);
	close(fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_order_that_nobody_waits_for_is_not_given(void **state)
{
	struct fixture *f = *state;
	int docker, fd = order(f, &docker);

	close(fd);
	turn(f);
	assert_eof(docker);
	close(docker);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_order_meets_an_engine_that_closes(void **state)
{
	struct fixture *f = *state;
	int docker, fd = order(f, &docker);

	close(docker);
	turn(f);
	turn(f);
	assert_eof(fd);
	close(fd);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_int_equal(scratch_count_fds(), f->fds);
}

/* Whether somebody connected. */
static bool
was_asked(struct fixture *f)
{
	struct pollfd p = { .fd = f->docker, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
test_socket_without_a_sign_of_an_engine_is_not_connected_to(void **state)
{
	struct fixture *f = *state;
	int fd = -1;

	usleep((ENGINE_SIGN_MS + 10) * 1000);
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.pid")), 0);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    EHOSTDOWN);
	assert_false(was_asked(f));
	scratch_write(scratch_path(&f->scratch, "docker.pid"),
	    "999999999\n", 10);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    EHOSTDOWN);
	assert_false(was_asked(f));
	write_pid(f);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd), 0);
	assert_true(was_asked(f));
	close(fd);
}

static void
test_engine_that_ended_its_stream_is_not_asked_until_another_runs(void **state)
{
	struct fixture *f = *state;
	int docker, fd;

	fd = ask(f, &events, &docker);
	close(docker);
	turn(f);
	close(fd);
	fd = -1;
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    EHOSTDOWN);
	assert_false(was_asked(f));
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.pid")), 0);
	write_pid(f);
	close(ask(f, &list_networks, &docker));
	close(docker);
}

static void
test_stream_that_its_reader_leaves_says_nothing_of_the_engine(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &events, &docker);

	close(fd);
	turn(f);
	close(docker);
	close(ask(f, &events, &docker));
	close(docker);
}

static void
test_error_of_connect_is_returned(void **state)
{
	struct fixture *f = *state;
	int fd = -1;

	/* Nobody listens. */
	close(f->docker);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    ECONNREFUSED);
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.sock")), 0);
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd),
	    ENOENT);
	assert_int_equal(fd, -1);
	assert_int_equal(scratch_count_fds(), f->fds - 1);
	/* Docker comes back. */
	f->docker = listen_at(scratch_path(&f->scratch, "docker.sock"));
	assert_int_equal(docker_broker_ask(f->broker, &list_networks, &fd), 0);
	close(fd);
}

static void
test_freeing_the_broker_ends_all_relays(void **state)
{
	struct fixture *f = *state;
	int docker[3], fd[3], i;

	for (i = 0; i < 3; i++)
		fd[i] = ask(f, &events, &docker[i]);
	docker_broker_free(f->broker);
	f->broker = NULL;
	for (i = 0; i < 3; i++) {
		assert_eof(fd[i]);
		assert_eof(docker[i]);
		close(fd[i]);
		close(docker[i]);
	}
	assert_int_equal(scratch_count_fds(), f->fds);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_requests_are_the_closed_list),
		TEST(test_events_begin_where_they_are_asked_to),
		TEST(test_what_is_not_in_the_list_is_not_asked),
		TEST(test_request_is_written_at_once),
		TEST(test_answer_ends_with_docker),
		TEST(test_answer_whose_end_comes_with_it_is_whole),
		TEST(test_event_stream_stays_open),
		TEST(test_long_answer_is_whole_for_a_slow_reader),
		TEST(test_full_pipe_stops_the_flow),
		TEST(test_reader_that_leaves_ends_a_quiet_stream),
		TEST(test_reader_that_leaves_ends_a_stopped_flow),
		TEST(test_reader_that_leaves_amid_data_ends_the_relay),
		TEST(test_request_beyond_the_limit_is_told_to_come_again),
		TEST(test_order_is_given_once_the_engine_has_answered),
		TEST(test_order_is_not_given_to_an_engine_that_does_not_answer),
		TEST(test_order_that_nobody_waits_for_is_not_given),
		TEST(test_order_meets_an_engine_that_closes),
		TEST(test_socket_without_a_sign_of_an_engine_is_not_connected_to),
		TEST(test_engine_that_ended_its_stream_is_not_asked_until_another_runs),
		TEST(test_stream_that_its_reader_leaves_says_nothing_of_the_engine),
		TEST(test_error_of_connect_is_returned),
		TEST(test_freeing_the_broker_ends_all_relays),
	};

	/* Other engines may run on this machine. */
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) == -1 || mount(NULL, "/", NULL,
	    MS_REC | MS_PRIVATE, NULL) == -1 || mount("tmpfs", "/run", "tmpfs",
	    0, NULL) == -1) {
		perror("a namespace without engines");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
