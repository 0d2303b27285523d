/*
 * NOTIFICATION: the codes and subcodes of RFC 4271 section 4.5 and of those that
 * extend it, the message, and its meaning in words for the log and the operator.
 *
 * Of those that have a number, these are never sent: OPEN subcodes 5, which is withdrawn,
 * and 7, since no capability is insisted on; UPDATE subcodes 3 to 8 and 11, in place of
 * which RFC 7606 has the prefixes withdrawn or the attribute ignored; Cease subcodes 3
 * and 6, since the configuration does not change at run time, 8, and 10.
 *
 * A struct notification stands for both what we are about to send and what a
 * neighbor sent; decoders fill one in when they refuse something.
 */
#ifndef BGPLBD_SESSION_NOTIFICATION_H
#define BGPLBD_SESSION_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/wire.h"

enum notify_code {
	NOTIFY_HEADER = 1,
	NOTIFY_OPEN,
	NOTIFY_UPDATE,
	NOTIFY_HOLD_TIMER,
	NOTIFY_FSM,
	NOTIFY_CEASE,
	NOTIFY_ROUTE_REFRESH,		/* RFC 7313 */
	NOTIFY_SEND_HOLD_TIMER		/* RFC 9687 */
};

enum header_error {			/* RFC 4271 section 6.1 */
	HEADER_NOT_SYNCHRONIZED = 1,
	HEADER_BAD_LENGTH,
	HEADER_BAD_TYPE
};

enum open_error {			/* RFC 4271 section 6.2, RFC 5492 */
	OPEN_UNSPECIFIC = 0,
	OPEN_BAD_VERSION = 1,
	OPEN_BAD_PEER_AS = 2,
	OPEN_BAD_IDENTIFIER = 3,
	OPEN_BAD_PARAMETER = 4,
	OPEN_BAD_HOLD_TIME = 6,
	OPEN_ROLE_MISMATCH = 11			/* RFC 9234 */
};

enum update_error {			/* RFC 4271 section 6.3 */
	UPDATE_BAD_ATTRIBUTE_LIST = 1,
	UPDATE_UNKNOWN_WELL_KNOWN = 2,
	UPDATE_BAD_OPTIONAL = 9,
	UPDATE_BAD_NETWORK = 10
};

enum refresh_error {			/* RFC 7313 section 5 */
	REFRESH_BAD_LENGTH = 1
};

enum fsm_error {			/* RFC 6608 */
	FSM_IN_OPENSENT = 1,
	FSM_IN_OPENCONFIRM,
	FSM_IN_ESTABLISHED
};

enum cease_error {			/* RFC 4486 */
	CEASE_MAX_PREFIXES = 1,
	CEASE_ADMIN_SHUTDOWN = 2,
	CEASE_ADMIN_RESET = 4,
	CEASE_REJECTED = 5,
	CEASE_CONFIG_CHANGE = 6,
	CEASE_COLLISION = 7,
	CEASE_HARD_RESET = 9		/* RFC 8538 */
};

#define NOTIFICATION_DATA_MAX	(4096 - 21)
#define NOTIFICATION_DETAIL_MAX	96
/* Words, and a shutdown communication of 255 bytes. */
#define NOTIFICATION_TEXT_MAX	400

struct notification {
	bool		hard;		/* routes are not to outlive it (RFC 8538) */
	uint8_t		code;		/* enum notify_code, or what was received */
	uint8_t		subcode;
	uint16_t	len;		/* of data */
	char		detail[NOTIFICATION_DETAIL_MAX]; /* for our log only */
	uint8_t		data[NOTIFICATION_DATA_MAX];
};

/* Without data; detail is a printf format, "" for none. */
void	notification_set(struct notification *, enum notify_code,
	    unsigned int subcode, const char *detail, ...)
	    __attribute__((format(printf, 4, 5)));
/* What is beyond NOTIFICATION_DATA_MAX is cut. */
void	notification_set_data(struct notification *, const void *, size_t);

/*
 * Cease with a shutdown communication (RFC 9003): text, cut to what it takes, with
 * all that is not UTF-8 or not fit to be shown replaced; "" for none.
 */
void	notification_set_shutdown(struct notification *, enum cease_error,
	    const char *text);

/* hard_reset: a hard one travels in a Cease, Hard Reset (RFC 8538 section 3). */
void	notification_write(const struct notification *, bool hard_reset,
	    struct wire_writer *);
/* body: what follows the header, at least two bytes. */
void	notification_read(struct wire_reader body, struct notification *out);

/*
 * "OPEN Message Error, Bad Peer AS (AS 65002 instead of 65001)".  A shutdown
 * communication (RFC 9003) follows in quotes, with all that could harm a log or a
 * terminal replaced.  Returns buf.
 */
const char *notification_describe(const struct notification *, char *buf,
	    size_t size);

#endif /* BGPLBD_SESSION_NOTIFICATION_H */
