/*
 * bgplbd's answer to one request, put together packet by packet.  Pure: the
 * client feeds it what arrives.  bgplbd counts as hostile: each packet's header,
 * size, type and payload are checked, and the number of rows is bounded.
 */
#ifndef BGPLBCTL_REPLY_H
#define BGPLBCTL_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "common/channel.h"
#include "common/control.h"

/* More would be no answer of a bgplbd: 50 MB of prefixes, 120 MB of neighbors. */
#define REPLY_ROWS_MAX	262144
#define REPLY_PACKET_MAX (sizeof(struct channel_hdr) + CHANNEL_PAYLOAD_MAX)

struct reply {
	uint32_t		 request;	/* enum control_type */
	struct control_neighbor	*neighbors;	/* for CONTROL_SHOW_NEIGHBORS */
	struct control_prefix	*prefixes;	/* for CONTROL_SHOW_PREFIXES */
	struct control_told	*told;		/* for CONTROL_SHOW_TOLD */
	struct control_advertisement *advertisements; /* CONTROL_SHOW_ADVERTISEMENTS */
	struct control_start_failure *start_failures; /* CONTROL_SHOW_START_FAILURES */
	size_t			 nrows;		/* of whichever it is */
	size_t			 room;		/* rows that fit without growing */
	struct control_result	 result;	/* once it is REPLY_COMPLETE */
};

enum reply_progress {
	REPLY_MORE,		/* more is to come */
	REPLY_COMPLETE,		/* that was the result, the last packet */
	REPLY_MALFORMED,	/* no packet that may answer this request */
	REPLY_TOO_LONG		/* more than REPLY_ROWS_MAX rows */
};

void	reply_init(struct reply *, uint32_t request);
/* Frees the rows, not the struct. */
void	reply_clear(struct reply *);

/* packet: len bytes as received, header first. */
enum reply_progress reply_add(struct reply *, const void *packet, size_t len)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_REPLY_H */
