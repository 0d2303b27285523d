#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
#include "common/log.h"

/* What one call makes, so that it can be undone. */
struct making {
	struct kernel		*kernel;
	const struct prefix	*prefix;
	int			 bridge;
	struct spread_plan	 plan;
	uint32_t		 ids[SPREAD_MAX];  /* kept ones, then added ones */
	unsigned int		 nids;
};

static void
drop_member(struct kernel *k, enum afi afi, int bridge, uint32_t id)
{
	if (kernel_member_remove(k, afi, bridge, id) == -1)
		log_warn("%s", kernel_error(k));
}

/* After a failure whose errno is to be kept. */
static void
undo(struct making *m)
{
	int error = errno;

	while (m->nids > m->plan.nkept)
		drop_member(m->kernel, m->prefix->addr.afi, m->bridge,
		    m->ids[--m->nids]);
	errno = error;
}

static int
add_members(struct making *m)
{
	unsigned int i;

	for (i = 0; i < m->plan.nkept; i++)
		m->ids[m->nids++] = m->plan.kept[i].id;
	for (i = 0; i < m->plan.nadded; i++) {
		if (kernel_member_add(m->kernel, m->prefix->addr.afi,
		    m->bridge, m->plan.added[i], &m->ids[m->nids]) == -1)
			return -1;
		m->nids++;
	}
	return 0;
}

static struct spread *
made(const struct making *m, uint32_t group, bool resilient)
{
	struct spread *s;
	unsigned int i;

	s = spread_new(group, m->bridge, resilient, m->nids);
	for (i = 0; i < m->nids; i++) {
		s->members[i].id = m->ids[i];
		memcpy(s->members[i].mac, i < m->plan.nkept ?
		    m->plan.kept[i].mac : m->plan.added[i - m->plan.nkept],
		    MAC_SIZE);
	}
	s->n = m->nids;
	return s;
}

static int
lead_route(struct making *m, struct spread *s)
{
	if (!s->routed && kernel_route_set_nexthop(m->kernel, m->prefix,
	    s->group) == -1)
		return -1;
	s->routed = true;
	return 0;
}

void
kernel_spread_remove(struct kernel *k, enum afi afi, struct spread *s)
{
	unsigned int i;

	if (kernel_group_remove(k, s->group) == -1)
		log_warn("%s", kernel_error(k));
	for (i = 0; i < s->n; i++)
		drop_member(k, afi, s->bridge, s->members[i].id);
	free(s);
}

/* A new group, and the route to it. */
static struct spread *
make(struct making *m, unsigned int first_weight)
{
	struct spread *s;
	uint32_t group;
	bool resilient;
	int error;

	if (add_members(m) == -1 || kernel_group_add(m->kernel, m->ids,
	    m->nids, first_weight, &group, &resilient) == -1)
		goto fail;
	s = made(m, group, resilient);
	if (lead_route(m, s) == 0)
		return s;
	error = errno;
	if (kernel_group_remove(m->kernel, group) == -1)
		log_warn("%s", kernel_error(m->kernel));
	free(s);
	errno = error;
fail:
	undo(m);
	return NULL;
}

/* Other members for a group that stands, and the route to it. */
static struct spread *
change(struct making *m, const struct spread *old)
{
	struct spread *s;
	unsigned int i;

	if (add_members(m) == -1 || (m->plan.nadded + m->plan.nremoved > 0 &&
	    kernel_group_set(m->kernel, old->group, old->resilient, m->ids,
	    m->nids) == -1)) {
		undo(m);
		return NULL;
	}
	for (i = 0; i < m->plan.nremoved; i++)
		drop_member(m->kernel, m->prefix->addr.afi, m->bridge,
		    m->plan.removed[i].id);
	s = made(m, old->group, old->resilient);
	s->routed = old->routed;
	return s;
}

static void
begin(struct making *m, const struct spread *old,
    const struct spread_wanted *w)
{
	m->nids = 0;
	spread_plan(old, w, &m->plan);
}

/*
 * If the group cannot be changed, somebody else did so; the kernel does it itself
 * when the last container behind the bridge goes.  Then it is made anew.
 */
int
kernel_spread_set(struct kernel *k, const struct prefix *p, int bridge,
    const struct spread_wanted *w, struct spread **spread)
{
	struct making m = { .kernel = k, .prefix = p, .bridge = bridge };
	struct spread *old = *spread, *new;

	if (old != NULL && old->bridge == bridge) {
		begin(&m, old, w);
		if ((new = change(&m, old)) != NULL) {
			free(old);
			*spread = old = new;
			if (lead_route(&m, new) == 0)
				return 0;
			if (errno == EEXIST)
				return -1;
		}
	}
	begin(&m, NULL, w);
	if ((new = make(&m, 1)) == NULL)
		return -1;
	if (old != NULL)
		kernel_spread_remove(k, p->addr.afi, old);
	*spread = new;
	return 0;
}

int
kernel_spread_prepare(struct kernel *k, const struct prefix *p, int bridge,
    const uint8_t mac[MAC_SIZE], struct spread **spread)
{
	struct making m = { .kernel = k, .prefix = p, .bridge = bridge };
	struct spread *new;

	while (m.plan.nadded < 2)
		memcpy(m.plan.added[m.plan.nadded++], mac, MAC_SIZE);
	if ((new = make(&m, GROUP_WEIGHT_MAX)) == NULL)
		return -1;
	*spread = new;
	return 0;
}
