/*
 * The sockets that the daemon listens on.  The parent opens them while it has
 * the privilege, the children inherit them, and the parent removes the files of
 * the Unix sockets when it ends.
 *
 * Those for BGP have the passwords of the neighbors (RFC 2385) before they listen, so
 * that nobody connects without.
 *
 * A daemon that was killed leaves its socket files behind; the next one tells such a
 * file from that of a daemon that lives by connecting to it.
 */
#ifndef BGPLBD_PARENT_SOCKETS_H
#define BGPLBD_PARENT_SOCKETS_H

#include <sys/types.h>

#include <stdbool.h>

#include "bgplbd/messages/listener.h"
#include "bgplbd/settings.h"

/* A socket file that this process made, known again by its inode. */
struct socket_file {
	char	path[SETTINGS_PATH_MAX];	/* "": none */
	int	type;				/* of the socket */
	dev_t	dev;
	ino_t	ino;
	bool	in_trouble;	/* it is not there, and that is in the log */
	ino_t	stranger;	/* what stood in its place; 0: nothing */
};

struct sockets {
	int			plugin;		/* listening; -1 if closed */
	int			control;
	int			listen4;	/* -1 too if not listening */
	int			listen6;
	int			netlink;	/* the rde's own, see spawn.h; else -1 */
	int			netlink_monitor;
	/*
	 * Of each neighbor of the settings: it has a password that the kernel could
	 * not take for the listening socket, which is logged.
	 */
	bool			unprotected[SETTINGS_NEIGHBORS_MAX];
	struct socket_file	plugin_file;
	struct socket_file	control_file;
};

/*
 * Opens all that settings ask for.  0, or -1 after logging which one failed and
 * why; nothing is left open or in the file system then.
 */
int	sockets_open(struct sockets *, const struct settings *)
	    __attribute__((warn_unused_result));

/*
 * Looks whether the file of a Unix socket is still there.  If somebody has removed it,
 * it is put back, with its directory if that is gone too, and a line in the log.
 * Returns the new socket that listens, the caller's, or -1: it is there, or it cannot
 * be put back, which is logged once.  What somebody else has put in its place stays,
 * but a socket on which nobody has listened from one look to the next.
 */
int	sockets_look(struct sockets *, enum listener)
	    __attribute__((warn_unused_result));

/* Closes the descriptor of one, whose file is another's by now. */
void	sockets_close_one(struct sockets *, enum listener);

/* Closes the descriptors; the files stay, for the children listen on. */
void	sockets_close(struct sockets *);

/* Removes the files, unless another socket has taken their place. */
void	sockets_remove_files(struct sockets *);

#endif /* BGPLBD_PARENT_SOCKETS_H */
