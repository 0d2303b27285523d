/*
 * Neighbors for people and for programs.  Pure over the rows that bgplbd sent,
 * which control_reply_is_valid() has passed; the JSON keys are promised by
 * bgplbctl(8).
 */
#ifndef BGPLBCTL_SHOW_NEIGHBORS_H
#define BGPLBCTL_SHOW_NEIGHBORS_H

#include <stddef.h>
#include <stdio.h>

#include "bgplbctl/md5_counters.h"
#include "common/control.h"

enum show_neighbors_found {
	SHOW_NEIGHBORS_ONE,
	SHOW_NEIGHBORS_NONE,
	SHOW_NEIGHBORS_SEVERAL	/* on several links: an interface has to be named */
};
/* interface: of a link-local address, or "".  *out is set for SHOW_NEIGHBORS_ONE. */
enum show_neighbors_found show_neighbors_find(
	    const struct control_neighbor *rows, size_t nrows,
	    const struct address *, const char *interface,
	    const struct control_neighbor **out)
	    __attribute__((warn_unused_result));
/* How many have not gone; the rows of those that have come last. */
size_t	show_neighbors_present(const struct control_neighbor *rows,
	    size_t nrows);

/* One line each, in the order of the rows, which is that of the configuration. */
void	show_neighbors_table(const struct control_neighbor *rows, size_t nrows,
	    FILE *out);
/* All about one, a line a fact. */
void	show_neighbors_detail(const struct control_neighbor *,
	    const struct md5_counters *, FILE *out);
void	show_neighbors_json(const struct control_neighbor *rows, size_t nrows,
	    const struct md5_counters *, FILE *out);

#endif /* BGPLBCTL_SHOW_NEIGHBORS_H */
