/*
 * Sockets on which TCP connections to and from neighbors begin; the parent makes them
 * all, for it has the passwords (RFC 2385).  Each call ends at once.
 */
#ifndef BGPLBD_PARENT_NEIGHBOR_SOCKET_H
#define BGPLBD_PARENT_NEIGHBOR_SOCKET_H

#include "bgplbd/messages/parent_session.h"
#include "bgplbd/settings.h"

/*
 * Begins to connect to the neighbor, which is not one of a prefix: from its
 * local_address if that is set, with the options of bgplbd/tcp_options.h, and with TCP
 * MD5 unless the password is "".  as: ours.
 *
 * Returns the socket, which is non-blocking and writable when SO_ERROR says how it
 * went; or -1 with errno, and *step what it was that failed.
 */
int	neighbor_socket_connect(const struct neighbor_settings *, uint32_t as,
	    const char *password, enum connect_step *step)
	    __attribute__((warn_unused_result));

/*
 * Segments from and to this neighbor, or neighbors of this prefix, carry the signature
 * of the password: on a socket that is to listen or to connect.  Of several prefixes
 * the kernel takes the longest.  0, or -1 with errno.
 */
int	neighbor_socket_set_password(int fd, const struct neighbor_settings *,
	    const char *password) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_NEIGHBOR_SOCKET_H */
