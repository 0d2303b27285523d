#include <string.h>

#include "bgplbd/messages/parent_session.h"

#define ERRNO_MAX	4095	/* the kernel's */

static bool
is_connected_to(const struct settings *s, uint32_t neighbor)
{
	return neighbor < s->nneighbors && !s->neighbors[neighbor].dynamic &&
	    !s->neighbors[neighbor].passive;
}

bool
connect_request_is_valid(const struct settings *s, const void *data,
    size_t len)
{
	struct connect_request request;

	if (len != sizeof(request))
		return false;
	memcpy(&request, data, sizeof(request));
	return is_connected_to(s, request.neighbor);
}

bool
connect_answer_is_valid(const struct settings *s, const void *data, size_t len)
{
	struct connect_answer answer;

	if (len != sizeof(answer))
		return false;
	memcpy(&answer, data, sizeof(answer));
	return is_connected_to(s, answer.neighbor) && answer.error >= 0 &&
	    answer.error <= ERRNO_MAX && answer.step < CONNECT_STEPS;
}

const char *
connect_step_name(enum connect_step step)
{
	static const char *const names[CONNECT_STEPS] = {
		[CONNECT_LIMIT] = "too many attempts",
		[CONNECT_SOCKET] = "socket",
		[CONNECT_INTERFACE] = "interface",
		[CONNECT_MD5] = "TCP MD5",
		[CONNECT_TTL] = "TTL",
		[CONNECT_LOCAL_ADDRESS] = "local address",
		[CONNECT_CONNECT] = "connect",
	};

	return names[step];
}
