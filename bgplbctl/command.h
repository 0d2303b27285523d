/*
 * The command line after the options, understood.  Pure: no I/O, nothing
 * allocated, so each mistake's sentence can be tested.
 */
#ifndef BGPLBCTL_COMMAND_H
#define BGPLBCTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "common/control.h"
#include "common/prefix.h"

#define COMMAND_ERROR_MAX	256

enum command_kind {
	COMMAND_SHOW_NEIGHBORS = 1,
	COMMAND_SHOW_NEIGHBOR,		/* neighbor */
	COMMAND_SHOW_PREFIXES,
	COMMAND_SHOW_PREFIX,		/* prefix */
	COMMAND_WITHDRAW,		/* prefix */
	COMMAND_ANNOUNCE,		/* prefix */
	COMMAND_DRAIN,
	COMMAND_UNDRAIN,
	COMMAND_CHECK,			/* the host and bgplbd; client */
	COMMAND_NEIGHBOR_DOWN,		/* neighbor, reason */
	COMMAND_NEIGHBOR_UP,		/* neighbor */
	COMMAND_NEIGHBOR_CLEAR,		/* neighbor, reason */
	COMMAND_NEIGHBOR_REFRESH,	/* neighbor */
	/* Parts of the above; not on the command line. */
	COMMAND_SHOW_DOCKER,
	COMMAND_SHOW_START_FAILURES,
	COMMAND_SHOW_TOLD,
	COMMAND_SHOW_ADVERTISEMENTS	/* prefix */
};

struct command {
	enum command_kind	kind;
	struct address		neighbor;
	char			interface[CONTROL_INTERFACE_MAX]; /* or "" */
	struct address		client;		/* AFI_NONE: no certain one */
	struct prefix		prefix;
	char			reason[CONTROL_REASON_MAX + 1];
};

/* True if it changes something at the neighbor, or at the host; else, at the prefix. */
bool	command_is_for_neighbor(enum command_kind);
bool	command_is_for_host(enum command_kind);
/* "withdraw", "neighbor down"; for those that change something. */
const char *command_name(enum command_kind);

/*
 * argv holds argc words without the program's name and options.  0, or -1 with
 * a sentence in error (of size bytes) that says what was expected.  show and what
 * follows it may be shortened; the others may not, since a slip of the finger must
 * not move traffic.
 */
int	command_parse(int argc, char *const argv[], struct command *out,
	    char *error, size_t size) __attribute__((warn_unused_result));

#endif /* BGPLBCTL_COMMAND_H */
