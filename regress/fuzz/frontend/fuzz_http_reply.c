/*
 * Any bytes as a reply's header: whole or byte by byte, the
 * outcome must be the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bgplbd/frontend/http_reply.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

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

	if (feed(&whole, text, size, size + 1) != feed(&bytes, text, size, 1) ||
	    whole.complete != bytes.complete || whole.fault != bytes.fault ||
	    whole.content_length != bytes.content_length)
		abort();
	return 0;
}
