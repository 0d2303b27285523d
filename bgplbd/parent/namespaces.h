/*
 * Namespaces of its own for a child: mounts, of which only its empty root directory is
 * left, System V IPC, host name, and for one that has no sockets of its own to open
 * the network.  A user namespace as well, where the child needs no capability over the
 * host: what it might gain is then worth nothing outside.
 *
 * Nothing depends on it.  A kernel, a service manager, a container's engine or a
 * security module that does not allow it is done without, with a line at level debug;
 * also one that allows a user namespace and no capability in it.
 *
 * No namespace of process ids: children tell theirs in each message, watch the
 * parent's, and are watched by it; and no call is left to them that names a process.
 */
#ifndef BGPLBD_PARENT_NAMESPACES_H
#define BGPLBD_PARENT_NAMESPACES_H

#define NAMESPACES_USER		0x1
#define NAMESPACES_NETWORK	0x2

/*
 * For the process that calls it, in the directory that is to be its root, as the user
 * that it stays: which: of the two above, beside mounts, IPC and host name.  With a
 * user namespace it has all capabilities in it, to be given up; without one it needs
 * CAP_SYS_ADMIN.  The working directory is the same afterwards, and is the root if the
 * mounts could be left behind.
 */
void	namespaces_enter(unsigned int which);

#endif /* BGPLBD_PARENT_NAMESPACES_H */
