#include <stdio.h>
#include <string.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/update_check.h"
#include "common/control.h"
#include "common/prefix.h"

/* Attribute types seen so far in one UPDATE, a bit each. */
struct seen {
	uint32_t	types[256 / 32];
};

struct check {
	const struct attribute_context	*context;
	struct update_summary		*out;
	struct notification		*error;
	struct seen			 seen;
	uint32_t			 reach;		/* prefixes in MP_REACH */
	bool				 unread;	/* MP_REACH is passed over */
	bool				 cut_off;	/* attributes end in one */
};

/* First time that this type appears? */
static bool
see(struct seen *s, uint8_t type)
{
	uint32_t bit = 1u << type % 32;
	bool first = !(s->types[type / 32] & bit);

	s->types[type / 32] |= bit;
	return first;
}

static bool
has_seen(const struct seen *s, uint8_t type)
{
	return s->types[type / 32] & 1u << type % 32;
}

/* "ORIGIN: wrong length", "attribute 99: more than once". */
static void
describe(char *buf, size_t size, uint8_t type, const char *why)
{
	const char *name = attribute_name(type);

	if (name != NULL)
		snprintf(buf, size, "%s: %s", name, why);
	else
		snprintf(buf, size, "attribute %u: %s", type, why);
}

/* Notes the worst verdict; the first complaint of that weight is kept. */
static void
complain(struct check *c, enum attribute_verdict verdict, uint8_t type,
    const char *why)
{
	if (verdict <= c->out->verdict)
		return;
	c->out->verdict = verdict;
	describe(c->out->complaint, sizeof(c->out->complaint), type, why);
}

/* Counts prefixes in NLRI form.  -1 if they are not well formed. */
static int
count_prefixes(struct wire_reader r, unsigned int maxlen, uint32_t *count)
{
	uint8_t len;

	*count = 0;
	while (wire_left(&r) > 0) {
		len = wire_read_u8(&r);
		wire_read_part(&r, (len + 7u) / 8);
		if (r.failed || len > maxlen)
			return -1;
		++*count;
	}
	return 0;
}

static int
refuse_list(struct check *c, const char *why)
{
	notification_set(c->error, NOTIFY_UPDATE, UPDATE_BAD_ATTRIBUTE_LIST,
	    "%s", why);
	return -1;
}

/* The data is the attribute as it came (RFC 4271 section 6.3). */
static void
set_attribute_data(struct notification *error, const struct attribute *a)
{
	size_t length = wire_left(&a->value);
	struct wire_writer w = wire_writer(error->data, sizeof(error->data));

	wire_write_u8(&w, a->flags);
	wire_write_u8(&w, a->type);
	if (a->flags & ATTRIBUTE_EXTENDED)
		wire_write_u16(&w, (uint16_t)length);
	else
		wire_write_u8(&w, (uint8_t)length);
	wire_write_bytes(&w, wire_rest(&a->value), length);
	error->len = (uint16_t)w.len;
}

static int
refuse_attribute(struct check *c, const struct attribute *a,
    enum update_error subcode, const char *why)
{
	char text[UPDATE_COMPLAINT_MAX];

	describe(text, sizeof(text), a->type, why);
	notification_set(c->error, NOTIFY_UPDATE, subcode, "%s", text);
	set_attribute_data(c->error, a);
	return -1;
}

/* Bits of the longest prefix of a family that was negotiated, else 0. */
static unsigned int
unicast_bits(const struct check *c, uint16_t afi, uint8_t safi)
{
	uint32_t families = c->context->families;

	if (safi != BGP_SAFI_UNICAST)
		return 0;
	if (afi == AFI_IPV4 && families & NEIGHBOR_IPV4)
		return 32;
	if (afi == AFI_IPV6 && families & NEIGHBOR_IPV6)
		return 128;
	return 0;
}

/* RFC 2545 section 3, RFC 8950 section 3; RFC 7606 section 7.11. */
static bool
nexthop_length_is_right(uint16_t afi, uint8_t length)
{
	return length == 16 || length == 32 ||
	    (afi == AFI_IPV4 && length == 4);
}

/*
 * A family that was not negotiated is passed over unread: it may have prefixes of
 * any form.
 */
static int
check_mp_reach(struct check *c, const struct attribute *a)
{
	struct wire_reader r = a->value;
	uint16_t afi = wire_read_u16(&r);
	uint8_t safi = wire_read_u8(&r);
	uint8_t length = wire_read_u8(&r);
	unsigned int bits = unicast_bits(c, afi, safi);

	wire_read_part(&r, length);
	wire_read_u8(&r);
	if (r.failed)
		return refuse_attribute(c, a, UPDATE_BAD_OPTIONAL, "too short");
	if (bits == 0) {
		c->unread = true;
		return 0;
	}
	if (!nexthop_length_is_right(afi, length))
		return refuse_attribute(c, a, UPDATE_BAD_OPTIONAL,
		    "wrong length of next hop");
	if (count_prefixes(r, bits, &c->reach) == -1)
		return refuse_attribute(c, a, UPDATE_BAD_OPTIONAL,
		    "malformed prefix");
	return 0;
}

