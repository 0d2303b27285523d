/*
 * The TCP sockets of BGP sessions: made, prepared and asked.  All are non-blocking
 * and close-on-exec, send at once (TCP_NODELAY), and are marked as network control
 * (DSCP CS6), as routers do.
 */
#ifndef BGPLBD_SESSION_TCP_H
#define BGPLBD_SESSION_TCP_H

#include "bgplbd/settings.h"
#include "common/prefix.h"

/*
 * Begins to connect to the neighbor, from its local_address if that is set and
 * with TCP MD5 (RFC 2385) if it has a password.  as: ours, for tcp_set_ttl().
 * Returns the socket, which is writable when tcp_error() says how it went, or -1 with
 * errno, and *step what it was that failed.
 */
int	tcp_connect(const struct neighbor_settings *, uint32_t as,
	    const char **step) __attribute__((warn_unused_result));

/*
 * How far packets to the neighbor go, and with ttl-security (RFC 5082) also from
 * where they may come: those that passed more hops are dropped by the kernel.  For a
 * socket that is connected or is to be.  0, or -1 with errno.
 */
int	tcp_set_ttl(int fd, const struct neighbor_settings *, uint32_t as)
	    __attribute__((warn_unused_result));

/*
 * A listening socket answers before it is known how far the neighbor may be: with
 * the largest TTL, which RFC 5082 wants from all who may ask for it.
 */
void	tcp_prepare_listening(int fd, enum afi);

/*
 * Takes one connection; scope: the interface's index if from is link-local, else 0.
 * Returns the socket, or -1 with errno.
 */
int	tcp_accept(int listening, struct address *from, uint32_t *scope)
	    __attribute__((warn_unused_result));

/* 0, or the errno that the connection has ended with. */
int	tcp_error(int fd);

/* Our end; AFI_NONE if it has none.  The scope is that of a link-local one, or 0. */
struct address	tcp_local_address(int fd, uint32_t *scope);

/*
 * Segments from and to this neighbor, or neighbors of this prefix, carry the signature
 * of its password: on a socket that listens or is yet to connect.  Of several prefixes
 * the kernel takes the longest.  0, or -1 with errno.
 */
int	tcp_set_md5(int fd, const struct neighbor_settings *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_TCP_H */
