/*
 * Text from elsewhere made fit for a terminal: descriptions, names and sentences
 * come from bgplbd, from Docker and from neighbors, and none of them may move
 * the cursor or forge a line.
 *
 * Depends on the locale that main() has set (LC_CTYPE), and on nothing else.
 */
#ifndef BGPLBCTL_PRINTABLE_H
#define BGPLBCTL_PRINTABLE_H

#include <stddef.h>

/*
 * Copies src to dst, cut to what fits in size bytes (at least 1), always
 * terminated and never cut within a character.  Invisible characters and what is not
 * UTF-8 are escaped as common/utf8.h says, and so is what the locale does not know as
 * a visible character, or has no width.  Returns the terminal columns of dst.
 */
size_t	printable_copy(char *dst, const char *src, size_t size);

#endif /* BGPLBCTL_PRINTABLE_H */
