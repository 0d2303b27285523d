/*
 * The whole parent process with children that the test plays: parent_run() runs
 * in a forked process, in its real sandbox, and logs to a file.  Needs root and
 * the users that the sandbox names.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#include <event2/event.h>

#include "bgplbd/messages/types.h"
#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/listener.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/parent/liveness.h"
#include "bgplbd/parent/notify.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/parent/parent.h"
#include "bgplbd/parent/passwords.h"
#include "common/channel.h"
#include "common/log.h"
#include "regress/unit/parent/scratch.h"

#define PATIENCE_MS	10000
#define UNREAD_ENOUGH	200000	/* requests, more than any bound */

/* What a child does in the test at hand; inherited by fork. */
enum behaviour {
	OBEY,			/* ends when it is told to, or the parent is gone */
	CRASH,			/* at once */
	LEAVE,			/* ends by itself with status 0 */
	CLOSE_AND_STAY,		/* closes its channel */
	STAY,			/* does nothing at all */
	ASK_DOCKER,
	SAVE_STATE,
	ASK_AND_NOT_READ,
	SAVE_AND_NOT_READ,
	SEND_UNKNOWN,
	SEND_MALFORMED,
	CLOSE_AND_LEAVE,	/* later, so that others have been told to end */
	SEND_FOREIGN,		/* what only another child may send */
	SEND_DESCRIPTOR,
	LOOP,			/* for ever, and does not look at its channel */
	SEND_EMPTY,		/* a packet without a byte */
	LOSE_SIBLING,		/* says so of the session engine */
	LOSE_NOBODY,		/* of one that there is not */
	CONNECT,		/* to the neighbor */
	CONNECT_OFTEN,		/* oftener than allowed */
	CONNECT_NOBODY,
	CONNECT_AND_NOT_READ
};

struct fixture {
	struct scratch	scratch;
	struct settings	settings;
	char		log_path[PATH_MAX];
	char		docker_path[PATH_MAX];
	int		docker;		/* listening */
	unsigned int	turn_ms;
	pid_t		pid;
};

/* Turns for tests that wait for a child to be found out. */
#define QUICK_TURN_MS	50

static enum behaviour behaviours[CHILDREN];

static void	play_frontend(const struct settings *,
		    const struct child_channels *, const struct sockets *);
static void	play_session(const struct settings *,
		    const struct child_channels *, const struct sockets *);
static void	play_rde(const struct settings *,
		    const struct child_channels *, const struct sockets *);

static const struct child_program players[CHILDREN] = {
	[CHILD_FRONTEND] = { NULL, play_frontend },
	[CHILD_SESSION] = { NULL, play_session },
	[CHILD_RDE] = { NULL, play_rde },
};

