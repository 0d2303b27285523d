#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log_output.h"

/* What the last lines of a process that ends are worth. */
#define FINISH_MS	200

enum kind {
	WAITS,		/* until its reader takes it */
	OWN,		/* an open file of ours, which does not wait */
	SOCKET,		/* is told not to wait */
	ASKED		/* is asked whether it has room */
};

/* One a process, as standard error is. */
static struct {
	enum kind	  kind;
	char		 *queue;	/* whole lines, NULL if none waits */
	size_t		  len;
	unsigned int	  lost;
	void		(*waits)(void *);
	void		 *arg;
} output;

static bool
has_room(void)
{
	struct pollfd pfd = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&pfd, 1, 0) == 1;
}

/* As write(2). */
static ssize_t
put(const char *data, size_t len)
{
	if (output.kind == SOCKET)
		return send(STDERR_FILENO, data, len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (output.kind == ASKED && !has_room()) {
		errno = EAGAIN;
		return -1;
	}
	return write(STDERR_FILENO, data, len);
}

/* How much of it is done with: if nobody can take it any more, all. */
static size_t
put_line(const char *line, size_t len)
{
	ssize_t n;

	do {
		n = put(line, len);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == ENOBUFS ? 0 : len;
	return (size_t)n;
}

static void
keep(const char *data, size_t len)
{
	if (output.queue == NULL)
		output.queue = malloc(LOG_QUEUE_MAX);
	if (output.queue == NULL || len > LOG_QUEUE_MAX - output.len) {
		output.lost++;
		return;
	}
	memcpy(output.queue + output.len, data, len);
	output.len += len;
}

void
log_output_write(const char *line, size_t len)
{
	bool waited = output.len > 0;
	size_t done = waited ? 0 : put_line(line, len);

	if (done == len)
		return;
	keep(line + done, len - done);
	if (!waited && output.len > 0 && output.waits != NULL)
		output.waits(output.arg);
}

bool
log_output_drain(void)
{
	size_t done = 0, len, n;

	while (done < output.len) {
		len = (size_t)((const char *)memchr(output.queue + done, '\n',
		    output.len - done) - output.queue) + 1 - done;
		n = put_line(output.queue + done, len);
		done += n;
		if (n < len)
			break;
	}
	output.len -= done;
	if (output.len > 0) {
		if (done > 0)
			memmove(output.queue, output.queue + done,
			    output.len);
		return false;
	}
	free(output.queue);
	output.queue = NULL;
	return true;
}

unsigned int
log_output_take_lost(void)
{
	unsigned int lost = output.lost;

	output.lost = 0;
	return lost;
}

static void
finish(void)
{
	struct pollfd pfd = { .fd = STDERR_FILENO, .events = POLLOUT };
	unsigned int i;

	for (i = 0; i < FINISH_MS && !log_output_drain(); i++)
		(void)poll(&pfd, 1, 1);
}

/* The same pipe or terminal, as an open file of our own.  -1 if that cannot be. */
static int
open_anew(void)
{
	int fd = open("/proc/self/fd/2",
	    O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return -1;
	rc = dup2(fd, STDERR_FILENO);
	close(fd);
	return rc;
}

void
log_output_open(void)
{
	struct stat st;

	if (fstat(STDERR_FILENO, &st) == -1)
		return;
	if (S_ISSOCK(st.st_mode))
		output.kind = SOCKET;
	else if (S_ISFIFO(st.st_mode) || isatty(STDERR_FILENO))
		output.kind = open_anew() == -1 ? ASKED : OWN;
	atexit(finish);
}

void
log_output_forked(void)
{
	free(output.queue);
	output.queue = NULL;
	output.len = 0;
	output.lost = 0;
	output.waits = NULL;
}

void
log_output_notify(void (*waits)(void *), void *arg)
{
	output.waits = waits;
	output.arg = arg;
	if (waits != NULL && output.len > 0)
		waits(arg);
}
