/*
 * Runs the whole rde in a child process and a network namespace of its own; the
 * test plays parent, session engine and frontend at the other ends of its channels.
 * One packet is one message: a header, and its payload (common/channel.h).
 */
#ifndef REGRESS_RDE_ENGINE_HARNESS_H
#define REGRESS_RDE_ENGINE_HARNESS_H

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/rde/rde.h"
#include "bgplbd/settings.h"
#include "common/channel.h"
#include "common/clock.h"
#include "common/control.h"
#include "common/log.h"
#include "regress/unit/rde/fixtures.h"

#define ANSWER_MS	15000	/* a busy machine with sanitizers */
#define SILENCE_MS	60

#define P4		"10.0.0.101/32"
#define P6		"2001:db8:0:1000::101/128"

struct engine {
	struct settings	settings;
	pid_t		pid;		/* 0: does not run */
	int		parent;
	int		session;
	int		frontend;
	int		log;
	size_t		own_networks;	/* that it named at its start */
};

/* The engine's clocks, in place of the library's; the offset is shared with it. */
static uint64_t *clock_offset;

uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000 +
	    __atomic_load_n(clock_offset, __ATOMIC_SEQ_CST)) *
	    CLOCK_NS_PER_MS + (uint64_t)now.tv_nsec;
}

uint64_t
clock_ms(void)
{
	return clock_ns() / CLOCK_NS_PER_MS;
}

int64_t
clock_wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 * CLOCK_NS_PER_MS + now.tv_nsec;
}

struct received {
	struct channel_hdr	hdr;
	_Alignas(16) char	data[CHANNEL_PAYLOAD_MAX];
	size_t			len;
};

/*
 * As the parent does it: another user, CAP_NET_ADMIN and nothing else, an empty
 * root.  Not with sanitizers, which read /proc and trace the process at its end.
 */
static inline void
confine(void)
{
#ifndef __SANITIZE_ADDRESS__
	char root[] = "/tmp/rde-root.XXXXXX";

	if (mkdtemp(root) == NULL || chdir(root) == -1 || rmdir(root) == -1 ||
	    chroot(".") == -1)
		_exit(99);
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
	    CAP_NET_ADMIN) != 0 ||
	    capng_change_id(65534, 65534, CAPNG_DROP_SUPP_GRP) != 0)
		_exit(99);
#endif
}

