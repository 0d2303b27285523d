#include <stdlib.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/socket_watch.h"
#include "common/log.h"

struct socket_watch {
	struct event		 timer;
	struct sockets		*sockets;
	socket_watch_give	*give;
	void			*arg;
};

static void
look(evutil_socket_t timer, short what, void *arg)
{
	struct socket_watch *w = arg;
	unsigned int i;
	int fd;

	(void)timer;
	(void)what;
	for (i = 0; i < LISTENERS; i++) {
		fd = sockets_look(w->sockets, i);
		if (fd != -1)
			w->give(i, fd, w->arg);
	}
}

struct socket_watch *
socket_watch_new(struct event_base *base, unsigned int every_ms,
    struct sockets *sockets, socket_watch_give *give, void *arg)
{
	const struct timeval every = {
		.tv_sec = every_ms / 1000,
		.tv_usec = every_ms % 1000 * 1000,
	};
	struct socket_watch *w = xcalloc(1, sizeof(*w));

	w->sockets = sockets;
	w->give = give;
	w->arg = arg;
	if (event_assign(&w->timer, base, -1, EV_PERSIST, look, w) == -1 ||
	    event_add(&w->timer, &every) == -1)
		fatalx("cannot make a timer");
	return w;
}

void
socket_watch_free(struct socket_watch *w)
{
	if (w == NULL)
		return;
	event_del(&w->timer);
	free(w);
}
