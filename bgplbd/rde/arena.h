/*
 * Many small items of one size, addressed by 32-bit indexes: half of a pointer's
 * size, and no allocator's overhead.  An arena takes addresses for all that it may
 * ever hold at once and pages as they are used, so that growing copies nothing and
 * no item ever moves.  Index 0 is nobody's.
 *
 * Items are zero when they are taken.  Of one that was given back the first four
 * bytes are the arena's, and the rest is zero.
 */
#ifndef BGPLBD_RDE_ARENA_H
#define BGPLBD_RDE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
	char		*base;
	size_t		 size;		/* of an item, a multiple of its alignment */
	uint32_t	 max;
	const char	*what;		/* "prefixes", for the log */
	uint32_t	 end;		/* from here on none was ever taken */
	uint32_t	 free;		/* given back last; the next is in it */
	uint32_t	 used;
	size_t		 usable;	/* bytes */
};

/*
 * For up to max items at one time, which are called what, a static string; ends the
 * process if there are no addresses.
 */
void	arena_init(struct arena *, size_t size, uint32_t max, const char *what);
void	arena_free(struct arena *);
/* Ends the process at the limit, for the caller's own limits come to less. */
uint32_t arena_take(struct arena *) __attribute__((warn_unused_result));
/* With the last of all, their memory goes back to the system. */
void	arena_give(struct arena *, uint32_t index);

static inline void *
arena_at(const struct arena *a, uint32_t index)
{
	return a->base + index * a->size;
}

static inline uint32_t
arena_index(const struct arena *a, const void *item)
{
	return (uint32_t)((size_t)((const char *)item - a->base) / a->size);
}

#endif /* BGPLBD_RDE_ARENA_H */
