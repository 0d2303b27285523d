/*
 * What bgplbctl and bgplbd say to each other on the control socket: message
 * types and payloads for common/channel.h.
 *
 * The frontend takes the requests, checks their size with control_request_is_valid()
 * and passes them on, as they are, to the process that knows: the session engine
 * for neighbors and for what they are told, the rde for prefixes.  Replies come back the same way: any number
 * of rows and one CONTROL_RESULT, which ends the exchange.  CONTROL_SHOW_DOCKER the
 * frontend answers itself: the result's text says what keeps it from Docker, or "";
 * CONTROL_SHOW_START_FAILURES too: there the text says what was not looked at, or "".
 */
#ifndef BGPLB_CONTROL_H
#define BGPLB_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/prefix.h"

#define CONTROL_TEXT_MAX	256
#define CONTROL_NAME_MAX	64
#define CONTROL_REASON_MAX	255	/* bytes, RFC 9003 section 2 */
#define CONTROL_CLIENTS_MAX	32	/* at one time; more are refused */
/*
 * Memory of rows that may wait for a client that does not read, in bytes.  A turn of a
 * long list (bgplbd/messages/control_rows.h) takes a third of it.
 */
#define CONTROL_BACKLOG_MAX	(512 * 1024)

/* Types below this are the control socket's, those above are between processes. */
#define CONTROL_TYPE_END	100

enum control_type {
	/* Requests. */
	CONTROL_SHOW_NEIGHBORS = 1,	/* no payload; to session */
	CONTROL_SHOW_PREFIXES,		/* no payload; to rde */
	CONTROL_WITHDRAW,		/* struct prefix; to rde */
	CONTROL_ANNOUNCE,		/* struct prefix; to rde */
	CONTROL_NEIGHBOR_DOWN,		/* struct control_neighbor_order; to session */
	CONTROL_NEIGHBOR_UP,		/* the same */
	CONTROL_NEIGHBOR_CLEAR,		/* the same */
	CONTROL_NEIGHBOR_REFRESH,	/* the same */
	CONTROL_DRAIN,			/* the host; no payload; to rde */
	CONTROL_UNDRAIN,		/* the same */
	CONTROL_SHOW_DOCKER,		/* no payload; to the frontend itself */
	CONTROL_SHOW_TOLD,		/* no payload; to session */
	CONTROL_SHOW_ADVERTISEMENTS,	/* struct prefix; to session */
	CONTROL_SHOW_START_FAILURES,	/* no payload; to the frontend itself */

	/* Replies. */
	CONTROL_NEIGHBOR = 50,		/* struct control_neighbor */
	CONTROL_PREFIX,			/* struct control_prefix */
	CONTROL_RESULT,			/* struct control_result */
	CONTROL_TOLD,			/* struct control_told */
	CONTROL_ADVERTISEMENT,		/* struct control_advertisement */
	CONTROL_START_FAILURE		/* struct control_start_failure */
};

enum control_outcome {
	CONTROL_OK,
	CONTROL_NO_SUCH_PREFIX,
	CONTROL_NO_CHANGE,		/* it is so already */
	CONTROL_REFUSED,		/* malformed, or a limit; text says which */
	CONTROL_FAILED,			/* could not be done; text says why */
	CONTROL_NO_SUCH_NEIGHBOR
};
#define CONTROL_OUTCOME_LAST	CONTROL_NO_SUCH_NEIGHBOR

#define CONTROL_INTERFACE_MAX	16	/* IFNAMSIZ */

/*
 * The reason goes to the neighbor, with DOWN and CLEAR; "" for none.  interface: of a
 * link-local address; "" if it stands for the only neighbor with that address.
 */
struct control_neighbor_order {
	struct address	addr;
	char		interface[CONTROL_INTERFACE_MAX];
	char		reason[CONTROL_REASON_MAX + 1];
};

struct control_result {
	uint32_t	outcome;		/* enum control_outcome */
	char		text[CONTROL_TEXT_MAX];	/* a sentence, or "" */
};

/* States of RFC 4271 section 8.2.2. */
enum bgp_state {
	BGP_IDLE = 1,
	BGP_CONNECT,
	BGP_ACTIVE,
	BGP_OPENSENT,
	BGP_OPENCONFIRM,
	BGP_ESTABLISHED
};
#define BGP_STATE_LAST	BGP_ESTABLISHED

/* "Idle" to "Established"; "unknown" for anything else. */
const char *bgp_state_name(uint32_t state);

