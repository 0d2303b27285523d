/*
 * Writes JSON text to a stdio stream: bgplbctl's -j output and the frontend's
 * answers to Docker.  Commas, escapes and nesting are kept right here, so that
 * callers only name keys and values.
 *
 * The caller owns the writer and the stream.  Keys are NULL inside an array and
 * for the outermost value.  Strings are taken as UTF-8; a byte that is not part of
 * valid UTF-8 becomes U+FFFD.
 */
#ifndef BGPLB_JSON_WRITER_H
#define BGPLB_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX	16

struct json_writer {
	FILE		*out;
	unsigned int	 depth;
	bool		 has_members[JSON_DEPTH_MAX];
	char		 closer[JSON_DEPTH_MAX];
};

void	json_writer_init(struct json_writer *, FILE *);

/* Nesting beyond JSON_DEPTH_MAX is a bug in the caller and aborts. */
void	json_begin_object(struct json_writer *, const char *key);
void	json_begin_array(struct json_writer *, const char *key);
void	json_end(struct json_writer *);		/* of the innermost of both */

void	json_string(struct json_writer *, const char *key, const char *value);
void	json_number(struct json_writer *, const char *key, uint64_t value);
void	json_bool(struct json_writer *, const char *key, bool value);

#endif /* BGPLB_JSON_WRITER_H */
