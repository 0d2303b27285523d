/*
 * The neighbors' TCP MD5 passwords (RFC 2385), which the parent alone has.  They are in
 * memory of their own, which a child finds empty, which no core dump has, and which is
 * not swapped out where the limit of locked memory has room for it.
 *
 * Whoever makes the store frees it; struct settings points to it, in the parent.
 */
#ifndef BGPLBD_PARENT_PASSWORDS_H
#define BGPLBD_PARENT_PASSWORDS_H

#include <stddef.h>

#include "bgplbd/settings.h"

struct passwords;

/* Of SETTINGS_NEIGHBORS_MAX neighbors, all without one.  Ends the process if it fails. */
struct passwords *passwords_new(void);
/* Wipes them.  NULL is fine.  A child gives its empty copy back by it. */
void	passwords_free(struct passwords *);

/*
 * That of the neighbor with this index in the settings, "" for none: the place of
 * SETTINGS_PASSWORD_MAX + 1 bytes, to be read and written.
 */
char	*passwords_of(struct passwords *, size_t neighbor);

#endif /* BGPLBD_PARENT_PASSWORDS_H */
