/*
 * bench_rde: bgplbd's session engine with as many prefixes as the bench wants.
 *
 * In the daemon prefixes come from Docker's networks.  Here the real session
 * engine runs, with the settings of a bgplbd.conf, forked and bound to its sandbox
 * as the parent process does it; and this program says on its channels what the
 * route decision engine, the frontend and the parent would say.
 *
 *	bench_rde -f file [-6 nexthop]
 *
 * -6 is the answer when the engine asks for a global IPv6 next hop.  Prefixes are
 * IPv4 host prefixes, numbered from 10.0.0.0 on.  Commands come on standard input,
 * one a line, each answered on standard output by one line of JSON with its first
 * word as "event"; "at" is the time before the first message was written to the
 * channel:
 *
 *	announce FIRST NUMBER
 *	withdraw FIRST NUMBER
 *	ready			what was announced is complete
 *	barrier			answered when the engine has written all to its
 *				neighbors' sockets
 *
 * The first line, of event "started", has the engine's "pid".  The end of standard
 * input, or SIGTERM, ends both in order.
 */
#include <sys/wait.h>

#include <event2/event.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/connect_broker.h"
#include "bgplbd/parent/sandbox.h"
#include "bgplbd/parent/syscalls.h"
#include "bgplbd/session/session.h"
#include "common/channel.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "regress/bench/bgp/clock.h"

#define FIRST_PREFIX	(10u << 24)
#define NUMBERS_MAX	(1 << 24)
#define LINE_MAX_BYTES	256
#define END_SECONDS	3

/* The channels to the engine. */
enum channel_of {
	CHANNEL_PARENT,
	CHANNEL_RDE,
	CHANNEL_FRONTEND
};
#define CHANNELS	3

struct bench {
	struct event_base	*base;
	struct channel		*channels[CHANNELS];
	struct settings		 settings;
	struct connect_broker	*connects;
	struct address		 nexthop;
	pid_t			 engine;
	struct event		*commands;
	uint64_t		 barriers;
	bool			 ending;
	char			 line[LINE_MAX_BYTES];
	size_t			 linelen;
};

static void
answer(const char *event, uint64_t at)
{
	printf("{\"event\":\"%s\",\"at\":%" PRIu64 "}\n", event, at);
	fflush(stdout);
}

static void
send_to_engine(struct bench *b, enum channel_of channel, uint32_t type,
    uint32_t peerid, const void *data, size_t len)
{
	if (channel_send(b->channels[channel], type, peerid, -1, data,
	    len) == -1)
		err(1, "message %u", type);
}

