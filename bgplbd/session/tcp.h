/*
 * The TCP sockets of BGP sessions: accepted and asked.  All are non-blocking and
 * close-on-exec, and have the options of bgplbd/tcp_options.h.  Those that we open are
 * the parent's to make, see opening.h.
 */
#ifndef BGPLBD_SESSION_TCP_H
#define BGPLBD_SESSION_TCP_H

#include "common/prefix.h"

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

#endif /* BGPLBD_SESSION_TCP_H */
