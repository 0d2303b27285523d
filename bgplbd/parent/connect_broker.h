/*
 * What the session engine asks for in messages/parent_session.h: begins to connect to
 * a neighbor of the settings, and no oftener than the limits there.
 */
#ifndef BGPLBD_PARENT_CONNECT_BROKER_H
#define BGPLBD_PARENT_CONNECT_BROKER_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/parent_session.h"

struct connect_broker;

/* settings: the caller's, which live longer; with their passwords. */
struct connect_broker *connect_broker_new(const struct settings *);
void	connect_broker_free(struct connect_broker *);	/* NULL is fine */

/*
 * request: a valid one.  Fills the answer, and returns the socket that goes with it, or
 * -1 if it has an error.  now_ms: of the monotonic clock.
 */
int	connect_broker_ask(struct connect_broker *,
	    const struct connect_request *, uint64_t now_ms,
	    struct connect_answer *) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_CONNECT_BROKER_H */
