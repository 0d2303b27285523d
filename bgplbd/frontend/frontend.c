/*
 * The Docker frontend: the process that reads what others write.
 *
 * Three kinds of text come in, and none of them is trusted: Docker's plugin
 * calls, HTTP with JSON bodies, on the plugin socket; Docker's replies to what
 * we ask, HTTP and JSON again, out of pipes that the parent fills; and
 * bgplbctl's requests on the control socket.  All of it is parsed here, in an
 * empty root directory, without a privilege, and leaves as fixed-size messages.
 * The frontend decides nothing: what a call or a fact means for routes is the
 * rde's to say.
 *
 *   plugin_server    evhttp on the plugin socket.  plugin_call.c has the table
 *                    of calls and ipam.c the rules for addresses, both without
 *                    I/O.  Calls that change something, or depend on which
 *                    addresses are in use, go to the rde and are answered with
 *                    its reply, the others at once.  Docker holds locks while it
 *                    calls, so it is never asked for anything on the way to an
 *                    answer.
 *
 *   docker_sync      what runs.  event_stream.c keeps Docker's events coming.  A
 *                    started container, a new connection, a new network are
 *                    hints that lead to inspections (container_watch.c,
 *                    network_watch.c); health, kill, die, pause and disconnect
 *                    of a known container are passed on as they come, for there
 *                    milliseconds count.  Whenever events may have been missed,
 *                    all is listed anew and told in one go.  docker_query.c is
 *                    the queue of questions; docker_client.c is the way they
 *                    take: a message to the parent, which alone may talk to
 *                    Docker, and a pipe back.
 *
 *   control_server   relays requests and rows between bgplbctl and the rde or the
 *                    session engine.  What it asks of Docker is answered here;
 *                    start_failure_search.c looks for containers that Docker
 *                    failed to start.
 *
 * Documents: Docker Engine API 1.41 to 1.45 (events, networks, containers),
 * libnetwork's remote network and IPAM driver protocols, RFC 8259 (JSON), RFC
 * 9112 (HTTP/1.1).
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/frontend/control_server.h"
#include "bgplbd/frontend/docker_client.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_stop.h"
#include "bgplbd/frontend/docker_sync.h"
#include "bgplbd/frontend/frontend.h"
#include "bgplbd/frontend/plugin_server.h"
#include "bgplbd/frontend/start_failure_search.h"
#include "bgplbd/messages/child.h"
#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/listener.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "common/channel.h"
#include "common/control.h"
#include "common/log.h"
#include "common/log_watch.h"

struct frontend {
	struct event_base	*base;
	struct log_watch	*log;
	struct channel		*parent;
	struct channel		*rde;		/* NULL: it has ended */
	struct channel		*session;	/* the same */
	struct docker_client	*docker;
	struct docker_queries	*queries;
	struct docker_stops	*stops;
	struct docker_sync	*sync;
	struct start_failure_search *search;
	struct plugin_server	*plugin;
	struct control_server	*control;
};

static void __attribute__((noreturn))
malformed(const char *sender, const struct message *m)
{
	fatalx("%s sent a malformed message of type %u with %zu bytes", sender,
	    m->type, m->len);
}

static void
close_stray(const struct message *m)
{
	if (m->fd != -1)
		close(m->fd);
}

static void
listen_again(struct frontend *f, const struct message *m)
{
	struct listener_again again;

	memcpy(&again, m->data, sizeof(again));
	if (again.listener == LISTENER_PLUGIN)
		plugin_server_listen(f->plugin, m->fd);
	else
		control_server_listen(f->control, m->fd);
}

static void
parent_receive(struct channel *channel, struct message *m, void *arg)
{
	struct frontend *f = arg;

	if (child_answer_probe(channel, m))
		return;
	switch (m->type) {
	case MSG_PARENT_SHUTDOWN:
		close_stray(m);
		if (m->len != 0)
			malformed("the parent", m);
		event_base_loopbreak(f->base);
		break;
	case MSG_PARENT_LISTENER:
		if (m->fd == -1 || !listener_again_is_valid(m->data, m->len))
			malformed("the parent", m);
		listen_again(f, m);
		break;
	case MSG_PARENT_DOCKER_REPLY:
		if (!docker_reply_is_valid(m->data, m->len))
			malformed("the parent", m);
		docker_client_reply(f->docker, m);
		break;
	default:
		malformed("the parent", m);
	}
}

static void
parent_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct frontend *f = arg;

	if (end != CHANNEL_EOF)
		fatalx("the channel to the parent broke: %s",
		    channel_error(channel));
	event_base_loopbreak(f->base);
}

