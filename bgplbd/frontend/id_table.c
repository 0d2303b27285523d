#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/id_table.h"
#include "common/log.h"

static int
id_entry_cmp(const struct id_entry *a, const struct id_entry *b)
{
	return memcmp(a->id.hex, b->id.hex, sizeof(a->id.hex));
}

RB_GENERATE_INTERNAL(id_tree, id_entry, tree, id_entry_cmp,
    static __attribute__((unused)))

/* The tree's macros want to write where they only read. */
static struct id_tree *
tree_of(const struct id_table *table)
{
	return (struct id_tree *)(uintptr_t)&table->tree;
}

void
id_table_init(struct id_table *table, const char *what)
{
	RB_INIT(&table->tree);
	table->count = 0;
	table->told_full = false;
	table->what = what;
}

void *
id_table_find(const struct id_table *table, const struct object_id *id)
{
	struct id_entry key = { .id = *id };

	return RB_FIND(id_tree, tree_of(table), &key);
}

void *
id_table_get(struct id_table *table, const struct object_id *id, size_t size)
{
	struct id_entry *entry = id_table_find(table, id);

	if (entry != NULL)
		return entry;
	if (table->count == ID_TABLE_MAX) {
		if (!table->told_full)
			log_warn("%s %.*s: left out, and so are others: there "
			    "are %d already, which is the limit", table->what,
			    OBJECT_ID_SHORT, id->hex, ID_TABLE_MAX);
		table->told_full = true;
		return NULL;
	}
	entry = xcalloc(1, size);
	entry->id = *id;
	RB_INSERT(id_tree, &table->tree, entry);
	table->count++;
	return entry;
}

void
id_table_remove(struct id_table *table, void *entry)
{
	RB_REMOVE(id_tree, &table->tree, (struct id_entry *)entry);
	table->count--;
	table->told_full = false;
	free(entry);
}

void *
id_table_first(const struct id_table *table)
{
	return RB_MIN(id_tree, tree_of(table));
}

void *
id_table_next(void *entry)
{
	return RB_NEXT(id_tree, unused, (struct id_entry *)entry);
}
