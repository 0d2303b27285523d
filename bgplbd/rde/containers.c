#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/tables.h"
#include "common/clock.h"
#include "common/log.h"

RB_GENERATE(container_tree, container, entry, container_cmp)

int
container_cmp(const struct container *a, const struct container *b)
{
	return memcmp(a->id.hex, b->id.hex, OBJECT_ID_DIGITS);
}

const char *
container_label(const struct container *c, char *buf)
{
	if (c->name[0] != '\0')
		snprintf(buf, CONTAINER_LABEL_MAX, "container %s (%.*s)",
		    c->name, OBJECT_ID_SHORT, c->id.hex);
	else
		snprintf(buf, CONTAINER_LABEL_MAX, "container %.*s",
		    OBJECT_ID_SHORT, c->id.hex);
	return buf;
}

struct container *
container_find(struct tables *t, const struct object_id *id)
{
	struct container key = { .id = *id };

	return RB_FIND(container_tree, &t->containers, &key);
}

struct container *
container_upsert(struct tables *t, const struct object_id *id)
{
	struct container *c = container_find(t, id);

	if (c == NULL) {
		if (t->ncontainers == CONTAINERS_MAX) {
			errno = ENOSPC;
			return NULL;
		}
		c = xcalloc(1, sizeof(*c));
		c->id = *id;
		LIST_INIT(&c->endpoints);
		RB_INSERT(container_tree, &t->containers, c);
		t->ncontainers++;
	}
	c->touched = t->epoch;
	return c;
}

void
container_remove(struct tables *t, struct container *c)
{
	struct endpoint *e;

	while ((e = LIST_FIRST(&c->endpoints)) != NULL)
		endpoint_untie(t, e);
	RB_REMOVE(container_tree, &t->containers, c);
	t->ncontainers--;
	free(c);
}

void
container_changed(struct tables *t, struct container *c)
{
	const struct endpoint *e;

	rise_update(&c->rise, container_is_fit(c) && !c->draining,
	    rise_time(&t->rise, c->health, c->started_at, c->finished_at),
	    clock_ms());
	LIST_FOREACH(e, &c->endpoints, of_container)
		endpoint_changed(t, e);
}
