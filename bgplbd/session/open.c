#include <stdio.h>
#include <string.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/open.h"
#include "common/control.h"
#include "common/prefix.h"

#define PARAMETER_CAPABILITIES	2
#define PARAMETER_EXTENDED	255	/* RFC 9072 section 2 */

/* The first two bytes of the capability, and the flags of a family. */
#define GRACEFUL_R	0x8000
#define GRACEFUL_N	0x4000
#define GRACEFUL_TIME	0x0fff
#define GRACEFUL_F	0x80

enum capability {
	CAPABILITY_MULTIPROTOCOL = 1,
	CAPABILITY_ROUTE_REFRESH = 2,
	CAPABILITY_EXTENDED_NEXTHOP = 5,
	CAPABILITY_EXTENDED_MESSAGE = 6,
	CAPABILITY_ROLE = 9,
	CAPABILITY_GRACEFUL_RESTART = 64,
	CAPABILITY_AS4 = 65,
	CAPABILITY_ENHANCED_REFRESH = 70
};

static void
write_multiprotocol(struct wire_writer *w, enum afi afi)
{
	wire_write_u8(w, CAPABILITY_MULTIPROTOCOL);
	wire_write_u8(w, 4);
	wire_write_u16(w, (uint16_t)afi);
	wire_write_u8(w, 0);
	wire_write_u8(w, BGP_SAFI_UNICAST);
}

static void
write_empty_capability(struct wire_writer *w, enum capability code)
{
	wire_write_u8(w, (uint8_t)code);
	wire_write_u8(w, 0);
}

static void
write_extended_nexthop(struct wire_writer *w)
{
	wire_write_u8(w, CAPABILITY_EXTENDED_NEXTHOP);
	wire_write_u8(w, 6);
	wire_write_u16(w, AFI_IPV4);
	wire_write_u16(w, BGP_SAFI_UNICAST);
	wire_write_u16(w, AFI_IPV6);
}

static void
write_graceful_family(struct wire_writer *w, const struct open_graceful *g,
    enum neighbor_families family, enum afi afi)
{
	if (!(g->families & family))
		return;
	wire_write_u16(w, (uint16_t)afi);
	wire_write_u8(w, BGP_SAFI_UNICAST);
	wire_write_u8(w, g->forwarding & family ? GRACEFUL_F : 0);
}

static void
write_graceful_restart(struct wire_writer *w, const struct open_graceful *g)
{
	uint16_t first = g->restart_time & GRACEFUL_TIME;
	size_t start;

	if (g->restarting)
		first |= GRACEFUL_R;
	if (g->notifications)
		first |= GRACEFUL_N;
	wire_write_u8(w, CAPABILITY_GRACEFUL_RESTART);
	wire_write_u8(w, 0);
	start = w->len;
	wire_write_u16(w, first);
	write_graceful_family(w, g, NEIGHBOR_IPV4, AFI_IPV4);
	write_graceful_family(w, g, NEIGHBOR_IPV6, AFI_IPV6);
	wire_patch_u8(w, start - 1, (uint8_t)(w->len - start));
}

static void
write_capabilities(struct wire_writer *w, const struct open_message *m)
{
	if (m->families & NEIGHBOR_IPV4)
		write_multiprotocol(w, AFI_IPV4);
	if (m->families & NEIGHBOR_IPV6)
		write_multiprotocol(w, AFI_IPV6);
	if (m->route_refresh)
		write_empty_capability(w, CAPABILITY_ROUTE_REFRESH);
	if (m->ipv6_nexthop)
		write_extended_nexthop(w);
	if (m->extended_messages)
		write_empty_capability(w, CAPABILITY_EXTENDED_MESSAGE);
	if (m->role != ROLE_NONE) {
		wire_write_u8(w, CAPABILITY_ROLE);
		wire_write_u8(w, 1);
		wire_write_u8(w, (uint8_t)(m->role - 1));
	}
	if (m->graceful.present)
		write_graceful_restart(w, &m->graceful);
	if (m->as4) {
		wire_write_u8(w, CAPABILITY_AS4);
		wire_write_u8(w, 4);
		wire_write_u32(w, m->as);
	}
	if (m->enhanced_refresh)
		write_empty_capability(w, CAPABILITY_ENHANCED_REFRESH);
}

