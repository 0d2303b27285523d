#include <signal.h>
#include <string.h>

#include "bgplbd/messages/docker_request.h"

static bool
id_is_unset(const struct object_id *id)
{
	static const struct object_id unset;

	return object_id_equal(id, &unset);
}

static bool
ends_containers(int32_t number)
{
	return number == SIGTERM || number == SIGKILL;
}

bool
docker_request_is_valid(const void *data, size_t len)
{
	struct docker_request r;

	if (len != sizeof(r))
		return false;
	memcpy(&r, data, sizeof(r));
	if (r.kind != DOCKER_SIGNAL_PROCESS && (r.pid != 0 || r.started_at != 0))
		return false;
	switch (r.kind) {
	case DOCKER_EVENTS:
		return r.since >= 0 && r.signal == 0 && id_is_unset(&r.id);
	case DOCKER_LIST_NETWORKS:
	case DOCKER_LIST_CONTAINERS:
	case DOCKER_LIST_STOPPED:
		return r.since == 0 && r.signal == 0 && id_is_unset(&r.id);
	case DOCKER_INSPECT_NETWORK:
		return r.since == 0 && r.signal == 0 &&
		    network_id_is_valid(&r.id);
	case DOCKER_INSPECT_CONTAINER:
	case DOCKER_INSPECT_STOPPED:
	case DOCKER_INSPECT_CONNECTED:
		return r.since == 0 && r.signal == 0 &&
		    object_id_is_valid(&r.id);
	case DOCKER_STOP_CONTAINER:
		return r.since == 0 && ends_containers(r.signal) &&
		    object_id_is_valid(&r.id);
	case DOCKER_SIGNAL_PROCESS:
		return r.since == 0 && ends_containers(r.signal) &&
		    object_id_is_valid(&r.id) && r.pid > 1 &&
		    r.started_at > 0;
	default:
		return false;
	}
}

bool
docker_reply_is_valid(const void *data, size_t len)
{
	struct docker_reply r;

	if (len != sizeof(r))
		return false;
	memcpy(&r, data, sizeof(r));
	return r.error >= 0;
}
