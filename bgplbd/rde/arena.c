#include <sys/mman.h>

#include <string.h>

#include "bgplbd/rde/arena.h"
#include "common/log.h"
#include "common/memory.h"

/* Memory is asked for in steps of so many bytes, a multiple of a page. */
#define STEP	((size_t)256 * 1024)

/* A multiple of STEP. */
static size_t
extent(const struct arena *a)
{
	return (((size_t)a->max + 1) * a->size + STEP - 1) / STEP * STEP;
}

/* Addresses that nobody may use yet count for no limit. */
void
arena_init(struct arena *a, size_t size, uint32_t max, const char *what)
{
	memset(a, 0, sizeof(*a));
	a->size = size;
	a->max = max;
	a->what = what;
	a->end = 1;
	a->base = mmap(NULL, extent(a), PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (a->base == MAP_FAILED)
		fatal("no addresses for %u %s", max, what);
	/* Of a huge page, nearly all would be unused. */
	(void)madvise(a->base, extent(a), MADV_NOHUGEPAGE);
}

void
arena_free(struct arena *a)
{
	munmap(a->base, extent(a));
	memset(a, 0, sizeof(*a));
}

/* So that the item of that index can be used. */
static void
make_room(struct arena *a, uint32_t index)
{
	size_t end = ((size_t)index + 1) * a->size;

	while (a->usable < end) {
		if (mprotect(a->base + a->usable, STEP,
		    PROT_READ | PROT_WRITE) == -1)
			memory_exhausted(STEP);
		a->usable += STEP;
	}
}

uint32_t
arena_take(struct arena *a)
{
	uint32_t index = a->free;
	void *item;

	if (index == 0) {
		if (a->end > a->max)
			fatalx("more than %u %s, which is the limit", a->max,
			    a->what);
		make_room(a, a->end);
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
	if (madvise(a->base, a->usable, MADV_DONTNEED) == -1)
		memset(a->base, 0, a->end * a->size);
	a->end = 1;
	a->free = 0;
}
