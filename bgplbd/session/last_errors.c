#include <string.h>

#include "bgplbd/session/last_errors.h"
#include "common/utf8.h"

_Static_assert(NOTIFICATION_TEXT_MAX <= CONTROL_NOTIFICATION_MAX,
    "what a NOTIFICATION means is not cut");

void
last_errors_note(struct last_errors *l, const char *text, time_t now)
{
	(void)utf8_copy(l->text, sizeof(l->text), text, strlen(text));
	l->at = now;
}

void
last_errors_note_notification(struct last_errors *l,
    const struct notification *n, bool sent, time_t now)
{
	struct last_notification *last = sent ? &l->sent : &l->received;

	last->present = true;
	last->code = n->code;
	last->subcode = n->subcode;
	last->at = now;
	notification_describe(n, last->text, sizeof(last->text));
}

bool
last_errors_has_any(const struct last_errors *l)
{
	return l->text[0] != '\0' || l->received.present || l->sent.present;
}

static void
report(const struct last_notification *last, time_t now,
    struct control_notification *out)
{
	if (!last->present)
		return;
	out->present = 1;
	out->code = last->code;
	out->subcode = last->subcode;
	out->seconds = (uint64_t)(now - last->at);
	strlcpy(out->text, last->text, sizeof(out->text));
}

void
last_errors_report(const struct last_errors *l, time_t now,
    struct control_neighbor *out)
{
	strlcpy(out->last_error, l->text, sizeof(out->last_error));
	if (l->text[0] != '\0')
		out->last_error_seconds = (uint64_t)(now - l->at);
	report(&l->received, now, &out->received);
	report(&l->sent, now, &out->sent);
}
