#include <stddef.h>

#include "bgplbd/session/attribute.h"

#define WELL_KNOWN	ATTRIBUTE_TRANSITIVE
#define OPTIONAL	ATTRIBUTE_OPTIONAL
#define BOTH		(ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE)
#define ORIGIN_LAST	2	/* INCOMPLETE */

/* NULL if the value is well formed, else what is wrong with it. */
typedef const char *value_check(struct wire_reader,
		    const struct attribute_context *);

static value_check	check_origin;
static value_check	check_as_path;
static value_check	check_as4_path;
static value_check	check_next_hop;
static value_check	check_aggregator;
static value_check	check_as4_aggregator;

/*
 * RFC 7606 section 7; for large communities RFC 8092 section 6, for AS4_PATH and
 * AS4_AGGREGATOR RFC 6793 section 6, for ONLY_TO_CUSTOMER RFC 9234 section 5.  AS 0
 * makes each of the first four malformed (RFC 7607 section 2).
 */
static const struct attribute_rule {
	const char		*name;
	uint8_t			 flags;		/* optional and transitive */
	uint8_t			 multiple;	/* length is of these, not 0 */
	bool			 fixed;		/* length is just that */
	bool			 internal_only;	/* discarded from others */
	enum attribute_verdict	 malformed;
	value_check		*check;
} rules[] = {
	[ATTRIBUTE_ORIGIN] = { "ORIGIN",
	    WELL_KNOWN, 1, true, false, ATTRIBUTE_WITHDRAW, check_origin },
	[ATTRIBUTE_AS_PATH] = { "AS_PATH",
	    WELL_KNOWN, 0, false, false, ATTRIBUTE_WITHDRAW, check_as_path },
	[ATTRIBUTE_NEXT_HOP] = { "NEXT_HOP",
	    WELL_KNOWN, 4, true, false, ATTRIBUTE_WITHDRAW, check_next_hop },
	[ATTRIBUTE_MED] = { "MULTI_EXIT_DISC",
	    OPTIONAL, 4, true, false, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_LOCAL_PREF] = { "LOCAL_PREF",
	    WELL_KNOWN, 4, true, true, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_ATOMIC_AGGREGATE] = { "ATOMIC_AGGREGATE",
	    WELL_KNOWN, 0, true, false, ATTRIBUTE_DISCARD, NULL },
	[ATTRIBUTE_AGGREGATOR] = { "AGGREGATOR",
	    BOTH, 0, false, false, ATTRIBUTE_DISCARD, check_aggregator },
	[ATTRIBUTE_COMMUNITY] = { "COMMUNITY",
	    BOTH, 4, false, false, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_ORIGINATOR_ID] = { "ORIGINATOR_ID",
	    OPTIONAL, 4, true, true, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_CLUSTER_LIST] = { "CLUSTER_LIST",
	    OPTIONAL, 4, false, true, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_MP_REACH] = { "MP_REACH_NLRI",
	    OPTIONAL, 0, false, false, ATTRIBUTE_RESET, NULL },
	[ATTRIBUTE_MP_UNREACH] = { "MP_UNREACH_NLRI",
	    OPTIONAL, 0, false, false, ATTRIBUTE_RESET, NULL },
	[ATTRIBUTE_EXTENDED_COMMUNITY] = { "EXTENDED_COMMUNITIES",
	    BOTH, 8, false, false, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_AS4_PATH] = { "AS4_PATH",
	    BOTH, 0, false, false, ATTRIBUTE_DISCARD, check_as4_path },
	[ATTRIBUTE_AS4_AGGREGATOR] = { "AS4_AGGREGATOR",
	    BOTH, 8, true, false, ATTRIBUTE_DISCARD, check_as4_aggregator },
	[ATTRIBUTE_IPV6_COMMUNITY] = { "IPV6_EXTENDED_COMMUNITIES",
	    BOTH, 20, false, false, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_LARGE_COMMUNITY] = { "LARGE_COMMUNITY",
	    BOTH, 12, false, false, ATTRIBUTE_WITHDRAW, NULL },
	[ATTRIBUTE_ONLY_TO_CUSTOMER] = { "ONLY_TO_CUSTOMER",
	    BOTH, 4, true, false, ATTRIBUTE_WITHDRAW, NULL },
};

