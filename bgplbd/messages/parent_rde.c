#include <string.h>

#include "bgplbd/messages/parent_rde.h"
#include "common/channel.h"

_Static_assert(sizeof(struct state_list) <= CHANNEL_PAYLOAD_MAX,
    "the state is one message");

bool
state_list_is_valid(const void *data, size_t len)
{
	const struct state_list *list = data;
	uint32_t i;

	if (len != sizeof(*list) || list->drained > 1 ||
	    list->ndrains > STATE_DRAINS_MAX ||
	    list->count > STATE_WITHDRAWN_MAX ||
	    list->nsubnets > STATE_SUBNETS_MAX)
		return false;
	for (i = 0; i < list->ndrains; i++)
		if (!object_id_is_valid(&list->drains[i].container) ||
		    list->drains[i].started_at <= 0 ||
		    list->drains[i].over_at < 0 ||
		    list->drains[i].kill_at < 0)
			return false;
	for (i = 0; i < list->count; i++)
		if (!prefix_is_valid(&list->withdrawn[i]))
			return false;
	for (i = 0; i < list->nsubnets; i++)
		if (!prefix_is_valid(&list->subnets[i]))
			return false;
	return true;
}

bool
state_saved_is_valid(const void *data, size_t len)
{
	struct state_saved saved;

	if (len != sizeof(saved))
		return false;
	memcpy(&saved, data, sizeof(saved));
	return saved.error >= 0;
}