static void
pause_ms(long ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/*
 * The children.
 */

static void __attribute__((noreturn))
stay_for_ever(void)
{
	for (;;)
		(void)poll(NULL, 0, -1);
}

static void
child_relay(struct message *msg)
{
	struct pollfd pfd = { .fd = msg->fd, .events = POLLIN };
	char buf[64];
	ssize_t n;
	int error;

	memcpy(&error, msg->data, sizeof(error));
	if (msg->fd == -1) {
		log_info("docker answers with error %d", error);
		return;
	}
	while (poll(&pfd, 1, -1) == 1 &&
	    (n = read(msg->fd, buf, sizeof(buf) - 1)) > 0) {
		buf[n] = '\0';
		log_info("docker says <%s>, peerid %u", buf, msg->peerid);
	}
	log_info("docker ends");
	close(msg->fd);
}

/* Only the last of several. */
static void
child_connects(struct message *msg)
{
	struct pollfd pfd = { .fd = msg->fd, .events = POLLOUT };
	struct connect_answer answer;
	socklen_t len = sizeof(int);
	int error = -1;

	memcpy(&answer, msg->data, sizeof(answer));
	if (msg->peerid == 99 && answer.error != 0)
		log_info("no socket: step %u, error %d", answer.step,
		    answer.error);
	else if (msg->peerid == 99 && poll(&pfd, 1, PATIENCE_MS) == 1) {
		(void)getsockopt(msg->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		log_info("a socket, error %d, non-blocking %d", error,
		    (fcntl(msg->fd, F_GETFL) & O_NONBLOCK) != 0);
	}
	if (msg->fd != -1)
		close(msg->fd);
}

static void
child_receives(struct channel *c, struct message *msg, void *arg)
{
	const struct state_list *list = msg->data;
	struct state_saved saved;

	(void)arg;
	if (child_answer_probe(c, msg))
		return;
	switch (msg->type) {
	case MSG_PARENT_SHUTDOWN:
		log_info("told to end");
		_exit(0);
	case MSG_PARENT_RESTART:
		log_info("told to restart");
		_exit(0);
	case MSG_PARENT_DOCKER_REPLY:
		child_relay(msg);
		break;
	case MSG_PARENT_CONNECT:
		child_connects(msg);
		break;
	case MSG_PARENT_LISTENER:
		assert_true(listener_again_is_valid(msg->data, msg->len));
		log_info("got listener %u, %s", *(const uint32_t *)msg->data,
		    msg->fd == -1 ? "without a socket" : "and its socket");
		break;
	case MSG_PARENT_STATE:
		if (state_list_is_valid(msg->data, msg->len))
			log_info("state of %u", list->count);
		break;
	case MSG_PARENT_STATE_SAVED:
		memcpy(&saved, msg->data, sizeof(saved));
		log_info("saved, error %d, peerid %u", saved.error,
		    msg->peerid);
		break;
	}
}

static void
child_is_alone(struct channel *c, enum channel_end end, void *arg)
{
	(void)c;
	(void)end;
	(void)arg;
	log_info("parent is gone");
	_exit(0);
}

static const struct channel_ops child_ops = {
	.receive = child_receives,
	.end = child_is_alone,
};

static void
child_sends(struct channel *c, enum behaviour behaviour)
{
	const struct docker_request request = { .kind = DOCKER_EVENTS };
	const struct sibling_ended lost = { .sibling = CHILD_SESSION };
	const struct sibling_ended nobody = { .sibling = CHILDREN };
	struct connect_request connect = { .neighbor = 0 };
	struct state_list list;
	unsigned int i;

	memset(&list, 0, sizeof(list));
	list.count = 1;
	if (prefix_parse("10.0.0.101/32", &list.withdrawn[0]) == -1)
		_exit(8);
	switch (behaviour) {
	case CONNECT_OFTEN:
		for (i = 0; i < CONNECT_BURST; i++)
			channel_send(c, MSG_SESSION_CONNECT, i, -1, &connect,
			    sizeof(connect));
		/* FALLTHROUGH */
	case CONNECT:
		channel_send(c, MSG_SESSION_CONNECT, 99, -1, &connect,
		    sizeof(connect));
		break;
	case CONNECT_NOBODY:
		connect.neighbor = 1;
		channel_send(c, MSG_SESSION_CONNECT, 99, -1, &connect,
		    sizeof(connect));
		break;
	case ASK_DOCKER:
		channel_send(c, MSG_FRONTEND_DOCKER_REQUEST, 77, -1, &request,
		    sizeof(request));
		break;
	case SAVE_STATE:
		channel_send(c, MSG_RDE_STATE_SAVE, 88, -1, &list,
		    sizeof(list));
		break;
	case SEND_UNKNOWN:
		channel_send(c, 9999, 0, -1, NULL, 0);
		break;
	case SEND_MALFORMED:
		list.count = STATE_WITHDRAWN_MAX + 1;
		channel_send(c, MSG_RDE_STATE_SAVE, 0, -1, &list,
		    sizeof(list));
		break;
	case SEND_FOREIGN:
		channel_send(c, MSG_FRONTEND_DOCKER_REQUEST, 0, -1, &request,
		    sizeof(request));
		break;
	case LOSE_SIBLING:
		channel_send(c, MSG_CHILD_SIBLING_ENDED, 0, -1, &lost,
		    sizeof(lost));
		break;
	case LOSE_NOBODY:
		channel_send(c, MSG_CHILD_SIBLING_ENDED, 0, -1, &nobody,
		    sizeof(nobody));
		break;
	case SEND_DESCRIPTOR:
		channel_send(c, MSG_RDE_STATE_SAVE, 0, STDIN_FILENO,
		    &list, sizeof(list));
		break;
	default:
		break;
	}
}

/* Until the parent has enough of it. */
static void
ask_and_not_read(enum behaviour behaviour, int parent)
{
	struct {
		struct channel_hdr	hdr;
		union {
			struct docker_request	request;
			struct state_list	list;
			struct connect_request	connect;
		} data;
	} packet;
	size_t size = sizeof(packet.data.request);
	unsigned int sent;

	memset(&packet, 0, sizeof(packet));
	if (behaviour == SAVE_AND_NOT_READ) {
		packet.hdr.type = MSG_RDE_STATE_SAVE;
		size = sizeof(packet.data.list);
	} else if (behaviour == CONNECT_AND_NOT_READ) {
		packet.hdr.type = MSG_SESSION_CONNECT;
		size = sizeof(packet.data.connect);
	} else {
		packet.hdr.type = MSG_FRONTEND_DOCKER_REQUEST;
		packet.data.request.kind = DOCKER_LIST_NETWORKS;
	}
	packet.hdr.len = (uint32_t)(sizeof(packet.hdr) + size);
	for (sent = 0; sent < UNREAD_ENOUGH; sent++)
		if (send(parent, &packet, packet.hdr.len,
		    MSG_NOSIGNAL | MSG_DONTWAIT) == -1) {
			if (errno != EAGAIN)
				break;
			pause_ms(1);
			sent--;
		}
	stay_for_ever();
}

static void
play(enum behaviour behaviour, int parent)
{
	struct event_base *base;
	struct channel *c;

	switch (behaviour) {
	case CRASH:
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case LEAVE:
		_exit(0);
	case CLOSE_AND_STAY:
		close(parent);
		stay_for_ever();
	case CLOSE_AND_LEAVE:
		close(parent);
		pause_ms(500);
		_exit(0);
	case STAY:
		stay_for_ever();
	case LOOP:
		for (;;)
			;
	case SEND_EMPTY:
		(void)send(parent, "", 0, MSG_NOSIGNAL);
		break;
	case ASK_AND_NOT_READ:
	case SAVE_AND_NOT_READ:
	case CONNECT_AND_NOT_READ:
		ask_and_not_read(behaviour, parent);
		break;
	default:
		break;
	}
	base = event_base_new();
	c = channel_new(base, parent, &child_ops, NULL, 0);
	child_sends(c, behaviour);
	event_base_dispatch(base);
	_exit(9);
}

static void
play_frontend(const struct settings *s, const struct child_channels *c,
    const struct sockets *sockets)
{
	log_info("frontend has %s, sockets %d%d%d%d",
	    s->passwords == NULL ? "no passwords" : "passwords", sockets->plugin != -1,
	    sockets->control != -1, sockets->listen4 != -1,
	    sockets->listen6 != -1);
	play(behaviours[CHILD_FRONTEND], c->parent);
}

static void
play_session(const struct settings *s, const struct child_channels *c,
    const struct sockets *sockets)
{
	log_info("session has %s, sockets %d%d%d%d",
	    s->passwords == NULL ? "no passwords" : "passwords", sockets->plugin != -1,
	    sockets->control != -1, sockets->listen4 != -1,
	    sockets->listen6 != -1);
	play(behaviours[CHILD_SESSION], c->parent);
}

static void
play_rde(const struct settings *s, const struct child_channels *c,
    const struct sockets *sockets)
{
	log_info("rde has %s, sockets %d%d%d%d",
	    s->passwords == NULL ? "no passwords" : "passwords", sockets->plugin != -1,
	    sockets->control != -1, sockets->listen4 != -1,
	    sockets->listen6 != -1);
	play(behaviours[CHILD_RDE], c->parent);
}

/*
 * The test.
 */

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct settings *s = &f->settings;
	char pid[16];

	*state = f;
	f->turn_ms = LIVENESS_TURN_MS;
	memset(behaviours, 0, sizeof(behaviours));
	if (scratch_make(&f->scratch) == -1)
		return -1;
	settings_init(s);
	s->neighbors = calloc(1, sizeof(*s->neighbors));
	s->nneighbors = 1;
	neighbor_settings_init(s->neighbors);
	if (address_parse("127.0.0.1", &s->neighbors[0].addr) == -1)
		return -1;
	s->neighbors[0].has_password = true;
	s->listen_port = 0;	/* one that the kernel chooses */
	strlcpy(s->plugin_socket, scratch_path(&f->scratch, "plugin.sock"),
	    sizeof(s->plugin_socket));
	strlcpy(s->control_socket, scratch_path(&f->scratch, "control.sock"),
	    sizeof(s->control_socket));
	strlcpy(s->docker_socket, scratch_path(&f->scratch, "docker.sock"),
	    sizeof(s->docker_socket));
	strlcpy(s->state_file, scratch_path(&f->scratch, "lib/state"),
	    sizeof(s->state_file));
	strlcpy(f->log_path, scratch_path(&f->scratch, "log"),
	    sizeof(f->log_path));
	/* The sign of an engine: this process. */
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	scratch_write(scratch_path(&f->scratch, "docker.pid"), pid, strlen(pid));
	f->docker = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strlcpy(sun.sun_path, s->docker_socket, sizeof(sun.sun_path));
	if (bind(f->docker, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		return -1;
	return listen(f->docker, 8);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	int rc;

	if (f->pid > 0)
		kill(f->pid, SIGKILL);
	while (wait(NULL) > 0)		/* the children too, see main() */
		;
	rc = scratch_remove(&f->scratch);
	close(f->docker);
	free(f->settings.neighbors);
	free(f);
	return rc;
}

static pid_t
start(struct fixture *f, const char *log_path)
{
	pid_t pid = fork();
	int fd;

	if (pid != 0)
		return pid;
	setpgid(0, 0);
	fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	close(fd);
	log_init("parent", 1);
	/* Here, for a fork wipes them. */
	f->settings.passwords = passwords_new();
	strlcpy(passwords_of(f->settings.passwords, 0), "sesame",
	    SETTINGS_PASSWORD_MAX + 1);
	/* exit() would report the runner's own allocations as leaks. */
	_exit(parent_run(&f->settings, players, 1, f->turn_ms));
}

static bool
log_has(struct fixture *f, const char *text)
{
	char *log;
	bool found;

	if (!scratch_exists(f->log_path))
		return false;
	log = scratch_read(f->log_path, NULL);
	found = strstr(log, text) != NULL;
	free(log);
	return found;
}

static void
await_log(struct fixture *f, const char *text)
{
	int ms;

	for (ms = 0; !log_has(f, text); ms += 5) {
		if (ms >= PATIENCE_MS) {
			print_message("%s", scratch_read(f->log_path, NULL));
			fail_msg("no log line with \"%s\"", text);
		}
		pause_ms(5);
	}
}

/* That the lines are in the log, and in this order. */
static void
assert_log_order(struct fixture *f, const char *const *lines, size_t n)
{
	char *log = scratch_read(f->log_path, NULL), *at = log;
	size_t i;

	for (i = 0; i < n; i++) {
		at = strstr(at, lines[i]);
		if (at == NULL) {
			print_message("%s", log);
			fail_msg("\"%s\" is not where it belongs", lines[i]);
		}
	}
	free(log);
}

static const char *const orderly_end[] = {
	"frontend: told to end",
	"the docker frontend has ended",
	"session: told to end",
	"the session engine has ended",
	"rde: told to end",
	"the route decision engine has ended",
	"parent: ended"
};

static void
start_and_wait(struct fixture *f)
{
	f->pid = start(f, f->log_path);
	await_log(f, "parent: started");
}

/* Waits for the parent's end; returns its exit status, or 128 and the signal. */
static int
await_end(struct fixture *f)
{
	int ms, status = 0;

	for (ms = 0; waitpid(f->pid, &status, WNOHANG) == 0; ms += 5) {
		if (ms >= PATIENCE_MS) {
			print_message("%s", scratch_read(f->log_path, NULL));
			fail_msg("the parent does not end");
		}
		pause_ms(5);
	}
	f->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static void
assert_sockets_removed(struct fixture *f)
{
	assert_false(scratch_exists(f->settings.plugin_socket));
	assert_false(scratch_exists(f->settings.control_socket));
}

/* Pids of the parent's children, by what their command line ends in. */
static pid_t
child_pid(struct fixture *f, const char *title)
{
	char path[64], cmdline[256], *pids, *pid, *next;
	pid_t found = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", f->pid,
	    f->pid);
	pids = next = scratch_read(path, NULL);
	while ((pid = strsep(&next, " ")) != NULL && pid[0] != '\0') {
		snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
		fd = open(path, O_RDONLY);
		n = fd == -1 ? 0 : read(fd, cmdline, sizeof(cmdline) - 1);
		cmdline[n > 0 ? n : 0] = '\0';
		close(fd);
		if (strstr(cmdline, title) != NULL)
			found = (pid_t)strtol(pid, NULL, 10);
	}
	free(pids);
	assert_int_not_equal(found, 0);
	return found;
}

static void
test_sigterm_ends_all_in_order(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	assert_true(scratch_exists(f->settings.plugin_socket));
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
	assert_sockets_removed(f);
}

/* As a terminal's Ctrl-C, and as pkill bgplbd. */
static void
test_signal_to_the_whole_group_ends_all_in_order(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	assert_int_equal(kill(-f->pid, SIGINT), 0);
	assert_int_equal(kill(-f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
	assert_sockets_removed(f);
}

static void
test_sighup_is_answered_and_changes_nothing(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	assert_int_equal(kill(-f->pid, SIGHUP), 0);
	await_log(f, "does not reload its configuration while it runs");
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
}

static const char *const restart_lines[] = {
	"frontend: told to end", "session: told to restart",
	"rde: told to end", "parent: ended"
};

/* RFC 4724: who comes back does not tell the routers to forget. */
static void
test_sigusr1_ends_for_a_restart(void **state)
{
	struct fixture *f = *state;

	f->settings.graceful_restart = GRACEFUL_YES;
	start_and_wait(f);
	assert_int_equal(kill(f->pid, SIGUSR1), 0);
	assert_int_equal(await_end(f), 0);
	await_log(f, "ending for a restart, routers are to keep the routes");
	assert_log_order(f, restart_lines, 4);
	assert_sockets_removed(f);
}

static void
test_sigusr1_without_graceful_restart_ends_as_sigterm(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	assert_int_equal(kill(f->pid, SIGUSR1), 0);
	assert_int_equal(await_end(f), 0);
	await_log(f, "ending for a restart, but graceful-restart is not set");
	assert_log_order(f, orderly_end, 7);
}

static void
test_failure_is_a_restart_if_that_is_set_and_sigterm_is_none(void **state)
{
	struct fixture *f = *state;

	f->settings.graceful_restart = GRACEFUL_YES;
	behaviours[CHILD_RDE] = CRASH;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "session: told to restart");
	assert_int_equal(unlink(f->log_path), 0);
	behaviours[CHILD_RDE] = behaviours[CHILD_SESSION];
	start_and_wait(f);
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
}

static void
test_crash_of_a_child_is_named_and_ends_the_others_in_order(void **state)
{
	static const char *const lines[] = {
		"frontend: told to end", "rde: told to end", "parent: ended"
	};
	struct fixture *f = *state;

	behaviours[CHILD_SESSION] = CRASH;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the session engine died of signal 11 "
	    "(Segmentation fault)");
	assert_log_order(f, lines, 3);
	assert_sockets_removed(f);
}

static void
test_kill_of_a_running_child_is_named(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	assert_int_equal(kill(child_pid(f, "docker frontend"), SIGKILL), 0);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the docker frontend died of signal 9 "
	    "(Killed)");
	assert_log_order(f, orderly_end + 2, 5);
	assert_sockets_removed(f);
}

static void
test_child_that_leaves_is_named(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = LEAVE;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the route decision engine ended by itself "
	    "with exit status 0");
	assert_sockets_removed(f);
}

/* As the kernel may do it: it closes what the process had, and then tells. */
static void
test_child_that_leaves_slowly_is_named(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = CLOSE_AND_LEAVE;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the route decision engine ended by itself "
	    "with exit status 0");
	assert_sockets_removed(f);
}

