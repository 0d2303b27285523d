/*
 * One line of Docker's event stream, as the engine's API describes it under GET
 * /events: what happened to which container or network.  Pure.
 *
 * Seen on engines 20.10 and 26.1 alike: Type, Action, Actor.ID and
 * Actor.Attributes; the health rides in the action ("health_status: healthy"),
 * a kill's signal is an attribute in digits, and a connect names the container
 * in an attribute.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_EVENT_H
#define BGPLBD_FRONTEND_DOCKER_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/driver_names.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/object_id.h"

enum docker_event_kind {
	EVENT_OTHER,		/* of no interest, or of a kind unknown here */
	EVENT_CONTAINER_START,
	EVENT_CONTAINER_DIE,
	EVENT_CONTAINER_KILL,
	EVENT_CONTAINER_PAUSE,
	EVENT_CONTAINER_UNPAUSE,
	EVENT_CONTAINER_HEALTH,
	EVENT_CONTAINER_DESTROY,
	EVENT_NETWORK_CREATE,
	EVENT_NETWORK_DESTROY,
	EVENT_NETWORK_CONNECT,
	EVENT_NETWORK_DISCONNECT
};

struct docker_event {
	enum docker_event_kind	kind;
	struct object_id	container;	/* EVENT_CONTAINER_*, CONNECT, DISCONNECT */
	struct object_id	network;	/* EVENT_NETWORK_* */
	char			driver[DRIVER_NAME_MAX]; /* EVENT_NETWORK_*, or "" */
	enum health		health;		/* EVENT_CONTAINER_HEALTH */
	int			signal;		/* EVENT_CONTAINER_KILL, 1..64 */
	int64_t			time_ns;	/* since 1970, any kind; 0: not told */
};

/*
 * 0, also for EVENT_OTHER; or -1 with errno EINVAL (no JSON object, or a field
 * that the kind needs is missing or wrong).
 */
int	docker_event_parse(const char *line, size_t len, struct docker_event *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_DOCKER_EVENT_H */
