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
#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"

struct half {
	struct event_base	*base;
	struct channel		*channel;
	struct channel		*parent;
	int			 other;
	int			 parents_end;
};

static void
receive(struct channel *channel, struct message *m, void *arg)
{
	(void)arg;
	(void)child_answer_probe(channel, m);
}

static void
end(struct channel *channel, enum channel_end why, void *arg)
{
	struct half *half = arg;

	if (channel == half->parent)
		return;
	assert_ptr_equal(channel, half->channel);
	sibling_end(&half->channel, why, CHILD_RDE, half->parent);
}

static void
open_half(struct half *half, size_t limit)
{
	static const struct channel_ops ops = { receive, end, NULL };
	int fds[2];

	half->base = event_base_new();
	assert_int_equal(channel_pair(fds), 0);
	half->channel = channel_new(half->base, fds[0], &ops, half, limit);
	half->other = fds[1];
	assert_int_equal(channel_pair(fds), 0);
	half->parent = channel_new(half->base, fds[0], &ops, half, 0);
	half->parents_end = fds[1];
}

static void
close_half(struct half *half)
{
	channel_free(half->channel);
	channel_free(half->parent);
	close(half->other);
	close(half->parents_end);
	event_base_free(half->base);
}

static void
assert_parent_got(const struct half *half, uint32_t type, uint32_t peerid,
    const void *data, size_t len)
{
	struct {
		struct channel_hdr	hdr;
		uint8_t			data[64];
	} packet;

	assert_int_equal(recv(half->parents_end, &packet, sizeof(packet),
	    MSG_DONTWAIT), sizeof(packet.hdr) + len);
	assert_int_equal(packet.hdr.type, type);
	assert_int_equal(packet.hdr.peerid, peerid);
	if (len > 0)
		assert_memory_equal(packet.data, data, len);
}

static void
test_parent_is_told_of_a_channel_that_ends(void **state)
{
	const struct sibling_ended ended = { .sibling = CHILD_RDE };
	struct half half;

	(void)state;
	open_half(&half, 0);
	assert_int_equal(shutdown(half.other, SHUT_RDWR), 0);
	event_base_loop(half.base, EVLOOP_ONCE);
	event_base_loop(half.base, EVLOOP_NONBLOCK);
	assert_null(half.channel);
	assert_parent_got(&half, MSG_CHILD_SIBLING_ENDED, 0, &ended,
	    sizeof(ended));
	close_half(&half);
}

static void
test_probe_is_answered_with_its_number(void **state)
{
	struct channel_hdr hdr = {
		.type = MSG_PARENT_PROBE, .len = sizeof(hdr), .peerid = 77
	};
	struct half half;

	(void)state;
	open_half(&half, 0);
	assert_int_equal(send(half.parents_end, &hdr, sizeof(hdr), 0),
	    sizeof(hdr));
	event_base_loop(half.base, EVLOOP_ONCE);
	assert_parent_got(&half, MSG_CHILD_ALIVE, 77, NULL, 0);
	close_half(&half);
}

/* That the process ends with status 1 and says this. */
static void
assert_ends_process(struct half *half, const char *sentence)
{
	static const char data[CHANNEL_PAYLOAD_MAX];
	char text[512];
	int fds[2], i, status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		dup2(fds[1], STDERR_FILENO);
		event_reinit(half->base);
		for (i = 0; i < 64; i++)	/* more than a socket takes */
			channel_send(half->channel, MSG_RDE_READY, 0, -1, data,
			    sizeof(data));
		event_base_loop(half->base, EVLOOP_ONCE);
		event_base_loop(half->base, EVLOOP_NONBLOCK);
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	n = read(fds[0], text, sizeof(text) - 1);
	close(fds[0]);
	assert_true(n > 0);
	text[n] = '\0';
	if (strstr(text, sentence) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", sentence, text);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	close_half(half);
}

static void
test_a_sibling_that_sends_nonsense_ends_the_process(void **state)
{
	struct half half;

	(void)state;
	open_half(&half, 0);
	assert_int_equal(send(half.other, "nonsense", 8, 0), 8);
	assert_ends_process(&half, "the channel to the route decision engine "
	    "broke: packet too short");
}

static void
test_a_sibling_that_sends_an_empty_packet_ends_the_process(void **state)
{
	struct half half;

	(void)state;
	open_half(&half, 0);
	assert_int_equal(send(half.other, "", 0, 0), 0);
	assert_ends_process(&half, "the channel to the route decision engine "
	    "broke: empty packet");
}

static void
test_a_sibling_that_does_not_read_ends_the_process(void **state)
{
	struct half half;

	(void)state;
	open_half(&half, 4 * CHANNEL_PAYLOAD_MAX);
	assert_ends_process(&half, "the route decision engine does not read: "
	    "more than ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parent_is_told_of_a_channel_that_ends),
		cmocka_unit_test(test_probe_is_answered_with_its_number),
		cmocka_unit_test(
		    test_a_sibling_that_sends_nonsense_ends_the_process),
		cmocka_unit_test(
		    test_a_sibling_that_sends_an_empty_packet_ends_the_process),
		cmocka_unit_test(
		    test_a_sibling_that_does_not_read_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
