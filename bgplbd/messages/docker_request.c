#include <string.h>

#include "bgplbd/messages/docker_request.h"

#define SIGNAL_LAST	64

static bool
id_is_unset(const struct object_id *id)
{
	static const struct object_id unset;

	return object_id_equal(id, &unset);
}

bool
docker_request_is_valid(const void *data, size_t len)
{
	struct docker_request r;

	if (len != sizeof(r))
		return false;
	memcpy(&r, data, sizeof(r));
	switch (r.kind) {
	case DOCKER_EVENTS:
		return r.since >= 0 && r.signal == 0 && id_is_unset(&r.id);
	case DOCKER_LIST_NETWORKS:
	case DOCKER_LIST_CONTAINERS:
		return r.since == 0 && r.signal == 0 && id_is_unset(&r.id);
	case DOCKER_INSPECT_NETWORK:
		return r.since == 0 && r.signal == 0 &&
		    network_id_is_valid(&r.id);
	case DOCKER_INSPECT_CONTAINER:
		return r.since == 0 && r.signal == 0 &&
		    object_id_is_valid(&r.id);
	case DOCKER_STOP_CONTAINER:
		return r.since == 0 && r.signal >= 1 &&
		    r.signal <= SIGNAL_LAST && object_id_is_valid(&r.id);
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
