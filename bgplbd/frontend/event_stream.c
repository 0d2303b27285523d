#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/frontend/docker_client.h"
#include "bgplbd/frontend/docker_wanted.h"
#include "bgplbd/frontend/event_stream.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/json_sieve.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

#define REASON_MAX	192

struct event_stream {
	struct docker_client		*client;
	const struct event_stream_ops	*ops;
	void				*arg;
	struct docker_transfer		*transfer;	/* NULL: between two tries */
	struct event			*timer;	/* next try, or deadline of this one */
	struct json_sieve		*lines;		/* of the transfer, or NULL */
	unsigned int			 delay;	/* before the next try, in ms */
	bool				 up;
	bool				 outage;	/* and it was logged */
	char				 reason[REASON_MAX];	/* of the outage */
	bool				 late;		/* the same of late events */
	int64_t				 last_ns;	/* the last event's time */
};

static void
drop_lines(struct event_stream *s)
{
	json_sieve_free(s->lines);
	s->lines = NULL;
}

void
event_stream_failed(struct event_stream *s, const char *why)
{
	bool was_up = s->up;

	docker_transfer_cancel(s->transfer);
	s->transfer = NULL;
	s->up = false;
	drop_lines(s);
	if (!s->outage)
		log_warn("Docker: %s; trying again until it is there", why);
	else
		log_debug("Docker: %s", why);
	s->outage = true;
	strlcpy(s->reason, why, sizeof(s->reason));
	timer_set(s->timer, s->delay);
	s->delay *= 2;
	if (s->delay > STREAM_RETRY_LAST)
		s->delay = STREAM_RETRY_LAST;
	if (was_up)
		s->ops->down(s->arg);
}

void
event_stream_settled(struct event_stream *s)
{
	if (s->outage)
		log_info("Docker: it is there again");
	s->outage = false;
	s->delay = STREAM_RETRY_FIRST;
}

/* Clocks that are set show here too, and cost a list. */
static void
check_time(struct event_stream *s, int64_t time_ns)
{
	const int64_t limit = (int64_t)STREAM_LATE_MS * CLOCK_NS_PER_MS;
	int64_t behind = clock_wall_ns() - time_ns;
	bool late = behind > limit || time_ns < s->last_ns - limit;

	if (late && !s->late)
		log_info("Docker: events come late, by %lld ms: some may be "
		    "lost, so its lists are looked at again",
		    (long long)(behind / CLOCK_NS_PER_MS));
	s->late = late;
	s->last_ns = time_ns;
	if (late)
		s->ops->late(s->arg);
}

static void
stream_line(const struct json_element *line, void *arg)
{
	struct event_stream *s = arg;
	struct docker_event event;

	if (line->over || line->text == NULL ||
	    docker_event_parse(line->text, line->len, &event) == -1) {
		if (line->over)
			log_warn("Docker: an event holds more than %d bytes of "
			    "what is read of it, and was left out",
			    DOCKER_EVENT_MAX);
		else
			log_warn("Docker: an event is not understood");
		s->ops->missed(s->arg);
		return;
	}
	if (event.time_ns != 0)
		check_time(s, event.time_ns);
	if (event.kind != EVENT_OTHER)
		s->ops->event(&event, s->arg);
}

static void
stream_header(int status, void *arg)
{
	struct event_stream *s = arg;
	char reason[REASON_MAX];

	if (status != HTTP_STATUS_OK) {
		snprintf(reason, sizeof(reason),
		    "it refuses to tell events, with HTTP status %d", status);
		event_stream_failed(s, reason);
		return;
	}
	evtimer_del(s->timer);
	s->lines = json_sieve_new(JSON_SIEVE_LINES, docker_wanted_event,
	    DOCKER_EVENT_MAX, stream_line, s);
	s->up = true;
	s->late = false;
	s->last_ns = 0;
	s->ops->up(s->arg);
}

static void
stream_data(const char *data, size_t len, void *arg)
{
	struct event_stream *s = arg;

	if (json_sieve_feed(s->lines, data, len) == -1)
		s->ops->missed(s->arg);
}

static void
stream_end(const char *error, void *arg)
{
	struct event_stream *s = arg;

	s->transfer = NULL;
	event_stream_failed(s, error[0] != '\0' ? error :
	    "its event stream ended");
}

static const struct docker_transfer_ops stream_ops = {
	.header = stream_header,
	.data = stream_data,
	.end = stream_end,
};

static void
open_stream(struct event_stream *s)
{
	struct docker_request request = { .kind = DOCKER_EVENTS };
	request.since = clock_wall_ns();
	s->transfer = docker_client_start(s->client, &request, &stream_ops, s);
	timer_set(s->timer, STREAM_HEADER_DEADLINE * 1000);
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct event_stream *s = arg;

	(void)fd;
	(void)what;
	if (s->transfer != NULL)
		event_stream_failed(s, "it does not answer");
	else
		open_stream(s);
}

struct event_stream *
event_stream_new(struct event_base *base, struct docker_client *client,
    const struct event_stream_ops *ops, void *arg)
{
	struct event_stream *s = xcalloc(1, sizeof(*s));

	s->client = client;
	s->ops = ops;
	s->arg = arg;
	s->delay = STREAM_RETRY_FIRST;
	s->timer = evtimer_new(base, timer_fired, s);
	if (s->timer == NULL)
		fatalx("cannot set up Docker's event stream");
	timer_set(s->timer, 0);
	return s;
}

const char *
event_stream_outage(const struct event_stream *s)
{
	return s->outage ? s->reason : "";
}

void
event_stream_free(struct event_stream *s)
{
	if (s == NULL)
		return;
	docker_transfer_cancel(s->transfer);
	drop_lines(s);
	event_free(s->timer);
	free(s);
}
