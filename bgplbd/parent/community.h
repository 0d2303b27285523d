/*
 * BGP communities as they are written: "64512:100" or the name of a well-known
 * one (RFC 1997 and IANA's registry of well-known communities), and large ones,
 * "64512:1:2" (RFC 8092).
 *
 * Pure functions.  Those that parse return NULL and store the value, or a static
 * sentence as those of value.h do.
 */
#ifndef BGPLBD_PARENT_COMMUNITY_H
#define BGPLBD_PARENT_COMMUNITY_H

#include <stdint.h>

#include "bgplbd/settings.h"

#define COMMUNITY_STRLEN	40	/* either kind, with its NUL */

const char *community_parse(const char *, uint32_t *);
const char *community_parse_large(const char *, struct large_community *);

/* Return buf, of COMMUNITY_STRLEN bytes.  A name is preferred to numbers. */
const char *community_format(uint32_t, char *buf);
const char *community_format_large(const struct large_community *, char *buf);

#endif /* BGPLBD_PARENT_COMMUNITY_H */
