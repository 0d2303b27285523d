#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "common/channel.h"
#include "regress/unit/resident.h"

struct side {
	struct channel		*channel;
	unsigned int		 received;
	struct message		 last;
	uint8_t			 data[CHANNEL_PAYLOAD_MAX];
	unsigned int		 ended;
	enum channel_end	 end;
	unsigned int		 drained;
	bool			 free_on_receive;
	bool			 free_on_end;
};

struct fixture {
	struct event_base	*base;
	struct side		 a;
	struct side		 b;	/* b.channel is NULL where a test */
	int			 raw;	/* plays the other end itself */
	unsigned int		 fds;
};

static unsigned int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
on_receive(struct channel *c, struct message *m, void *arg)
{
	struct side *side = arg;

	side->received++;
	side->last = *m;
	if (m->len > 0)
		memcpy(side->data, m->data, m->len);
	if (side->free_on_receive) {
		channel_free(c);
		side->channel = NULL;
	}
}

static void
on_end(struct channel *c, enum channel_end end, void *arg)
{
	struct side *side = arg;

	side->ended++;
	side->end = end;
	if (side->free_on_end) {
		channel_free(c);
		side->channel = NULL;
	}
}

static void
on_drained(struct channel *c, void *arg)
{
	struct side *side = arg;

	(void)c;
	side->drained++;
}

static const struct channel_ops ops = { on_receive, on_end, on_drained };

static void
set_up(struct fixture *f, bool both, size_t limit)
{
	int fds[2];

	memset(f, 0, sizeof(*f));
	f->fds = count_fds();
	f->base = event_base_new();
	f->raw = -1;
	assert_int_equal(channel_pair(fds), 0);
	f->a.channel = channel_new(f->base, fds[0], &ops, &f->a, limit);
	if (both)
		f->b.channel = channel_new(f->base, fds[1], &ops, &f->b, 0);
	else
		f->raw = fds[1];
}

/* Every test ends here: nothing may be left open. */
static void
tear_down(struct fixture *f)
{
	channel_free(f->a.channel);
	channel_free(f->b.channel);
	if (f->raw != -1)
		close(f->raw);
	event_base_free(f->base);
	assert_int_equal(count_fds(), f->fds);
}

static void
run(struct fixture *f)
{
	unsigned int i;

	for (i = 0; i < 200; i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
}

static void
test_a_message_arrives_as_it_was_sent(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, true, 0);
	assert_int_equal(channel_send(f.a.channel, 7, 42, -1, "hello", 5), 0);
	run(&f);
	assert_int_equal(f.b.received, 1);
	assert_int_equal(f.b.last.type, 7);
	assert_int_equal(f.b.last.peerid, 42);
	assert_int_equal(f.b.last.len, 5);
	assert_int_equal(f.b.last.fd, -1);
	assert_memory_equal(f.b.data, "hello", 5);
	tear_down(&f);
}

static void
test_a_payload_may_be_empty_and_as_long_as_the_limit(void **state)
{
	static uint8_t big[CHANNEL_PAYLOAD_MAX + 1];
	struct fixture f;

	(void)state;
	memset(big, 0x5a, sizeof(big));
	set_up(&f, true, 0);
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, NULL, 0), 0);
	run(&f);
	assert_int_equal(f.b.last.len, 0);
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, big,
	    CHANNEL_PAYLOAD_MAX), 0);
	run(&f);
	assert_int_equal(f.b.last.len, CHANNEL_PAYLOAD_MAX);
	assert_memory_equal(f.b.data, big, CHANNEL_PAYLOAD_MAX);
	errno = 0;
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, big,
	    CHANNEL_PAYLOAD_MAX + 1), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(f.a.ended, 0);
	tear_down(&f);
}

