/*
 * A bgplbd that answers one client as a test wants: a child process that listens
 * on a socket in a directory of its own and serves the first connection.
 */
#ifndef REGRESS_UNIT_BGPLBCTL_FAKE_DAEMON_H
#define REGRESS_UNIT_BGPLBCTL_FAKE_DAEMON_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regress/unit/bgplbctl/packets.h"

/* Ends the child with this if the client did not ask what it should. */
#define FAKE_DAEMON_SURPRISED	9

struct fake_daemon {
	char	dir[64];
	char	path[96];
	pid_t	pid;
};

/* Serves one connection in the child; it may return or exit, or take another one. */
typedef void (*fake_daemon_serve)(int fd);

static inline void
fake_daemon_make_path(struct fake_daemon *d)
{
	strlcpy(d->dir, "/tmp/bgplbctl-test-XXXXXX", sizeof(d->dir));
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->path, sizeof(d->path), "%s/sock", d->dir);
	d->pid = -1;
}

static inline int
fake_daemon_listen(const struct fake_daemon *d, int type)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	strlcpy(sun.sun_path, d->path, sizeof(sun.sun_path));
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	assert_int_not_equal(fd, -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(fd, 0), 0);
	return fd;
}

static int fake_daemon_listener;

/* In the child: the next connection, when this one is done. */
static inline int
fake_daemon_next(int fd)
{
	close(fd);
	if ((fd = accept(fake_daemon_listener, NULL, NULL)) == -1)
		_exit(FAKE_DAEMON_SURPRISED);
	return fd;
}

static inline void
fake_daemon_start(struct fake_daemon *d, fake_daemon_serve serve)
{
	int fd, listener;

	fake_daemon_make_path(d);
	listener = fake_daemon_listen(d, SOCK_SEQPACKET);
	d->pid = fork();
	assert_int_not_equal(d->pid, -1);
	if (d->pid == 0) {
		/* Not for longer than any test, should the client not come. */
		alarm(30);
		fake_daemon_listener = listener;
		fd = accept(listener, NULL, NULL);
		if (fd == -1)
			_exit(FAKE_DAEMON_SURPRISED);
		serve(fd);
		_exit(0);
	}
	close(listener);
}

/* Waits for the child, which must have found what it expected. */
static inline void
fake_daemon_stop(struct fake_daemon *d)
{
	int status = 0;

	if (d->pid != -1) {
		assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	unlink(d->path);
	rmdir(d->dir);
}

/* In the child: reads the request, which must be this one. */
static inline void
fake_daemon_expect(int fd, uint32_t type, const void *data, size_t len)
{
	unsigned char packet[PACKET_MAX];
	struct channel_hdr hdr;
	ssize_t n;

	n = recv(fd, packet, sizeof(packet), 0);
	if (n != (ssize_t)(sizeof(hdr) + len))
		_exit(FAKE_DAEMON_SURPRISED);
	memcpy(&hdr, packet, sizeof(hdr));
	if (hdr.type != type || hdr.len != (uint32_t)n ||
	    (len > 0 && memcmp(packet + sizeof(hdr), data, len) != 0) ||
	    !control_request_is_valid(type, packet + sizeof(hdr), len))
		_exit(FAKE_DAEMON_SURPRISED);
}

static inline void
fake_daemon_send(int fd, uint32_t type, const void *data, size_t len)
{
	unsigned char packet[PACKET_MAX];
	size_t n = packet_make(packet, type, data, len);

	if (send(fd, packet, n, MSG_NOSIGNAL) != (ssize_t)n)
		_exit(FAKE_DAEMON_SURPRISED);
}

static inline void
fake_daemon_send_result(int fd, uint32_t outcome, const char *text)
{
	unsigned char packet[PACKET_MAX];
	size_t n = packet_make_result(packet, outcome, text);

	if (send(fd, packet, n, MSG_NOSIGNAL) != (ssize_t)n)
		_exit(FAKE_DAEMON_SURPRISED);
}

#endif /* REGRESS_UNIT_BGPLBCTL_FAKE_DAEMON_H */
