#include <stdint.h>
#include <stdio.h>

#include "bgplbd/announce_policy.h"

#define SHORTEST_IPV4	8
#define SHORTEST_IPV6	32

struct range {
	struct prefix		prefix;
	enum prefix_refusal	refusal;
};

#define RANGE4(b0, b1, length, why) \
	{ .prefix = { .addr = { AFI_IPV4, { b0, b1 } }, .len = (length) }, \
	    .refusal = (why) }
#define RANGE6(length, why, ...) \
	{ .prefix = { .addr = { AFI_IPV6, { __VA_ARGS__ } }, \
	    .len = (length) }, .refusal = (why) }

/* RFC 6890 and RFC 4291 section 2.4; they do not overlap. */
static const struct range ranges[] = {
	RANGE4(0, 0, 8, REFUSAL_UNSPECIFIED),
	RANGE4(127, 0, 8, REFUSAL_LOOPBACK),
	RANGE4(169, 254, 16, REFUSAL_LINK_LOCAL),
	RANGE4(224, 0, 4, REFUSAL_MULTICAST),
	RANGE4(240, 0, 4, REFUSAL_RESERVED),
	RANGE6(128, REFUSAL_UNSPECIFIED, 0),
	RANGE6(128, REFUSAL_LOOPBACK, [15] = 1),
	RANGE6(96, REFUSAL_MAPPED, [10] = 0xff, [11] = 0xff),
	RANGE6(10, REFUSAL_LINK_LOCAL, [0] = 0xfe, [1] = 0x80),
	RANGE6(8, REFUSAL_MULTICAST, [0] = 0xff),
};

static uint8_t
host_length(const struct prefix *p)
{
	return p->addr.afi == AFI_IPV4 ? 32 : 128;
}

/* outer has all of inner in it. */
static bool
holds(const struct prefix *outer, const struct prefix *inner)
{
	return outer->len <= inner->len &&
	    prefix_contains(outer, &inner->addr);
}

/* The first range that overlaps with the prefix, or NULL. */
static const struct range *
find_range(const struct prefix *p)
{
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (prefix_overlaps(&ranges[i].prefix, p))
			return &ranges[i];
	return NULL;
}

/* Prefixes in p, of that length: is each of them covered by this one? */
static bool
covers(const struct allowed_prefix *a, const struct prefix *p, uint8_t length)
{
	return holds(&a->prefix, p) && length <= a->longest;
}

/* Whether one that covers p names it: it is p, or lies in the range, if there is one. */
static bool
is_named(const struct settings *s, const struct prefix *p, uint8_t length,
    const struct range *range)
{
	const struct allowed_prefix *a;

	for (a = s->allowed; a < s->allowed + s->nallowed; a++)
		if (covers(a, p, length) && (prefix_cmp(&a->prefix, p) == 0 ||
		    (range != NULL && holds(&range->prefix, &a->prefix))))
			return true;
	return false;
}

static bool
is_covered(const struct settings *s, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < s->nallowed; i++)
		if (covers(&s->allowed[i], p, p->len))
			return true;
	return s->nallowed == 0;
}

enum prefix_refusal
announce_policy(const struct settings *s, const struct prefix *p)
{
	uint8_t shortest = p->addr.afi == AFI_IPV4 ? SHORTEST_IPV4 :
	    SHORTEST_IPV6;
	const struct range *range;

	if (p->len < shortest) {
		if (is_named(s, p, p->len, NULL))
			return REFUSAL_NONE;
		return p->len == 0 ? REFUSAL_DEFAULT_ROUTE :
		    REFUSAL_TOO_SHORT;
	}
	if ((range = find_range(p)) != NULL)
		return is_named(s, p, p->len, range) ? REFUSAL_NONE :
		    range->refusal;
	return is_covered(s, p) ? REFUSAL_NONE : REFUSAL_NOT_ALLOWED;
}

/* The lower or the upper half of a prefix that is not a host. */
static struct prefix
half_of(const struct prefix *p, bool upper)
{
	struct prefix half = *p;

	if (upper)
		half.addr.bytes[p->len / 8] |= (uint8_t)(0x80 >> p->len % 8);
	half.len++;
	return half;
}

/*
 * Several allowed prefixes may share the pool.  Only what has one of them in it is
 * halved, so there are at most 128 levels of SETTINGS_ALLOWED_MAX parts.
 */
static bool
hosts_are_covered(const struct settings *s, const struct prefix *p)
{
	struct prefix lower, upper;
	bool divided = false;
	size_t i;

	for (i = 0; i < s->nallowed; i++) {
		if (covers(&s->allowed[i], p, host_length(p)))
			return true;
		divided |= holds(p, &s->allowed[i].prefix) &&
		    s->allowed[i].longest == host_length(p);
	}
	if (!divided || prefix_is_host(p))
		return false;
	lower = half_of(p, false);
	upper = half_of(p, true);
	return hosts_are_covered(s, &lower) && hosts_are_covered(s, &upper);
}

enum prefix_refusal
announce_policy_pool(const struct settings *s, const struct prefix *p)
{
	const struct range *range = find_range(p);

	if (range != NULL)
		return is_named(s, p, host_length(p), range) ? REFUSAL_NONE :
		    range->refusal;
	return s->nallowed == 0 || hosts_are_covered(s, p) ? REFUSAL_NONE :
	    REFUSAL_NOT_ALLOWED;
}

/* The longest that has the prefix in it, but not this length; or NULL. */
static const struct allowed_prefix *
find_without_length(const struct settings *s, const struct prefix *p)
{
	const struct allowed_prefix *a, *found = NULL;

	for (a = s->allowed; a < s->allowed + s->nallowed; a++)
		if (holds(&a->prefix, p) &&
		    (found == NULL || a->prefix.len > found->prefix.len))
			found = a;
	return found;
}

const char *
announce_policy_text(const struct settings *s, const struct prefix *p,
    bool is_pool, enum prefix_refusal refusal,
    char buf[ANNOUNCE_POLICY_TEXT_MAX])
{
	unsigned int length = is_pool ? host_length(p) : p->len;
	const struct allowed_prefix *near = NULL;
	char text[PREFIX_STRLEN], row[PREFIX_STRLEN], le[8] = "";

	prefix_format(p, text);
	if (length != p->len)
		snprintf(le, sizeof(le), " le %u", length);
	if (refusal == REFUSAL_NOT_ALLOWED)
		near = find_without_length(s, p);
	if (near != NULL)
		snprintf(buf, ANNOUNCE_POLICY_TEXT_MAX, "%s may not be "
		    "announced: \"allow prefix %s\" covers a /%u only with "
		    "\"le %u\": add that, or write another address",
		    text, prefix_format(&near->prefix, row), length, length);
	else
		snprintf(buf, ANNOUNCE_POLICY_TEXT_MAX, "%s may not be "
		    "announced: %s: write another address, or \"allow prefix "
		    "%s%s\" into bgplbd.conf (ALLOWED_PREFIXES)", text,
		    prefix_refusal_text(refusal), text, le);
	return buf;
}
