/*
 * What a child does when its channel to another child ends.
 */
#ifndef BGPLBD_MESSAGES_SIBLING_H
#define BGPLBD_MESSAGES_SIBLING_H

#include "common/channel.h"

/*
 * At the end of file the channel is freed, *place becomes NULL, and the process goes
 * on without it: the parent notices too, and shuts all down in order.  Any other end
 * is fatal.  name: the sibling's, for the log.
 */
void	sibling_end(struct channel **place, enum channel_end, const char *name);

#endif /* BGPLBD_MESSAGES_SIBLING_H */
