/*
 * The log of a daemon whose standard error nobody reads: a forked child logs, the
 * test reads, or does not.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "common/log.h"
#include "common/log_output.h"
#include "common/log_watch.h"

#define LINES		20000	/* more than pipe and queue hold */
#define PATIENCE	20	/* seconds until a child counts as stuck */
#define TEXT_MAX	(1 << 20)

struct daemon {
	pid_t	 pid;
	int	 log;		/* read end of its standard error */
	int	 others;	/* the write end, as strangers hold it */
	int	 tell;		/* a byte lets it go on, a second one end */
	int	 told;		/* it writes a byte when it has logged all */
};

static void
log_lines(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		log_info("line %u", i);
}

static void
go_on(evutil_socket_t fd, short what, void *arg)
{
	char c;

	(void)what;
	if (read(fd, &c, 1) != 1 || c == 'e')
		event_base_loopbreak(arg);
	else
		log_lines(LINES);
}

static void __attribute__((noreturn))
run_daemon(int tell, int told)
{
	struct event_base *base;
	struct log_watch *watch;
	struct event *event;

	alarm(PATIENCE);
	log_output_open();
	log_init("rde", 0);
	base = event_base_new();
	watch = log_watch_new(base);
	event = event_new(base, tell, EV_READ | EV_PERSIST, go_on, base);
	event_add(event, NULL);
	log_lines(LINES);
	if (write(told, "", 1) != 1)
		_exit(2);
	event_base_dispatch(base);
	event_free(event);
	log_watch_free(watch);
	event_base_free(base);
	exit(0);
}

/* Where it cannot be opened anew, for there is no /proc. */
static int
make_pipe_in_an_empty_root(int fds[2])
{
	return pipe(fds);
}

static int
make_pipe(int fds[2])
{
	return pipe(fds);
}

static int
make_socket(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
}

static void
enter_an_empty_root(void)
{
	char path[] = "/tmp/bgplbd-test-log-XXXXXX";

	if (mkdtemp(path) == NULL || chdir(path) == -1 || rmdir(path) == -1 ||
	    chroot(".") == -1)
		_exit(2);
}

/* How: a pipe's, or a socket's two ends. */
static void
start(struct daemon *d, int how(int fds[2]))
{
	int log[2], tell[2], told[2];

	assert_int_equal(how(log), 0);
	assert_int_equal(pipe(tell), 0);
	assert_int_equal(pipe(told), 0);
	d->pid = fork();
	assert_true(d->pid != -1);
	if (d->pid == 0) {
		dup2(log[1], STDERR_FILENO);
		close(log[0]);
		close(log[1]);
		close(tell[1]);
		close(told[0]);
		if (how == make_pipe_in_an_empty_root)
			enter_an_empty_root();
		run_daemon(tell[0], told[1]);
	}
	d->log = log[0];
	d->others = log[1];
	d->tell = tell[1];
	d->told = told[0];
	close(tell[0]);
	close(told[1]);
}

static void
wait_until_all_is_logged(const struct daemon *d)
{
	char c;

	assert_int_equal(read(d->told, &c, 1), 1);
}

static int
end(struct daemon *d)
{
	int status;

	assert_int_equal(write(d->tell, "e", 1), 1);
	assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
	close(d->log);
	close(d->others);
	close(d->tell);
	close(d->told);
	return status;
}

/* All that comes until a line that has the words. */
static char *
read_until(const struct daemon *d, const char *words)
{
	char *text = xcalloc(1, TEXT_MAX);
	size_t used = 0;
	ssize_t n;

	alarm(PATIENCE);
	while (strstr(text, words) == NULL) {
		assert_true(used < TEXT_MAX - 1);
		n = read(d->log, text + used, TEXT_MAX - 1 - used);
		assert_true(n > 0);
		used += (size_t)n;
	}
	alarm(0);
	return text;
}

/* Lines 0 to N without a gap, whole, and then how many are missing. */
static void
assert_lines_and_loss(char *text)
{
	char *line, *rest = text;
	unsigned int got = 0, lost = 0, number;

	while ((line = strsep(&rest, "\n")) != NULL && lost == 0) {
		if (sscanf(line, "info: rde: line %u", &number) == 1)
			assert_int_equal(number, got++);
		else
			assert_int_equal(sscanf(line, "warning: rde: %u lines "
			    "of the log are lost", &lost), 1);
	}
	assert_true(got > LOG_QUEUE_MAX / 32);
	assert_int_equal(got + lost, LINES);
}

