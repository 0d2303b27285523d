#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/engine_ping.h"
#include "common/log.h"

#define PING	"HEAD /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n"

struct engine_ping {
	int			 docker;
	int			 pipe_fd;
	engine_ping_done	*done;
	void			*arg;
	struct event		 answered;
	struct event		 abandoned;
};

/* Readable also once the engine has closed it: then the order reaches nobody. */
static void
ping_answered(evutil_socket_t fd, short what, void *arg)
{
	struct engine_ping *p = arg;

	(void)fd;
	p->done((what & EV_TIMEOUT) == 0, p->arg);
}

static void
ping_abandoned(evutil_socket_t fd, short what, void *arg)
{
	struct engine_ping *p = arg;

	(void)fd;
	(void)what;
	p->done(false, p->arg);
}

struct engine_ping *
engine_ping_new(struct event_base *base, int docker, int pipe_fd,
    engine_ping_done *done, void *arg)
{
	static const struct timeval patience =
	    { .tv_sec = ENGINE_PING_MS / 1000 };
	struct engine_ping *p = xcalloc(1, sizeof(*p));

	p->docker = docker;
	p->pipe_fd = pipe_fd;
	p->done = done;
	p->arg = arg;
	/* As in relay.c, a pipe's write end is readable once nobody reads. */
	if (event_assign(&p->answered, base, docker, EV_READ, ping_answered,
	    p) == -1 ||
	    event_assign(&p->abandoned, base, pipe_fd, EV_READ,
	    ping_abandoned, p) == -1 ||
	    event_add(&p->answered, &patience) == -1 ||
	    event_add(&p->abandoned, NULL) == -1)
		fatal("cannot watch a connection to Docker");
	/* A new socket takes so little whole, or the engine is gone. */
	if (send(docker, PING, strlen(PING), MSG_NOSIGNAL) == -1)
		log_debug("ping to Docker: %s", strerror(errno));
	return p;
}

void
engine_ping_take(struct engine_ping *p, int *docker, int *pipe_fd)
{
	event_del(&p->answered);
	event_del(&p->abandoned);
	*docker = p->docker;
	*pipe_fd = p->pipe_fd;
	free(p);
}

void
engine_ping_free(struct engine_ping *p)
{
	int docker, pipe_fd;

	if (p == NULL)
		return;
	engine_ping_take(p, &docker, &pipe_fd);
	close(docker);
	close(pipe_fd);
}
