/*
 * `bgplbctl check` as a whole: asks bgplbd, looks at the host, judges and shows.
 */
#ifndef BGPLBCTL_CHECK_RUN_CHECK_H
#define BGPLBCTL_CHECK_RUN_CHECK_H

#include <stdbool.h>

#include "bgplbctl/client.h"
#include "bgplbctl/exit_status.h"

/* EXIT_DONE if nothing was found, else EXIT_FINDINGS; a bgplbd that is away is one. */
enum exit_status run_check(struct client *, bool json)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_RUN_CHECK_H */
