/*
 * Code that runs inside a process of the daemon, in its sandbox, as that of somebody
 * would who has taken the process over.  attack.py builds all files of this folder
 * into one library, which LD_PRELOAD puts into the daemon; when the loop of the
 * process that ATTACK_PROCESS names begins, or later when the test says so, the
 * attacks that ATTACK_NAMES lists run, in that order.
 *
 * To add one, write it into the file of its area:
 *
 *	ATTACK(kill_parent)
 *	{
 *		attack_result(kill(getppid(), SIGTERM));
 *	}
 *
 * A name is unique over all files.  An attack tells one outcome, which the test reads
 * by the attack's name; one that tells none has killed the process, or still runs.
 *
 * Files are opened and variables are read when the library is loaded, before the
 * daemon gives anything up or clears its environment; the outcomes are written to
 * memory that is shared with the test, so that no descriptor is needed.
 */
#ifndef REGRESS_LAB_ATTACK_H
#define REGRESS_LAB_ATTACK_H

#include <errno.h>
#include <stdint.h>

struct event_base;

struct attack {
	const char	 *name;
	void		(*run)(void);
};

#define ATTACK(id)							\
	static void attack_run_##id(void);				\
	static const struct attack attack_row_##id			\
	    __attribute__((section("attacks"), used, aligned(8))) =	\
	    { #id, attack_run_##id };					\
	static void attack_run_##id(void)

/* The outcome of the attack that runs. */
void	attack_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "done", or the name of errno such as "EACCES", for a result that is -1. */
void	attack_result(long rc);

/* The process's loop, for attacks that go on in events of their own. */
struct event_base *attack_base(void);

/* "parent", "session engine", "docker frontend", "route decision engine". */
const char *attack_process(void);
/* The same of another process: its id, 0 if it is not there. */
int	attack_pid_of(const char *process);

/*
 * This process's end of its channel to another; -1 if there is none.  It is found by
 * the order in which the parent makes the pairs (bgplbd/parent/spawn.c).
 */
int	attack_channel(const char *process);
/*
 * Writes one packet to it, as channel_send() does (common/channel.h), without a
 * queue.  fd: goes with it, or -1.  0, or -1 with errno, EAGAIN for a full socket.
 */
int	attack_send(int channel, uint32_t type, uint32_t peerid, int fd,
	    const void *data, uint32_t len);

/* A number that the test gave by ATTACK_ARGUMENT; 0 by default. */
long	attack_argument(void);

#endif /* REGRESS_LAB_ATTACK_H */
