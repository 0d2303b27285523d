/*
 * Text that a neighbor sent, made fit for a log line and a terminal.
 */
#ifndef BGPLBD_SESSION_UTF8_H
#define BGPLBD_SESSION_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Copies n bytes of UTF-8 (RFC 3629) to dst, cut to what fits in size bytes (at
 * least 1), always terminated and never cut within a character.  A '?' stands
 * for each byte that is not UTF-8, and for each character that would act on what
 * shows it: controls, line and paragraph separators, bidirectional overrides.
 */
void	utf8_copy(char *dst, size_t size, const uint8_t *src, size_t n);

#endif /* BGPLBD_SESSION_UTF8_H */