/* Before the parent's loop runs, or just then. */
static void
test_all_children_leave_at_once(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_FRONTEND] = behaviours[CHILD_SESSION] =
	    behaviours[CHILD_RDE] = LEAVE;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	assert_sockets_removed(f);
}

static void
test_child_that_closes_its_channel_is_killed(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = CLOSE_AND_STAY;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "the route decision engine does not end, killing it");
	assert_log_order(f, orderly_end, 4);
	assert_sockets_removed(f);
}

static void
test_child_that_does_not_end_is_killed(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_SESSION] = STAY;
	start_and_wait(f);
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 1);
	await_log(f, "the session engine does not end, killing it");
	assert_log_order(f, orderly_end, 2);
	assert_log_order(f, orderly_end + 4, 3);
	assert_sockets_removed(f);
}

static void
test_children_end_with_a_killed_parent(void **state)
{
	struct fixture *f = *state;
	int i, status;
	pid_t pid;

	behaviours[CHILD_RDE] = STAY;	/* does not look at its channel */
	start_and_wait(f);
	assert_int_equal(kill(f->pid, SIGKILL), 0);
	for (i = 0; i < 1 + CHILDREN; i++) {
		pid = wait(&status);
		assert_true(pid > 0);
		if (pid != f->pid && WIFSIGNALED(status))
			assert_int_equal(WTERMSIG(status), SIGKILL);
	}
	f->pid = 0;
}