/* True if it was a row or a result for bgplbctl. */
static bool
relay_reply(struct frontend *f, const char *sender, const struct message *m)
{
	if (m->type >= CONTROL_TYPE_END)
		return false;
	if (!control_reply_is_valid(m->type, m->data, m->len))
		malformed(sender, m);
	control_server_reply(f->control, m);
	return true;
}

static bool
take_pause(struct frontend *f, const struct message *m)
{
	if (m->type != MSG_CONTROL_PAUSED || m->len != 0)
		return false;
	control_server_paused(f->control, m->peerid);
	return true;
}

static void
rde_receive(struct channel *channel, struct message *m, void *arg)
{
	struct frontend *f = arg;

	(void)channel;
	close_stray(m);
	if (relay_reply(f, "the rde", m) || take_pause(f, m))
		return;
	if (!frontend_rde_is_valid(m->type, m->data, m->len))
		malformed("the rde", m);
	switch (m->type) {
	case MSG_RDE_PLUGIN_REPLY:
		plugin_server_reply(f->plugin, m->peerid, m->data);
		break;
	case MSG_RDE_STOP_CONTAINER:
		docker_stops_add(f->stops, m->data);
		break;
	case MSG_RDE_OWN_NETWORKS:
		docker_sync_own_networks(f->sync, m->data,
		    m->len / sizeof(struct object_id));
		break;
	default:
		malformed("the rde", m);
	}
}

static void
session_receive(struct channel *channel, struct message *m, void *arg)
{
	(void)channel;
	close_stray(m);
	if (!relay_reply(arg, "the session engine", m) && !take_pause(arg, m))
		malformed("the session engine", m);
}

static void
rde_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct frontend *f = arg;

	(void)channel;
	sibling_end(&f->rde, end, CHILD_RDE, f->parent);
	plugin_server_fail(f->plugin,
	    "bgplb: its route decision engine has ended");
}

static void
session_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct frontend *f = arg;

	(void)channel;
	sibling_end(&f->session, end, CHILD_SESSION, f->parent);
}

static const struct channel_ops parent_ops =
    { .receive = parent_receive, .end = parent_end };
static const struct channel_ops rde_ops =
    { .receive = rde_receive, .end = rde_end };
static const struct channel_ops session_ops =
    { .receive = session_receive, .end = session_end };

/* 0, or -1 if the process has ended. */
static int
pass(struct channel *channel, uint32_t type, uint32_t peerid, const void *data,
    size_t len)
{
	if (channel == NULL)
		return -1;
	return channel_send(channel, type, peerid, -1, data, len);
}

static int
ask_rde(uint32_t type, uint32_t tag, const void *data, size_t len, void *arg)
{
	struct frontend *f = arg;

	return pass(f->rde, type, tag, data, len);
}

static void
tell_rde(uint32_t type, const void *data, size_t len, void *arg)
{
	struct frontend *f = arg;

	if (type == MSG_FRONTEND_CONTAINER_DIED)
		docker_stops_died(f->stops, data);
	else if (type == MSG_FRONTEND_CONTAINER)
		docker_stops_shown(f->stops, data);
	if (pass(f->rde, type, 0, data, len) == -1)
		log_debug("a fact of Docker finds no rde");
}

static bool
rde_is_busy(void *arg)
{
	const struct frontend *f = arg;

	return child_is_busy(f->rde);
}

static const struct docker_sync_ops sync_ops =
    { .tell = tell_rde, .is_busy = rde_is_busy };

static void
reply(uint32_t type, uint32_t client, const void *data, size_t len, void *arg)
{
	const struct message m = {
		.type = type, .peerid = client, .data = data, .len = len,
		.fd = -1
	};
	struct frontend *f = arg;

	control_server_reply(f->control, &m);
}

static void
show_docker(struct frontend *f, uint32_t client)
{
	struct control_result result = { .outcome = CONTROL_OK };

	strlcpy(result.text, docker_sync_outage(f->sync), sizeof(result.text));
	reply(CONTROL_RESULT, client, &result, sizeof(result), f);
}

static bool
is_ours(const struct object_id *network, const char *name, void *arg)
{
	const struct frontend *f = arg;

	return docker_sync_is_ours(f->sync, network, name);
}

static const struct start_failure_search_ops search_ops =
    { .is_ours = is_ours, .reply = reply };

static int
pass_request(uint32_t type, uint32_t client, const void *data, size_t len,
    void *arg)
{
	struct frontend *f = arg;

	if (type == CONTROL_SHOW_DOCKER) {
		show_docker(f, client);
		return 0;
	}
	if (type == CONTROL_SHOW_START_FAILURES) {
		start_failure_search_ask(f->search, client,
		    docker_sync_unknown(f->sync));
		return 0;
	}
	return pass(control_request_is_for_session(type) ? f->session : f->rde,
	    type, client, data, len);
}

