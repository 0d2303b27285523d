#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>

#include "bgplbd/frontend/json_sieve.h"
#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_wanted.h"
#include "common/log.h"

#define POST		"POST "
#define VERSION		" HTTP/1.1"
#define PATH_MAX_LEN	64	/* longer ones are not known */

/* Instead of a refused body. */
enum mark {
	MARK_NONE = '\0',
	MARK_TOO_LONG = 'L',
	MARK_TOO_DEEP = 'D',
	MARK_TOO_MUCH = 'W',
	MARK_NOT_JSON = 'M'
};

enum state {
	HEADER,			/* some of it may be in header */
	BODY,
	AS_IT_IS		/* until the connection ends */
};

struct plugin_body {
	enum state		 state;
	char			 header[PLUGIN_HEADER_MAX];
	size_t			 used;
	bool			 line_is_empty;	/* so far, the header's last */
	int64_t			 left;		/* of the body */
	enum mark		 mark;
	struct json_sieve	*sieve;		/* of the body, or NULL */
	struct evbuffer		*out;		/* in a call */
};

/* What of a header matters here. */
struct request {
	bool	 is_plain;		/* its body can be replaced */
	char	 path[PATH_MAX_LEN];
	int64_t	 length;		/* of the body; -1: not stated */
};

static void
add(struct plugin_body *b, const char *data, size_t len)
{
	if (evbuffer_add(b->out, data, len) == -1)
		fatalx("out of memory for Docker's call");
}

static void
add_text(struct plugin_body *b, const char *text)
{
	add(b, text, strlen(text));
}

static void
add_chunk(struct plugin_body *b, const char *data, size_t len)
{
	if (evbuffer_add_printf(b->out, "%zx\r\n", len) == -1)
		fatalx("out of memory for Docker's call");
	add(b, data, len);
	add_text(b, "\r\n0\r\n\r\n");
}

/* The line at p without its end, which is in the header; *next is behind it. */
static size_t
line_length(const char *p, const char *end, const char **next)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	size_t len = (size_t)(newline - p);

	*next = newline + 1;
	return len > 0 && p[len - 1] == '\r' ? len - 1 : len;
}

static bool
ends_with(const char *line, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && memcmp(line + len - n, end, n) == 0;
}

/* "POST /NetworkDriver.Join HTTP/1.1" */
static void
parse_request_line(const char *line, size_t len, struct request *r)
{
	size_t path_len;

	r->is_plain = len > strlen(POST VERSION) &&
	    strncmp(line, POST, strlen(POST)) == 0 &&
	    ends_with(line, len, VERSION);
	if (!r->is_plain)
		return;
	path_len = len - strlen(POST VERSION);
	if (path_len < sizeof(r->path))
		memcpy(r->path, line + strlen(POST), path_len);
}

static bool
is_field(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && strncasecmp(line, name, n) == 0 && line[n] == ':';
}

static void
parse_length(const char *value, size_t len, struct request *r)
{
	char text[24];
	const char *errstr;

	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	if (r->length != -1 || len == 0 || len >= sizeof(text) ||
	    strspn(value, "0123456789") < len) {
		r->is_plain = false;
		return;
	}
	memcpy(text, value, len);
	text[len] = '\0';
	r->length = strtonum(text, 0, INT64_MAX, &errstr);
	if (errstr != NULL)
		r->is_plain = false;
}

#define CONTENT_LENGTH		"Content-Length"
#define TRANSFER_ENCODING	"Transfer-Encoding"

static struct request
parse_header(const char *header, size_t header_len)
{
	struct request r = { .length = -1 };
	const char *p = header, *end = header + header_len, *next;
	size_t len = line_length(p, end, &next);

	parse_request_line(p, len, &r);
	for (p = next; p < end; p = next) {
		len = line_length(p, end, &next);
		if (is_field(p, len, CONTENT_LENGTH))
			parse_length(p + strlen(CONTENT_LENGTH ":"),
			    len - strlen(CONTENT_LENGTH ":"), &r);
		else if (is_field(p, len, TRANSFER_ENCODING) ||
		    (len > 0 && (*p == ' ' || *p == '\t')))
			r.is_plain = false;
	}
	return r;
}

