#include <sys/types.h>

#include <pwd.h>
#include <stdbool.h>
#include <string.h>

#include "bgplbd/parent/sandbox_user.h"

static const char *const names[CHILDREN] = {
	[CHILD_FRONTEND] = SANDBOX_USER "-frontend",
	[CHILD_SESSION] = SANDBOX_USER "-session",
	[CHILD_RDE] = SANDBOX_USER "-rde",
};

const char *
sandbox_user_name(enum child child)
{
	return names[child];
}

static const struct passwd *
find(const char *name, sandbox_user_log *say)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		say("there is no user %s: make it with useradd --system "
		    "--user-group --no-create-home --home-dir %s --shell "
		    "/usr/sbin/nologin %s", name, SANDBOX_ROOT_DEFAULT, name);
	return pw;
}

static int
find_children(struct sandbox_users *users, sandbox_user_log *say)
{
	const struct passwd *pw;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < CHILDREN; i++) {
		pw = find(names[i], say);
		if (pw == NULL) {
			rc = -1;
			continue;
		}
		users->children[i].uid = pw->pw_uid;
		users->children[i].gid = pw->pw_gid;
	}
	return rc;
}

static int
find_root(struct sandbox_users *users, sandbox_user_log *say)
{
	const struct passwd *pw = find(SANDBOX_USER, say);

	if (pw == NULL)
		return -1;
	if (strlcpy(users->root, pw->pw_dir, sizeof(users->root)) <
	    sizeof(users->root))
		return 0;
	say("user %s has a home directory whose name is too long",
	    SANDBOX_USER);
	return -1;
}

int
sandbox_users_check(const struct sandbox_users *users, sandbox_user_log *say)
{
	const struct sandbox_user *a, *b;
	unsigned int i, j;
	int rc = 0;

	for (i = 0; i < CHILDREN; i++) {
		a = &users->children[i];
		if (a->uid == 0 || a->gid == 0) {
			say("user %s has user or group id 0: it has to be a "
			    "user without privilege", names[i]);
			rc = -1;
		}
		for (j = 0; j < i; j++) {
			b = &users->children[j];
			if (a->uid != b->uid && a->gid != b->gid)
				continue;
			say("users %s and %s have the same user or group id: "
			    "each has to have its own, remove one with userdel "
			    "and make it anew with useradd --system "
			    "--user-group", names[j], names[i]);
			rc = -1;
		}
	}
	return rc;
}

int
sandbox_users_find(struct sandbox_users *users, sandbox_user_log *say)
{
	int rc;

	memset(users, 0, sizeof(*users));
	rc = find_root(users, say);
	if (find_children(users, say) == -1 || rc == -1)
		return -1;
	return sandbox_users_check(users, say);
}
