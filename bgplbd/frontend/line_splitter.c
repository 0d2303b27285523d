#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/line_splitter.h"
#include "common/log.h"

#define ROOM_FIRST	512

void
line_splitter_init(struct line_splitter *s, size_t max)
{
	memset(s, 0, sizeof(*s));
	s->max = max;
}

void
line_splitter_reset(struct line_splitter *s)
{
	free(s->partial);
	line_splitter_init(s, s->max);
}

static void
drop_partial(struct line_splitter *s)
{
	free(s->partial);
	s->partial = NULL;
	s->used = s->room = 0;
}

static void
keep(struct line_splitter *s, const char *data, size_t len)
{
	if (s->skipping)
		return;
	if (len > s->max - s->used) {
		drop_partial(s);
		s->skipping = true;
		return;
	}
	if (len > s->room - s->used) {
		if (s->room == 0)
			s->room = ROOM_FIRST;
		while (len > s->room - s->used)
			s->room *= 2;
		s->partial = xreallocarray(s->partial, s->room, 1);
	}
	memcpy(s->partial + s->used, data, len);
	s->used += len;
}

static void
emit(const char *line, size_t len, line_fn *fn, void *arg)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len > 0)
		fn(line, len, arg);
}

unsigned int
line_splitter_feed(struct line_splitter *s, const char *data, size_t len,
    line_fn *fn, void *arg)
{
	const char *newline;
	unsigned int left_out = 0;
	size_t n;

	while (len > 0) {
		newline = memchr(data, '\n', len);
		n = newline != NULL ? (size_t)(newline - data) : len;
		if (newline != NULL && s->used == 0 && !s->skipping &&
		    n <= s->max)
			emit(data, n, fn, arg);
		else
			keep(s, data, n);
		if (newline == NULL)
			break;
		if (s->skipping)
			left_out++;
		else if (s->used > 0)
			emit(s->partial, s->used, fn, arg);
		drop_partial(s);
		s->skipping = false;
		data += n + 1;
		len -= n + 1;
	}
	return left_out;
}
