#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/id_set.h"
#include "common/log.h"

static int
entry_cmp(const struct id_set_entry *a, const struct id_set_entry *b)
{
	return memcmp(a->id.hex, b->id.hex, sizeof(a->id.hex));
}

RB_GENERATE_INTERNAL(id_set_tree, id_set_entry, tree, entry_cmp,
    static __attribute__((unused)))

void
id_set_init(struct id_set *s, size_t max, const char *what)
{
	memset(s, 0, sizeof(*s));
	RB_INIT(&s->tree);
	s->max = max;
	s->what = what;
}

static void
remove_entry(struct id_set *s, struct id_set_entry *e)
{
	RB_REMOVE(id_set_tree, &s->tree, e);
	s->count--;
	free(e);
}

void
id_set_clear(struct id_set *s)
{
	struct id_set_entry *e;

	while ((e = RB_MIN(id_set_tree, &s->tree)) != NULL)
		remove_entry(s, e);
}

/* The tree's macros want to write where they only read. */
static struct id_set_tree *
tree_of(const struct id_set *s)
{
	return (struct id_set_tree *)(uintptr_t)&s->tree;
}

static struct id_set_entry *
find(const struct id_set *s, const struct object_id *id)
{
	struct id_set_entry key = { .id = *id };

	return RB_FIND(id_set_tree, tree_of(s), &key);
}

bool
id_set_has(const struct id_set *s, const struct object_id *id)
{
	return find(s, id) != NULL;
}

static bool
has_room(struct id_set *s)
{
	if (s->count < s->max)
		return true;
	if (!s->full)
		log_warn("Docker lists more than %zu %s, the rest is not "
		    "looked at", s->max, s->what);
	s->full = true;
	return false;
}

void
id_set_add(struct id_set *s, const struct object_id *id, const char *name)
{
	struct id_set_entry *e = find(s, id);
	size_t size = strlen(name) + 1;

	if (e == NULL) {
		if (!has_room(s))
			return;
		e = xcalloc(1, sizeof(*e) + size);
		e->id = *id;
		memcpy(e->name, name, size);
		RB_INSERT(id_set_tree, &s->tree, e);
		s->count++;
	}
	e->list = s->list;
}

uint64_t
id_set_list_begin(struct id_set *s)
{
	return ++s->list;
}

void
id_set_list_end(struct id_set *s, uint64_t list)
{
	struct id_set_entry *e, *next;

	for (e = RB_MIN(id_set_tree, &s->tree); e != NULL; e = next) {
		next = RB_NEXT(id_set_tree, &s->tree, e);
		if (e->list < list)
			remove_entry(s, e);
	}
}

const struct id_set_entry *
id_set_first(const struct id_set *s)
{
	return RB_MIN(id_set_tree, tree_of(s));
}

const struct id_set_entry *
id_set_next(const struct id_set_entry *e)
{
	return RB_NEXT(id_set_tree, NULL,
	    (struct id_set_entry *)(uintptr_t)e);
}
