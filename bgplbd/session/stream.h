/*
 * A connected TCP socket in libevent's loop: bytes that came in are handed to the
 * owner, who takes as many whole messages as there are; bytes to go out are
 * written at once, and what the socket did not take waits in a queue.
 *
 * The queue is the owner's to bound: it asks stream_is_clear() before it makes
 * more of what can wait.  What came in is kept only as long as its end is missing.
 *
 * A stream belongs to whoever declared it; callbacks may close it and open it anew.
 */
#ifndef BGPLBD_SESSION_STREAM_H
#define BGPLBD_SESSION_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>
#include <event2/event_struct.h>

/* Bytes taken from a socket in one turn of the loop. */
#define STREAM_INPUT_SIZE	65536

struct stream_ops {
	/*
	 * Takes what is whole and returns how many bytes that was, at most size.
	 * The rest comes again, with what follows it.
	 */
	size_t	(*receive)(const uint8_t *data, size_t size, void *arg);
	/* Nothing more will come: error 0, the other end closed it, or an errno. */
	void	(*closed)(int error, void *arg);
	/* The socket took some of what was waiting, from the loop. */
	void	(*progress)(void *arg);
};

struct stream {
	const struct stream_ops	*ops;
	void			*arg;
	uint8_t			*scratch;	/* STREAM_INPUT_SIZE, shared */
	int			 fd;		/* -1: not open */
	unsigned int		 opened;	/* times; tells one from the next */
	struct event		 readable;
	struct event		 writable;
	struct event		 pause;		/* not read until it fires */
	uint8_t			*rest;		/* of what came in */
	size_t			 nrest;
	uint8_t			*queue;		/* of what is to go out */
	size_t			 nqueue;
	bool			 deaf;		/* takes no more bytes */
};

/* scratch: STREAM_INPUT_SIZE bytes of the owner's, which streams may share. */
void	stream_init(struct stream *, const struct stream_ops *, void *arg,
	    uint8_t *scratch);
/* Takes over fd, connected and non-blocking. */
void	stream_open(struct stream *, struct event_base *, int fd);
bool	stream_is_open(const struct stream *);
/* Closes the socket and forgets what was waiting; one that is closed is fine. */
void	stream_close(struct stream *);

/* Reads nothing for so long.  Only while it is open. */
void	stream_pause(struct stream *, unsigned int ms);

/*
 * Lets go of the socket and of what was waiting to be written; both are the
 * caller's.  Returns the socket.
 */
int	stream_release(struct stream *, uint8_t **queue, size_t *nqueue);

/*
 * Writes, or queues what the socket does not take.  If the connection is broken the
 * bytes are dropped, and closed() tells of it when all that came in is read.
 */
void	stream_write(struct stream *, const void *data, size_t size);
/* Nothing waits: what is written now goes to the socket. */
bool	stream_is_clear(const struct stream *);
/* Has progress() called from the loop when the socket can be written. */
void	stream_await_room(struct stream *);

#endif /* BGPLBD_SESSION_STREAM_H */
