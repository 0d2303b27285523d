#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/listener.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/tcp.h"
#include "common/log.h"

/* Connections taken in one turn of the loop. */
#define ACCEPTS_PER_TURN	16
/* Between two lines about strangers, or about connections that cannot be had. */
#define STRANGER_SECONDS	60

struct listener {
	struct engine	*engine;
	int		 fd;
	struct event	 readable;
	struct event	 resume;
	time_t		 reported;	/* the last line about a stranger */
	unsigned int	 strangers;	/* since then */
	time_t		 failed;	/* the last line about accept(2) */
};

static void
report_stranger(struct listener *l, const struct address *from)
{
	char text[ADDRESS_STRLEN];
	time_t now = neighbor_now();

	l->strangers++;
	if (l->reported != 0 && now - l->reported < STRANGER_SECONDS)
		return;
	log_warn("refused a connection from %s, which is no neighbor (%u such "
	    "since the last line)", address_format(from, text),
	    l->strangers);
	l->reported = now;
	l->strangers = 0;
}

/* Without descriptors the socket would stay readable and the loop spin. */
static void
take_a_break(struct listener *l, int error)
{
	const struct timeval tv = { .tv_sec = 1 };

	time_t now = neighbor_now();

	if (l->failed == 0 || now - l->failed >= STRANGER_SECONDS) {
		l->failed = now;
		log_warn("cannot accept connections: %s", strerror(error));
	}
	event_del(&l->readable);
	event_add(&l->resume, &tv);
}

/*
 * The kernel asks for the passwords that it knows.  Whoever has one that it does not
 * know is refused: an open door would be worse than none.
 */
static bool
is_unprotected(const struct listener *l, const struct address *from)
{
	const struct settings *settings = l->engine->settings;
	const struct neighbor_settings *n;
	size_t i;

	for (i = 0; i < settings->nneighbors; i++) {
		n = &settings->neighbors[i];
		if (l->engine->unprotected[i] && (n->dynamic ?
		    neighbor_settings_cover(n, from) :
		    address_cmp(&n->addr, from) == 0))
			return true;
	}
	return false;
}

static bool
accept_one(struct listener *l)
{
	struct neighbor *n;
	struct address from;
	uint32_t scope;
	int fd;

	fd = tcp_accept(l->fd, &from, &scope);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			take_a_break(l, errno);
		return false;
	}
	if (is_unprotected(l, &from)) {
		close(fd);
		return true;
	}
	switch (roster_welcome(l->engine, fd, &from, scope, &n)) {
	case ROSTER_KNOWN:
		neighbor_accept(n, fd);
		break;
	case ROSTER_STRANGER:
		report_stranger(l, &from);
		close(fd);
		break;
	case ROSTER_FULL:
		farewell_cease(&l->engine->farewells, fd, CEASE_REJECTED);
		break;
	}
	return true;
}

static void
listener_readable(evutil_socket_t fd, short what, void *arg)
{
	unsigned int i;

	(void)fd;
	(void)what;
	for (i = 0; i < ACCEPTS_PER_TURN; i++)
		if (!accept_one(arg))
			break;
}

static void
listener_resume(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;

	(void)fd;
	(void)what;
	event_add(&l->readable, NULL);
}

struct listener *
listener_new(struct engine *engine, int fd)
{
	struct listener *l;

	if (fd == -1)
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->engine = engine;
	l->fd = fd;
	if (evutil_make_socket_nonblocking(fd) == -1)
		fatal("cannot make a listening socket non-blocking");
	if (event_assign(&l->readable, engine->base, fd, EV_READ | EV_PERSIST,
	    listener_readable, l) == -1 ||
	    evtimer_assign(&l->resume, engine->base, listener_resume,
	    l) == -1)
		fatal("cannot watch a listening socket");
	return l;
}

void
listener_start(struct listener *l)
{
	if (l != NULL && event_add(&l->readable, NULL) == -1)
		fatal("cannot watch a listening socket");
}

void
listener_free(struct listener *l)
{
	if (l == NULL)
		return;
	event_del(&l->readable);
	event_del(&l->resume);
	close(l->fd);
	free(l);
}
