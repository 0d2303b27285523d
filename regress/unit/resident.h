/*
 * Memory of this process that is resident, as a test of what is given back sees it.
 * Under a sanitizer (SANITIZED, of GNUmakefile) nothing is ever given back.
 */
#ifndef REGRESS_UNIT_RESIDENT_H
#define REGRESS_UNIT_RESIDENT_H

#include <stdio.h>

#define RESIDENT_IS_KNOWN	(!SANITIZED)

/*
 * In bytes; 0 if the kernel does not tell.  Of the pages themselves: statm is a counter
 * that lags by some dozen pages a processor.
 */
static inline size_t
resident(void)
{
	FILE *rollup = fopen("/proc/self/smaps_rollup", "r");
	size_t kb = 0;
	char line[256];

	if (rollup == NULL)
		return 0;
	while (fgets(line, sizeof(line), rollup) != NULL)
		if (sscanf(line, "Rss: %zu kB", &kb) == 1)
			break;
	fclose(rollup);
	return kb * 1024;
}

#endif /* REGRESS_UNIT_RESIDENT_H */