static void
begin_end(struct bench *b)
{
	if (b->ending)
		return;
	b->ending = true;
	event_del(b->commands);
	send_to_engine(b, CHANNEL_PARENT, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	alarm(END_SECONDS);
}

static struct prefix
numbered_prefix(uint32_t n)
{
	struct prefix p = { .len = 32 };

	p.addr = address_from_ipv4(FIRST_PREFIX + n);
	return p;
}

static void
send_announcements(struct bench *b, uint32_t first, uint32_t number)
{
	struct announcement batch[ANNOUNCEMENTS_PER_MESSAGE];
	uint32_t i, n;

	for (; number > 0; first += n, number -= n) {
		n = number < ANNOUNCEMENTS_PER_MESSAGE ? number :
		    ANNOUNCEMENTS_PER_MESSAGE;
		memset(batch, 0, sizeof(batch));
		for (i = 0; i < n; i++)
			batch[i].prefix = numbered_prefix(first + i);
		send_to_engine(b, CHANNEL_RDE, MSG_RDE_ANNOUNCE, 0, batch,
		    n * sizeof(batch[0]));
	}
}

static void
send_withdrawals(struct bench *b, uint32_t first, uint32_t number)
{
	struct prefix batch[PREFIXES_PER_MESSAGE];
	uint32_t i, n;

	for (; number > 0; first += n, number -= n) {
		n = number < PREFIXES_PER_MESSAGE ? number :
		    PREFIXES_PER_MESSAGE;
		for (i = 0; i < n; i++)
			batch[i] = numbered_prefix(first + i);
		send_to_engine(b, CHANNEL_RDE, MSG_RDE_WITHDRAW, 0, batch,
		    n * sizeof(batch[0]));
	}
}

static uint32_t
number(const char *text)
{
	const char *error;
	long long n;

	n = strtonum(text == NULL ? "" : text, 0, NUMBERS_MAX, &error);
	if (error != NULL)
		errx(1, "%s: number is %s", text == NULL ? "" : text, error);
	return (uint32_t)n;
}

static void
command(struct bench *b, char *line)
{
	const char *word = strtok(line, " "), *first = strtok(NULL, " "),
	    *count = strtok(NULL, " ");
	struct barrier barrier;
	uint64_t at = clock_now();

	if (word == NULL)
		return;
	if (strcmp(word, "announce") == 0)
		send_announcements(b, number(first), number(count));
	else if (strcmp(word, "withdraw") == 0)
		send_withdrawals(b, number(first), number(count));
	else if (strcmp(word, "ready") == 0)
		send_to_engine(b, CHANNEL_RDE, MSG_RDE_READY, 0, NULL, 0);
	else if (strcmp(word, "barrier") == 0) {
		memset(&barrier, 0, sizeof(barrier));
		barrier.sequence = ++b->barriers;
		send_to_engine(b, CHANNEL_RDE, MSG_RDE_BARRIER, 0, &barrier,
		    sizeof(barrier));
		return;
	} else
		errx(1, "%s: unknown command", word);
	answer(word, at);
}

static void
read_commands(evutil_socket_t fd, short what, void *arg)
{
	struct bench *b = arg;
	char *end;
	ssize_t n;

	(void)what;
	n = read(fd, b->line + b->linelen, sizeof(b->line) - b->linelen);
	if (n <= 0) {
		begin_end(b);
		return;
	}
	b->linelen += (size_t)n;
	while ((end = memchr(b->line, '\n', b->linelen)) != NULL) {
		*end++ = '\0';
		command(b, b->line);
		b->linelen -= (size_t)(end - b->line);
		memmove(b->line, end, b->linelen);
	}
	if (b->linelen == sizeof(b->line))
		errx(1, "a line is too long");
}

static void
connect_neighbor(struct bench *b, const struct message *m)
{
	struct connect_request request;
	struct connect_answer connect;
	int fd;

	if (!connect_request_is_valid(&b->settings, m->data, m->len))
		errx(1, "the engine asks for a socket to nobody");
	memcpy(&request, m->data, sizeof(request));
	fd = connect_broker_ask(b->connects, &request, clock_ms(), &connect);
	if (channel_send(b->channels[CHANNEL_PARENT], MSG_PARENT_CONNECT,
	    m->peerid, fd, &connect, sizeof(connect)) == -1)
		err(1, "message %u", MSG_PARENT_CONNECT);
}

static void
receive(struct channel *channel, struct message *m, void *arg)
{
	struct bench *b = arg;
	struct nexthop_answer nexthop;

	if (channel == b->channels[CHANNEL_PARENT] &&
	    m->type == MSG_SESSION_CONNECT) {
		connect_neighbor(b, m);
		return;
	}
	if (!rde_session_is_valid(m->type, m->data, m->len))
		errx(1, "message %u of the engine is malformed", m->type);
	switch (m->type) {
	case MSG_SESSION_BARRIER:
		answer("barrier", clock_now());
		break;
	case MSG_SESSION_NEXTHOP:
		memset(&nexthop, 0, sizeof(nexthop));
		nexthop.local = ((const struct nexthop_query *)m->data)->local;
		nexthop.local_state = HOST_ADDRESS_USABLE;
		nexthop.interface6 = b->nexthop;
		if (address_is_set(&b->nexthop))
			nexthop.interface6_state = HOST_ADDRESS_USABLE;
		send_to_engine(b, CHANNEL_RDE, MSG_RDE_NEXTHOP, m->peerid,
		    &nexthop, sizeof(nexthop));
		break;
	default:
		errx(1, "message %u of the engine is unknown", m->type);
	}
}

static void
end(struct channel *channel, enum channel_end why, void *arg)
{
	struct bench *b = arg;

	if (why != CHANNEL_EOF)
		errx(1, "a channel broke: %s", channel_error(channel));
	event_base_loopbreak(b->base);
}

static void
terminate(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	begin_end(arg);
}

static void __attribute__((noreturn))
run_engine(const struct settings *settings, int ends[CHANNELS][2])
{
	static const bool unprotected[SETTINGS_NEIGHBORS_MAX];
	const struct session_fds fds = {
		.parent = ends[CHANNEL_PARENT][1],
		.rde = ends[CHANNEL_RDE][1],
		.frontend = ends[CHANNEL_FRONTEND][1],
		.listen4 = -1,
		.listen6 = -1,
		.unprotected = unprotected,
	};
	struct sandbox sandbox;
	unsigned int i;

	for (i = 0; i < CHANNELS; i++)
		close(ends[i][0]);
	close(STDIN_FILENO);
	if (open("/dev/null", O_RDWR) != STDIN_FILENO ||
	    dup2(STDIN_FILENO, STDOUT_FILENO) == -1)
		err(1, "/dev/null");
	log_init("session", log_verbose());
	if (sandbox_prepare(&sandbox) == -1)
		exit(1);
	sandbox_session(&sandbox);
	syscalls_session();
	session_run(settings, &fds);
}

static void
open_channels(struct bench *b, int ends[CHANNELS][2])
{
	static const struct channel_ops ops = { receive, end, NULL };
	unsigned int i;

	for (i = 0; i < CHANNELS; i++) {
		close(ends[i][1]);
		b->channels[i] = channel_new(b->base, ends[i][0], &ops, b, 0);
	}
}

/* Returns the engine's exit status. */
static int
run(struct bench *b)
{
	struct event *term;
	int status;

	b->commands = event_new(b->base, STDIN_FILENO, EV_READ | EV_PERSIST,
	    read_commands, b);
	term = evsignal_new(b->base, SIGTERM, terminate, b);
	if (b->commands == NULL || term == NULL)
		errx(1, "no memory");
	event_add(b->commands, NULL);
	event_add(term, NULL);
	printf("{\"event\":\"started\",\"pid\":%d}\n", (int)b->engine);
	fflush(stdout);
	event_base_dispatch(b->base);
	if (waitpid(b->engine, &status, 0) == -1)
		err(1, "waitpid");
	if (!b->ending)
		errx(1, "the engine ended");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Returns the configuration file's name. */
static const char *
read_arguments(struct bench *b, int argc, char *argv[])
{
	const char *file = NULL;
	int ch;

	while ((ch = getopt(argc, argv, "6:f:")) != -1) {
		switch (ch) {
		case '6':
			if (address_parse(optarg, &b->nexthop) == -1)
				errx(1, "%s: not an address", optarg);
			break;
		case 'f':
			file = optarg;
			break;
		default:
			argc = 0;
		}
	}
	if (argc != optind || file == NULL) {
		fprintf(stderr, "usage: bench_rde -f file [-6 nexthop]\n");
		exit(1);
	}
	return file;
}

int
main(int argc, char *argv[])
{
	static struct bench b;
	const char *file;
	int ends[CHANNELS][2];
	unsigned int i;

	log_init("bench_rde", 0);
	memory_init();
	file = read_arguments(&b, argc, argv);
	if (configuration_from_file(file, &b.settings, stderr) == -1)
		return 1;
	for (i = 0; i < CHANNELS; i++)
		if (channel_pair(ends[i]) == -1)
			err(1, "cannot make channels");
	if ((b.engine = fork()) == -1)
		err(1, "fork");
	if (b.engine == 0)
		run_engine(&b.settings, ends);
	if ((b.base = event_base_new()) == NULL)
		errx(1, "no memory");
	b.connects = connect_broker_new(&b.settings);
	open_channels(&b, ends);
	return run(&b);
}
