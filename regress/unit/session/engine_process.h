/*
 * The whole session engine as the parent runs it, in a process of its own, and the
 * other ends of all it has: the channels, and scripted neighbors on loopback
 * addresses of a private network namespace.  A further process makes the sockets that
 * the engine asks for, by the parent's own function, and passes on all else.  127.0.0.1 is the engine's, which
 * listens on port 179; neighbors are any other 127/8 and listen on port 1790.
 */
#ifndef REGRESS_UNIT_SESSION_ENGINE_PROCESS_H
#define REGRESS_UNIT_SESSION_ENGINE_PROCESS_H

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/session/session.h"
#include "bgplbd/tcp_options.h"
#include "common/channel.h"
#include "common/control.h"
#include "common/log.h"
#include "regress/unit/session/octets.h"

#define OUR_ADDRESS	"127.0.0.1"
#define OUR_PORT	179
#define PEER_PORT	1790
#define PATIENCE_MS	5000

/* AS 64512, 192.0.2.1, all that we can; hold time 90 s. */
#define OUR_OPEN	MARKER "0037 01 04 fc00 005a c0000201 1a 02 18" \
			"01 04 0001 00 01 01 04 0002 00 01 02 00 06 00" \
			"41 04 0000fc00 46 00 "
/* AS 65001, 127.0.0.2; without capabilities, and with the same as ours. */
#define PLAIN_OPEN	MARKER "001d 01 04 fde9 005a 7f000002 00 "
#define PEER_OPEN	MARKER "0033 01 04 fde9 005a 7f000002 16 02 14" \
			"01 04 0001 00 01 01 04 0002 00 01 02 00" \
			"41 04 0000fde9 "
#define KEEPALIVE	MARKER "0013 04 "
#define END_OF_RIB4	MARKER "0017 02 0000 0000 "
#define END_OF_RIB6	MARKER "001e 02 0000 0007 90 0f 0003 0002 01 "

/* Towards a neighbor that speaks IPv4 and 2-octet AS numbers; from 127.0.0.1. */
#define PATH2		"40 01 01 00 40 02 04 02 01 fc00 40 03 04 7f000001 "
#define ANNOUNCEMENT	MARKER "002e 02 0000 0012" PATH2 "20 0a000065 "

#define NEIGHBORS_MAX	32

struct engine_process {
	struct neighbor_settings	neighbors[NEIGHBORS_MAX];
	struct settings			settings;
	char				passwords[NEIGHBORS_MAX][SETTINGS_PASSWORD_MAX + 1];
	bool				unprotected[NEIGHBORS_MAX];
	bool				listens;
	bool				quiet;		/* no debug lines */
	struct control_neighbor		gone;		/* the last that was told */
	pid_t				pid;
	pid_t				opener;		/* makes sockets */
	unsigned int			opener_ms;	/* so late */
	bool				opener_loses;	/* the first socket */
	bool				opener_limits;	/* the first request */
	int				parent;		/* channels */
	int				rde;
	int				frontend;
	int				log;		/* its standard error */
};

/* cmocka group setup: a network of our own with nothing but loopback. */
static inline int
private_network(void **state)
{
	struct ifreq ifr;
	int fd;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (unshare(CLONE_NEWNET) == -1) {
		perror("unshare");
		return -1;
	}
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "lo", sizeof(ifr.ifr_name));
	ifr.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || ioctl(fd, SIOCSIFFLAGS, &ifr) == -1) {
		perror("lo");
		return -1;
	}
	return close(fd);
}

static inline void
engine_process_init(struct engine_process *e)
{
	memset(e, 0, sizeof(*e));
	settings_init(&e->settings);
	e->settings.neighbors = e->neighbors;
	assert_int_equal(address_parse("192.0.2.1", &e->settings.router_id),
	    0);
	/* Of the sessions within the host that most tests have; they go by IPv4. */
	assert_int_equal(address_parse("127.0.0.1", &e->settings.nexthop4),
	    0);
	e->listens = true;
}

/* In AS 65001, tried once a second. */
static inline struct neighbor_settings *
add_neighbor(struct engine_process *e, const char *address)
{
	struct neighbor_settings *n;

	assert_true(e->settings.nneighbors < NEIGHBORS_MAX);
	n = &e->neighbors[e->settings.nneighbors++];
	neighbor_settings_init(n);
	assert_int_equal(address_parse(address, &n->addr), 0);
	n->remote_as = 65001;
	n->port = PEER_PORT;
	n->connect_retry = 1;
	return n;
}

