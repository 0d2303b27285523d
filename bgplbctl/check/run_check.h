/*
 * `bgplbctl check` as a whole: asks bgplbd, looks at the host, judges and shows.
 */
#ifndef BGPLBCTL_CHECK_RUN_CHECK_H
#define BGPLBCTL_CHECK_RUN_CHECK_H

#include <stdbool.h>

#include "bgplbctl/client.h"
#include "bgplbctl/exit_status.h"

/*
 * from: a client whose packets are to be followed, or AFI_NONE for the usual ones.
 *
 * EXIT_FINDINGS if something was found, such as a bgplbd that is away; else EXIT_DONE,
 * or EXIT_NOT_ALL_SEEN if there is something that was not looked at.
 */
enum exit_status run_check(struct client *, const struct address *from, bool json)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_RUN_CHECK_H */
