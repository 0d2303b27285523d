/*
 * Which containers Docker failed to start, by what it lists and shows of those that
 * do not run.  Pure, as docker_parse.h.
 *
 * Docker notes in State.Error why the last start failed, and clears that with the next
 * one that succeeds.  Its list does not tell it, but leaves few to be inspected.
 */
#ifndef BGPLBD_FRONTEND_START_FAILURE_H
#define BGPLBD_FRONTEND_START_FAILURE_H

#include <stdbool.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/messages/object_id.h"
#include "common/control.h"

/* On each container that a swarm made. */
#define SWARM_TASK_LABEL	"com.docker.swarm.task.id"

/*
 * Says whether a network is one of ours: by its id, or, if that is NULL as before a
 * container's first start, by what the container's user called it.
 */
typedef bool start_failure_is_ours(const struct object_id *, const char *name,
    void *arg);

/*
 * True if a container of the list of those that do not run must be inspected: it is in
 * a network of ours, did not end with exit code 0, which Docker replaces when a start
 * fails, and is not of a swarm's task, for which the swarm starts another.
 */
bool	start_failure_is_possible(struct json_value listed,
	    start_failure_is_ours *, void *arg, struct object_id *out);

enum start_failure_outcome {
	START_FAILURE_NONE,		/* it runs, or its last start succeeded */
	START_FAILURE_FOUND,
	START_FAILURE_UNREADABLE
};

/* An inspected container; the row is set if it is FOUND, and then valid. */
enum start_failure_outcome start_failure_parse(struct json_value,
	    struct control_start_failure *out);

#endif /* BGPLBD_FRONTEND_START_FAILURE_H */
