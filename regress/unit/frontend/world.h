/*
 * The world around a frontend that runs in a process of its own: the test plays
 * the parent (and Docker behind it), the rde, the session engine, Docker as it
 * calls the plugin, and bgplbctl.
 */
#ifndef REGRESS_UNIT_FRONTEND_WORLD_H
#define REGRESS_UNIT_FRONTEND_WORLD_H

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bgplbd/frontend/frontend.h"
#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/driver_names.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/types.h"
#include "common/channel.h"
#include "common/log.h"

#define PATIENCE	5000	/* milliseconds for what must come */
#define QUIET		80	/* for what must not */

struct world {
	pid_t			pid;
	int			parent;
	int			rde;
	int			session;
	struct sockaddr_un	plugin;
	struct sockaddr_un	control;
	int			log;		/* what the frontend logs */
	int			events;		/* Docker's end of the stream, or -1 */
	int			caller;		/* of world_settle, or -1 */
};

struct packet {
	struct channel_hdr	hdr;
	_Alignas(16) uint8_t	data[CHANNEL_PAYLOAD_MAX];
	size_t			len;		/* of data */
};

static inline int
world_listen(struct sockaddr_un *addr, const char *name, int type)
{
	static unsigned int number;
	int fd;

	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	snprintf(addr->sun_path + 1, sizeof(addr->sun_path) - 1,
	    "bgplb-%s-%d-%u", name, getpid(), number++);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)addr, sizeof(*addr)), 0);
	assert_int_equal(listen(fd, 128), 0);
	return fd;
}

