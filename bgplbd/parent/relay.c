#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/relay.h"
#include "common/log.h"

/* Moved in one turn of the loop, so that a long answer delays no short one. */
#define RELAY_TURN_BYTES	(256 * 1024)
#define RELAY_SPLICE_BYTES	(64 * 1024)
#define RELAY_SHOW_BYTES	(16 * 1024)

struct relay {
	int		 from;
	int		 to;
	relay_done	*done;
	void		*arg;
	relay_show	*show;		/* or NULL */
	void		*show_arg;
	struct evbuffer	*unsent;	/* of the request; or NULL */
	struct event	 sendable;	/* of the socket, while there is such */
	struct event	 readable;	/* of the socket */
	struct event	 writable;	/* of the pipe, while it is full */
	struct event	 abandoned;	/* of the pipe: nobody reads it any more */
};

static bool
socket_has_data(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0;
}

/* The socket's data wait until the pipe's reader has made room. */
static void
wait_for_room(struct relay *r)
{
	event_del(&r->readable);
	if (event_add(&r->writable, NULL) == -1)
		r->done(r, RELAY_ABANDONED, r->arg);
}

/* As splice(2): bytes moved, 0 at the end, or -1 with errno. */
static ssize_t
move(struct relay *r)
{
	char buf[RELAY_SHOW_BYTES];
	ssize_t n;

	if (r->show == NULL)
		return splice(r->from, NULL, r->to, NULL, RELAY_SPLICE_BYTES,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	n = recv(r->from, buf, sizeof(buf), r->to != -1 ? MSG_PEEK : 0);
	if (n > 0 && r->to != -1)
		n = splice(r->from, NULL, r->to, NULL, (size_t)n,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	if (n > 0)
		r->show(buf, (size_t)n, r->show_arg);
	return n;
}

static void
relay_readable(evutil_socket_t fd, short what, void *arg)
{
	struct relay *r = arg;
	size_t moved = 0;
	ssize_t n;

	(void)fd;
	(void)what;
	while (moved < RELAY_TURN_BYTES) {
		n = move(r);
		if (n > 0) {
			moved += (size_t)n;
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN) {
			if (r->to != -1 && socket_has_data(r->from))
				wait_for_room(r);
			return;
		}
		if (n == -1 && errno == EPIPE) {
			r->done(r, RELAY_ABANDONED, r->arg);
			return;
		}
		if (n == -1)
			log_debug("relay of an answer of Docker: %s",
			    strerror(errno));
		r->done(r, RELAY_FINISHED, r->arg);
		return;
	}
}

static void
relay_writable(evutil_socket_t fd, short what, void *arg)
{
	struct relay *r = arg;

	if (event_add(&r->readable, NULL) == -1)
		r->done(r, RELAY_ABANDONED, r->arg);
	else
		relay_readable(fd, what, r);
}

static void
relay_abandoned(evutil_socket_t fd, short what, void *arg)
{
	struct relay *r = arg;

	(void)fd;
	(void)what;
	r->done(r, RELAY_ABANDONED, r->arg);
}

static void
send_some(struct relay *r)
{
	size_t len;
	ssize_t n;

	while ((len = evbuffer_get_contiguous_space(r->unsent)) > 0) {
		n = send(r->from, evbuffer_pullup(r->unsent, (ev_ssize_t)len),
		    len, MSG_NOSIGNAL);
		if (n > 0)
			evbuffer_drain(r->unsent, (size_t)n);
		else if (n == -1 && errno == EAGAIN) {
			if (event_add(&r->sendable, NULL) == -1)
				fatal("cannot watch a request to Docker");
			return;
		} else if (n == 0 || errno != EINTR) {
			log_debug("request to Docker: %s", strerror(errno));
			evbuffer_drain(r->unsent,
			    evbuffer_get_length(r->unsent));
		}
	}
}

static void
relay_sendable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	send_some(arg);
}

/*
 * A pipe's write end is never readable, so that waiting for it to be reports
 * only that the other end was closed.
 */
struct relay *
relay_new(struct event_base *base, int from, int to, relay_done *done,
    void *arg)
{
	struct relay *r = xcalloc(1, sizeof(*r));

	r->from = from;
	r->to = to;
	r->done = done;
	r->arg = arg;
	if (event_assign(&r->readable, base, from, EV_READ | EV_PERSIST,
	    relay_readable, r) == -1 ||
	    event_assign(&r->sendable, base, from, EV_WRITE, relay_sendable,
	    r) == -1 || event_add(&r->readable, NULL) == -1)
		fatal("cannot watch an answer of Docker");
	if (to != -1 && (event_assign(&r->writable, base, to, EV_WRITE,
	    relay_writable, r) == -1 ||
	    event_assign(&r->abandoned, base, to, EV_READ, relay_abandoned,
	    r) == -1 || event_add(&r->abandoned, NULL) == -1))
		fatal("cannot watch a reader of Docker's answer");
	return r;
}

void
relay_set_show(struct relay *r, relay_show *show, void *arg)
{
	r->show = show;
	r->show_arg = arg;
}

void
relay_send(struct relay *r, struct evbuffer *request)
{
	if (r->unsent == NULL && (r->unsent = evbuffer_new()) == NULL)
		fatalx("no memory for a request to Docker");
	if (evbuffer_add_buffer(r->unsent, request) == -1)
		fatalx("no memory for a request to Docker");
	send_some(r);
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	event_del(&r->readable);
	event_del(&r->sendable);
	if (r->to != -1) {
		event_del(&r->writable);
		event_del(&r->abandoned);
		close(r->to);
	}
	close(r->from);
	if (r->unsent != NULL)
		evbuffer_free(r->unsent);
	free(r);
}
