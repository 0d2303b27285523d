/*
 * sink: the router of the bench.  It accepts BGP sessions on one port, any number
 * of addresses, counts what it is sent, and stamps when.
 *
 *	sink [-hx] [-A as] [-H holdtime] [-i stamps] [-l address] [-p port]
 *	     [-r router-id]
 *
 * -h holds all sessions: a neighbor's OPEN gets no answer until the command go, so
 * that the driver decides when a session becomes established.  -x offers extended
 * messages.  -i asks for a stamp of every n-th prefix.
 *
 * It obeys commands on standard input, one a line, and answers on standard output,
 * one line of JSON each, whose "event" is the command's first word:
 *
 *	report			at once
 *	wait WHAT NUMBER	as soon as NUMBER is reached, of WHAT: waiting or
 *				established sessions; announced, fresh (announced for
 *				the first time) or withdrawn prefixes and end-of-rib
 *				markers, of all sessions together; sent: established
 *				sessions that have taken all routes of announce, and
 *				have acknowledged them
 * No answer have:
 *	go			answers the OPENs that wait, and those to come
 *	hold			back to holding
 *	reset			forgets all counts
 *	announce NUMBER		sends NUMBER IPv4 /24 to each established neighbor
 *	listen, unlisten	opens and closes the port; unlisten ends all sessions
 *
 * The end of standard input ends it, with Cease to all neighbors.  A session that
 * comes from a neighbor whose last one was closed takes its place in reports.
 */
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "regress/bench/bgp/clock.h"
#include "regress/bench/bgp/sink_report.h"
#include "regress/bench/bgp/sink_session.h"

#define SINK_SESSIONS_MAX	1024
#define SINK_ROUTES_MAX		4000000
#define LINE_MAX_BYTES		256
#define TICK_MS			1000
#define SENT_POLL_MS		1

/* What an epoll event belongs to: these, or a session's number above them. */
enum source {
	SOURCE_COMMANDS,
	SOURCE_LISTEN,
	SOURCE_SESSIONS
};

enum wait_for {
	WAIT_NOTHING,
	WAIT_WAITING,
	WAIT_ESTABLISHED,
	WAIT_ANNOUNCED,
	WAIT_FRESH,
	WAIT_WITHDRAWN,
	WAIT_END_OF_RIB,
	WAIT_SENT
};

struct sink {
	struct sink_options	 options;
	struct sockaddr_in	 address;
	int			 epoll;
	int			 listener;	/* -1 if closed */
	uint64_t		 listening;
	struct sink_session	*sessions;
	size_t			 nsessions;
	struct prebuilt		 routes;
	enum wait_for		 waiting;
	uint64_t		 wanted;
	char			 line[LINE_MAX_BYTES];
	size_t			 linelen;
};

static void
poll_for(struct sink *sink, int op, int fd, uint32_t events, uint64_t source)
{
	struct epoll_event ev = { .events = events, .data.u64 = source };

	if (epoll_ctl(sink->epoll, op, fd, &ev) == -1)
		err(1, "epoll_ctl");
}