static inline void __attribute__((noreturn))
world_child(const struct settings *settings, struct frontend_fds fds, int log)
{
	int *mine[] = { &fds.parent, &fds.rde, &fds.session, &fds.plugin,
	    &fds.control };
	size_t i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(log, STDERR_FILENO);
	/* Out of the way, so that what is left below can be closed. */
	for (i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
		*mine[i] = fcntl(*mine[i], F_DUPFD_CLOEXEC, 500);
	for (fd = 3; fd < 500; fd++)
		close(fd);
	log_init("frontend", 1);
	frontend_run(settings, &fds);
}

static inline struct world *
world_start(void)
{
	struct world *w = calloc(1, sizeof(*w));
	struct settings settings;
	struct frontend_fds fds;
	int parent[2], rde[2], session[2], log[2];

	assert_non_null(w);
	signal(SIGPIPE, SIG_IGN);
	settings_init(&settings);
	assert_int_equal(channel_pair(parent), 0);
	assert_int_equal(channel_pair(rde), 0);
	assert_int_equal(channel_pair(session), 0);
	assert_int_equal(pipe2(log, O_CLOEXEC), 0);
	fcntl(log[0], F_SETFL, O_NONBLOCK);
	fds.plugin = world_listen(&w->plugin, "plugin", SOCK_STREAM);
	fds.control = world_listen(&w->control, "control", SOCK_SEQPACKET);
	fds.parent = parent[1];
	fds.rde = rde[1];
	fds.session = session[1];
	w->pid = fork();
	assert_int_not_equal(w->pid, -1);
	if (w->pid == 0) {
		free(w);
		world_child(&settings, fds, log[1]);
	}
	close(parent[1]);
	close(rde[1]);
	close(session[1]);
	close(log[1]);
	close(fds.plugin);
	close(fds.control);
	w->parent = parent[0];
	w->rde = rde[0];
	w->session = session[0];
	w->log = log[0];
	w->events = w->caller = -1;
	return w;
}

/*
 * What was logged since the last call, for strstr(); also shown if a test
 * fails.
 */
static inline const char *
world_log(struct world *w)
{
	static char text[65536];
	size_t used = 0;
	ssize_t n;

	while (used < sizeof(text) - 1 && (n = read(w->log, text + used,
	    sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	return text;
}

/* Waits for the child's end; its exit status, or -1 if a signal ended it. */
static inline int
world_wait(struct world *w)
{
	int status, i;

	for (i = 0; i < PATIENCE; i++) {
		if (waitpid(w->pid, &status, WNOHANG) == w->pid) {
			w->pid = -1;
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		}
		usleep(1000);
	}
	fail_msg("the frontend does not end");
	return -1;
}

static inline void
world_close(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/*
 * An orderly end, in which a sanitizer may still complain: that fails the test.
 */
static inline void
world_stop(struct world *w)
{
	const struct channel_hdr hdr = { .type = MSG_PARENT_SHUTDOWN,
	    .len = sizeof(hdr) };
	int status;

	if (w->pid != -1) {
		send(w->parent, &hdr, sizeof(hdr), MSG_NOSIGNAL);
		status = world_wait(w);
		if (status != 0)
			fail_msg("it ended with status %d: %s", status,
			    world_log(w));
	}
	world_close(&w->parent);
	world_close(&w->rde);
	world_close(&w->session);
	world_close(&w->log);
	world_close(&w->events);
	world_close(&w->caller);
	free(w);
}

static inline bool
world_readable(int fd, int timeout)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout) == 1;
}

static inline void
put_packet(int fd, uint32_t type, uint32_t peerid, int pass, const void *data,
    size_t len)
{
	struct packet p;
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = &p, .iov_len = sizeof(p.hdr) + len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	memset(&p.hdr, 0, sizeof(p.hdr));
	p.hdr.type = type;
	p.hdr.peerid = peerid;
	p.hdr.len = (uint32_t)(sizeof(p.hdr) + len);
	if (len > 0)
		memcpy(p.data, data, len);
	if (pass != -1) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &pass, sizeof(int));
	}
	assert_int_equal(sendmsg(fd, &msg, MSG_NOSIGNAL), iov.iov_len);
}

/* False if none comes in time, or the other end closed. */
static inline bool
get_packet(int fd, struct packet *p, int timeout)
{
	ssize_t n;

	if (!world_readable(fd, timeout))
		return false;
	n = recv(fd, p, sizeof(p->hdr) + sizeof(p->data), 0);
	if (n <= 0)
		return false;
	assert_true((size_t)n >= sizeof(p->hdr));
	assert_int_equal(p->hdr.len, n);
	p->len = (size_t)n - sizeof(p->hdr);
	return true;
}

static inline void
assert_quiet(int fd)
{
	struct packet p;

	if (get_packet(fd, &p, QUIET))
		fail_msg("an unexpected message of type %u", p.hdr.type);
}

/*
 * The next message to the rde; it must be of that type, and valid.  The networks that
 * are not ours come with each list, and are passed over unless they are expected.
 */
static inline struct packet *
expect_fact(struct world *w, uint32_t type)
{
	static struct packet p;

	do {
		if (!get_packet(w->rde, &p, PATIENCE))
			fail_msg("no message of type %u: %s", type,
			    world_log(w));
	} while (p.hdr.type == MSG_FRONTEND_OTHER_NETWORKS && type != p.hdr.type);
	assert_int_equal(p.hdr.type, type);
	assert_true(frontend_rde_is_valid(type, p.data, p.len));
	return &p;
}

/* The next request to Docker; it must be that.  Returns its tag. */
static inline uint32_t
expect_request(struct world *w, uint32_t kind, const char *id)
{
	struct docker_request *r;
	struct packet p;

	if (!get_packet(w->parent, &p, PATIENCE))
		fail_msg("no request %u: %s", kind, world_log(w));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_DOCKER_REQUEST);
	assert_true(docker_request_is_valid(p.data, p.len));
	r = (struct docker_request *)p.data;
	assert_int_equal(r->kind, kind);
	assert_string_equal(r->id.hex, id);
	return p.hdr.peerid;
}

/* Docker takes the request; returns its end of the connection. */
static inline int
docker_open(struct world *w, uint32_t tag)
{
	const struct docker_reply reply = { .error = 0 };
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	put_packet(w->parent, MSG_PARENT_DOCKER_REPLY, tag, fds[0], &reply,
	    sizeof(reply));
	close(fds[0]);
	return fds[1];
}

