/*
 * Under which names Docker knows this daemon as a network driver: the plugin
 * socket's name, and what Docker lists as the driver of networks that are known
 * to be ours (a managed plugin's name is chosen by whoever installs it).
 *
 * The frontend learns names from Docker's list; it tells the parent each in a
 * MSG_FRONTEND_DRIVER_NAME, and both keep their own table.  A name that has been
 * learned is kept, so the first ones are those that count.
 */
#ifndef BGPLBD_MESSAGES_DRIVER_NAMES_H
#define BGPLBD_MESSAGES_DRIVER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define DRIVER_NAME_MAX		256	/* with its NUL; an image reference is at most 255 */
#define DRIVER_NAMES_MAX	3	/* the socket's, and two after a rename */

struct driver_names {
	size_t	count;
	char	name[DRIVER_NAMES_MAX][DRIVER_NAME_MAX];
};

/* The payload of MSG_FRONTEND_DRIVER_NAME. */
struct driver_name {
	char	text[DRIVER_NAME_MAX];	/* driver_name_is_learnable() */
};

/* From the socket's path: its last part without ".sock". */
void	driver_names_init(struct driver_names *, const char *plugin_socket);
bool	driver_names_has(const struct driver_names *, const char *name);

/* True if the name was new, can be one of ours, and there was room for it. */
bool	driver_names_learn(struct driver_names *, const char *name);

/* Whether it is one of the drivers that are part of the engine. */
bool	driver_name_is_of_docker(const char *name);
/* Whether it has the form of a plugin's name, and is none of Docker's own drivers. */
bool	driver_name_is_learnable(const char *name);
/* What comes from another process. */
bool	driver_name_is_valid(const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_DRIVER_NAMES_H */