void
open_write(const struct open_message *m, struct wire_writer *w)
{
	size_t lengths, start = message_begin(w, BGP_OPEN);

	wire_write_u8(w, BGP_VERSION);
	wire_write_u16(w, m->as > UINT16_MAX ? BGP_AS_TRANS : (uint16_t)m->as);
	wire_write_u16(w, m->hold_time);
	wire_write_u32(w, m->router_id);
	wire_write_u8(w, 0);
	lengths = w->len;
	wire_write_u8(w, PARAMETER_CAPABILITIES);
	wire_write_u8(w, 0);
	write_capabilities(w, m);
	wire_patch_u8(w, lengths - 1, (uint8_t)(w->len - lengths));
	wire_patch_u8(w, lengths + 1, (uint8_t)(w->len - lengths - 2));
	message_end(w, start);
}

/* enum neighbor_families, or 0 for a family that is none of ours. */
static uint32_t
family_of(uint16_t afi, uint8_t safi)
{
	if (safi != BGP_SAFI_UNICAST)
		return 0;
	if (afi == AFI_IPV4)
		return NEIGHBOR_IPV4;
	return afi == AFI_IPV6 ? NEIGHBOR_IPV6 : 0;
}

static void
read_multiprotocol(struct wire_reader *value, struct open_message *out)
{
	uint16_t afi = wire_read_u16(value);
	uint8_t safi;

	wire_read_u8(value);
	safi = wire_read_u8(value);
	out->multiprotocol = true;
	if (!value->failed)
		out->families |= family_of(afi, safi);
}

static void
read_extended_nexthop(struct wire_reader *value, struct open_message *out)
{
	uint16_t afi, safi, nexthop;

	while (wire_left(value) > 0) {
		afi = wire_read_u16(value);
		safi = wire_read_u16(value);
		nexthop = wire_read_u16(value);
		if (afi == AFI_IPV4 && safi == BGP_SAFI_UNICAST &&
		    nexthop == AFI_IPV6)
			out->ipv6_nexthop = true;
	}
}

/* RFC 9234 section 4.2: a role that is not known is as good as none of ours. */
static void
read_role(struct wire_reader *value, struct open_message *out)
{
	uint8_t number = wire_read_u8(value);
	enum bgp_role role = number < ROLE_LAST ? number + 1U : ROLE_NONE;

	if (role == ROLE_NONE || (out->role != ROLE_NONE && out->role != role))
		out->ambiguous_role = true;
	out->role = role;
}

/* Of several the last one counts. */
static void
read_graceful_restart(struct wire_reader *value, struct open_graceful *out)
{
	uint16_t afi, first = wire_read_u16(value);
	uint32_t family;
	uint8_t flags, safi;

	memset(out, 0, sizeof(*out));
	out->present = true;
	out->restarting = first & GRACEFUL_R;
	out->notifications = first & GRACEFUL_N;
	out->restart_time = first & GRACEFUL_TIME;
	while (wire_left(value) > 0) {
		afi = wire_read_u16(value);
		safi = wire_read_u8(value);
		flags = wire_read_u8(value);
		family = value->failed ? 0 : family_of(afi, safi);
		out->families |= family;
		if (flags & GRACEFUL_F)
			out->forwarding |= family;
	}
}

/* -1 if a capability that we know is not of its length. */
static int
read_capability(uint8_t code, struct wire_reader value,
    struct open_message *out)
{
	switch (code) {
	case CAPABILITY_MULTIPROTOCOL:
		read_multiprotocol(&value, out);
		break;
	case CAPABILITY_ROUTE_REFRESH:
		out->route_refresh = true;
		break;
	case CAPABILITY_EXTENDED_NEXTHOP:
		read_extended_nexthop(&value, out);
		break;
	case CAPABILITY_EXTENDED_MESSAGE:
		out->extended_messages = true;
		break;
	case CAPABILITY_ENHANCED_REFRESH:
		out->enhanced_refresh = true;
		break;
	case CAPABILITY_ROLE:
		read_role(&value, out);
		break;
	case CAPABILITY_GRACEFUL_RESTART:
		read_graceful_restart(&value, &out->graceful);
		break;
	case CAPABILITY_AS4:
		out->as4 = true;
		out->as = wire_read_u32(&value);
		break;
	default:
		return 0;
	}
	return value.failed || wire_left(&value) > 0 ? -1 : 0;
}