/* How it ended: its exit status, or -1. */
static inline int
engine_status(struct engine *e)
{
	int status;

	assert_int_equal(waitpid(e->pid, &status, 0), e->pid);
	e->pid = 0;
	close(e->parent);
	close(e->session);
	close(e->frontend);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline void
send_to(int fd, uint32_t type, uint32_t peerid, const void *data, size_t len)
{
	struct channel_hdr hdr = {
		.type = type, .len = (uint32_t)(sizeof(hdr) + len),
		.peerid = peerid
	};
	struct iovec iov[2] = {
		{ .iov_base = &hdr, .iov_len = sizeof(hdr) },
		{ .iov_base = (void *)(uintptr_t)data, .iov_len = len }
	};

	assert_int_equal(writev(fd, iov, 2), sizeof(hdr) + len);
}

/* False if nothing comes within the time. */
static inline bool
receive_from(int fd, struct received *r, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct iovec iov[2] = {
		{ .iov_base = &r->hdr, .iov_len = sizeof(r->hdr) },
		{ .iov_base = r->data, .iov_len = sizeof(r->data) }
	};
	ssize_t n;

	if (poll(&pfd, 1, ms) != 1)
		return false;
	n = readv(fd, iov, 2);
	if (n <= 0)
		fail_msg("the rde has ended");
	r->len = (size_t)n - sizeof(r->hdr);
	return true;
}

static inline void
expect(int fd, uint32_t type, struct received *r)
{
	if (!receive_from(fd, r, ANSWER_MS))
		fail_msg("no message; %u was expected", type);
	if (r->hdr.type != type)
		fail_msg("message %u instead of %u", r->hdr.type, type);
}

static inline void
expect_nothing(int fd)
{
	struct received r;

	if (receive_from(fd, &r, SILENCE_MS))
		fail_msg("unexpected message %u", r.hdr.type);
}

/* What it says first, before it is told anything. */
static inline void
receive_own_networks(struct engine *e)
{
	struct received r;

	e->own_networks = 0;
	do {
		expect(e->frontend, MSG_RDE_OWN_NETWORKS, &r);
		assert_true(frontend_rde_is_valid(r.hdr.type, r.data, r.len));
		e->own_networks += r.len / sizeof(struct object_id);
	} while (r.len == OWN_NETWORKS_PER_MESSAGE * sizeof(struct object_id));
}

static inline void
start_engine(struct engine *e)
{
	int parent[2], session[2], frontend[2];
	struct rde_fds fds;

	assert_int_equal(channel_pair(parent), 0);
	assert_int_equal(channel_pair(session), 0);
	assert_int_equal(channel_pair(frontend), 0);
	e->parent = parent[0];
	e->session = session[0];
	e->frontend = frontend[0];
	fflush(NULL);
	if ((e->pid = fork()) == 0) {
		close(parent[0]);
		close(session[0]);
		close(frontend[0]);
		dup2(e->log, STDERR_FILENO);
		fds.parent = parent[1];
		fds.session = session[1];
		fds.frontend = frontend[1];
		log_init("rde", 1);
		rde_open_netlink(&fds.netlink, &fds.netlink_monitor);
		confine();
		rde_run(&e->settings, &fds);
	}
	assert_true(e->pid > 0);
	close(parent[1]);
	close(session[1]);
	close(frontend[1]);
	receive_own_networks(e);
}

static inline void
stop_engine(struct engine *e)
{
	send_to(e->parent, MSG_PARENT_SHUTDOWN, 0, NULL, 0);
	assert_int_equal(engine_status(e), 0);
}

static inline bool
log_has(struct engine *e, const char *text)
{
	static char buf[1 << 20];
	ssize_t n = pread(e->log, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return strstr(buf, text) != NULL;
}

static inline unsigned int
log_count(struct engine *e, const char *text)
{
	static char buf[1 << 20];
	ssize_t n = pread(e->log, buf, sizeof(buf) - 1, 0);
	const char *at = buf;
	unsigned int count = 0;

	buf[n > 0 ? n : 0] = '\0';
	while ((at = strstr(at, text)) != NULL) {
		at += strlen(text);
		count++;
	}
	return count;
}

static inline void
send_state(struct engine *e, const char *withdrawn)
{
	struct state_list list;

	memset(&list, 0, sizeof(list));
	if (withdrawn != NULL) {
		list.withdrawn[0] = prefix(withdrawn);
		list.count = 1;
	}
	send_to(e->parent, MSG_PARENT_STATE, 0, &list, sizeof(list));
}

static inline int
setup_engine(void **state)
{
	struct engine *e = calloc(1, sizeof(*e));

	assert_non_null(e);
	*state = e;
	if (geteuid() != 0)
		return 0;
	enter_namespace();
	if (clock_offset == NULL) {
		clock_offset = mmap(NULL, sizeof(*clock_offset), PROT_READ |
		    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		assert_true(clock_offset != MAP_FAILED);
	}
	settings_init(&e->settings);
	e->settings.drain_delay_ms = 500;
	e->settings.linger_ms = 0;
	e->log = memfd_create("log", MFD_CLOEXEC);
	assert_true(e->log >= 0);
	start_engine(e);
	send_state(e, NULL);
	return 0;
}

static inline int
teardown_engine(void **state)
{
	struct engine *e = *state;

	if (e->pid != 0) {
		kill(e->pid, SIGKILL);
		engine_status(e);
	}
	close(e->log);
	free(e);
	return 0;
}

/* Of a test's first line; skips it without root. */
static inline struct engine *
engine(void **state)
{
	if (geteuid() != 0)
		skip();
	return *state;
}

/* Plugin calls.  Network, endpoint and container n have the id of that number. */
static inline struct plugin_reply
call(struct engine *e, uint32_t type, const void *data, size_t len)
{
	static uint32_t sequence = 1000;
	struct plugin_reply reply;
	struct received r;

	send_to(e->frontend, type, ++sequence, data, len);
	expect(e->frontend, MSG_RDE_PLUGIN_REPLY, &r);
	assert_int_equal(r.hdr.peerid, sequence);
	assert_true(frontend_rde_is_valid(r.hdr.type, r.data, r.len));
	memcpy(&reply, r.data, sizeof(reply));
	return reply;
}

static inline struct plugin_reply
call_network(struct engine *e, uint32_t type, unsigned int number,
    const char *v4, const char *v6)
{
	struct plugin_network n;

	memset(&n, 0, sizeof(n));
	n.network = numbered_id(number, 'a');
	if (v4 != NULL)
		n.v4 = prefix(v4);
	if (v6 != NULL)
		n.v6 = prefix(v6);
	return call(e, type, &n, sizeof(n));
}

static inline struct plugin_reply
call_endpoint(struct engine *e, uint32_t type, unsigned int number,
    unsigned int network, const char *v4, const char *v6)
{
	struct plugin_endpoint p;

	memset(&p, 0, sizeof(p));
	p.network = numbered_id(network, 'a');
	p.endpoint = numbered_id(number, 'b');
	if (v4 != NULL)
		p.v4 = prefix(v4);
	if (v6 != NULL)
		p.v6 = prefix(v6);
	return call(e, type, &p, sizeof(p));
}

static inline void
assert_done(struct plugin_reply reply)
{
	if (reply.error != 0)
		fail_msg("refused: %s", reply.text);
}

static inline void
create_network(struct engine *e, unsigned int number, const char *v4,
    const char *v6)
{
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_CREATE, number, v4,
	    v6));
}

/* Creates the endpoint and joins it. */
static inline void
join(struct engine *e, unsigned int number, unsigned int network,
    const char *v4, const char *v6)
{
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_CREATE, number,
	    network, v4, v6));
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_JOIN, number,
	    network, NULL, NULL));
}

