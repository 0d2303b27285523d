#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/process_run.h"

#define SCOPE_BEFORE	"docker-"
#define SCOPE_AFTER	".scope"
#define TICKS_FIELD	22	/* of stat, as proc(5) counts them */
#define TICKS_DIGITS	20

struct span {
	const char	*at;
	size_t		 len;
};

/* Up to the next c, which is left out, or all; what follows is left in *rest. */
static struct span
cut(struct span *rest, char c)
{
	const char *end = memchr(rest->at, c, rest->len);
	struct span piece = *rest;

	if (end == NULL) {
		rest->at += rest->len;
		rest->len = 0;
		return piece;
	}
	piece.len = (size_t)(end - rest->at);
	rest->at = end + 1;
	rest->len -= piece.len + 1;
	return piece;
}

static bool
equals(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

/* Takes the text off the front, or off the end. */
static bool
strip(struct span *s, const char *before, const char *after)
{
	size_t head = strlen(before), tail = strlen(after);

	if (s->len < head + tail || memcmp(s->at, before, head) != 0 ||
	    memcmp(s->at + s->len - tail, after, tail) != 0)
		return false;
	s->at += head;
	s->len -= head + tail;
	return true;
}

static bool
path_has(struct span path, const struct object_id *id)
{
	struct span part;

	while (path.len > 0) {
		part = cut(&path, '/');
		(void)strip(&part, SCOPE_BEFORE, SCOPE_AFTER);
		if (equals(part, id->hex))
			return true;
	}
	return false;
}

static bool
has_process_hierarchy(struct span controllers)
{
	struct span one;

	if (controllers.len == 0)
		return true;		/* version 2 */
	while (controllers.len > 0) {
		one = cut(&controllers, ',');
		if (equals(one, "name=systemd") || equals(one, "pids"))
			return true;
	}
	return false;
}

/* "NUMBER:CONTROLLERS:PATH"; a path may have colons. */
static bool
line_has(struct span line, const struct object_id *id)
{
	struct span controllers;

	(void)cut(&line, ':');
	controllers = cut(&line, ':');
	return line.len > 0 && line.at[0] == '/' &&
	    has_process_hierarchy(controllers) && path_has(line, id);
}

bool
process_run_has_cgroup(const char *text, size_t len,
    const struct object_id *id)
{
	struct span rest = { text, len };

	while (rest.len > 0)
		if (line_has(cut(&rest, '\n'), id))
			return true;
	return false;
}

/* The name, in brackets, may have brackets and blanks itself; no later field has. */
int
process_run_began(const char *text, size_t len, uint64_t *ticks)
{
	const char *bracket = memrchr(text, ')', len);
	struct span rest, field = { NULL, 0 };
	char digits[TICKS_DIGITS];
	const char *error;
	unsigned int i;

	if (bracket == NULL || len - (size_t)(bracket - text) < 2)
		return -1;
	rest.at = bracket + 2;
	rest.len = len - (size_t)(rest.at - text);
	for (i = 3; i <= TICKS_FIELD; i++)
		field = cut(&rest, ' ');
	if (field.len == 0 || field.len >= sizeof(digits))
		return -1;
	memcpy(digits, field.at, field.len);
	digits[field.len] = '\0';
	if (strspn(digits, "0123456789") != field.len)
		return -1;
	*ticks = (uint64_t)strtonum(digits, 0, INT64_MAX, &error);
	return error == NULL ? 0 : -1;
}
