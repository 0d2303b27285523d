#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/notification.h"
#include "common/utf8.h"

#define SUBCODES_MAX	12
#define SHUTDOWN_TEXT_MAX 255	/* RFC 9003 section 2 */

/* IANA's registry of BGP error codes and subcodes. */
static const struct {
	const char *name;
	const char *subcodes[SUBCODES_MAX];
} codes[] = {
	[NOTIFY_HEADER] = { "Message Header Error", {
		[1] = "Connection Not Synchronized",
		[2] = "Bad Message Length",
		[3] = "Bad Message Type",
	} },
	[NOTIFY_OPEN] = { "OPEN Message Error", {
		[0] = "Unspecific",
		[1] = "Unsupported Version Number",
		[2] = "Bad Peer AS",
		[3] = "Bad BGP Identifier",
		[4] = "Unsupported Optional Parameter",
		[5] = "Authentication Failure",
		[6] = "Unacceptable Hold Time",
		[7] = "Unsupported Capability",
		[11] = "Role Mismatch",
	} },
	[NOTIFY_UPDATE] = { "UPDATE Message Error", {
		[1] = "Malformed Attribute List",
		[2] = "Unrecognized Well-known Attribute",
		[3] = "Missing Well-known Attribute",
		[4] = "Attribute Flags Error",
		[5] = "Attribute Length Error",
		[6] = "Invalid ORIGIN Attribute",
		[7] = "AS Routing Loop",
		[8] = "Invalid NEXT_HOP Attribute",
		[9] = "Optional Attribute Error",
		[10] = "Invalid Network Field",
		[11] = "Malformed AS_PATH",
	} },
	[NOTIFY_HOLD_TIMER] = { "Hold Timer Expired", { NULL } },
	[NOTIFY_FSM] = { "Finite State Machine Error", {
		[1] = "Unexpected Message in OpenSent",
		[2] = "Unexpected Message in OpenConfirm",
		[3] = "Unexpected Message in Established",
	} },
	[NOTIFY_CEASE] = { "Cease", {
		[1] = "Maximum Number of Prefixes Reached",
		[2] = "Administrative Shutdown",
		[3] = "Peer De-configured",
		[4] = "Administrative Reset",
		[5] = "Connection Rejected",
		[6] = "Other Configuration Change",
		[7] = "Connection Collision Resolution",
		[8] = "Out of Resources",
		[9] = "Hard Reset",
		[10] = "BFD Down",
	} },
	[NOTIFY_ROUTE_REFRESH] = { "ROUTE-REFRESH Message Error", {
		[1] = "Invalid Message Length",
	} },
	[NOTIFY_SEND_HOLD_TIMER] = { "Send Hold Timer Expired", { NULL } },
};

#define CODES	(sizeof(codes) / sizeof(codes[0]))

void
notification_set(struct notification *n, enum notify_code code,
    unsigned int subcode, const char *detail, ...)
{
	va_list ap;

	n->hard = false;
	n->code = (uint8_t)code;
	n->subcode = (uint8_t)subcode;
	n->len = 0;
	va_start(ap, detail);
	vsnprintf(n->detail, sizeof(n->detail), detail, ap);
	va_end(ap);
}

void
notification_set_data(struct notification *n, const void *data, size_t len)
{
	if (len > sizeof(n->data))
		len = sizeof(n->data);
	n->len = (uint16_t)len;
	if (len > 0)
		memcpy(n->data, data, len);
}

void
notification_set_shutdown(struct notification *n, enum cease_error subcode,
    const char *text)
{
	char clean[SHUTDOWN_TEXT_MAX + 1];
	size_t len;

	notification_set(n, NOTIFY_CEASE, subcode, "%s", "");
	len = utf8_copy(clean, sizeof(clean), text, strlen(text));
	if (len == 0)
		return;
	n->data[0] = (uint8_t)len;
	memcpy(&n->data[1], clean, len);
	n->len = (uint16_t)(1 + len);
}

void
notification_write(const struct notification *n, bool hard_reset,
    struct wire_writer *w)
{
	size_t start = message_begin(w, BGP_NOTIFICATION);

	if (n->hard && hard_reset) {
		wire_write_u8(w, NOTIFY_CEASE);
		wire_write_u8(w, CEASE_HARD_RESET);
	}
	wire_write_u8(w, n->code);
	wire_write_u8(w, n->subcode);
	wire_write_bytes(w, n->data, n->len);
	message_end(w, start);
}

void
notification_read(struct wire_reader body, struct notification *out)
{
	out->hard = false;
	out->code = wire_read_u8(&body);
	out->subcode = wire_read_u8(&body);
	out->detail[0] = '\0';
	notification_set_data(out, wire_rest(&body), wire_left(&body));
}

static void
describe_subcode(const struct notification *n, char *buf, size_t size)
{
	const char *name = NULL;

	if (n->subcode < SUBCODES_MAX)
		name = codes[n->code].subcodes[n->subcode];
	if (name != NULL)
		snprintf(buf, size, "%s, %s", codes[n->code].name, name);
	else if (n->subcode != 0)
		snprintf(buf, size, "%s, subcode %u", codes[n->code].name,
		    n->subcode);
	else
		strlcpy(buf, codes[n->code].name, size);
}

/* RFC 9003 section 2: one byte of length, then as many of UTF-8. */
static struct wire_reader
shutdown_communication(const struct notification *n)
{
	struct wire_reader r = wire_reader(n->data, n->len);

	if (n->code != NOTIFY_CEASE || (n->subcode != CEASE_ADMIN_SHUTDOWN &&
	    n->subcode != CEASE_ADMIN_RESET))
		return wire_reader(NULL, 0);
	return wire_read_part(&r, wire_read_u8(&r));
}

/* What a Hard Reset stands for follows it. */
static void
describe_hard_reset(const struct notification *n, char *buf, size_t size)
{
	struct notification inner;
	size_t used = strlen(buf);

	if (n->code != NOTIFY_CEASE || n->subcode != CEASE_HARD_RESET ||
	    n->len < 2)
		return;
	notification_read(wire_reader(n->data, n->len), &inner);
	if (inner.code == NOTIFY_CEASE && inner.subcode == CEASE_HARD_RESET)
		return;
	snprintf(buf + used, size - used, ", ");
	used = strlen(buf);
	notification_describe(&inner, buf + used, size - used);
}

const char *
notification_describe(const struct notification *n, char *buf, size_t size)
{
	struct wire_reader text = shutdown_communication(n);
	size_t used;

	if (n->code == 0 || n->code >= CODES)
		snprintf(buf, size, "code %u, subcode %u", n->code,
		    n->subcode);
	else
		describe_subcode(n, buf, size);
	describe_hard_reset(n, buf, size);
	if (n->detail[0] != '\0') {
		used = strlen(buf);
		snprintf(buf + used, size - used, " (%s)", n->detail);
	}
	if (wire_left(&text) > 0) {
		strlcat(buf, ": \"", size);
		used = strlen(buf);
		(void)utf8_copy(buf + used, size - used, wire_rest(&text),
		    wire_left(&text));
		strlcat(buf, "\"", size);
	}
	return buf;
}
