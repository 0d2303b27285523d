#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <linux/capability.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <cap-ng.h>

#include "bgplbd/parent/directory.h"
#include "bgplbd/parent/landlock.h"
#include "bgplbd/parent/namespaces.h"
#include "bgplbd/parent/sandbox.h"
#include "common/log.h"
#include "common/memory.h"

#define DESCRIPTORS_MAX	4096
/* Children enter their root directory as users of their own. */
#define ROOT_MODE	0555

static void	enter_directory(const struct sandbox *);
static void	enter_root(const struct sandbox *);
static void	become_user(const struct sandbox *, enum child);
static void	keep_capability(int);
static void	keep_if_held(unsigned int);
static void	apply_capabilities(void);
static void	limit_resources(void);
static void	forbid_processes(void);
static void	gain_nothing_by_exec(void);
static void	forbid_files(void);
static void	keep_own_files(const struct settings *);
static void	hide_memory(void);

#define NO_CAPABILITY	(-1)

static const struct {
	int		capability;	/* the only one that it keeps */
	unsigned int	namespaces;	/* beside those that every child has */
} confinements[CHILDREN] = {
	/* Connections of Docker and bgplbctl, and pipes. */
	[CHILD_FRONTEND] = { NO_CAPABILITY,
	    NAMESPACES_USER | NAMESPACES_NETWORK },
	/* TCP with neighbors, by sockets that the parent makes. */
	[CHILD_SESSION] = { NO_CAPABILITY,
	    NAMESPACES_USER | NAMESPACES_NETWORK },
	/* Netlink of the host: no files, no TCP, no Docker. */
	[CHILD_RDE] = { CAP_NET_ADMIN, 0 },
};

/* No files, no other process, and no capability but its own. */
static void
confine_child(const struct sandbox *sb, enum child child)
{
	enter_directory(sb);
	keep_capability(confinements[child].capability);
	keep_if_held(CAP_SYS_ADMIN);
	keep_if_held(CAP_SYS_CHROOT);
	become_user(sb, child);
	namespaces_enter(confinements[child].namespaces);
	enter_root(sb);
	keep_capability(confinements[child].capability);
	apply_capabilities();
	limit_resources();
	forbid_processes();
	gain_nothing_by_exec();
	forbid_files();
	hide_memory();
}

void
sandbox_session(const struct sandbox *sb)
{
	confine_child(sb, CHILD_SESSION);
}

void
sandbox_frontend(const struct sandbox *sb)
{
	confine_child(sb, CHILD_FRONTEND);
}

void
sandbox_rde(const struct sandbox *sb)
{
	confine_child(sb, CHILD_RDE);
}

/*
 * Root, for root's own files: Docker's socket, the state file, the sockets that
 * it removes at its end.  None of them needs more than being their owner, so
 * CAP_DAC_OVERRIDE and its like are not kept.  CAP_KILL is for children, which
 * run as another user.
 */
void
sandbox_parent(const struct settings *settings)
{
	keep_capability(CAP_KILL);
	apply_capabilities();
	limit_resources();
	gain_nothing_by_exec();
	keep_own_files(settings);
	hide_memory();
}

/* As root, whatever the directories above it allow to others. */
static void
enter_directory(const struct sandbox *sb)
{
	if (chdir(sb->users.root) == -1)
		fatal("chdir %s", sb->users.root);
}

static void
enter_root(const struct sandbox *sb)
{
	if (chroot(".") == -1)
		fatal("chroot %s", sb->users.root);
	if (chdir("/") == -1)
		fatal("chdir / in %s", sb->users.root);
}

static void
add_capability(unsigned int capability)
{
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
	    capability) == -1)
		fatalx("capability %s is not known to this kernel",
		    capng_capability_to_name(capability));
}

/* capability: or NO_CAPABILITY. */
static void
keep_capability(int capability)
{
	capng_clear(CAPNG_SELECT_ALL);
	if (capability != NO_CAPABILITY)
		add_capability((unsigned int)capability);
}

/* Beside that one, for the next steps. */
static void
keep_if_held(unsigned int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, held) == -1)
		fatal("cannot read capabilities");
	if (held[CAP_TO_INDEX(capability)].permitted & CAP_TO_MASK(capability))
		add_capability(capability);
}

