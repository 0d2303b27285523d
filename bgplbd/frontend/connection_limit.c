#include <sys/stat.h>

#include <stdbool.h>
#include <stdlib.h>

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "bgplbd/frontend/accept_gate.h"
#include "bgplbd/frontend/connection_limit.h"
#include "common/log.h"

/* While the limit is reached: is one gone? */
static const struct timeval look_again = { .tv_usec = 100000 };

struct connection {
	struct bufferevent	*fresh;	/* its descriptor is not known yet */
	int			 fd;
	ino_t			 inode;
	void			*arg;
};

struct connection_limit {
	struct accept_gate	*gate;
	void			(*forget)(void *);
	struct event		*accepted;	/* there are fresh ones */
	struct event		*timer;
	unsigned int		 max;
	unsigned int		 count;
	struct connection	 connections[];
};

/*
 * Runs right after the listener's callback, before anything else can happen to
 * the connections it accepted.
 */
static void
identify(evutil_socket_t fd, short what, void *arg)
{
	struct connection_limit *limit = arg;
	struct connection *c;
	struct stat st;

	(void)fd;
	(void)what;
	for (c = limit->connections; c < limit->connections + limit->count;
	    c++) {
		if (c->fresh == NULL)
			continue;
		c->fd = bufferevent_getfd(c->fresh);
		c->fresh = NULL;
		c->inode = fstat(c->fd, &st) == 0 ? st.st_ino : 0;
	}
}

static bool
is_gone(const struct connection *c)
{
	struct stat st;

	return c->fresh == NULL &&
	    (fstat(c->fd, &st) == -1 || st.st_ino != c->inode);
}

static void
forget_gone(struct connection_limit *limit)
{
	unsigned int i = 0;

	while (i < limit->count) {
		if (is_gone(&limit->connections[i])) {
			limit->forget(limit->connections[i].arg);
			limit->connections[i] =
			    limit->connections[--limit->count];
		} else
			i++;
	}
}

static void
look(evutil_socket_t fd, short what, void *arg)
{
	struct connection_limit *limit = arg;

	(void)fd;
	(void)what;
	forget_gone(limit);
	if (limit->count < limit->max)
		accept_gate_open(limit->gate);
	else
		evtimer_add(limit->timer, &look_again);
}

struct connection_limit *
connection_limit_new(struct event_base *base, struct accept_gate *gate,
    unsigned int max, void (*forget)(void *))
{
	struct connection_limit *limit;

	limit = xcalloc(1, sizeof(*limit) + max * sizeof(*limit->connections));
	limit->gate = gate;
	limit->forget = forget;
	limit->max = max;
	limit->accepted = event_new(base, -1, 0, identify, limit);
	limit->timer = evtimer_new(base, look, limit);
	if (limit->accepted == NULL || limit->timer == NULL)
		fatalx("cannot set up a connection limit");
	return limit;
}

void
connection_limit_free(struct connection_limit *limit)
{
	if (limit == NULL)
		return;
	while (limit->count > 0)
		limit->forget(limit->connections[--limit->count].arg);
	event_free(limit->accepted);
	event_free(limit->timer);
	free(limit);
}

struct bufferevent *
connection_limit_accept(struct connection_limit *limit, void *arg)
{
	struct bufferevent *bev;

	forget_gone(limit);
	if (limit->count == limit->max)
		return NULL;
	bev = bufferevent_socket_new(event_get_base(limit->timer), -1,
	    BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL)
		return NULL;
	limit->connections[limit->count++] =
	    (struct connection){ .fresh = bev, .fd = -1, .arg = arg };
	event_active(limit->accepted, EV_TIMEOUT, 1);
	if (limit->count == limit->max) {
		log_debug("%u plugin connections are open: more have to wait",
		    limit->count);
		accept_gate_close(limit->gate);
		evtimer_add(limit->timer, &look_again);
	}
	return bev;
}