static inline void
leave(struct engine *e, unsigned int number, unsigned int network)
{
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_LEAVE, number,
	    network, NULL, NULL));
}

/* Facts. */
static inline void
sync_begins(struct engine *e)
{
	send_to(e->frontend, MSG_FRONTEND_SYNC_BEGIN, 0, NULL, 0);
}

static inline void
sync_ends(struct engine *e)
{
	const struct sync_end end = { .incomplete = 0 };

	send_to(e->frontend, MSG_FRONTEND_SYNC_END, 0, &end, sizeof(end));
}

/* Something that Docker listed could not be read. */
static inline void
sync_ends_incomplete(struct engine *e)
{
	const struct sync_end end = { .incomplete = 1 };

	send_to(e->frontend, MSG_FRONTEND_SYNC_END, 0, &end, sizeof(end));
}

static inline void
tell_network(struct engine *e, unsigned int number, bool ours,
    const char *subnet, const char *subnet2)
{
	struct network_fact f;

	memset(&f, 0, sizeof(f));
	f.network = numbered_id(number, 'a');
	snprintf(f.name, sizeof(f.name), "web%u", number);
	f.ours = ours;
	f.labelled = !ours;
	if (subnet != NULL)
		f.subnets[f.nsubnets++] = prefix(subnet);
	if (subnet2 != NULL)
		f.subnets[f.nsubnets++] = prefix(subnet2);
	send_to(e->frontend, MSG_FRONTEND_NETWORK, 0, &f, sizeof(f));
}

/* A container that runs, with endpoint number of the network. */
static inline struct container_fact
container(unsigned int number, unsigned int network, const char *v4,
    const char *v6, enum health health)
{
	struct container_fact f;

	memset(&f, 0, sizeof(f));
	f.container = numbered_id(number, 'c');
	snprintf(f.name, sizeof(f.name), "web-%u", number);
	f.started_at = 1000;
	f.stop_signal = SIGTERM;
	f.stop_timeout = STOP_TIMEOUT_SECONDS;
	f.pid = (int)number + 1000;
	f.running = 1;
	f.health = (uint8_t)health;
	f.nendpoints = 1;
	f.endpoints[0].network = numbered_id(network, 'a');
	f.endpoints[0].endpoint = numbered_id(number, 'b');
	if (v4 != NULL)
		f.endpoints[0].v4 = prefix(v4);
	if (v6 != NULL)
		f.endpoints[0].v6 = prefix(v6);
	return f;
}

static inline void
tell_container(struct engine *e, struct container_fact f)
{
	send_to(e->frontend, MSG_FRONTEND_CONTAINER, 0, &f,
	    container_fact_size(&f));
}

static inline void
tell_health(struct engine *e, unsigned int number, enum health health)
{
	struct container_health f;

	memset(&f, 0, sizeof(f));
	f.container = numbered_id(number, 'c');
	f.health = health;
	send_to(e->frontend, MSG_FRONTEND_CONTAINER_HEALTH, 0, &f,
	    sizeof(f));
}

static inline void
tell_signal(struct engine *e, unsigned int number, int signal)
{
	struct container_signal f;

	memset(&f, 0, sizeof(f));
	f.container = numbered_id(number, 'c');
	f.signal = signal;
	send_to(e->frontend, MSG_FRONTEND_CONTAINER_SIGNAL, 0, &f,
	    sizeof(f));
}

static inline void
tell_paused(struct engine *e, unsigned int number, bool paused)
{
	struct container_paused f;

	memset(&f, 0, sizeof(f));
	f.container = numbered_id(number, 'c');
	f.paused = paused;
	send_to(e->frontend, MSG_FRONTEND_CONTAINER_PAUSED, 0, &f,
	    sizeof(f));
}

static inline void
tell_id(struct engine *e, uint32_t type, struct object_id id)
{
	send_to(e->frontend, type, 0, &id, sizeof(id));
}

