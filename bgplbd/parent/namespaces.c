#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <linux/capability.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/namespaces.h"
#include "common/log.h"

/* Of open_tree(2) and move_mount(2), not in the headers of all C libraries. */
#define TREE_CLONE		1U
#define MOVE_EMPTY_FROM		0x4U

#define MOUNT_FLAGS \
	(MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* The working directory as a mount of its own, into which we go.  0, or -1. */
static int
mount_directory(void)
{
	int fd, rc;

	fd = (int)syscall(SYS_open_tree, AT_FDCWD, ".",
	    TREE_CLONE | (unsigned int)O_CLOEXEC);
	if (fd == -1)
		return -1;
	rc = (int)syscall(SYS_move_mount, fd, "", AT_FDCWD, ".",
	    MOVE_EMPTY_FROM);
	if (rc == 0)
		rc = fchdir(fd);
	close(fd);
	return rc;
}

/*
 * All mounts but that of the working directory go, so that those of the host, as of
 * containers, are not held.  Theirs still change ours, ours not theirs.
 */
static int
leave_mounts(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == -1 ||
	    mount_directory() == -1 ||
	    syscall(SYS_pivot_root, ".", ".") == -1 ||
	    umount2(".", MNT_DETACH) == -1 || chdir("/") == -1)
		return -1;
	return mount(NULL, "/", NULL, MOUNT_FLAGS, NULL);
}

/*
 * A security module may allow a user namespace and no capability in it, as AppArmor
 * does in some distributions.  There is no way back from one, so that another process
 * tries what remains to be done in it.
 */
static bool
user_namespace_has_capabilities(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) == 0 && chroot(".") == 0 &&
		    prctl(PR_CAPBSET_DROP, CAP_SYS_CHROOT, 0, 0, 0) == 0 ?
		    0 : 1);
	return pid != -1 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* 0, or -1 with errno of the last try. */
static int
unshare_all(unsigned int which)
{
	int flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;

	if (which & NAMESPACES_NETWORK)
		flags |= CLONE_NEWNET;
	if ((which & NAMESPACES_USER) && user_namespace_has_capabilities() &&
	    unshare(CLONE_NEWUSER | flags) == 0)
		return 0;
	return unshare(flags);
}

void
namespaces_enter(unsigned int which)
{
	if (unshare_all(which) == -1)
		log_debug("no namespaces of its own: %s", strerror(errno));
	else if (leave_mounts() == -1)
		log_debug("the mounts of the host stay in reach of the kernel "
		    "alone: %s", strerror(errno));
}
