/*
 * Memory of this process that is resident, as a test of what is given back sees it.
 * Under a sanitizer (SANITIZED, of GNUmakefile) nothing is ever given back.
 */
#ifndef REGRESS_UNIT_RESIDENT_H
#define REGRESS_UNIT_RESIDENT_H

#include <stdio.h>
#include <unistd.h>

#define RESIDENT_IS_KNOWN	(!SANITIZED)

/* In bytes; 0 if the kernel does not tell. */
static inline size_t
resident(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (statm == NULL)
		return 0;
	if (fscanf(statm, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(statm);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

#endif /* REGRESS_UNIT_RESIDENT_H */
