/*
 * bgplbctl show prefixes: asks the rde which prefixes there are and how they are, and
 * the session engine which neighbors have them.
 */
#ifndef BGPLBCTL_RUN_PREFIXES_H
#define BGPLBCTL_RUN_PREFIXES_H

#include <stdbool.h>

#include "bgplbctl/client.h"
#include "bgplbctl/command.h"
#include "bgplbctl/exit_status.h"

/*
 * Of COMMAND_SHOW_PREFIXES or COMMAND_SHOW_PREFIX.  Prints to stdout; what keeps it from
 * that goes to error, of CONTROL_TEXT_MAX bytes.
 */
enum exit_status run_prefixes(struct client *, const struct command *,
	    bool json, char *error);

#endif /* BGPLBCTL_RUN_PREFIXES_H */
