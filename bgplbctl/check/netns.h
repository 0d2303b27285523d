/*
 * Network namespaces of other processes: which there are, and how to look into one.
 *
 * The process is in one at a time; what it opens meanwhile stays in it.  /proc/sys/net
 * shows that one's sysctls, and route netlink its links.
 */
#ifndef BGPLBCTL_CHECK_NETNS_H
#define BGPLBCTL_CHECK_NETNS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "bgplbctl/check/netlink.h"

#define SYSCTL_UNKNOWN	(-1)

/* One that some process is in, and the number that this namespace has for it. */
struct netns_entry {
	pid_t	pid;
	int	number;
};

/*
 * Those that have a number here: of the containers', that is, for each has a link whose
 * other end is here.  Allocated, to be freed; 0 or -1 with errno.
 */
int	netns_list(struct netlink *, struct netns_entry **, size_t *n)
	    __attribute__((warn_unused_result));

/* Into the namespace of the process.  0, or -1 with errno: nothing has changed. */
int	netns_enter(pid_t) __attribute__((warn_unused_result));
/* Back to where the program was started; ends the program if that fails. */
void	netns_leave(void);

/* A number below /proc/sys/net, or SYSCTL_UNKNOWN. */
int	sysctl_read(const char *path, ...) __attribute__((format(printf, 1, 2)));

/*
 * True if a packet filter has tables in the namespace that the process is in, but for
 * those called nat, which Docker makes in each container.  -1 with errno if the kernel
 * does not say.
 */
int	netns_has_filter(void) __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_NETNS_H */
