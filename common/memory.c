#include <malloc.h>

#include "common/memory.h"

void
memory_init(void)
{
	/* Fixed thresholds do not grow. */
	mallopt(M_MMAP_THRESHOLD, MEMORY_LARGE);
	mallopt(M_TRIM_THRESHOLD, MEMORY_LARGE);
}

void
memory_give_back(void)
{
	malloc_trim(0);
}