static int
read_capabilities(struct wire_reader r, struct open_message *out,
    struct notification *error)
{
	struct wire_reader value;
	uint8_t code;

	while (wire_left(&r) > 0) {
		code = wire_read_u8(&r);
		value = wire_read_part(&r, wire_read_u8(&r));
		if (r.failed || read_capability(code, value, out) == -1) {
			notification_set(error, NOTIFY_OPEN, OPEN_UNSPECIFIC,
			    "capability %u is malformed", code);
			return -1;
		}
	}
	return 0;
}

/*
 * Takes the length of the optional parameters and, where it has one, the mark
 * that theirs is of two bytes.
 */
static struct wire_reader
read_parameters(struct wire_reader *body, bool *extended)
{
	size_t length = wire_read_u8(body);
	struct wire_reader ahead = *body;

	*extended = length != 0 && wire_read_u8(&ahead) == PARAMETER_EXTENDED;
	if (*extended) {
		length = wire_read_u16(&ahead);
		*body = ahead;
	}
	return wire_read_part(body, length);
}

static int
read_optional(struct wire_reader *body, struct open_message *out,
    struct notification *error)
{
	struct wire_reader all, value;
	bool extended;
	uint8_t type;

	all = read_parameters(body, &extended);
	while (wire_left(&all) > 0) {
		type = wire_read_u8(&all);
		value = wire_read_part(&all, extended ?
		    wire_read_u16(&all) : wire_read_u8(&all));
		if (all.failed)
			break;
		if (type != PARAMETER_CAPABILITIES) {
			notification_set(error, NOTIFY_OPEN,
			    OPEN_BAD_PARAMETER, "parameter %u", type);
			return -1;
		}
		if (read_capabilities(value, out, error) == -1)
			return -1;
	}
	if (all.failed || wire_left(body) > 0) {
		notification_set(error, NOTIFY_OPEN, OPEN_UNSPECIFIC,
		    "lengths of optional parameters do not agree");
		return -1;
	}
	return 0;
}

static int
refuse_as_0(struct notification *error)
{
	notification_set(error, NOTIFY_OPEN, OPEN_BAD_PEER_AS, "AS 0");
	return -1;
}

int
open_read(struct wire_reader body, struct open_message *out,
    struct notification *error)
{
	static const uint8_t supported[2] = { 0, BGP_VERSION };
	uint8_t version = wire_read_u8(&body);

	memset(out, 0, sizeof(*out));
	if (version != BGP_VERSION) {
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_VERSION,
		    "version %u", version);
		notification_set_data(error, supported, sizeof(supported));
		return -1;
	}
	out->as = wire_read_u16(&body);
	out->hold_time = wire_read_u16(&body);
	out->router_id = wire_read_u32(&body);
	if (out->as == 0)
		return refuse_as_0(error);
	if (read_optional(&body, out, error) == -1)
		return -1;
	return out->as == 0 ? refuse_as_0(error) : 0;
}

/* Numbers that stand for no AS. */
static bool
as_is_possible(uint32_t as)
{
	return as != 0 && as != BGP_AS_TRANS && as != BGP_AS_LAST;
}

static int
check_as(const struct open_message *ours, const struct neighbor_settings *n,
    uint32_t as, struct notification *error)
{
	if (n->external && as != ours->as && as_is_possible(as))
		return 0;
	if (!n->external && as == n->remote_as)
		return 0;
	if (!n->external)
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_PEER_AS,
		    "it is AS %u, remote-as here is %u", as, n->remote_as);
	else
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_PEER_AS,
		    "it is AS %u%s, remote-as here is external", as,
		    as == ours->as ? " as we are" : "");
	return -1;
}

static const char *
role_name(const struct open_message *m)
{
	static const char *const names[ROLE_LAST + 1] = {
		[ROLE_NONE] = "of no role",
		[ROLE_PROVIDER] = "provider",
		[ROLE_RS] = "rs",
		[ROLE_RS_CLIENT] = "rs-client",
		[ROLE_CUSTOMER] = "customer",
		[ROLE_PEER] = "peer",
	};

	return m->ambiguous_role ? "of a role that we do not know" :
	    names[m->role];
}

