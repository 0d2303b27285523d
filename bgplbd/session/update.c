#include <string.h>

#include "bgplbd/session/attribute.h"
#include "bgplbd/session/message.h"
#include "bgplbd/session/open.h"
#include "bgplbd/session/update.h"

#define ORIGIN_IGP	0

#define COMMUNITY_GRACEFUL_SHUTDOWN	0xffff0000u	/* RFC 8326 */
#define EXTENDED_AS2_NOT_TRANSITIVE	0x40		/* RFC 4360 */
#define EXTENDED_LINK_BANDWIDTH		0x04

/* Offsets in the head of a form that has its prefixes in an MP attribute. */
#define ATTRIBUTES_LENGTH_AT	2
#define ATTRIBUTES_AT		4
#define MP_LENGTH_AT		6
#define MP_VALUE_AT		8

#define TRANSITIVE	(ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE)

/* Up to 255 bytes of value, which all of ours have. */
static void
write_attribute(struct wire_writer *w, uint8_t flags, enum attribute_type type,
    size_t length)
{
	wire_write_u8(w, flags);
	wire_write_u8(w, (uint8_t)type);
	wire_write_u8(w, (uint8_t)length);
}

static void
write_u32_attribute(struct wire_writer *w, uint8_t flags,
    enum attribute_type type, uint32_t value)
{
	write_attribute(w, flags, type, 4);
	wire_write_u32(w, value);
}

/* AS_PATH or AS4_PATH: our AS, as often as the settings say. */
static void
write_own_as(struct wire_writer *w, uint8_t flags, enum attribute_type type,
    const struct update_path *path, bool as4)
{
	unsigned int i, n = 1U + path->settings->prepend;
	bool fits = as4 || path->as <= UINT16_MAX;

	write_attribute(w, flags, type, 2 + n * (as4 ? 4 : 2));
	wire_write_u8(w, AS_PATH_SEQUENCE);
	wire_write_u8(w, (uint8_t)n);
	for (i = 0; i < n; i++)
		if (as4)
			wire_write_u32(w, path->as);
		else
			wire_write_u16(w, fits ? (uint16_t)path->as :
			    BGP_AS_TRANS);
}

static void
write_as_path(struct wire_writer *w, const struct update_path *path)
{
	if (path->internal)
		write_attribute(w, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_AS_PATH, 0);
	else
		write_own_as(w, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_AS_PATH, path,
		    path->as4);
}

static bool
has_community(const struct neighbor_settings *s, uint32_t community)
{
	uint32_t i;

	for (i = 0; i < s->ncommunities; i++)
		if (s->communities[i] == community)
			return true;
	return false;
}

_Static_assert(CONTROL_COMMUNITIES_MAX == SETTINGS_COMMUNITIES_MAX + 1 &&
    CONTROL_LARGE_MAX == SETTINGS_COMMUNITIES_MAX, "all communities are shown");

/* Those of the settings, and that of a prefix that is about to go; how many. */
static uint32_t
list_communities(const struct update_path *path,
    uint32_t out[CONTROL_COMMUNITIES_MAX])
{
	const struct neighbor_settings *s = path->settings;
	uint32_t n = s->ncommunities;

	memcpy(out, s->communities, n * sizeof(out[0]));
	if (path->leaving && !has_community(s, COMMUNITY_GRACEFUL_SHUTDOWN))
		out[n++] = COMMUNITY_GRACEFUL_SHUTDOWN;
	return n;
}

static void
write_communities(struct wire_writer *w, const struct update_path *path)
{
	uint32_t list[CONTROL_COMMUNITIES_MAX];
	uint32_t i, n = list_communities(path, list);

	if (n == 0)
		return;
	write_attribute(w, TRANSITIVE, ATTRIBUTE_COMMUNITY, n * 4);
	for (i = 0; i < n; i++)
		wire_write_u32(w, list[i]);
}

/* An IEEE 754 number of single precision, which is what float is on Linux. */
static void
write_float(struct wire_writer *w, float value)
{
	uint32_t bits;

	_Static_assert(sizeof(value) == sizeof(bits), "a float has 32 bits");
	memcpy(&bits, &value, sizeof(bits));
	wire_write_u32(w, bits);
}

/*
 * draft-ietf-idr-link-bandwidth: bytes a second.  Not transitive, which is the form
 * that every router that knows this understands, and which stays within the AS of
 * the neighbor.
 */