static void
listen_start(struct sink *sink)
{
	int on = 1;

	if (sink->listener != -1)
		return;
	sink->listener = socket(AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (sink->listener == -1 ||
	    setsockopt(sink->listener, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == -1 ||
	    bind(sink->listener, (struct sockaddr *)&sink->address,
	    sizeof(sink->address)) == -1 ||
	    listen(sink->listener, SOMAXCONN) == -1)
		err(1, "cannot listen");
	sink->listening = clock_now();
	poll_for(sink, EPOLL_CTL_ADD, sink->listener, EPOLLIN, SOURCE_LISTEN);
}

static void
listen_stop(struct sink *sink)
{
	size_t i;

	if (sink->listener != -1)
		close(sink->listener);
	sink->listener = -1;
	sink->listening = 0;
	for (i = 0; i < sink->nsessions; i++)
		sink_session_close(&sink->sessions[i], "unlisten");
}

/* The place of a session with this local address, or NULL if all are in use. */
static struct sink_session *
session_place(struct sink *sink, struct in_addr local)
{
	struct sink_session *s;

	for (s = sink->sessions; s < sink->sessions + sink->nsessions; s++)
		if (s->fd == -1 && s->local.s_addr == local.s_addr)
			return s;
	if (sink->nsessions == SINK_SESSIONS_MAX)
		return NULL;
	sink->nsessions++;
	return s;
}

static void
accept_session(struct sink *sink)
{
	struct sockaddr_in local;
	struct sink_session *s;
	socklen_t len = sizeof(local);
	int fd, on = 1;

	fd = accept4(sink->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1)
		return;
	if (getsockname(fd, (struct sockaddr *)&local, &len) == -1 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1)
		err(1, "cannot use a connection");
	if ((s = session_place(sink, local.sin_addr)) == NULL)
		errx(1, "more than %d sessions", SINK_SESSIONS_MAX);
	sink_session_start(s, fd, local.sin_addr);
	poll_for(sink, EPOLL_CTL_ADD, fd, EPOLLIN,
	    SOURCE_SESSIONS + (uint64_t)(s - sink->sessions));
}

static void
announce(struct sink *sink, uint32_t count)
{
	const struct prebuilt_routes plan = {
		.as = sink->options.open.as,
		.nexthop = sink->options.open.router_id,
		.first = 20u << 24,
		.bits = 24,
		.count = count,
		.many_paths = true,
	};
	struct sink_session *s;
	size_t i;

	for (i = 0; i < sink->nsessions; i++)
		if (sink->sessions[i].routes != NULL)
			errx(1, "announce: the last ones are still being sent");
	prebuilt_free(&sink->routes);
	prebuilt_routes(&sink->routes, &plan);
	for (i = 0; i < sink->nsessions; i++) {
		s = &sink->sessions[i];
		if (s->state != SINK_ESTABLISHED)
			continue;
		s->routes = &sink->routes;
		s->routes_sent = 0;
		poll_for(sink, EPOLL_CTL_MOD, s->fd, EPOLLIN | EPOLLOUT,
		    SOURCE_SESSIONS + i);
	}
}

/* Its socket's queue is empty: the other end's kernel has it all. */
static bool
has_sent(const struct sink_session *s)
{
	int queued;

	return s->state == SINK_ESTABLISHED && s->routes == NULL &&
	    ioctl(s->fd, SIOCOUTQ, &queued) == 0 && queued == 0;
}

static uint64_t
session_reached(const struct sink_session *s, enum wait_for what)
{
	switch (what) {
	case WAIT_WAITING:
		return s->state == SINK_WAITING;
	case WAIT_ESTABLISHED:
		return s->state == SINK_ESTABLISHED;
	case WAIT_ANNOUNCED:
		return sink_session_announced(s);
	case WAIT_FRESH:
		return s->counts.fresh;
	case WAIT_WITHDRAWN:
		return sink_session_withdrawn(s);
	case WAIT_END_OF_RIB:
		return (s->counts.end_of_rib[COUNT_IPV4] != 0) +
		    (s->counts.end_of_rib[COUNT_IPV6] != 0);
	case WAIT_SENT:
		return has_sent(s);
	case WAIT_NOTHING:
		break;
	}
	return 0;
}

static void
check_wait(struct sink *sink)
{
	uint64_t reached = 0;
	size_t i;

	if (sink->waiting == WAIT_NOTHING)
		return;
	for (i = 0; i < sink->nsessions; i++)
		reached += session_reached(&sink->sessions[i], sink->waiting);
	if (reached < sink->wanted)
		return;
	sink->waiting = WAIT_NOTHING;
	sink_report(stdout, "wait", sink->listening, sink->sessions,
	    sink->nsessions);
}

static enum wait_for
wait_by_name(const char *name)
{
	static const char *const names[] = {
		[WAIT_WAITING] = "waiting",
		[WAIT_ESTABLISHED] = "established",
		[WAIT_ANNOUNCED] = "announced",
		[WAIT_FRESH] = "fresh",
		[WAIT_WITHDRAWN] = "withdrawn",
		[WAIT_END_OF_RIB] = "end-of-rib",
		[WAIT_SENT] = "sent",
	};
	unsigned int i;

	for (i = WAIT_WAITING; i <= WAIT_SENT; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum wait_for)i;
	errx(1, "wait %s: unknown", name);
}

static uint64_t
number(const char *text, long long max)
{
	const char *error;
	long long n;

	n = strtonum(text == NULL ? "" : text, 0, max, &error);
	if (error != NULL)
		errx(1, "%s: number is %s", text == NULL ? "" : text, error);
	return (uint64_t)n;
}

static void
command(struct sink *sink, char *line)
{
	const char *word = strtok(line, " "), *what;
	size_t i;

	if (word == NULL)
		return;
	if (strcmp(word, "report") == 0)
		sink_report(stdout, "report", sink->listening, sink->sessions,
		    sink->nsessions);
	else if (strcmp(word, "wait") == 0) {
		what = strtok(NULL, " ");
		sink->waiting = wait_by_name(what == NULL ? "" : what);
		sink->wanted = number(strtok(NULL, " "), INT64_MAX);
	} else if (strcmp(word, "go") == 0) {
		sink->options.hold = false;
		for (i = 0; i < sink->nsessions; i++)
			sink_session_go(&sink->sessions[i], &sink->options);
	} else if (strcmp(word, "hold") == 0)
		sink->options.hold = true;
	else if (strcmp(word, "reset") == 0) {
		for (i = 0; i < sink->nsessions; i++)
			sink_session_reset(&sink->sessions[i]);
	} else if (strcmp(word, "announce") == 0)
		announce(sink, (uint32_t)number(strtok(NULL, " "),
		    SINK_ROUTES_MAX));
	else if (strcmp(word, "listen") == 0)
		listen_start(sink);
	else if (strcmp(word, "unlisten") == 0)
		listen_stop(sink);
	else
		errx(1, "%s: unknown command", word);
}

/* false at the end of standard input. */
static bool
read_commands(struct sink *sink)
{
	char *end;
	ssize_t n;

	n = read(STDIN_FILENO, sink->line + sink->linelen,
	    sizeof(sink->line) - sink->linelen);
	if (n <= 0)
		return n == -1 && errno == EINTR;
	sink->linelen += (size_t)n;
	while ((end = memchr(sink->line, '\n', sink->linelen)) != NULL) {
		*end++ = '\0';
		command(sink, sink->line);
		sink->linelen -= (size_t)(end - sink->line);
		memmove(sink->line, end, sink->linelen);
	}
	if (sink->linelen == sizeof(sink->line))
		errx(1, "a line is too long");
	return true;
}

static void
session_event(struct sink *sink, size_t i, uint32_t events)
{
	struct sink_session *s = &sink->sessions[i];

	if (s->fd != -1 && events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		sink_session_receive(s, &sink->options);
	if (s->fd != -1 && events & EPOLLOUT) {
		sink_session_send(s);
		if (s->fd != -1 && s->routes == NULL)
			poll_for(sink, EPOLL_CTL_MOD, s->fd, EPOLLIN,
			    SOURCE_SESSIONS + i);
	}
}

static void
tick(struct sink *sink)
{
	uint64_t now = clock_now();
	size_t i;

	for (i = 0; i < sink->nsessions; i++)
		sink_session_tick(&sink->sessions[i], &sink->options, now);
}

static void
loop(struct sink *sink)
{
	struct epoll_event events[64];
	int i, n;

	for (;;) {
		n = epoll_wait(sink->epoll, events, 64,
		    sink->waiting == WAIT_SENT ? SENT_POLL_MS : TICK_MS);
		if (n == -1 && errno != EINTR)
			err(1, "epoll_wait");
		for (i = 0; i < n; i++) {
			if (events[i].data.u64 == SOURCE_LISTEN)
				accept_session(sink);
			else if (events[i].data.u64 >= SOURCE_SESSIONS)
				session_event(sink, events[i].data.u64 -
				    SOURCE_SESSIONS, events[i].events);
			else if (!read_commands(sink))
				return;
		}
		tick(sink);
		check_wait(sink);
	}
}

static void __attribute__((noreturn))
usage(void)
{
	fprintf(stderr, "usage: sink [-hx] [-A as] [-H holdtime] [-i stamps] "
	    "[-l address] [-p port]\n            [-r router-id]\n");
	exit(1);
}

static struct in_addr
ipv4(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		errx(1, "%s: not an IPv4 address", text);
	return a;
}

int
main(int argc, char *argv[])
{
	struct sink sink;
	int ch;

	memset(&sink, 0, sizeof(sink));
	sink.listener = -1;
	sink.options.open.as = 65001;
	sink.options.open.hold_time = 90;
	sink.options.open.router_id = ntohl(ipv4("192.0.2.1").s_addr);
	sink.address.sin_family = AF_INET;
	sink.address.sin_port = htons(179);
	while ((ch = getopt(argc, argv, "A:H:hi:l:p:r:x")) != -1) {
		switch (ch) {
		case 'A':
			sink.options.open.as =
			    (uint32_t)number(optarg, UINT32_MAX);
			break;
		case 'H':
			sink.options.open.hold_time =
			    (uint16_t)number(optarg, UINT16_MAX);
			break;
		case 'h':
			sink.options.hold = true;
			break;
		case 'i':
			sink.options.every = (uint32_t)number(optarg, UINT32_MAX);
			break;
		case 'l':
			sink.address.sin_addr = ipv4(optarg);
			break;
		case 'p':
			sink.address.sin_port =
			    htons((uint16_t)number(optarg, UINT16_MAX));
			break;
		case 'r':
			sink.options.open.router_id = ntohl(ipv4(optarg).s_addr);
			break;
		case 'x':
			sink.options.open.extended = true;
			break;
		default:
			usage();
		}
	}
	if (argc != optind)
		usage();

	sink.sessions = xcalloc(SINK_SESSIONS_MAX, sizeof(*sink.sessions));
	if ((sink.epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "epoll_create1");
	poll_for(&sink, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, SOURCE_COMMANDS);
	listen_start(&sink);
	loop(&sink);
	listen_stop(&sink);
	return 0;
}
