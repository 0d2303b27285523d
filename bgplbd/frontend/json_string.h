/*
 * The content of one JSON string (RFC 8259 section 7): from the bytes between its
 * quotes, whose escapes are well formed, to UTF-8.  For json.c, and json_sieve.c for
 * keys.
 *
 * What is no character, half a surrogate pair or bytes that are not UTF-8, becomes
 * U+FFFD, as Go's decoder has it.  NUL, which no C string can hold, is refused.
 * Pure.
 */
#ifndef BGPLBD_FRONTEND_JSON_STRING_H
#define BGPLBD_FRONTEND_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Into buf of size bytes, terminated.  0, or -1 with errno EILSEQ (it holds NUL; buf
 * is "") or ENAMETOOLONG (buf holds what fits, cut between characters).
 */
int	json_string_copy(const char *raw, size_t len, char *buf, size_t size)
	    __attribute__((warn_unused_result));
bool	json_string_equals(const char *raw, size_t len, const char *text);

#endif /* BGPLBD_FRONTEND_JSON_STRING_H */
