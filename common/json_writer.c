#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_writer.h"
#include "common/utf8.h"

void
json_writer_init(struct json_writer *w, FILE *out)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
}

/* Beyond the first plane by two surrogates (RFC 8259 section 7). */
static void
write_escaped(struct json_writer *w, uint32_t c)
{
	if (c < 0x10000) {
		fprintf(w->out, "\\u%04x", (unsigned int)c);
		return;
	}
	c -= 0x10000;
	fprintf(w->out, "\\u%04x\\u%04x", 0xd800 | (unsigned int)(c >> 10),
	    0xdc00 | (unsigned int)(c & 0x3ff));
}

static void
write_string(struct json_writer *w, const char *text)
{
	const uint8_t *s = (const uint8_t *)text, *end = s + strlen(text);
	size_t n;
	uint32_t c;

	fputc('"', w->out);
	for (; s < end; s += n == 0 ? 1 : n) {
		n = utf8_read(s, (size_t)(end - s), &c);
		if (n == 0)
			fputs("\\ufffd", w->out);
		else if (c == '"' || c == '\\')
			fprintf(w->out, "\\%c", (char)c);
		else if (!utf8_is_visible(c))
			write_escaped(w, c);
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
