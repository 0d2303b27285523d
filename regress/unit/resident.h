/*
 * Memory of this process that is resident, as a test of what is given back sees it.
 * Under a sanitizer (SANITIZED, of GNUmakefile) nothing is ever given back.
 */
#ifndef REGRESS_UNIT_RESIDENT_H
#define REGRESS_UNIT_RESIDENT_H

#include <stdio.h>

#define RESIDENT_IS_KNOWN	(!SANITIZED)

/* What no process of the daemon may have, whatever comes. */
#define RESIDENT_LIMIT		((size_t)64 * 1024 * 1024)

/*
 * In bytes; 0 if the kernel does not tell.  Of the pages themselves: statm is a counter
 * that lags by some dozen pages a processor.
 */
static inline size_t
resident_of(const char *process)
{
	char line[256], path[64];
	size_t kb = 0;
	FILE *rollup;

	snprintf(path, sizeof(path), "/proc/%s/smaps_rollup", process);
	rollup = fopen(path, "r");

	if (rollup == NULL)
		return 0;
	while (fgets(line, sizeof(line), rollup) != NULL)
		if (sscanf(line, "Rss: %zu kB", &kb) == 1)
			break;
	fclose(rollup);
	return kb * 1024;
}

static inline size_t
resident(void)
{
	return resident_of("self");
}

static inline size_t
resident_of_pid(int pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return resident_of(text);
}

#endif /* REGRESS_UNIT_RESIDENT_H */
