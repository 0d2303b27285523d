/*
 * A set of small numbers, a bit each, that grows by itself.
 *
 * All zeros is an empty set; its memory is the owner's to free.
 */
#ifndef BGPLBD_SESSION_BITMAP_H
#define BGPLBD_SESSION_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

struct bitmap {
	uint64_t	*words;
	uint32_t	 size;		/* in words */
};

bool	bitmap_has(const struct bitmap *, uint32_t bit);
void	bitmap_set(struct bitmap *, uint32_t bit);
void	bitmap_clear(struct bitmap *, uint32_t bit);
/* Leaves an empty set. */
void	bitmap_free(struct bitmap *);

#endif /* BGPLBD_SESSION_BITMAP_H */
