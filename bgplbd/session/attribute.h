/*
 * The path attributes of BGP: one table of what each must look like and what is
 * to be done with an UPDATE in which it does not (RFC 7606 section 7).
 *
 * Nothing here does I/O or allocates.
 */
#ifndef BGPLBD_SESSION_ATTRIBUTE_H
#define BGPLBD_SESSION_ATTRIBUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/session/wire.h"

enum attribute_flag {
	ATTRIBUTE_EXTENDED = 0x10,	/* two bytes of length */
	ATTRIBUTE_PARTIAL = 0x20,
	ATTRIBUTE_TRANSITIVE = 0x40,
	ATTRIBUTE_OPTIONAL = 0x80
};

enum attribute_type {
	ATTRIBUTE_ORIGIN = 1,
	ATTRIBUTE_AS_PATH = 2,
	ATTRIBUTE_NEXT_HOP = 3,
	ATTRIBUTE_MED = 4,
	ATTRIBUTE_LOCAL_PREF = 5,
	ATTRIBUTE_ATOMIC_AGGREGATE = 6,
	ATTRIBUTE_AGGREGATOR = 7,
	ATTRIBUTE_COMMUNITY = 8,
	ATTRIBUTE_ORIGINATOR_ID = 9,
	ATTRIBUTE_CLUSTER_LIST = 10,
	ATTRIBUTE_MP_REACH = 14,
	ATTRIBUTE_MP_UNREACH = 15,
	ATTRIBUTE_EXTENDED_COMMUNITY = 16,
	ATTRIBUTE_AS4_PATH = 17,
	ATTRIBUTE_AS4_AGGREGATOR = 18,
	ATTRIBUTE_IPV6_COMMUNITY = 25,
	ATTRIBUTE_LARGE_COMMUNITY = 32,
	ATTRIBUTE_ONLY_TO_CUSTOMER = 35
};

enum as_path_segment {
	AS_PATH_SET = 1,
	AS_PATH_SEQUENCE = 2
};

/* In growing order of severity (RFC 7606 section 2). */
enum attribute_verdict {
	ATTRIBUTE_FINE,
	ATTRIBUTE_DISCARD,	/* as if it were not there */
	ATTRIBUTE_WITHDRAW,	/* as if the UPDATE withdrew its prefixes */
	ATTRIBUTE_RESET		/* end of the session, with a NOTIFICATION */
};

/* What the check of an attribute depends on. */
struct attribute_context {
	bool		as4;		/* AS numbers are of 4 octets */
	bool		internal;	/* the neighbor is in our AS */
	uint32_t	families;	/* negotiated, enum neighbor_families */
};

struct attribute {
	uint8_t			flags;
	uint8_t			type;
	struct wire_reader	value;
};

/* "ORIGIN"; NULL if it is not known. */
const char *attribute_name(uint8_t type);

/*
 * Judges flags, length and value.  Of MP_REACH and MP_UNREACH only the flags: the
 * rest is update_check.h's.  On a verdict other than ATTRIBUTE_FINE *why is set to
 * a static string such as "wrong length".
 */
enum attribute_verdict attribute_check(const struct attribute *,
	    const struct attribute_context *, const char **why)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_ATTRIBUTE_H */
