/*
 * The broker between a Docker that the test plays on a socket of its own and a
 * frontend that it plays too, all in one loop.
 */
#ifndef REGRESS_UNIT_PARENT_BROKER_FIXTURE_H
#define REGRESS_UNIT_PARENT_BROKER_FIXTURE_H

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>

#include <event2/event.h>

#include "bgplbd/parent/docker_broker.h"
#include "bgplbd/parent/engine_ping.h"
#include "bgplbd/parent/engine_sign.h"
#include "regress/unit/parent/scratch.h"

#define ID	"0123456789abcdef0123456789abcdef" \
		"0123456789abcdef0123456789abcdef"
#define GET_TAIL	" HTTP/1.0\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n"
#define REQUEST_MAX	1024
#define OK_HEADER	"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"

struct fixture {
	struct scratch		 scratch;
	struct settings		 settings;
	struct event_base	*base;
	struct docker_broker	*broker;
	int			 docker;	/* listening */
	unsigned int		 fds;
	/* The replies of the broker. */
	unsigned int		 nreplies;
	uint32_t		 tag;		/* of the last */
	int			 error;
	int			 pipe_fd;
};

static inline int
listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(fd, 128) == -1)
		return -1;
	return fd;
}

/* The engine's pid file: this process is the engine. */
static inline void
write_pid(struct fixture *f)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)getpid());
	scratch_write(scratch_path(&f->scratch, "docker.pid"), text,
	    strlen(text));
}

static inline void
take_reply(uint32_t tag, int error, int pipe_fd, void *arg)
{
	struct fixture *f = arg;

	f->nreplies++;
	f->tag = tag;
	f->error = error;
	f->pipe_fd = pipe_fd;
}

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *path;

	*state = f;
	if (scratch_make(&f->scratch) == -1)
		return -1;
	path = scratch_path(&f->scratch, "docker.sock");
	f->docker = listen_at(path);
	write_pid(f);
	settings_init(&f->settings);
	strlcpy(f->settings.docker_socket,
	    scratch_path(&f->scratch, "docker.sock"),
	    sizeof(f->settings.docker_socket));
	f->base = event_base_new();
	f->broker = docker_broker_new(f->base, &f->settings, take_reply, f);
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	f->fds = scratch_count_fds();
	return f->docker == -1 ? -1 : 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;
	int rc = scratch_remove(&f->scratch);

	docker_broker_free(f->broker);
	event_base_free(f->base);
	close(f->docker);
	free(f);
	return rc;
}

static inline void
turn(struct fixture *f)
{
	event_base_loop(f->base, EVLOOP_NONBLOCK);
}

/* Docker's end of the next connection, and what was written to it. */
static inline int
take_connection(struct fixture *f, char text[REQUEST_MAX])
{
	int docker = accept4(f->docker, NULL, NULL,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);
	ssize_t n;

	assert_int_not_equal(docker, -1);
	n = read(docker, text, REQUEST_MAX - 1);
	assert_true(n > 0);
	text[n] = '\0';
	return docker;
}

static inline void
assert_not_asked(struct fixture *f)
{
	assert_int_equal(accept(f->docker, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

/* Asks, and is answered at once: the reply's error, or 0. */
static inline int
try_to_ask(struct fixture *f, const struct docker_request *r)
{
	unsigned int before = f->nreplies;

	docker_broker_ask(f->broker, r, 7);
	assert_int_equal(f->nreplies, before + 1);
	assert_int_equal(f->tag, 7);
	assert_true(f->error == 0 ? f->pipe_fd != -1 : f->pipe_fd == -1);
	return f->error;
}

/* The same, and the pipe; *docker is Docker's end. */
static inline int
ask(struct fixture *f, const struct docker_request *r, int *docker)
{
	char text[REQUEST_MAX];

	assert_int_equal(try_to_ask(f, r), 0);
	*docker = take_connection(f, text);
	return f->pipe_fd;
}

static inline void
assert_read(int fd, const char *wanted)
{
	char buf[REQUEST_MAX];
	ssize_t n = read(fd, buf, sizeof(buf));

	assert_int_equal(n, strlen(wanted));
	assert_memory_equal(buf, wanted, n);
}

static inline void
assert_nothing_to_read(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
}

static inline void
assert_eof(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), 0);
}

static inline void
say(int docker, const char *text)
{
	assert_int_equal(write(docker, text, strlen(text)), strlen(text));
}

/* A whole answer. */
static inline void
answer(struct fixture *f, int docker, const char *body)
{
	say(docker, OK_HEADER);
	say(docker, body);
	close(docker);
	turn(f);
	turn(f);
}

static inline struct docker_request
request_of(uint32_t kind, const char *hex)
{
	struct docker_request r = { .kind = kind };

	strlcpy(r.id.hex, hex, sizeof(r.id.hex));
	return r;
}

/* The list of our networks comes first. */
static inline void
tell_networks(struct fixture *f, const char *body)
{
	char text[REQUEST_MAX];
	int docker = take_connection(f, text);

	assert_string_equal(text, "GET /networks?filters=%7B%22driver%22%3A%7B"
	    "%22bgplb%22%3Atrue%7D%7D" GET_TAIL);
	answer(f, docker, body);
}

#define NET	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OUR_NETWORKS	"[{\"Name\":\"web1\",\"Id\":\"" NET "\",\"Labels\":{}}]\n"
#define LISTED(id)	"{\"Id\":\"" id "\",\"Names\":[\"/web1\"]}"

/* Docker lists that container for our networks. */
static inline void
make_ours(struct fixture *f, const char *list)
{
	struct docker_request r = { .kind = DOCKER_LIST_CONTAINERS };
	char text[REQUEST_MAX];
	unsigned int before = f->nreplies;

	docker_broker_ask(f->broker, &r, 8);
	if (f->nreplies == before)
		tell_networks(f, OUR_NETWORKS);
	assert_int_equal(f->nreplies, before + 1);
	assert_int_equal(f->error, 0);
	answer(f, take_connection(f, text), list);
	close(f->pipe_fd);
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
}

/* Other engines may run on this machine.  0, or -1. */
static inline int
leave_other_engines(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 && mount(NULL, "/", NULL,
	    MS_REC | MS_PRIVATE, NULL) == 0 && mount("tmpfs", "/run", "tmpfs",
	    0, NULL) == 0)
		return 0;
	perror("a namespace without engines");
	return -1;
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif /* REGRESS_UNIT_PARENT_BROKER_FIXTURE_H */
