#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/driver_names.h"
#include "bgplbd/messages/listener.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/parent/connect_broker.h"
#include "bgplbd/parent/docker_broker.h"
#include "bgplbd/parent/file_guard.h"
#include "bgplbd/parent/notify.h"
#include "bgplbd/parent/parent.h"
#include "bgplbd/parent/parent_parts.h"
#include "bgplbd/parent/process_signal.h"
#include "bgplbd/parent/sandbox.h"
#include "bgplbd/parent/socket_watch.h"
#include "bgplbd/parent/sockets.h"
#include "bgplbd/parent/sole_instance.h"
#include "bgplbd/parent/state_file.h"
#include "bgplbd/parent/syscalls.h"
#include "bgplbd/parent/title.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/log_watch.h"

/*
 * Bytes that wait for a child to read them.  It gets a short answer to each of its
 * own requests, so one that reads has a few dozen of them at most; one that asks
 * and does not read must not make root's memory grow.
 */
#define UNREAD_MAX	(1024 * 1024)

static void
signal_caught(evutil_socket_t sig, short what, void *arg)
{
	struct parent *p = arg;

	(void)what;
	switch (sig) {
	case SIGTERM:
	case SIGINT:
		log_info("ending: %s", strsignal((int)sig));
		parent_end(p, 0, false);
		break;
	case SIGUSR1:
		log_info("ending for a restart%s", p->settings->
		    graceful_restart != GRACEFUL_NO ? ", routers are to keep "
		    "the routes" : ", but graceful-restart is not set");
		parent_end(p, 0, true);
		break;
	case SIGHUP:
		log_info("SIGHUP: bgplbd does not reload its configuration "
		    "while it runs, restart it");
		break;
	case SIGCHLD:
		parent_reap(p);
		break;
	}
}

/* Nothing more is taken from it, but it is still told to end when its turn comes. */
static void
child_misbehaves(struct parent *p, enum child child, const char *what,
    uint32_t type)
{
	channel_pause(p->members[child].channel);
	log_error("the %s sent a message of type %u that %s", child_title(child),
	    type, what);
	parent_end(p, 1, false);
}

static void
docker_replied(uint32_t tag, int error, int pipe_fd, void *arg)
{
	struct docker_reply reply = { .error = error };
	struct parent *p = arg;

	(void)channel_send(p->members[CHILD_FRONTEND].channel,
	    MSG_PARENT_DOCKER_REPLY, tag, pipe_fd, &reply, sizeof(reply));
}

static void
ask_docker(struct parent *p, const struct message *msg)
{
	struct docker_request request;

	memcpy(&request, msg->data, sizeof(request));
	if (request.kind != DOCKER_SIGNAL_PROCESS)
		docker_broker_ask(p->broker, &request, msg->peerid);
	else if (docker_broker_allows_order(p->broker, &request))
		docker_replied(msg->peerid, process_signal(&request), -1, p);
	else
		docker_replied(msg->peerid, EACCES, -1, p);
}

static void
save_state(struct parent *p, const struct message *msg)
{
	const struct state_list *list = msg->data;
	struct state_saved saved = { .error = 0 };

	if (state_file_write(p->settings->state_file, list) == -1) {
		saved.error = errno;
		log_error("state file %s: cannot write it: %s",
		    p->settings->state_file, strerror(errno));
	}
	(void)channel_send(p->members[CHILD_RDE].channel,
	    MSG_PARENT_STATE_SAVED, msg->peerid, -1, &saved, sizeof(saved));
}

/* True if the session engine asks and does not read what it is answered. */
static bool
has_unread_sockets(const struct channel *c)
{
	return channel_queued(c) > CONNECT_UNREAD_MAX *
	    (sizeof(struct channel_hdr) + sizeof(struct connect_answer));
}

static void
connect_neighbor(struct parent *p, const struct message *msg)
{
	struct channel *c = p->members[CHILD_SESSION].channel;
	struct connect_request request;
	struct connect_answer answer;
	int fd;

	if (!connect_request_is_valid(p->settings, msg->data, msg->len)) {
		child_misbehaves(p, CHILD_SESSION, "is malformed", msg->type);
		return;
	}
	if (has_unread_sockets(c)) {
		child_misbehaves(p, CHILD_SESSION, "comes while the answers to "
		    "many before are not read", msg->type);
		return;
	}
	memcpy(&request, msg->data, sizeof(request));
	fd = connect_broker_ask(p->connects, &request, clock_ms(), &answer);
	(void)channel_send(c, MSG_PARENT_CONNECT, msg->peerid, fd, &answer,
	    sizeof(answer));
}

