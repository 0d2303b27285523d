/*
 * Between rde and session engine: what is to be announced, and where IPv6
 * traffic is to go.
 *
 * The session engine keeps the announced set (the Adj-RIB-Out).  A barrier comes
 * back when all that the rde sent before it has been written to the socket of
 * each established neighbor (or the neighbor is down); the rde removes local
 * routes only then.
 */
#ifndef BGPLBD_MESSAGES_RDE_SESSION_H
#define BGPLBD_MESSAGES_RDE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/channel.h"
#include "common/prefix.h"

#define PREFIXES_PER_MESSAGE	(CHANNEL_PAYLOAD_MAX / sizeof(struct prefix))
#define ANNOUNCEMENTS_PER_MESSAGE \
	(CHANNEL_PAYLOAD_MAX / sizeof(struct announcement))

/* As many endpoints of a prefix as are told apart. */
#define ANNOUNCEMENT_ENDPOINTS_MAX	0x7fff

/*
 * A prefix, with what of its path is its own.  For one that is announced already
 * this replaces what was said before.
 */
struct announcement {
	struct prefix	prefix;
	uint16_t	endpoints;	/* eligible on this host; 0: not counted */
	uint8_t		leaving;	/* 1: to be withdrawn soon (RFC 8326) */
	uint8_t		unused;		/* 0 */
};

/* What stands in the kernel at start. */
struct kernel_state {
	uint32_t	preserved;	/* 1: bridges or routes of an earlier run */
};

struct barrier {
	uint64_t	sequence;
};

/* Which global IPv6 address does the interface have that carries local? */
struct nexthop_query {
	struct address	local;		/* of the session; peerid is the neighbor */
};

struct nexthop_answer {
	struct address	nexthop;	/* AFI_NONE: it has none */
};

/* True if the payload is right for the type, which is one of these two's. */
bool	rde_session_is_valid(uint32_t type, const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_RDE_SESSION_H */
