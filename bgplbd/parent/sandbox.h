/*
 * Which files and rights each process has: one function a process, in sandbox.c, all
 * on one screen; which system calls it may make is in syscalls.h.  Called once in the
 * process that it binds, which cannot undo it.
 */
#ifndef BGPLBD_PARENT_SANDBOX_H
#define BGPLBD_PARENT_SANDBOX_H

#include "bgplbd/parent/sandbox_user.h"
#include "bgplbd/settings.h"

/*
 * Private memory of each process, in bytes, with which none comes to 64 MB in all; not
 * with sanitizers.  A process that needs more ends, and the daemon with it, by a line
 * that names the limit.  The queues and tables have limits of their own, which come to
 * less (README.md has measured figures).
 */
#define SANDBOX_MEMORY_MAX	(56 * 1024 * 1024)

struct sandbox {
	struct sandbox_users	users;		/* root: empty, root's own */
};

/*
 * Looks up the users of the processes without privilege (sandbox_user.h), and makes
 * their root directory if it is missing.  0, or -1 after logging what is wrong with a
 * user or the directory, and what to do.
 */
int	sandbox_prepare(struct sandbox *) __attribute__((warn_unused_result));

/*
 * The checks of sandbox_prepare() on a directory: it is made if missing, and it
 * must belong to root and be writable by root alone.  Logs like it.
 */
int	sandbox_prepare_root(const char *path) __attribute__((warn_unused_result));

/* Each ends the process with fatal() if a promise cannot be kept. */
void	sandbox_parent(const struct settings *);
void	sandbox_session(const struct sandbox *);
void	sandbox_frontend(const struct sandbox *);
void	sandbox_rde(const struct sandbox *);

#endif /* BGPLBD_PARENT_SANDBOX_H */
