/*
 * What of a JSON value is wanted, as a text to compare: the same of the whole value
 * and of what the sieve kept of it.
 */
#ifndef REGRESS_UNIT_FRONTEND_JSON_PROJECTION_H
#define REGRESS_UNIT_FRONTEND_JSON_PROJECTION_H

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/json_sieve.h"

static inline const struct json_wanted *
projection_find(const struct json_wanted *wanted, struct json_value key)
{
	const struct json_wanted *any = NULL;

	for (; wanted != NULL && wanted->key != NULL; wanted++) {
		if (wanted->key[0] == '\0')
			any = wanted;
		else if (json_equals(key, wanted->key))
			return wanted;
	}
	return any;
}

static inline void
project_scalar(FILE *out, struct json_value v)
{
	char text[300];
	int64_t n = 0;
	bool b = false;
	int result;

	switch (json_type(v)) {
	case JSON_STRING:
		result = json_get_string(v, text, sizeof(text));
		fprintf(out, "s%d,%d:%s;", result, result == 0 ? 0 : errno,
		    text);
		break;
	case JSON_NUMBER:
		result = json_get_int(v, INT64_MIN, INT64_MAX, &n);
		fprintf(out, "n%d,%d:%" PRId64 ";", result,
		    result == 0 ? 0 : errno, result == 0 ? n : 0);
		break;
	case JSON_BOOL:
		result = json_get_bool(v, &b);
		fprintf(out, "b%d:%d;", result, b);
		break;
	default:
		fprintf(out, "t%d;", (int)json_type(v));
		break;
	}
}

static inline void
project(FILE *out, struct json_value v, const struct json_wanted *wanted)
{
	const struct json_wanted *found;
	bool is_object = json_type(v) == JSON_OBJECT;
	struct json_iterator it;

	if (!is_object && json_type(v) != JSON_ARRAY) {
		project_scalar(out, v);
		return;
	}
	fputc(is_object ? '{' : '[', out);
	json_iterate(v, &it);
	while (wanted != NULL && json_next(&it)) {
		found = wanted;
		if (is_object) {
			found = projection_find(wanted, it.key);
			if (found == NULL)
				continue;
			project_scalar(out, it.key);
			found = found->members;
		}
		project(out, it.value, found);
	}
	fputc(is_object ? '}' : ']', out);
}

#endif /* REGRESS_UNIT_FRONTEND_JSON_PROJECTION_H */
