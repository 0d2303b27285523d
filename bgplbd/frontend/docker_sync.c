#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "bgplbd/frontend/connection_tries.h"
#include "bgplbd/frontend/container_watch.h"
#include "bgplbd/frontend/docker_client.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_sync.h"
#include "bgplbd/frontend/docker_watch.h"
#include "bgplbd/frontend/event_stream.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/network_watch.h"
#include "bgplbd/messages/types.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/timer.h"

#define REASON_MAX	192
/* Seconds, from one sync to the next while something cannot be read. */
#define RETRY_FIRST	1
#define RETRY_LAST	60

/* So that several reasons for a sync, or for learning a name, lead to one. */
static const struct timeval settle_time = { .tv_usec = 100000 };

enum phase {
	PHASE_DOWN,		/* no event stream */
	PHASE_NETWORKS,		/* their list is asked for */
	PHASE_CONTAINERS,	/* the same */
	PHASE_INSPECT,		/* inspections are under way */
	PHASE_DONE
};

struct docker_sync {
	struct event_base	*base;
	struct docker_client	*client;
	struct docker_watch	 watch;
	const struct docker_sync_ops *ops;
	void			*arg;
	struct event_stream	*stream;	/* NULL: our networks are not known */
	struct network_watch	*networks;
	struct container_watch	*containers;
	enum phase		 phase;
	bool			 again;		/* when this sync is over */
	bool			 reported;	/* since the last outage */
	bool			 unread;	/* something was not, in this sync */
	bool			 incomplete;	/* the last sync was, and it was logged */
	bool			 second_due;	/* after the first complete one */
	unsigned int		 retry_delay;	/* in s; 0: all could be read */
	struct event		*again_timer;
	struct event		*retry_timer;
	struct event		*second_timer;
	struct event		*look_timer;
	uint64_t		 looked_at;	/* clock_ms() */
	uint64_t		 late_since;	/* of the first of the late events */
	struct event		*learn_timer;
	struct event		*try_timer;	/* container_watch_try() */
};

static void
set_timer(struct event *timer)
{
	if (!evtimer_pending(timer, NULL) &&
	    evtimer_add(timer, &settle_time) == -1)
		fatalx("cannot set a timer for Docker");
}

static void
sync_again(void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase == PHASE_DONE)
		set_timer(s->again_timer);
	else if (s->phase != PHASE_DOWN)
		s->again = true;
}

/* As long as events go on to come late the look is put off, for LATE_MAX_MS at most. */
static void
events_are_late(void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase != PHASE_DONE) {
		sync_again(s);
		return;
	}
	if (!evtimer_pending(s->again_timer, NULL))
		s->late_since = clock_ms();
	if (clock_ms() - s->late_since < LATE_MAX_MS)
		evtimer_add(s->again_timer, &settle_time);
}

static void
plan_retry(struct docker_sync *s)
{
	if (evtimer_pending(s->retry_timer, NULL))
		return;
	s->retry_delay = s->retry_delay == 0 ? RETRY_FIRST :
	    s->retry_delay * 2;
	if (s->retry_delay > RETRY_LAST)
		s->retry_delay = RETRY_LAST;
	timer_set(s->retry_timer, s->retry_delay * 1000);
}

static void
watch_unread(void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase == PHASE_DONE)
		plan_retry(s);
	else
		s->unread = true;
}

static void
watch_all_read(void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase == PHASE_DONE && s->incomplete)
		set_timer(s->again_timer);
}

static void
watch_named(const char *driver, void *arg)
{
	struct docker_sync *s = arg;

	docker_client_name_driver(s->client, driver);
}

static void
watch_try_soon(void *arg)
{
	struct docker_sync *s = arg;

	if (!evtimer_pending(s->try_timer, NULL))
		timer_set(s->try_timer, CONNECTION_TRY_MS);
}

static void
try_fired(evutil_socket_t fd, short what, void *arg)
{
	struct docker_sync *s = arg;

	(void)fd;
	(void)what;
	if (s->phase != PHASE_DOWN && container_watch_try(s->containers))
		watch_try_soon(s);
}

static void
sync_failed(struct docker_sync *s, const char *why)
{
	event_stream_failed(s->stream, why);
}

/*
 * One answer is missing: in a sync that is too much, else a new one puts it
 * right.
 */
static void
watch_failed(const char *why, void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase != PHASE_DONE) {
		sync_failed(s, why);
		return;
	}
	log_debug("Docker: %s", why);
	sync_again(s);
}

static void
tell(uint32_t type, const void *data, size_t len, void *arg)
{
	struct docker_sync *s = arg;

	s->ops->tell(type, data, len, s->arg);
}