static void
test_stopped_child_ends_with_a_killed_parent(void **state)
{
	struct fixture *f = *state;
	int i, status;
	pid_t pid, stopped;

	start_and_wait(f);
	stopped = child_pid(f, "session engine");
	assert_int_equal(kill(stopped, SIGSTOP), 0);
	assert_int_equal(kill(f->pid, SIGKILL), 0);
	for (i = 0; i < 1 + CHILDREN; i++) {
		pid = wait(&status);
		assert_true(pid > 0);
		if (pid == stopped) {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGKILL);
		}
	}
	f->pid = 0;
}

/* Named with what it does, killed, and the others end in order. */
static void
assert_stopped_is_found(struct fixture *f, const char *title)
{
	char line[128];
	pid_t stopped;

	f->turn_ms = QUICK_TURN_MS;
	start_and_wait(f);
	stopped = child_pid(f, title);
	assert_int_equal(kill(stopped, SIGSTOP), 0);
	assert_int_equal(await_end(f), 1);
	snprintf(line, sizeof(line), "error: parent: the %s hangs: it does not "
	    "answer, ", title);
	await_log(f, line);
	await_log(f, "it is stopped");
	assert_int_equal(kill(stopped, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_false(log_has(f, "killing it"));
	assert_sockets_removed(f);
}

static void
test_stopped_frontend_is_found(void **state)
{
	static const char *const lines[] = {
		"session: told to end", "rde: told to end", "parent: ended"
	};

	assert_stopped_is_found(*state, "docker frontend");
	assert_log_order(*state, lines, 3);
}

static void
test_stopped_session_is_found(void **state)
{
	static const char *const lines[] = {
		"frontend: told to end", "rde: told to end", "parent: ended"
	};

	assert_stopped_is_found(*state, "session engine");
	assert_log_order(*state, lines, 3);
}

static void
test_stopped_rde_is_found(void **state)
{
	static const char *const lines[] = {
		"frontend: told to end", "session: told to end",
		"parent: ended"
	};

	assert_stopped_is_found(*state, "route decision engine");
	assert_log_order(*state, lines, 3);
}

static void
test_child_in_an_endless_loop_is_found(void **state)
{
	struct fixture *f = *state;

	f->turn_ms = QUICK_TURN_MS;
	behaviours[CHILD_RDE] = LOOP;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "warning: parent: the route decision engine does not "
	    "answer, not for 0 s: it computes");
	await_log(f, "error: parent: the route decision engine hangs: it does "
	    "not answer, not for ");
	assert_sockets_removed(f);
}

static void
test_child_that_sleeps_for_ever_is_found(void **state)
{
	struct fixture *f = *state;

	f->turn_ms = QUICK_TURN_MS;
	behaviours[CHILD_RDE] = STAY;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "the route decision engine hangs");
	await_log(f, "it sleeps");
}

