#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"
#include "common/timer.h"

/*
 * Longer than the usual stop timeouts, which are 10 s in Docker, and 30 s to 60 s
 * where somebody chose one.
 */
#define DISOBEDIENCE_MS	60000

/* What the timer waits for. */
enum drain_phase {
	PHASE_LEAVING,		/* the container still serves */
	PHASE_DELAY,
	PHASE_STOPPING,		/* it was sent SIGTERM, and SIGKILL follows */
	PHASE_ENDING		/* it was told to end, whether it drained or not */
};

/* No more than two for each container: its drain, and its end. */
struct drain {
	LIST_ENTRY(drain)	 entry;
	struct rde		*rde;
	struct object_id	 container;
	struct event		*timer;
	enum drain_phase	 phase;
};

static void
drain_free(struct drain *d)
{
	LIST_REMOVE(d, entry);
	event_free(d->timer);
	free(d);
}

static void
arm(struct drain *d, unsigned int ms)
{
	/* Else the time counts from when the loop woke up, before other work. */
	event_base_update_cache_time(d->rde->base);
	timer_set(d->timer, ms);
}

/* The routers have had their time to turn elsewhere: now it is withdrawn. */
static void
stop_serving(struct drain *d)
{
	struct rde *rde = d->rde;
	struct container *c = container_find(&rde->tables, &d->container);

	d->phase = PHASE_DELAY;
	arm(d, rde->settings->drain_delay_ms);
	if (c == NULL)
		return;
	c->leaving = false;
	container_changed(&rde->tables, c);
	apply(rde);
}

static void
send_order(struct rde *rde, const struct container *c, int signal)
{
	struct container_order order;

	memset(&order, 0, sizeof(order));
	order.container = c->id;
	order.signal = signal;
	order.started_at = c->started_at;
	order.pid = c->started_at > 0 ? c->pid : 0;
	order.by_engine = c->by_engine || c->paused;
	rde_send(rde->frontend, MSG_RDE_STOP_CONTAINER, 0, &order,
	    sizeof(order));
}

static bool
may_stop(const struct rde *rde)
{
	return rde->settings->drain_action == DRAIN_STOP;
}

/* Frees it, unless the container's stop timeout begins. */
static void
drain_is_over(struct drain *d)
{
	struct rde *rde = d->rde;
	char label[CONTAINER_LABEL_MAX];
	struct container *c = container_find(&rde->tables, &d->container);
	bool kills = c != NULL && may_stop(rde) && c->stop_timeout >= 0;

	drain_memory_set_over(rde, &d->container,
	    kills ? (int64_t)c->stop_timeout * 1000 : -1);
	if (c != NULL)			/* else Docker no longer lists it */
		log_info("%s: its drain is over%s", container_label(c, label),
		    may_stop(rde) ? ", it gets SIGTERM" : "");
	if (c != NULL && may_stop(rde))
		send_order(rde, c, SIGTERM);
	if (!kills) {
		drain_free(d);
		return;
	}
	d->phase = PHASE_STOPPING;
	arm(d, (unsigned int)c->stop_timeout * 1000);
}

static void
stop_timeout_is_over(struct drain *d)
{
	struct rde *rde = d->rde;
	struct container *c = container_find(&rde->tables, &d->container);
	char label[CONTAINER_LABEL_MAX];

	drain_free(d);
	if (c == NULL)
		return;
	log_info("%s: still runs after its drain and its stop timeout of %d "
	    "s, it gets SIGKILL", container_label(c, label), c->stop_timeout);
	send_order(rde, c, SIGKILL);
}

/* Its next health check would not tell: Docker reports only what has changed. */
static void
forgive(struct drain *d)
{
	struct rde *rde = d->rde;
	struct container *c = container_find(&rde->tables, &d->container);
	char label[CONTAINER_LABEL_MAX];

	drain_free(d);
	if (c == NULL || c->told_to_end == 0)
		return;
	if (!c->draining)
		log_info("%s: still runs %d s after signal %d told it to end: "
		    "that is forgotten", container_label(c, label),
		    DISOBEDIENCE_MS / 1000, c->told_to_end);
	c->told_to_end = 0;
	container_changed(&rde->tables, c);
	if (!rde->in_sync)
		apply(rde);
}

