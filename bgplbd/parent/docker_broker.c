#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/docker_broker.h"
#include "bgplbd/parent/engine_sign.h"
#include "bgplbd/parent/relay.h"
#include "bgplbd/settings.h"
#include "common/log.h"

/*
 * {"type":["container","network"],"event":["start","die","kill","pause",
 * "unpause","health_status","create","destroy","connect","disconnect"]}
 * Without it each run of a health check would add three exec_* events.
 */
#define EVENT_FILTERS \
	"%%7B%%22type%%22%%3A%%5B%%22container%%22%%2C%%22network%%22%%5D%%2C" \
	"%%22event%%22%%3A%%5B%%22start%%22%%2C%%22die%%22%%2C%%22kill%%22" \
	"%%2C%%22pause%%22%%2C%%22unpause%%22%%2C%%22health_status%%22%%2C" \
	"%%22create%%22%%2C%%22destroy%%22%%2C%%22connect%%22%%2C" \
	"%%22disconnect%%22%%5D%%7D"

/* {"status":["created","exited"]} */
#define STOPPED_FILTERS \
	"%7B%22status%22%3A%5B%22created%22%2C%22exited%22%5D%7D"

/* What a row's path takes, in this order. */
enum fields {
	FIELDS_NONE,
	FIELDS_SINCE,
	FIELDS_ID,
	FIELDS_ID_SIGNAL
};

/*
 * All that this daemon can make Docker do.  No API version: each engine then
 * speaks its newest one.
 */
static const struct call {
	const char	*method;
	const char	*path;
	enum fields	 fields;
} calls[DOCKER_REQUEST_LAST + 1] = {
	[DOCKER_EVENTS] = { "GET",
	    "/events?filters=" EVENT_FILTERS "&since=%s", FIELDS_SINCE },
	[DOCKER_LIST_NETWORKS] = { "GET", "/networks", FIELDS_NONE },
	[DOCKER_INSPECT_NETWORK] = { "GET", "/networks/%s", FIELDS_ID },
	[DOCKER_LIST_CONTAINERS] = { "GET", "/containers/json", FIELDS_NONE },
	[DOCKER_INSPECT_CONTAINER] = { "GET", "/containers/%s/json",
	    FIELDS_ID },
	[DOCKER_STOP_CONTAINER] = { "POST", "/containers/%s/kill?signal=%d",
	    FIELDS_ID_SIGNAL },
	[DOCKER_LIST_STOPPED] = { "GET",
	    "/containers/json?filters=" STOPPED_FILTERS, FIELDS_NONE },
};

/* Its answer has no body, so that the order's follows the header. */
#define PING	"HEAD /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n"

/* An order, until the engine has answered the ping. */
struct order {
	int			 docker;
	int			 pipe;
	struct event		 answered;
	struct event		 abandoned;
	char			 http[DOCKER_HTTP_MAX];
	size_t			 len;
};

struct answer {
	LIST_ENTRY(answer)	 entry;
	struct docker_broker	*broker;
	uint32_t		 kind;
	struct relay		*relay;		/* NULL: order is set */
	struct order		*order;
};

struct docker_broker {
	struct event_base	*base;
	struct engine_sign	*sign;
	struct sockaddr_un	 docker;
	LIST_HEAD(, answer)	 answers;
	size_t			 nanswers;
};

#define NS_PER_SECOND	1000000000

static void
format_since(int64_t since, char *buf, size_t size)
{
	if (since == 0)
		buf[0] = '\0';		/* from now */
	else
		snprintf(buf, size, "%" PRId64 ".%09" PRId64,
		    since / NS_PER_SECOND, since % NS_PER_SECOND);
}

static int
format_path(const struct call *call, const struct docker_request *r,
    char *buf, size_t size)
{
	char since[32];

	switch (call->fields) {
	case FIELDS_SINCE:
		format_since(r->since, since, sizeof(since));
		return snprintf(buf, size, call->path, since);
	case FIELDS_ID:
		return snprintf(buf, size, call->path, r->id.hex);
	case FIELDS_ID_SIGNAL:
		return snprintf(buf, size, call->path, r->id.hex,
		    (int)r->signal);
	case FIELDS_NONE:
		break;
	}
	return snprintf(buf, size, "%s", call->path);
}

static bool
is_order(const struct docker_request *r)
{
	return strcmp(calls[r->kind].method, "POST") == 0;
}

int
docker_broker_format(const struct docker_request *r, char buf[DOCKER_HTTP_MAX])
{
	char path[DOCKER_HTTP_MAX];
	const struct call *call;
	int n;

	if (!docker_request_is_valid(r, sizeof(*r)) ||
	    calls[r->kind].method == NULL)
		return -1;
	call = &calls[r->kind];
	n = format_path(call, r, path, sizeof(path));
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	if (is_order(r))
		n = snprintf(buf, DOCKER_HTTP_MAX, "%s %s HTTP/1.1\r\n"
		    "Host: docker\r\nUser-Agent: bgplbd\r\n"
		    "Content-Length: 0\r\nConnection: close\r\n\r\n",
		    call->method, path);
	else
		n = snprintf(buf, DOCKER_HTTP_MAX, "%s %s HTTP/1.0\r\n"
		    "Host: docker\r\nUser-Agent: bgplbd\r\n\r\n",
		    call->method, path);
	return n >= 0 && n < DOCKER_HTTP_MAX ? n : -1;
}

