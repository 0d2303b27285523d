#include <string.h>

#include <event2/event.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/messages/flow.h"
#include "common/log.h"
#include "common/timer.h"

/* NULL if all of them read. */
static const struct flow_reader *
slow_reader(const struct flow *f)
{
	size_t i;

	for (i = 0; i < f->nreaders; i++)
		if (child_is_busy(*f->readers[i].channel))
			return &f->readers[i];
	return NULL;
}

static void
held_too_long(evutil_socket_t fd, short what, void *arg)
{
	struct flow *f = arg;
	const struct flow_reader *slow = slow_reader(f);

	(void)fd;
	(void)what;
	if (slow != NULL)
		fatalx("the %s does not read: %zu KB wait for it, and more "
		    "than %u KB for %u s", slow->title,
		    channel_queued(*slow->channel) / 1024,
		    CHILD_QUEUE_BUSY / 1024, f->max_ms / 1000);
	flow_check(f);
}

void
flow_init(struct flow *f, struct event_base *base, struct channel **source,
    const struct flow_reader *readers, size_t n, unsigned int max_ms)
{
	memset(f, 0, sizeof(*f));
	if (n > FLOW_READERS_MAX)
		fatalx("%zu readers of one source", n);
	f->source = source;
	memcpy(f->readers, readers, n * sizeof(readers[0]));
	f->nreaders = n;
	f->max_ms = max_ms;
	f->timer = evtimer_new(base, held_too_long, f);
	if (f->timer == NULL)
		fatalx("cannot make a timer");
}

void
flow_check(struct flow *f)
{
	bool hold = slow_reader(f) != NULL;

	if (hold == f->held)
		return;
	f->held = hold;
	if (hold)
		timer_set(f->timer, f->max_ms);
	else
		event_del(f->timer);
	if (*f->source != NULL)
		channel_set_paused(*f->source, hold);
}

void
flow_clear(struct flow *f)
{
	event_free(f->timer);
}
