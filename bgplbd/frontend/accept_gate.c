#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "bgplbd/frontend/accept_gate.h"
#include "common/log.h"

static const struct timeval rest = { .tv_sec = 1 };
/* No rest is under way: the timer stays in the loop, to be found there. */
static const struct timeval idle = { .tv_sec = 24 * 60 * 60 };

struct accept_gate {
	struct evconnlistener	*listener;
	const char		*name;
	struct event		*timer;
	bool			 closed;	/* by the owner */
	bool			 rests;
	bool			 fails;		/* and that was logged */
};

static void
set_listener(struct accept_gate *g)
{
	if (g->closed || g->rests)
		evconnlistener_disable(g->listener);
	else
		evconnlistener_enable(g->listener);
}

static void
rest_is_over(evutil_socket_t fd, short what, void *arg)
{
	struct accept_gate *g = arg;

	(void)fd;
	(void)what;
	g->rests = false;
	evtimer_add(g->timer, &idle);
	set_listener(g);
}

struct search {
	struct evconnlistener	*listener;
	struct accept_gate	*found;
};

static int
look_at_event(const struct event_base *base, const struct event *event,
    void *arg)
{
	struct search *s = arg;
	struct accept_gate *g;

	(void)base;
	if (event_get_callback(event) != rest_is_over)
		return 0;
	g = event_get_callback_arg(event);
	if (g->listener != s->listener)
		return 0;
	s->found = g;
	return 1;
}

/*
 * The callback's argument is not ours to choose: a listener that evhttp serves has
 * evhttp's.  So the gate is found by its timer.
 */
static void
accept_failed(struct evconnlistener *listener, void *arg)
{
	int error = EVUTIL_SOCKET_ERROR();
	struct search search = { .listener = listener };
	struct accept_gate *g;

	(void)arg;
	event_base_foreach_event(evconnlistener_get_base(listener),
	    look_at_event, &search);
	if ((g = search.found) == NULL)
		return;
	if (!g->fails)
		log_warn("%s: cannot accept a connection, trying once a "
		    "second: %s", g->name, strerror(error));
	g->fails = true;
	g->rests = true;
	evtimer_add(g->timer, &rest);
	set_listener(g);
}

struct accept_gate *
accept_gate_new(struct evconnlistener *listener, const char *name)
{
	struct accept_gate *g = xcalloc(1, sizeof(*g));

	g->listener = listener;
	g->name = name;
	g->timer = evtimer_new(evconnlistener_get_base(listener), rest_is_over,
	    g);
	if (g->timer == NULL || evtimer_add(g->timer, &idle) == -1)
		fatalx("cannot make a timer");
	evconnlistener_set_error_cb(listener, accept_failed);
	return g;
}

void
accept_gate_free(struct accept_gate *g)
{
	if (g == NULL)
		return;
	evconnlistener_set_error_cb(g->listener, NULL);
	event_free(g->timer);
	free(g);
}

void
accept_gate_close(struct accept_gate *g)
{
	g->closed = true;
	set_listener(g);
}

void
accept_gate_open(struct accept_gate *g)
{
	g->closed = false;
	set_listener(g);
}

/* It keeps its descriptor, which evhttp has noted too. */
void
accept_gate_replace(struct accept_gate *g, int fd)
{
	evconnlistener_disable(g->listener);
	if (evutil_make_socket_nonblocking(fd) == -1 ||
	    dup3(fd, evconnlistener_get_fd(g->listener), O_CLOEXEC) == -1)
		fatal("cannot take over the %s", g->name);
	close(fd);
	g->rests = false;
	set_listener(g);
	log_info("%s: taken over from the parent", g->name);
}

void
accept_gate_passed(struct accept_gate *g)
{
	if (g->fails)
		log_info("%s: accepts connections again", g->name);
	g->fails = false;
}
