/*
 * The users of the processes without privilege: one for each child, so that none of
 * them may signal, trace or read another, and one more, whose home directory is the
 * root directory of them all.
 */
#ifndef BGPLBD_PARENT_SANDBOX_USER_H
#define BGPLBD_PARENT_SANDBOX_USER_H

#include <sys/types.h>

#include <limits.h>

#include "bgplbd/messages/child.h"

#define SANDBOX_USER		"_bgplbd"
#define SANDBOX_ROOT_DEFAULT	"/var/lib/bgplbd/empty"

struct sandbox_user {
	uid_t	uid;
	gid_t	gid;
};

struct sandbox_users {
	struct sandbox_user	children[CHILDREN];
	char			root[PATH_MAX];	/* home of SANDBOX_USER */
};

/* A function of log.h, for what is wrong. */
typedef void	sandbox_user_log(const char *fmt, ...)
		    __attribute__((format(printf, 1, 2)));

/* The name of a child's user, such as "_bgplbd-session". */
const char	*sandbox_user_name(enum child);

/*
 * Looks all of them up.  0, or -1 after one line for each that is missing, is not
 * without privilege, or shares its user or group id with another: what is wrong, and
 * the command that mends it.
 */
int	sandbox_users_find(struct sandbox_users *, sandbox_user_log *)
	    __attribute__((warn_unused_result));

/* The second half of it: that no two have an id in common and none has id 0. */
int	sandbox_users_check(const struct sandbox_users *, sandbox_user_log *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_SANDBOX_USER_H */
