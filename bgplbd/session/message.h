/*
 * The frame of a BGP message (RFC 4271 section 4.1) and the messages that are
 * little more than that: KEEPALIVE and ROUTE-REFRESH (RFC 2918).  The others have
 * a module each: open.h, update.h and update_check.h, notification.h.
 *
 * Nothing here does I/O or allocates.
 */
#ifndef BGPLBD_SESSION_MESSAGE_H
#define BGPLBD_SESSION_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/notification.h"
#include "bgplbd/session/wire.h"
#include "common/prefix.h"

#define BGP_HEADER_SIZE		19
#define BGP_MESSAGE_MAX		4096
#define BGP_EXTENDED_MAX	65535	/* RFC 8654; never sent, only taken */
#define BGP_ROUTE_REFRESH_SIZE	(BGP_HEADER_SIZE + 4)
#define BGP_SAFI_UNICAST	1

enum bgp_message {
	BGP_OPEN = 1,
	BGP_UPDATE,
	BGP_NOTIFICATION,
	BGP_KEEPALIVE,
	BGP_ROUTE_REFRESH
};

enum route_refresh {		/* RFC 7313 section 3 */
	REFRESH_REQUEST,
	REFRESH_BEGIN,
	REFRESH_END
};

struct bgp_frame {
	uint8_t		type;		/* enum bgp_message */
	size_t		size;		/* with its header */
	struct wire_reader body;	/* what follows the header */
};

enum frame_outcome {
	FRAME_WHOLE,
	FRAME_PARTIAL,		/* its end is yet to come */
	FRAME_BAD		/* error says why */
};

/*
 * Looks for one message at the start of data, which it does not copy.  Marker,
 * length and type are judged (RFC 4271 section 6.1) as soon as the header is there.
 * extended: it may be of BGP_EXTENDED_MAX bytes, but for OPEN and KEEPALIVE.
 */
enum frame_outcome message_frame(const void *data, size_t size, bool extended,
	    struct bgp_frame *out, struct notification *error)
	    __attribute__((warn_unused_result));

/*
 * Starts a message and ends it by filling in its length; start is what
 * message_begin() returned.
 */
size_t	message_begin(struct wire_writer *, enum bgp_message);
void	message_end(struct wire_writer *, size_t start);

void	message_write_keepalive(struct wire_writer *);
void	message_write_route_refresh(struct wire_writer *, enum afi,
	    enum route_refresh);

/*
 * Whether a ROUTE-REFRESH has its length.  enhanced: RFC 7313 was agreed to, whose
 * section 5 has an error of its own for a begin and an end.  0, or -1 and the
 * NOTIFICATION that is due.
 */
int	message_check_route_refresh(const struct bgp_frame *, bool enhanced,
	    struct notification *error) __attribute__((warn_unused_result));

/*
 * Which family a neighbor wants sent again: enum afi, or AFI_NONE for a family that
 * is none of ours, and for the begin and end of what it sends again (RFC 7313),
 * which do not matter to who keeps nothing.
 */
uint8_t	message_read_route_refresh(struct wire_reader);

#endif /* BGPLBD_SESSION_MESSAGE_H */
