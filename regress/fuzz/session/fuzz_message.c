#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/notification.h"
#include "bgplbd/session/open.h"
#include "bgplbd/session/update_check.h"
#include "common/control.h"

/* What the first byte of an input says of the session. */
#define INPUT_AS4	0x01
#define INPUT_INTERNAL	0x02
#define INPUT_EXTENDED	0x04
#define INPUT_FAMILIES	4	/* shift */

static const struct open_message ours = {
	.as = 64512,
	.router_id = 0xc0000201,
	.hold_time = 90,
	.as4 = true,
	.route_refresh = true,
	.multiprotocol = true,
	.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6,
	.graceful = { .present = true, .notifications = true },
	.extended_messages = true,
	.enhanced_refresh = true,
	.ipv6_nexthop = true,
	.role = ROLE_CUSTOMER,
};

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Whatever is refused can be told to the neighbor and to the operator. */
static void
tell(const struct notification *n)
{
	uint8_t message[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(message, sizeof(message));
	char shorter[32], text[NOTIFICATION_TEXT_MAX];
	const char *p;

	notification_write(n, false, &w);
	assert(!w.failed);
	notification_describe(n, text, sizeof(text));
	for (p = text; *p != '\0'; p++)
		assert((unsigned char)*p >= ' ' && *p != 0x7f);
	notification_describe(n, shorter, sizeof(shorter));
	assert(strlen(shorter) < sizeof(shorter));
}

/* What was understood of an OPEN is what is understood when it is written again. */
static void
write_again(const struct open_message *m)
{
	uint8_t message[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(message, sizeof(message));
	struct notification error;
	struct open_message again;
	struct bgp_frame frame;

	open_write(m, &w);
	assert(!w.failed);
	assert(message_frame(message, w.len, false, &frame, &error) == FRAME_WHOLE);
	assert(open_read(frame.body, &again, &error) == 0);
	assert(again.as == m->as && again.router_id == m->router_id &&
	    again.hold_time == m->hold_time && again.families == m->families &&
	    again.as4 == m->as4 && again.route_refresh == m->route_refresh);
	assert(again.extended_messages == m->extended_messages &&
	    again.enhanced_refresh == m->enhanced_refresh &&
	    again.ipv6_nexthop == m->ipv6_nexthop && again.role == m->role);
	assert(memcmp(&again.graceful, &m->graceful,
	    sizeof(again.graceful)) == 0);
}

static void
take_open(struct wire_reader body)
{
	struct notification error;
	struct open_message theirs;
	struct neighbor_settings n;
	struct open_terms terms;

	neighbor_settings_init(&n);
	n.external = true;
	if (open_read(body, &theirs, &error) == -1) {
		assert(error.code == NOTIFY_OPEN);
		tell(&error);
		return;
	}
	write_again(&theirs);
	if (open_check(&ours, &n, &theirs, &error) == -1) {
		assert(error.code == NOTIFY_OPEN);
		tell(&error);
		return;
	}
	terms = open_negotiate(&ours, &theirs);
	assert(terms.hold_time == 0 || terms.hold_time >= 3);
	assert(terms.hold_time <= ours.hold_time);
}

static void
take_update(struct wire_reader body, const struct attribute_context *context)
{
	struct notification error;
	struct update_summary u;

	if (update_check(body, context, &u, &error) == -1) {
		assert(error.code == NOTIFY_UPDATE);
		tell(&error);
		return;
	}
	assert(u.verdict < ATTRIBUTE_RESET);
	assert((u.verdict == ATTRIBUTE_FINE) == (u.complaint[0] == '\0'));
	assert(u.verdict != ATTRIBUTE_WITHDRAW || u.announced == 0);
	assert(u.announced + u.withdrawn <= BGP_EXTENDED_MAX);
}

static void
take_notification(struct wire_reader body)
{
	struct notification received;

	notification_read(body, &received);
	tell(&received);
}

static void
take(const struct bgp_frame *frame, const struct attribute_context *context)
{
	struct notification error;

	switch (frame->type) {
	case BGP_OPEN:
		take_open(frame->body);
		break;
	case BGP_UPDATE:
		take_update(frame->body, context);
		break;
	case BGP_NOTIFICATION:
		take_notification(frame->body);
		break;
	case BGP_KEEPALIVE:
		assert(wire_left(&frame->body) == 0);
		break;
	case BGP_ROUTE_REFRESH:
		if (message_check_route_refresh(frame, true, &error) == -1)
			tell(&error);
		message_read_route_refresh(frame->body);
		break;
	default:
		abort();
	}
}

/*
 * What a neighbor sends, from the bytes of its connection to what each message
 * means.  The input is in memory of just its size, so that nothing looks past it.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct attribute_context context;
	struct notification error;
	struct bgp_frame frame;
	uint8_t *input;
	size_t at = 0;

	if (size == 0)
		return 0;
	context.as4 = data[0] & INPUT_AS4;
	context.internal = data[0] & INPUT_INTERNAL;
	context.families = data[0] >> INPUT_FAMILIES &
	    (NEIGHBOR_IPV4 | NEIGHBOR_IPV6);
	size--;
	input = malloc(size > 0 ? size : 1);
	assert(input != NULL);
	memcpy(input, &data[1], size);
	while (at < size) {
		switch (message_frame(&input[at], size - at,
		    data[0] & INPUT_EXTENDED, &frame, &error)) {
		case FRAME_WHOLE:
			take(&frame, &context);
			at += frame.size;
			continue;
		case FRAME_BAD:
			assert(error.code == NOTIFY_HEADER);
			tell(&error);
			break;
		case FRAME_PARTIAL:
			break;
		}
		break;
	}
	free(input);
	return 0;
}
