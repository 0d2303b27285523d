/*
 * OPEN (RFC 4271 section 4.2) with its capabilities (RFC 5492): multiprotocol for
 * IPv4 and IPv6 unicast (RFC 4760), 4-octet AS numbers (RFC 6793), route refresh
 * (RFC 2918, RFC 7313), graceful restart (RFC 4724), extended messages (RFC 8654),
 * IPv6 next hops of IPv4 prefixes (RFC 8950) and roles (RFC 9234).  Optional parameters of extended length (RFC 9072) are understood.
 *
 * Nothing here does I/O or allocates.
 */
#ifndef BGPLBD_SESSION_OPEN_H
#define BGPLBD_SESSION_OPEN_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/session/notification.h"
#include "bgplbd/session/wire.h"
#include "bgplbd/settings.h"

#define BGP_VERSION	4
#define BGP_AS_TRANS	23456		/* RFC 6793 */
#define BGP_AS_LAST	4294967295U	/* reserved, RFC 7300 */

/* RFC 4724 section 3, RFC 8538 section 2. */
struct open_graceful {
	bool		present;
	bool		restarting;	/* R */
	bool		notifications;	/* N */
	uint16_t	restart_time;	/* seconds */
	uint32_t	families;	/* enum neighbor_families */
	uint32_t	forwarding;	/* of these: F, it went on meanwhile */
};

struct open_message {
	uint32_t	as;		/* the 4-octet one where there is one */
	uint32_t	router_id;	/* host order */
	uint16_t	hold_time;	/* seconds */
	bool		as4;
	bool		route_refresh;
	bool		multiprotocol;	/* has that capability, for any family */
	uint32_t	families;	/* enum neighbor_families, by capability */
	struct open_graceful graceful;
	bool		extended_messages;	/* RFC 8654 */
	bool		enhanced_refresh;	/* RFC 7313 */
	bool		ipv6_nexthop;		/* of IPv4 prefixes, RFC 8950 */
	enum bgp_role	role;			/* ROLE_NONE: not told */
	bool		ambiguous_role;		/* told in several ways */
};

/* What two OPENs make of a session. */
struct open_terms {
	uint32_t	families;	/* enum neighbor_families */
	uint16_t	hold_time;	/* seconds, 0: no timers */
	bool		as4;		/* AS numbers are of 4 octets in UPDATEs */
	bool		graceful;	/* routes outlive the connection (RFC 4724) */
	bool		extended_messages;	/* up to 65535 bytes */
	bool		enhanced_refresh;	/* with its begin and end */
	bool		ipv6_nexthop;	/* IPv4 prefixes may have one (RFC 8950) */
	bool		hard_reset;	/* and a NOTIFICATION, but for this (RFC 8538) */
};

/* The whole message. */
void	open_write(const struct open_message *, struct wire_writer *);

/*
 * 0, or -1 and the NOTIFICATION that is due (RFC 4271 section 6.2).  AS 0 is refused
 * in either place (RFC 7607).
 */
int	open_read(struct wire_reader body, struct open_message *out,
	    struct notification *error) __attribute__((warn_unused_result));

/*
 * Whether a neighbor with these settings may speak so: AS number (RFC 4271 section
 * 6.2; none that stands for no AS, RFC 6793 and RFC 7300), hold time, and identifier
 * (RFC 6286).  A capability that is missing or unknown never refuses a session.  0, or
 * -1 and the NOTIFICATION that is due.
 */
int	open_check(const struct open_message *ours,
	    const struct neighbor_settings *,
	    const struct open_message *theirs, struct notification *error)
	    __attribute__((warn_unused_result));

/*
 * Adds to a NOTIFICATION that the neighbor sent what of our settings it is about: both
 * AS numbers, roles.  theirs: its OPEN, or NULL if it has not come.
 */
void	open_explain(const struct open_message *ours,
	    const struct neighbor_settings *,
	    const struct open_message *theirs, struct notification *received);

/* A neighbor without multiprotocol capability speaks IPv4 (RFC 4760 section 8). */
struct open_terms open_negotiate(const struct open_message *ours,
	    const struct open_message *theirs);

/*
 * Which of two connections to one neighbor stays (RFC 4271 section 6.8, RFC 6286
 * section 2.3): true for the one that the neighbor opened.
 */
bool	open_keeps_incoming(const struct open_message *ours,
	    const struct open_message *theirs);

#endif /* BGPLBD_SESSION_OPEN_H */