enum neighbor_families {
	NEIGHBOR_IPV4 = 1,
	NEIGHBOR_IPV6 = 2
};

/* Words, what we know of the cause, and a shutdown communication (RFC 9003). */
#define CONTROL_NOTIFICATION_MAX	400

/* The last NOTIFICATION of one direction. */
struct control_notification {
	uint64_t	seconds;		/* ago */
	uint32_t	present;		/* 0: none so far */
	uint32_t	code;			/* as on the wire */
	uint32_t	subcode;
	char		text[CONTROL_NOTIFICATION_MAX];
};

struct control_neighbor {
	struct address	addr;
	char		interface[CONTROL_INTERFACE_MAX]; /* of a link-local one */
	struct address	local_address;		/* of the session, AFI_NONE if down */
	uint32_t	remote_as;		/* 0: external, not known yet */
	uint32_t	state;			/* enum bgp_state */
	uint32_t	families;		/* negotiated, enum neighbor_families */
	uint32_t	router_id;		/* host order, 0 if down */
	uint32_t	hold_time;		/* negotiated, seconds */
	uint64_t	changed_seconds;	/* since the last change of Established or not */
	uint64_t	sent_prefixes;		/* in Adj-RIB-Out and sent */
	uint64_t	received_prefixes;	/* counted since Established, then dropped */
	uint64_t	messages_sent;
	uint64_t	messages_received;
	uint64_t	updates_sent;
	uint64_t	updates_received;
	uint64_t	times_established;
	uint32_t	port;
	uint32_t	passive;		/* 0 or 1 */
	uint32_t	dynamic;		/* 1: it came by a prefix of neighbors */
	uint32_t	down;			/* 1: by the operator's order */
	uint32_t	gone;			/* 1: it came by a prefix, and left */
	uint32_t	password;		/* 1: TCP MD5 is set for it */
	uint64_t	last_error_seconds;	/* ago */
	struct control_notification received;
	struct control_notification sent;
	char		description[CONTROL_NAME_MAX];
	char		last_error[CONTROL_TEXT_MAX];	/* "" if none */
};

enum prefix_kind {
	PREFIX_LB = 1,			/* address of a bgplb network */
	PREFIX_SUBNET			/* subnet of a labelled network */
};

enum prefix_state {
	PREFIX_ANNOUNCED = 1,
	PREFIX_NO_ENDPOINT,		/* no container is attached */
	PREFIX_UNHEALTHY,		/* containers, but none is eligible */
	PREFIX_DRAINING,		/* those left are draining */
	PREFIX_WITHDRAWN,		/* by the operator */
	PREFIX_PENDING,			/* to be announced, but not yet: its route
					 * cannot be set, or Docker was not heard */
	PREFIX_DRAINED,			/* fit, but the whole host is drained */
	PREFIX_RISING,			/* fit, but not for long enough, or it is
					 * announced too often */
	PREFIX_CONFLICT,		/* the host itself has it, or a neighbor */
	PREFIX_REFUSED			/* it is not to be announced: enum prefix_refusal */
};
#define PREFIX_STATE_LAST	PREFIX_REFUSED

/* "announced", "no endpoint", ...; "unknown" for anything else. */
const char *prefix_state_name(uint32_t state);

/* The rule by which bgplbd does not announce a prefix, see bgplbd/announce_policy.h. */
enum prefix_refusal {
	REFUSAL_NONE,
	REFUSAL_NOT_ALLOWED,		/* no "allow prefix" covers it */
	REFUSAL_DEFAULT_ROUTE,
	REFUSAL_TOO_SHORT,		/* than /8, or /32 of IPv6 */
	REFUSAL_UNSPECIFIED,		/* 0.0.0.0/8, ::/128 */
	REFUSAL_LOOPBACK,
	REFUSAL_LINK_LOCAL,
	REFUSAL_MULTICAST,
	REFUSAL_RESERVED,		/* 240.0.0.0/4 */
	REFUSAL_MAPPED			/* IPv4-mapped, ::ffff:0:0/96 */
};
#define REFUSAL_LAST	REFUSAL_MAPPED

/* A clause about the prefix, as "it holds loopback addresses"; "" for REFUSAL_NONE. */
const char *prefix_refusal_text(uint32_t refusal);

