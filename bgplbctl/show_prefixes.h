/*
 * Prefixes for people and for programs.  Pure over the rows that bgplbd sent,
 * which control_reply_is_valid() has passed; the JSON keys are promised by
 * bgplbctl(8).
 */
#ifndef BGPLBCTL_SHOW_PREFIXES_H
#define BGPLBCTL_SHOW_PREFIXES_H

#include <stddef.h>
#include <stdio.h>

#include "common/control.h"

/* By prefix, then network, so that two listings can be compared. */
void	show_prefixes_sort(struct control_prefix *rows, size_t nrows);

void	show_prefixes_table(const struct control_prefix *rows, size_t nrows,
	    FILE *out);
void	show_prefixes_json(const struct control_prefix *rows, size_t nrows,
	    FILE *out);

#endif /* BGPLBCTL_SHOW_PREFIXES_H */