/* A channel that died on sending ends in channel_ended, from the loop. */
static void
message_received(struct channel *c, struct message *msg, void *arg)
{
	struct member *m = arg;
	struct parent *p = m->parent;
	enum child child = (enum child)(m - p->members);

	overseer_heard(p->overseer, child, msg->type);
	if (msg->fd != -1) {
		close(msg->fd);
		child_misbehaves(p, child, "carries a descriptor", msg->type);
	} else if (msg->type == MSG_CHILD_ALIVE && msg->len == 0)
		overseer_answered(p->overseer, child, msg->peerid);
	else if (msg->type == MSG_CHILD_SIBLING_ENDED) {
		if (sibling_ended_is_valid(msg->data, msg->len))
			parent_sibling_ended(p, child, msg);
		else
			child_misbehaves(p, child, "is malformed", msg->type);
	} else if (child == CHILD_FRONTEND &&
	    msg->type == MSG_FRONTEND_DOCKER_REQUEST) {
		if (docker_request_is_valid(msg->data, msg->len))
			ask_docker(p, msg);
		else
			child_misbehaves(p, child, "is malformed", msg->type);
	} else if (child == CHILD_FRONTEND &&
	    msg->type == MSG_FRONTEND_DRIVER_NAME) {
		if (driver_name_is_valid(msg->data, msg->len))
			docker_broker_name_driver(p->broker, msg->data);
		else
			child_misbehaves(p, child, "is malformed", msg->type);
	} else if (child == CHILD_SESSION &&
	    msg->type == MSG_SESSION_CONNECT) {
		connect_neighbor(p, msg);
	} else if (child == CHILD_RDE && msg->type == MSG_RDE_STATE_SAVE) {
		if (!state_list_is_valid(msg->data, msg->len))
			child_misbehaves(p, child, "is malformed", msg->type);
		else if (!channel_is_idle(c) && !m->told_to_end)
			child_misbehaves(p, child, "comes before the answer to "
			    "the last one was read", msg->type);
		else
			save_state(p, msg);
	} else
		child_misbehaves(p, child, "is not its to send", msg->type);
}

static void
channel_ended(struct channel *c, enum channel_end end, void *arg)
{
	struct member *m = arg;
	struct parent *p = m->parent;
	enum child child = (enum child)(m - p->members);

	if (end == CHANNEL_FULL)
		log_error("the %s asks and does not read the answers",
		    child_title(child));
	else if (end != CHANNEL_EOF)
		log_error("channel to the %s: %s", child_title(child),
		    channel_error(c));
	m->channel = NULL;
	channel_free(c);
	if (child == CHILD_FRONTEND) {
		docker_broker_free(p->broker);
		p->broker = NULL;
	}
	/* How it died is logged when the kernel tells. */
	if (!m->told_to_end) {
		m->left = true;
		parent_end(p, 1, false);
	}
}

/* The old one serves nobody any more who does not already have a connection. */
static void
give_listener(enum listener listener, int fd, void *arg)
{
	const struct listener_again again = { .listener = listener };
	struct parent *p = arg;

	(void)channel_send(p->members[CHILD_FRONTEND].channel,
	    MSG_PARENT_LISTENER, 0, fd, &again, sizeof(again));
	sockets_close_one(p->sockets, listener);
}

static const struct channel_ops channel_ops = {
	.receive = message_received,
	.end = channel_ended,
};

static int
watch(struct parent *p)
{
	static const int signals[WATCHED_SIGNALS] = {
		[WATCH_TERM] = SIGTERM,
		[WATCH_INT] = SIGINT,
		[WATCH_USR1] = SIGUSR1,
		[WATCH_HUP] = SIGHUP,
		[WATCH_CHLD] = SIGCHLD,
	};
	unsigned int i;

	p->base = event_base_new();
	if (p->base == NULL || parent_end_init(p) == -1)
		return -1;
	for (i = 0; i < WATCHED_SIGNALS; i++)
		if (evsignal_assign(&p->signals[i], p->base, signals[i],
		    signal_caught, p) == -1 ||
		    evsignal_add(&p->signals[i], NULL) == -1)
			return -1;
	return 0;
}

