#include <sys/socket.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/messages/flow.h"

/* A process between one that asks and one that does not read its answers. */
struct between {
	struct event_base	*base;
	struct channel		*source;
	struct channel		*reader;
	int			 source_end;
	int			 reader_end;
	unsigned int		 received;
	struct flow		 flow;
};

static void
receive(struct channel *channel, struct message *m, void *arg)
{
	static const char answer[8192];
	struct between *b = arg;

	(void)m;
	if (channel != b->source)
		return;
	b->received++;
	assert_int_equal(channel_send(b->reader, 1, 0, -1, answer,
	    sizeof(answer)), 0);
	flow_check(&b->flow);
}

static void
end(struct channel *channel, enum channel_end why, void *arg)
{
	struct between *b = arg;

	(void)why;
	assert_ptr_equal(channel, b->reader);
	channel_free(channel);
	b->reader = NULL;
	flow_check(&b->flow);
}

static void
drained(struct channel *channel, void *arg)
{
	struct between *b = arg;

	(void)channel;
	flow_check(&b->flow);
}

static void
open_between(struct between *b, unsigned int max_ms)
{
	static const struct channel_ops ops = { receive, end, drained };
	const struct flow_reader reader = { &b->reader, "reader" };
	int fds[2];

	memset(b, 0, sizeof(*b));
	b->base = event_base_new();
	assert_int_equal(channel_pair(fds), 0);
	b->source = channel_new(b->base, fds[0], &ops, b, 0);
	b->source_end = fds[1];
	assert_int_equal(channel_pair(fds), 0);
	b->reader = channel_new(b->base, fds[0], &ops, b, CHILD_QUEUE_MAX);
	b->reader_end = fds[1];
	flow_init(&b->flow, b->base, &b->source, &reader, 1, max_ms);
}

static void
close_between(struct between *b)
{
	flow_clear(&b->flow);
	channel_free(b->source);
	channel_free(b->reader);
	close(b->source_end);
	close(b->reader_end);
	event_base_free(b->base);
}

/* Asks as often as its socket takes; true if that was so often. */
static bool
ask(struct between *b, unsigned int times)
{
	const struct channel_hdr hdr = { .type = 1, .len = sizeof(hdr) };
	unsigned int i;

	for (i = 0; i < times; i++) {
		if (send(b->source_end, &hdr, sizeof(hdr),
		    MSG_DONTWAIT) == -1)
			return false;
		event_base_loop(b->base, EVLOOP_NONBLOCK);
	}
	return true;
}

static void
test_who_asks_waits_for_a_reader_and_loses_nothing(void **state)
{
	static char answer[sizeof(struct channel_hdr) + 8192];
	unsigned int asked = 0, answers = 0;
	struct between b;

	(void)state;
	open_between(&b, FLOW_HELD_MAX_MS);
	while (ask(&b, 1))
		asked++;
	assert_true(b.flow.held);
	assert_true(b.received < asked);
	assert_in_range(channel_queued(b.reader), CHILD_QUEUE_BUSY,
	    CHILD_QUEUE_BUSY + 16384);
	while (answers < asked) {
		while (recv(b.reader_end, answer, sizeof(answer),
		    MSG_DONTWAIT) > 0)
			answers++;
		event_base_loop(b.base, EVLOOP_NONBLOCK);
	}
	assert_int_equal(b.received, asked);
	assert_false(b.flow.held);
	assert_true(ask(&b, 1));
	assert_int_equal(b.received, asked + 1);
	close_between(&b);
}

static void
test_end_of_the_reader_lets_the_source_go_on(void **state)
{
	struct between b;

	(void)state;
	open_between(&b, FLOW_HELD_MAX_MS);
	while (ask(&b, 1))
		;
	assert_true(b.flow.held);
	assert_int_equal(shutdown(b.reader_end, SHUT_RDWR), 0);
	while (b.reader != NULL)
		event_base_loop(b.base, EVLOOP_ONCE);
	assert_false(b.flow.held);
	close_between(&b);
}

static void
test_reader_that_never_reads_ends_the_process(void **state)
{
	char text[512];
	struct between b;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		dup2(fds[1], STDERR_FILENO);
		open_between(&b, 10);
		while (ask(&b, 1))
			;
		event_base_dispatch(b.base);
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	n = read(fds[0], text, sizeof(text) - 1);
	close(fds[0]);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "the reader does not read: 10"));
	assert_int_equal(status, 1 << 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_who_asks_waits_for_a_reader_and_loses_nothing),
		cmocka_unit_test(test_end_of_the_reader_lets_the_source_go_on),
		cmocka_unit_test(test_reader_that_never_reads_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
