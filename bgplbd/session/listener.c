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
/* Between two lines about strangers. */
#define STRANGER_SECONDS	60

struct listener {
	struct engine	*engine;
	int		 fd;
	struct event	 readable;
	struct event	 resume;
	time_t		 reported;	/* the last line about a stranger */
	unsigned int	 strangers;	/* since then */
};

static struct neighbor *
find_neighbor(const struct engine *engine, const struct address *from,
    uint32_t scope)
{
	size_t i;

	for (i = 0; i < engine->nneighbors; i++)
		if (neighbor_is_at(engine->neighbors[i], from, scope))
			return engine->neighbors[i];
	return NULL;
}

static void
report_stranger(struct listener *l, const struct address *from)
{
	char text[ADDRESS_STRLEN];
	struct timespec ts;

	l->strangers++;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (l->reported != 0 && ts.tv_sec - l->reported < STRANGER_SECONDS)
		return;
	log_warn("refused a connection from %s, which is no neighbor (%u such "
	    "since the last line)", address_format(from, text),
	    l->strangers);
	l->reported = ts.tv_sec;
	l->strangers = 0;
}

/* Without descriptors the socket would stay readable and the loop spin. */
static void
take_a_break(struct listener *l, int error)
{
	const struct timeval tv = { .tv_sec = 1 };

	log_warn("cannot accept connections: %s", strerror(error));
	event_del(&l->readable);
	event_add(&l->resume, &tv);
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
	n = find_neighbor(l->engine, &from, scope);
	if (n == NULL) {
		report_stranger(l, &from);
		close(fd);
	} else {
		neighbor_accept(n, fd);
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

static void
set_passwords(const struct settings *settings, int fd, enum afi afi)
{
	const struct neighbor_settings *n;
	char text[ADDRESS_STRLEN];
	size_t i;

	for (i = 0; i < settings->nneighbors; i++) {
		n = &settings->neighbors[i];
		if (n->addr.afi != afi || n->password[0] == '\0')
			continue;
		if (tcp_set_md5(fd, &n->addr, n->password) == -1)
			log_error("neighbor %s: cannot set TCP MD5 on the "
			    "listening socket, so it cannot connect: %s",
			    address_format(&n->addr, text), strerror(errno));
	}
}

struct listener *
listener_new(struct engine *engine, int fd, enum afi afi)
{
	struct listener *l;

	if (fd == -1)
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->engine = engine;
	l->fd = fd;
	set_passwords(engine->settings, fd, afi);
	tcp_prepare_listening(fd, afi);
	if (evutil_make_socket_nonblocking(fd) == -1 ||
	    event_assign(&l->readable, engine->base, fd, EV_READ | EV_PERSIST,
	    listener_readable, l) == -1 ||
	    evtimer_assign(&l->resume, engine->base, listener_resume,
	    l) == -1 || event_add(&l->readable, NULL) == -1)
		fatal("cannot watch a listening socket");
	return l;
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
