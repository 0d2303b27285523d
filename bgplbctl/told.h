/*
 * Which neighbors have a prefix that is to be announced: of the session engine's rows,
 * which control_reply_is_valid() has passed.  Pure.
 */
#ifndef BGPLBCTL_TOLD_H
#define BGPLBCTL_TOLD_H

#include <stddef.h>

#include "common/control.h"

/* By prefix, as told_find() wants them. */
void	told_sort(struct control_told *, size_t n);
/* NULL if there is none of the prefix. */
const struct control_told *told_find(const struct control_told *, size_t n,
	    const struct prefix *);

/*
 * The state of a prefix as its neighbors see it: one that is to be announced is
 * "announced" if a neighbor has it, else "pending", "held back", "not negotiated", "no
 * session" or "no neighbor".  told: NULL if the session engine does not have it.
 */
const char *told_state_name(const struct control_prefix *,
	    const struct control_told *);

#endif /* BGPLBCTL_TOLD_H */
