/*
 * Network interfaces by name.
 */
#ifndef BGPLBD_SESSION_INTERFACE_H
#define BGPLBD_SESSION_INTERFACE_H

#include <stdint.h>

/*
 * Its index, which changes when it is made anew; 0 with errno if there is none.  As
 * if_nametoindex(3), but by a socket of a kind that this process may open.
 */
uint32_t	interface_index(const char *name);

#endif /* BGPLBD_SESSION_INTERFACE_H */
