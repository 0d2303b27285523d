/*
 * Docker's objects by their id: a tree of structs that begin with an id_entry.
 * The table owns them.
 */
#ifndef BGPLBD_FRONTEND_ID_TABLE_H
#define BGPLBD_FRONTEND_ID_TABLE_H

#include <sys/tree.h>

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/messages/object_id.h"

/* Of one table; beyond, objects are left out, which is logged once. */
#define ID_TABLE_MAX	65536

struct id_entry {
	RB_ENTRY(id_entry)	tree;
	struct object_id	id;
};
RB_HEAD(id_tree, id_entry);

struct id_table {
	struct id_tree	 tree;
	unsigned int	 count;
	const char	*what;		/* "container", for log lines */
	bool		 told_full;	/* since there was room */
};

void	id_table_init(struct id_table *, const char *what);

/* NULL if there is none. */
void	*id_table_find(const struct id_table *, const struct object_id *);
/*
 * The same, or a new one of size bytes, all zero but for the id; NULL at the
 * limit.
 */
void	*id_table_get(struct id_table *, const struct object_id *, size_t size);
/*
 * Takes it out and frees it; what it points to is the caller's to free before.
 */
void	id_table_remove(struct id_table *, void *entry);

/*
 * In the order of ids; NULL at the end.  To remove entries on the way, take the
 * next one first.
 */
void	*id_table_first(const struct id_table *);
void	*id_table_next(void *entry);

#endif /* BGPLBD_FRONTEND_ID_TABLE_H */
