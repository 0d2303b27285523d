#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"
#include "common/timer.h"

static void
has_left(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;

	(void)fd;
	(void)what;
	tables_set_host(&rde->tables, HOST_DRAINED);
	apply(rde);
}

void
host_drain_init(struct rde *rde)
{
	rde->host_timer = evtimer_new(rde->base, has_left, rde);
	if (rde->host_timer == NULL)
		fatalx("cannot make a timer");
}

void
host_drain_set(struct rde *rde, bool drained)
{
	unsigned int ms = rde->settings->drain_graceful_ms;

	event_del(rde->host_timer);
	tables_set_host(&rde->tables, !drained ? HOST_SERVES :
	    ms > 0 ? HOST_LEAVES : HOST_DRAINED);
	if (rde->tables.host == HOST_LEAVES)
		timer_set(rde->host_timer, ms);
}

/* Nothing was announced by this run, so there is nothing to leave. */
void
host_drain_restore(struct rde *rde, bool drained)
{
	tables_set_host(&rde->tables, drained ? HOST_DRAINED : HOST_SERVES);
	if (drained)
		log_info("the host: drained, by an order of an earlier run");
}

void
host_drain_free(struct rde *rde)
{
	event_free(rde->host_timer);
}