/* Whether there must be another sync, and when. */
static void
plan_next(struct docker_sync *s, bool is_complete)
{
	if (s->again)
		set_timer(s->again_timer);
	if (is_complete) {
		if (s->incomplete)
			log_info("Docker: all that it lists could be read");
		s->incomplete = false;
		s->retry_delay = 0;
		if (s->second_due)
			timer_set(s->second_timer,
			    SECOND_SYNC_SECONDS * 1000);
		s->second_due = false;
		return;
	}
	if (!s->incomplete)
		log_warn("Docker: not all that it lists could be read: until "
		    "it can, nothing is taken for gone; it is asked again");
	s->incomplete = true;
	plan_retry(s);
}

static void
complete(struct docker_sync *s)
{
	bool is_complete = !s->unread &&
	    !network_watch_is_incomplete(s->networks) &&
	    !container_watch_is_incomplete(s->containers);
	const struct sync_end end = { .incomplete = !is_complete };
	unsigned int networks, containers;

	tell(MSG_FRONTEND_SYNC_BEGIN, NULL, 0, s);
	networks = network_watch_sync_tell(s->networks, is_complete);
	containers = container_watch_sync_tell(s->containers, is_complete);
	tell(MSG_FRONTEND_SYNC_END, &end, sizeof(end), s);
	s->phase = PHASE_DONE;
	s->watch.syncing = false;
	network_watch_sync_end(s->networks);
	container_watch_sync_end(s->containers);
	event_stream_settled(s->stream);
	if (!s->reported)
		log_info("Docker: %u networks to look after, %u containers "
		    "in them", networks, containers);
	s->reported = true;
	s->looked_at = clock_ms();
	timer_set(s->look_timer, LOOK_SECONDS * 1000);
	plan_next(s, is_complete);
	memory_give_back();
}

static void
container_settled(void *arg)
{
	struct docker_sync *s = arg;

	if (s->phase == PHASE_INSPECT &&
	    container_watch_is_settled(s->containers))
		complete(s);
}

/* True if the whole list was told, else the sync has failed. */
static bool
is_list_complete(struct docker_sync *s, const struct docker_answer *answer,
    const char *what)
{
	char why[REASON_MAX];

	if (answer->outcome != DOCKER_ANSWERED)
		snprintf(why, sizeof(why), "%s", answer->error);
	else if (answer->status != HTTP_STATUS_OK)
		snprintf(why, sizeof(why), "it does not list its %s, with "
		    "HTTP status %d", what, answer->status);
	else if (answer->fault[0] != '\0')
		snprintf(why, sizeof(why), "its list of %s is not understood: "
		    "it %s", what, answer->fault);
	else
		return true;
	sync_failed(s, why);
	return false;
}

static void
container_listed(struct json_value container, const char *fault, void *arg)
{
	struct docker_sync *s = arg;

	container_watch_sync_listed(s->containers, container, fault);
}

static void
containers_listed(const struct docker_answer *answer, void *arg)
{
	struct docker_sync *s = arg;

	if (!is_list_complete(s, answer, "containers"))
		return;
	s->phase = PHASE_INSPECT;
	container_watch_sync_all_listed(s->containers);
	container_settled(s);
}

static void
network_listed(struct json_value network, const char *fault, void *arg)
{
	struct docker_sync *s = arg;

	network_watch_sync_listed(s->networks, network, fault);
}

static void	networks_listed(const struct docker_answer *, void *);

static void
list_networks(struct docker_sync *s)
{
	static const struct docker_request request =
	    { .kind = DOCKER_LIST_NETWORKS };

	network_watch_sync_begin(s->networks);
	docker_query_list(s->watch.queries, &request, network_listed,
	    networks_listed, s);
}

static void
networks_listed(const struct docker_answer *answer, void *arg)
{
	static const struct docker_request request =
	    { .kind = DOCKER_LIST_CONTAINERS };
	struct docker_sync *s = arg;

	if (!is_list_complete(s, answer, "networks"))
		return;
	if (!network_watch_sync_all_listed(s->networks)) {
		list_networks(s);
		return;
	}
	s->phase = PHASE_CONTAINERS;
	docker_query_list(s->watch.queries, &request, container_listed,
	    containers_listed, s);
}

static void
begin(struct docker_sync *s)
{
	evtimer_del(s->again_timer);
	evtimer_del(s->retry_timer);
	s->again = s->unread = false;
	s->phase = PHASE_NETWORKS;
	s->watch.syncing = true;
	container_watch_sync_begin(s->containers);
	list_networks(s);
}

/* Of the other timers too, but for that of names. */
static void
again_fired(evutil_socket_t fd, short what, void *arg)
{
	struct docker_sync *s = arg;

	(void)fd;
	(void)what;
	if (s->phase != PHASE_DONE)
		sync_again(s);
	else if (s->ops->is_busy(s->arg))
		set_timer(s->again_timer);
	else
		begin(s);
}

static void
learn_fired(evutil_socket_t fd, short what, void *arg)
{
	struct docker_sync *s = arg;

	(void)fd;
	(void)what;
	if (s->phase == PHASE_DONE)
		network_watch_learn(s->networks);
	else if (s->phase != PHASE_DOWN)
		set_timer(s->learn_timer);
}

