/*
 * Prefixes for people and for programs.  Pure over the rows that bgplbd sent,
 * which control_reply_is_valid() has passed; the JSON keys are promised by
 * bgplbctl(8).
 *
 * told: which neighbors have them, sorted (told.h).
 */
#ifndef BGPLBCTL_SHOW_PREFIXES_H
#define BGPLBCTL_SHOW_PREFIXES_H

#include <stddef.h>
#include <stdio.h>

#include "bgplbctl/told.h"
#include "common/control.h"

/* By prefix, then network, so that two listings can be compared. */
void	show_prefixes_sort(struct control_prefix *rows, size_t nrows);

void	show_prefixes_table(const struct control_prefix *rows, size_t nrows,
	    const struct control_told *, size_t ntold, FILE *out);
void	show_prefixes_json(const struct control_prefix *rows, size_t nrows,
	    const struct control_told *, size_t ntold, FILE *out);

/* One prefix, and each neighbor with what it has of it and the attributes as sent. */
void	show_prefix_detail(const struct control_prefix *,
	    const struct control_advertisement *, size_t n, FILE *out);
void	show_prefix_json(const struct control_prefix *,
	    const struct control_advertisement *, size_t n, FILE *out);

#endif /* BGPLBCTL_SHOW_PREFIXES_H */
