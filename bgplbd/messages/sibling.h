/*
 * What a child does when its channel to another child ends.
 */
#ifndef BGPLBD_MESSAGES_SIBLING_H
#define BGPLBD_MESSAGES_SIBLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/child.h"
#include "common/channel.h"

/* MSG_CHILD_SIBLING_ENDED: the sender's channel to this sibling has ended. */
struct sibling_ended {
	uint32_t	sibling;	/* enum child */
};

bool	sibling_ended_is_valid(const void *data, size_t len);

/*
 * At the end of file the channel is freed, *place becomes NULL, the parent is told,
 * and the process goes on without the sibling: the parent shuts all down in order,
 * whether the sibling is gone or only its channel is.  Any other end is fatal.
 * parent: the channel to it; NULL if that has ended too.
 */
void	sibling_end(struct channel **place, enum channel_end, enum child sibling,
	    struct channel *parent);

#endif /* BGPLBD_MESSAGES_SIBLING_H */
