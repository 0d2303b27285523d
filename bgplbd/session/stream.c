#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/session/stream.h"
#include "common/log.h"
#include "common/timer.h"

static void	stream_readable(evutil_socket_t, short, void *);
static void	stream_writable(evutil_socket_t, short, void *);
static void	stream_resume(evutil_socket_t, short, void *);

void
stream_init(struct stream *s, const struct stream_ops *ops, void *arg,
    uint8_t *scratch)
{
	memset(s, 0, sizeof(*s));
	s->ops = ops;
	s->arg = arg;
	s->scratch = scratch;
	s->fd = -1;
}

void
stream_open(struct stream *s, struct event_base *base, int fd)
{
	s->fd = fd;
	s->opened++;
	s->deaf = false;
	if (event_assign(&s->readable, base, fd, EV_READ | EV_PERSIST,
	    stream_readable, s) == -1 ||
	    event_assign(&s->writable, base, fd, EV_WRITE, stream_writable,
	    s) == -1 || evtimer_assign(&s->pause, base, stream_resume, s) == -1 ||
	    event_add(&s->readable, NULL) == -1)
		fatal("cannot watch a connection");
}

bool
stream_is_open(const struct stream *s)
{
	return s->fd != -1;
}

int
stream_release(struct stream *s, uint8_t **queue, size_t *nqueue)
{
	int fd = s->fd;

	*queue = s->queue;
	*nqueue = s->nqueue;
	if (fd != -1) {
		event_del(&s->readable);
		event_del(&s->writable);
		event_del(&s->pause);
	}
	free(s->rest);
	s->rest = NULL;
	s->nrest = 0;
	s->queue = NULL;
	s->nqueue = 0;
	s->fd = -1;
	return fd;
}

void
stream_close(struct stream *s)
{
	uint8_t *queue;
	size_t nqueue;
	int fd;

	fd = stream_release(s, &queue, &nqueue);
	free(queue);
	if (fd != -1)
		close(fd);
}

/*
 * Hands on what is in scratch and keeps what was not taken.  The callback may have
 * closed the stream, or closed it and opened it for another socket.
 */
static void
hand_on(struct stream *s, size_t size)
{
	unsigned int opened = s->opened;
	size_t taken;

	taken = s->ops->receive(s->scratch, size, s->arg);
	if (s->fd == -1 || s->opened != opened || taken >= size)
		return;
	s->nrest = size - taken;
	s->rest = xmalloc(s->nrest);
	memcpy(s->rest, &s->scratch[taken], s->nrest);
}

static void
stream_readable(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;
	size_t had = s->nrest;
	ssize_t n;

	(void)what;
	n = recv(fd, &s->scratch[had], STREAM_INPUT_SIZE - had, 0);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		s->ops->closed(n == 0 ? 0 : errno, s->arg);
		return;
	}
	if (had > 0)
		memcpy(s->scratch, s->rest, had);
	free(s->rest);
	s->rest = NULL;
	s->nrest = 0;
	hand_on(s, had + (size_t)n);
}

void
stream_pause(struct stream *s, unsigned int ms)
{
	event_del(&s->readable);
	timer_set(&s->pause, ms);
}

static void
stream_resume(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;

	(void)fd;
	(void)what;
	if (event_add(&s->readable, NULL) == -1)
		fatal("cannot watch a connection");
}

/* How many bytes the socket took. */
static size_t
write_some(struct stream *s, const uint8_t *data, size_t size)
{
	ssize_t n;

	n = send(s->fd, data, size, MSG_NOSIGNAL);
	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		s->deaf = true;
	return 0;
}

static void
enqueue(struct stream *s, const uint8_t *data, size_t size)
{
	s->queue = xreallocarray(s->queue, s->nqueue + size, 1);
	memcpy(&s->queue[s->nqueue], data, size);
	s->nqueue += size;
	stream_await_room(s);
}

void
stream_write(struct stream *s, const void *data, size_t size)
{
	const uint8_t *bytes = data;
	size_t n = 0;

	if (s->fd == -1 || s->deaf || size == 0)
		return;
	if (s->nqueue == 0)
		n = write_some(s, bytes, size);
	if (!s->deaf && n < size)
		enqueue(s, &bytes[n], size - n);
}

bool
stream_is_clear(const struct stream *s)
{
	return s->fd != -1 && !s->deaf && s->nqueue == 0;
}

void
stream_await_room(struct stream *s)
{
	event_add(&s->writable, NULL);
}

static void
stream_writable(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;
	size_t n;

	(void)fd;
	(void)what;
	if (s->nqueue > 0) {
		n = write_some(s, s->queue, s->nqueue);
		s->nqueue = s->deaf ? 0 : s->nqueue - n;
		if (s->nqueue == 0) {
			free(s->queue);
			s->queue = NULL;
		} else {
			memmove(s->queue, &s->queue[n], s->nqueue);
			stream_await_room(s);
		}
		if (n == 0)
			return;
	}
	s->ops->progress(s->arg);
}
