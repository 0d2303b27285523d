#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/session/farewell.h"
#include "bgplbd/session/message.h"
#include "common/log.h"

struct farewell {
	LIST_ENTRY(farewell)	 entry;
	struct farewells	*all;
	int			 fd;
	uint8_t			*bytes;
	size_t			 size;
	size_t			 written;
	struct event		 readable;
	struct event		 writable;
	struct event		 timeout;
};

void
farewells_init(struct farewells *all, struct event_base *base)
{
	all->base = base;
	LIST_INIT(&all->list);
	all->count = 0;
	all->empty = NULL;
	all->arg = NULL;
}

static void
farewell_free(struct farewell *f)
{
	LIST_REMOVE(f, entry);
	f->all->count--;
	event_del(&f->readable);
	event_del(&f->writable);
	event_del(&f->timeout);
	close(f->fd);
	free(f->bytes);
	free(f);
}

void
farewells_clear(struct farewells *all)
{
	struct farewell *f;

	while ((f = LIST_FIRST(&all->list)) != NULL)
		farewell_free(f);
}

static void
farewell_end(struct farewell *f)
{
	struct farewells *all = f->all;

	farewell_free(f);
	if (all->count == 0 && all->empty != NULL)
		all->empty(all->arg);
}

static void
farewell_timeout(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	farewell_end(arg);
}

static void
farewell_readable(evutil_socket_t fd, short what, void *arg)
{
	uint8_t dropped[4096];
	ssize_t n;

	(void)what;
	n = recv(fd, dropped, sizeof(dropped), 0);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		farewell_end(arg);
}

/* False if there is nobody to write to any more. */
static bool
write_on(struct farewell *f)
{
	ssize_t n;

	n = send(f->fd, &f->bytes[f->written], f->size - f->written,
	    MSG_NOSIGNAL);
	if (n == -1 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		return false;
	if (n > 0)
		f->written += (size_t)n;
	if (f->written < f->size)
		event_add(&f->writable, NULL);
	else
		(void)shutdown(f->fd, SHUT_WR);
	return true;
}

static void
farewell_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (!write_on(arg))
		farewell_end(arg);
}

static void
watch(struct farewell *f)
{
	const struct timeval timeout = { .tv_sec = FAREWELL_MS / 1000 };
	struct event_base *base = f->all->base;

	if (event_assign(&f->readable, base, f->fd, EV_READ | EV_PERSIST,
	    farewell_readable, f) == -1 ||
	    event_assign(&f->writable, base, f->fd, EV_WRITE,
	    farewell_writable, f) == -1 ||
	    evtimer_assign(&f->timeout, base, farewell_timeout, f) == -1 ||
	    event_add(&f->readable, NULL) == -1 ||
	    event_add(&f->timeout, &timeout) == -1)
		fatal("cannot watch a connection");
}

void
farewell_say(struct farewells *all, int fd, uint8_t *bytes, size_t n)
{
	struct farewell *f;

	if (all->count >= FAREWELLS_MAX) {
		(void)send(fd, bytes, n, MSG_NOSIGNAL);
		close(fd);
		free(bytes);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	f->all = all;
	f->fd = fd;
	f->bytes = bytes;
	f->size = n;
	LIST_INSERT_HEAD(&all->list, f, entry);
	all->count++;
	watch(f);
	if (!write_on(f))
		farewell_free(f);
}

void
farewell_cease(struct farewells *all, int fd, enum cease_error subcode)
{
	uint8_t *message = xmalloc(BGP_MESSAGE_MAX);
	struct wire_writer w = wire_writer(message, BGP_MESSAGE_MAX);
	struct notification cease;

	notification_set(&cease, NOTIFY_CEASE, subcode, "%s", "");
	notification_write(&cease, false, &w);
	farewell_say(all, fd, message, w.len);
}
