/*
 * Whether a process belongs to a run of a container, by what the kernel says of it in
 * /proc.  Pure: from text to yes or no.
 *
 * A container's engine puts its processes into a cgroup that its id names, in cgroup
 * version 1 and 2, by either driver:
 *
 *	0::/docker/ID			cgroupfs; any parent
 *	0::/system.slice/docker-ID.scope	systemd
 *	9:name=systemd:/docker/ID	version 1
 *
 * and below it the container may make its own.
 */
#ifndef BGPLBD_PARENT_PROCESS_RUN_H
#define BGPLBD_PARENT_PROCESS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"

/*
 * Of /proc/PID/cgroup as a whole: whether a line that names a hierarchy of processes
 * (version 2, or name=systemd, or pids) has the id as a part of its path.  Other lines
 * do not count, for a container may be left without their controllers.
 */
bool	process_run_has_cgroup(const char *text, size_t len,
	    const struct object_id *);

/*
 * Of /proc/PID/stat: when the process began, in clock ticks since the boot.  0, or -1
 * if that is not there.
 */
int	process_run_began(const char *text, size_t len, uint64_t *ticks)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_PROCESS_RUN_H */
