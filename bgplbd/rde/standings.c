#include <stdlib.h>

#include "bgplbd/rde/standings.h"
#include "common/log.h"

RB_GENERATE(standing_tree, standing, entry, standing_cmp)

int
standing_cmp(const struct standing *a, const struct standing *b)
{
	return prefix_cmp(&a->prefix, &b->prefix);
}

struct standing *
standing_find(struct standing_tree *tree, const struct prefix *p)
{
	struct standing key = { .prefix = *p };

	return RB_FIND(standing_tree, tree, &key);
}

struct standing *
standing_get(struct standing_tree *tree, const struct prefix *p)
{
	struct standing *s = standing_find(tree, p);

	if (s == NULL) {
		s = xcalloc(1, sizeof(*s));
		s->prefix = *p;
		RB_INSERT(standing_tree, tree, s);
	}
	return s;
}

void
standing_remove(struct standing_tree *tree, struct standing *s)
{
	RB_REMOVE(standing_tree, tree, s);
	free(s);
}

void
standings_forget_link(struct standing_tree *tree, int ifindex)
{
	struct standing *s;

	RB_FOREACH(s, standing_tree, tree) {
		if (s->route_ifindex == ifindex)
			s->route_ifindex = 0;
		if (s->neighbor_ifindex == ifindex)
			s->neighbor_ifindex = 0;
	}
}

void
standings_free(struct standing_tree *tree)
{
	struct standing *s, *next;

	RB_FOREACH_SAFE(s, standing_tree, tree, next)
		standing_remove(tree, s);
}
