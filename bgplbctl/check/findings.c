#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/findings.h"

bool
finding_repeats(struct findings *findings, const char *fmt, ...)
{
	char subject[sizeof(findings->list[0].subject)];
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(subject, sizeof(subject), fmt, ap);
	va_end(ap);
	for (f = findings->list; f < findings->list + findings->n; f++)
		if (strcmp(f->subject, subject) == 0) {
			f->others++;
			return true;
		}
	return false;
}

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
	f->others = 0;
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

void
findings_not_looked_at(struct findings *findings, const char *subject,
    const char *fmt, ...)
{
	char reason[FINDING_TEXT_MAX];
	struct unseen *u;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	for (u = findings->unseen; u < findings->unseen + findings->nunseen; u++)
		if (strcmp(u->subject, subject) == 0 &&
		    strcmp(u->reason, reason) == 0)
			return;
	if (findings->nunseen == UNSEEN_MAX) {
		findings->unseen_omitted++;
		return;
	}
	u = &findings->unseen[findings->nunseen++];
	strlcpy(u->subject, subject, sizeof(u->subject));
	strlcpy(u->reason, reason, sizeof(u->reason));
}
