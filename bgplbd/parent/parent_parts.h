/*
 * The parent's state, for its own two files: parent.c starts the daemon and serves the
 * children, ending.c ends it.  Not for anybody else.
 */
#ifndef BGPLBD_PARENT_PARENT_PARTS_H
#define BGPLBD_PARENT_PARENT_PARTS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include <event2/event_struct.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/parent/overseer.h"
#include "bgplbd/settings.h"
#include "common/channel.h"

struct connect_broker;
struct docker_broker;
struct log_watch;
struct socket_watch;
struct sockets;
struct watchdog;
struct parent;

struct member {
	struct parent	*parent;
	struct channel	*channel;
	pid_t		 pid;		/* 0: gone */
	bool		 told_to_end;
	bool		 left;		/* before that: its channel ended */
	bool		 killed;	/* with SIGKILL, by the parent */
};

enum watched_signal {
	WATCH_TERM,
	WATCH_INT,
	WATCH_USR1,
	WATCH_HUP,
	WATCH_CHLD
};
#define WATCHED_SIGNALS	5

struct parent {
	const struct settings	*settings;
	int			 mark;		/* sole_instance.h; -1: none */
	struct event		 looked_at;	/* the mark */
	struct event_base	*base;
	struct log_watch	*log;
	struct event		 signals[WATCHED_SIGNALS];
	struct event		 grace;		/* of the child that is ending */
	struct event		 unjoined;	/* two children are, if they live */
	enum child		 unjoined_pair[2];
	struct overseer		*overseer;
	struct watchdog		*watchdog;
	struct sockets		*sockets;
	struct socket_watch	*socket_watch;
	unsigned int		 turn_ms;
	struct member		 members[CHILDREN];
	struct docker_broker	*broker;
	struct connect_broker	*connects;
	bool			 ending;
	bool			 restarting;	/* another is to follow */
	int			 status;
};

/*
 * ending.c.  Tells one child after the other to end, in the order of enum child, the
 * next when the last is gone; one that does not obey is killed.  The loop ends with
 * the last.  status: 1 after a failure; restart: another daemon is to follow.
 */
void	parent_end(struct parent *, int status, bool restart);
/* SIGCHLD: names who died, which ends the daemon unless it was told to. */
void	parent_reap(struct parent *);
/* A child says that its channel to another has ended, which may be dying. */
void	parent_sibling_ended(struct parent *, enum child reporter,
	    const struct message *);
/* One that hangs is killed. */
extern const struct overseer_ops parent_overseer_ops;
/* Once there is a loop.  0, or -1. */
int	parent_end_init(struct parent *) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_PARENT_PARTS_H */
