#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/log_output.h"
#include "common/utf8.h"
#include "common/memory.h"

#define LINE_MAX_BYTES	2048

enum level {
	LEVEL_ERROR,
	LEVEL_WARNING,
	LEVEL_INFO,
	LEVEL_DEBUG
};

/* What sd-daemon(3) takes for a level, and what people read. */
static const struct {
	const char *priority;
	const char *name;
} levels[] = {
	[LEVEL_ERROR] =		{ "<3>", "error: " },
	[LEVEL_WARNING] =	{ "<4>", "warning: " },
	[LEVEL_INFO] =		{ "<6>", "info: " },
	[LEVEL_DEBUG] =		{ "<7>", "debug: " },
};

static const char *process_name = "bgplbd";
static int verbosity;
static bool to_journal;

/*
 * sd-daemon(3): the variable names the journal's stream, and is inherited by those
 * whose standard error leads elsewhere.
 */
static bool
is_journal(const char *stream)
{
	char ours[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void
log_init(const char *process, int verbose)
{
	process_name = process;
	verbosity = verbose;
	to_journal = is_journal(getenv("JOURNAL_STREAM"));
}

int
log_verbose(void)
{
	return verbosity;
}

/* Without the character at its end, of which a part may be missing. */
static size_t
without_last_character(const char *text, size_t len)
{
	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	return len > 0 ? len - 1 : 0;
}

/*
 * One write(2) a line, so that lines of different processes do not mix.  Invisible
 * characters could forge a line or drive a terminal; they are escaped (utf8.h).
 */
static void __attribute__((format(printf, 3, 0)))
log_line(enum level level, int error, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES], text[LINE_MAX_BYTES];
	size_t len, used;
	int n;

	snprintf(line, sizeof(line), "%s%s: ",
	    to_journal ? levels[level].priority : levels[level].name,
	    process_name);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n < 0)
		return;
	if (error != 0) {
		strlcat(text, ": ", sizeof(text));
		strlcat(text, strerror(error), sizeof(text));
	}
	len = strlen(text);
	if (n >= (int)sizeof(text))
		len = without_last_character(text, len);
	used = strlen(line);
	used += utf8_copy(line + used, sizeof(line) - 1 - used, text, len);
	line[used++] = '\n';
	log_flush();
	log_output_write(line, used);
}

bool
log_flush(void)
{
	unsigned int lost;

	if (!log_output_drain())
		return false;
	lost = log_output_take_lost();
	if (lost > 0)
		log_warn("%u lines of the log are lost: nobody took them from "
		    "standard error", lost);
	return true;
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LEVEL_ERROR, 0, fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LEVEL_WARNING, 0, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LEVEL_INFO, 0, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;

	if (verbosity == 0)
		return;
	va_start(ap, fmt);
	log_line(LEVEL_DEBUG, 0, fmt, ap);
	va_end(ap);
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LEVEL_ERROR, 0, fmt, ap);
	va_end(ap);
	exit(1);
}

void
fatal(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	log_line(LEVEL_ERROR, error, fmt, ap);
	va_end(ap);
	exit(1);
}

void *
xmalloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);

	if (p == NULL)
		memory_exhausted(size);
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

	if (p == NULL)
		memory_exhausted(n * size);
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n > 0 ? n : 1, size > 0 ? size : 1);
	if (p == NULL)
		memory_exhausted(n * size);
	return p;
}

char *
xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}
