#include <sys/resource.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"
#include "common/memory.h"
#include "regress/unit/resident.h"

#define LIMIT	((size_t)16 * 1024 * 1024)

/* What the child says when it takes blocks of that size without end. */
static void
exhaust(size_t block, char text[512])
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		dup2(fds[1], STDERR_FILENO);
		log_init("test", 0);
		if (memory_limit(LIMIT) == -1)
			_exit(99);
		for (;;)
			memset(xmalloc(block), 1, block);
	}
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	n = read(fds[0], text, 511);
	close(fds[0]);
	text[n > 0 ? n : 0] = '\0';
}

static void
test_process_that_needs_more_than_its_limit_ends_and_says_so(void **state)
{
	char text[512];

	(void)state;
	if (!RESIDENT_IS_KNOWN)
		skip();
	exhaust(1000, text);
	assert_string_equal(text, "error: test: out of memory: cannot have "
	    "1000 bytes more, the limit of the process is 16384 KB\n");
	exhaust(1000000, text);
	assert_non_null(strstr(text, "cannot have 1000000 bytes more"));
}

static void
test_limit_can_be_lowered_but_not_raised(void **state)
{
	struct rlimit data;

	(void)state;
	if (fork() == 0) {
		if (memory_limit(LIMIT) == -1 || memory_limit(2 * LIMIT) == -1 ||
		    getrlimit(RLIMIT_DATA, &data) == -1)
			_exit(99);
		_exit(data.rlim_cur == LIMIT && data.rlim_max == LIMIT ? 0 : 1);
	} else {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_process_that_needs_more_than_its_limit_ends_and_says_so),
		cmocka_unit_test(test_limit_can_be_lowered_but_not_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
