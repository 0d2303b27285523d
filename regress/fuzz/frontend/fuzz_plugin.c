/*
 * The path of a plugin call, an end of line, and any body: what is not refused
 * must be a valid message for the rde, or an answer that is JSON; and it must be the
 * same when the body comes in a request, in pieces, of which only what is wanted is kept.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_call.h"

#define PATH_MAX_BYTES	63

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_json(const char *text, size_t len)
{
	struct json *doc = json_parse(text, len);

	if (doc == NULL)
		abort();
	json_free(doc);
}

static void
check_answer(const struct plugin_call *call, const struct plugin_reply *reply)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		abort();
	plugin_call_answer(call, reply, false, out);
	fclose(out);
	check_json(text, len);
	free(text);
}

static void
check_error(const char *sentence)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL || strncmp(sentence, "bgplb: ", 7) != 0)
		abort();
	plugin_call_answer_error(sentence, out);
	fclose(out);
	check_json(text, len);
	free(text);
}

static void
feed(struct plugin_body *b, const char *data, size_t len, size_t step,
    struct evbuffer *out)
{
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < step ? len : step;
		plugin_body_feed(b, data, n, out);
	}
}

/* The body in its one chunk, which must be well formed. */
static const char *
chunk_of(const char *text, size_t size, size_t *len)
{
	static const char end[] = "\r\n0\r\n\r\n";
	const char *body = memmem(text, size, "\r\n\r\n", 4);
	char *start;

	if (body == NULL)
		abort();
	*len = strtoul(body + 4, &start, 16);
	if ((size_t)(start - text) + 2 + *len + strlen(end) != size ||
	    memcmp(start + 2 + *len, end, strlen(end)) != 0)
		abort();
	return start + 2;
}

static bool
is_in_url(const char *path)
{
	for (; *path != '\0'; path++)
		if (*path <= ' ' || *path > '~')
			return false;
	return true;
}

static void
check_sifted(const char *path, const char *body, size_t len,
    enum plugin_outcome outcome, const struct plugin_call *whole)
{
	struct plugin_body *b = plugin_body_new();
	struct evbuffer *out = evbuffer_new();
	struct v6subnet_memo memo = { .next = 0 };
	struct plugin_call call;
	struct sentence why;
	char header[256];
	const char *kept, *text;
	size_t kept_len;

	snprintf(header, sizeof(header), "POST %s HTTP/1.1\r\n"
	    "Content-Length: %zu\r\n\r\n", path, len);
	feed(b, header, strlen(header), 1 + len % 11, out);
	feed(b, body, len, 1 + len % 7, out);
	evbuffer_add(out, "", 1);
	text = (const char *)evbuffer_pullup(out, -1);
	kept = chunk_of(text, evbuffer_get_length(out) - 1, &kept_len);
	if (plugin_call_parse(path, kept, kept_len, &memo, &call, &why) !=
	    outcome)
		abort();
	if (outcome != PLUGIN_REFUSED &&
	    plugin_call_type(&call) != plugin_call_type(whole))
		abort();
	evbuffer_free(out);
	plugin_body_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct plugin_reply reply = { .interface = "bgpvc-0" };
	const uint8_t *end = memchr(data, '\n', size);
	char path[PATH_MAX_BYTES + 1];
	struct v6subnet_memo memo = { .next = 0 };
	struct plugin_call call;
	struct sentence why;
	enum plugin_outcome outcome;
	size_t len;

	if (end == NULL || end - data > PATH_MAX_BYTES)
		return 0;
	memcpy(path, data, (size_t)(end - data));
	path[end - data] = '\0';
	end++;
	size -= (size_t)(end - data);
	outcome = plugin_call_parse(path, (const char *)end, size, &memo, &call,
	    &why);
	if (size > 0 && path[0] == '/' && is_in_url(path))
		check_sifted(path, (const char *)end, size, outcome, &call);
	switch (outcome) {
	case PLUGIN_REFUSED:
		check_error(why.text);
		break;
	case PLUGIN_ANSWERED:
		check_answer(&call, NULL);
		break;
	case PLUGIN_ASK_RDE:
		if (!frontend_rde_is_valid(plugin_call_type(&call),
		    plugin_call_message(&call, &len), len))
			abort();
		check_answer(&call, &reply);
		break;
	}
	return 0;
}
