/*
 * A neighbor that asks for all prefixes again and again, and another one beside it:
 * what the storm costs the engine, and how long the other waits for its UPDATEs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bgplbd/session/adjacency.h"
#include "regress/unit/session/engine_process.h"

#define PREFIXES	3000
#define REQUESTS	100000
#define SAMPLES		40
#define GAP_MS		20
#define REFRESH		MARKER "0017 05 0001 00 01"
#define REFRESH_SIZE	23

/* Of an UPDATE with 10.0.0.101/32, and of one that withdraws it. */
#define ANNOUNCED_SIZE	46
#define WITHDRAWN_SIZE	28

static void
announce_table(struct engine_process *e)
{
	struct announcement list[ANNOUNCEMENTS_PER_MESSAGE];
	struct address addr;
	uint32_t i, n = 0;

	memset(list, 0, sizeof(list));
	for (i = 0; i < PREFIXES; i++) {
		addr = address_from_ipv4(0x0b000000 + i);
		assert_int_equal(prefix_make(&addr, 32, &list[n++].prefix), 0);
		if (n == ANNOUNCEMENTS_PER_MESSAGE || i == PREFIXES - 1) {
			send_packet(e->rde, MSG_RDE_ANNOUNCE, 0, list,
			    n * sizeof(list[0]));
			n = 0;
		}
	}
}

/* Reads what comes until nothing does for a while. */
static size_t
drain(int fd, unsigned int quiet_ms)
{
	static uint8_t buf[65536];
	size_t bytes = 0;
	ssize_t n;

	while (readable_within(fd, quiet_ms) &&
	    (n = recv(fd, buf, sizeof(buf), 0)) > 0)
		bytes += (size_t)n;
	return bytes;
}

static void
write_all(int fd, const uint8_t *data, size_t size)
{
	static uint8_t in[65536];
	struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLOUT };
	size_t at = 0;
	ssize_t n;

	while (at < size) {
		if (poll(&pfd, 1, PATIENCE_MS) != 1)
			_exit(1);
		if (pfd.revents & POLLIN) {
			n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
			if (n == 0)
				_exit(2);
		}
		n = send(fd, &data[at], size - at, MSG_DONTWAIT);
		if (n > 0)
			at += (size_t)n;
	}
}

/* In a process of its own: all requests at once, as fast as they are taken. */
static pid_t
storm_begin(int fd)
{
	const struct octets o = octets(REFRESH);
	pid_t pid;
	uint8_t *all;
	size_t i;

	fflush(NULL);
	pid = fork();
	assert_true(pid != -1);
	if (pid != 0)
		return pid;
	all = malloc((size_t)REQUESTS * REFRESH_SIZE);
	if (all == NULL)
		_exit(3);
	for (i = 0; i < REQUESTS; i++)
		memcpy(&all[i * REFRESH_SIZE], o.data, REFRESH_SIZE);
	write_all(fd, all, (size_t)REQUESTS * REFRESH_SIZE);
	(void)drain(fd, 3 * REFRESH_INTERVAL_MS);
	_exit(0);
}

static double
cpu_seconds(const struct engine_process *e)
{
	struct timespec ts;
	clockid_t clock;

	assert_int_equal(clock_getcpuclockid(e->pid, &clock), 0);
	assert_int_equal(clock_gettime(clock, &ts), 0);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static unsigned int
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned int)(ts.tv_sec % 1000 * 1000000 + ts.tv_nsec / 1000);
}

