#include <stdlib.h>
#include <string.h>

#include "bgplbd/messages/control_rows.h"
#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/prefix_list.h"
#include "common/clock.h"
#include "common/log.h"

struct prefix_list {
	LIST_ENTRY(prefix_list)	 entry;
	uint32_t		 client;
	struct prefix		 last;		/* shown; AFI_NONE: none yet */
};

static void
fill_network(const struct wanted *w, struct control_prefix *row)
{
	strlcpy(row->network_id, w->network->id.hex, sizeof(row->network_id));
	strlcpy(row->network_name, w->network->name,
	    sizeof(row->network_name));
	if (w->kind == PREFIX_LB)
		link_name(ROLE_BRIDGE, &w->network->id, row->interface);
}

/* Returns the size of its row; 0 if nobody has it. */
static size_t
show_prefix(struct rde *rde, uint32_t client, struct record *r)
{
	const struct standing *s = standing_of(&rde->tables.records, r);
	const struct wanted *w = &rde->wanted;
	struct control_prefix row;

	conflicts_note_refusal(rde, r);		/* it may not be decided about yet */
	rde->wanted.now = clock_ms();
	decide(&rde->tables, r, &rde->wanted);
	if (!w->exists)
		return 0;
	memset(&row, 0, sizeof(row));
	row.prefix = r->prefix;
	row.kind = (uint8_t)w->kind;
	row.state = (uint8_t)w->state;
	if (w->state == PREFIX_REFUSED)
		row.refusal = (uint8_t)w->refusal;
	if (w->announce && !r->announced)
		row.state = s != NULL && pace_next(&s->pace, w->now) != 0 ?
		    PREFIX_RISING : PREFIX_PENDING;
	row.endpoints = w->nendpoints;
	row.eligible = w->leaving && w->host == HOST_SERVES ?
	    0 : w->neligible;
	row.serving = s != NULL ? standing_serving(s) : 0;
	row.routed = s != NULL && s->route_ifindex != 0;
	if (w->network != NULL)
		fill_network(w, &row);
	rde_send(rde->frontend, CONTROL_PREFIX, client, &row, sizeof(row));
	return sizeof(row);
}

/* An index of the array may be another record's once one was freed. */
static void
refresh_order(struct rde *rde)
{
	struct prefix_lists *all = &rde->lists;
	const struct records *rs = &rde->tables.records;

	if (all->order != NULL && all->freed == rs->freed)
		return;
	free(all->order);
	all->order = records_list(rs, &all->norder);
	all->freed = rs->freed;
}

/* The place in the array of the first prefix behind that one. */
static size_t
place_behind(const struct rde *rde, const struct prefix *p)
{
	size_t low = 0, high = rde->lists.norder, middle;
	const struct record *r;

	while (low < high) {
		middle = low + (high - low) / 2;
		r = record_at(&rde->tables.records, rde->lists.order[middle]);
		if (prefix_cmp(&r->prefix, p) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
drop(struct rde *rde, struct prefix_list *l)
{
	struct prefix_lists *all = &rde->lists;

	LIST_REMOVE(l, entry);
	free(l);
	if (--all->count > 0)
		return;
	free(all->order);
	all->order = NULL;
	all->norder = 0;
}

static void
turn(struct rde *rde, struct prefix_list *l)
{
	const struct control_result ok = { .outcome = CONTROL_OK };
	struct record *r;
	size_t place, sent = 0;

	refresh_order(rde);
	place = prefix_is_set(&l->last) ? place_behind(rde, &l->last) : 0;
	for (; place < rde->lists.norder; place++) {
		if (sent >= CONTROL_TURN_BYTES) {
			rde_send(rde->frontend, MSG_CONTROL_PAUSED, l->client,
			    NULL, 0);
			return;
		}
		r = record_at(&rde->tables.records, rde->lists.order[place]);
		sent += show_prefix(rde, l->client, r);
		l->last = r->prefix;
	}
	rde_send(rde->frontend, CONTROL_RESULT, l->client, &ok, sizeof(ok));
	drop(rde, l);
}

void
prefix_list_begin(struct rde *rde, uint32_t client)
{
	struct prefix_lists *all = &rde->lists;
	struct prefix_list *l;

	if (all->count == CONTROL_CLIENTS_MAX)
		fatalx("docker frontend: asked for more than %u lists at one "
		    "time", CONTROL_CLIENTS_MAX);
	l = xcalloc(1, sizeof(*l));
	l->client = client;
	LIST_INSERT_HEAD(&all->list, l, entry);
	all->count++;
	turn(rde, l);
}

static struct prefix_list *
find(const struct rde *rde, uint32_t client)
{
	struct prefix_list *l;

	LIST_FOREACH(l, &rde->lists.list, entry)
		if (l->client == client)
			return l;
	return NULL;
}

void
prefix_list_continue(struct rde *rde, uint32_t client)
{
	struct prefix_list *l = find(rde, client);

	if (l != NULL)
		turn(rde, l);
}

void
prefix_list_end(struct rde *rde, uint32_t client)
{
	struct prefix_list *l = find(rde, client);

	if (l != NULL)
		drop(rde, l);
}

void
prefix_lists_clear(struct rde *rde)
{
	struct prefix_list *l;

	while ((l = LIST_FIRST(&rde->lists.list)) != NULL)
		drop(rde, l);
}
