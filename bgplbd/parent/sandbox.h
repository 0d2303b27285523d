/*
 * Which files and rights each process has: one function a process, in sandbox.c, all
 * on one screen; which system calls it may make is in syscalls.h.  Called once in the
 * process that it binds, which cannot undo it.
 */
#ifndef BGPLBD_PARENT_SANDBOX_H
#define BGPLBD_PARENT_SANDBOX_H

#include <sys/types.h>

#include <limits.h>

#define SANDBOX_USER	"_bgplbd"

struct sandbox {
	uid_t	uid;
	gid_t	gid;
	char	root[PATH_MAX];		/* the children's empty root directory */
};

/*
 * Looks up SANDBOX_USER, whose home directory is the children's root, and makes
 * that directory if it is missing.  0, or -1 after logging what is wrong with the
 * user or the directory, and what to do.
 */
int	sandbox_prepare(struct sandbox *) __attribute__((warn_unused_result));

/*
 * The checks of sandbox_prepare() on a directory: it is made if missing, and it
 * must belong to root and be writable by root alone.  Logs like it.
 */
int	sandbox_prepare_root(const char *path) __attribute__((warn_unused_result));

/* Each ends the process with fatal() if a promise cannot be kept. */
void	sandbox_parent(void);
void	sandbox_session(const struct sandbox *);
void	sandbox_frontend(const struct sandbox *);
void	sandbox_rde(const struct sandbox *);

#endif /* BGPLBD_PARENT_SANDBOX_H */
