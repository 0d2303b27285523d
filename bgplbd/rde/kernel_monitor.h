/*
 * What changes in the kernel's links, addresses, routes, neighbor entries, nexthop
 * objects and traffic control, as it says so itself (rtnetlink(7)), but for what this
 * daemon did: for seeing that somebody else has changed what is ours, and which
 * addresses the host has.
 *
 * A host may have a million routes that change all the time, so the kernel drops
 * what cannot matter before it reaches us, by a filter on the socket: changes that
 * were asked for by the socket given to kernel_monitor_socket(), routes that are not in
 * table main or not to one address, neighbor entries and nexthop objects that are not
 * of protocol 182, and of traffic control all but deleted queueing disciplines at the
 * ingress of a link and the filters of DROP_BLOCK.  Of an entry that is
 * deleted it tells before that it has failed, and by whom, which its deletion does not
 * say, so that is left out; one that goes with its link tells nothing more than that.
 * What remains is links, addresses, and others' host routes: about a microsecond of
 * ours each.
 */
#ifndef BGPLBD_RDE_KERNEL_MONITOR_H
#define BGPLBD_RDE_KERNEL_MONITOR_H

#include <linux/netlink.h>

#include <stdint.h>

struct kernel_monitor;

/*
 * A socket that hears of the groups it needs and no others, with the filter, which
 * cannot be taken off again.  requests: the socket of this daemon's own requests
 * (kernel.h).  The caller's, or -1 with errno.
 */
int	kernel_monitor_socket(int requests) __attribute__((warn_unused_result));
/* NULL with errno; else the descriptor belongs to the struct. */
struct kernel_monitor *kernel_monitor_open(int fd)
	    __attribute__((warn_unused_result));
void	kernel_monitor_close(struct kernel_monitor *);	/* NULL is fine */
/* Is readable when there is something for kernel_monitor_read(). */
int	kernel_monitor_fd(const struct kernel_monitor *);
/*
 * Hands on what has come, at most READS_MAX messages, and does not wait.  0, or -1
 * with errno; ENOBUFS: some were lost, and anything may have changed.  What stood in
 * the buffer is dropped then: what is read of the kernel afterwards is newer than all
 * that was sent, and what is sent from then on is handed on.
 */
#define KERNEL_MONITOR_READS_MAX	256
typedef void (*kernel_monitor_take)(const struct nlmsghdr *, void *arg);
int	kernel_monitor_read(struct kernel_monitor *, kernel_monitor_take,
	    void *arg) __attribute__((warn_unused_result));

#endif /* BGPLBD_RDE_KERNEL_MONITOR_H */
