/*
 * The route decision engine as the parent starts it: CAP_NET_ADMIN and nothing
 * else, in an empty root directory.  Its netlink sockets are opened before its system
 * calls are limited: then it can open no others.
 */
#ifndef BGPLBD_RDE_RDE_H
#define BGPLBD_RDE_RDE_H

#include "bgplbd/settings.h"

struct rde_fds {
	int	parent;		/* channels */
	int	session;
	int	frontend;
	int	netlink;	/* of rde_open_netlink() */
	int	netlink_monitor;
};

/*
 * The two sockets of the family NETLINK_ROUTE that the rde works with, one for requests
 * and one that hears of changes.  Ends the process with fatal() on failure.
 */
void	rde_open_netlink(int *netlink, int *netlink_monitor);
/* Takes the descriptors over; ends the process when the parent says so. */
void	rde_run(const struct settings *, const struct rde_fds *)
	    __attribute__((noreturn));

#endif /* BGPLBD_RDE_RDE_H */
