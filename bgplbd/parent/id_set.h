/*
 * A set of ids of Docker's objects, each with a short name, that is brought up to date
 * by whole lists: what a list does not have, and was not added since it began, goes
 * at its end.
 */
#ifndef BGPLBD_PARENT_ID_SET_H
#define BGPLBD_PARENT_ID_SET_H

#include <sys/tree.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"

struct id_set_entry {
	RB_ENTRY(id_set_entry)	 tree;
	struct object_id	 id;
	uint64_t		 list;		/* the last that had begun */
	char			 name[];
};
RB_HEAD(id_set_tree, id_set_entry);

struct id_set {
	struct id_set_tree	 tree;
	size_t			 count;
	size_t			 max;
	uint64_t		 list;
	bool			 full;		/* ids were left out, and it was logged */
	const char		*what;		/* "containers", for the log line */
};

void	id_set_init(struct id_set *, size_t max, const char *what);
void	id_set_clear(struct id_set *);

bool	id_set_has(const struct id_set *, const struct object_id *);
/* Beyond max it is left out, which is logged once. */
void	id_set_add(struct id_set *, const struct object_id *, const char *name);

/* A list begins; returns its number, for its end. */
uint64_t id_set_list_begin(struct id_set *);
/* It ended and was whole. */
void	id_set_list_end(struct id_set *, uint64_t list);

/* In the order of the ids; NULL after the last.  The set must not change meanwhile. */
const struct id_set_entry *id_set_first(const struct id_set *);
const struct id_set_entry *id_set_next(const struct id_set_entry *);

#endif /* BGPLBD_PARENT_ID_SET_H */
