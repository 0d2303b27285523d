#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bgplbctl/client.h"

static enum exit_status __attribute__((format(printf, 3, 4)))
fail(struct client *c, enum exit_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->error, sizeof(c->error), fmt, ap);
	va_end(ap);
	return status;
}

static enum exit_status
connect_failed(struct client *c, int error)
{
	switch (error) {
	case ENOENT:
		return fail(c, EXIT_UNREACHABLE,
		    "bgplbd does not run: no socket at %s", c->socket);
	case ECONNREFUSED:
		return fail(c, EXIT_UNREACHABLE,
		    "bgplbd does not run: nobody listens on %s", c->socket);
	case EACCES:
	case EPERM:
		return fail(c, EXIT_UNREACHABLE,
		    "permission denied for %s: be root", c->socket);
	case EPROTOTYPE:
		return fail(c, EXIT_UNREACHABLE,
		    "%s is not a control socket of bgplbd", c->socket);
	case EAGAIN:
		return fail(c, EXIT_UNREACHABLE,
		    "bgplbd does not take the connection on %s", c->socket);
	case ENAMETOOLONG:
		return fail(c, EXIT_UNREACHABLE,
		    "the socket's path is longer than the %zu bytes possible",
		    sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
	default:
		return fail(c, EXIT_UNREACHABLE, "cannot connect to %s: %s",
		    c->socket, strerror(error));
	}
}

/* A connected socket whose calls end with EAGAIN after the timeout, or -1. */
static int
open_socket(const struct client *c)
{
	struct timeval timeout = {
		.tv_sec = c->timeout_ms / 1000,
		.tv_usec = c->timeout_ms % 1000 * 1000
	};
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int error, fd;

	if (strlcpy(sun.sun_path, c->socket, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
	    sizeof(timeout)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
	    sizeof(timeout)) == -1 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static uint32_t
request_type(const struct command *command)
{
	switch (command->kind) {
	case COMMAND_SHOW_NEIGHBORS:
	case COMMAND_SHOW_NEIGHBOR:
		return CONTROL_SHOW_NEIGHBORS;
	case COMMAND_SHOW_PREFIXES:
	case COMMAND_SHOW_PREFIX:
		return CONTROL_SHOW_PREFIXES;
	case COMMAND_SHOW_TOLD:
		return CONTROL_SHOW_TOLD;
	case COMMAND_SHOW_ADVERTISEMENTS:
		return CONTROL_SHOW_ADVERTISEMENTS;
	case COMMAND_WITHDRAW:
		return CONTROL_WITHDRAW;
	case COMMAND_ANNOUNCE:
		return CONTROL_ANNOUNCE;
	case COMMAND_DRAIN:
		return CONTROL_DRAIN;
	case COMMAND_UNDRAIN:
		return CONTROL_UNDRAIN;
	case COMMAND_NEIGHBOR_DOWN:
		return CONTROL_NEIGHBOR_DOWN;
	case COMMAND_NEIGHBOR_UP:
		return CONTROL_NEIGHBOR_UP;
	case COMMAND_NEIGHBOR_CLEAR:
		return CONTROL_NEIGHBOR_CLEAR;
	case COMMAND_NEIGHBOR_REFRESH:
		return CONTROL_NEIGHBOR_REFRESH;
	case COMMAND_SHOW_DOCKER:
		return CONTROL_SHOW_DOCKER;
	case COMMAND_SHOW_START_FAILURES:
		return CONTROL_SHOW_START_FAILURES;
	case COMMAND_CHECK:		/* asks for several things, by the above */
		break;
	}
	return 0;
}

/* What the request carries, of at most sizeof(struct control_neighbor_order). */
static size_t
make_payload(const struct command *command, void *payload)
{
	struct control_neighbor_order order;

	switch (command->kind) {
	case COMMAND_WITHDRAW:
	case COMMAND_ANNOUNCE:
	case COMMAND_SHOW_ADVERTISEMENTS:
		memcpy(payload, &command->prefix, sizeof(command->prefix));
		return sizeof(command->prefix);
	case COMMAND_NEIGHBOR_DOWN:
	case COMMAND_NEIGHBOR_UP:
	case COMMAND_NEIGHBOR_CLEAR:
	case COMMAND_NEIGHBOR_REFRESH:
		memset(&order, 0, sizeof(order));
		order.addr = command->neighbor;
		strlcpy(order.interface, command->interface,
		    sizeof(order.interface));
		strlcpy(order.reason, command->reason, sizeof(order.reason));
		memcpy(payload, &order, sizeof(order));
		return sizeof(order);
	default:
		return 0;
	}
}

static int
send_request(int fd, uint32_t type, const struct command *command)
{
	unsigned char packet[sizeof(struct channel_hdr) +
	    sizeof(struct control_neighbor_order)];
	struct channel_hdr hdr = {
		.type = type,
		.len = sizeof(hdr),
		.pid = (uint32_t)getpid()
	};
	ssize_t n;

	hdr.len += (uint32_t)make_payload(command, packet + sizeof(hdr));
	memcpy(packet, &hdr, sizeof(hdr));
	do {
		n = send(fd, packet, hdr.len, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	return n == -1 ? -1 : 0;
}

/*
 * The next packet: its length, 0 at the end, -1 with errno.  If bgplbd closed
 * with our request unread, Linux tells ECONNRESET once, before the packets that
 * bgplbd had sent, such as the reason why it does not want us.
 */
static ssize_t
receive_packet(int fd, void *packet, size_t size)
{
	bool was_reset = false;
	ssize_t n;

	for (;;) {
		n = recv(fd, packet, size, MSG_TRUNC);
		if (n >= 0)
			return n;
		if (errno == ECONNRESET && !was_reset)
			was_reset = true;
		else if (errno != EINTR)
			return -1;
	}
}

static enum exit_status
receive_reply(struct client *c, int fd, struct reply *reply)
{
	unsigned char packet[REPLY_PACKET_MAX];
	enum reply_progress progress = REPLY_MORE;
	ssize_t n;

	while (progress == REPLY_MORE) {
		n = receive_packet(fd, packet, sizeof(packet));
		if (n == 0 || (n == -1 && errno == ECONNRESET))
			return fail(c, EXIT_FAILED,
			    "bgplbd closed the connection before it answered");
		if (n == -1 && errno == EAGAIN)
			return fail(c, EXIT_FAILED,
			    "no answer from bgplbd within %g s",
			    c->timeout_ms / 1000.0);
		if (n == -1)
			return fail(c, EXIT_FAILED, "cannot read from %s: %s",
			    c->socket, strerror(errno));
		if ((size_t)n > sizeof(packet))
			progress = REPLY_MALFORMED;
		else
			progress = reply_add(reply, packet, (size_t)n);
	}
	if (progress == REPLY_TOO_LONG)
		return fail(c, EXIT_FAILED,
		    "bgplbd's answer has more than %d rows", REPLY_ROWS_MAX);
	if (progress == REPLY_MALFORMED)
		return fail(c, EXIT_FAILED, "bgplbd's answer is malformed: "
		    "are bgplbd and bgplbctl of one version?");
	return EXIT_DONE;
}

enum exit_status
client_ask(struct client *c, const struct command *command, struct reply *reply)
{
	uint32_t type = request_type(command);
	enum exit_status status;
	int fd;

	reply_init(reply, type);
	if ((fd = open_socket(c)) == -1)
		return connect_failed(c, errno);
	/* With EPIPE, the reason why bgplbd closed may still be there to read. */
	if (send_request(fd, type, command) == -1 && errno != EPIPE)
		status = fail(c, EXIT_FAILED, "cannot write to %s: %s",
		    c->socket, strerror(errno));
	else
		status = receive_reply(c, fd, reply);
	close(fd);
	return status;
}
