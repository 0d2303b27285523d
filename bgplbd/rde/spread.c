#include <string.h>

#include "bgplbd/rde/spread.h"
#include "common/log.h"

struct spread *
spread_new(uint32_t group, int bridge, bool resilient, unsigned int n)
{
	struct spread *s;

	s = xcalloc(1, sizeof(*s) + n * sizeof(s->members[0]));
	s->group = group;
	s->bridge = bridge;
	s->resilient = resilient;
	return s;
}

bool
spread_has(const struct spread *s, const uint8_t mac[MAC_SIZE])
{
	unsigned int i;

	for (i = 0; s != NULL && i < s->n; i++)
		if (memcmp(s->members[i].mac, mac, MAC_SIZE) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct spread_wanted *w, const uint8_t mac[MAC_SIZE])
{
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (memcmp(w->macs[i], mac, MAC_SIZE) == 0)
			return true;
	return false;
}

bool
spread_want(struct spread_wanted *w, const uint8_t mac[MAC_SIZE])
{
	if (is_wanted(w, mac))
		return true;
	if (w->n == SPREAD_MAX)
		return false;
	memcpy(w->macs[w->n++], mac, MAC_SIZE);
	return true;
}

/* Of two members with one MAC address the second is one too many. */
static bool
is_kept(const struct spread_plan *plan, const uint8_t mac[MAC_SIZE])
{
	unsigned int i;

	for (i = 0; i < plan->nkept; i++)
		if (memcmp(plan->kept[i].mac, mac, MAC_SIZE) == 0)
			return true;
	return false;
}

void
spread_plan(const struct spread *s, const struct spread_wanted *w,
    struct spread_plan *plan)
{
	const struct spread_member *m;
	unsigned int i;

	memset(plan, 0, sizeof(*plan));
	for (i = 0; s != NULL && i < s->n; i++) {
		m = &s->members[i];
		if (is_wanted(w, m->mac) && !is_kept(plan, m->mac))
			plan->kept[plan->nkept++] = *m;
		else
			plan->removed[plan->nremoved++] = *m;
	}
	for (i = 0; i < w->n; i++)
		if (!is_kept(plan, w->macs[i]))
			memcpy(plan->added[plan->nadded++], w->macs[i],
			    MAC_SIZE);
}

bool
spread_is_right(const struct spread *s, int bridge,
    const struct spread_wanted *w)
{
	struct spread_plan plan;

	if (s == NULL || s->bridge != bridge)
		return false;
	spread_plan(s, w, &plan);
	return plan.nadded == 0 && plan.nremoved == 0;
}
