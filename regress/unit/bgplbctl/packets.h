/*
 * Packets as bgplbd sends them on the control socket, for the tests of
 * bgplbctl, well-formed or not as the caller likes.
 */
#ifndef REGRESS_UNIT_BGPLBCTL_PACKETS_H
#define REGRESS_UNIT_BGPLBCTL_PACKETS_H

#include <string.h>

#include "common/channel.h"
#include "common/control.h"

#define PACKET_MAX	(sizeof(struct channel_hdr) + CHANNEL_PAYLOAD_MAX)

/* Returns the packet's length. */
static inline size_t
packet_make(unsigned char *packet, uint32_t type, const void *data, size_t len)
{
	struct channel_hdr hdr = {
		.type = type,
		.len = (uint32_t)(sizeof(hdr) + len),
		.peerid = 1,
		.pid = 1
	};

	memcpy(packet, &hdr, sizeof(hdr));
	if (len > 0)
		memcpy(packet + sizeof(hdr), data, len);
	return sizeof(hdr) + len;
}

static inline size_t
packet_make_result(unsigned char *packet, uint32_t outcome, const char *text)
{
	struct control_result result;

	memset(&result, 0, sizeof(result));
	result.outcome = outcome;
	strlcpy(result.text, text, sizeof(result.text));
	return packet_make(packet, CONTROL_RESULT, &result, sizeof(result));
}

#endif /* REGRESS_UNIT_BGPLBCTL_PACKETS_H */
