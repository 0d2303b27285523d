/*
 * Parent to frontend: a listening socket in the place of another, whose file somebody
 * has removed, so that nobody can reach that any more.
 */
#ifndef BGPLBD_MESSAGES_LISTENER_H
#define BGPLBD_MESSAGES_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum listener {
	LISTENER_PLUGIN,	/* Docker calls here */
	LISTENER_CONTROL	/* bgplbctl calls here */
};
#define LISTENERS	2

/* MSG_PARENT_LISTENER, which comes with the socket. */
struct listener_again {
	uint32_t	listener;	/* enum listener */
};

bool	listener_again_is_valid(const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_LISTENER_H */
