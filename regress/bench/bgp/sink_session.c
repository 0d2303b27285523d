#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "regress/bench/bgp/clock.h"
#include "regress/bench/bgp/sink_session.h"

#define NANOSECONDS	1000000000u

void
sink_session_start(struct sink_session *s, int fd, struct in_addr local)
{
	uint8_t *buffer = s->buffer;

	free(s->seen);
	memset(s, 0, sizeof(*s));
	s->buffer = buffer != NULL ? buffer : xmalloc(SINK_BUFFER_SIZE);
	s->seen = xcalloc(1, COUNT_SEEN_SIZE);
	s->fd = fd;
	s->local = local;
	s->state = SINK_ACCEPTED;
	s->accepted = clock_now();
}

static void
drop(struct sink_session *s, const char *why)
{
	close(s->fd);
	s->fd = -1;
	s->state = SINK_CLOSED;
	s->closed = clock_now();
	s->error = why;
	s->routes = NULL;
}

void
sink_session_close(struct sink_session *s, const char *why)
{
	uint8_t message[BGP_MESSAGE_MAX];

	if (s->fd == -1)
		return;
	(void)send(s->fd, message, prebuilt_cease(message), MSG_NOSIGNAL);
	drop(s, why);
}

/* Messages of the sink are few and small: a full socket is an error. */
static void
send_message(struct sink_session *s, const uint8_t *message, size_t size)
{
	ssize_t n;

	n = send(s->fd, message, size, MSG_NOSIGNAL);
	if (n != (ssize_t)size)
		drop(s, n == -1 ? "cannot send" : "the socket is full");
}

static void
schedule_keepalive(struct sink_session *s, const struct sink_options *o)
{
	s->keepalive_due = clock_now() +
	    (uint64_t)o->open.hold_time * NANOSECONDS / 3;
}

void
sink_session_go(struct sink_session *s, const struct sink_options *o)
{
	uint8_t messages[2 * BGP_MESSAGE_MAX];
	size_t size;

	if (s->state != SINK_WAITING)
		return;
	size = prebuilt_open(messages, &o->open);
	size += prebuilt_keepalive(messages + size);
	s->state = SINK_OPENED;
	s->open_sent = clock_now();
	schedule_keepalive(s, o);
	send_message(s, messages, size);
}

void
sink_session_tick(struct sink_session *s, const struct sink_options *o,
    uint64_t now)
{
	uint8_t message[BGP_HEADER_SIZE];

	/* Routes on their way tell as much as a KEEPALIVE. */
	if (s->state < SINK_OPENED || s->routes != NULL ||
	    o->open.hold_time == 0 || now < s->keepalive_due)
		return;
	schedule_keepalive(s, o);
	send_message(s, message, prebuilt_keepalive(message));
}

void
sink_session_send(struct sink_session *s)
{
	ssize_t n;

	while (s->routes != NULL) {
		n = send(s->fd, s->routes->data + s->routes_sent,
		    s->routes->size - s->routes_sent, MSG_NOSIGNAL);
		if (n == -1) {
			if (errno != EAGAIN && errno != EINTR)
				drop(s, "cannot send routes");
			return;
		}
		s->routes_sent += (size_t)n;
		if (s->routes_sent == s->routes->size)
			s->routes = NULL;
	}
}

uint64_t
sink_session_announced(const struct sink_session *s)
{
	return s->counts.announced[COUNT_IPV4] +
	    s->counts.announced[COUNT_IPV6];
}

uint64_t
sink_session_withdrawn(const struct sink_session *s)
{
	return s->counts.withdrawn[COUNT_IPV4] +
	    s->counts.withdrawn[COUNT_IPV6];
}

void
sink_session_reset(struct sink_session *s)
{
	memset(&s->counts, 0, sizeof(s->counts));
	free(s->seen);
	s->seen = xcalloc(1, COUNT_SEEN_SIZE);
}

