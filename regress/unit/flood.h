/*
 * Floods a process of the daemon through one of its channels, for tests of its limits:
 * it takes what it takes, and the test looks at its memory then.
 */
#ifndef REGRESS_UNIT_FLOOD_H
#define REGRESS_UNIT_FLOOD_H

#include <sys/socket.h>

#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "common/channel.h"
#include "regress/unit/resident.h"

/* If it takes nothing for so long, it holds whoever floods it, or is starved. */
#define FLOOD_HELD_MS	300

/* How many of the packets, at most times, were taken; numbers them by peerid from 0. */
static inline unsigned int
flood(int fd, uint32_t type, const void *data, size_t len, unsigned int times)
{
	static uint8_t packet[sizeof(struct channel_hdr) + CHANNEL_PAYLOAD_MAX];
	struct channel_hdr hdr = {
		.type = type, .len = (uint32_t)(sizeof(hdr) + len)
	};
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	unsigned int n;

	if (len > 0)
		memcpy(&packet[sizeof(hdr)], data, len);
	for (n = 0; n < times; n++) {
		hdr.peerid = n;
		memcpy(packet, &hdr, sizeof(hdr));
		while (send(fd, packet, hdr.len, MSG_DONTWAIT |
		    MSG_NOSIGNAL) == -1)
			if (poll(&pfd, 1, FLOOD_HELD_MS) != 1 ||
			    (pfd.revents & POLLERR) != 0)
				return n;
	}
	return n;
}

#endif /* REGRESS_UNIT_FLOOD_H */