/* Time in which the parent does not run either does not count. */
static void
test_children_of_a_parent_that_was_stopped_are_not_blamed(void **state)
{
	struct fixture *f = *state;
	pid_t session;

	f->turn_ms = 3 * QUICK_TURN_MS;
	start_and_wait(f);
	session = child_pid(f, "session engine");
	assert_int_equal(kill(session, SIGSTOP), 0);
	assert_int_equal(kill(f->pid, SIGSTOP), 0);
	pause_ms(3 * QUICK_TURN_MS * (LIVENESS_TURNS + 2));
	assert_int_equal(kill(f->pid, SIGCONT), 0);
	assert_int_equal(kill(session, SIGCONT), 0);
	pause_ms(3 * QUICK_TURN_MS * 2);
	assert_false(log_has(f, "hangs"));
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
}

static void
test_empty_packet_of_a_child_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = SEND_EMPTY;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: channel to the route decision engine: "
	    "empty packet");
	assert_sockets_removed(f);
}

static void
test_lost_channel_between_living_children_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = LOSE_SIBLING;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the channel between the route decision "
	    "engine and the session engine has ended, though both run");
	assert_log_order(f, orderly_end, 7);
	assert_sockets_removed(f);
}

static void
test_children_leave_signals_of_the_group_to_the_parent(void **state)
{
	static const int signals[] = {
		SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE
	};
	struct fixture *f = *state;
	size_t i;

	start_and_wait(f);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		kill(child_pid(f, "docker frontend"), signals[i]);
		kill(child_pid(f, "session engine"), signals[i]);
		kill(child_pid(f, "route decision engine"), signals[i]);
	}
	pause_ms(50);
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
}

static void
test_no_child_has_passwords_and_each_its_sockets(void **state)
{
	struct fixture *f = *state;

	start_and_wait(f);
	await_log(f, "session has no passwords, sockets 0011");
	await_log(f, "frontend has no passwords, sockets 1100");
	await_log(f, "rde has no passwords, sockets 0000");
}

