#include <sys/queue.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_stop.h"
#include "bgplbd/frontend/http_reply.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

#define MESSAGE_MAX	256
#define REASON_MAX	(MESSAGE_MAX + 64)

/* At most one a container, so no more than the rde has of them. */
struct stop {
	TAILQ_ENTRY(stop)	 entry;
	struct docker_stops	*stops;
	struct container_signal	 signal;
	int64_t			 since;		/* of the order, ns since 1970 */
	unsigned int		 tries;
	bool			 asking;	/* its answer is to come */
	bool			 over;		/* nothing is to follow from it */
	struct event		*timer;
};
TAILQ_HEAD(stop_list, stop);

struct docker_stops {
	struct event_base	*base;
	struct docker_queries	*queries;
	struct stop_list	 list;
};

static void
stop_free(struct stop *s)
{
	TAILQ_REMOVE(&s->stops->list, s, entry);
	event_free(s->timer);
	free(s);
}

/* An answer that is still to come frees it. */
static void
stop_end(struct stop *s)
{
	s->over = true;
	if (!s->asking)
		stop_free(s);
}

static void
stop_failed(struct stop *s, const char *why)
{
	const char *id = s->signal.container.hex;

	if (s->tries == STOP_TRIES) {
		log_warn("container %.*s: gave up sending signal %d: %s",
		    OBJECT_ID_SHORT, id, s->signal.signal, why);
		stop_end(s);
		return;
	}
	if (s->tries == 1)
		log_warn("container %.*s: cannot send signal %d, trying "
		    "again: %s", OBJECT_ID_SHORT, id, s->signal.signal, why);
	timer_set(s->timer, STOP_RETRY * 1000);
}

static void
stop_succeeded(struct stop *s)
{
	const char *id = s->signal.container.hex;

	if (s->tries > 1)
		log_info("container %.*s: got signal %d after all",
		    OBJECT_ID_SHORT, id, s->signal.signal);
	else
		log_debug("container %.*s: got signal %d", OBJECT_ID_SHORT,
		    id, s->signal.signal);
	stop_end(s);
}

static void
stop_refused(struct stop *s, const struct docker_answer *answer)
{
	const char *id = s->signal.container.hex;
	char message[MESSAGE_MAX], why[REASON_MAX];

	docker_message_parse(answer->body, answer->len, message,
	    sizeof(message));
	if (answer->status >= 500) {
		snprintf(why, sizeof(why), "%s (status %d)", message,
		    answer->status);
		stop_failed(s, why);
		return;
	}
	if (answer->status == HTTP_STATUS_NOT_FOUND ||
	    answer->status == HTTP_STATUS_CONFLICT)
		log_debug("container %.*s: has ended before signal %d: %s",
		    OBJECT_ID_SHORT, id, s->signal.signal, message);
	else
		log_warn("container %.*s: Docker does not send signal %d: %s "
		    "(status %d)", OBJECT_ID_SHORT, id, s->signal.signal,
		    message, answer->status);
	stop_end(s);
}

static void
stop_answered(const struct docker_answer *answer, void *arg)
{
	struct stop *s = arg;

	s->asking = false;
	if (s->over)
		stop_free(s);
	else if (answer->outcome != DOCKER_ANSWERED)
		stop_failed(s, answer->error);
	else if (answer->status >= 200 && answer->status <= 299)
		stop_succeeded(s);
	else
		stop_refused(s, answer);
}

static void
ask(struct stop *s)
{
	struct docker_request request = {
		.kind = DOCKER_STOP_CONTAINER,
		.signal = s->signal.signal,
		.id = s->signal.container,
	};

	s->tries++;
	s->asking = true;
	docker_query(s->stops->queries, &request, stop_answered, s);
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ask(arg);
}

static struct stop *
find(struct docker_stops *stops, const struct object_id *id)
{
	struct stop *s;

	TAILQ_FOREACH(s, &stops->list, entry)
		if (!s->over && object_id_equal(&s->signal.container, id))
			return s;
	return NULL;
}

struct docker_stops *
docker_stops_new(struct event_base *base, struct docker_queries *queries)
{
	struct docker_stops *stops = xcalloc(1, sizeof(*stops));

	stops->base = base;
	stops->queries = queries;
	TAILQ_INIT(&stops->list);
	return stops;
}

void
docker_stops_free(struct docker_stops *stops)
{
	struct stop *s;

	while ((s = TAILQ_FIRST(&stops->list)) != NULL)
		stop_free(s);
	free(stops);
}

void
docker_stops_add(struct docker_stops *stops,
    const struct container_signal *signal)
{
	struct stop *s;

	docker_stops_died(stops, &signal->container);
	s = xcalloc(1, sizeof(*s));
	s->stops = stops;
	s->signal = *signal;
	s->since = clock_wall_ns();
	s->timer = evtimer_new(stops->base, timer_fired, s);
	if (s->timer == NULL)
		fatalx("cannot make a timer for a container's end");
	TAILQ_INSERT_TAIL(&stops->list, s, entry);
	ask(s);
}

void
docker_stops_died(struct docker_stops *stops, const struct object_id *id)
{
	struct stop *s = find(stops, id);

	if (s != NULL)
		stop_end(s);
}

void
docker_stops_shown(struct docker_stops *stops,
    const struct container_fact *fact)
{
	struct stop *s = find(stops, &fact->container);

	if (s != NULL && fact->started_at > s->since)
		stop_end(s);
}
