/*
 * Network interfaces by name: for the parent, which connects to link-local addresses,
 * and the session engine, to which they connect.
 */
#ifndef BGPLBD_INTERFACE_H
#define BGPLBD_INTERFACE_H

#include <stdint.h>

/*
 * Its index, which changes when it is made anew; 0 with errno if there is none.  As
 * if_nametoindex(3), but by a socket that the process has; fd: any.
 */
uint32_t interface_index(int fd, const char *name);

#endif /* BGPLBD_INTERFACE_H */