/* A neighbor, with its password unless that is "". */
static int
listen_as_neighbor(struct fixture *f, const char *password)
{
	struct neighbor_settings *n = &f->settings.neighbors[0];
	struct sockaddr_storage sa;
	struct sockaddr_in sin;
	socklen_t len;
	int fd;

	len = address_to_sockaddr(&n->addr, 0, 0, &sa);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, len), 0);
	if (password[0] != '\0')
		assert_int_equal(neighbor_socket_set_password(fd, n, password),
		    0);
	assert_int_equal(listen(fd, 8), 0);
	len = sizeof(sin);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	n->port = ntohs(sin.sin_port);
	return fd;
}

static void
test_session_gets_a_socket_that_connects_with_the_password(void **state)
{
	struct fixture *f = *state;
	int fd = listen_as_neighbor(f, "sesame");

	behaviours[CHILD_SESSION] = CONNECT;
	start_and_wait(f);
	await_log(f, "a socket, error 0, non-blocking 1");
	close(fd);
}

static void
test_session_hears_why_there_is_no_socket(void **state)
{
	struct fixture *f = *state;
	char text[64];

	assert_int_equal(address_parse("192.0.2.99",
	    &f->settings.neighbors[0].local_address), 0);
	behaviours[CHILD_SESSION] = CONNECT;
	start_and_wait(f);
	snprintf(text, sizeof(text), "no socket: step %d, error %d",
	    CONNECT_LOCAL_ADDRESS, EADDRNOTAVAIL);
	await_log(f, text);
}

static void
test_attempts_to_connect_have_a_limit(void **state)
{
	struct fixture *f = *state;
	int fd = listen_as_neighbor(f, "sesame");
	char text[64];

	behaviours[CHILD_SESSION] = CONNECT_OFTEN;
	start_and_wait(f);
	snprintf(text, sizeof(text), "no socket: step %d, error %d",
	    CONNECT_LIMIT, EAGAIN);
	await_log(f, text);
	close(fd);
}

static void
test_socket_for_nobody_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_SESSION] = CONNECT_NOBODY;
	start_and_wait(f);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the session engine sent a message of type");
	await_log(f, "that is malformed");
}

static void
test_session_that_does_not_read_its_sockets_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_SESSION] = CONNECT_AND_NOT_READ;
	start_and_wait(f);
	assert_int_equal(await_end(f), 1);
	await_log(f, "that comes while the answers to many before are not read");
}

/* How many descriptors of each kind the process has. */
static void
assert_fds(pid_t pid, unsigned int sockets, unsigned int files)
{
	char path[64], link[256];
	struct dirent *e;
	unsigned int nsockets = 0, nfiles = 0;
	ssize_t n;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		n = readlinkat(dirfd(dir), e->d_name, link, sizeof(link) - 1);
		if (n == -1)
			continue;	/* . and .. */
		link[n] = '\0';
		if (strncmp(link, "socket:", 7) == 0)
			nsockets++;
		else
			nfiles++;
	}
	closedir(dir);
	assert_int_equal(nsockets, sockets);
	assert_int_equal(nfiles, files);
}

static void
test_removed_socket_files_are_put_back_and_given_to_the_frontend(void **state)
{
	struct fixture *f = *state;

	f->turn_ms = QUICK_TURN_MS;
	start_and_wait(f);
	assert_int_equal(unlink(f->settings.plugin_socket), 0);
	await_log(f, "frontend: got listener 0, and its socket");
	assert_true(scratch_exists(f->settings.plugin_socket));
	assert_int_equal(unlink(f->settings.control_socket), 0);
	await_log(f, "frontend: got listener 1, and its socket");
	assert_true(scratch_exists(f->settings.control_socket));
	await_log(f, "control.sock was removed, and is put back");
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	assert_log_order(f, orderly_end, 7);
	assert_sockets_removed(f);
}

static void
test_children_have_no_other_descriptors(void **state)
{
	struct fixture *f = *state;

	/* No event loop, so no descriptors of one. */
	behaviours[CHILD_FRONTEND] = behaviours[CHILD_SESSION] =
	    behaviours[CHILD_RDE] = STAY;
	start_and_wait(f);
	await_log(f, "frontend has");
	await_log(f, "session has");
	await_log(f, "rde has");
	assert_fds(child_pid(f, "docker frontend"), 3 + 2, 3);
	assert_fds(child_pid(f, "session engine"), 3 + 2, 3);
	assert_fds(child_pid(f, "route decision engine"), 3, 3);
}

static void
test_children_are_in_their_root(void **state)
{
	static const char *const titles[] = {
		"docker frontend", "session engine", "route decision engine"
	};
	struct fixture *f = *state;
	struct sandbox sandbox;
	struct stat root, its;
	char path[64];
	int i;

	assert_int_equal(sandbox_prepare(&sandbox), 0);
	assert_int_equal(stat(sandbox.users.root, &root), 0);
	start_and_wait(f);
	for (i = 0; i < CHILDREN; i++) {
		snprintf(path, sizeof(path), "/proc/%d/root/",
		    child_pid(f, titles[i]));
		assert_int_equal(stat(path, &its), 0);
		assert_int_equal(its.st_dev, root.st_dev);
		assert_int_equal(its.st_ino, root.st_ino);
	}
}

