/*
 * Forks the three children and joins all four processes with channels.
 *
 * A child has its channels, the listening sockets that are its own and standard
 * error; it is in its sandbox before its main function runs, and does not
 * outlive the parent: the kernel kills it with the parent's end, also if it is
 * stopped.  SIGINT, SIGTERM, SIGUSR1 and SIGHUP may reach a whole process group or
 * service, so children ignore them and the parent decides.
 */
#ifndef BGPLBD_PARENT_SPAWN_H
#define BGPLBD_PARENT_SPAWN_H

#include <sys/types.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/parent/sandbox.h"
#include "bgplbd/parent/sockets.h"
#include "bgplbd/settings.h"

/* A child's ends of its channels. */
struct child_channels {
	int	parent;
	int	sibling[CHILDREN];	/* -1 for itself */
};

/* A child's whole life; the sockets that are not its own are -1. */
typedef void	child_main(const struct settings *,
		    const struct child_channels *, const struct sockets *);

/*
 * Opens sockets that only the child may have and puts them into its struct sockets:
 * runs in the child, as its user and with its capabilities, before its system calls
 * are limited.  Ends the child with fatal() on failure.
 */
typedef void	child_open(struct sockets *);

struct child_program {
	child_open	*open;		/* NULL: nothing to open */
	child_main	*main;
};

struct spawned {
	pid_t	pid;
	int	channel;	/* the parent's end */
};

struct spawn_plan {
	const struct child_program *programs;	/* CHILDREN of them */
	const struct sandbox	*sandbox;
	struct settings		*settings;
	const struct sockets	*sockets;
	int			 verbose;
};

/*
 * Starts main of each child, which must not return.  A child's settings have no
 * passwords.  The caller has blocked all signals; a child unblocks them for itself.
 * 0 when all are in their sandboxes, or -1 after logging; none is left then.
 */
int	spawn_children(const struct spawn_plan *, struct spawned out[CHILDREN])
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_SPAWN_H */
