#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/docker_broker.h"
#include "bgplbd/parent/docker_http.h"
#include "bgplbd/parent/docker_scope.h"
#include "bgplbd/parent/engine_ping.h"
#include "bgplbd/parent/engine_question.h"
#include "bgplbd/parent/engine_sign.h"
#include "bgplbd/parent/relay.h"
#include "bgplbd/settings.h"
#include "common/clock.h"
#include "common/log.h"

/* From one log line about refused orders to the next. */
#define REFUSALS_MS	1000

/* A request, until its answer has ended. */
struct answer {
	LIST_ENTRY(answer)	 entry;
	struct docker_broker	*broker;
	struct docker_request	 request;
	uint32_t		 tag;
	bool			 waits;		/* for the list of our networks */
	struct engine_question	*question;	/* is the container ours? */
	bool			 found;		/* by it */
	struct engine_ping	*ping;		/* of an order */
	struct relay		*relay;
	struct id_set		*set;		/* that the list which is relayed fills */
	uint64_t		 list;
	struct id_scan		 scan;
};

struct docker_broker {
	struct event_base	*base;
	struct engine_sign	*sign;
	struct sockaddr_un	 docker;
	docker_broker_reply	*reply;
	void			*arg;
	struct docker_scope	 scope;
	struct engine_question	*networks;	/* their list is asked for */
	uint64_t		 list;		/* its number */
	bool			 outdated;	/* a new list of them is needed */
	uint64_t		 refused_at;	/* clock_ms() of the last log line */
	LIST_HEAD(, answer)	 answers;
	size_t			 nanswers;
};

/* A connected socket; or -1 with errno, EHOSTDOWN if no engine runs. */
static int
open_connection(const struct docker_broker *b)
{
	int error, fd;

	if (!engine_sign_is_there(b->sign)) {
		errno = EHOSTDOWN;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&b->docker,
	    sizeof(b->docker)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static struct evbuffer *
new_buffer(void)
{
	struct evbuffer *buffer = evbuffer_new();

	if (buffer == NULL)
		fatalx("no memory for a request to Docker");
	return buffer;
}

static bool
is_order(const struct docker_request *r)
{
	return r->kind == DOCKER_STOP_CONTAINER;
}

static bool
lists_containers(const struct docker_request *r)
{
	return r->kind == DOCKER_LIST_CONTAINERS ||
	    r->kind == DOCKER_LIST_STOPPED;
}

static void
answer_free(struct answer *a)
{
	LIST_REMOVE(a, entry);
	a->broker->nanswers--;
	engine_ping_free(a->ping);
	engine_question_free(a->question);
	relay_free(a->relay);
	free(a);
}

static void
refuse(struct answer *a, int error)
{
	a->broker->reply(a->tag, error, -1, a->broker->arg);
	answer_free(a);
}

static void
relay_ended(struct relay *relay, enum relay_end end, void *arg)
{
	struct answer *a = arg;

	(void)relay;
	if (end == RELAY_FINISHED) {
		if (a->request.kind == DOCKER_EVENTS)
			engine_sign_stream_ended(a->broker->sign);
		if (a->set != NULL && id_scan_is_complete(&a->scan))
			id_set_list_end(a->set, a->list);
	}
	answer_free(a);
}

static void
ping_done(bool answered, void *arg)
{
	struct answer *a = arg;
	struct evbuffer *http;
	int docker, pipe_fd;

	if (!answered) {
		answer_free(a);
		return;
	}
	engine_ping_take(a->ping, &docker, &pipe_fd);
	a->ping = NULL;
	http = new_buffer();
	if (docker_http_request(http, &a->request, &a->broker->scope) == -1)
		fatalx("an order to Docker has no form");
	a->relay = relay_new(a->broker->base, docker, pipe_fd, relay_ended, a);
	relay_send(a->relay, http);
	evbuffer_free(http);
}

static void
container_listed(const struct object_id *id, const char *name, void *arg)
{
	struct answer *a = arg;

	(void)name;
	id_set_add(a->set, id, "");
}

static void
show_list(const char *data, size_t len, void *arg)
{
	struct answer *a = arg;

	id_scan_feed(&a->scan, data, len);
}

static void
relay_begin(struct answer *a, int docker, int pipe_fd)
{
	struct docker_broker *b = a->broker;
	struct evbuffer *http = new_buffer();

	if (docker_http_request(http, &a->request, &b->scope) == -1)
		fatalx("a request to Docker has no form");
	a->relay = relay_new(b->base, docker, pipe_fd, relay_ended, a);
	if (lists_containers(&a->request)) {
		a->set = a->request.kind == DOCKER_LIST_STOPPED ?
		    &b->scope.stopped : &b->scope.running;
		a->list = id_set_list_begin(a->set);
		id_scan_init(&a->scan, container_listed, a);
		relay_set_show(a->relay, show_list, a);
	}
	relay_send(a->relay, http);
	evbuffer_free(http);
}

/* The request is in order: the frontend gets the pipe. */
static void
pass_on(struct answer *a)
{
	int docker, error, pipe_fds[2];

	docker = open_connection(a->broker);
	if (docker == -1) {
		refuse(a, errno);
		return;
	}
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) == -1) {
		error = errno;
		close(docker);
		refuse(a, error);
		return;
	}
	if (is_order(&a->request))
		a->ping = engine_ping_new(a->broker->base, docker, pipe_fds[1],
		    ping_done, a);
	else
		relay_begin(a, docker, pipe_fds[1]);
	a->broker->reply(a->tag, 0, pipe_fds[0], a->broker->arg);
}