static void
test_frontend_gets_what_docker_says(void **state)
{
	struct fixture *f = *state;
	char buf[256];
	ssize_t n;
	int docker;

	behaviours[CHILD_FRONTEND] = ASK_DOCKER;
	start_and_wait(f);
	docker = accept4(f->docker, NULL, NULL, SOCK_CLOEXEC);
	n = read(docker, buf, sizeof(buf) - 1);
	assert_true(n > 0);
	buf[n] = '\0';
	assert_non_null(strstr(buf, "GET /events?filters="));
	assert_int_equal(write(docker, "[42]", 4), 4);
	await_log(f, "docker says <[42]>, peerid 77");
	close(docker);
	await_log(f, "docker ends");
}

static void
test_frontend_hears_that_docker_is_away(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(unlink(f->settings.docker_socket), 0);
	behaviours[CHILD_FRONTEND] = ASK_DOCKER;
	start_and_wait(f);
	await_log(f, "docker answers with error 2");
}

static void
test_state_is_read_at_start_and_saved_when_asked(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = SAVE_STATE;
	start_and_wait(f);
	await_log(f, "rde: state of 0");
	await_log(f, "rde: saved, error 0, peerid 88");
	scratch_expect(f->settings.state_file, "bgplbd state 1\n"
	    "withdrawn 10.0.0.101/32\n");
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	behaviours[CHILD_RDE] = OBEY;
	f->pid = start(f, f->log_path);
	await_log(f, "rde: state of 1");
}

/* One for which nothing but the state file has a use. */
static void
test_directory_of_state_file_is_made(void **state)
{
	struct fixture *f = *state;

	strlcpy(f->settings.plugin_socket, scratch_path(&f->scratch,
	    "run/plugin/socket"), sizeof(f->settings.plugin_socket));
	strlcpy(f->settings.control_socket, scratch_path(&f->scratch,
	    "run/control/socket"), sizeof(f->settings.control_socket));
	behaviours[CHILD_RDE] = SAVE_STATE;
	start_and_wait(f);
	await_log(f, "rde: saved, error 0, peerid 88");
}

static void
test_state_that_cannot_be_saved_is_told(void **state)
{
	struct fixture *f = *state;

	/* A file where the directory should be. */
	scratch_write(scratch_path(&f->scratch, "lib"), "", 0);
	behaviours[CHILD_RDE] = SAVE_STATE;
	start_and_wait(f);
	await_log(f, "rde: saved, error 20");
	await_log(f, "error: parent: state file ");
}

static void
assert_misbehaviour(struct fixture *f, enum behaviour behaviour,
    const char *line)
{
	behaviours[CHILD_RDE] = behaviour;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, line);
	assert_log_order(f, orderly_end, 7);
	assert_sockets_removed(f);
}

static void
test_unknown_message_ends_the_daemon(void **state)
{
	assert_misbehaviour(*state, SEND_UNKNOWN, "error: parent: the route "
	    "decision engine sent a message of type 9999 that is not its to "
	    "send");
}

static void
test_malformed_message_ends_the_daemon(void **state)
{
	assert_misbehaviour(*state, SEND_MALFORMED, "that is malformed");
}

static void
test_rde_may_not_ask_docker(void **state)
{
	assert_misbehaviour(*state, SEND_FOREIGN, "that is not its to send");
}

static void
test_channel_to_nobody_ends_the_daemon(void **state)
{
	assert_misbehaviour(*state, LOSE_NOBODY, "that is malformed");
}

/* Root's memory does not grow with what a child does not read. */
static void
test_child_that_asks_and_does_not_read_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(unlink(f->settings.docker_socket), 0);
	behaviours[CHILD_FRONTEND] = ASK_AND_NOT_READ;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the docker frontend asks and does not "
	    "read the answers");
	assert_sockets_removed(f);
}

static void
test_second_save_before_the_first_was_answered_ends_the_daemon(void **state)
{
	struct fixture *f = *state;

	behaviours[CHILD_RDE] = SAVE_AND_NOT_READ;
	f->pid = start(f, f->log_path);
	assert_int_equal(await_end(f), 1);
	await_log(f, "error: parent: the route decision engine sent a message "
	    "of type ");
	await_log(f, "that comes before the answer to the last one was read");
	assert_sockets_removed(f);
}

static void
test_unasked_descriptor_ends_the_daemon(void **state)
{
	assert_misbehaviour(*state, SEND_DESCRIPTOR, "that carries a "
	    "descriptor");
}

static void
test_second_daemon_leaves_the_first_alone(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t second;

	start_and_wait(f);
	second = start(f, f->log_path);
	assert_int_equal(waitpid(second, &status, 0), second);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	await_log(f, "error: parent: another bgplbd runs in this network "
	    "namespace, process ");
	assert_true(scratch_exists(f->settings.plugin_socket));
	assert_true(scratch_exists(f->settings.control_socket));
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
}

static void
test_service_manager_is_told(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char buf[64];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strlcpy(sun.sun_path, scratch_path(&f->scratch, "notify"),
	    sizeof(sun.sun_path));
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	f->pid = start(f, f->log_path);
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(read(fd, buf, sizeof(buf)), 7);
	assert_memory_equal(buf, "READY=1", 7);
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(read(fd, buf, sizeof(buf)), 10);
	assert_memory_equal(buf, "STOPPING=1", 10);
	assert_int_equal(await_end(f), 0);
	close(fd);
}

