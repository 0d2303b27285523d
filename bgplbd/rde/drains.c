#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"

/* One for each container that drains, so no more than there are containers. */
struct drain {
	LIST_ENTRY(drain)	 entry;
	struct rde		*rde;
	struct object_id	 container;
	struct event		*timer;
	bool			 graceful;	/* the container still serves */
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
	const struct timeval tv = {
		.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000
	};

	/* Else the time counts from when the loop woke up, before other work. */
	event_base_update_cache_time(d->rde->base);
	event_add(d->timer, &tv);
}

/* The routers have had their time to turn elsewhere: now it is withdrawn. */
static void
stop_serving(struct drain *d)
{
	struct rde *rde = d->rde;
	struct container *c = container_find(&rde->tables, &d->container);

	d->graceful = false;
	arm(d, rde->settings->drain_delay_ms);
	if (c == NULL)
		return;
	c->leaving = false;
	apply(rde);
}

static void
drain_is_over(struct drain *d)
{
	struct rde *rde = d->rde;
	struct container_signal stop;
	char label[CONTAINER_LABEL_MAX];
	struct container *c = container_find(&rde->tables, &d->container);
	bool stops = rde->settings->drain_action == DRAIN_STOP;

	drain_free(d);
	if (c == NULL)			/* Docker no longer lists it */
		return;
	log_info("%s: its drain is over%s", container_label(c, label),
	    stops ? ", it gets SIGTERM" : "");
	if (!stops)
		return;
	memset(&stop, 0, sizeof(stop));
	stop.container = c->id;
	stop.signal = SIGTERM;
	rde_send(rde->frontend, MSG_RDE_STOP_CONTAINER, 0, &stop,
	    sizeof(stop));
}

static void
timer_expired(evutil_socket_t fd, short what, void *arg)
{
	struct drain *d = arg;

	(void)fd;
	(void)what;
	if (d->graceful)
		stop_serving(d);
	else
		drain_is_over(d);
}

void
drains_begin(struct rde *rde, struct container *c)
{
	unsigned int graceful_ms = rde->settings->drain_graceful_ms;
	unsigned int ms = rde->settings->drain_delay_ms;
	char label[CONTAINER_LABEL_MAX];
	struct drain *d;

	if (c->draining)
		return;
	c->draining = true;
	c->leaving = graceful_ms > 0;
	log_info("%s: got SIGUSR2 and drains for %u ms",
	    container_label(c, label), graceful_ms + ms);
	d = xcalloc(1, sizeof(*d));
	d->rde = rde;
	d->container = c->id;
	if ((d->timer = evtimer_new(rde->base, timer_expired, d)) == NULL)
		fatalx("cannot make a timer");
	d->graceful = c->leaving;
	arm(d, d->graceful ? graceful_ms : ms);
	LIST_INSERT_HEAD(&rde->drains, d, entry);
}

void
drains_cancel(struct rde *rde, const struct object_id *container)
{
	struct drain *d, *next;

	LIST_FOREACH_SAFE(d, &rde->drains, entry, next)
		if (object_id_equal(&d->container, container)) {
			log_info("container %.*s: its drain ended with it",
			    OBJECT_ID_SHORT, container->hex);
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