static inline int
listen_on(const char *text, uint16_t port)
{
	struct sockaddr_storage sa;
	struct address addr;
	const int on = 1;
	socklen_t len;
	int fd;

	assert_int_equal(address_parse(text, &addr), 0);
	len = address_to_sockaddr(&addr, port, 0, &sa);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd != -1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, len), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

static inline void
set_password(struct engine_process *e, struct neighbor_settings *n,
    const char *password)
{
	n->has_password = password[0] != '\0';
	strlcpy(e->passwords[n - e->neighbors], password,
	    sizeof(e->passwords[0]));
}

static inline void
pause_ms(unsigned int ms)
{
	const struct timespec ts = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L,
	};

	nanosleep(&ts, NULL);
}

/* All but these and the standard ones. */
static inline void
close_descriptors_but(const int *kept, size_t n)
{
	size_t i;
	int fd;

	for (fd = STDERR_FILENO + 1; fd < 256; fd++) {
		for (i = 0; i < n && kept[i] != fd; i++)
			;
		if (i == n)
			close(fd);
	}
}

/*
 * In the place of the parent.
 */

static inline void
opener_answer(int to, uint32_t number, const struct connect_answer *answer,
    int fd)
{
	struct channel_hdr hdr = {
		.type = MSG_PARENT_CONNECT,
		.len = sizeof(hdr) + sizeof(*answer),
		.peerid = number,
	};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov[2] = {
		{ &hdr, sizeof(hdr) },
		{ (void *)(uintptr_t)answer, sizeof(*answer) },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cmsg;

	if (fd != -1) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	}
	if (sendmsg(to, &msg, MSG_NOSIGNAL) == -1)
		_exit(0);
	if (fd != -1)
		close(fd);
}

static inline void
opener_serve(const struct engine_process *e, int to, uint32_t number,
    const struct connect_request *request)
{
	static unsigned int served;
	struct connect_answer answer = { .neighbor = request->neighbor };
	enum connect_step step;
	int fd;

	if (!connect_request_is_valid(&e->settings, request, sizeof(*request)))
		_exit(98);
	pause_ms(e->opener_ms);
	if (served++ == 0 && (e->opener_loses || e->opener_limits)) {
		answer.error = e->opener_limits ? EAGAIN : 0;
		answer.step = CONNECT_LIMIT;
		opener_answer(to, number, &answer, -1);
		return;
	}
	fd = neighbor_socket_connect(&e->neighbors[request->neighbor],
	    e->settings.as, e->passwords[request->neighbor], &step);
	if (fd == -1) {
		answer.error = errno;
		answer.step = step;
	}
	opener_answer(to, number, &answer, fd);
}

static inline void
opener_run(const struct engine_process *e, int engine, int test)
{
	struct pollfd fds[2] = {
		{ .fd = engine, .events = POLLIN },
		{ .fd = test, .events = POLLIN },
	};
	const int kept[2] = { engine, test };
	static struct {
		struct channel_hdr	hdr;
		uint8_t			data[CHANNEL_PAYLOAD_MAX];
	} p;
	struct connect_request request;
	unsigned int i;
	ssize_t n;

	close_descriptors_but(kept, 2);
	for (;;) {
		(void)poll(fds, 2, -1);
		for (i = 0; i < 2; i++) {
			if (fds[i].revents == 0)
				continue;
			n = recv(fds[i].fd, &p, sizeof(p), 0);
			if (n <= 0)
				_exit(0);
			if (p.hdr.type != MSG_SESSION_CONNECT) {
				(void)send(fds[1 - i].fd, &p, (size_t)n,
				    MSG_NOSIGNAL);
				continue;
			}
			memcpy(&request, p.data, sizeof(request));
			opener_serve(e, engine, p.hdr.peerid, &request);
		}
	}
}

