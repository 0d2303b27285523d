#include <sys/queue.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_stop.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/json.h"
#include "common/log.h"
#include "common/timer.h"

#define MESSAGE_MAX	256
#define REASON_MAX	(MESSAGE_MAX + 64)

/* At most one a container, so no more than the rde has of them. */
struct stop {
	TAILQ_ENTRY(stop)	 entry;
	struct docker_stops	*stops;
	struct container_order	 order;
	unsigned int		 tries;
	bool			 process_tried;	/* in this try */
	bool			 engine_tried;
	bool			 unanswered;	/* the engine's order; it gets no other */
	bool			 asking;	/* an answer is to come */
	bool			 over;		/* nothing is to follow from it */
	struct event		*timer;
};
TAILQ_HEAD(stop_list, stop);

struct docker_stops {
	struct event_base	*base;
	struct docker_queries	*queries;
	struct stop_list	 list;
	unsigned int		 count;
};

static void	try_next_way(struct stop *, const char *why);

static void
stop_free(struct stop *s)
{
	TAILQ_REMOVE(&s->stops->list, s, entry);
	s->stops->count--;
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
	const char *id = s->order.container.hex;

	if (s->tries == STOP_TRIES || s->unanswered) {
		log_warn("container %.*s: gave up sending signal %d: %s",
		    OBJECT_ID_SHORT, id, s->order.signal, why);
		stop_end(s);
		return;
	}
	if (s->tries == 1)
		log_warn("container %.*s: cannot send signal %d, trying "
		    "again: %s", OBJECT_ID_SHORT, id, s->order.signal, why);
	timer_set(s->timer, STOP_RETRY * 1000);
}

static void
stop_succeeded(struct stop *s)
{
	const char *id = s->order.container.hex;

	if (s->tries > 1)
		log_info("container %.*s: got signal %d after all",
		    OBJECT_ID_SHORT, id, s->order.signal);
	else
		log_debug("container %.*s: got signal %d", OBJECT_ID_SHORT,
		    id, s->order.signal);
	stop_end(s);
}

static void
run_has_ended(struct stop *s, const char *how)
{
	log_debug("container %.*s: has ended before signal %d: %s",
	    OBJECT_ID_SHORT, s->order.container.hex, s->order.signal, how);
	stop_end(s);
}

/* True if it is over meanwhile, and then it is gone. */
static bool
answer_is_late(struct stop *s)
{
	s->asking = false;
	if (!s->over)
		return false;
	stop_free(s);
	return true;
}

static void
process_answered(const struct docker_answer *answer, void *arg)
{
	struct stop *s = arg;

	if (answer_is_late(s))
		return;
	if (answer->outcome == DOCKER_ANSWERED)
		stop_succeeded(s);
	else
		try_next_way(s, answer->error);
}

static void
ask_process(struct stop *s)
{
	struct docker_request request = {
		.kind = DOCKER_SIGNAL_PROCESS,
		.signal = s->order.signal,
		.started_at = s->order.started_at,
		.pid = s->order.pid,
		.id = s->order.container,
	};

	s->process_tried = s->asking = true;
	docker_query(s->stops->queries, &request, process_answered, s);
}

static void
stop_refused(struct stop *s, const struct docker_answer *answer)
{
	char message[MESSAGE_MAX], why[REASON_MAX];

	docker_message_parse(answer->body, answer->len, message,
	    sizeof(message));
	snprintf(why, sizeof(why), "%s (status %d)", message, answer->status);
	if (answer->status == HTTP_STATUS_NOT_FOUND ||
	    answer->status == HTTP_STATUS_CONFLICT)
		run_has_ended(s, why);
	else
		try_next_way(s, why);
}

static void
order_answered(const struct docker_answer *answer, void *arg)
{
	struct stop *s = arg;

	if (answer_is_late(s))
		return;
	if (answer->outcome != DOCKER_ANSWERED) {
		s->unanswered = answer->outcome == DOCKER_LATE;
		try_next_way(s, answer->error);
	} else if (answer->status >= 200 && answer->status <= 299)
		stop_succeeded(s);
	else
		stop_refused(s, answer);
}

static void
give_order(struct stop *s)
{
	struct docker_request request = {
		.kind = DOCKER_STOP_CONTAINER,
		.signal = s->order.signal,
		.id = s->order.container,
	};

	s->asking = true;
	docker_query(s->stops->queries, &request, order_answered, s);
}

static bool
no_network(const struct object_id *network, void *arg)
{
	(void)network;
	(void)arg;
	return false;
}

static void
take_inspection(struct stop *s, const struct docker_answer *answer)
{
	struct json *doc = json_parse(answer->body, answer->len);
	struct container_fact fact;

	if (doc == NULL || docker_container_parse(json_root(doc), no_network,
	    NULL, &fact) == -1)
		try_next_way(s, "Docker's inspection is not understood");
	else if (!fact.running || fact.started_at != s->order.started_at)
		run_has_ended(s, "it is not that run of it any more");
	else
		give_order(s);
	json_free(doc);
}

static void
inspected(const struct docker_answer *answer, void *arg)
{
	struct stop *s = arg;

	if (answer_is_late(s))
		return;
	if (answer->outcome == DOCKER_REFUSED)
		run_has_ended(s, answer->error);
	else if (answer->outcome != DOCKER_ANSWERED)
		try_next_way(s, answer->error);
	else if (answer->status == HTTP_STATUS_OK)
		take_inspection(s, answer);
	else
		stop_refused(s, answer);
}

/* Whether that run of the container is still there comes first. */
static void
ask_engine(struct stop *s)
{
	struct docker_request request = {
		.kind = DOCKER_INSPECT_CONTAINER,
		.id = s->order.container,
	};

	s->engine_tried = s->asking = true;
	docker_query_for_stop(s->stops->queries, &request, inspected, s);
}

/* why: what became of the last way. */
static void
try_next_way(struct stop *s, const char *why)
{
	bool by_process = !s->process_tried && s->order.pid != 0;
	bool by_engine = !s->engine_tried && !s->unanswered;

	if (by_process && !(by_engine && s->order.by_engine))
		ask_process(s);
	else if (by_engine)
		ask_engine(s);
	else
		stop_failed(s, why);
}

static void
try(struct stop *s)
{
	s->tries++;
	s->process_tried = s->engine_tried = false;
	try_next_way(s, "no way leads to it");
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	try(arg);
}

static struct stop *
find(struct docker_stops *stops, const struct object_id *id)
{
	struct stop *s;

	TAILQ_FOREACH(s, &stops->list, entry)
		if (!s->over && object_id_equal(&s->order.container, id))
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
    const struct container_order *order)
{
	struct stop *s;

	docker_stops_died(stops, &order->container);
	if (stops->count == STOPS_MAX)
		fatalx("the rde orders more than %u containers to be stopped "
		    "at one time", STOPS_MAX);
	stops->count++;
	s = xcalloc(1, sizeof(*s));
	s->stops = stops;
	s->order = *order;
	s->timer = evtimer_new(stops->base, timer_fired, s);
	if (s->timer == NULL)
		fatalx("cannot make a timer for a container's end");
	TAILQ_INSERT_TAIL(&stops->list, s, entry);
	try(s);
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

	if (s != NULL && fact->started_at != s->order.started_at)
		stop_end(s);
}