static void
write_link_bandwidth(struct wire_writer *w, const struct update_path *path)
{
	uint64_t bits = path->settings->link_bandwidth;

	if (bits == 0 || path->endpoints == 0)
		return;
	write_attribute(w, TRANSITIVE, ATTRIBUTE_EXTENDED_COMMUNITY, 8);
	wire_write_u8(w, EXTENDED_AS2_NOT_TRANSITIVE);
	wire_write_u8(w, EXTENDED_LINK_BANDWIDTH);
	wire_write_u16(w, path->as <= UINT16_MAX ? (uint16_t)path->as :
	    BGP_AS_TRANS);
	write_float(w, (float)((double)bits / 8 * path->endpoints));
}

static void
write_large_communities(struct wire_writer *w,
    const struct neighbor_settings *s)
{
	uint32_t i, part;

	if (s->nlarge_communities == 0)
		return;
	write_attribute(w, TRANSITIVE, ATTRIBUTE_LARGE_COMMUNITY,
	    s->nlarge_communities * 12);
	for (i = 0; i < s->nlarge_communities; i++)
		for (part = 0; part < 3; part++)
			wire_write_u32(w, s->large_communities[i].parts[part]);
}

static bool
is_for_customers_only(const struct update_path *path)
{
	enum bgp_role role = path->settings->role;

	return role == ROLE_PROVIDER || role == ROLE_PEER || role == ROLE_RS;
}

/*
 * RFC 9234 section 5: what goes to a customer, a peer or the client of a route server
 * says that it may go further to customers only.
 */
static void
write_only_to_customer(struct wire_writer *w, const struct update_path *path)
{
	if (is_for_customers_only(path))
		write_u32_attribute(w, TRANSITIVE, ATTRIBUTE_ONLY_TO_CUSTOMER,
		    path->as);
}

static uint32_t
local_pref(const struct update_path *path)
{
	return path->leaving ? 0 : path->settings->local_pref;
}

/* ORIGIN and what follows it, in growing order of type (RFC 4271 section 5). */
static void
write_attributes(struct wire_writer *w, const struct update_path *path)
{
	const struct neighbor_settings *s = path->settings;

	write_attribute(w, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_ORIGIN, 1);
	wire_write_u8(w, ORIGIN_IGP);
	write_as_path(w, path);
	if (path->nexthop.afi == AFI_IPV4) {
		write_attribute(w, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP,
		    4);
		wire_write_bytes(w, path->nexthop.bytes, 4);
	}
	if (s->has_med)
		write_u32_attribute(w, ATTRIBUTE_OPTIONAL, ATTRIBUTE_MED,
		    s->med);
	if (path->internal)
		write_u32_attribute(w, ATTRIBUTE_TRANSITIVE,
		    ATTRIBUTE_LOCAL_PREF, local_pref(path));
	write_communities(w, path);
	write_link_bandwidth(w, path);
	if (!path->internal && !path->as4 && path->as > UINT16_MAX)
		write_own_as(w, TRANSITIVE, ATTRIBUTE_AS4_PATH, path, true);
	write_large_communities(w, s);
	write_only_to_customer(w, path);
}

static void
add_length(struct update_form *f, size_t at, size_t base)
{
	f->lengths[f->nlengths].at = (uint16_t)at;
	f->lengths[f->nlengths].base = (uint16_t)base;
	f->nlengths++;
}

static void
finish_form(struct update_form *f, const struct wire_writer *head,
    const struct wire_writer *tail)
{
	f->headlen = (uint16_t)head->len;
	f->taillen = (uint16_t)tail->len;
}

static void
form_ipv4_announce(struct update_form *f, const struct update_path *path)
{
	struct wire_writer head = wire_writer(f->head, sizeof(f->head));
	struct wire_writer tail = wire_writer(f->tail, sizeof(f->tail));

	wire_write_u16(&head, 0);
	wire_write_u16(&head, 0);
	write_attributes(&head, path);
	wire_patch_u16(&head, ATTRIBUTES_LENGTH_AT,
	    (uint16_t)(head.len - ATTRIBUTES_AT));
	finish_form(f, &head, &tail);
}

/* The start of an attribute that holds the prefixes, with all before it. */
static void
begin_mp_attribute(struct wire_writer *head, enum attribute_type type,
    enum afi afi)
{
	wire_write_u16(head, 0);
	wire_write_u16(head, 0);
	wire_write_u8(head, ATTRIBUTE_OPTIONAL | ATTRIBUTE_EXTENDED);
	wire_write_u8(head, (uint8_t)type);
	wire_write_u16(head, 0);
	wire_write_u16(head, (uint16_t)afi);
	wire_write_u8(head, BGP_SAFI_UNICAST);
}