/* As in the daemon, the process has what it is given and nothing else. */
static inline void
engine_process_child(struct engine_process *e, struct session_fds fds)
{
	const int kept[4] = { fds.parent, fds.rde, fds.frontend, fds.listen4 };

	if (dup2(e->log, STDERR_FILENO) == -1)
		_exit(99);
	close_descriptors_but(kept, 4);
	log_init("session", !e->quiet);
	session_run(&e->settings, &fds);
}

/* Of a test that failed in the middle; for cmocka's teardown. */
static pid_t engine_process_running;
static pid_t engine_process_opener;

static inline void
end_process(pid_t *pid)
{
	if (*pid == 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

static inline int
engine_process_kill(void **state)
{
	(void)state;
	end_process(&engine_process_running);
	end_process(&engine_process_opener);
	return 0;
}

#define ENGINE_TEST(f)	cmocka_unit_test_teardown(f, engine_process_kill)

static inline int
engine_process_wait(struct engine_process *e)
{
	int status;

	assert_int_equal(waitpid(e->pid, &status, 0), e->pid);
	engine_process_running = 0;
	end_process(&engine_process_opener);
	return status;
}

/* With the passwords, as the parent hands it over. */
static inline int
listen_for_engine(struct engine_process *e)
{
	int fd = listen_on(OUR_ADDRESS, OUR_PORT);
	size_t i;

	tcp_options_set_listening(fd, AFI_IPV4);
	for (i = 0; i < e->settings.nneighbors; i++)
		e->unprotected[i] = e->neighbors[i].has_password &&
		    e->neighbors[i].addr.afi == AFI_IPV4 &&
		    neighbor_socket_set_password(fd, &e->neighbors[i],
		    e->passwords[i]) == -1;
	return fd;
}

static inline void
engine_process_start(struct engine_process *e)
{
	struct session_fds fds = {
		.listen4 = -1, .listen6 = -1, .unprotected = e->unprotected
	};
	int frontend[2], opener[2], parent[2], rde[2];

	assert_int_equal(channel_pair(opener), 0);
	assert_int_equal(channel_pair(parent), 0);
	assert_int_equal(channel_pair(rde), 0);
	assert_int_equal(channel_pair(frontend), 0);
	fds.parent = parent[1];
	fds.rde = rde[1];
	fds.frontend = frontend[1];
	if (e->listens)
		fds.listen4 = listen_for_engine(e);
	e->parent = opener[0];
	e->rde = rde[0];
	e->frontend = frontend[0];
	e->log = memfd_create("log", MFD_CLOEXEC);
	assert_true(e->log != -1);
	fflush(NULL);
	e->pid = fork();
	assert_true(e->pid != -1);
	if (e->pid == 0)
		engine_process_child(e, fds);
	engine_process_running = e->pid;
	e->opener = fork();
	assert_true(e->opener != -1);
	if (e->opener == 0)
		opener_run(e, parent[0], opener[1]);
	engine_process_opener = e->opener;
	close(parent[0]);
	close(opener[1]);
	close(fds.parent);
	close(fds.rde);
	close(fds.frontend);
	if (fds.listen4 != -1)
		close(fds.listen4);
}

/* Its log so far; shown when a test fails. */
static inline const char *
engine_process_log(const struct engine_process *e)
{
	static char text[65536];
	ssize_t n;

	n = pread(e->log, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* How many descriptors it has. */
static inline unsigned int
count_descriptors(const struct engine_process *e)
{
	unsigned int n = 0;
	char path[64];
	int fd;

	for (fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)e->pid,
		    fd);
		n += faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
	return n;
}

static inline unsigned int
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned int)(ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

static inline void
expect_descriptors(const struct engine_process *e, unsigned int n)
{
	unsigned int waited;

	for (waited = 0; waited < PATIENCE_MS; waited += 5) {
		if (count_descriptors(e) == n)
			return;
		pause_ms(5);
	}
	assert_int_equal(count_descriptors(e), n);
}

static inline void
expect_log(const struct engine_process *e, const char *text)
{
	unsigned int waited;

	for (waited = 0; waited < PATIENCE_MS; waited += 5) {
		if (strstr(engine_process_log(e), text) != NULL)
			return;
		pause_ms(5);
	}
	print_error("%s", engine_process_log(e));
	fail_msg("not in the log: %s", text);
}

/* Lines of the log so far that have the text in them. */
static inline unsigned int
log_times(const struct engine_process *e, const char *text)
{
	const char *at = engine_process_log(e);
	unsigned int n = 0;

	while ((at = strstr(at, text)) != NULL) {
		n++;
		at += strlen(text);
	}
	return n;
}

static inline void
expect_log_times(const struct engine_process *e, const char *text,
    unsigned int times)
{
	expect_log(e, text);
	assert_int_equal(log_times(e, text), times);
}

/* True if there is something to read within ms. */
static inline bool
readable_within(int fd, unsigned int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, (int)ms) == 1;
}

/* One that connects to us, 127.0.0.2. */
static inline void
engine_process_start_passive(struct engine_process *e)
{
	engine_process_init(e);
	add_neighbor(e, "127.0.0.2")->passive = true;
	engine_process_start(e);
}

/*
 * The other ends of its channels.
 */

struct packet {
	struct channel_hdr	hdr;
	union {
		struct control_neighbor	neighbor;
		struct control_result	result;
		struct barrier		barrier;
		struct nexthop_query	query;
		struct control_told	told;
		struct control_advertisement advertisement;
		uint8_t			bytes[CHANNEL_PAYLOAD_MAX];
	} data;
};

static inline void
send_packet(int fd, uint32_t type, uint32_t peerid, const void *data,
    size_t len)
{
	struct packet p = { .hdr = { .type = type, .peerid = peerid } };

	assert_true(len <= sizeof(p.data));
	p.hdr.len = (uint32_t)(sizeof(p.hdr) + len);
	if (len > 0)
		memcpy(&p.data, data, len);
	assert_int_equal(send(fd, &p, p.hdr.len, 0), p.hdr.len);
}

static inline struct packet
receive_packet(int fd)
{
	struct packet p;
	ssize_t n;

	memset(&p, 0, sizeof(p));
	assert_true(readable_within(fd, PATIENCE_MS));
	n = recv(fd, &p, sizeof(p), 0);
	assert_true(n >= (ssize_t)sizeof(p.hdr));
	return p;
}

static inline struct packet
expect_packet(int fd, uint32_t type)
{
	struct packet p = receive_packet(fd);

	/* Those that a session brings are only of interest where they are asked for. */
	while (p.hdr.type == MSG_SESSION_NEXTHOP &&
	    (type != MSG_SESSION_NEXTHOP ||
	    !address_is_set(&p.data.query.local)))
		p = receive_packet(fd);
	assert_int_equal(p.hdr.type, type);
	return p;
}

static inline struct address
address(const char *text)
{
	struct address a = { .afi = AFI_NONE };

	if (text != NULL)
		assert_int_equal(address_parse(text, &a), 0);
	return a;
}

/* The session's address is one of the host; that of its interface, or NULL. */
static inline void
answer_nexthop(struct engine_process *e, const struct packet *query,
    const char *interface6)
{
	struct nexthop_answer answer;

	memset(&answer, 0, sizeof(answer));
	answer.local = query->data.query.local;
	answer.local_state = HOST_ADDRESS_USABLE;
	answer.router_id_state = HOST_ADDRESS_USABLE;
	answer.interface6 = address(interface6);
	if (interface6 != NULL)
		answer.interface6_state = HOST_ADDRESS_USABLE;
	send_packet(e->rde, MSG_RDE_NEXTHOP, query->hdr.peerid, &answer,
	    sizeof(answer));
}

static inline void
send_prefix(struct engine_process *e, uint32_t type, const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	send_packet(e->rde, type, 0, &p, sizeof(p));
}

static inline void
announce_with(struct engine_process *e, const char *text, uint16_t endpoints,
    bool leaving)
{
	struct announcement a;

	memset(&a, 0, sizeof(a));
	assert_int_equal(prefix_parse(text, &a.prefix), 0);
	a.endpoints = endpoints;
	a.leaving = leaving;
	send_packet(e->rde, MSG_RDE_ANNOUNCE, 0, &a, sizeof(a));
}

static inline void
announce(struct engine_process *e, const char *text)
{
	announce_with(e, text, 1, false);
}

static inline void
withdraw(struct engine_process *e, const char *text)
{
	send_prefix(e, MSG_RDE_WITHDRAW, text);
}

static inline void
send_barrier(struct engine_process *e, uint64_t sequence)
{
	const struct barrier b = { .sequence = sequence };

	send_packet(e->rde, MSG_RDE_BARRIER, 0, &b, sizeof(b));
}

static inline void
expect_barrier(struct engine_process *e, uint64_t sequence)
{
	assert_int_equal(expect_packet(e->rde, MSG_SESSION_BARRIER)
	    .data.barrier.sequence, sequence);
}

/* What bgplbctl would see: how many neighbors, and the one in this place. */
static inline size_t
show_neighbors(struct engine_process *e, size_t index,
    struct control_neighbor *out)
{
	struct packet p;
	size_t count = 0;

	memset(out, 0, sizeof(*out));
	send_packet(e->frontend, CONTROL_SHOW_NEIGHBORS, 77, NULL, 0);
	while ((p = receive_packet(e->frontend)).hdr.type ==
	    CONTROL_NEIGHBOR || p.hdr.type == MSG_CONTROL_PAUSED) {
		assert_int_equal(p.hdr.peerid, 77);
		if (p.hdr.type == MSG_CONTROL_PAUSED) {
			send_packet(e->frontend, MSG_FRONTEND_CONTINUE, 77,
			    NULL, 0);
			continue;
		}
		assert_true(control_reply_is_valid(p.hdr.type, &p.data,
		    p.hdr.len - sizeof(p.hdr)));
		if (p.data.neighbor.gone) {
			e->gone = p.data.neighbor;
			continue;
		}
		if (count++ == index)
			*out = p.data.neighbor;
	}
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	assert_int_equal(p.hdr.peerid, 77);
	assert_int_equal(p.data.result.outcome, CONTROL_OK);
	return count;
}

static inline struct control_neighbor
show_neighbor(struct engine_process *e, size_t index)
{
	struct control_neighbor out;

	assert_true(show_neighbors(e, index, &out) > index);
	return out;
}

/* What bgplbctl show prefixes would see: of the only prefix, and of one neighbor. */
static inline struct control_told
show_told(struct engine_process *e)
{
	struct control_told told;
	struct packet p;

	send_packet(e->frontend, CONTROL_SHOW_TOLD, 6, NULL, 0);
	p = expect_packet(e->frontend, CONTROL_TOLD);
	assert_true(control_reply_is_valid(p.hdr.type, &p.data,
	    p.hdr.len - sizeof(p.hdr)));
	told = p.data.told;
	expect_packet(e->frontend, CONTROL_RESULT);
	return told;
}

static inline struct control_advertisement
show_advertisement(struct engine_process *e, const char *prefix, size_t index)
{
	struct control_advertisement found;
	struct packet p;
	struct prefix asked;
	size_t count = 0;

	memset(&found, 0, sizeof(found));
	assert_int_equal(prefix_parse(prefix, &asked), 0);
	send_packet(e->frontend, CONTROL_SHOW_ADVERTISEMENTS, 6, &asked,
	    sizeof(asked));
	while ((p = receive_packet(e->frontend)).hdr.type ==
	    CONTROL_ADVERTISEMENT) {
		assert_true(control_reply_is_valid(p.hdr.type, &p.data,
		    p.hdr.len - sizeof(p.hdr)));
		if (count++ == index)
			found = p.data.advertisement;
	}
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	return found;
}

/* What bgplbctl neighbor orders. */
static inline struct control_result
order(struct engine_process *e, uint32_t type, const char *address,
    const char *reason)
{
	struct control_neighbor_order o;
	struct packet p;

	memset(&o, 0, sizeof(o));
	assert_int_equal(address_parse(address, &o.addr), 0);
	strlcpy(o.reason, reason, sizeof(o.reason));
	send_packet(e->frontend, type, 5, &o, sizeof(o));
	p = expect_packet(e->frontend, CONTROL_RESULT);
	assert_int_equal(p.hdr.peerid, 5);
	return p.data.result;
}

/* It was told to end, and does so in good order. */
static inline void
engine_process_end(struct engine_process *e)
{
	int status = engine_process_wait(e);

	if (status != 0)
		print_error("%s", engine_process_log(e));
	assert_int_equal(status, 0);
	close(e->parent);
	close(e->rde);
	close(e->frontend);
	close(e->log);
}

/* Orderly, and with nothing lost on the way. */
static inline void
engine_process_stop(struct engine_process *e)
{
	send_packet(e->parent, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	engine_process_end(e);
}

/*
 * Scripted neighbors.
 */

static inline int
peer_listen(const char *address)
{
	return listen_on(address, PEER_PORT);
}

static inline int
peer_accept(int listening)
{
	int fd;

	assert_true(readable_within(listening, PATIENCE_MS));
	fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	assert_true(fd != -1);
	return fd;
}

static inline int
peer_socket(const char *from)
{
	struct sockaddr_storage sa;
	struct address addr;
	socklen_t len;
	int fd;

	assert_int_equal(address_parse(from, &addr), 0);
	len = address_to_sockaddr(&addr, 0, 0, &sa);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, len), 0);
	return fd;
}

static inline int
connect_to_us(int fd)
{
	struct sockaddr_storage sa;
	struct address addr;
	socklen_t len;

	assert_int_equal(address_parse(OUR_ADDRESS, &addr), 0);
	len = address_to_sockaddr(&addr, OUR_PORT, 0, &sa);
	return connect(fd, (struct sockaddr *)&sa, len);
}

static inline int
peer_connect(const char *from)
{
	int fd = peer_socket(from);

	assert_int_equal(connect_to_us(fd), 0);
	return fd;
}

static inline void
peer_send(int fd, const char *hex)
{
	const struct octets o = octets(hex);

	assert_int_equal(send(fd, o.data, o.len, 0), o.len);
}

/* Reads n bytes, or fails. */
static inline void
peer_read(int fd, uint8_t *buf, size_t n)
{
	size_t got = 0;
	ssize_t r;

	while (got < n) {
		if (!readable_within(fd, PATIENCE_MS))
			fail_msg("%zu bytes of %zu, then silence", got, n);
		r = recv(fd, &buf[got], n - got, 0);
		if (r <= 0)
			fail_msg("%zu bytes of %zu, then closed", got, n);
		got += (size_t)r;
	}
}

static inline void
peer_expect(int fd, const char *hex)
{
	const struct octets expected = octets(hex);
	static uint8_t buf[OCTETS_MAX];

	peer_read(fd, buf, expected.len);
	assert_memory_equal(buf, expected.data, expected.len);
}

static inline void
peer_expect_silence(int fd, unsigned int ms)
{
	assert_false(readable_within(fd, ms));
}

static inline void
peer_expect_closed(int fd)
{
	uint8_t byte;
	ssize_t n;

	assert_true(readable_within(fd, PATIENCE_MS));
	n = recv(fd, &byte, 1, 0);
	assert_true(n == 0 || (n == -1 && errno == ECONNRESET));
	close(fd);
}

/* From an accepted or connected socket to Established. */
static inline void
peer_establish(int fd, const char *open)
{
	peer_expect(fd, OUR_OPEN);
	peer_send(fd, open);
	peer_expect(fd, KEEPALIVE);
	peer_send(fd, KEEPALIVE);
}

static inline int
peer_established(const char *from)
{
	int fd = peer_connect(from);

	peer_establish(fd, PLAIN_OPEN);
	return fd;
}

/* TCP MD5 with this other end. */
static inline void
peer_set_password(int fd, const char *address, const char *password)
{
	struct tcp_md5sig md5;
	struct address addr;

	memset(&md5, 0, sizeof(md5));
	assert_int_equal(address_parse(address, &addr), 0);
	address_to_sockaddr(&addr, 0, 0,
	    (struct sockaddr_storage *)&md5.tcpm_addr);
	md5.tcpm_keylen = (uint16_t)strlen(password);
	memcpy(md5.tcpm_key, password, md5.tcpm_keylen);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &md5,
	    sizeof(md5)), 0);
}

/* Nobody answers, as without the right password. */
static inline void
peer_expect_no_connection(const char *from)
{
	const struct timeval soon = { .tv_sec = 1 };
	int fd = peer_socket(from);

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon,
	    sizeof(soon)), 0);
	assert_int_equal(connect_to_us(fd), -1);
	close(fd);
}

/* The connection is reset, as by a machine that knows nothing of it. */
static inline void
peer_reset(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now,
	    sizeof(now)), 0);
	close(fd);
}

#endif /* REGRESS_UNIT_SESSION_ENGINE_PROCESS_H */
