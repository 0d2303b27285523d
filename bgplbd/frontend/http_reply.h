/*
 * The header of an HTTP/1.0 or 1.1 reply (RFC 9112 sections 2 to 6), taken in
 * pieces of any size.  Bodies are the caller's: they follow the header and end
 * with the connection, for Docker is asked in HTTP/1.0, or to close it.
 *
 * No I/O, no allocation.
 */
#ifndef BGPLBD_FRONTEND_HTTP_REPLY_H
#define BGPLBD_FRONTEND_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEADER_MAX	16384	/* bytes of status line and fields together */
#define HTTP_LINE_MAX	128	/* of a line that matters; others may be longer */

/* Statuses that mean something here; others are but success or failure. */
#define HTTP_STATUS_OK		200
#define HTTP_STATUS_NOT_FOUND	404
#define HTTP_STATUS_CONFLICT	409

enum http_fault {
	HTTP_FINE,
	HTTP_NOT_HTTP,		/* no status line, or a line without a colon */
	HTTP_HEADER_TOO_LONG,
	HTTP_BAD_LENGTH,	/* Content-Length is no number, or two that differ */
	HTTP_CODED		/* Transfer-Encoding: not in an HTTP/1.0 reply */
};

struct http_reply {
	bool		complete;	/* the header is; what follows is the body */
	enum http_fault	fault;
	int		status;		/* 100..599, once the first line is read */
	int64_t		content_length;	/* -1: not stated */
	/* Private. */
	size_t		total;
	size_t		used;
	unsigned int	lines;
	char		line[HTTP_LINE_MAX];
};

void	http_reply_init(struct http_reply *);

/*
 * Takes bytes until the header is complete; returns how many of the len it
 * took.  If it took all and is not complete, it wants more; if fault is set it
 * takes no more.
 */
size_t	http_reply_feed(struct http_reply *, const char *data, size_t len);

/* For log lines: "is not HTTP". */
const char *http_fault_text(enum http_fault);

#endif /* BGPLBD_FRONTEND_HTTP_REPLY_H */