/* RFC 9234 section 4.2; without the neighbor's there is nothing to compare. */
static int
check_role(const struct open_message *ours, const struct open_message *theirs,
    struct notification *error)
{
	static const enum bgp_role counterparts[ROLE_LAST + 1] = {
		[ROLE_PROVIDER] = ROLE_CUSTOMER,
		[ROLE_CUSTOMER] = ROLE_PROVIDER,
		[ROLE_RS] = ROLE_RS_CLIENT,
		[ROLE_RS_CLIENT] = ROLE_RS,
		[ROLE_PEER] = ROLE_PEER,
	};

	if (ours->role == ROLE_NONE ||
	    (theirs->role == ROLE_NONE && !theirs->ambiguous_role))
		return 0;
	if (!theirs->ambiguous_role &&
	    theirs->role == counterparts[ours->role])
		return 0;
	notification_set(error, NOTIFY_OPEN, OPEN_ROLE_MISMATCH,
	    "it is %s, role here is %s", role_name(theirs), role_name(ours));
	return -1;
}

int
open_check(const struct open_message *ours, const struct neighbor_settings *n,
    const struct open_message *theirs, struct notification *error)
{
	if (check_as(ours, n, theirs->as, error) == -1 ||
	    check_role(ours, theirs, error) == -1)
		return -1;
	if (theirs->hold_time == 1 || theirs->hold_time == 2) {
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_HOLD_TIME,
		    "%u s", theirs->hold_time);
		return -1;
	}
	if (theirs->router_id == 0) {
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_IDENTIFIER,
		    "it is 0");
		return -1;
	}
	if (theirs->router_id == ours->router_id && theirs->as == ours->as) {
		notification_set(error, NOTIFY_OPEN, OPEN_BAD_IDENTIFIER,
		    "it is ours");
		return -1;
	}
	return 0;
}

void
open_explain(const struct open_message *ours,
    const struct neighbor_settings *n, const struct open_message *theirs,
    struct notification *received)
{
	const size_t size = sizeof(received->detail);
	char *detail = received->detail;
	char it[32] = "", set[16] = "external";

	if (received->code != NOTIFY_OPEN)
		return;
	switch (received->subcode) {
	case OPEN_BAD_PEER_AS:
		if (theirs != NULL)
			snprintf(it, sizeof(it), "it is AS %u, ", theirs->as);
		if (!n->external)
			snprintf(set, sizeof(set), "%u", n->remote_as);
		snprintf(detail, size, "we are AS %u, %sremote-as here is %s",
		    ours->as, it, set);
		break;
	case OPEN_ROLE_MISMATCH:
		snprintf(detail, size, "it is %s, role here is %s",
		    theirs != NULL ? role_name(theirs) : "of a role not told",
		    role_name(ours));
		break;
	case OPEN_BAD_HOLD_TIME:
		snprintf(detail, size, "holdtime here is %u s",
		    ours->hold_time);
		break;
	default:
		break;
	}
}

struct open_terms
open_negotiate(const struct open_message *ours,
    const struct open_message *theirs)
{
	struct open_terms terms = {
		.families = ours->families & (theirs->multiprotocol ?
		    theirs->families : (uint32_t)NEIGHBOR_IPV4),
		.hold_time = ours->hold_time < theirs->hold_time ?
		    ours->hold_time : theirs->hold_time,
		.as4 = ours->as4 && theirs->as4,
		.graceful = ours->graceful.present && theirs->graceful.present,
		.extended_messages = ours->extended_messages &&
		    theirs->extended_messages,
		.enhanced_refresh = ours->enhanced_refresh &&
		    theirs->enhanced_refresh,
		.ipv6_nexthop = ours->ipv6_nexthop && theirs->ipv6_nexthop,
	};

	terms.hard_reset = terms.graceful && ours->graceful.notifications &&
	    theirs->graceful.notifications;
	return terms;
}

bool
open_keeps_incoming(const struct open_message *ours,
    const struct open_message *theirs)
{
	if (ours->router_id != theirs->router_id)
		return ours->router_id < theirs->router_id;
	return ours->as < theirs->as;
}