/* Other user and groups, with the capabilities chosen before and no way to more. */
static void
become_user(const struct sandbox *sb, enum child child)
{
	const struct sandbox_user *user = &sb->users.children[child];
	int rc;

	rc = capng_change_id((int)user->uid, (int)user->gid,
	    CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);
	if (rc < 0)
		fatalx("cannot become user %s (step %d of libcap-ng, %s): "
		    "bgplbd has to start as root with CAP_SETUID, CAP_SETGID, "
		    "CAP_SETPCAP and CAP_SYS_CHROOT",
		    sandbox_user_name(child), -rc, strerror(errno));
}

/* The capabilities chosen before, and no way to more, as the user that it is. */
static void
apply_capabilities(void)
{
	if (capng_apply(CAPNG_SELECT_ALL) < 0)
		fatal("cannot drop capabilities");
}

/* Descriptors: the session engine may need more than the usual 1024. */
static void
limit_resources(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	if (setrlimit(RLIMIT_CORE, &none) == -1)
		fatal("cannot forbid core dumps");
	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		fatal("cannot read the limit of descriptors");
	if (files.rlim_max > DESCRIPTORS_MAX)
		files.rlim_max = DESCRIPTORS_MAX;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1)
		fatal("cannot limit descriptors");
	if (!SANITIZED && memory_limit(SANDBOX_MEMORY_MAX) == -1)
		fatal("cannot limit memory");
}

static void
forbid_processes(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_NPROC, &none) == -1)
		fatal("cannot forbid new processes");
}

static void
gain_nothing_by_exec(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal("cannot set no_new_privs");
}

/* No file, no TCP but by sockets that it has, no signal or abstract socket of others. */
static void
forbid_files(void)
{
	struct landlock l;

	landlock_begin(&l, landlock_version(), 0);
	landlock_enforce(&l);
}

/*
 * What it still opens: the sockets, with folders that somebody may have removed, the
 * state file, and what tells of Docker's engine and of processes.  It signals others,
 * and the service manager's socket may be abstract.
 */
static void
keep_own_files(const struct settings *settings)
{
	struct landlock l;
	size_t i;

	landlock_begin(&l, landlock_version(), LANDLOCK_KEEP_SCOPES);
	landlock_allow_beside(&l, settings->state_file, LANDLOCK_CHANGE);
	landlock_allow_above(&l, settings->plugin_socket, LANDLOCK_CHANGE);
	landlock_allow_above(&l, settings->control_socket, LANDLOCK_CHANGE);
	landlock_allow_beside(&l, settings->docker_socket, LANDLOCK_READ);
	landlock_allow(&l, "/run", LANDLOCK_READ);
	landlock_allow(&l, "/proc", LANDLOCK_READ);
	for (i = 0; i < settings->nneighbors; i++)
		landlock_allow_connect(&l, settings->neighbors[i].port);
	landlock_enforce(&l);
}

/* Nobody but root can trace the process or read its memory. */
static void
hide_memory(void)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal("cannot make the process undumpable");
}

int
sandbox_prepare_root(const char *path)
{
	struct stat st;

	if (path[0] != '/' || path[1] == '\0') {
		log_error("user %s has home directory \"%s\": it has to be an "
		    "empty directory that only root can write, usermod "
		    "--home %s %s sets one", SANDBOX_USER, path,
		    SANDBOX_ROOT_DEFAULT, SANDBOX_USER);
		return -1;
	}
	if (directory_make(path, 0755) == -1) {
		log_error("cannot make directory %s: %s", path,
		    strerror(errno));
		return -1;
	}
	if (lstat(path, &st) == -1) {
		log_error("%s: %s", path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode) && st.st_uid == 0 &&
	    (st.st_mode & ROOT_MODE) != ROOT_MODE &&
	    chmod(path, st.st_mode | ROOT_MODE) == -1) {
		log_error("cannot open directory %s for others: %s", path,
		    strerror(errno));
		return -1;
	}
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		log_error("%s has to be a directory that belongs to root and "
		    "that only root can write: it is the root directory of "
		    "processes without privilege", path);
		return -1;
	}
	return 0;
}

int
sandbox_prepare(struct sandbox *sb)
{
	if (sandbox_users_find(&sb->users, log_error) == -1)
		return -1;
	return sandbox_prepare_root(sb->users.root);
}