#define RULES	(sizeof(rules) / sizeof(rules[0]))

static const char *
check_origin(struct wire_reader value, const struct attribute_context *c)
{
	(void)c;
	return wire_read_u8(&value) > ORIGIN_LAST ? "unknown value" : NULL;
}

static const char as_0[] = "AS 0 in it";

static uint32_t
read_as(struct wire_reader *r, size_t as_size)
{
	return as_size == 4 ? wire_read_u32(r) : wire_read_u16(r);
}

/* Confederation segments (RFC 5065) do not leave a confederation. */
static const char *
check_segments(struct wire_reader value, size_t as_size)
{
	struct wire_reader segment;
	bool has_0 = false;
	uint8_t count, type;

	while (wire_left(&value) > 0) {
		type = wire_read_u8(&value);
		count = wire_read_u8(&value);
		segment = wire_read_part(&value, count * as_size);
		if (segment.failed)
			return "segment is longer than it";
		if (count == 0)
			return "empty segment";
		if (type != AS_PATH_SET && type != AS_PATH_SEQUENCE)
			return "unknown segment type";
		while (wire_left(&segment) > 0)
			if (read_as(&segment, as_size) == 0)
				has_0 = true;
	}
	return has_0 ? as_0 : NULL;
}

static const char *
check_as_path(struct wire_reader value, const struct attribute_context *c)
{
	return check_segments(value, c->as4 ? 4 : 2);
}

static const char *
check_as4_path(struct wire_reader value, const struct attribute_context *c)
{
	(void)c;
	if (wire_left(&value) == 0)	/* RFC 6793 section 6 */
		return "wrong length";
	return check_segments(value, 4);
}

/* RFC 4271 section 6.3: an address that a host can have. */
static const char *
check_next_hop(struct wire_reader value, const struct attribute_context *c)
{
	uint8_t first = wire_read_u8(&value);

	(void)c;
	return first == 0 || first >= 224 ? "not an address of a host" : NULL;
}

static const char *
check_aggregator(struct wire_reader value, const struct attribute_context *c)
{
	size_t as_size = c->as4 ? 4 : 2;

	if (wire_left(&value) != as_size + 4)
		return "wrong length";
	return read_as(&value, as_size) == 0 ? as_0 : NULL;
}

static const char *
check_as4_aggregator(struct wire_reader value,
    const struct attribute_context *c)
{
	(void)c;
	return read_as(&value, 4) == 0 ? as_0 : NULL;
}

const char *
attribute_name(uint8_t type)
{
	return type < RULES ? rules[type].name : NULL;
}

static bool
length_is_right(const struct attribute_rule *rule, size_t length)
{
	if (rule->fixed)
		return length == rule->multiple;
	return rule->multiple == 0 ||
	    (length > 0 && length % rule->multiple == 0);
}

enum attribute_verdict
attribute_check(const struct attribute *a, const struct attribute_context *c,
    const char **why)
{
	const struct attribute_rule *rule;

	*why = NULL;
	if (attribute_name(a->type) == NULL) {
		if (a->flags & ATTRIBUTE_OPTIONAL)
			return ATTRIBUTE_FINE;
		*why = "not optional and not known";
		return ATTRIBUTE_RESET;
	}
	rule = &rules[a->type];
	if (rule->internal_only && !c->internal)
		return ATTRIBUTE_FINE;
	if ((a->flags & BOTH) != rule->flags) {
		*why = "wrong flags";		/* RFC 7606 section 3 (c) */
		return ATTRIBUTE_WITHDRAW;
	}
	if (!length_is_right(rule, wire_left(&a->value)))
		*why = "wrong length";
	else if (rule->check != NULL)
		*why = rule->check(a->value, c);
	return *why == NULL ? ATTRIBUTE_FINE : rule->malformed;
}
