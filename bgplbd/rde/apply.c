#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"

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
	rde->wait_timer = evtimer_new(rde->base, retry, rde);
	if (rde->retry_timer == NULL || rde->wait_timer == NULL)
		fatalx("cannot make a timer");
}

void
apply_free(struct rde *rde)
{
	event_free(rde->retry_timer);
	event_free(rde->wait_timer);
	wanted_free(&rde->wanted);
}

/* Again after a time that doubles while something still fails. */
static void
plan_retry(struct rde *rde, bool failed)
{
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
	timer_set(rde->retry_timer, rde->retry_ms);
}

/* next: of clock_ms(), or 0; what waits for it is marked. */
static void
plan_wait(struct rde *rde, uint64_t next)
{
	uint64_t now = clock_ms();

	if (next == 0)
		event_del(rde->wait_timer);
	else
		timer_set(rde->wait_timer, next > now ? next - now : 0);
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

/* One application. */
struct applying {
	struct rde	*rde;
	struct records	*records;
	struct batch	 batch;
	bool		 is_burst;
	size_t		 subnets;	/* announced */
	size_t		 addresses;
	size_t		 withdrawn;
	bool		 failed;
	bool		 subnets_change;	/* those announced */
};

static void
send_batch(struct applying *a)
{
	struct batch *batch = &a->batch;
	size_t size = batch->type == MSG_RDE_ANNOUNCE ?
	    sizeof(batch->list.announced[0]) :
	    sizeof(batch->list.withdrawn[0]);

	if (batch->n > 0)
		rde_send(a->rde->session, batch->type, 0, &batch->list,
		    batch->n * size);
	batch->n = 0;
}

/* The place of one more, of this type, of which a message takes max. */
static size_t
place_in_batch(struct applying *a, uint32_t type, size_t max)
{
	if (a->batch.type != type || a->batch.n == max)
		send_batch(a);
	a->batch.type = type;
	return a->batch.n++;
}

/*
 * Why is decided anew, for only few are logged: a burst, such as the first list of
 * a large host, has a line for all of them, and each its own only with -v.
 */
static void
log_change(struct applying *a, const struct record *r, const char *what)
{
	char prefix[PREFIX_STRLEN], reason[REASON_MAX];
	struct rde *rde = a->rde;

	if (a->is_burst && !log_verbose())
		return;
	decide(&rde->tables, r, &rde->wanted);
	wanted_reason(&rde->wanted, reason);
	prefix_format(&r->prefix, prefix);
	if (a->is_burst)
		log_debug("prefix %s: %s, %s", prefix, what, reason);
	else
		log_info("prefix %s: %s, %s", prefix, what, reason);
}

static void
withdraw(struct applying *a, struct record *r)
{
	struct standing *s = standing_of(a->records, r);
	size_t i = place_in_batch(a, MSG_RDE_WITHDRAW, PREFIXES_PER_MESSAGE);

	a->batch.list.withdrawn[i] = r->prefix;
	r->announced = r->leaving = false;
	if (s != NULL) {
		s->endpoints = 0;
		s->hold = standing_is_there(s) ?
		    a->rde->barrier_sent + 1 : 0;
	}
	a->withdrawn++;
	a->subnets_change |= !prefix_is_host(&r->prefix);
	log_change(a, r, "withdrawn");
}

/* What stands is made for the count only if there is one. */
static void
note_announced(struct applying *a, struct record *r, const struct step *step)
{
	struct standing *s = standing_of(a->records, r);
	char prefix[PREFIX_STRLEN];

	if (s == NULL && step->endpoints != 0)
		s = standing_get(a->records, r);
	if (s != NULL) {
		s->endpoints = step->endpoints;
		s->hold = 0;
		s->error = 0;
		if (pace_spend(&s->pace, a->rde->wanted.now))
			log_info("prefix %s: changes often: from now on it is "
			    "announced once a second at most",
			    prefix_format(&r->prefix, prefix));
	}
	r->announced = true;
	r->leaving = step->leaving;
}

/* Not if the route that it needs could not be set. */
static void
announce(struct applying *a, struct record *r, const struct step *step)
{
	const struct standing *s = standing_of(a->records, r);
	struct announcement *new;
	size_t i;

	if (step->ifindex != 0 &&
	    (s == NULL || s->route_ifindex != step->ifindex))
		return;
	i = place_in_batch(a, MSG_RDE_ANNOUNCE, ANNOUNCEMENTS_PER_MESSAGE);
	new = &a->batch.list.announced[i];
	memset(new, 0, sizeof(*new));
	new->prefix = r->prefix;
	new->endpoints = step->endpoints;
	new->leaving = step->leaving;
	if (!r->announced || r->leaving != step->leaving) {
		*(step->ifindex == 0 ? &a->subnets : &a->addresses) += 1;
		a->subnets_change |= step->ifindex == 0;
		log_change(a, r, step->leaving ? "announced as leaving" :
		    "announced");
	}
	note_announced(a, r, step);
}

/* 0, or -1 with errno. */
static int
change_kernel(struct rde *rde, const struct step *step,
    const struct prefix *p, struct standing *s)
{
	switch (step->kind) {
	case STEP_NEIGHBOR_SET:
		if (kernel_neighbor_set(rde->kernel, &p->addr, step->ifindex,
		    step->mac) == -1)
			return -1;
		s->neighbor_ifindex = step->ifindex;
		memcpy(s->mac, step->mac, MAC_SIZE);
		return 0;
	case STEP_ROUTE_SET:
		if (s->neighbor_ifindex != step->ifindex)
			return 0;	/* its own step failed already */
		if (kernel_route_set(rde->kernel, p, step->ifindex) == -1)
			return -1;
		s->route_ifindex = step->ifindex;
		joins_note_plain(s);
		return 0;
	case STEP_SPREAD_PREPARE:
		return joins_prepare(rde, p, step->ifindex, step->mac, s);
	case STEP_SPREAD_SET:
		return joins_set(rde, p, step->ifindex, s);
	case STEP_ROUTE_REMOVE:
		if (kernel_route_remove(rde->kernel, p) == -1)
			return -1;
		s->route_ifindex = 0;
		joins_note_plain(s);
		return 0;
	case STEP_SPREAD_REMOVE:
		joins_remove(rde, p, s);
		return 0;
	case STEP_NEIGHBOR_REMOVE:
		if (kernel_neighbor_remove(rde->kernel, &p->addr,
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

/* One that fails is marked, and so is tried again with all that comes. */
static void
take_kernel_step(struct applying *a, struct record *r,
    const struct step *step)
{
	struct standing *s = standing_get(a->records, r);
	char prefix[PREFIX_STRLEN];

	if (change_kernel(a->rde, step, &r->prefix, s) == 0)
		return;
	a->failed = true;
	record_mark(a->records, r);
	if (s->error == errno)
		return;
	s->error = errno;
	log_warn("prefix %s: %s", prefix_format(&r->prefix, prefix),
	    kernel_error(a->rde->kernel));
}

static void
take_step(struct applying *a, const struct step *step)
{
	struct record *r = record_at(a->records, step->record);

	switch (step->kind) {
	case STEP_WITHDRAW:
		withdraw(a, r);
		break;
	case STEP_BARRIER:
		barriers_send(a->rde);
		break;
	case STEP_ANNOUNCE:
		announce(a, r, step);
		break;
	case STEP_WAIT:
		record_mark(a->records, r);
		break;
	default:
		take_kernel_step(a, r, step);
		break;
	}
}

/* What is withdrawn is not to wait for the kernel. */
static void
take_steps(struct applying *a, const struct steps *steps)
{
	const struct step *step;
	unsigned int kind;

	for (kind = 0; kind < STEP_KINDS; kind++) {
		for (step = steps_next(steps, kind, NULL); step != NULL;
		    step = steps_next(steps, kind, step))
			take_step(a, step);
		if (kind == STEP_WITHDRAW)
			send_batch(a);
	}
	send_batch(a);
}

/* What waits for a barrier is to be looked at again; what is nothing any more goes. */
static void
settle(struct applying *a, struct record *r)
{
	const struct standing *s = standing_of(a->records, r);

	if (s != NULL && standing_is_there(s) &&
	    s->hold > a->rde->barrier_acknowledged)
		record_mark(a->records, r);
	if (r->marked)
		return;
	standing_release(a->records, r);
	record_release(a->records, r);
}

void
apply(struct rde *rde)
{
	struct applying a = { .rde = rde, .records = &rde->tables.records };
	struct steps steps = { .n = 0 };
	uint32_t *list;
	size_t i, n;

	if ((!rde->synced && rde->tables.keeping == KEEP_NOT) ||
	    !rde->has_state)
		return;
	list = records_take_marked(a.records, &n);
	rde->wanted.now = clock_ms();
	for (i = 0; i < n; i++)
		conflicts_note(rde, record_at(a.records, list[i]));
	diff_make(&rde->tables, list, n, rde->barrier_acknowledged,
	    &rde->wanted, &steps);
	a.is_burst = steps.of_kind[STEP_ANNOUNCE] +
	    steps.of_kind[STEP_WITHDRAW] > BURST_PREFIXES;
	take_steps(&a, &steps);
	if (a.is_burst)
		log_info("prefixes: %zu subnets of labelled networks and %zu "
		    "addresses of containers announced, %zu withdrawn",
		    a.subnets, a.addresses, a.withdrawn);
	for (i = 0; i < n; i++)
		settle(&a, record_at(a.records, list[i]));
	plan_wait(rde, steps.next);
	steps_free(&steps);
	free(list);
	plan_retry(rde, a.failed);
	if (a.subnets_change)
		keep_note_subnets(rde);
}
