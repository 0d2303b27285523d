/*
 * Long answers to clients of the control socket.  The rde and the session engine send
 * rows for about CONTROL_TURN_BYTES, then MSG_CONTROL_PAUSED; they go on when the
 * frontend says MSG_FRONTEND_CONTINUE, which it does once the client has read what it
 * got.  So no process keeps more rows than that for a client.  A list goes over what is
 * there at the time of each turn.
 *
 * The frontend says MSG_FRONTEND_LEFT if the client leaves before its result.  In all
 * three the peerid is the client's number, as in the request, and there is no payload.
 * One for a list that has ended meanwhile means nothing.
 */
#ifndef BGPLBD_MESSAGES_CONTROL_ROWS_H
#define BGPLBD_MESSAGES_CONTROL_ROWS_H

#include <stdbool.h>

#include "common/channel.h"

/* Of payload, but for the last row of a turn. */
#define CONTROL_TURN_BYTES	(64 * 1024)

/* Whether it is MSG_FRONTEND_CONTINUE or MSG_FRONTEND_LEFT, and valid. */
bool	control_rows_is_request(const struct message *);

#endif /* BGPLBD_MESSAGES_CONTROL_ROWS_H */
