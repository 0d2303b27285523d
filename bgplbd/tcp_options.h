/*
 * The options of TCP sockets for BGP, of those that the parent makes and those that the
 * session engine accepts: they send at once (TCP_NODELAY), are marked as network control
 * (DSCP CS6), as routers do, and go as far as the neighbor may be.
 */
#ifndef BGPLBD_TCP_OPTIONS_H
#define BGPLBD_TCP_OPTIONS_H

#include <stdint.h>

#include "bgplbd/settings.h"
#include "common/prefix.h"

/* What is not had is done without: no session fails for want of these. */
void	tcp_options_set(int fd, enum afi);

/*
 * How far packets to the neighbor go, and with ttl-security (RFC 5082) also from
 * where they may come: those that passed more hops are dropped by the kernel.  For a
 * socket that is connected or is to be.  as: ours.  0, or -1 with errno.
 */
int	tcp_options_set_ttl(int fd, const struct neighbor_settings *,
	    uint32_t as) __attribute__((warn_unused_result));

/*
 * A listening socket answers before it is known how far the neighbor may be: with
 * the largest TTL, which RFC 5082 wants from all who may ask for it.
 */
void	tcp_options_set_listening(int fd, enum afi);

#endif /* BGPLBD_TCP_OPTIONS_H */
