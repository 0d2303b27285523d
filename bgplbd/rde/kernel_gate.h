/*
 * The one gate through which every netlink request of the route decision engine goes:
 * nothing else in rde/ sends on a netlink socket, which make lint holds.  It lets pass
 * what gate_check.h allows, and refuses the rest, which is a fault of the daemon's and
 * is logged as such; the daemon goes on.
 *
 * Used by kernel.c alone.
 */
#ifndef BGPLBD_RDE_KERNEL_GATE_H
#define BGPLBD_RDE_KERNEL_GATE_H

#include <linux/netlink.h>

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/rde/netlink.h"
#include "bgplbd/settings.h"

struct kernel_gate;

/* What is asked for, one after the other, for one request: a group's members, say. */
#define KERNEL_GATE_QUESTIONS_MAX	(NETLINK_GROUP_MAX + 8)
/* Refused requests that are logged one by one in a minute. */
#define KERNEL_GATE_LOGGED_MAX		10

enum kernel_gate_result {
	KERNEL_GATE_SENT,
	KERNEL_GATE_ASK,	/* exchange *question first, then again with the request */
	KERNEL_GATE_REFUSED,	/* kernel_gate_reason() says why */
	KERNEL_GATE_FAILED	/* errno: it could not be sent */
};

/* What was asked for so far for one request; all zeros is how it begins. */
struct kernel_gate_pass {
	unsigned int	fresh;		/* enum gate_fact */
	unsigned int	questions;
};

struct kernel_gate *kernel_gate_new(void);
/* Which addresses may be served: the caller's, who keeps them.  The defaults until then. */
void	kernel_gate_set(struct kernel_gate *, const struct settings *);
void	kernel_gate_free(struct kernel_gate *);		/* NULL is fine */
/* fd: the netlink socket.  The answer to what is sent is to be given to the next ones. */
enum kernel_gate_result kernel_gate_send(struct kernel_gate *, int fd,
	    const union netlink_request *, struct kernel_gate_pass *,
	    union netlink_request *question)
	    __attribute__((warn_unused_result));
/* Of the last that was refused: a short text. */
const char *kernel_gate_reason(const struct kernel_gate *);
/* Each message of an answer; and that the request was acknowledged without an error. */
void	kernel_gate_learn(struct kernel_gate *, const struct nlmsghdr *);
void	kernel_gate_done(struct kernel_gate *, const union netlink_request *);
/* A change that the kernel tells by itself (kernel_monitor.h). */
void	kernel_gate_hear(struct kernel_gate *, const struct nlmsghdr *);

#endif /* BGPLBD_RDE_KERNEL_GATE_H */
