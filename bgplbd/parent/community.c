#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/parent/community.h"

#define DIGITS_MAX	10	/* of a 32-bit number */

static const struct {
	const char	*name;
	uint32_t	 value;
} well_known[] = {
	{ "graceful-shutdown",	0xffff0000 },	/* RFC 8326 */
	{ "accept-own",		0xffff0001 },	/* RFC 7611 */
	{ "llgr-stale",		0xffff0006 },	/* RFC 9494 */
	{ "no-llgr",		0xffff0007 },
	{ "blackhole",		0xffff029a },	/* RFC 7999 */
	{ "no-export",		0xffffff01 },	/* RFC 1997 */
	{ "no-advertise",	0xffffff02 },
	{ "no-export-subconfed", 0xffffff03 },
	{ "no-peer",		0xffffff04 },	/* RFC 3765 */
};

#define WELL_KNOWN	(sizeof(well_known) / sizeof(well_known[0]))

/* n numbers up to max, with colons between.  0, or -1. */
static int
parse_parts(const char *text, uint32_t *parts, size_t n, uint32_t max)
{
	unsigned int digits;
	uint64_t value;
	size_t i;

	for (i = 0; i < n; i++) {
		value = 0;
		for (digits = 0; *text >= '0' && *text <= '9'; digits++) {
			if (digits == DIGITS_MAX)
				return -1;
			value = value * 10 + (uint64_t)(*text++ - '0');
		}
		if (digits == 0 || value > max ||
		    *text++ != (i + 1 < n ? ':' : '\0'))
			return -1;
		parts[i] = (uint32_t)value;
	}
	return 0;
}

const char *
community_parse(const char *text, uint32_t *out)
{
	uint32_t parts[2];
	size_t i;

	for (i = 0; i < WELL_KNOWN; i++)
		if (strcmp(well_known[i].name, text) == 0) {
			*out = well_known[i].value;
			return NULL;
		}
	if (parse_parts(text, parts, 2, UINT16_MAX) == -1)
		return "not a community: write two numbers up to 65535 as in "
		    "64512:100, or a name such as no-export";
	*out = parts[0] << 16 | parts[1];
	return NULL;
}

const char *
community_parse_large(const char *text, struct large_community *out)
{
	struct large_community c;

	if (parse_parts(text, c.parts, 3, UINT32_MAX) == -1)
		return "not a large community: write three numbers up to "
		    "4294967295 as in 64512:1:2";
	*out = c;
	return NULL;
}

const char *
community_format(uint32_t community, char *buf)
{
	size_t i;

	for (i = 0; i < WELL_KNOWN; i++)
		if (well_known[i].value == community) {
			strlcpy(buf, well_known[i].name, COMMUNITY_STRLEN);
			return buf;
		}
	snprintf(buf, COMMUNITY_STRLEN, "%" PRIu32 ":%" PRIu32,
	    community >> 16, community & 0xffff);
	return buf;
}

const char *
community_format_large(const struct large_community *c, char *buf)
{
	snprintf(buf, COMMUNITY_STRLEN, "%" PRIu32 ":%" PRIu32 ":%" PRIu32,
	    c->parts[0], c->parts[1], c->parts[2]);
	return buf;
}
