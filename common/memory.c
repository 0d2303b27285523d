#include <sys/resource.h>

#include <malloc.h>
#include <stdint.h>

#include "common/log.h"
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

int
memory_limit(size_t bytes)
{
	struct rlimit data;

	if (getrlimit(RLIMIT_DATA, &data) == -1)
		return -1;
	if (data.rlim_max > bytes)
		data.rlim_max = bytes;
	data.rlim_cur = data.rlim_max;
	return setrlimit(RLIMIT_DATA, &data);
}

void
memory_exhausted(size_t bytes)
{
	struct rlimit data;

	if (getrlimit(RLIMIT_DATA, &data) == -1 ||
	    data.rlim_cur == RLIM_INFINITY)
		fatalx("out of memory: cannot have %zu bytes more", bytes);
	fatalx("out of memory: cannot have %zu bytes more, the limit of the "
	    "process is %ju KB", bytes, (uintmax_t)data.rlim_cur / 1024);
}