static void
stream_up(void *arg)
{
	struct docker_sync *s = arg;

	s->second_due = true;
	begin(s);
}

static void
stream_down(void *arg)
{
	struct docker_sync *s = arg;

	s->phase = PHASE_DOWN;
	evtimer_del(s->retry_timer);
	evtimer_del(s->second_timer);
	evtimer_del(s->look_timer);
	s->watch.syncing = false;
	s->reported = false;
	docker_queries_cancel(s->watch.queries);
	network_watch_abort(s->networks);
	container_watch_abort(s->containers);
}

/* It may be the first of an engine that ends. */
static void
put_off_look(struct docker_sync *s)
{
	if (s->phase != PHASE_DONE || clock_ms() - s->looked_at >=
	    LOOK_PUT_OFF_SECONDS * 1000)
		return;
	evtimer_del(s->second_timer);
	timer_set(s->look_timer, LOOK_SECONDS * 1000);
}

static void
stream_event(const struct docker_event *event, void *arg)
{
	struct docker_sync *s = arg;

	if (event->kind == EVENT_CONTAINER_KILL)
		put_off_look(s);
	if (event->kind == EVENT_NETWORK_CREATE ||
	    event->kind == EVENT_NETWORK_DESTROY)
		network_watch_event(s->networks, event);
	else
		container_watch_event(s->containers, event);
}

static const struct event_stream_ops stream_ops = {
	.up = stream_up,
	.event = stream_event,
	.missed = sync_again,
	.late = events_are_late,
	.down = stream_down,
};

struct docker_sync *
docker_sync_new(struct event_base *base, struct docker_client *client,
    struct docker_queries *queries, const struct settings *settings,
    const struct docker_sync_ops *ops, void *arg)
{
	struct docker_sync *s = xcalloc(1, sizeof(*s));

	s->base = base;
	s->client = client;
	s->ops = ops;
	s->arg = arg;
	s->watch.queries = queries;
	s->watch.tell = tell;
	s->watch.failed = watch_failed;
	s->watch.unread = watch_unread;
	s->watch.all_read = watch_all_read;
	s->watch.sync_again = sync_again;
	s->watch.named = watch_named;
	s->watch.try_soon = watch_try_soon;
	s->watch.settled = container_settled;
	s->watch.arg = s;
	s->networks = network_watch_new(&s->watch, settings);
	s->containers = container_watch_new(&s->watch, s->networks);
	s->again_timer = evtimer_new(base, again_fired, s);
	s->learn_timer = evtimer_new(base, learn_fired, s);
	s->retry_timer = evtimer_new(base, again_fired, s);
	s->second_timer = evtimer_new(base, again_fired, s);
	s->look_timer = evtimer_new(base, again_fired, s);
	s->try_timer = evtimer_new(base, try_fired, s);
	if (s->again_timer == NULL || s->learn_timer == NULL ||
	    s->retry_timer == NULL || s->second_timer == NULL ||
	    s->look_timer == NULL || s->try_timer == NULL)
		fatalx("cannot set up the timers for Docker");
	return s;
}

void
docker_sync_free(struct docker_sync *s)
{
	if (s == NULL)
		return;
	event_stream_free(s->stream);
	docker_queries_cancel(s->watch.queries);
	container_watch_free(s->containers);
	network_watch_free(s->networks);
	event_free(s->again_timer);
	event_free(s->learn_timer);
	event_free(s->retry_timer);
	event_free(s->second_timer);
	event_free(s->look_timer);
	event_free(s->try_timer);
	free(s);
}

void
docker_sync_own_networks(struct docker_sync *s, const struct object_id *ids,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		(void)network_watch_own(s->networks, &ids[i]);
	if (n < OWN_NETWORKS_PER_MESSAGE && s->stream == NULL)
		s->stream = event_stream_new(s->base, s->client, &stream_ops,
		    s);
}

void
docker_sync_network_used(struct docker_sync *s, const struct object_id *id)
{
	if (network_watch_own(s->networks, id))
		set_timer(s->learn_timer);
}

void
docker_sync_look(struct docker_sync *s)
{
	sync_again(s);
}

void
docker_sync_network_deleted(struct docker_sync *s, const struct object_id *id)
{
	network_watch_disown(s->networks, id);
}

const char *
docker_sync_outage(const struct docker_sync *s)
{
	return s->stream == NULL ? "" : event_stream_outage(s->stream);
}

bool
docker_sync_is_ours(const struct docker_sync *s, const struct object_id *id,
    const char *name)
{
	return id != NULL ? network_watch_is_ours(id, s->networks) :
	    network_watch_has_ours(s->networks, name);
}

const char *
docker_sync_unknown(const struct docker_sync *s)
{
	const char *outage = docker_sync_outage(s);

	if (outage[0] == '\0' && !s->reported)
		return "bgplbd has not read Docker's lists yet";
	return outage;
}
