/*
 * The Docker frontend as the parent starts it: unprivileged, in an empty root
 * directory, with nothing but the descriptors below.
 */
#ifndef BGPLBD_FRONTEND_FRONTEND_H
#define BGPLBD_FRONTEND_FRONTEND_H

#include "bgplbd/settings.h"

struct frontend_fds {
	int	parent;		/* channels */
	int	rde;
	int	session;
	int	plugin;		/* listening Unix stream socket: Docker calls here */
	int	control;	/* listening Unix seqpacket socket: bgplbctl calls here */
};

/* Takes the descriptors over; ends the process when the parent says so. */
void	frontend_run(const struct settings *, const struct frontend_fds *)
	    __attribute__((noreturn));

#endif /* BGPLBD_FRONTEND_FRONTEND_H */