/* The next message; fails after that many ms without one. */
static void
assert_notified(int fd, const char *text, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char buf[64];
	ssize_t n;

	assert_int_equal(poll(&pfd, 1, ms), 1);
	n = read(fd, buf, sizeof(buf) - 1);
	assert_true(n > 0);
	buf[n] = '\0';
	assert_string_equal(buf, text);
}

static void
test_service_manager_gets_signs_of_life_while_the_parent_runs(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct pollfd pfd = { .events = POLLIN };
	char buf[64];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* An abstract address, as systemd may give one. */
	snprintf(sun.sun_path, sizeof(sun.sun_path), "@test_parent.%d",
	    (int)getpid());
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	setenv("WATCHDOG_USEC", "200000", 1);
	sun.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	    strlen(sun.sun_path + 1))), 0);
	f->pid = start(f, f->log_path);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	assert_notified(fd, "READY=1", PATIENCE_MS);
	assert_notified(fd, "WATCHDOG=1", PATIENCE_MS);
	assert_notified(fd, "WATCHDOG=1", PATIENCE_MS);
	assert_int_equal(kill(f->pid, SIGSTOP), 0);
	assert_int_equal(waitpid(f->pid, NULL, WUNTRACED), f->pid);
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	pfd.fd = fd;
	assert_int_equal(poll(&pfd, 1, 500), 0);
	assert_int_equal(kill(f->pid, SIGCONT), 0);
	assert_notified(fd, "WATCHDOG=1", PATIENCE_MS);
	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(await_end(f), 0);
	close(fd);
}

static void
test_no_sign_of_life_is_sent_that_another_process_is_to_send(void **state)
{
	(void)state;
	assert_int_equal(watchdog_interval_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(watchdog_interval_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(watchdog_interval_ms(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(watchdog_interval_ms(), 0);
	unsetenv("WATCHDOG_USEC");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(test_sigterm_ends_all_in_order),
		TEST(test_signal_to_the_whole_group_ends_all_in_order),
		TEST(test_sighup_is_answered_and_changes_nothing),
		TEST(test_sigusr1_ends_for_a_restart),
		TEST(test_sigusr1_without_graceful_restart_ends_as_sigterm),
		TEST(test_failure_is_a_restart_if_that_is_set_and_sigterm_is_none),
		TEST(test_crash_of_a_child_is_named_and_ends_the_others_in_order),
		TEST(test_kill_of_a_running_child_is_named),
		TEST(test_child_that_leaves_is_named),
		TEST(test_child_that_leaves_slowly_is_named),
		TEST(test_all_children_leave_at_once),
		TEST(test_child_that_closes_its_channel_is_killed),
		TEST(test_child_that_does_not_end_is_killed),
		TEST(test_children_end_with_a_killed_parent),
		TEST(test_stopped_child_ends_with_a_killed_parent),
		TEST(test_stopped_frontend_is_found),
		TEST(test_stopped_session_is_found),
		TEST(test_stopped_rde_is_found),
		TEST(test_child_in_an_endless_loop_is_found),
		TEST(test_child_that_sleeps_for_ever_is_found),
		TEST(test_children_of_a_parent_that_was_stopped_are_not_blamed),
		TEST(test_empty_packet_of_a_child_ends_the_daemon),
		TEST(test_lost_channel_between_living_children_ends_the_daemon),
		TEST(test_channel_to_nobody_ends_the_daemon),
		TEST(test_children_leave_signals_of_the_group_to_the_parent),
		TEST(test_no_child_has_passwords_and_each_its_sockets),
		TEST(test_session_gets_a_socket_that_connects_with_the_password),
		TEST(test_session_hears_why_there_is_no_socket),
		TEST(test_attempts_to_connect_have_a_limit),
		TEST(test_socket_for_nobody_ends_the_daemon),
		TEST(test_session_that_does_not_read_its_sockets_ends_the_daemon),
		TEST(test_removed_socket_files_are_put_back_and_given_to_the_frontend),
		TEST(test_children_have_no_other_descriptors),
		TEST(test_children_are_in_their_root),
		TEST(test_frontend_gets_what_docker_says),
		TEST(test_frontend_hears_that_docker_is_away),
		TEST(test_state_is_read_at_start_and_saved_when_asked),
		TEST(test_directory_of_state_file_is_made),
		TEST(test_state_that_cannot_be_saved_is_told),
		TEST(test_unknown_message_ends_the_daemon),
		TEST(test_malformed_message_ends_the_daemon),
		TEST(test_rde_may_not_ask_docker),
		TEST(test_child_that_asks_and_does_not_read_ends_the_daemon),
		TEST(test_second_save_before_the_first_was_answered_ends_the_daemon),
		TEST(test_unasked_descriptor_ends_the_daemon),
		TEST(test_second_daemon_leaves_the_first_alone),
		TEST(test_service_manager_is_told),
		TEST(test_service_manager_gets_signs_of_life_while_the_parent_runs),
		TEST(test_no_sign_of_life_is_sent_that_another_process_is_to_send),
	};

	if (geteuid() != 0) {
		fprintf(stderr, "test_parent: skipped, it needs root\n");
		return 0;
	}
	setproctitle_init(argc, argv, environ);
	/* Where no other bgplbd runs, nor another run of this test. */
	if (unshare(CLONE_NEWNET) == -1 || system("ip link set lo up") != 0)
		return 1;
	/* The children of a parent that is gone are waited for here. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