/* What the session engine is told: prefixes in order, the second may be NULL. */
static inline void
expect_prefixes(struct engine *e, uint32_t type, const char *first,
    const char *second)
{
	struct prefix p[2] = { prefix(first) };
	struct received r;
	size_t n = 1;

	if (second != NULL)
		p[n++] = prefix(second);
	expect(e->session, type, &r);
	assert_true(rde_session_is_valid(r.hdr.type, r.data, r.len));
	assert_int_equal(r.len, n * sizeof(p[0]));
	assert_memory_equal(r.data, p, n * sizeof(p[0]));
}

static inline void
expect_announce_with(struct engine *e, const char *first, const char *second,
    uint16_t endpoints, bool leaving)
{
	struct announcement a[2];
	struct received r;
	size_t n = second != NULL ? 2 : 1;

	memset(a, 0, sizeof(a));
	a[0].prefix = prefix(first);
	if (second != NULL)
		a[1].prefix = prefix(second);
	a[0].endpoints = a[1].endpoints = endpoints;
	a[0].leaving = a[1].leaving = leaving;
	expect(e->session, MSG_RDE_ANNOUNCE, &r);
	assert_true(rde_session_is_valid(r.hdr.type, r.data, r.len));
	assert_int_equal(r.len, n * sizeof(a[0]));
	assert_memory_equal(r.data, a, n * sizeof(a[0]));
}

static inline void
expect_announce(struct engine *e, const char *first, const char *second)
{
	expect_announce_with(e, first, second, 0, false);
}

/* A withdrawal with its barrier, whose number is returned; not yet answered. */
static inline uint64_t
expect_withdraw(struct engine *e, const char *first, const char *second)
{
	struct received r;
	struct barrier barrier;

	expect_prefixes(e, MSG_RDE_WITHDRAW, first, second);
	expect(e->session, MSG_RDE_BARRIER, &r);
	assert_int_equal(r.len, sizeof(barrier));
	memcpy(&barrier, r.data, sizeof(barrier));
	return barrier.sequence;
}

static inline void
answer_barrier(struct engine *e, uint64_t sequence)
{
	struct barrier barrier = { .sequence = sequence };

	send_to(e->session, MSG_SESSION_BARRIER, 0, &barrier,
	    sizeof(barrier));
}

static inline void
expect_ready(struct engine *e)
{
	struct received r;

	expect(e->session, MSG_RDE_READY, &r);
	assert_int_equal(r.len, 0);
}

/*
 * All that was sent before has been handled, and decided anew after it (by a fact
 * of no container): the session engine is told nothing more.
 */
static inline void
settle(struct engine *e)
{
	struct nexthop_query q = { .local = address("192.0.2.77") };
	struct received r;
	struct plugin_reply reply;

	tell_health(e, 0xffff, HEALTH_HEALTHY);
	reply = call_endpoint(e, MSG_FRONTEND_ENDPOINT_LEAVE, 0xffff, 0xffff,
	    NULL, NULL);
	assert_int_equal(reply.error, 0);
	send_to(e->session, MSG_SESSION_NEXTHOP, 77, &q, sizeof(q));
	expect(e->session, MSG_RDE_NEXTHOP, &r);
	assert_int_equal(r.hdr.peerid, 77);
}

/* The time in which Docker would have started any container. */
static inline void
let_starts_end(struct engine *e)
{
	settle(e);
	__atomic_add_fetch(clock_offset, STARTING_MS, __ATOMIC_SEQ_CST);
}

/* Network 1 with P4 and P6, in sync, nothing in it; READY has been received. */
static inline void
begin_with_network(struct engine *e)
{
	create_network(e, 1, P4, P6);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	sync_ends(e);
	expect_ready(e);
}

/* And container 1 healthy in it, announced. */
static inline void
begin_with_container(struct engine *e)
{
	begin_with_network(e);
	join(e, 1, 1, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	expect_announce(e, P4, P6);
}

static inline bool
has_route(const char *addr)
{
	char text[128];

	snprintf(text, sizeof(text), "%s dev bgplb-", addr);
	return output_has("ip route; ip -6 route", text);
}

/* Another namespace that ends may keep the kernel's links locked for a while. */
static inline void
await_no_route(const char *addr)
{
	int ms;

	for (ms = 0; has_route(addr); ms += 20) {
		if (ms > ANSWER_MS)
			fail_msg("the route to %s stays", addr);
		usleep(20000);
	}
}

static inline bool
has_neighbor(const char *addr)
{
	char text[128];

	snprintf(text, sizeof(text), "%s dev bgplb-", addr);
	return output_has("ip neigh show nud permanent", text);
}

#define ENGINE_TEST(f) \
	cmocka_unit_test_setup_teardown(f, setup_engine, teardown_engine)

#endif /* REGRESS_RDE_ENGINE_HARNESS_H */
