/*
 * Neighbors for people and for programs.  Pure over the rows that bgplbd sent,
 * which control_reply_is_valid() has passed; the JSON keys are promised by
 * bgplbctl(8).
 */
#ifndef BGPLBCTL_SHOW_NEIGHBORS_H
#define BGPLBCTL_SHOW_NEIGHBORS_H

#include <stddef.h>
#include <stdio.h>

#include "common/control.h"

/* NULL if none of the rows has the address. */
const struct control_neighbor *show_neighbors_find(
	    const struct control_neighbor *rows, size_t nrows,
	    const struct address *);

/* One line each, in the order of the rows, which is that of the configuration. */
void	show_neighbors_table(const struct control_neighbor *rows, size_t nrows,
	    FILE *out);
/* All about one, a line a fact. */
void	show_neighbors_detail(const struct control_neighbor *, FILE *out);
void	show_neighbors_json(const struct control_neighbor *rows, size_t nrows,
	    FILE *out);

#endif /* BGPLBCTL_SHOW_NEIGHBORS_H */
