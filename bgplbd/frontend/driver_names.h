/*
 * Under which names Docker knows this daemon as a network driver: the plugin
 * socket's name, and what Docker lists as the driver of networks that are known
 * to be ours (a managed plugin's name is chosen by whoever installs it).
 */
#ifndef BGPLBD_FRONTEND_DRIVER_NAMES_H
#define BGPLBD_FRONTEND_DRIVER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define DRIVER_NAME_MAX		256	/* with its NUL; an image reference is at most 255 */
#define DRIVER_NAMES_MAX	8	/* one is usual, two after a rename */

struct driver_names {
	size_t	count;
	char	name[DRIVER_NAMES_MAX][DRIVER_NAME_MAX];
};

/* From the socket's path: its last part without ".sock". */
void	driver_names_init(struct driver_names *, const char *plugin_socket);
bool	driver_names_has(const struct driver_names *, const char *name);

/* True if the name was new and there was room for it. */
bool	driver_names_learn(struct driver_names *, const char *name);

#endif /* BGPLBD_FRONTEND_DRIVER_NAMES_H */
