/*
 * Between rde and session engine: what is to be announced, and which addresses of
 * the host its next hops can be.
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

/*
 * A session from this local address is up; peerid is the number of the neighbor.  The
 * rde answers, and again whenever the answer changes, until it is asked about another
 * session of the neighbor, or about AFI_NONE: the session is down.
 */
struct nexthop_query {
	struct address	local;
	uint32_t	scope;	/* index of its interface, if it is link-local; or 0 */
};

/* Of an address of this host, the better the higher (RFC 4862 section 2). */
enum host_address_state {
	HOST_ADDRESS_NONE,		/* the host does not have it */
	HOST_ADDRESS_DUPLICATE,		/* another host has it too */
	HOST_ADDRESS_DEPRECATED,
	HOST_ADDRESS_TENTATIVE,		/* not to be used yet */
	HOST_ADDRESS_USABLE
};
#define HOST_ADDRESS_LAST	HOST_ADDRESS_USABLE

/* Each state is an enum host_address_state; the address is set if it is usable. */
struct nexthop_answer {
	struct address	local;		/* as asked */
	uint8_t		local_state;
	uint8_t		router_id_state;
	/* Global addresses of the interface that carries local. */
	struct address	interface4;
	uint8_t		interface4_state;
	struct address	interface6;
	uint8_t		interface6_state;
	/* Of the interface that carries the router id. */
	struct address	router6;
	uint8_t		router6_state;
};

/* True if the payload is right for the type, which is one of these two's. */
bool	rde_session_is_valid(uint32_t type, const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_RDE_SESSION_H */
