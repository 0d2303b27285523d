#include <sys/socket.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "bgplbd/messages/sibling.h"

struct half {
	struct event_base	*base;
	struct channel		*channel;
	int			 other;
};

static void
receive(struct channel *channel, struct message *m, void *arg)
{
	(void)channel;
	(void)m;
	(void)arg;
}

static void
end(struct channel *channel, enum channel_end why, void *arg)
{
	struct half *half = arg;

	assert_ptr_equal(channel, half->channel);
	sibling_end(&half->channel, why, "rde");
}

static void
open_half(struct half *half)
{
	static const struct channel_ops ops = { receive, end, NULL };
	int fds[2];

	half->base = event_base_new();
	assert_int_equal(channel_pair(fds), 0);
	half->channel = channel_new(half->base, fds[0], &ops, half, 0);
	half->other = fds[1];
}

static void
test_a_sibling_that_ends_is_done_without(void **state)
{
	struct half half;

	(void)state;
	open_half(&half);
	close(half.other);
	event_base_dispatch(half.base);
	assert_null(half.channel);
	event_base_free(half.base);
}

static void
test_a_sibling_that_sends_nonsense_ends_the_process(void **state)
{
	struct half half;
	int status;
	pid_t pid;

	(void)state;
	open_half(&half);
	assert_int_equal(send(half.other, "nonsense", 8, 0), 8);
	if ((pid = fork()) == 0) {
		event_reinit(half.base);
		event_base_dispatch(half.base);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	channel_free(half.channel);
	close(half.other);
	event_base_free(half.base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sibling_that_ends_is_done_without),
		cmocka_unit_test(
		    test_a_sibling_that_sends_nonsense_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
