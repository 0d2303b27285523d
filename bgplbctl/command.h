/*
 * The command line after the options, understood.  Pure: no I/O, nothing
 * allocated, so each mistake's sentence can be tested.
 */
#ifndef BGPLBCTL_COMMAND_H
#define BGPLBCTL_COMMAND_H

#include <stddef.h>

#include "common/prefix.h"

#define COMMAND_ERROR_MAX	256

enum command_kind {
	COMMAND_SHOW_NEIGHBORS = 1,
	COMMAND_SHOW_NEIGHBOR,		/* neighbor */
	COMMAND_SHOW_PREFIXES,
	COMMAND_WITHDRAW,		/* prefix */
	COMMAND_ANNOUNCE		/* prefix */
};

struct command {
	enum command_kind	kind;
	struct address		neighbor;
	struct prefix		prefix;
};

/*
 * argv holds argc words without the program's name and options.  0, or -1 with
 * a sentence in error (of size bytes) that says what was expected.  show and what
 * follows it may be shortened; withdraw and announce may not, since a slip of the
 * finger must not move traffic.
 */
int	command_parse(int argc, char *const argv[], struct command *out,
	    char *error, size_t size) __attribute__((warn_unused_result));

#endif /* BGPLBCTL_COMMAND_H */
