#include <stddef.h>

#include "bgplbd/messages/sibling.h"
#include "common/log.h"

void
sibling_end(struct channel **place, enum channel_end end, const char *name)
{
	if (end != CHANNEL_EOF)
		fatalx("the channel to the %s broke: %s", name,
		    channel_error(*place));
	log_debug("the %s has ended", name);
	channel_free(*place);
	*place = NULL;
}
