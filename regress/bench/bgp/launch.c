/*
 * launch file program [argument ...]
 *
 * Writes the time to file and becomes program: the moment of its exec, on the
 * clock of the sink's stamps.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "regress/bench/bgp/clock.h"

int
main(int argc, char *argv[])
{
	FILE *f;

	if (argc < 3) {
		fprintf(stderr, "usage: launch file program [argument ...]\n");
		return 1;
	}
	if ((f = fopen(argv[1], "w")) == NULL)
		err(1, "%s", argv[1]);
	fprintf(f, "%" PRIu64 "\n", clock_now());
	if (fclose(f) != 0)
		err(1, "%s", argv[1]);
	execvp(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