/* With the body's new framing in place of its length. */
static void
add_header(struct plugin_body *b)
{
	const char *p = b->header, *end = b->header + b->used, *next;
	size_t len;

	for (; p < end; p = next) {
		len = line_length(p, end, &next);
		if (len == 0)
			add_text(b, TRANSFER_ENCODING ": chunked\r\n");
		if (!is_field(p, len, CONTENT_LENGTH))
			add(b, p, (size_t)(next - p));
	}
}

static void
keep(const struct json_element *e, void *arg)
{
	struct plugin_body *b = arg;
	const char mark = MARK_TOO_MUCH;

	if (e->over)
		add_chunk(b, &mark, 1);
	else
		add_chunk(b, e->text, e->len);
}

static void
end_body(struct plugin_body *b)
{
	char mark;

	if (b->mark == MARK_NONE && json_sieve_end(b->sieve) == -1)
		b->mark = MARK_NOT_JSON;
	mark = (char)b->mark;
	if (b->mark != MARK_NONE)
		add_chunk(b, &mark, 1);
	json_sieve_free(b->sieve);
	b->sieve = NULL;
	b->state = HEADER;
}

static void
begin_body(struct plugin_body *b, const struct request *r)
{
	b->state = BODY;
	b->left = r->length;
	b->mark = r->length > PLUGIN_BODY_MAX ? MARK_TOO_LONG : MARK_NONE;
	b->sieve = json_sieve_new(JSON_SIEVE_WHOLE, plugin_wanted(r->path),
	    PLUGIN_WANTED_MAX, keep, b);
}

static void
hand_on(struct plugin_body *b)
{
	b->state = AS_IT_IS;
	add(b, b->header, b->used);
	b->used = 0;
}

static void
end_header(struct plugin_body *b)
{
	struct request r = parse_header(b->header, b->used);

	if (!r.is_plain) {
		hand_on(b);
		return;
	}
	if (r.length <= 0)
		add(b, b->header, b->used);
	else {
		add_header(b);
		begin_body(b, &r);
	}
	b->used = 0;
}

/* Both return how many of the bytes they took. */
static size_t
take_header(struct plugin_body *b, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && b->state == HEADER; i++) {
		if (b->used == sizeof(b->header)) {
			hand_on(b);
			break;
		}
		b->header[b->used++] = data[i];
		if (data[i] == '\n') {
			if (b->line_is_empty)
				end_header(b);
			b->line_is_empty = true;
		} else if (data[i] != '\r')
			b->line_is_empty = false;
	}
	if (b->state != HEADER)
		b->line_is_empty = false;
	return i;
}

static size_t
take_body(struct plugin_body *b, const char *data, size_t len)
{
	if ((uint64_t)b->left < len)
		len = (size_t)b->left;
	if (b->mark == MARK_NONE && json_sieve_feed(b->sieve, data, len) == -1)
		b->mark = errno == E2BIG ? MARK_TOO_DEEP : MARK_NOT_JSON;
	b->left -= (int64_t)len;
	if (b->left == 0)
		end_body(b);
	return len;
}

struct plugin_body *
plugin_body_new(void)
{
	return xcalloc(1, sizeof(struct plugin_body));
}

void
plugin_body_free(struct plugin_body *b)
{
	if (b == NULL)
		return;
	json_sieve_free(b->sieve);
	free(b);
}

void
plugin_body_feed(struct plugin_body *b, const char *data, size_t len,
    struct evbuffer *out)
{
	size_t n;

	b->out = out;
	while (len > 0) {
		switch (b->state) {
		case HEADER:
			n = take_header(b, data, len);
			break;
		case BODY:
			n = take_body(b, data, len);
			break;
		default:
			add(b, data, len);
			n = len;
			break;
		}
		data += n;
		len -= n;
	}
}

const char *
plugin_body_fault(const char *body, size_t len)
{
	if (len != 1)
		return NULL;
	switch ((enum mark)body[0]) {
	case MARK_TOO_LONG:
		return "is longer than 16 MiB";
	case MARK_TOO_DEEP:
		return "is nested more than 32 deep";
	case MARK_TOO_MUCH:
		return "has more than 64 KiB of addresses and options";
	case MARK_NOT_JSON:
		return "is not a JSON object";
	case MARK_NONE:
		break;
	}
	return NULL;
}
