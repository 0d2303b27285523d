/*
 * Any bytes as a reply's header and as lines: whole or byte by byte, the
 * outcome must be the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/line_splitter.h"

#define FUZZ_LINE_MAX	32

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct sum {
	unsigned int	lines;
	uint32_t	bytes;
};

static void
add_line(const char *line, size_t len, void *arg)
{
	struct sum *sum = arg;
	size_t i;

	if (len == 0 || len > FUZZ_LINE_MAX)
		abort();
	sum->lines++;
	for (i = 0; i < len; i++)
		sum->bytes = sum->bytes * 31 + (uint8_t)line[i];
}

static unsigned int
split(const char *data, size_t size, size_t step, struct sum *sum)
{
	struct line_splitter s;
	unsigned int left_out = 0;
	size_t used, n;

	memset(sum, 0, sizeof(*sum));
	line_splitter_init(&s, FUZZ_LINE_MAX);
	for (used = 0; used < size; used += n) {
		n = size - used < step ? size - used : step;
		left_out += line_splitter_feed(&s, data + used, n, add_line,
		    sum);
	}
	line_splitter_reset(&s);
	return left_out;
}

static size_t
feed(struct http_reply *r, const char *data, size_t size, size_t step)
{
	size_t used = 0, n, taken;

	http_reply_init(r);
	while (used < size && !r->complete && r->fault == HTTP_FINE) {
		n = size - used < step ? size - used : step;
		taken = http_reply_feed(r, data + used, n);
		if (taken == 0 || taken > n)
			abort();
		used += taken;
	}
	if (r->complete && (r->status < 100 || r->status > 599))
		abort();
	return used;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct http_reply whole, bytes;
	struct sum a, b;

	if (feed(&whole, text, size, size + 1) != feed(&bytes, text, size, 1) ||
	    whole.complete != bytes.complete || whole.fault != bytes.fault ||
	    whole.content_length != bytes.content_length)
		abort();
	if (split(text, size, size + 1, &a) != split(text, size, 1, &b) ||
	    a.lines != b.lines || a.bytes != b.bytes)
		abort();
	return 0;
}
