#include <stdlib.h>

#include "bgplbd/announce_policy.h"
#include "bgplbd/rde/address_conflict.h"
#include "bgplbd/rde/engine.h"
#include "common/log.h"

enum address_conflict
conflicts_find(struct rde *rde, const struct prefix *p, struct prefix *with)
{
	struct address_list nexthops = { .n = 0 };
	enum address_conflict conflict;

	if (kernel_nexthops_of_routes(rde->kernel, p->addr.afi,
	    &nexthops) == -1)
		log_warn("the next hops of the host's routes are not known: %s",
		    kernel_error(rde->kernel));
	conflict = address_conflict(p, &rde->host, rde->settings, &nexthops,
	    with);
	address_list_clear(&nexthops);
	return conflict;
}

void
conflicts_note_refusal(struct rde *rde, struct record *r)
{
	r->refusal = announce_policy(rde->settings, &r->prefix) & 15;
}

void
conflicts_note(struct rde *rde, struct record *r)
{
	struct prefix with;

	conflicts_note_refusal(rde, r);
	if (prefix_is_host(&r->prefix))
		r->conflict = address_conflict(&r->prefix, &rde->host,
		    rde->settings, NULL, &with) & 3;
}

void
conflicts_look_again(struct rde *rde)
{
	struct records *rs = &rde->tables.records;
	unsigned int before;
	struct record *r;
	uint32_t *list;
	size_t i, n;

	list = records_list(rs, &n);
	for (i = 0; i < n; i++) {
		r = record_at(rs, list[i]);
		before = r->conflict;
		conflicts_note(rde, r);
		if (r->conflict != before)
			record_mark(rs, r);
	}
	free(list);
	apply(rde);
}
