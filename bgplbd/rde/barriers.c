#include <stdlib.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

struct barrier_wait {
	TAILQ_ENTRY(barrier_wait)	entry;
	uint64_t			sequence;	/* the last, of several */
	uint64_t			deadline;	/* clock_ms() */
	bool				returned;
};

/* The timer is for the oldest; it is gone with the last. */
static void
arm_timer(struct rde *rde)
{
	struct barrier_wait *oldest = TAILQ_FIRST(&rde->barriers);
	uint64_t now = clock_ms();

	if (oldest == NULL)
		event_del(rde->barrier_timer);
	else
		timer_set(rde->barrier_timer,
		    oldest->deadline > now ? oldest->deadline - now : 0);
}

static void
drop_wait(struct rde *rde, struct barrier_wait *wait)
{
	TAILQ_REMOVE(&rde->barriers, wait, entry);
	rde->nbarriers--;
	free(wait);
}

/* Of all barriers up to this one. */
static void
acknowledge(struct rde *rde, uint64_t sequence)
{
	struct barrier_wait *wait;

	rde->barrier_acknowledged = sequence;
	while ((wait = TAILQ_FIRST(&rde->barriers)) != NULL &&
	    wait->sequence <= sequence)
		drop_wait(rde, wait);
	arm_timer(rde);
	apply(rde);
}

static void
timed_out(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;
	struct barrier_wait *oldest = TAILQ_FIRST(&rde->barriers);

	(void)fd;
	(void)what;
	if (oldest == NULL)
		return;
	if (!oldest->returned)
		log_warn("withdrawals were not written to all neighbors "
		    "within %d ms; local routes go now", BARRIER_MS);
	acknowledge(rde, oldest->sequence);
}

void
barriers_init(struct rde *rde)
{
	TAILQ_INIT(&rde->barriers);
	rde->barrier_timer = evtimer_new(rde->base, timed_out, rde);
	if (rde->barrier_timer == NULL)
		fatalx("cannot make a timer");
}

/* A new one, or the youngest, which from now on waits for the new barrier too. */
static struct barrier_wait *
next_wait(struct rde *rde)
{
	struct barrier_wait *wait;

	if (rde->nbarriers == BARRIERS_MAX)
		wait = TAILQ_LAST(&rde->barriers, barrier_queue);
	else {
		wait = xcalloc(1, sizeof(*wait));
		TAILQ_INSERT_TAIL(&rde->barriers, wait, entry);
		rde->nbarriers++;
	}
	return wait;
}

void
barriers_send(struct rde *rde)
{
	struct barrier_wait *wait = next_wait(rde);
	struct barrier barrier;

	wait->sequence = ++rde->barrier_sent;
	wait->deadline = clock_ms() + BARRIER_MS;
	wait->returned = false;
	if (TAILQ_FIRST(&rde->barriers) == wait)
		arm_timer(rde);
	barrier.sequence = wait->sequence;
	rde_send(rde->session, MSG_RDE_BARRIER, 0, &barrier,
	    sizeof(barrier));
}

void
barriers_returned(struct rde *rde, uint64_t sequence)
{
	uint64_t deadline = clock_ms() + rde->settings->linger_ms;
	struct barrier_wait *wait;

	if (sequence > rde->barrier_sent)
		fatalx("session engine: barrier %llu was never sent",
		    (unsigned long long)sequence);
	if (sequence <= rde->barrier_acknowledged)
		return;			/* it came after its time */
	if (rde->settings->linger_ms == 0) {
		acknowledge(rde, sequence);
		return;
	}
	TAILQ_FOREACH(wait, &rde->barriers, entry) {
		if (wait->sequence > sequence)
			break;
		if (!wait->returned)
			wait->deadline = deadline;
		wait->returned = true;
	}
	arm_timer(rde);
}

void
barriers_free(struct rde *rde)
{
	struct barrier_wait *wait;

	while ((wait = TAILQ_FIRST(&rde->barriers)) != NULL)
		drop_wait(rde, wait);
	event_free(rde->barrier_timer);
}