static void
test_a_descriptor_travels_and_the_sender_keeps_none(void **state)
{
	struct fixture f;
	int fds[2];
	char c;

	(void)state;
	set_up(&f, true, 0);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(channel_send(f.a.channel, 1, 0, fds[0], NULL, 0), 0);
	run(&f);
	assert_true(f.b.last.fd >= 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(read(f.b.last.fd, &c, 1), 1);
	assert_int_equal(c, 'x');
	close(fds[1]);
	close(f.b.last.fd);
	tear_down(&f);
}

static void
test_the_queue_keeps_order_and_tells_when_it_is_empty(void **state)
{
	static uint8_t payload[8192];
	struct fixture f;
	unsigned int i, n = 300;

	(void)state;
	set_up(&f, true, 0);
	channel_pause(f.b.channel);
	for (i = 0; i < n; i++) {
		memcpy(payload, &i, sizeof(i));
		assert_int_equal(channel_send(f.a.channel, 1, i, -1, payload,
		    sizeof(payload)), 0);
	}
	assert_false(channel_is_idle(f.a.channel));
	run(&f);
	assert_int_equal(f.b.received, 0);
	channel_resume(f.b.channel);
	run(&f);
	assert_int_equal(f.b.received, n);
	assert_int_equal(f.b.last.peerid, n - 1);
	assert_memory_equal(f.b.data, payload, sizeof(payload));
	assert_true(channel_is_idle(f.a.channel));
	assert_int_equal(f.a.drained, 1);
	tear_down(&f);
}

/* Something small stands between, as always in a process at work. */
static void
test_a_long_queue_gives_its_memory_back(void **state)
{
	static uint8_t payload[8192];
	struct fixture f;
	unsigned int i, n = 2000;
	size_t before = resident();
	void *between[20];

	(void)state;
	if (!RESIDENT_IS_KNOWN)
		skip();
	set_up(&f, true, 0);
	channel_pause(f.b.channel);
	for (i = 0; i < n; i++) {
		if (i % 100 == 99)
			between[i / 100] = malloc(sizeof(payload));
		assert_int_equal(channel_send(f.a.channel, 1, i, -1, payload,
		    sizeof(payload)), 0);
	}
	assert_true(resident() > before + n * sizeof(payload) / 2);
	channel_resume(f.b.channel);
	run(&f);
	assert_int_equal(f.b.received, n);
	assert_in_range(resident() - before, 0, 1 << 20);
	for (i = 0; i < n / 100; i++)
		free(between[i]);
	tear_down(&f);
}

static void
test_more_than_the_limit_ends_the_channel(void **state)
{
	static uint8_t payload[CHANNEL_PAYLOAD_MAX];
	struct fixture f;
	int error = 0;
	unsigned int i;

	(void)state;
	set_up(&f, false, 100000);
	for (i = 0; i < 1000 && error == 0; i++)
		if (channel_send(f.a.channel, 1, 0, -1, payload,
		    sizeof(payload)) == -1)
			error = errno;
	assert_int_equal(error, ENOBUFS);
	assert_int_equal(f.a.ended, 0);
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, NULL, 0), -1);
	assert_int_equal(errno, EPIPE);
	run(&f);
	assert_int_equal(f.a.ended, 1);
	assert_int_equal(f.a.end, CHANNEL_FULL);
	tear_down(&f);
}

static void
test_what_was_sent_before_closing_still_arrives(void **state)
{
	struct fixture f;
	struct channel_hdr hdr = { .type = 3, .len = sizeof(hdr) };

	(void)state;
	set_up(&f, false, 0);
	assert_int_equal(send(f.raw, &hdr, sizeof(hdr), 0), sizeof(hdr));
	close(f.raw);
	f.raw = -1;
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, NULL, 0), -1);
	assert_int_equal(errno, EPIPE);
	run(&f);
	assert_int_equal(f.a.received, 1);
	assert_int_equal(f.a.ended, 1);
	assert_int_equal(f.a.end, CHANNEL_EOF);
	tear_down(&f);
}

static void
test_a_paused_reader_hears_of_the_end_when_it_sends(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, false, 0);
	channel_pause(f.a.channel);
	close(f.raw);
	f.raw = -1;
	assert_int_equal(channel_send(f.a.channel, 1, 0, -1, NULL, 0), -1);
	run(&f);
	assert_int_equal(f.a.ended, 1);
	assert_int_equal(f.a.end, CHANNEL_EOF);
	tear_down(&f);
}

/* Sends raw bytes with n copies of a descriptor; the channel must break. */
static void
assert_breaks(const void *data, size_t len, unsigned int nfds,
    const char *error)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))];
	struct iovec iov = {
		.iov_base = (void *)(uintptr_t)data, .iov_len = len
	};
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	struct fixture f;
	unsigned int i;
	int fd = STDERR_FILENO;

	set_up(&f, false, 0);
	if (nfds > 0) {
		memset(control, 0, sizeof(control));
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		for (i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(cmsg) + i * sizeof(int), &fd,
			    sizeof(int));
	}
	assert_int_equal(sendmsg(f.raw, &msg, 0), (ssize_t)len);
	run(&f);
	assert_int_equal(f.a.received, 0);
	assert_int_equal(f.a.ended, 1);
	assert_int_equal(f.a.end, CHANNEL_BROKEN);
	assert_string_equal(channel_error(f.a.channel), error);
	tear_down(&f);
}

