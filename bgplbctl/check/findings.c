#include <stdarg.h>
#include <stdio.h>

#include "bgplbctl/check/findings.h"

struct finding *
finding_add(struct findings *findings, enum severity severity, const char *fmt,
    ...)
{
	struct finding *f;
	va_list ap;

	if (findings->n == FINDINGS_MAX) {
		findings->omitted++;
		return NULL;
	}
	f = &findings->list[findings->n++];
	f->severity = severity;
	f->text[0] = f->remedy[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(f->subject, sizeof(f->subject), fmt, ap);
	va_end(ap);
	return f;
}

void
finding_say(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void
finding_advise(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}
