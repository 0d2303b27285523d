/*
 * Any answer is read without harm; what is told is an id and a name, and in whatever
 * pieces the answer comes, the same is told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/id_scan.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct result {
	size_t		count;
	uint64_t	sum;
};

static void
take(const struct object_id *id, const char *name, void *arg)
{
	struct result *r = arg;
	const char *s;

	if (!network_id_is_valid(id) || strlen(name) >= ID_SCAN_NAME_MAX ||
	    strpbrk(name, "\"\\%&/ ") != NULL)
		abort();
	r->count++;
	for (s = id->hex; *s != '\0'; s++)
		r->sum = r->sum * 31 + (uint8_t)*s;
	for (s = name; *s != '\0'; s++)
		r->sum = r->sum * 31 + (uint8_t)*s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct result whole = { 0 }, parts = { 0 };
	struct id_scan a, b;
	size_t i;

	id_scan_init(&a, take, &whole);
	id_scan_feed(&a, text, size);
	id_scan_init(&b, take, &parts);
	for (i = 0; i < size; i++)
		id_scan_feed(&b, text + i, 1);
	if (whole.count != parts.count || whole.sum != parts.sum ||
	    id_scan_is_complete(&a) != id_scan_is_complete(&b))
		abort();
	return 0;
}
