/*
 * Message channels in the manner of OpenBSD's imsg: between the processes of
 * bgplbd, and between bgplbctl and bgplbd.
 *
 * A channel sits on a SOCK_SEQPACKET Unix socket: one packet is one message, a
 * fixed header and a bounded payload, with at most one file descriptor.  The
 * other end counts as hostile: a packet that is empty, short, long, whose header
 * does not agree with its size, or that carries more than one descriptor closes the
 * channel with an error to its owner; types and payloads are the owner's to
 * check.
 *
 * Needs libevent's loop.  A channel belongs to whoever made it; its callbacks
 * may free it.
 */
#ifndef BGPLB_CHANNEL_H
#define BGPLB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct event_base;
struct channel;

#define CHANNEL_PAYLOAD_MAX	16384

struct channel_hdr {
	uint32_t	type;
	uint32_t	len;		/* header and payload */
	uint32_t	peerid;		/* the sender's tag, given back in replies */
	uint32_t	pid;		/* sender's process, for debugging only */
};

/*
 * One message as received; data is valid, and aligned for any type, only during the call.
 * A descriptor that was sent with it is lost, fd is then -1, if this process may not
 * have another, or too many of the sender's user are under way on the host.
 */
struct message {
	uint32_t	 type;
	uint32_t	 peerid;
	const void	*data;
	size_t		 len;		/* of data */
	int		 fd;		/* -1, or the receiver's to close */
};

enum channel_end {
	CHANNEL_EOF,		/* the other end closed it */
	CHANNEL_BROKEN,		/* malformed packet; see channel_error */
	CHANNEL_IO,		/* errno of recvmsg or sendmsg; see channel_error */
	CHANNEL_FULL		/* more queued than the channel's limit */
};

struct channel_ops {
	void	(*receive)(struct channel *, struct message *, void *arg);
	/* Called once, from the loop; the channel is dead and may be freed. */
	void	(*end)(struct channel *, enum channel_end, void *arg);
	/* May be NULL: everything queued has reached the socket. */
	void	(*drained)(struct channel *, void *arg);
};

/*
 * Takes over fd, sets it non-blocking.  limit: bytes of memory that messages may take
 * which the other end does not read, 0 for none (in tests).
 */
struct channel *channel_new(struct event_base *, int fd,
	    const struct channel_ops *, void *arg, size_t limit);
void	channel_free(struct channel *);		/* closes the socket; NULL is fine */

/*
 * Queues one message and writes what the socket takes at once.  fd, unless -1,
 * is closed once sent.  0, or -1 with errno EMSGSIZE (len above
 * CHANNEL_PAYLOAD_MAX), ENOBUFS (limit reached) or EPIPE (channel is dead); fd is
 * closed in each case.
 */
int	channel_send(struct channel *, uint32_t type, uint32_t peerid, int fd,
	    const void *data, size_t len);
bool	channel_is_idle(const struct channel *);	/* nothing queued */
size_t	channel_queued(const struct channel *);	/* memory that waits, in bytes */
int	channel_fd(const struct channel *);
const char *channel_error(const struct channel *);	/* why it ended */

/* Stops and resumes reading, for flow control; it may be so already. */
void	channel_pause(struct channel *);
void	channel_resume(struct channel *);
void	channel_set_paused(struct channel *, bool);

/* A pair of sockets for two processes to be: close-on-exec.  0, or -1 and errno. */
int	channel_pair(int fds[2]) __attribute__((warn_unused_result));

#endif /* BGPLB_CHANNEL_H */