static int
compare(const void *a, const void *b)
{
	const unsigned int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* From the rde's message to the UPDATE at a neighbor, microseconds. */
static unsigned int
median_latency(struct engine_process *e, int fd)
{
	unsigned int samples[SAMPLES], began;
	uint8_t buf[ANNOUNCED_SIZE];
	size_t i;

	for (i = 0; i < SAMPLES; i++) {
		pause_ms(GAP_MS);
		began = now_us();
		if (i % 2 == 0)
			announce(e, "10.0.0.101/32");
		else
			withdraw(e, "10.0.0.101/32");
		peer_read(fd, buf, i % 2 == 0 ? ANNOUNCED_SIZE :
		    WITHDRAWN_SIZE);
		samples[i] = now_us() - began;
	}
	qsort(samples, SAMPLES, sizeof(samples[0]), compare);
	return samples[SAMPLES / 2];
}

static void
test_storm_of_refresh_requests_costs_little(void **state)
{
	unsigned int began, idle, storm_ms, under_storm;
	uint64_t before, updates;
	struct engine_process e;
	pid_t storm;
	double cpu, share;
	int calm, fd, status;

	(void)state;
	engine_process_init(&e);
	e.quiet = true;
	add_neighbor(&e, "127.0.0.2")->passive = true;
	add_neighbor(&e, "127.0.0.3")->passive = true;
	engine_process_start(&e);
	announce_table(&e);
	fd = peer_established("127.0.0.2");
	calm = peer_connect("127.0.0.3");
	peer_establish(calm, MARKER "001d 01 04 fde9 005a 7f000003 00");
	(void)drain(fd, 200);
	(void)drain(calm, 200);
	idle = median_latency(&e, calm);
	(void)drain(fd, 200);
	before = show_neighbor(&e, 0).updates_sent;

	cpu = cpu_seconds(&e);
	began = now_ms();
	storm = storm_begin(fd);
	under_storm = median_latency(&e, calm);
	while (show_neighbor(&e, 0).messages_received < REQUESTS)
		pause_ms(20);
	storm_ms = now_ms() - began;
	cpu = cpu_seconds(&e) - cpu;
	pause_ms(2 * REFRESH_INTERVAL_MS);
	updates = show_neighbor(&e, 0).updates_sent - before - SAMPLES;
	share = cpu * 1000 / storm_ms * 100;
	print_message("storm of %d requests: %u ms, %.1f %% of a CPU, "
	    "%u UPDATEs; another neighbor's UPDATE after %u us, idle %u us\n",
	    REQUESTS, storm_ms, share, (unsigned int)updates, under_storm,
	    idle);

	/* 4 UPDATEs each; those that may begin in the time, and one more. */
	assert_in_range(updates, 4, 4 * (storm_ms / REFRESH_INTERVAL_MS + 3));
	/* Both are the engine's own time, so a busy machine does not matter. */
#ifdef __SANITIZE_ADDRESS__
	assert_true(share < 25);
#else
	assert_true(share < 5);
#endif
	/* On a busy machine a few of them are of the scheduler. */
	assert_true(under_storm < 2 * idle + 2000);
	assert_int_equal(show_neighbor(&e, 0).state, BGP_ESTABLISHED);
	expect_log_times(&e, "sends floods of messages that say nothing", 1);
	assert_int_equal(waitpid(storm, &status, 0), storm);
	assert_int_equal(status, 0);
	close(fd);
	close(calm);
	engine_process_stop(&e);
}

/* Two that come in time are both answered, the second later. */
static void
test_refresh_that_waits_is_served(void **state)
{
	struct engine_process e;
	unsigned int began;
	int fd;

	(void)state;
	engine_process_start_passive(&e);
	announce(&e, "10.0.0.101/32");
	fd = peer_established("127.0.0.2");
	peer_expect(fd, ANNOUNCEMENT);
	began = now_ms();
	peer_send(fd, REFRESH);
	peer_expect(fd, ANNOUNCEMENT);
	peer_send(fd, REFRESH REFRESH);
	peer_expect(fd, ANNOUNCEMENT);
	assert_true(now_ms() - began >= REFRESH_INTERVAL_MS - 20);
	peer_expect_silence(fd, 50);
	close(fd);
	engine_process_stop(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_storm_of_refresh_requests_costs_little),
		ENGINE_TEST(test_refresh_that_waits_is_served),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
