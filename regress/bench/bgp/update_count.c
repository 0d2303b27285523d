#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "regress/bench/bgp/update_count.h"

#define ATTRIBUTE_EXTENDED	0x10
#define ATTRIBUTE_MP_REACH	14
#define ATTRIBUTE_MP_UNREACH	15
#define SAFI_UNICAST		1

/* Bytes that were not read yet. */
struct rest {
	const uint8_t	*p;
	size_t		 len;
};

struct counting {
	uint8_t			*seen;
	struct update_count	*out;
};

static const unsigned int bits_max[COUNT_FAMILIES] = { 32, 128 };

static int
malformed(void)
{
	errno = EBADMSG;
	return -1;
}

/* Takes n bytes off r as a part of their own. */
static int
take(struct rest *r, size_t n, struct rest *part)
{
	if (r->len < n)
		return malformed();
	part->p = r->p;
	part->len = n;
	r->p += n;
	r->len -= n;
	return 0;
}

/* A number of 1 or 2 bytes. */
static int
take_number(struct rest *r, size_t size, unsigned int *out)
{
	struct rest n;

	if (take(r, size, &n) == -1)
		return -1;
	*out = size == 1 ? n.p[0] : (unsigned int)n.p[0] << 8 | n.p[1];
	return 0;
}

/* A part after its length of 1 or 2 bytes. */
static int
take_counted(struct rest *r, size_t size, struct rest *part)
{
	unsigned int len;

	if (take_number(r, size, &len) == -1)
		return -1;
	return take(r, len, part);
}

/* prefix: in NLRI form.  Returns 1 if its bit has changed. */
static unsigned int
remember(uint8_t *seen, const uint8_t *prefix, bool present)
{
	uint32_t i;
	uint8_t bit;

	if (prefix[0] != 32 || prefix[1] != 10)
		return 0;
	i = (uint32_t)prefix[2] << 16 | (uint32_t)prefix[3] << 8 | prefix[4];
	bit = (uint8_t)(1u << i % 8);
	if (!(seen[i / 8] & bit) == !present)
		return 0;
	seen[i / 8] ^= bit;
	return 1;
}

static int
count_prefixes(struct rest r, enum count_family family, struct counting *c,
    bool present)
{
	uint32_t n = 0, changed = 0;
	size_t size;

	while (r.len > 0) {
		if (r.p[0] > bits_max[family])
			return malformed();
		size = 1 + (r.p[0] + 7u) / 8;
		if (r.len < size)
			return malformed();
		if (family == COUNT_IPV4)
			changed += remember(c->seen, r.p, present);
		r.p += size;
		r.len -= size;
		n++;
	}
	if (present) {
		c->out->announced[family] += n;
		c->out->fresh += changed;
	} else
		c->out->withdrawn[family] += n;
	return 0;
}

static int
take_family(struct rest *r, enum count_family *family)
{
	unsigned int afi, safi;

	if (take_number(r, 2, &afi) == -1 || take_number(r, 1, &safi) == -1)
		return -1;
	if ((afi != 1 && afi != 2) || safi != SAFI_UNICAST)
		return malformed();
	*family = afi == 1 ? COUNT_IPV4 : COUNT_IPV6;
	return 0;
}

static int
count_mp_reach(struct rest value, struct counting *c)
{
	struct rest nexthop;
	enum count_family family;
	unsigned int reserved;

	if (take_family(&value, &family) == -1 ||
	    take_counted(&value, 1, &nexthop) == -1 ||
	    take_number(&value, 1, &reserved) == -1)
		return -1;
	return count_prefixes(value, family, c, true);
}

/* alone: it is all that the message has, and End-of-RIB if it is empty. */
static int
count_mp_unreach(struct rest value, bool alone, struct counting *c)
{
	enum count_family family;

	if (take_family(&value, &family) == -1)
		return -1;
	if (alone && value.len == 0)
		c->out->end_of_rib |= 1u << family;
	return count_prefixes(value, family, c, false);
}

static int
count_attributes(struct rest r, bool alone, struct counting *c)
{
	struct rest value;
	unsigned int flags, type;
	bool first = true;

	while (r.len > 0) {
		if (take_number(&r, 1, &flags) == -1 ||
		    take_number(&r, 1, &type) == -1 ||
		    take_counted(&r, flags & ATTRIBUTE_EXTENDED ? 2 : 1,
		    &value) == -1)
			return -1;
		if (type == ATTRIBUTE_MP_REACH &&
		    count_mp_reach(value, c) == -1)
			return -1;
		if (type == ATTRIBUTE_MP_UNREACH && count_mp_unreach(value,
		    alone && first && r.len == 0, c) == -1)
			return -1;
		first = false;
	}
	return 0;
}

int
update_count(const uint8_t *body, size_t len, uint8_t *seen,
    struct update_count *out)
{
	struct rest r = { body, len }, withdrawn, attributes;
	struct counting c = { seen, out };

	memset(out, 0, sizeof(*out));
	if (take_counted(&r, 2, &withdrawn) == -1 ||
	    take_counted(&r, 2, &attributes) == -1)
		return -1;
	if (withdrawn.len == 0 && attributes.len == 0 && r.len == 0) {
		out->end_of_rib = 1u << COUNT_IPV4;
		return 0;
	}
	if (count_prefixes(withdrawn, COUNT_IPV4, &c, false) == -1 ||
	    count_attributes(attributes, withdrawn.len == 0 && r.len == 0,
	    &c) == -1)
		return -1;
	return count_prefixes(r, COUNT_IPV4, &c, true);
}
