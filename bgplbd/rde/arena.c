#include <sys/mman.h>

#include <string.h>

#include "bgplbd/rde/arena.h"
#include "common/log.h"

static size_t
extent(const struct arena *a)
{
	return ((size_t)a->max + 1) * a->size;
}

void
arena_init(struct arena *a, size_t size, uint32_t max)
{
	memset(a, 0, sizeof(*a));
	a->size = size;
	a->max = max;
	a->end = 1;
	a->base = mmap(NULL, extent(a), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (a->base == MAP_FAILED)
		fatal("no addresses for %u items", max);
	/* Of a huge page, nearly all would be unused. */
	(void)madvise(a->base, extent(a), MADV_NOHUGEPAGE);
}

void
arena_free(struct arena *a)
{
	munmap(a->base, extent(a));
	memset(a, 0, sizeof(*a));
}

uint32_t
arena_take(struct arena *a)
{
	uint32_t index = a->free;
	void *item;

	if (index == 0) {
		if (a->end > a->max)
			fatalx("more than %u items of %zu bytes", a->max,
			    a->size);
		index = a->end++;
	} else {
		item = arena_at(a, index);
		memcpy(&a->free, item, sizeof(a->free));
		memset(item, 0, sizeof(a->free));
	}
	a->used++;
	return index;
}

void
arena_give(struct arena *a, uint32_t index)
{
	void *item = arena_at(a, index);

	memset(item, 0, a->size);
	if (--a->used > 0) {
		memcpy(item, &a->free, sizeof(a->free));
		a->free = index;
		return;
	}
	if (madvise(a->base, extent(a), MADV_DONTNEED) == -1)
		memset(a->base, 0, a->end * a->size);
	a->end = 1;
	a->free = 0;
}
