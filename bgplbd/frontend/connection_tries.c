#include <stdint.h>

#include "bgplbd/frontend/connection_tries.h"
#include "common/clock.h"

struct connection {
	struct id_entry	entry;		/* first, for id_table.h; of the container */
	unsigned int	tries;		/* made */
	uint64_t	due;		/* of the next, clock_ms() */
};

void
connection_tries_init(struct connection_tries *t)
{
	id_table_init(&t->table, "connected container");
}

void
connection_tries_clear(struct connection_tries *t)
{
	struct connection *c;

	while ((c = id_table_first(&t->table)) != NULL)
		id_table_remove(&t->table, c);
}

void
connection_tries_begin(struct connection_tries *t,
    const struct object_id *container)
{
	struct connection *c = id_table_get(&t->table, container, sizeof(*c));

	if (c == NULL)
		return;
	c->tries = 0;
	c->due = clock_ms() + CONNECTION_TRY_MS;
}

void
connection_tries_end(struct connection_tries *t,
    const struct object_id *container)
{
	struct connection *c = id_table_find(&t->table, container);

	if (c != NULL)
		id_table_remove(&t->table, c);
}

bool
connection_tries_has(const struct connection_tries *t,
    const struct object_id *container)
{
	return id_table_find(&t->table, container) != NULL;
}

static void
try(struct connection_tries *t, struct connection *c, uint64_t now,
    connection_try_fn *fn, void *arg)
{
	struct object_id container = c->entry.id;
	bool last = c->tries == CONNECTION_TRIES;

	c->tries++;
	c->due = now + ((uint64_t)CONNECTION_TRY_MS << c->tries);
	if (last)
		id_table_remove(&t->table, c);
	fn(&container, last, arg);
}

bool
connection_tries_run(struct connection_tries *t, connection_try_fn *fn,
    void *arg)
{
	uint64_t now = clock_ms();
	struct connection *c, *next;

	for (c = id_table_first(&t->table); c != NULL; c = next) {
		next = id_table_next(c);
		if (c->due <= now)
			try(t, c, now, fn, arg);
	}
	return id_table_first(&t->table) != NULL;
}
