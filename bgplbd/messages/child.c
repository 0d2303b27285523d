#include "bgplbd/messages/child.h"
#include "bgplbd/messages/types.h"

const char *
child_title(enum child child)
{
	static const char *const titles[CHILDREN] = {
		[CHILD_FRONTEND] = "docker frontend",
		[CHILD_SESSION] = "session engine",
		[CHILD_RDE] = "route decision engine",
	};

	return titles[child];
}

bool
child_answer_probe(struct channel *parent, const struct message *m)
{
	if (m->type != MSG_PARENT_PROBE || m->len != 0 || m->fd != -1)
		return false;
	/* If it is dead, its end callback tells. */
	(void)channel_send(parent, MSG_CHILD_ALIVE, m->peerid, -1, NULL, 0);
	return true;
}

bool
child_is_busy(const struct channel *channel)
{
	return channel != NULL && channel_queued(channel) > CHILD_QUEUE_BUSY;
}
