/*
 * Joins the log and the loop of a daemon's process: lines that wait for their reader
 * (log_output.h) are written when there is room.
 */
#ifndef BGPLB_LOG_WATCH_H
#define BGPLB_LOG_WATCH_H

struct event_base;
struct log_watch;

/* One a process; to be freed before the loop is. */
struct log_watch *log_watch_new(struct event_base *);
void	log_watch_free(struct log_watch *);	/* NULL is fine */

#endif /* BGPLB_LOG_WATCH_H */