static void
stamp_every(struct sink_counts *c, uint64_t before, uint64_t after,
    uint32_t every, uint64_t now)
{
	uint64_t n;

	if (every == 0)
		return;
	for (n = before / every; n < after / every; n++) {
		if (c->nstamps == SINK_STAMPS_MAX)
			return;
		c->stamps[c->nstamps++] = now;
	}
}

static int
receive_update(struct sink_session *s, const uint8_t *body, size_t len,
    uint32_t every, uint64_t now)
{
	struct update_count n;
	struct sink_counts *c = &s->counts;
	uint64_t before = c->fresh;
	unsigned int f;
	bool any = false;

	if (update_count(body, len, s->seen, &n) == -1)
		return -1;
	c->updates++;
	c->update_bytes += BGP_HEADER_SIZE + len;
	if (c->first_update == 0)
		c->first_update = now;
	for (f = 0; f < COUNT_FAMILIES; f++) {
		c->announced[f] += n.announced[f];
		c->withdrawn[f] += n.withdrawn[f];
		if (n.announced[f] > 0 || n.withdrawn[f] > 0)
			any = true;
		if (n.end_of_rib & 1u << f)
			c->end_of_rib[f] = now;
	}
	if (any)
		c->last_prefix = now;
	if (n.fresh > 0)
		c->last_fresh = now;
	c->fresh += n.fresh;
	stamp_every(c, before, c->fresh, every, now);
	return 0;
}

static void
receive_open(struct sink_session *s, const struct sink_options *o, uint64_t now)
{
	if (s->state != SINK_ACCEPTED) {
		sink_session_close(s, "a second OPEN");
		return;
	}
	s->state = SINK_WAITING;
	s->open_received = now;
	if (!o->hold)
		sink_session_go(s, o);
}

static void
receive_message(struct sink_session *s, const struct sink_options *o,
    const uint8_t *message, size_t len, uint64_t now)
{
	s->counts.messages++;
	s->counts.bytes += len;
	switch (message[BGP_HEADER_SIZE - 1]) {
	case BGP_OPEN:
		receive_open(s, o, now);
		break;
	case BGP_KEEPALIVE:
		if (s->state == SINK_OPENED) {
			s->state = SINK_ESTABLISHED;
			s->established = now;
		}
		break;
	case BGP_UPDATE:
		if (s->state != SINK_ESTABLISHED)
			sink_session_close(s, "an UPDATE before Established");
		else if (receive_update(s, message + BGP_HEADER_SIZE,
		    len - BGP_HEADER_SIZE, o->every, now) == -1)
			sink_session_close(s, "an UPDATE that is none");
		break;
	case BGP_NOTIFICATION:
		drop(s, "a NOTIFICATION");
		break;
	default:
		break;
	}
}

/* The size of the message at p; 0 if its end is yet to come, -1 if it is none. */
static int
frame(const uint8_t *p, size_t len, bool extended)
{
	static const uint8_t marker[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	size_t size;

	if (len < BGP_HEADER_SIZE)
		return 0;
	size = (size_t)p[16] << 8 | p[17];
	if (memcmp(p, marker, sizeof(marker)) != 0 || size < BGP_HEADER_SIZE ||
	    (size > BGP_MESSAGE_MAX && !extended))
		return -1;
	return size <= len ? (int)size : 0;
}

void
sink_session_receive(struct sink_session *s, const struct sink_options *o)
{
	size_t at = 0;
	uint64_t now;
	ssize_t n;
	int size;

	n = recv(s->fd, s->buffer + s->filled, SINK_BUFFER_SIZE - s->filled, 0);
	now = clock_now();
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(s, n == 0 ? "the end of the connection" : "cannot receive");
		return;
	}
	s->filled += (size_t)n;
	while ((size = frame(s->buffer + at, s->filled - at,
	    o->open.extended)) > 0) {
		receive_message(s, o, s->buffer + at, (size_t)size, now);
		if (s->fd == -1)
			return;
		at += (size_t)size;
	}
	if (size == -1) {
		sink_session_close(s, "what is no BGP message");
		return;
	}
	s->filled -= at;
	memmove(s->buffer, s->buffer + at, s->filled);
}
