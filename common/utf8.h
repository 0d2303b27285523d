/*
 * Text from outside made fit for a log, for a terminal and for Docker's user: of
 * neighbors (RFC 9003), of Docker's objects, of plugin calls, of files.  Used by every
 * process and by bgplbctl.
 *
 * Invisible characters are those that would act on what shows them, or make a text look
 * like another one: controls (C0, DEL, C1), the marks, embeddings, overrides and
 * isolates of bidirectional text, line and paragraph separators, characters of no width
 * (joiners, fillers, variation selectors, tags, the byte order mark), characters of
 * private use, noncharacters, and the planes of Unicode in which nothing is assigned.
 *
 * They are written as \u{202e}, with the number in hexadecimal, and bytes that are not
 * UTF-8 (RFC 3629) as \x9b.  A backslash is not escaped, so the form is for people and
 * not to be read back.
 */
#ifndef BGPLB_UTF8_H
#define BGPLB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest escape, \u{10ffff}, and a NUL. */
#define UTF8_ESCAPE_MAX	11

/*
 * Reads the character at src, of which there are n bytes.  Returns its size, or 0 if
 * there is no character.
 */
size_t	utf8_read(const uint8_t *src, size_t n, uint32_t *c);

/* False for those above. */
bool	utf8_is_visible(uint32_t c);

/* The escape of a character, or of a byte that is none; its length. */
size_t	utf8_escape_character(char buf[UTF8_ESCAPE_MAX], uint32_t c);
size_t	utf8_escape_byte(char buf[UTF8_ESCAPE_MAX], uint8_t byte);

/*
 * Copies n bytes to dst with escapes, cut to what fits in size bytes (at least 1),
 * always terminated and never cut within a character or an escape.  Returns the length
 * of dst.
 */
size_t	utf8_copy(char *dst, size_t size, const void *src, size_t n);

#endif /* BGPLB_UTF8_H */