/* Joins the parent's loop and the children.  0, or -1 after logging. */
static int
start_loop(struct parent *p, const struct spawned spawned[CHILDREN])
{
	unsigned int i;

	if (watch(p) == -1) {
		log_error("cannot start the event loop");
		return -1;
	}
	p->log = log_watch_new(p->base);
	p->overseer = overseer_new(p->base, p->turn_ms, &parent_overseer_ops, p);
	p->watchdog = watchdog_new(p->base);
	p->socket_watch = socket_watch_new(p->base, p->turn_ms, p->sockets,
	    give_listener, p);
	for (i = 0; i < CHILDREN; i++) {
		p->members[i].parent = p;
		p->members[i].pid = spawned[i].pid;
		p->members[i].channel = channel_new(p->base,
		    spawned[i].channel, &channel_ops, &p->members[i],
		    UNREAD_MAX);
		overseer_add(p->overseer, i, spawned[i].pid);
	}
	p->broker = docker_broker_new(p->base, p->settings, docker_replied, p);
	p->connects = connect_broker_new(p->settings);
	return 0;
}

static void
send_state(struct parent *p)
{
	struct state_list list;

	state_file_read(p->settings->state_file, &list);
	(void)channel_send(p->members[CHILD_RDE].channel, MSG_PARENT_STATE, 0,
	    -1, &list, sizeof(list));
}

static void
stop_loop(struct parent *p)
{
	unsigned int i;

	docker_broker_free(p->broker);
	connect_broker_free(p->connects);
	for (i = 0; i < CHILDREN; i++)
		channel_free(p->members[i].channel);
	if (p->mark != -1)
		event_del(&p->looked_at);
	overseer_free(p->overseer);
	watchdog_free(p->watchdog);
	socket_watch_free(p->socket_watch);
	event_del(&p->grace);
	event_del(&p->unjoined);
	for (i = 0; i < WATCHED_SIGNALS; i++)
		event_del(&p->signals[i]);
	log_watch_free(p->log);
	event_base_free(p->base);
}

static void
mark_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)what;
	(void)arg;
	sole_instance_looked_at(fd);
}

static void
watch_mark(struct parent *p)
{
	if (p->mark != -1 && (event_assign(&p->looked_at, p->base, p->mark,
	    EV_READ | EV_PERSIST, mark_readable, p) == -1 ||
	    event_add(&p->looked_at, NULL) == -1))
		fatalx("cannot watch the mark of this daemon");
}

/*
 * From the first child on signals wait until the loop takes them, so that none
 * is lost.
 */
static int
run_with_sockets(struct parent *p, const struct spawn_plan *plan)
{
	struct spawned spawned[CHILDREN];
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (spawn_children(plan, spawned) == -1)
		return 1;
	title_set("parent");
	if (start_loop(p, spawned) == -1)
		return 1;
	watch_mark(p);
	sandbox_parent(p->settings);
	syscalls_parent();
	send_state(p);
	notify_service_manager("READY=1");
	log_info("started, AS %u", p->settings->as);
	sigprocmask(SIG_SETMASK, &before, NULL);
	event_base_dispatch(p->base);
	stop_loop(p);
	log_info("ended");
	return p->status;
}

int
parent_run(struct settings *settings, const struct child_program *programs,
    int verbose, unsigned int turn_ms)
{
	struct sandbox sandbox;
	struct sockets sockets;
	struct parent p = {
		.settings = settings,
		.sockets = &sockets,
		.turn_ms = turn_ms,
	};
	struct spawn_plan plan = {
		.programs = programs,
		.sandbox = &sandbox,
		.settings = settings,
		.sockets = &sockets,
		.verbose = verbose,
	};
	char why[FILE_GUARD_TEXT_MAX];
	int status;

	if (file_guard_check_path(settings->state_file, why) == -1) {
		log_error("state file %s: %s", settings->state_file, why);
		return 1;
	}
	if (sandbox_prepare(&sandbox) == -1 || sole_instance(&p.mark) == -1)
		return 1;
	if (state_file_prepare(settings->state_file) == -1)
		log_warn("state file %s: cannot make its directory: %s",
		    settings->state_file, strerror(errno));
	if (sockets_open(&sockets, settings) == -1) {
		if (p.mark != -1)
			close(p.mark);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	status = run_with_sockets(&p, &plan);
	sockets_close(&sockets);
	sockets_remove_files(&sockets);
	if (p.mark != -1)
		close(p.mark);
	return status;
}
