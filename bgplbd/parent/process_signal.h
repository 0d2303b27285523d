/*
 * Sends a signal to the process of a container's run without its engine, which may be
 * about to end, or be away.  The process is held by a pidfd while it is looked at, so
 * that the signal reaches that one or none.
 *
 * Needs CAP_KILL, and the engine's PID namespace.
 */
#ifndef BGPLBD_PARENT_PROCESS_SIGNAL_H
#define BGPLBD_PARENT_PROCESS_SIGNAL_H

#include "bgplbd/messages/docker_request.h"

/* How much later than the engine says its process may have begun, by the clock. */
#define PROCESS_LATE_MS		1000

/*
 * r is a valid DOCKER_SIGNAL_PROCESS.  0, or an errno: ESRCH if there is no such
 * process; ESTALE if it is none of that run: not in the container's cgroup, or begun
 * after it; or that of the calls.
 */
int	process_signal(const struct docker_request *r)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_PROCESS_SIGNAL_H */