static void
form_mp(struct update_form *f, const struct wire_writer *head,
    const struct wire_writer *tail)
{
	add_length(f, ATTRIBUTES_LENGTH_AT, head->len - ATTRIBUTES_AT + tail->len);
	add_length(f, MP_LENGTH_AT, head->len - MP_VALUE_AT);
	finish_form(f, head, tail);
}

static void
form_mp_announce(struct update_form *f, const struct update_path *path)
{
	struct wire_writer head = wire_writer(f->head, sizeof(f->head));
	struct wire_writer tail = wire_writer(f->tail, sizeof(f->tail));

	begin_mp_attribute(&head, ATTRIBUTE_MP_REACH, path->afi);
	if (address_is_set(&path->link_local)) {	/* RFC 2545 section 3 */
		wire_write_u8(&head, 32);
		wire_write_bytes(&head, path->nexthop.bytes, 16);
		wire_write_bytes(&head, path->link_local.bytes, 16);
	} else {
		wire_write_u8(&head, 16);
		wire_write_bytes(&head, path->nexthop.bytes, 16);
	}
	wire_write_u8(&head, 0);
	write_attributes(&tail, path);
	form_mp(f, &head, &tail);
}

void
update_describe(const struct update_path *path,
    struct control_advertisement *out)
{
	const struct neighbor_settings *s = path->settings;
	uint32_t i;

	out->nexthop = path->nexthop;
	out->link_local = path->link_local;
	out->as = path->as;
	out->path_length = path->internal ? 0 : 1U + s->prepend;
	out->has_med = s->has_med;
	out->med = s->has_med ? s->med : 0;
	out->has_local_pref = path->internal;
	out->local_pref = path->internal ? local_pref(path) : 0;
	out->ncommunities = list_communities(path, out->communities);
	out->nlarge = s->nlarge_communities;
	for (i = 0; i < s->nlarge_communities; i++)
		memcpy(out->large[i], s->large_communities[i].parts,
		    sizeof(out->large[i]));
	out->link_bandwidth = s->link_bandwidth * path->endpoints;
	out->only_to_customer = is_for_customers_only(path) ? path->as : 0;
}

void
update_form_announce(struct update_form *f, const struct update_path *path)
{
	memset(f, 0, sizeof(*f));
	if (path->nexthop.afi == AFI_IPV4)
		form_ipv4_announce(f, path);
	else
		form_mp_announce(f, path);
}

void
update_form_withdraw(struct update_form *f, enum afi afi)
{
	struct wire_writer head, tail;

	memset(f, 0, sizeof(*f));
	head = wire_writer(f->head, sizeof(f->head));
	tail = wire_writer(f->tail, sizeof(f->tail));
	if (afi == AFI_IPV4) {
		wire_write_u16(&head, 0);
		wire_write_u16(&tail, 0);
		add_length(f, 0, 0);
		finish_form(f, &head, &tail);
	} else {
		begin_mp_attribute(&head, ATTRIBUTE_MP_UNREACH, afi);
		form_mp(f, &head, &tail);
	}
}

struct update
update_begin(struct wire_writer *w, const struct update_form *form)
{
	struct update u = { .w = w, .form = form };

	u.start = message_begin(w, BGP_UPDATE);
	wire_write_bytes(w, form->head, form->headlen);
	u.nlri = w->len;
	return u;
}

size_t
update_room(const struct update *u)
{
	size_t used = u->w->len - u->start + u->form->taillen;

	return used < BGP_MESSAGE_MAX ? BGP_MESSAGE_MAX - used : 0;
}

void
update_end(struct update *u)
{
	size_t nlri = u->w->len - u->nlri;
	size_t head = u->start + BGP_HEADER_SIZE;
	unsigned int i;

	wire_write_bytes(u->w, u->form->tail, u->form->taillen);
	for (i = 0; i < u->form->nlengths; i++)
		wire_patch_u16(u->w, head + u->form->lengths[i].at,
		    (uint16_t)(u->form->lengths[i].base + nlri));
	message_end(u->w, u->start);
}

void
update_write_end_of_rib(struct wire_writer *w, enum afi afi)
{
	struct update_form form;
	struct update u;

	update_form_withdraw(&form, afi);
	u = update_begin(w, &form);
	update_end(&u);
}
