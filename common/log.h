/*
 * Logging, for every process and for bgplbctl.  One line a message on standard
 * error, in one form:
 *
 *	LEVEL: PROCESS: SUBJECT: TEXT
 *
 * SUBJECT names what the message is about: "neighbor 192.0.2.1",
 * "network web1 (1f0c2d3e4a5b)", "container 0a1b2c3d4e5f"; the caller writes it
 * as the start of its text.  Under systemd (JOURNAL_STREAM names what standard
 * error is) each line starts with the priority that sd-daemon(3) describes instead
 * of the level.
 *
 * Text from outside may be in it as it came: invisible characters, and what is not UTF-8,
 * are escaped (utf8.h).  A line is cut at 2 KB.
 *
 * A daemon does not wait for the reader of its standard error: log_output.h.
 *
 * Levels: error, the daemon cannot go on or lost something; warning, something
 * outside is not as it should be and the operator should look; info, a change of
 * state that an operator wants to see (session up, prefix announced); debug,
 * shown with -v, anything else.
 */
#ifndef BGPLB_LOG_H
#define BGPLB_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* process: a static string, such as "rde".  verbose > 0 shows debug lines. */
void	log_init(const char *process, int verbose);
int	log_verbose(void);
/*
 * Writes lines that waited for their reader, and then tells how many were lost.
 * False if some still wait.
 */
bool	log_flush(void);

void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Logs at level error and ends the process with status 1; only when it cannot go on. */
void	fatalx(const char *fmt, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));
/* The same, with ": " and strerror(errno) at the end. */
void	fatal(const char *fmt, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));

/* malloc and friends that end the process when memory runs out. */
void	*xmalloc(size_t size) __attribute__((malloc, warn_unused_result));
void	*xcalloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));
void	*xreallocarray(void *p, size_t n, size_t size)
	    __attribute__((warn_unused_result));
char	*xstrdup(const char *s) __attribute__((malloc, warn_unused_result));

#endif /* BGPLB_LOG_H */
