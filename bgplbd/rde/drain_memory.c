#include <string.h>

#include "bgplbd/rde/engine.h"
#include "common/clock.h"
#include "common/log.h"

/* What the clock on the wall says, for it has to last over restarts. */
static int64_t
now_ms(void)
{
	return clock_wall_ns() / CLOCK_NS_PER_MS;
}

static struct state_drain *
find(struct rde *rde, const struct object_id *container)
{
	unsigned int i;

	for (i = 0; i < rde->nremembered; i++)
		if (object_id_equal(&rde->remembered[i].container, container))
			return &rde->remembered[i];
	return NULL;
}

static void
forget(struct rde *rde, struct state_drain *d)
{
	*d = rde->remembered[--rde->nremembered];
	memset(&rde->remembered[rde->nremembered], 0, sizeof(*d));
}

void
drain_memory_restore(struct rde *rde, const struct state_list *list)
{
	rde->nremembered = list->ndrains;
	memcpy(rde->remembered, list->drains, sizeof(rde->remembered));
}

void
drain_memory_write(const struct rde *rde, struct state_list *list)
{
	list->ndrains = rde->nremembered;
	memcpy(list->drains, rde->remembered, sizeof(list->drains));
}

void
drain_memory_add(struct rde *rde, const struct container *c, unsigned int ms)
{
	struct state_drain *d = find(rde, &c->id);
	char label[CONTAINER_LABEL_MAX];

	if (c->started_at == 0)
		return;		/* its run cannot be told from another */
	if (d == NULL && rde->nremembered == STATE_DRAINS_MAX) {
		log_warn("%s: %d others drain, and so its drain is not "
		    "remembered over a restart", container_label(c, label),
		    STATE_DRAINS_MAX);
		return;
	}
	if (d == NULL)
		d = &rde->remembered[rde->nremembered++];
	memset(d, 0, sizeof(*d));
	d->container = c->id;
	d->started_at = c->started_at;
	d->over_at = now_ms() + ms;
	(void)operator_save(rde);
}

void
drain_memory_set_over(struct rde *rde, const struct object_id *container,
    int64_t kill_ms)
{
	struct state_drain *d = find(rde, container);

	if (d == NULL || d->over_at == 0)
		return;
	d->over_at = 0;
	d->kill_at = kill_ms < 0 ? 0 : now_ms() + kill_ms;
	(void)operator_save(rde);
}

void
drain_memory_forget(struct rde *rde, const struct object_id *container)
{
	struct state_drain *d = find(rde, container);

	if (d == NULL)
		return;
	forget(rde, d);
	(void)operator_save(rde);
}

/* It may be longer than it takes now, by the clock or by the settings. */
static int64_t
time_left(int64_t until, int64_t longest)
{
	int64_t left = until - now_ms();

	if (left < 0)
		return 0;
	return left < longest ? left : longest;
}

void
drain_memory_recall(struct rde *rde, struct container *c)
{
	const struct settings *s = rde->settings;
	const struct state_drain *d = find(rde, &c->id);
	int64_t grace = (int64_t)c->stop_timeout * 1000;

	if (d == NULL)
		return;
	if (d->started_at != c->started_at) {
		drain_memory_forget(rde, &c->id);
		return;
	}
	if (d->over_at != 0)
		drains_resume(rde, c, (unsigned int)time_left(d->over_at,
		    (int64_t)s->drain_graceful_ms + s->drain_delay_ms));
	else
		drains_resume_end(rde, c, (unsigned int)(d->kill_at == 0 ||
		    grace < 0 ? grace : time_left(d->kill_at, grace)));
}

void
drain_memory_sweep(struct rde *rde)
{
	unsigned int i = 0, before = rde->nremembered;

	while (i < rde->nremembered)
		if (container_find(&rde->tables,
		    &rde->remembered[i].container) == NULL)
			forget(rde, &rde->remembered[i]);
		else
			i++;
	if (rde->nremembered != before)
		(void)operator_save(rde);
}