static int
check_mp_unreach(struct check *c, const struct attribute *a)
{
	struct wire_reader r = a->value;
	uint16_t afi = wire_read_u16(&r);
	uint8_t safi = wire_read_u8(&r);
	unsigned int bits = unicast_bits(c, afi, safi);
	uint32_t count;

	if (r.failed)
		return refuse_attribute(c, a, UPDATE_BAD_OPTIONAL, "too short");
	if (bits == 0)
		return 0;
	if (count_prefixes(r, bits, &count) == -1)
		return refuse_attribute(c, a, UPDATE_BAD_OPTIONAL,
		    "malformed prefix");
	c->out->withdrawn += count;
	return 0;
}

static int
check_one(struct check *c, const struct attribute *a)
{
	enum attribute_verdict verdict;
	const char *why;

	verdict = attribute_check(a, c->context, &why);
	if (verdict == ATTRIBUTE_RESET)
		return refuse_attribute(c, a, UPDATE_UNKNOWN_WELL_KNOWN, why);
	complain(c, verdict, a->type, why);
	switch (a->type) {
	case ATTRIBUTE_MP_REACH:
		return check_mp_reach(c, a);
	case ATTRIBUTE_MP_UNREACH:
		return check_mp_unreach(c, a);
	default:
		return 0;
	}
}

/* RFC 7606 section 3 (g). */
static int
check_again(struct check *c, uint8_t type)
{
	if (type == ATTRIBUTE_MP_REACH || type == ATTRIBUTE_MP_UNREACH)
		return refuse_list(c, type == ATTRIBUTE_MP_REACH ?
		    "MP_REACH_NLRI twice" : "MP_UNREACH_NLRI twice");
	complain(c, ATTRIBUTE_DISCARD, type, "more than once");
	return 0;
}

static int
check_attributes(struct check *c, struct wire_reader r)
{
	struct attribute a;

	while (wire_left(&r) > 0) {
		a.flags = wire_read_u8(&r);
		a.type = wire_read_u8(&r);
		a.value = wire_read_part(&r, a.flags & ATTRIBUTE_EXTENDED ?
		    wire_read_u16(&r) : wire_read_u8(&r));
		if (r.failed) {
			/* RFC 7606 section 4: the rest cannot be read. */
			complain(c, ATTRIBUTE_WITHDRAW, a.type,
			    "longer than all attributes");
			c->cut_off = true;
			return 0;
		}
		if (!see(&c->seen, a.type)) {
			if (check_again(c, a.type) == -1)
				return -1;
		} else if (check_one(c, &a) == -1)
			return -1;
	}
	return 0;
}

/* RFC 7606 section 3 (d). */
static void
check_mandatory(struct check *c, bool classic)
{
	static const uint8_t always[] = { ATTRIBUTE_ORIGIN, ATTRIBUTE_AS_PATH };
	size_t i;

	for (i = 0; i < sizeof(always); i++)
		if (!has_seen(&c->seen, always[i]))
			complain(c, ATTRIBUTE_WITHDRAW, always[i], "missing");
	if (classic && !has_seen(&c->seen, ATTRIBUTE_NEXT_HOP))
		complain(c, ATTRIBUTE_WITHDRAW, ATTRIBUTE_NEXT_HOP, "missing");
	if (c->context->internal &&
	    !has_seen(&c->seen, ATTRIBUTE_LOCAL_PREF))
		complain(c, ATTRIBUTE_WITHDRAW, ATTRIBUTE_LOCAL_PREF,
		    "missing");
}

/*
 * RFC 7606 section 5.2: where attributes are wrong and nothing is announced, prefixes may
 * have been missed, which then could not be withdrawn.
 */
static bool
may_have_missed_prefixes(const struct check *c)
{
	static const struct seen none;
	struct seen others = c->seen;

	others.types[ATTRIBUTE_MP_UNREACH / 32] &=
	    ~(1u << ATTRIBUTE_MP_UNREACH % 32);
	if (c->out->verdict != ATTRIBUTE_WITHDRAW || c->unread)
		return false;
	return c->cut_off || memcmp(&others, &none, sizeof(none)) != 0;
}

static int
refuse_network(struct check *c, const char *field)
{
	notification_set(c->error, NOTIFY_UPDATE, UPDATE_BAD_NETWORK,
	    "malformed prefix in %s", field);
	return -1;
}

int
update_check(struct wire_reader body, const struct attribute_context *context,
    struct update_summary *out, struct notification *error)
{
	struct check c = { .context = context, .out = out, .error = error };
	struct wire_reader withdrawn, attributes;
	uint32_t classic;

	memset(out, 0, sizeof(*out));
	withdrawn = wire_read_part(&body, wire_read_u16(&body));
	attributes = wire_read_part(&body, wire_read_u16(&body));
	if (body.failed)
		return refuse_list(&c, "lengths of its parts do not agree");
	if (count_prefixes(withdrawn, 32, &out->withdrawn) == -1)
		return refuse_network(&c, "withdrawn routes");
	if (count_prefixes(body, 32, &classic) == -1)
		return refuse_network(&c, "NLRI");
	if (check_attributes(&c, attributes) == -1)
		return -1;
	if (classic + c.reach > 0)
		check_mandatory(&c, classic > 0);
	else if (may_have_missed_prefixes(&c))
		return refuse_list(&c, out->complaint);
	if (out->verdict == ATTRIBUTE_WITHDRAW)
		out->withdrawn += classic + c.reach;
	else
		out->announced = classic + c.reach;
	return 0;
}
