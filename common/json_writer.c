#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_writer.h"

void
json_writer_init(struct json_writer *w, FILE *out)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
}

/* Bytes of the well-formed UTF-8 sequence at s (RFC 3629 section 4), 0 if none. */
static unsigned int
utf8_length(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xbf;
	unsigned int i, n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

static void
write_string(struct json_writer *w, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned int n;

	fputc('"', w->out);
	for (; *s != '\0'; s += n) {
		n = utf8_length(s);
		if (n == 0) {
			n = 1;
			fputs("\\ufffd", w->out);
		} else if (*s == '"' || *s == '\\')
			fprintf(w->out, "\\%c", *s);
		else if (*s < ' ' || *s == 0x7f)
			fprintf(w->out, "\\u%04x", *s);
		else if (s[0] == 0xc2 && s[1] < 0xa0)
			fprintf(w->out, "\\u%04x", s[1]);	/* C1 controls */
		else
			fwrite(s, 1, n, w->out);
	}
	fputc('"', w->out);
}

static void
begin_value(struct json_writer *w, const char *key)
{
	if (w->depth > 0) {
		if (w->has_members[w->depth - 1])
			fputc(',', w->out);
		w->has_members[w->depth - 1] = true;
	}
	if (key != NULL) {
		write_string(w, key);
		fputc(':', w->out);
	}
}

static void
begin(struct json_writer *w, const char *key, char opener, char closer)
{
	if (w->depth == JSON_DEPTH_MAX)
		abort();
	begin_value(w, key);
	fputc(opener, w->out);
	w->has_members[w->depth] = false;
	w->closer[w->depth++] = closer;
}

void
json_begin_object(struct json_writer *w, const char *key)
{
	begin(w, key, '{', '}');
}

void
json_begin_array(struct json_writer *w, const char *key)
{
	begin(w, key, '[', ']');
}

void
json_end(struct json_writer *w)
{
	if (w->depth == 0)
		abort();
	fputc(w->closer[--w->depth], w->out);
}

void
json_string(struct json_writer *w, const char *key, const char *value)
{
	begin_value(w, key);
	write_string(w, value);
}

void
json_number(struct json_writer *w, const char *key, uint64_t value)
{
	begin_value(w, key);
	fprintf(w->out, "%" PRIu64, value);
}

void
json_bool(struct json_writer *w, const char *key, bool value)
{
	begin_value(w, key);
	fputs(value ? "true" : "false", w->out);
}
