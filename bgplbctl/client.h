/*
 * One exchange with bgplbd over its control socket: connect, ask, gather the
 * reply, close.  Blocking; it speaks the packets of common/channel.h itself, since
 * a tool that asks one question needs no event loop.
 */
#ifndef BGPLBCTL_CLIENT_H
#define BGPLBCTL_CLIENT_H

#include <stddef.h>

#include "bgplbctl/command.h"
#include "bgplbctl/exit_status.h"
#include "bgplbctl/reply.h"

#define CLIENT_SOCKET		"/run/bgplbd.sock"	/* where bgplbd listens unless told */
#define CLIENT_TIMEOUT_MS	5000
#define CLIENT_ERROR_MAX	256

struct client {
	const char	*socket;	/* path */
	int		 timeout_ms;	/* for connecting, and for each packet */
	char		 error[CLIENT_ERROR_MAX];	/* a sentence, if not EXIT_DONE */
};

/*
 * Returns EXIT_DONE with the reply complete (whatever its result says),
 * EXIT_UNREACHABLE if nothing could be asked, or EXIT_FAILED if no proper answer
 * came.  The reply is initialized here in any case and is the caller's to clear.
 */
enum exit_status client_ask(struct client *, const struct command *,
	    struct reply *) __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CLIENT_H */
