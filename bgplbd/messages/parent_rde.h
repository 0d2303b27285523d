/*
 * Between parent and rde: what is to be kept over restarts, which is whether the host
 * is drained, which containers drain, the list of prefixes withdrawn by hand, and, with
 * graceful-restart, which subnets of labelled networks are announced.  The
 * rde owns them; the parent reads them at start and writes them to the state file
 * whenever the rde sends them whole.
 */
#ifndef BGPLBD_MESSAGES_PARENT_RDE_H
#define BGPLBD_MESSAGES_PARENT_RDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"
#include "common/prefix.h"

#define STATE_WITHDRAWN_MAX	512
#define STATE_DRAINS_MAX	32
#define STATE_SUBNETS_MAX	128

/* A container that drains, in the run that began then. */
struct state_drain {
	struct object_id	container;
	int64_t			started_at;	/* nanoseconds since 1970 */
	int64_t			over_at;	/* ms since 1970; 0: it is over */
	int64_t			kill_at;	/* the same, of SIGKILL; 0: not set */
};

struct state_list {
	uint32_t		drained;	/* 0 or 1 */
	uint32_t		ndrains;
	struct state_drain	drains[STATE_DRAINS_MAX];
	uint32_t		count;
	struct prefix		withdrawn[STATE_WITHDRAWN_MAX];
	uint32_t		nsubnets;	/* of labelled networks, announced */
	struct prefix		subnets[STATE_SUBNETS_MAX];
};

/* peerid is that of the MSG_RDE_STATE_SAVE it answers. */
struct state_saved {
	int32_t		error;		/* 0, or errno */
};

bool	state_list_is_valid(const void *data, size_t len);
bool	state_saved_is_valid(const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_PARENT_RDE_H */
