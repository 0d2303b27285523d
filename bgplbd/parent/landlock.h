/*
 * Which files, TCP ports and other processes a process may reach by the kernel's
 * Landlock: a limit of its own beside user, root directory and system calls.
 *
 * A kernel without Landlock, or with an earlier version of it (ABI, 1 to 7 at present),
 * limits less: files from version 1 on (Linux 5.13), TCP from 4 (6.7), devices from 5
 * (6.10), signals and abstract sockets from 6 (6.12).  What is not there is done
 * without, with a line at level debug: nothing depends on it.
 */
#ifndef BGPLBD_PARENT_LANDLOCK_H
#define BGPLBD_PARENT_LANDLOCK_H

#include <stddef.h>
#include <stdint.h>

/* The kernel's version, 0 for none or one that may not be used. */
int	landlock_version(void);

/* What a version can limit, as its own bits; 0 for what it does not know. */
struct landlock_limits {
	uint64_t	files;
	uint64_t	network;
	uint64_t	scopes;
};

void	landlock_limits_of(int version, struct landlock_limits *);

/* What is done with the files below a directory. */
enum landlock_use {
	LANDLOCK_READ,		/* read files */
	LANDLOCK_CHANGE		/* and write, make and remove files, sockets, folders */
};

/* What is left out of the limits. */
#define LANDLOCK_KEEP_NETWORK	0x1	/* TCP, to and from all ports */
#define LANDLOCK_KEEP_SCOPES	0x2	/* signals and abstract sockets of others */

struct landlock {
	struct landlock_limits	limits;
	int			fd;	/* of the rules, -1: none */
};

/*
 * Rules for a process, from which all is forbidden that the version knows.  No call
 * fails: a directory that is not there needs no rule, and after an error of the kernel
 * the process goes without Landlock, with a line at level debug.
 */
void	landlock_begin(struct landlock *, int version, unsigned int keep);
/* The directory and what is below it. */
void	landlock_allow(struct landlock *, const char *directory,
	    enum landlock_use);
/* The directory in which a file is, and that of what it is a symbolic link to. */
void	landlock_allow_beside(struct landlock *, const char *file,
	    enum landlock_use);
/*
 * The directory above the one in which a file is, so that this can be made again, but
 * not the root directory.
 */
void	landlock_allow_above(struct landlock *, const char *file,
	    enum landlock_use);
/* Connections to the port, and from a port of the kernel's choice. */
void	landlock_allow_connect(struct landlock *, uint16_t port);
/*
 * From now on, for the process that calls it, which has set no_new_privs.  It cannot
 * be undone.
 */
void	landlock_enforce(struct landlock *);

#endif /* BGPLBD_PARENT_LANDLOCK_H */