static void
goes_on_and_tells_the_loss(int how(int fds[2]))
{
	struct daemon d;
	char *text;

	start(&d, how);
	wait_until_all_is_logged(&d);
	text = read_until(&d, "standard error\n");
	assert_lines_and_loss(text);
	free(text);
	assert_int_equal(end(&d), 0);
}

static void
test_a_full_pipe_stops_nobody_and_the_loss_is_told(void **state)
{
	(void)state;
	goes_on_and_tells_the_loss(make_pipe);
}

static void
test_a_full_pipe_without_proc_stops_nobody_either(void **state)
{
	(void)state;
	if (geteuid() != 0 || SANITIZED)	/* its leak check needs /proc */
		skip();
	goes_on_and_tells_the_loss(make_pipe_in_an_empty_root);
}

static void
test_a_full_socket_stops_nobody_and_the_loss_is_told(void **state)
{
	(void)state;
	goes_on_and_tells_the_loss(make_socket);
}

static void
test_what_follows_the_loss_is_written_as_before(void **state)
{
	struct daemon d;
	char *text;

	(void)state;
	start(&d, make_pipe);
	wait_until_all_is_logged(&d);
	free(read_until(&d, "standard error\n"));
	assert_int_equal(write(d.tell, "g", 1), 1);
	text = read_until(&d, "line 99\n");
	assert_non_null(strstr(text, "info: rde: line 0\n"));
	free(text);
	assert_int_equal(end(&d), 0);
}

static void
test_a_reader_that_never_reads_does_not_keep_it_from_ending(void **state)
{
	struct daemon d;

	(void)state;
	start(&d, make_pipe);
	wait_until_all_is_logged(&d);
	assert_int_equal(end(&d), 0);
}

static void
test_the_descriptor_of_others_still_waits(void **state)
{
	struct daemon d;

	(void)state;
	start(&d, make_pipe);
	wait_until_all_is_logged(&d);
	assert_false(fcntl(d.others, F_GETFL) & O_NONBLOCK);
	assert_int_equal(end(&d), 0);
	start(&d, make_socket);
	wait_until_all_is_logged(&d);
	assert_false(fcntl(d.others, F_GETFL) & O_NONBLOCK);
	assert_int_equal(end(&d), 0);
}

static void
test_lines_of_the_parent_are_not_written_twice(void **state)
{
	int log[2], status;
	char *text;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(log), 0);
	if ((pid = fork()) == 0) {
		alarm(PATIENCE);
		dup2(log[1], STDERR_FILENO);
		close(log[0]);
		close(log[1]);
		log_output_open();
		log_init("parent", 0);
		log_lines(LINES);
		if (fork() == 0) {
			log_output_forked();
			log_init("child", 0);
			log_info("hello");
			exit(0);
		}
		exit(0);
	}
	close(log[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	text = xcalloc(1, TEXT_MAX);
	alarm(PATIENCE);
	while (read(log[0], text + strlen(text), TEXT_MAX - 1 -
	    strlen(text)) > 0)
		;
	alarm(0);
	/* Both ended without a reader; the pipe's content is the parent's. */
	assert_non_null(strstr(text, "info: parent: line 0\n"));
	assert_null(strstr(strstr(text, "line 0\n") + 1, "line 0\n"));
	free(text);
	close(log[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_full_pipe_stops_nobody_and_the_loss_is_told),
		cmocka_unit_test(
		    test_a_full_pipe_without_proc_stops_nobody_either),
		cmocka_unit_test(
		    test_a_full_socket_stops_nobody_and_the_loss_is_told),
		cmocka_unit_test(
		    test_what_follows_the_loss_is_written_as_before),
		cmocka_unit_test(
		    test_a_reader_that_never_reads_does_not_keep_it_from_ending),
		cmocka_unit_test(test_the_descriptor_of_others_still_waits),
		cmocka_unit_test(
		    test_lines_of_the_parent_are_not_written_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
