#include <stdlib.h>
#include <string.h>

#include "bgplbd/messages/control_rows.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/show.h"
#include "common/control.h"
#include "common/log.h"

struct show_list {
	LIST_ENTRY(show_list)	 entry;
	uint32_t		 client;
	uint32_t		 kind;		/* enum control_type */
	struct prefix		 prefix;	/* of advertisements */
	uint32_t		 next;		/* neighbor's number, or place in a rib */
	size_t			 departed;	/* those that were shown */
	bool			 ipv6;		/* the first rib was shown */
};

/* Returns the size of a row. */
static size_t
send_row(struct engine *e, uint32_t type, uint32_t client, const void *row,
    size_t size)
{
	/* If it is dead, its end callback tells. */
	if (e->frontend != NULL)
		(void)channel_send(e->frontend, type, client, -1, row, size);
	return size;
}

/* The first neighbor that has this number or a higher one, or NULL. */
static struct neighbor *
neighbor_from(const struct engine *e, uint32_t number)
{
	size_t i;

	for (i = 0; i < e->roster.count; i++)
		if (neighbor_number(e->roster.list[i]) >= number)
			return e->roster.list[i];
	return NULL;
}

/*
 * Each sends the next row of a list and returns its size, or 0 at the end.
 */

static size_t
show_neighbor(struct engine *e, struct show_list *l)
{
	struct neighbor *n = neighbor_from(e, l->next);
	struct control_neighbor row;

	if (n != NULL) {
		l->next = neighbor_number(n) + 1;
		neighbor_report(n, &row);
	} else if (!departed_report(&e->roster.departed, l->departed++,
	    neighbor_now(), &row))
		return 0;
	return send_row(e, CONTROL_NEIGHBOR, l->client, &row, sizeof(row));
}

static size_t
show_told(struct engine *e, struct show_list *l)
{
	struct control_told row;
	struct rib_route route;
	size_t i;

	while (!rib_walk(l->ipv6 ? e->rib6 : e->rib4, &l->next, &route)) {
		if (l->ipv6)
			return 0;
		l->ipv6 = true;
		l->next = 0;
	}
	memset(&row, 0, sizeof(row));
	row.prefix = route.prefix;
	for (i = 0; i < e->roster.count; i++)
		row.neighbors[neighbor_told(e->roster.list[i], &route)]++;
	return send_row(e, CONTROL_TOLD, l->client, &row, sizeof(row));
}

/* Of a prefix that is not to be announced there is nothing to say. */
static size_t
show_advertisement(struct engine *e, struct show_list *l)
{
	struct neighbor *n = neighbor_from(e, l->next);
	struct control_advertisement row;
	struct rib_route route;

	if (n == NULL || !rib_find(l->prefix.addr.afi == AFI_IPV4 ? e->rib4 :
	    e->rib6, &l->prefix, &route))
		return 0;
	l->next = neighbor_number(n) + 1;
	neighbor_advertisement(n, &route, &row);
	return send_row(e, CONTROL_ADVERTISEMENT, l->client, &row,
	    sizeof(row));
}

static size_t
show_row(struct engine *e, struct show_list *l)
{
	switch (l->kind) {
	case CONTROL_SHOW_NEIGHBORS:
		return show_neighbor(e, l);
	case CONTROL_SHOW_TOLD:
		return show_told(e, l);
	default:
		return show_advertisement(e, l);
	}
}

static void
drop(struct engine *e, struct show_list *l)
{
	LIST_REMOVE(l, entry);
	e->shows.count--;
	free(l);
}

static void
show_turn(struct engine *e, struct show_list *l)
{
	const struct control_result ok = { .outcome = CONTROL_OK };
	size_t sent, size;

	for (sent = 0; sent < CONTROL_TURN_BYTES; sent += size) {
		size = show_row(e, l);
		if (size == 0) {
			send_row(e, CONTROL_RESULT, l->client, &ok,
			    sizeof(ok));
			drop(e, l);
			return;
		}
	}
	send_row(e, MSG_CONTROL_PAUSED, l->client, NULL, 0);
}

void
show_begin(struct engine *e, const struct message *m)
{
	struct show_list *l;

	if (e->shows.count == CONTROL_CLIENTS_MAX)
		fatalx("frontend asked for more than %u lists at one time",
		    CONTROL_CLIENTS_MAX);
	l = xcalloc(1, sizeof(*l));
	l->client = m->peerid;
	l->kind = m->type;
	if (m->len > 0)
		memcpy(&l->prefix, m->data, sizeof(l->prefix));
	LIST_INSERT_HEAD(&e->shows.list, l, entry);
	e->shows.count++;
	show_turn(e, l);
}

static struct show_list *
find(const struct engine *e, uint32_t client)
{
	struct show_list *l;

	LIST_FOREACH(l, &e->shows.list, entry)
		if (l->client == client)
			return l;
	return NULL;
}

void
show_continue(struct engine *e, uint32_t client)
{
	struct show_list *l = find(e, client);

	if (l != NULL)
		show_turn(e, l);
}

void
show_end(struct engine *e, uint32_t client)
{
	struct show_list *l = find(e, client);

	if (l != NULL)
		drop(e, l);
}

void
show_clear(struct engine *e)
{
	struct show_list *l;

	while ((l = LIST_FIRST(&e->shows.list)) != NULL)
		drop(e, l);
}
