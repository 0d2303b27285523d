/*
 * Why a neighbor has no session: its last error, and the last NOTIFICATION of each
 * direction, each with the time of it.  An error of TCP replaces the last error but
 * not what the neighbor said before, which tells more.  None is forgotten but for a
 * newer one of its kind, so that what ended a session can be read until the next is up
 * and after it.
 *
 * A plain value; all zeros has none.  Times are seconds of neighbor_now().
 */
#ifndef BGPLBD_SESSION_LAST_ERRORS_H
#define BGPLBD_SESSION_LAST_ERRORS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "bgplbd/session/notification.h"
#include "common/control.h"

struct last_notification {
	bool	present;
	uint8_t	code;
	uint8_t	subcode;
	time_t	at;
	char	text[CONTROL_NOTIFICATION_MAX];
};

struct last_errors {
	char			 text[CONTROL_TEXT_MAX];	/* "" if none */
	time_t			 at;
	struct last_notification received;
	struct last_notification sent;
};

/* text may come from the neighbor: all that could harm a terminal is replaced. */
void	last_errors_note(struct last_errors *, const char *text, time_t now);
void	last_errors_note_notification(struct last_errors *,
	    const struct notification *, bool sent, time_t now);
bool	last_errors_has_any(const struct last_errors *);

/* Fills in the last errors of *out, and nothing else. */
void	last_errors_report(const struct last_errors *, time_t now,
	    struct control_neighbor *out);

#endif /* BGPLBD_SESSION_LAST_ERRORS_H */
