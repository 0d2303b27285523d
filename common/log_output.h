/*
 * Where lines of the log go: standard error, without ever waiting for whoever reads
 * it.  What a daemon decides must not hang on a full pipe.
 *
 * What cannot be written at once waits in a queue of LOG_QUEUE_MAX bytes, and is
 * written when there is room (log_watch.h).  What does not fit there is lost, and
 * counted; log.c tells how much.
 *
 * Standard error may be shared with strangers, on whose descriptor O_NONBLOCK must
 * not be set.  So a pipe, FIFO or terminal is opened anew, and a socket is asked not
 * to wait with each line.  If the one cannot be had, the pipe is asked whether it has
 * room, which two processes may be told of the same room.  A file never waits.
 */
#ifndef BGPLB_LOG_OUTPUT_H
#define BGPLB_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Of each process: some 600 lines. */
#define LOG_QUEUE_MAX	(64 * 1024)

/*
 * Before it, and in programs that do not call it, lines wait for their reader.  From
 * then on exit(3) gives a reader a moment to take what waits.
 */
void	log_output_open(void);
/* In a child after the fork: what waits in the queue is the parent's to write. */
void	log_output_forked(void);

/*
 * One line with its newline, at most PIPE_BUF bytes, so that no two mix.  It goes
 * behind those that wait.
 */
void	log_output_write(const char *line, size_t len);

/* Writes what waits; true if nothing does any more. */
bool	log_output_drain(void);
/* How many lines were lost since the last call. */
unsigned int log_output_take_lost(void);
/*
 * waits is called when lines begin to wait, until log_output_drain() is true again;
 * NULL for nobody.
 */
void	log_output_notify(void (*waits)(void *arg), void *arg);

#endif /* BGPLB_LOG_OUTPUT_H */