static void
test_a_malformed_packet_breaks_the_channel(void **state)
{
	static uint8_t big[sizeof(struct channel_hdr) + CHANNEL_PAYLOAD_MAX + 1];
	struct channel_hdr hdr = { .type = 1, .len = sizeof(hdr) };

	(void)state;
	assert_breaks("", 0, 0, "empty packet");
	assert_breaks("", 0, 1, "empty packet");
	assert_breaks("x", 1, 0, "packet too short");
	assert_breaks(&hdr, sizeof(hdr) - 1, 0, "packet too short");
	hdr.len = sizeof(hdr) + 1;
	assert_breaks(&hdr, sizeof(hdr), 0, "length in header is wrong");
	hdr.len = UINT32_MAX;
	assert_breaks(&hdr, sizeof(hdr), 1, "length in header is wrong");
	hdr.len = sizeof(big);
	memcpy(big, &hdr, sizeof(hdr));
	assert_breaks(big, sizeof(big), 0, "packet too long");
	hdr.len = sizeof(hdr);
	assert_breaks(&hdr, sizeof(hdr), 2, "too many descriptors");
	assert_breaks(&hdr, sizeof(hdr), 16, "too many descriptors");
}

/* The kernel drops it, and only says that something is missing. */
static void
test_a_message_arrives_without_its_descriptor_if_none_is_free(void **state)
{
	struct rlimit old, none;
	struct fixture f;

	(void)state;
	set_up(&f, true, 0);
	assert_int_equal(channel_send(f.a.channel, 7, 0, dup(STDERR_FILENO),
	    "abc", 3), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	run(&f);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(f.b.ended, 0);
	assert_int_equal(f.b.received, 1);
	assert_int_equal(f.b.last.type, 7);
	assert_int_equal(f.b.last.len, 3);
	assert_int_equal(f.b.last.fd, -1);
	tear_down(&f);
}

/* As many of this user's as it may have are on their way, unread. */
static int
fill_the_hosts_sockets(void)
{
	const struct channel_hdr hdr = { .type = 1, .len = sizeof(hdr) };
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = {
		.iov_base = (void *)(uintptr_t)&hdr, .iov_len = sizeof(hdr)
	};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control)
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	const int fd = STDERR_FILENO;
	int pair[2];

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	if (channel_pair(pair) == -1)
		return -1;
	while (sendmsg(pair[0], &msg, MSG_DONTWAIT) != -1)
		;
	return errno == ETOOMANYREFS ? 0 : -1;
}

static void
send_without_room(struct fixture *f)
{
	const struct rlimit few = { 32, 32 };
	int fd = dup(STDERR_FILENO);

	if (setrlimit(RLIMIT_NOFILE, &few) == -1 ||
	    setresuid(65533, 65533, 65533) == -1 ||
	    fill_the_hosts_sockets() == -1)
		_exit(2);
	_exit(channel_send(f->a.channel, 7, 0, fd, "abc", 3) == 0 ? 0 : 3);
}

static void
test_a_message_goes_without_its_descriptor_if_too_many_are_under_way(
    void **state)
{
	struct fixture f;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	set_up(&f, true, 0);
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		send_without_room(&f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	run(&f);
	assert_int_equal(f.b.received, 1);
	assert_int_equal(f.b.last.type, 7);
	assert_int_equal(f.b.last.len, 3);
	assert_int_equal(f.b.last.fd, -1);
	tear_down(&f);
}

static void
test_callbacks_may_free_the_channel(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, true, 0);
	f.b.free_on_receive = true;
	channel_send(f.a.channel, 1, 0, -1, NULL, 0);
	channel_send(f.a.channel, 1, 0, -1, NULL, 0);
	f.a.free_on_end = true;
	run(&f);
	assert_int_equal(f.b.received, 1);
	assert_null(f.b.channel);
	assert_int_equal(f.a.ended, 1);
	assert_null(f.a.channel);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_arrives_as_it_was_sent),
		cmocka_unit_test(
		    test_a_payload_may_be_empty_and_as_long_as_the_limit),
		cmocka_unit_test(
		    test_a_descriptor_travels_and_the_sender_keeps_none),
		cmocka_unit_test(
		    test_the_queue_keeps_order_and_tells_when_it_is_empty),
		cmocka_unit_test(test_a_long_queue_gives_its_memory_back),
		cmocka_unit_test(test_more_than_the_limit_ends_the_channel),
		cmocka_unit_test(
		    test_what_was_sent_before_closing_still_arrives),
		cmocka_unit_test(
		    test_a_paused_reader_hears_of_the_end_when_it_sends),
		cmocka_unit_test(test_a_malformed_packet_breaks_the_channel),
		cmocka_unit_test(
		    test_a_message_arrives_without_its_descriptor_if_none_is_free),
		cmocka_unit_test(
    test_a_message_goes_without_its_descriptor_if_too_many_are_under_way),
		cmocka_unit_test(test_callbacks_may_free_the_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
