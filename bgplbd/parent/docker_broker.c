#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/docker_broker.h"
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
};

struct answer {
	LIST_ENTRY(answer)	 entry;
	struct docker_broker	*broker;
	struct relay		*relay;
};

struct docker_broker {
	struct event_base	*base;
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

int
docker_broker_format(const struct docker_request *r, char buf[DOCKER_HTTP_MAX])
{
	char path[DOCKER_HTTP_MAX];
	const struct call *call;
	int n;

	if (!docker_request_is_valid(r, sizeof(*r)))
		return -1;
	call = &calls[r->kind];
	n = format_path(call, r, path, sizeof(path));
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	n = snprintf(buf, DOCKER_HTTP_MAX, "%s %s HTTP/1.0\r\n"
	    "Host: docker\r\nUser-Agent: bgplbd\r\n%s\r\n", call->method, path,
	    strcmp(call->method, "POST") == 0 ? "Content-Length: 0\r\n" : "");
	return n >= 0 && n < DOCKER_HTTP_MAX ? n : -1;
}

/* Returns a connected socket to which the request is written, or -1 with errno. */
static int
open_request(const struct docker_broker *b, const char *http, size_t len)
{
	ssize_t n = -1;
	int error, fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&b->docker,
	    sizeof(b->docker)) == 0)
		n = send(fd, http, len, MSG_NOSIGNAL);
	if (n == (ssize_t)len)
		return fd;
	error = n == -1 ? errno : EIO;	/* a new socket takes so little whole */
	close(fd);
	errno = error;
	return -1;
}

static void
answer_free(struct answer *a)
{
	LIST_REMOVE(a, entry);
	a->broker->nanswers--;
	relay_free(a->relay);
	free(a);
}

static void
answer_done(struct relay *relay, void *arg)
{
	(void)relay;
	answer_free(arg);
}

int
docker_broker_ask(struct docker_broker *b, const struct docker_request *r,
    int *pipe_fd)
{
	char http[DOCKER_HTTP_MAX];
	struct answer *a;
	int error, fd, len, pipe_fds[2];

	len = docker_broker_format(r, http);
	if (len == -1)
		return EINVAL;
	if (b->nanswers >= DOCKER_REQUESTS_MAX)
		return EAGAIN;
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) == -1)
		return errno;
	fd = open_request(b, http, (size_t)len);
	if (fd == -1) {
		error = errno;
		close(pipe_fds[0]);
		close(pipe_fds[1]);
		return error;
	}
	a = xcalloc(1, sizeof(*a));
	a->broker = b;
	a->relay = relay_new(b->base, fd, pipe_fds[1], answer_done, a);
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
	free(b);
}

size_t
docker_broker_active(const struct docker_broker *b)
{
	return b->nanswers;
}
