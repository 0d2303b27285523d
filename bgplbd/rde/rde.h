/*
 * The route decision engine as the parent starts it: CAP_NET_ADMIN and nothing
 * else, in an empty root directory.  It opens its netlink sockets itself.
 */
#ifndef BGPLBD_RDE_RDE_H
#define BGPLBD_RDE_RDE_H

#include "bgplbd/settings.h"

struct rde_fds {
	int	parent;		/* channels */
	int	session;
	int	frontend;
};

/* Takes the descriptors over; ends the process when the parent says so. */
void	rde_run(const struct settings *, const struct rde_fds *)
	    __attribute__((noreturn));

#endif /* BGPLBD_RDE_RDE_H */
