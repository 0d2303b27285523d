#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/rde_session.h"
#include "common/channel.h"
#include "common/control.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every validator, on a payload of exactly its size: none may look past its end. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_Alignas(max_align_t) static uint8_t payload[CHANNEL_PAYLOAD_MAX];
	static struct neighbor_settings neighbors[2];
	static const struct settings settings = {
		.neighbors = neighbors, .nneighbors = 2
	};
	uint32_t type;

	if (size < sizeof(type) || size - sizeof(type) > sizeof(payload))
		return 0;
	memcpy(&type, data, sizeof(type));
	size -= sizeof(type);
	memset(payload, 0xff, sizeof(payload));
	memcpy(payload, data + sizeof(type), size);
	docker_request_is_valid(payload, size);
	docker_reply_is_valid(payload, size);
	state_list_is_valid(payload, size);
	state_saved_is_valid(payload, size);
	connect_request_is_valid(&settings, payload, size);
	connect_answer_is_valid(&settings, payload, size);
	rde_session_is_valid(type, payload, size);
	frontend_rde_is_valid(type, payload, size);
	control_request_is_valid(type, payload, size);
	control_reply_is_valid(type, payload, size);
	return 0;
}
