/*
 * Bodies and replies recorded from real engines, in
 * regress/unit/frontend/recorded/ ENGINE/.  Tests run in the top directory.
 */
#ifndef REGRESS_UNIT_FRONTEND_RECORDED_H
#define REGRESS_UNIT_FRONTEND_RECORDED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDED_DIR	"regress/unit/frontend/recorded"

static const char *const recorded_engines[] = { "20.10", "26.1" };
#define RECORDED_ENGINES \
	(sizeof(recorded_engines) / sizeof(recorded_engines[0]))

/* The whole file, terminated; the caller frees it. */
static inline char *
recorded_load(const char *engine, const char *name, size_t *len)
{
	char path[256], *buf;
	FILE *f;

	snprintf(path, sizeof(path), RECORDED_DIR "/%s/%s", engine, name);
	f = fopen(path, "r");
	buf = calloc(1, 65536);
	assert_non_null(buf);
	if (f == NULL)
		fail_msg("%s is missing; tests run in the top directory", path);
	*len = fread(buf, 1, 65535, f);
	fclose(f);
	return buf;
}

/* Moves the body of a recorded HTTP reply to the front. */
static inline void
recorded_body(char *reply, size_t *len)
{
	char *body = strstr(reply, "\r\n\r\n");

	assert_non_null(body);
	body += 4;
	*len -= (size_t)(body - reply);
	memmove(reply, body, *len + 1);
}

#endif /* REGRESS_UNIT_FRONTEND_RECORDED_H */