/* The parent is told another name of the driver. */
static inline void
expect_driver_name(struct world *w, const char *name)
{
	struct packet p;

	if (!get_packet(w->parent, &p, PATIENCE))
		fail_msg("no name of the driver: %s", world_log(w));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_DRIVER_NAME);
	assert_true(driver_name_is_valid(p.data, p.len));
	assert_string_equal(p.data, name);
}

static inline void
docker_refuse(struct world *w, uint32_t tag, int error)
{
	const struct docker_reply reply = { .error = error };

	put_packet(w->parent, MSG_PARENT_DOCKER_REPLY, tag, -1, &reply,
	    sizeof(reply));
}

static inline void
docker_write(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len > 0) {
		n = write(fd, text, len);
		assert_true(n > 0);
		text += n;
		len -= (size_t)n;
	}
}

/* A whole reply: status line, header and body. */
static inline void
docker_reply(struct world *w, uint32_t tag, const char *text)
{
	int fd = docker_open(w, tag);

	docker_write(fd, text);
	close(fd);
}

/* To an order: the answer to the ping comes first. */
static inline void
docker_order_reply(struct world *w, uint32_t tag, const char *text)
{
	int fd = docker_open(w, tag);

	docker_write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
	docker_write(fd, text);
	close(fd);
}

#define OK_HEADER	"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"

static inline void
docker_answer(struct world *w, uint32_t tag, const char *body)
{
	int fd = docker_open(w, tag);

	docker_write(fd, OK_HEADER);
	docker_write(fd, body);
	close(fd);
}

/* Accepts the request for events. */
static inline void
docker_stream(struct world *w)
{
	world_close(&w->events);
	w->events = docker_open(w, expect_request(w, DOCKER_EVENTS, ""));
	docker_write(w->events, OK_HEADER);
}

static inline void
docker_event(struct world *w, const char *type, const char *action,
    const char *id, const char *attributes)
{
	char line[1024];

	snprintf(line, sizeof(line), "{\"Type\":\"%s\",\"Action\":\"%s\","
	    "\"Actor\":{\"ID\":\"%s\",\"Attributes\":{%s}}}\n", type, action,
	    id, attributes);
	docker_write(w->events, line);
}

static inline void
sync_until_inspections(struct world *w, const char *networks,
    const char *containers)
{
	docker_stream(w);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    networks);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    containers);
}

/*
 * Waits until the frontend has dealt with all that was sent to it.  A plugin
 * call that it answers itself takes a turn of its loop at least, and an answer
 * of Docker two: the message, then what is in the pipe.
 */
static inline void
world_settle(struct world *w)
{
	static const char call[] =
	    "POST /Plugin.Activate HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
	char answer[1024];
	int i;

	if (w->caller == -1) {
		w->caller = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(w->caller,
		    (const struct sockaddr *)&w->plugin, sizeof(w->plugin)),
		    0);
	}
	for (i = 0; i < 3; i++) {
		docker_write(w->caller, call);
		assert_true(world_readable(w->caller, PATIENCE));
		assert_true(recv(w->caller, answer, sizeof(answer), 0) > 0);
	}
}

static inline unsigned int
count_child_fds(const struct world *w)
{
	char path[64];
	unsigned int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)w->pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* Closing may take the frontend a moment. */
static inline void
expect_child_fds(const struct world *w, unsigned int wanted)
{
	int i;

	for (i = 0; i < PATIENCE && count_child_fds(w) != wanted; i++)
		usleep(1000);
	assert_int_equal(count_child_fds(w), wanted);
}

static inline int
dial(const struct sockaddr_un *addr, int type)
{
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)addr,
	    sizeof(*addr)), 0);
	return fd;
}

static inline int
world_set_up(void **state)
{
	struct world *w = world_start();

	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, NULL, 0);
	*state = w;
	return 0;
}

static inline int
world_tear_down(void **state)
{
	world_stop(*state);
	return 0;
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

#endif /* REGRESS_UNIT_FRONTEND_WORLD_H */
