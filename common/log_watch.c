#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "common/log.h"
#include "common/log_output.h"
#include "common/log_watch.h"

struct log_watch {
	struct event	writable;
};

static void
has_room(evutil_socket_t fd, short what, void *arg)
{
	struct log_watch *w = arg;

	(void)fd;
	(void)what;
	if (!log_flush())
		event_add(&w->writable, NULL);
}

/* Standard error that cannot be watched is written to with the next line. */
static void
wait_for_room(void *arg)
{
	struct log_watch *w = arg;

	event_add(&w->writable, NULL);
}

struct log_watch *
log_watch_new(struct event_base *base)
{
	struct log_watch *w = xcalloc(1, sizeof(*w));

	if (event_assign(&w->writable, base, STDERR_FILENO, EV_WRITE,
	    has_room, w) == -1)
		fatalx("cannot watch standard error");
	log_output_notify(wait_for_room, w);
	return w;
}

void
log_watch_free(struct log_watch *w)
{
	if (w == NULL)
		return;
	log_output_notify(NULL, NULL);
	event_del(&w->writable);
	free(w);
}