/* Of the engine's list, which has no other. */
static void
container_found(const struct object_id *id, const char *name, void *arg)
{
	struct answer *a = arg;

	(void)name;
	if (!object_id_equal(id, &a->request.id))
		return;
	id_set_add(&a->broker->scope.running, id, "");
	a->found = id_set_has(&a->broker->scope.running, id);
}

static void
container_asked(bool complete, void *arg)
{
	struct answer *a = arg;

	engine_question_free(a->question);
	a->question = NULL;
	if (!complete)
		refuse(a, EIO);
	else if (a->found)
		pass_on(a);
	else {
		log_debug("container %.*s: not shown to the docker frontend: "
		    "Docker lists it for none of our networks",
		    OBJECT_ID_SHORT, a->request.id.hex);
		refuse(a, EACCES);
	}
}

static void
ask_for_container(struct answer *a)
{
	struct docker_broker *b = a->broker;
	int docker = open_connection(b);
	struct evbuffer *http;

	if (docker == -1) {
		refuse(a, errno);
		return;
	}
	http = new_buffer();
	docker_http_own_container(http, &b->scope, &a->request.id);
	a->question = engine_question_new(b->base, docker, http,
	    container_found, container_asked, a);
	evbuffer_free(http);
}

static bool
needs_question(const struct answer *a)
{
	return a->request.kind == DOCKER_INSPECT_CONNECTED ||
	    (a->request.kind == DOCKER_INSPECT_CONTAINER &&
	    !id_set_has(&a->broker->scope.running, &a->request.id));
}

/* Our networks are known. */
static void
go_on(struct answer *a)
{
	if (needs_question(a))
		ask_for_container(a);
	else
		pass_on(a);
}

static void
network_found(const struct object_id *id, const char *name, void *arg)
{
	struct docker_broker *b = arg;

	id_set_add(&b->scope.networks, id, name);
}

static void	networks_asked(bool, void *);

/* 0, or an errno. */
static int
ask_for_networks(struct docker_broker *b)
{
	struct evbuffer *http;
	int docker;

	if (b->networks != NULL)
		return 0;
	docker = open_connection(b);
	if (docker == -1)
		return errno;
	b->outdated = false;
	b->list = id_set_list_begin(&b->scope.networks);
	http = new_buffer();
	docker_http_own_networks(http, &b->scope);
	b->networks = engine_question_new(b->base, docker, http,
	    network_found, networks_asked, b);
	evbuffer_free(http);
	return 0;
}

