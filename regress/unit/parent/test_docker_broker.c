/*
 * The relays of the broker, its orders, and what it does while no engine answers.
 */
#include "regress/unit/parent/broker_fixture.h"

static const struct docker_request inspect_network = {
	.kind = DOCKER_INSPECT_NETWORK, .id = { .hex = ID }
};
static const struct docker_request events = { .kind = DOCKER_EVENTS };

static void
test_request_is_written_at_once(void **state)
{
	struct fixture *f = *state;
	char text[REQUEST_MAX];
	int docker;

	assert_int_equal(try_to_ask(f, &inspect_network), 0);
	docker = take_connection(f, text);
	assert_string_equal(text, "GET /networks/" ID GET_TAIL);
	close(docker);
	close(f->pipe_fd);
}

static void
test_answer_ends_with_docker(void **state)
{
	struct fixture *f = *state;
	int docker, fd = ask(f, &inspect_network, &docker);

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
	int docker, fd = ask(f, &inspect_network, &docker);

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
	int docker, fd = ask(f, &inspect_network, &docker), turns = 0;
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
	int docker, fd = ask(f, &inspect_network, &docker), i, size;
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
	int docker, fd = ask(f, &inspect_network, &docker), i;
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
	int docker, fd = ask(f, &inspect_network, &docker);

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
	int dockers[DOCKER_REQUESTS_MAX], fds[DOCKER_REQUESTS_MAX], i;

	for (i = 0; i < DOCKER_REQUESTS_MAX; i++)
		fds[i] = ask(f, &inspect_network, &dockers[i]);
	assert_int_equal(try_to_ask(f, &inspect_network), EAGAIN);
	close(fds[7]);
	turn(f);
	close(dockers[7]);
	fds[7] = ask(f, &inspect_network, &dockers[7]);
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
	struct docker_request r = request_of(DOCKER_STOP_CONTAINER, ID);

	r.signal = SIGTERM;
	make_ours(f, "[" LISTED(ID) "]\n");
	assert_int_equal(try_to_ask(f, &r), 0);
	*docker = accept4(f->docker, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_not_equal(*docker, -1);
	assert_read(*docker, ping);
	turn(f);
	assert_nothing_to_read(*docker);
	return f->pipe_fd;
}

static void
test_order_is_given_once_the_engine_has_answered(void **state)
{
	struct fixture *f = *state;
	int docker, fd = order(f, &docker);
	char buf[REQUEST_MAX];

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
		usleep(ENGINE_PING_MS / 50 * 1000);
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

	usleep((ENGINE_SIGN_MS + 10) * 1000);
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.pid")), 0);
	assert_int_equal(try_to_ask(f, &inspect_network), EHOSTDOWN);
	assert_false(was_asked(f));
	scratch_write(scratch_path(&f->scratch, "docker.pid"),
	    "999999999\n", 10);
	assert_int_equal(try_to_ask(f, &inspect_network), EHOSTDOWN);
	assert_false(was_asked(f));
	write_pid(f);
	assert_int_equal(try_to_ask(f, &inspect_network), 0);
	assert_true(was_asked(f));
	close(f->pipe_fd);
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
	assert_int_equal(try_to_ask(f, &inspect_network), EHOSTDOWN);
	assert_false(was_asked(f));
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.pid")), 0);
	write_pid(f);
	close(ask(f, &inspect_network, &docker));
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

	/* Nobody listens. */
	close(f->docker);
	assert_int_equal(try_to_ask(f, &inspect_network), ECONNREFUSED);
	assert_int_equal(unlink(scratch_path(&f->scratch, "docker.sock")), 0);
	assert_int_equal(try_to_ask(f, &inspect_network), ENOENT);
	assert_int_equal(scratch_count_fds(), f->fds - 1);
	/* Docker comes back. */
	f->docker = listen_at(scratch_path(&f->scratch, "docker.sock"));
	assert_int_equal(try_to_ask(f, &inspect_network), 0);
	close(f->pipe_fd);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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

	if (leave_other_engines() == -1)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
