#include <errno.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/intrusion.h"
#include "bgplbd/rde/kernel_monitor.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

static void
plan_check(struct rde *rde)
{
	if ((!rde->synced && rde->tables.keeping == KEEP_NOT) ||
	    evtimer_pending(rde->repair_timer, NULL))
		return;
	if (clock_ms() - rde->repaired_at > REPAIR_CALM_MS)
		rde->repair_ms = REPAIR_MIN_MS;
	timer_set(rde->repair_timer, rde->repair_ms);
}

static void
wait_longer(struct rde *rde)
{
	rde->repaired_at = clock_ms();
	if (rde->repair_ms < REPAIR_NOTABLE_MS &&
	    rde->repair_ms * 2 >= REPAIR_NOTABLE_MS)
		log_warn("somebody else changes again and again what bgplbd "
		    "made in the kernel: it is put back less and less often, "
		    "at least every %d s", REPAIR_MAX_MS / 1000);
	rde->repair_ms *= 2;
	if (rde->repair_ms > REPAIR_MAX_MS)
		rde->repair_ms = REPAIR_MAX_MS;
}

static void
check(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;
	unsigned int before = rde->repairs;

	(void)fd;
	(void)what;
	if (rde->in_sync)		/* its end checks everything */
		return;
	log_debug("somebody changed what may be ours: the kernel is checked");
	busy_begin(&rde->busy, kernel_spent_us(rde->kernel));
	if (sync_kernel(rde, false) == -1) {
		wait_longer(rde);
		plan_check(rde);
	} else if (rde->repairs != before)
		wait_longer(rde);
	busy_end(&rde->busy, "a check of the kernel",
	    kernel_spent_us(rde->kernel));
}

static void
judge(const struct nlmsghdr *nlh, void *arg)
{
	struct rde *rde = arg;
	struct link_message link, now;

	kernel_observe(rde->kernel, nlh);
	if (address_watch_take(rde, nlh))
		return;
	switch (intrusion_judge(&rde->tables, nlh, &link)) {
	case INTRUSION_NONE:
		break;
	case INTRUSION_SUSPECTED:
		if (kernel_link_get(rde->kernel, link.name, &now) == -1 ||
		    !intrusion_in_link(&rde->tables, &now))
			break;
		/* FALLTHROUGH */
	case INTRUSION:
		plan_check(rde);
		break;
	}
}

static void
read_monitor(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;

	(void)fd;
	(void)what;
	if (kernel_monitor_read(rde->monitor, judge, rde) == -1) {
		if (errno != ENOBUFS)
			fatal("cannot read what changes in the kernel");
		log_debug("the kernel changes too fast to be followed");
		address_watch_lost(rde);
		plan_check(rde);
	}
	address_watch_settle(rde);
}

void
repair_init(struct rde *rde, int monitor)
{
	rde->repair_ms = REPAIR_MIN_MS;
	rde->repair_timer = evtimer_new(rde->base, check, rde);
	if (rde->repair_timer == NULL)
		fatalx("cannot make a timer");
	rde->monitor = kernel_monitor_open(monitor);
	if (rde->monitor == NULL)
		fatal("cannot watch the kernel");
	rde->monitor_event = event_new(rde->base,
	    kernel_monitor_fd(rde->monitor), EV_READ | EV_PERSIST,
	    read_monitor, rde);
	if (rde->monitor_event == NULL ||
	    event_add(rde->monitor_event, NULL) == -1)
		fatalx("cannot watch the kernel");
}

void
repair_free(struct rde *rde)
{
	event_free(rde->monitor_event);
	kernel_monitor_close(rde->monitor);
	event_free(rde->repair_timer);
}
