/*
 * Any text as JSON: what is taken must be readable throughout, and every value
 * must lie in one place only.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bgplbd/frontend/json.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Reads every value, and each key, by all accessors. */
static void
visit(struct json_value v, unsigned int depth)
{
	struct json_iterator it;
	char text[64];
	int64_t n;
	bool b;

	if (depth > JSON_READ_DEPTH)
		abort();
	if (json_get_string(v, text, sizeof(text)) == 0 &&
	    !json_equals(v, text))
		abort();
	if (json_get_int(v, -100, 100, &n) == 0 && (n < -100 || n > 100))
		abort();
	if (json_get_bool(v, &b) == 0 && json_type(v) != JSON_BOOL)
		abort();
	json_iterate(v, &it);
	while (json_next(&it)) {
		if (json_type(v) == JSON_OBJECT &&
		    json_get_string(it.key, text, sizeof(text)) == 0 &&
		    json_type(json_member(v, text)) == JSON_NONE)
			abort();
		visit(it.value, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *doc = json_parse((const char *)data, size);

	if (doc != NULL)
		visit(json_root(doc), 0);
	json_free(doc);
	return 0;
}