/* To the process that answers requests of the type, if it is another one. */
static void
send_about(struct frontend *f, uint32_t request, uint32_t type,
    uint32_t client)
{
	if (request == CONTROL_SHOW_DOCKER ||
	    request == CONTROL_SHOW_START_FAILURES)
		return;
	(void)pass(control_request_is_for_session(request) ? f->session :
	    f->rde, type, client, NULL, 0);
}

static void
next_turn(uint32_t request, uint32_t client, void *arg)
{
	send_about(arg, request, MSG_FRONTEND_CONTINUE, client);
}

static void
client_left(uint32_t request, uint32_t client, void *arg)
{
	send_about(arg, request, MSG_FRONTEND_LEFT, client);
}

static const struct control_server_ops control_ops = {
	.pass = pass_request, .next_turn = next_turn, .left = client_left
};

static void
plugin_done(const struct plugin_call *call, void *arg)
{
	struct frontend *f = arg;

	switch (plugin_call_type(call)) {
	case MSG_FRONTEND_NETWORK_CREATE:
	case MSG_FRONTEND_ENDPOINT_CREATE:
	case MSG_FRONTEND_ENDPOINT_JOIN:
		docker_sync_network_used(f->sync, plugin_call_network(call));
		break;
	case MSG_FRONTEND_NETWORK_DELETE:
		docker_sync_network_deleted(f->sync, plugin_call_network(call));
		break;
	default:
		break;
	}
}

/* Its lists tell whether Docker has what it was about. */
static void
plugin_late(const struct plugin_call *call, void *arg)
{
	struct frontend *f = arg;

	(void)call;
	docker_sync_look(f->sync);
}

static const struct plugin_server_ops plugin_ops =
    { .ask = ask_rde, .done = plugin_done, .late = plugin_late };

/* libevent's own words, of evhttp for the most part, in our log's form. */
static void
libevent_log(int severity, const char *text)
{
	if (severity >= EVENT_LOG_WARN)
		log_warn("libevent: %s", text);
	else
		log_debug("libevent: %s", text);
}

static void
frontend_init(struct frontend *f, const struct settings *settings,
    const struct frontend_fds *fds)
{
	f->base = event_base_new();
	if (f->base == NULL)
		fatalx("cannot make an event base");
	f->log = log_watch_new(f->base);
	f->parent = channel_new(f->base, fds->parent, &parent_ops, f,
	    CHILD_QUEUE_MAX);
	f->rde = channel_new(f->base, fds->rde, &rde_ops, f, CHILD_QUEUE_MAX);
	f->session = channel_new(f->base, fds->session, &session_ops, f,
	    CHILD_QUEUE_MAX);
	f->docker = docker_client_new(f->base, f->parent,
	    settings->docker_socket);
	f->queries = docker_queries_new(f->base, f->docker,
	    settings->label);
	f->stops = docker_stops_new(f->base, f->queries);
	f->sync = docker_sync_new(f->base, f->docker, f->queries, settings,
	    &sync_ops, f);
	f->search = start_failure_search_new(f->base, f->queries, &search_ops,
	    f);
	f->plugin = plugin_server_new(f->base, fds->plugin,
	    settings->global_scope, &plugin_ops, f);
	f->control = control_server_new(f->base, fds->control, &control_ops,
	    f);
}

/*
 * Docker gets an answer for each call that is under way, if it takes it at
 * once.
 */
static void
say_goodbye(struct frontend *f)
{
	plugin_server_fail(f->plugin, "bgplb: it is shutting down");
	event_base_loop(f->base, EVLOOP_NONBLOCK);
}

static void
frontend_clear(struct frontend *f)
{
	control_server_free(f->control);
	plugin_server_free(f->plugin);
	docker_sync_free(f->sync);
	docker_queries_free(f->queries);
	start_failure_search_free(f->search);
	docker_stops_free(f->stops);
	docker_client_free(f->docker);
	channel_free(f->session);
	channel_free(f->rde);
	channel_free(f->parent);
	log_watch_free(f->log);
	event_base_free(f->base);
}

void
frontend_run(const struct settings *settings, const struct frontend_fds *fds)
{
	struct frontend f;

	memset(&f, 0, sizeof(f));
	signal(SIGPIPE, SIG_IGN);
	event_set_log_callback(libevent_log);
	frontend_init(&f, settings, fds);
	event_base_dispatch(f.base);
	say_goodbye(&f);
	frontend_clear(&f);
	exit(0);
}
