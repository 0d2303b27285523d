#include <string.h>

#include "bgplbd/rde/tables.h"

void
tables_init(struct tables *t)
{
	memset(t, 0, sizeof(*t));
	RB_INIT(&t->networks);
	RB_INIT(&t->endpoints);
	RB_INIT(&t->containers);
	RB_INIT(&t->claims);
	t->epoch = 1;
}

void
tables_free(struct tables *t)
{
	struct container *c, *next_c;
	struct network *n, *next_n;

	RB_FOREACH_SAFE(c, container_tree, &t->containers, next_c)
		container_remove(t, c);
	RB_FOREACH_SAFE(n, network_tree, &t->networks, next_n)
		network_remove(t, n);
}

void
tables_sweep(struct tables *t)
{
	struct container *c, *next_c;
	struct endpoint *e, *next_e;
	struct network *n, *next_n;

	RB_FOREACH_SAFE(c, container_tree, &t->containers, next_c)
		if (c->touched < t->epoch)
			container_remove(t, c);
	RB_FOREACH_SAFE(e, endpoint_tree, &t->endpoints, next_e)
		if (e->touched < t->epoch)
			endpoint_remove(t, e);
	RB_FOREACH_SAFE(n, network_tree, &t->networks, next_n)
		if (n->touched < t->epoch)
			network_remove(t, n);
	t->ngone = 0;
	t->epoch++;
}