struct control_prefix {
	struct prefix	prefix;
	uint8_t		kind;			/* enum prefix_kind */
	uint8_t		state;			/* enum prefix_state */
	uint8_t		refusal;		/* enum prefix_refusal */
	uint8_t		unused[3];
	uint32_t	endpoints;		/* local endpoints of it */
	uint32_t	eligible;		/* those that may take traffic */
	uint32_t	serving;		/* those that the route leads to */
	uint32_t	routed;			/* 1: a local route stands in the kernel */
	char		network_id[65];
	char		network_name[CONTROL_NAME_MAX];
	char		interface[16];		/* bridge, "" for a labelled subnet */
};

/* A sentence for that case. */
#define CONTROL_SEVERAL_NEIGHBORS \
	"several neighbors have this address: add the interface, as in fe80::1%eth0"

#define CONTROL_NEIGHBOR_STRLEN	(ADDRESS_STRLEN + CONTROL_INTERFACE_MAX)
/*
 * "192.0.2.1", "fe80::9%eth0", or "fe80::9" with interface "".  The former returns buf,
 * which holds CONTROL_NEIGHBOR_STRLEN bytes; the latter 0, or -1 with errno EINVAL: an
 * interface is there for link-local addresses alone.
 */
const char *control_neighbor_format(const struct address *,
	    const char *interface, char *buf);
int	control_neighbor_parse(const char *text, struct address *,
	    char interface[CONTROL_INTERFACE_MAX])
	    __attribute__((warn_unused_result));

/* What a neighbor has of a prefix that is to be announced. */
enum advertisement_state {
	ADVERTISEMENT_ANNOUNCED = 1,
	ADVERTISEMENT_PENDING,		/* the neighbor does not read as fast */
	ADVERTISEMENT_HELD,		/* there is no next hop for it */
	ADVERTISEMENT_NOT_NEGOTIATED,	/* it did not take the family */
	ADVERTISEMENT_NO_SESSION
};
#define ADVERTISEMENT_STATE_LAST	ADVERTISEMENT_NO_SESSION

/* "announced", "held back", ...; "unknown" for anything else. */
const char *advertisement_state_name(uint32_t state);

/* A prefix that is to be announced, and how many neighbors have it, by state. */
struct control_told {
	struct prefix	prefix;
	uint32_t	neighbors[ADVERTISEMENT_STATE_LAST + 1]; /* [0] unused */
};

#define CONTROL_COMMUNITIES_MAX	17	/* of the settings, and GRACEFUL_SHUTDOWN */
#define CONTROL_LARGE_MAX	16

/*
 * A prefix and a neighbor; from path_length on the attributes of its UPDATEs, unless
 * it was not told.
 */
struct control_advertisement {
	struct prefix	prefix;
	struct address	neighbor;
	char		interface[CONTROL_INTERFACE_MAX]; /* of a link-local one */
	uint32_t	state;			/* enum advertisement_state */
	char		reason[CONTROL_TEXT_MAX]; /* with ADVERTISEMENT_HELD */
	uint32_t	path_length;		/* how often as is in AS_PATH */
	uint32_t	as;
	struct address	nexthop;
	struct address	link_local;		/* beside it, or AFI_NONE */
	uint32_t	has_med;		/* 0 or 1 */
	uint32_t	med;
	uint32_t	has_local_pref;
	uint32_t	local_pref;
	uint32_t	only_to_customer;	/* RFC 9234; 0: none */
	uint32_t	ncommunities;
	uint32_t	communities[CONTROL_COMMUNITIES_MAX];
	uint32_t	nlarge;
	uint32_t	large[CONTROL_LARGE_MAX][3];
	uint64_t	link_bandwidth;		/* bit/s; 0: none */
};

/* Rows of one answer. */
#define CONTROL_START_FAILURES_MAX	64

/* A container of a bgplb network that is down, since Docker could not start it. */
struct control_start_failure {
	char	container_id[65];
	char	name[CONTROL_NAME_MAX];		/* "" if it does not fit */
	char	error[CONTROL_TEXT_MAX];	/* Docker's, not "" */
};

/* Docker's own rule, so that it may be part of a command: [a-zA-Z0-9][a-zA-Z0-9_.-]* */
bool	control_container_name_is_valid(const char *);

/* True if a request of the type is the session engine's to answer, not the rde's. */
bool	control_request_is_for_session(uint32_t type);
/* True if the payload is what the type wants, and the type is a request. */
bool	control_request_is_valid(uint32_t type, const void *data, size_t len);
/* The same for replies; strings are NUL-terminated, enums known. */
bool	control_reply_is_valid(uint32_t type, const void *data, size_t len);

#endif /* BGPLB_CONTROL_H */
