/*
 * The mark of the one bgplbd in a network namespace; each test has one of its own.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgplbd/parent/sole_instance.h"
#include "common/log.h"

#define NOBODY	65534

static int
enter_namespace(void **state)
{
	(void)state;
	return geteuid() != 0 ? 0 : unshare(CLONE_NEWNET);
}

/* What sole_instance() returns and logs. */
static int
try(int *fd, char *text, size_t size)
{
	int saved = dup(STDERR_FILENO), log[2], result;
	ssize_t n;

	assert_int_equal(pipe2(log, O_NONBLOCK), 0);
	dup2(log[1], STDERR_FILENO);
	log_init("parent", 0);
	result = sole_instance(fd);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(log[1]);
	n = read(log[0], text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	close(log[0]);
	return result;
}

/* A process of the user that has the mark, and perhaps listens, until it is ended. */
static pid_t
start_holder(uid_t uid, bool listens)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) +
	    sizeof(SOLE_INSTANCE_NAME);
	int fd, ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		/* After the change of users, which takes it back. */
		if (setresuid(uid, uid, uid) == -1 ||
		    prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
			_exit(1);
		memcpy(sun.sun_path + 1, SOLE_INSTANCE_NAME,
		    sizeof(SOLE_INSTANCE_NAME) - 1);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (bind(fd, (struct sockaddr *)&sun, len) == -1 ||
		    (listens && listen(fd, 8) == -1) ||
		    write(ready[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			if (!listens)
				pause();
			else if (poll(&(struct pollfd){ .fd = fd,
			    .events = POLLIN }, 1, -1) == 1)
				sole_instance_looked_at(fd);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_second_is_refused_with_the_process_number_of_the_first(void **state)
{
	char text[512], number[32];
	int fd, other;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = start_holder(0, true);
	snprintf(number, sizeof(number), "process %d", (int)pid);
	assert_int_equal(try(&fd, text, sizeof(text)), -1);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(text, "another bgplbd runs in this network "
	    "namespace"));
	assert_non_null(strstr(text, number));
	/* Killed, it is in nobody's way. */
	end(pid);
	assert_int_equal(try(&fd, text, sizeof(text)), 0);
	assert_int_not_equal(fd, -1);
	assert_string_equal(text, "");
	assert_int_equal(try(&other, text, sizeof(text)), -1);
	close(fd);
	assert_int_equal(try(&fd, text, sizeof(text)), 0);
	close(fd);
}

static void
test_another_namespace_has_a_mark_of_its_own(void **state)
{
	char text[512];
	int fd, other;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(try(&fd, text, sizeof(text)), 0);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(try(&other, text, sizeof(text)), 0);
	assert_int_not_equal(other, -1);
	close(fd);
	close(other);
}

/* Else any user could keep the daemon from starting. */
static void
test_others_than_root_are_in_nobodys_way(void **state)
{
	char text[512];
	int fd, listens;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (listens = 0; listens < 2; listens++) {
		pid = start_holder(NOBODY, listens);
		assert_int_equal(try(&fd, text, sizeof(text)), 0);
		assert_int_equal(fd, -1);
		assert_non_null(strstr(text, "warning:"));
		assert_non_null(strstr(text, "not root has taken"));
		end(pid);
	}
}

/* Else whoever looks again and again would keep the daemon from all else. */
static void
test_many_that_look_are_let_go_some_at_a_time(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) +
	    sizeof(SOLE_INSTANCE_NAME);
	int lookers[3 * SOLE_INSTANCE_LOOKS_MAX], fd, round;
	char text[512], byte;
	unsigned int i, gone;

	(void)state;
	if (geteuid() != 0)
		skip();
	memcpy(sun.sun_path + 1, SOLE_INSTANCE_NAME,
	    sizeof(SOLE_INSTANCE_NAME) - 1);
	assert_int_equal(try(&fd, text, sizeof(text)), 0);
	for (i = 0; i < 3 * SOLE_INSTANCE_LOOKS_MAX; i++) {
		lookers[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_int_equal(connect(lookers[i],
		    (struct sockaddr *)&sun, len), 0);
	}
	for (round = 1; round <= 3; round++) {
		sole_instance_looked_at(fd);
		for (i = gone = 0; i < 3 * SOLE_INSTANCE_LOOKS_MAX; i++)
			gone += recv(lookers[i], &byte, 1, 0) == 0;
		assert_int_equal(gone, round * SOLE_INSTANCE_LOOKS_MAX);
	}
	for (i = 0; i < 3 * SOLE_INSTANCE_LOOKS_MAX; i++)
		close(lookers[i]);
	close(fd);
}

#define TEST(f)	cmocka_unit_test_setup(f, enter_namespace)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_second_is_refused_with_the_process_number_of_the_first),
		TEST(test_another_namespace_has_a_mark_of_its_own),
		TEST(test_others_than_root_are_in_nobodys_way),
		TEST(test_many_that_look_are_let_go_some_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
