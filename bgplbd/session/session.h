/*
 * The BGP session engine as the parent starts it: unprivileged, in an empty root
 * directory, with nothing but the descriptors below.
 */
#ifndef BGPLBD_SESSION_SESSION_H
#define BGPLBD_SESSION_SESSION_H

#include <stdbool.h>

#include "bgplbd/settings.h"

struct session_fds {
	int	parent;		/* channels */
	int	rde;
	int	frontend;
	int	listen4;	/* listening TCP sockets, or -1 */
	int	listen6;
	/*
	 * Of each neighbor of the settings: it has a password that the kernel could
	 * not take for the listening socket, so it may not connect.
	 */
	const bool *unprotected;
};

/* Takes the descriptors over; ends the process when the parent says so. */
void	session_run(const struct settings *, const struct session_fds *)
	    __attribute__((noreturn));

#endif /* BGPLBD_SESSION_SESSION_H */
