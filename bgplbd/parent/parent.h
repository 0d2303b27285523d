/*
 * The parent process: opens the sockets, starts the other three, asks Docker on
 * the frontend's behalf, keeps the state file for the rde, and ends the others
 * in order when it is told to or when one of them dies.
 */
#ifndef BGPLBD_PARENT_PARENT_H
#define BGPLBD_PARENT_PARENT_H

#include "bgplbd/parent/spawn.h"
#include "bgplbd/settings.h"

/*
 * Runs the daemon until its end.  programs: the children's, CHILDREN of them; turn_ms
 * is LIVENESS_TURN_MS (liveness.h), or less in tests.
 * Returns the exit status: 0 after SIGTERM or SIGINT, 1 if it could not start or
 * a child failed; the reason is logged.
 */
int	parent_run(struct settings *, const struct child_program *programs,
	    int verbose, unsigned int turn_ms) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_PARENT_H */
