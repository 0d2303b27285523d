#include <stddef.h>
#include <string.h>

#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "common/log.h"

bool
sibling_ended_is_valid(const void *data, size_t len)
{
	struct sibling_ended ended;

	if (len != sizeof(ended))
		return false;
	memcpy(&ended, data, sizeof(ended));
	return ended.sibling < CHILDREN;
}

void
sibling_end(struct channel **place, enum channel_end end, enum child sibling,
    struct channel *parent)
{
	const struct sibling_ended ended = { .sibling = sibling };
	const char *title = child_title(sibling);

	if (end == CHANNEL_FULL)
		fatalx("the %s does not read: more than %u MB wait for it",
		    title, CHILD_QUEUE_MAX / 1024 / 1024);
	if (end != CHANNEL_EOF)
		fatalx("the channel to the %s broke: %s", title,
		    channel_error(*place));
	log_debug("the channel to the %s has ended", title);
	channel_free(*place);
	*place = NULL;
	if (parent != NULL && channel_send(parent, MSG_CHILD_SIBLING_ENDED, 0,
	    -1, &ended, sizeof(ended)) == -1)
		log_debug("the parent is gone too");
}
