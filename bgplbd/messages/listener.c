#include <string.h>

#include "bgplbd/messages/listener.h"

bool
listener_again_is_valid(const void *data, size_t len)
{
	struct listener_again again;

	if (len != sizeof(again))
		return false;
	memcpy(&again, data, sizeof(again));
	return again.listener < LISTENERS;
}
