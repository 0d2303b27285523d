#include <stdarg.h>
#include <stdio.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "common/log.h"

#define LINE_MAX_BYTES	(CONNECTION_TROUBLE_MAX + NOVELTY_REMARK_MAX + 128)

static bool
may_have_a_line(struct neighbor *n)
{
	char name[NEIGHBOR_TEXT_MAX];
	unsigned int left_out;
	bool may;

	if (n->prefix == NULL)
		return true;
	may = log_quota_take(roster_quota(n->engine, n->prefix),
	    neighbor_now(), &left_out);
	if (may && left_out > 0)
		log_warn("neighbor %s: %u lines about its neighbors were left "
		    "out: they write too many",
		    neighbor_settings_name(n->prefix, name), left_out);
	return may;
}

static void
write_line(struct neighbor *n, void (*level)(const char *, ...),
    const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES];

	vsnprintf(text, sizeof(text), fmt, ap);
	if (may_have_a_line(n))
		level("neighbor %s: %s", n->name, text);
	else
		log_debug("neighbor %s: %s", n->name, text);
}

void
neighbor_info(struct neighbor *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(n, log_info, fmt, ap);
	va_end(ap);
}

void
neighbor_warn(struct neighbor *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(n, log_warn, fmt, ap);
	va_end(ap);
}
