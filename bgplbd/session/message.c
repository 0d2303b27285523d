#include <string.h>

#include "bgplbd/session/message.h"

#define MARKER_SIZE	16
#define LENGTH_AT	MARKER_SIZE

/* Lengths with the header: RFC 4271 sections 4.2 to 4.5, RFC 2918 section 3. */
static const struct {
	const char	*name;
	uint16_t	 min;
	uint16_t	 max;
	bool		 extensible;	/* RFC 8654 section 4 */
} messages[] = {
	[BGP_OPEN] =		{ "OPEN", 29, BGP_MESSAGE_MAX, false },
	[BGP_UPDATE] =		{ "UPDATE", 23, BGP_MESSAGE_MAX, true },
	[BGP_NOTIFICATION] =	{ "NOTIFICATION", 21, BGP_MESSAGE_MAX, true },
	[BGP_KEEPALIVE] =	{ "KEEPALIVE", 19, 19, false },
	/* Judged by message_check_route_refresh(). */
	[BGP_ROUTE_REFRESH] =	{ "ROUTE-REFRESH", 19, BGP_MESSAGE_MAX, false },
};

static const uint8_t marker[MARKER_SIZE] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
};

static enum frame_outcome
bad_length(uint16_t length, const char *name, struct notification *error)
{
	const uint8_t wire[2] = { (uint8_t)(length >> 8), (uint8_t)length };

	notification_set(error, NOTIFY_HEADER, HEADER_BAD_LENGTH,
	    "%s of %u bytes", name, length);
	notification_set_data(error, wire, sizeof(wire));
	return FRAME_BAD;
}

enum frame_outcome
message_frame(const void *data, size_t size, bool extended,
    struct bgp_frame *out, struct notification *error)
{
	struct wire_reader r = wire_reader(data, size);
	uint8_t found[MARKER_SIZE], type;
	uint16_t length;

	if (size < BGP_HEADER_SIZE)
		return FRAME_PARTIAL;
	wire_read_bytes(&r, found, sizeof(found));
	length = wire_read_u16(&r);
	type = wire_read_u8(&r);
	if (memcmp(found, marker, sizeof(marker)) != 0) {
		notification_set(error, NOTIFY_HEADER, HEADER_NOT_SYNCHRONIZED,
		    "marker is not all ones");
		return FRAME_BAD;
	}
	if (length < BGP_HEADER_SIZE || (length > BGP_MESSAGE_MAX && !extended))
		return bad_length(length, "message", error);
	if (type < BGP_OPEN || type > BGP_ROUTE_REFRESH) {
		notification_set(error, NOTIFY_HEADER, HEADER_BAD_TYPE,
		    "type %u", type);
		notification_set_data(error, &type, sizeof(type));
		return FRAME_BAD;
	}
	if (length < messages[type].min || (length > messages[type].max &&
	    !(extended && messages[type].extensible)))
		return bad_length(length, messages[type].name, error);
	if (size < length)
		return FRAME_PARTIAL;
	out->type = type;
	out->size = length;
	out->body = wire_read_part(&r, length - (size_t)BGP_HEADER_SIZE);
	return FRAME_WHOLE;
}

size_t
message_begin(struct wire_writer *w, enum bgp_message type)
{
	size_t start = w->len;

	wire_write_bytes(w, marker, sizeof(marker));
	wire_write_u16(w, 0);
	wire_write_u8(w, (uint8_t)type);
	return start;
}

void
message_end(struct wire_writer *w, size_t start)
{
	wire_patch_u16(w, start + LENGTH_AT, (uint16_t)(w->len - start));
}

void
message_write_keepalive(struct wire_writer *w)
{
	message_end(w, message_begin(w, BGP_KEEPALIVE));
}

void
message_write_route_refresh(struct wire_writer *w, enum afi afi,
    enum route_refresh subtype)
{
	size_t start = message_begin(w, BGP_ROUTE_REFRESH);

	wire_write_u16(w, (uint16_t)afi);
	wire_write_u8(w, (uint8_t)subtype);
	wire_write_u8(w, BGP_SAFI_UNICAST);
	message_end(w, start);
}

/* The data is the whole message. */
static void
set_refresh_error(const struct bgp_frame *frame, struct notification *error)
{
	struct wire_writer w = wire_writer(error->data, sizeof(error->data));
	size_t start;

	notification_set(error, NOTIFY_ROUTE_REFRESH, REFRESH_BAD_LENGTH,
	    "%zu bytes", frame->size);
	start = message_begin(&w, BGP_ROUTE_REFRESH);
	wire_write_bytes(&w, wire_rest(&frame->body), wire_left(&frame->body));
	message_end(&w, start);
	if (!w.failed)
		error->len = (uint16_t)w.len;
}

int
message_check_route_refresh(const struct bgp_frame *frame, bool enhanced,
    struct notification *error)
{
	struct wire_reader r = frame->body;
	uint8_t subtype;

	if (frame->size == BGP_ROUTE_REFRESH_SIZE)
		return 0;
	wire_read_u16(&r);
	subtype = wire_read_u8(&r);
	if (enhanced && !r.failed &&
	    (subtype == REFRESH_BEGIN || subtype == REFRESH_END))
		set_refresh_error(frame, error);
	else
		(void)bad_length((uint16_t)frame->size, "ROUTE-REFRESH", error);
	return -1;
}

uint8_t
message_read_route_refresh(struct wire_reader r)
{
	uint16_t afi = wire_read_u16(&r);
	uint8_t subtype = wire_read_u8(&r);
	uint8_t safi = wire_read_u8(&r);

	if (r.failed || subtype != REFRESH_REQUEST || safi != BGP_SAFI_UNICAST ||
	    (afi != AFI_IPV4 && afi != AFI_IPV6))
		return AFI_NONE;
	return (uint8_t)afi;
}
