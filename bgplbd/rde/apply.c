#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"

static void
retry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	apply(arg);
}

void
apply_init(struct rde *rde)
{
	rde->retry_timer = evtimer_new(rde->base, retry, rde);
	if (rde->retry_timer == NULL)
		fatalx("cannot make a timer");
}

void
apply_free(struct rde *rde)
{
	event_free(rde->retry_timer);
	steps_free(&rde->steps);
	wanted_free(&rde->wanted);
	standings_free(&rde->standings);
}

/* Again after a time that doubles while something still fails. */
static void
plan_retry(struct rde *rde, bool failed)
{
	struct timeval tv;

	if (!failed) {
		rde->retry_ms = 0;
		event_del(rde->retry_timer);
		return;
	}
	if (evtimer_pending(rde->retry_timer, NULL))
		return;
	rde->retry_ms = rde->retry_ms == 0 ? RETRY_MIN_MS :
	    rde->retry_ms * 2;
	if (rde->retry_ms > RETRY_MAX_MS)
		rde->retry_ms = RETRY_MAX_MS;
	tv.tv_sec = rde->retry_ms / 1000;
	tv.tv_usec = rde->retry_ms % 1000 * 1000;
	event_add(rde->retry_timer, &tv);
}

/* Prefixes on their way to the session engine, in messages as large as may be. */
struct batch {
	uint32_t	type;
	size_t		n;
	union {
		struct prefix		withdrawn[PREFIXES_PER_MESSAGE];
		struct announcement	announced[ANNOUNCEMENTS_PER_MESSAGE];
	} list;
};

static void
send_batch(struct rde *rde, struct batch *batch)
{
	size_t size = batch->type == MSG_RDE_ANNOUNCE ?
	    sizeof(batch->list.announced[0]) :
	    sizeof(batch->list.withdrawn[0]);

	if (batch->n > 0)
		rde_send(rde->session, batch->type, 0, &batch->list,
		    batch->n * size);
	batch->n = 0;
}

static void
add_withdrawal(struct rde *rde, struct batch *batch, const struct prefix *p)
{
	if (batch->type != MSG_RDE_WITHDRAW || batch->n == PREFIXES_PER_MESSAGE)
		send_batch(rde, batch);
	batch->type = MSG_RDE_WITHDRAW;
	batch->list.withdrawn[batch->n++] = *p;
}

static void
add_announcement(struct rde *rde, struct batch *batch,
    const struct wanted_prefix *wp)
{
	struct announcement *a;

	if (batch->type != MSG_RDE_ANNOUNCE ||
	    batch->n == ANNOUNCEMENTS_PER_MESSAGE)
		send_batch(rde, batch);
	batch->type = MSG_RDE_ANNOUNCE;
	a = &batch->list.announced[batch->n++];
	memset(a, 0, sizeof(*a));
	a->prefix = wp->prefix;
	a->endpoints = wp->endpoints;
	a->leaving = wp->leaving;
}

static void
withdraw(struct rde *rde, struct batch *batch, const struct step *step,
    struct standing *s)
{
	char prefix[PREFIX_STRLEN], reason[REASON_MAX];

	add_withdrawal(rde, batch, &step->prefix);
	s->announced = false;
	s->hold = rde->barrier_sent + 1;
	log_info("prefix %s: withdrawn, %s",
	    prefix_format(&step->prefix, prefix), step->wanted == NULL ?
	    "no network has it any more" :
	    wanted_reason(&rde->wanted, step->wanted, reason));
}

/* Not if its route could not be set; a labelled subnet has its network's own. */
static void
announce(struct rde *rde, struct batch *batch, const struct step *step,
    struct standing *s)
{
	const struct wanted_prefix *wp = step->wanted;
	char prefix[PREFIX_STRLEN], reason[REASON_MAX];

	if (wp->route && !wp->subnet &&
	    s->route_ifindex != wp->network->ifindex)
		return;
	add_announcement(rde, batch, wp);
	if (!s->announced || s->leaving != wp->leaving)
		log_info("prefix %s: announced%s, %s",
		    prefix_format(&step->prefix, prefix),
		    wp->leaving ? " as leaving" : "",
		    wanted_reason(&rde->wanted, wp, reason));
	s->announced = true;
	s->leaving = wp->leaving;
	s->endpoints = wp->endpoints;
	s->hold = 0;
	s->error = 0;
}

/* Steps in the kernel: 0, or -1 with errno. */
static int
change_kernel(struct rde *rde, const struct step *step, struct standing *s)
{
	switch (step->kind) {
	case STEP_NEIGHBOR_SET:
		if (kernel_neighbor_set(rde->kernel, &step->prefix.addr,
		    step->ifindex, step->mac) == -1)
			return -1;
		s->neighbor_ifindex = step->ifindex;
		memcpy(s->mac, step->mac, MAC_SIZE);
		return 0;
	case STEP_ROUTE_SET:
		if (s->neighbor_ifindex != step->ifindex)
			return 0;	/* its own step failed already */
		if (kernel_route_set(rde->kernel, &step->prefix,
		    step->ifindex) == -1)
			return -1;
		s->route_ifindex = step->ifindex;
		return 0;
	case STEP_ROUTE_REMOVE:
		if (kernel_route_remove(rde->kernel, &step->prefix) == -1)
			return -1;
		s->route_ifindex = 0;
		return 0;
	case STEP_NEIGHBOR_REMOVE:
		if (kernel_neighbor_remove(rde->kernel, &step->prefix.addr,
		    step->ifindex) == -1)
			return -1;
		if (s->neighbor_ifindex == step->ifindex)
			s->neighbor_ifindex = 0;
		return 0;
	default:
		errno = EINVAL;
		return -1;
	}
}

static bool
take_step(struct rde *rde, struct batch *batch, const struct step *step)
{
	char prefix[PREFIX_STRLEN];
	struct standing *s;

	if (step->kind != STEP_WITHDRAW && batch->type == MSG_RDE_WITHDRAW)
		send_batch(rde, batch);
	if (step->kind == STEP_BARRIER) {
		barriers_send(rde);
		return true;
	}
	s = standing_get(&rde->standings, &step->prefix);
	switch (step->kind) {
	case STEP_WITHDRAW:
		withdraw(rde, batch, step, s);
		return true;
	case STEP_ANNOUNCE:
		announce(rde, batch, step, s);
		return true;
	case STEP_FORGET:
		standing_remove(&rde->standings, s);
		return true;
	default:
		break;
	}
	if (change_kernel(rde, step, s) == 0)
		return true;
	if (s->error != errno) {
		s->error = errno;
		log_warn("prefix %s: %s", prefix_format(&step->prefix,
		    prefix), kernel_error(rde->kernel));
	}
	return false;
}

void
apply(struct rde *rde)
{
	struct batch batch = { .n = 0 };
	bool failed = false;
	size_t i;

	if (!rde->synced || !rde->has_state)
		return;
	decision_make(&rde->tables, &rde->standings, &rde->wanted);
	diff_make(&rde->wanted, &rde->standings, rde->barrier_acknowledged,
	    &rde->steps);
	for (i = 0; i < rde->steps.n; i++)
		failed |= !take_step(rde, &batch, &rde->steps.list[i]);
	send_batch(rde, &batch);
	plan_retry(rde, failed);
}
