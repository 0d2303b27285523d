/*
 * Docker's event stream, kept open: asked for anew when it breaks or Docker is
 * away, first after 100 ms, then at doubling intervals up to 2 s.  An outage is
 * logged when it begins and when it is over.
 *
 * Each stream starts with the events since the moment it was asked for, so that
 * none is lost between the request and the engine's taking it up; what happened
 * before that is for a list to tell.
 *
 * Docker keeps 1024 events for a reader that does not keep up, and drops others
 * without a sign.  Whoever it was that stood still, this process, the parent or the
 * engine: events are late then, which shows by the time that each carries.
 */
#ifndef BGPLBD_FRONTEND_EVENT_STREAM_H
#define BGPLBD_FRONTEND_EVENT_STREAM_H

#include "bgplbd/frontend/docker_event.h"

#define STREAM_RETRY_FIRST	100	/* milliseconds */
#define STREAM_RETRY_LAST	2000
#define STREAM_HEADER_DEADLINE	10	/* seconds until Docker accepts the request */
#define STREAM_LATE_MS		1000	/* from when it happened to here */

struct docker_client;
struct event_base;
struct event_stream;

struct event_stream_ops {
	/* From now on events come: the time to list. */
	void	(*up)(void *arg);
	void	(*event)(const struct docker_event *, void *arg);
	/* Something came that could not be read: the time to list again. */
	void	(*missed)(void *arg);
	/*
	 * An event came so late, or its time is so far before that of the last, that
	 * others may be lost: the time to list again when the last such has come.
	 */
	void	(*late)(void *arg);
	/* It broke; it is being asked for again. */
	void	(*down)(void *arg);
};

/* Asks for the stream from the loop's next turn on. */
struct event_stream *event_stream_new(struct event_base *,
	    struct docker_client *, const struct event_stream_ops *,
	    void *arg);
void	event_stream_free(struct event_stream *);	/* NULL is fine */


/*
 * Callbacks of the stream must not call these two, but answers to queries may.
 */
/* What was done after up() succeeded: the outage, if there was one, is over. */
void	event_stream_settled(struct event_stream *);
/*
 * What was done after up() failed: as if the stream had broken.  Calls down().
 */
void	event_stream_failed(struct event_stream *, const char *why);

/* Why Docker cannot be asked at present, for people; "" if it can. */
const char *event_stream_outage(const struct event_stream *);

#endif /* BGPLBD_FRONTEND_EVENT_STREAM_H */