/* Returns a connected socket to which text is written, or -1 with errno. */
static int
open_connection(const struct docker_broker *b, const char *text, size_t len)
{
	ssize_t n = -1;
	int error, fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&b->docker,
	    sizeof(b->docker)) == 0)
		n = send(fd, text, len, MSG_NOSIGNAL);
	if (n == (ssize_t)len)
		return fd;
	error = n == -1 ? errno : EIO;	/* a new socket takes so little whole */
	close(fd);
	errno = error;
	return -1;
}

/* Leaves its descriptors, which the relay may have. */
static void
order_release(struct answer *a)
{
	event_del(&a->order->answered);
	event_del(&a->order->abandoned);
	free(a->order);
	a->order = NULL;
}

static void
answer_free(struct answer *a)
{
	LIST_REMOVE(a, entry);
	a->broker->nanswers--;
	if (a->order != NULL) {
		close(a->order->docker);
		close(a->order->pipe);
		order_release(a);
	}
	relay_free(a->relay);
	free(a);
}

static void
answer_done(struct relay *relay, enum relay_end end, void *arg)
{
	struct answer *a = arg;

	(void)relay;
	if (a->kind == DOCKER_EVENTS && end == RELAY_FINISHED)
		engine_sign_stream_ended(a->broker->sign);
	answer_free(a);
}

/* The engine has answered the ping, or closed the connection, or did nothing. */
static void
ping_answered(evutil_socket_t fd, short what, void *arg)
{
	struct answer *a = arg;
	struct order *o = a->order;

	if ((what & EV_TIMEOUT) || send(fd, o->http, o->len,
	    MSG_NOSIGNAL) != (ssize_t)o->len) {
		answer_free(a);
		return;
	}
	a->relay = relay_new(a->broker->base, o->docker, o->pipe, answer_done,
	    a);
	order_release(a);
}

static void
order_abandoned(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	answer_free(arg);
}

static void
order_begin(struct answer *a, int docker, int pipe_fd, const char *http,
    size_t len)
{
	static const struct timeval patience =
	    { .tv_sec = DOCKER_PING_MS / 1000 };
	struct order *o = xcalloc(1, sizeof(*o));

	a->order = o;
	o->docker = docker;
	o->pipe = pipe_fd;
	memcpy(o->http, http, len);
	o->len = len;
	/* As in relay.c, a pipe's write end is readable once nobody reads. */
	if (event_assign(&o->answered, a->broker->base, docker, EV_READ,
	    ping_answered, a) == -1 ||
	    event_assign(&o->abandoned, a->broker->base, pipe_fd, EV_READ,
	    order_abandoned, a) == -1 ||
	    event_add(&o->answered, &patience) == -1 ||
	    event_add(&o->abandoned, NULL) == -1)
		fatal("cannot watch a connection to Docker");
}

/* 0, with the connection and the pipe; or errno, and neither. */
static int
connect_to_pipe(const struct docker_broker *b, const char *text, size_t len,
    int *docker, int pipe_fds[2])
{
	int error;

	if (!engine_sign_is_there(b->sign))
		return EHOSTDOWN;
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) == -1)
		return errno;
	*docker = open_connection(b, text, len);
	if (*docker != -1)
		return 0;
	error = errno;
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return error;
}

int
docker_broker_ask(struct docker_broker *b, const struct docker_request *r,
    int *pipe_fd)
{
	char http[DOCKER_HTTP_MAX];
	struct answer *a;
	int error, docker, len, pipe_fds[2];

	len = docker_broker_format(r, http);
	if (len == -1)
		return EINVAL;
	if (b->nanswers >= DOCKER_REQUESTS_MAX)
		return EAGAIN;
	error = connect_to_pipe(b, is_order(r) ? PING : http,
	    is_order(r) ? strlen(PING) : (size_t)len, &docker, pipe_fds);
	if (error != 0)
		return error;
	a = xcalloc(1, sizeof(*a));
	a->broker = b;
	a->kind = r->kind;
	if (is_order(r))
		order_begin(a, docker, pipe_fds[1], http, (size_t)len);
	else
		a->relay = relay_new(b->base, docker, pipe_fds[1],
		    answer_done, a);
	LIST_INSERT_HEAD(&b->answers, a, entry);
	b->nanswers++;
	*pipe_fd = pipe_fds[0];
	return 0;
}

struct docker_broker *
docker_broker_new(struct event_base *base, const char *socket_path)
{
	struct docker_broker *b = xcalloc(1, sizeof(*b));

	b->base = base;
	b->sign = engine_sign_new(socket_path);
	b->docker.sun_family = AF_UNIX;
	strlcpy(b->docker.sun_path, socket_path, sizeof(b->docker.sun_path));
	LIST_INIT(&b->answers);
	return b;
}

void
docker_broker_free(struct docker_broker *b)
{
	struct answer *a;

	if (b == NULL)
		return;
	while ((a = LIST_FIRST(&b->answers)) != NULL)
		answer_free(a);
	engine_sign_free(b->sign);
	free(b);
}

size_t
docker_broker_active(const struct docker_broker *b)
{
	return b->nanswers;
}
