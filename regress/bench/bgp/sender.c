/*
 * sender: the floor of the bench.  It opens BGP sessions and writes UPDATEs that
 * were made before, as fast as the sockets take them; what it costs to make them,
 * or to keep routes at all, it never pays.
 *
 *	sender [-A as] [-n prefixes] [-s sessions] address router-id
 *
 * Sessions beyond the first go to the addresses that follow.  It ends with the
 * sessions, or by a signal.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "regress/bench/bgp/clock.h"
#include "regress/bench/bgp/prebuilt.h"

#define SESSIONS_MAX	1024
#define PREFIXES_MAX	4000000
#define FIRST_PREFIX	(10u << 24)
#define HOLD_TIME	90
#define KEEPALIVE_NS	(HOLD_TIME / 3 * 1000000000ull)

struct session {
	bool		opened;		/* has their OPEN, sent KEEPALIVE */
	bool		established;
	size_t		sent;		/* bytes of the routes */
	uint64_t	keepalive_due;
	uint8_t		buffer[BGP_MESSAGE_MAX];
	size_t		filled;
};

struct sender {
	struct prebuilt	 routes;
	size_t		 nsessions;
	struct session	*sessions;
	struct pollfd	*polls;
};

static void
send_message(int fd, const uint8_t *message, size_t size)
{
	if (send(fd, message, size, MSG_NOSIGNAL) != (ssize_t)size)
		err(1, "send");
}

static void
send_keepalive(struct session *s, int fd)
{
	uint8_t message[BGP_HEADER_SIZE];

	send_message(fd, message, prebuilt_keepalive(message));
	s->keepalive_due = clock_now() + KEEPALIVE_NS;
}

static void
start(struct sender *sender, size_t i, uint32_t address,
    const struct prebuilt_open *open)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(179),
		.sin_addr.s_addr = htonl(address),
	};
	uint8_t message[BGP_MESSAGE_MAX];
	int fd, on = 1;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
	    sizeof(on)) == -1)
		err(1, "socket");
	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		err(1, "connect");
	send_message(fd, message, prebuilt_open(message, open));
	sender->polls[i].fd = fd;
	sender->polls[i].events = POLLIN;
}

static void
send_routes(struct sender *sender, size_t i)
{
	struct session *s = &sender->sessions[i];
	ssize_t n;

	while (s->sent < sender->routes.size) {
		n = send(sender->polls[i].fd, sender->routes.data + s->sent,
		    sender->routes.size - s->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			err(1, "send");
		s->sent += (size_t)n;
	}
	sender->polls[i].events = POLLIN |
	    (s->sent < sender->routes.size ? POLLOUT : 0);
}

static void
received(struct sender *sender, size_t i, unsigned int type)
{
	struct session *s = &sender->sessions[i];

	if (type == BGP_NOTIFICATION)
		errx(1, "a NOTIFICATION");
	if (type == BGP_OPEN && !s->opened) {
		s->opened = true;
		send_keepalive(s, sender->polls[i].fd);
	} else if (type == BGP_KEEPALIVE && s->opened && !s->established) {
		s->established = true;
		send_routes(sender, i);
	}
}

/* false when the connection has ended. */
static bool
receive(struct sender *sender, size_t i)
{
	struct session *s = &sender->sessions[i];
	size_t at = 0, size;
	ssize_t n;

	n = recv(sender->polls[i].fd, s->buffer + s->filled,
	    sizeof(s->buffer) - s->filled, 0);
	if (n <= 0)
		return false;
	s->filled += (size_t)n;
	while (s->filled - at >= BGP_HEADER_SIZE) {
		size = (size_t)s->buffer[at + 16] << 8 | s->buffer[at + 17];
		if (size < BGP_HEADER_SIZE || size > sizeof(s->buffer))
			errx(1, "a message of %zu bytes", size);
		if (s->filled - at < size)
			break;
		received(sender, i, s->buffer[at + 18]);
		at += size;
	}
	s->filled -= at;
	memmove(s->buffer, s->buffer + at, s->filled);
	return true;
}

static void
loop(struct sender *sender)
{
	uint64_t now;
	size_t i;

	for (;;) {
		if (poll(sender->polls, sender->nsessions, 1000) == -1)
			err(1, "poll");
		now = clock_now();
		for (i = 0; i < sender->nsessions; i++) {
			if (sender->polls[i].revents & (POLLIN | POLLHUP) &&
			    !receive(sender, i))
				return;
			if (sender->polls[i].revents & POLLOUT)
				send_routes(sender, i);
			else if (sender->sessions[i].established &&
			    now > sender->sessions[i].keepalive_due)
				send_keepalive(&sender->sessions[i],
				    sender->polls[i].fd);
		}
	}
}

static uint32_t
number(const char *text, uint32_t min, uint32_t max)
{
	const char *error;
	uint32_t n;

	n = (uint32_t)strtonum(text, min, max, &error);
	if (error != NULL)
		errx(1, "%s: number is %s", text, error);
	return n;
}

static uint32_t
ipv4(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		errx(1, "%s: not an IPv4 address", text);
	return ntohl(a.s_addr);
}

int
main(int argc, char *argv[])
{
	struct prebuilt_open open = { .as = 64512, .hold_time = HOLD_TIME };
	struct prebuilt_routes plan = { .first = FIRST_PREFIX, .bits = 32 };
	struct sender sender = { .nsessions = 1 };
	uint32_t address;
	size_t i;
	int ch;

	while ((ch = getopt(argc, argv, "A:n:s:")) != -1) {
		switch (ch) {
		case 'A':
			open.as = number(optarg, 1, UINT32_MAX);
			break;
		case 'n':
			plan.count = number(optarg, 0, PREFIXES_MAX);
			break;
		case 's':
			sender.nsessions = number(optarg, 1, SESSIONS_MAX);
			break;
		default:
			argc = 0;
		}
	}
	if (argc - optind != 2) {
		fprintf(stderr, "usage: sender [-A as] [-n prefixes] "
		    "[-s sessions] address router-id\n");
		return 1;
	}
	address = ipv4(argv[optind]);
	open.router_id = plan.nexthop = ipv4(argv[optind + 1]);
	plan.as = open.as;

	prebuilt_routes(&sender.routes, &plan);
	sender.sessions = xcalloc(sender.nsessions, sizeof(*sender.sessions));
	sender.polls = xcalloc(sender.nsessions, sizeof(*sender.polls));
	for (i = 0; i < sender.nsessions; i++)
		start(&sender, i, address + (uint32_t)i, &open);
	loop(&sender);
	return 0;
}
