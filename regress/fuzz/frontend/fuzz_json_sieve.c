/*
 * Any text through the sieve in pieces of any size: it is taken if json_parse() takes
 * it, and what is kept of it reads as in the whole.  The first byte chooses the shape,
 * the table and the limit, the second the sizes of the pieces.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/docker_wanted.h"
#include "bgplbd/messages/docker_request.h"
#include "regress/unit/frontend/json_projection.h"

#define LIMIT_LARGE	(1024 * 1024)

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct run {
	const struct json_wanted	*wanted;
	size_t				 limit;
	FILE				*out;
	bool				 over;
};

static void
take_element(const struct json_element *e, void *arg)
{
	struct run *r = arg;
	struct json *doc;

	if (e->text == NULL) {
		fputs("fault\n", r->out);
		return;
	}
	if (e->len > r->limit)
		abort();
	doc = json_parse(e->text, e->len);
	if (doc == NULL && e->len > 0 && (e->text[0] == '{' ||
	    e->text[0] == '['))
		abort();
	if (doc != NULL)
		project(r->out, json_root(doc), r->wanted);
	fputc('\n', r->out);
	json_free(doc);
	r->over = r->over || e->over;
}

/* 0, or -1 if it is refused. */
static int
sift(struct run *r, enum json_sieve_shape shape, const char *text, size_t len,
    unsigned int seed)
{
	struct json_sieve *s = json_sieve_new(shape, r->wanted, r->limit,
	    take_element, r);
	size_t used, n;
	int result = 0;

	for (used = 0; used < len && result == 0; used += n) {
		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 9;
		if (n > len - used)
			n = len - used;
		result = json_sieve_feed(s, text + used, n);
	}
	if (shape == JSON_SIEVE_LINES)	/* the last, too, has an end */
		result = json_sieve_feed(s, "\n", 1);
	else if (result == 0)
		result = json_sieve_end(s);
	json_sieve_free(s);
	return result;
}

static bool
is_blank(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL &&
	    text[len - 1] != '\0')
		len--;
	return len == 0;
}

static void
expect_line(struct run *r, const char *line, size_t len)
{
	struct json *doc;

	if (is_blank(line, len))
		return;
	doc = json_parse(line, len);
	if (doc == NULL)
		fputs("fault\n", r->out);
	else {
		project(r->out, json_root(doc), r->wanted);
		fputc('\n', r->out);
	}
	json_free(doc);
}

static void
expect_lines(struct run *r, const char *text, size_t len)
{
	const char *newline;

	while ((newline = memchr(text, '\n', len)) != NULL) {
		expect_line(r, text, (size_t)(newline - text));
		len -= (size_t)(newline + 1 - text);
		text = newline + 1;
	}
	expect_line(r, text, len);
}

static void
expect_list(struct run *r, struct json_value array)
{
	struct json_iterator it;

	json_iterate(array, &it);
	while (json_next(&it)) {
		if (json_type(it.value) == JSON_OBJECT ||
		    json_type(it.value) == JSON_ARRAY)
			project(r->out, it.value, r->wanted);
		fputc('\n', r->out);
	}
}

static bool
is_null_list(const char *text, size_t len)
{
	while (len > 0 && *text != '\0' && strchr(" \t\r\n", *text) != NULL) {
		text++;
		len--;
	}
	return len >= 4 && memcmp(text, "null", 4) == 0 &&
	    is_blank(text + 4, len - 4);
}

/* The same of the whole text: 0, or -1 if it is refused. */
static int
expect(struct run *r, enum json_sieve_shape shape, const char *text,
    size_t len)
{
	struct json *doc;
	int result = 0;

	if (shape == JSON_SIEVE_LINES) {
		expect_lines(r, text, len);
		return 0;
	}
	if (shape == JSON_SIEVE_LIST && is_null_list(text, len))
		return 0;
	doc = json_parse(text, len);
	if (doc == NULL || (shape == JSON_SIEVE_LIST &&
	    json_type(json_root(doc)) != JSON_ARRAY))
		result = -1;
	else if (shape == JSON_SIEVE_LIST)
		expect_list(r, json_root(doc));
	else {
		project(r->out, json_root(doc), r->wanted);
		fputc('\n', r->out);
	}
	json_free(doc);
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t kinds[] = { DOCKER_LIST_NETWORKS,
	    DOCKER_LIST_CONTAINERS, DOCKER_INSPECT_CONTAINER,
	    DOCKER_LIST_STOPPED };
	struct docker_wanted tables;
	struct run sifted, whole;
	enum json_sieve_shape shape;
	char *a, *b;
	size_t alen, blen;
	int result;

	if (size < 2)
		return 0;
	docker_wanted_init(&tables, "bgplb_advertise=true");
	shape = (enum json_sieve_shape)(data[0] % 3);
	memset(&sifted, 0, sizeof(sifted));
	sifted.wanted = data[0] & 0x40 ? docker_wanted_event :
	    docker_wanted_of(&tables, kinds[data[0] >> 4 & 3]);
	sifted.limit = data[0] & 0x80 ? JSON_SIEVE_LIMIT_MIN : LIMIT_LARGE;
	whole = sifted;
	sifted.out = open_memstream(&a, &alen);
	whole.out = open_memstream(&b, &blen);
	if (sifted.out == NULL || whole.out == NULL)
		abort();
	result = sift(&sifted, shape, (const char *)data + 2, size - 2,
	    data[1]);
	if (result != expect(&whole, shape, (const char *)data + 2, size - 2))
		abort();
	fclose(sifted.out);
	fclose(whole.out);
	if (sifted.over && sifted.limit == LIMIT_LARGE && size < 4096)
		abort();
	if (result == 0 && !sifted.over && (alen != blen ||
	    memcmp(a, b, alen) != 0))
		abort();
	free(a);
	free(b);
	return 0;
}