/* Goes on with what waited, which may wait anew if a change came meanwhile. */
static void
networks_asked(bool complete, void *arg)
{
	struct docker_broker *b = arg;
	struct answer *a, *next;
	int error = 0;

	engine_question_free(b->networks);
	b->networks = NULL;
	if (complete)
		id_set_list_end(&b->scope.networks, b->list);
	else {
		b->outdated = true;
		error = EIO;
	}
	if (complete && b->outdated)
		error = ask_for_networks(b);
	if (b->networks != NULL)
		return;
	for (a = LIST_FIRST(&b->answers); a != NULL; a = next) {
		next = LIST_NEXT(a, entry);
		if (!a->waits)
			continue;
		a->waits = false;
		if (error != 0)
			refuse(a, error);
		else
			go_on(a);
	}
}

/* Lists of containers, and what they do not have, need the list of our networks. */
static bool
needs_networks(const struct answer *a)
{
	return lists_containers(&a->request) || needs_question(a);
}

static void
begin(struct answer *a)
{
	struct docker_broker *b = a->broker;
	int error = 0;

	if (a->request.kind == DOCKER_INSPECT_NETWORK &&
	    !id_set_has(&b->scope.networks, &a->request.id))
		b->outdated = true;	/* it is new */
	if (a->request.kind == DOCKER_LIST_NETWORKS)
		b->outdated = true;	/* may be */
	if (b->outdated && (needs_networks(a) ||
	    a->request.kind == DOCKER_LIST_NETWORKS))
		error = ask_for_networks(b);
	if (error != 0)
		refuse(a, error);
	else if (needs_networks(a) && b->networks != NULL)
		a->waits = true;
	else
		go_on(a);
}

bool
docker_broker_allows_order(struct docker_broker *b,
    const struct docker_request *r)
{
	uint64_t now = clock_ms();

	if (id_set_has(&b->scope.running, &r->id))
		return true;
	if (b->refused_at == 0 || now - b->refused_at >= REFUSALS_MS) {
		log_warn("container %.*s: the docker frontend may not send it "
		    "signal %d: Docker lists it for none of our networks",
		    OBJECT_ID_SHORT, r->id.hex, (int)r->signal);
		b->refused_at = now;
	}
	return false;
}

void
docker_broker_ask(struct docker_broker *b, const struct docker_request *r,
    uint32_t tag)
{
	struct answer *a;
	int error = 0;

	if (!docker_request_is_valid(r, sizeof(*r)) ||
	    r->kind == DOCKER_SIGNAL_PROCESS)
		error = EINVAL;
	else if (b->nanswers >= DOCKER_REQUESTS_MAX)
		error = EAGAIN;
	else if (is_order(r) && !docker_broker_allows_order(b, r))
		error = EACCES;
	else if (r->kind == DOCKER_INSPECT_STOPPED &&
	    !docker_scope_has_stopped(&b->scope, &r->id))
		error = EACCES;
	if (error != 0) {
		b->reply(tag, error, -1, b->arg);
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->broker = b;
	a->request = *r;
	a->tag = tag;
	LIST_INSERT_HEAD(&b->answers, a, entry);
	b->nanswers++;
	begin(a);
}

void
docker_broker_name_driver(struct docker_broker *b, const char *name)
{
	if (driver_names_has(&b->scope.drivers, name))
		return;
	if (!driver_names_learn(&b->scope.drivers, name)) {
		log_warn("network driver %s: not taken for this daemon, which "
		    "has %d names already: containers in its networks are not "
		    "looked at", name, DRIVER_NAMES_MAX);
		return;
	}
	log_info("networks of driver %s are this daemon's", name);
	b->outdated = true;
}

struct docker_broker *
docker_broker_new(struct event_base *base, const struct settings *settings,
    docker_broker_reply *reply, void *arg)
{
	struct docker_broker *b = xcalloc(1, sizeof(*b));

	b->base = base;
	b->sign = engine_sign_new(settings->docker_socket);
	b->docker.sun_family = AF_UNIX;
	strlcpy(b->docker.sun_path, settings->docker_socket,
	    sizeof(b->docker.sun_path));
	b->reply = reply;
	b->arg = arg;
	b->outdated = true;
	docker_scope_init(&b->scope, settings->plugin_socket);
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
	engine_question_free(b->networks);
	docker_scope_clear(&b->scope);
	engine_sign_free(b->sign);
	free(b);
}

size_t
docker_broker_active(const struct docker_broker *b)
{
	return b->nanswers;
}