static void
timer_expired(evutil_socket_t fd, short what, void *arg)
{
	struct drain *d = arg;

	(void)fd;
	(void)what;
	switch (d->phase) {
	case PHASE_LEAVING:
		stop_serving(d);
		break;
	case PHASE_DELAY:
		drain_is_over(d);
		break;
	case PHASE_STOPPING:
		stop_timeout_is_over(d);
		break;
	case PHASE_ENDING:
		forgive(d);
		break;
	}
}

static struct drain *
drain_new(struct rde *rde, const struct container *c, enum drain_phase phase)
{
	struct drain *d = xcalloc(1, sizeof(*d));

	d->rde = rde;
	d->container = c->id;
	d->phase = phase;
	if ((d->timer = evtimer_new(rde->base, timer_expired, d)) == NULL)
		fatalx("cannot make a timer");
	LIST_INSERT_HEAD(&rde->drains, d, entry);
	return d;
}

void
drains_begin(struct rde *rde, struct container *c)
{
	unsigned int graceful_ms = rde->settings->drain_graceful_ms;
	unsigned int ms = rde->settings->drain_delay_ms;
	char label[CONTAINER_LABEL_MAX];

	if (c->draining)
		return;
	c->draining = true;
	c->leaving = graceful_ms > 0;
	container_changed(&rde->tables, c);
	log_info("%s: got SIGUSR2 and drains for %u ms",
	    container_label(c, label), graceful_ms + ms);
	if (c->leaving)
		arm(drain_new(rde, c, PHASE_LEAVING), graceful_ms);
	else
		arm(drain_new(rde, c, PHASE_DELAY), ms);
	drain_memory_add(rde, c, graceful_ms + ms);
}

void
drains_resume(struct rde *rde, struct container *c, unsigned int left)
{
	unsigned int delay_ms = rde->settings->drain_delay_ms;
	char label[CONTAINER_LABEL_MAX];

	c->draining = true;
	c->leaving = left > delay_ms;
	container_changed(&rde->tables, c);
	log_info("%s: drains since an earlier run", container_label(c, label));
	if (c->leaving)
		arm(drain_new(rde, c, PHASE_LEAVING), left - delay_ms);
	else
		arm(drain_new(rde, c, PHASE_DELAY), left);
}

void
drains_resume_end(struct rde *rde, struct container *c, unsigned int left)
{
	char label[CONTAINER_LABEL_MAX];

	c->draining = true;
	c->leaving = false;
	container_changed(&rde->tables, c);
	log_info("%s: drained in an earlier run", container_label(c, label));
	if (may_stop(rde) && c->stop_timeout >= 0)
		arm(drain_new(rde, c, PHASE_STOPPING), left);
}

void
drains_told_to_end(struct rde *rde, struct container *c, int signal)
{
	struct drain *d;

	c->told_to_end = signal;
	container_changed(&rde->tables, c);
	LIST_FOREACH(d, &rde->drains, entry)
		if (d->phase == PHASE_ENDING &&
		    object_id_equal(&d->container, &c->id))
			break;
	if (d == NULL)
		d = drain_new(rde, c, PHASE_ENDING);
	arm(d, DISOBEDIENCE_MS);
}

void
drains_cancel(struct rde *rde, const struct object_id *container)
{
	struct drain *d, *next;

	LIST_FOREACH_SAFE(d, &rde->drains, entry, next)
		if (object_id_equal(&d->container, container)) {
			if (d->phase < PHASE_STOPPING)
				log_info("container %.*s: its drain ended "
				    "with it", OBJECT_ID_SHORT,
				    container->hex);
			drain_free(d);
		}
}

void
drains_free(struct rde *rde)
{
	struct drain *d;

	while ((d = LIST_FIRST(&rde->drains)) != NULL)
		drain_free(d);
}
