/*
 * The whole frontend between its neighbors: Docker's calls to the rde and back,
 * bgplbctl's requests to whom they concern, and its end.
 */
#include <sys/resource.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/messages/listener.h"
#include "common/control.h"
#include "regress/unit/frontend/objects.h"
#include "regress/unit/frontend/world.h"

#define JOIN_BODY	"{\"NetworkID\":\"" ALIEN "\",\"EndpointID\":\"" E1 "\"}"

static void
post(int fd, const char *path, const char *body)
{
	char request[2048];

	snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\nHost: \r\n"
	    "Content-Length: %zu\r\n\r\n%s", path, strlen(body), body);
	docker_write(fd, request);
}

static const char *
get_answer(int fd)
{
	static char buf[4096];
	ssize_t n;

	if (!world_readable(fd, PATIENCE))
		fail_msg("no answer to Docker");
	n = recv(fd, buf, sizeof(buf) - 1, 0);
	assert_true(n >= 0);
	buf[n] = '\0';
	return buf;
}

static void
assert_answer(int fd, const char *status, const char *body)
{
	const char *answer = get_answer(fd);

	assert_non_null(strstr(answer, status));
	assert_string_equal(strstr(answer, "\r\n\r\n") + 4, body);
}

static void
test_a_plugin_call_goes_to_the_rde_and_back(void **state)
{
	struct world *w = *state;
	struct plugin_reply reply = { .interface = "bgpvc-cccccccc" };
	const struct plugin_endpoint *e;
	struct packet *p;
	int fd = dial(&w->plugin, SOCK_STREAM);

	/* Also while Docker does not answer us: it waits for this start. */
	expect_request(w, DOCKER_EVENTS, "");
	post(fd, "/Plugin.Activate", "");
	assert_answer(fd, " 200 ",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	p = expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	e = (void *)p->data;
	assert_string_equal(e->network.hex, ALIEN);
	assert_string_equal(e->endpoint.hex, E1);
	put_packet(w->rde, MSG_RDE_PLUGIN_REPLY, p->hdr.peerid, -1, &reply,
	    sizeof(reply));
	assert_answer(fd, " 200 ", "{\"InterfaceName\":{\"SrcName\":"
	    "\"bgpvc-cccccccc\",\"DstPrefix\":\"eth\"},\"Gateway\":\"\","
	    "\"GatewayIPv6\":\"\",\"DisableGatewayService\":true}");
	post(fd, "/NetworkDriver.Leave", JOIN_BODY);
	p = expect_fact(w, MSG_FRONTEND_ENDPOINT_LEAVE);
	reply.error = EBUSY;
	strlcpy(reply.text, "the device is busy", sizeof(reply.text));
	put_packet(w->rde, MSG_RDE_PLUGIN_REPLY, p->hdr.peerid, -1, &reply,
	    sizeof(reply));
	assert_answer(fd, " 500 ", "{\"Err\":\"bgplb: the device is busy\"}");
	post(fd, "/NetworkDriver.Leave", "{\"NetworkID\":\"x\"}");
	assert_answer(fd, " 500 ", "{\"Err\":\"bgplb: NetworkID is neither "
	    "64 hexadecimal digits in lower case nor 25 of a swarm: x\"}");
	assert_quiet(w->rde);
	close(fd);
}

static void
test_a_call_teaches_our_name_after_it_was_answered(void **state)
{
	struct world *w = *state;
	const struct plugin_reply reply = { .error = 0 };
	struct packet *p;
	int fd;

	sync_one_container(w);
	fd = dial(&w->plugin, SOCK_STREAM);
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	p = expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	/* Docker holds its locks: it is asked for nothing now. */
	assert_quiet(w->parent);
	assert_quiet(w->parent);
	put_packet(w->rde, MSG_RDE_PLUGIN_REPLY, p->hdr.peerid, -1, &reply,
	    sizeof(reply));
	get_answer(fd);
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, ALIEN),
	    ALIEN_NETWORK);
	expect_driver_name(w, "org/bgplb:v1");
	expect_network(w, ALIEN, true, false);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "[" OUR_NETWORK "," ALIEN_NETWORK "]");
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_network(w, ALIEN, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	close(fd);
}

static void
test_a_network_that_is_known_leads_to_no_question(void **state)
{
	struct world *w = *state;
	const struct plugin_reply reply = { .error = 0 };
	struct packet *p;
	int fd;

	sync_one_container(w);
	fd = dial(&w->plugin, SOCK_STREAM);
	post(fd, "/NetworkDriver.Join", "{\"NetworkID\":\"" NET "\","
	    "\"EndpointID\":\"" E1 "\"}");
	p = expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	put_packet(w->rde, MSG_RDE_PLUGIN_REPLY, p->hdr.peerid, -1, &reply,
	    sizeof(reply));
	get_answer(fd);
	assert_quiet(w->parent);
	assert_quiet(w->parent);
	close(fd);
}

/* The three deadlines are ten seconds each, so they are waited for together. */
static void
test_who_does_not_answer_is_not_waited_for_without_end(void **state)
{
	struct world *w = *state;
	struct world *silent = world_start();
	uint32_t tag;
	int fd;

	put_packet(silent->rde, MSG_RDE_OWN_NETWORKS, 0, -1, NULL, 0);
	expect_request(silent, DOCKER_EVENTS, "");
	sync_one_container(w);
	fd = dial(&w->plugin, SOCK_STREAM);
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	usleep(8000000);
	assert_false(world_readable(fd, 0));
	assert_quiet(w->parent);
	assert_quiet(silent->parent);
	/* Docker's user is told, */
	assert_answer(fd, " 500 ", "{\"Err\":\"bgplb: its route decision engine "
	    "did not answer in time, see bgplbd's log\"}");
	/* the second list comes due, */
	expect_request(w, DOCKER_LIST_NETWORKS, "");
	/* the inspection is asked for again, and its late answer is no use, */
	assert_int_not_equal(expect_request(w, DOCKER_INSPECT_CONTAINER, C2),
	    tag);
	close(docker_open(w, tag));
	assert_quiet(w->rde);
	/* and so is the event stream. */
	expect_request(silent, DOCKER_EVENTS, "");
	close(fd);
	world_stop(silent);
}

static void
get_result(int fd, uint32_t peerid, uint32_t outcome, const char *text)
{
	const struct control_result *result;
	struct packet p;

	assert_true(get_packet(fd, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	assert_int_equal(p.hdr.peerid, peerid);
	assert_true(control_reply_is_valid(CONTROL_RESULT, p.data, p.len));
	result = (void *)p.data;
	assert_int_equal(result->outcome, outcome);
	assert_string_equal(result->text, text);
}

static void
assert_closed(int fd)
{
	char byte;

	assert_true(world_readable(fd, PATIENCE));
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	close(fd);
}

static void
test_control_requests_go_to_the_process_that_knows(void **state)
{
	static const struct control_result ok = { .outcome = CONTROL_OK };
	struct world *w = *state;
	struct control_neighbor neighbor = { .state = BGP_ESTABLISHED };
	struct prefix prefix;
	struct packet p;
	int fd = dial(&w->control, SOCK_SEQPACKET);

	assert_int_equal(address_parse("192.0.2.1", &neighbor.addr), 0);
	assert_int_equal(prefix_parse("10.0.0.101/32", &prefix), 0);
	put_packet(fd, CONTROL_SHOW_NEIGHBORS, 77, -1, NULL, 0);
	assert_true(get_packet(w->session, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_SHOW_NEIGHBORS);
	put_packet(w->session, CONTROL_NEIGHBOR, p.hdr.peerid, -1, &neighbor,
	    sizeof(neighbor));
	put_packet(w->session, CONTROL_RESULT, p.hdr.peerid, -1, &ok,
	    sizeof(ok));
	assert_true(get_packet(fd, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_NEIGHBOR);
	assert_int_equal(p.hdr.peerid, 77);
	assert_memory_equal(p.data, &neighbor, sizeof(neighbor));
	get_result(fd, 77, CONTROL_OK, "");
	/* The next request, on the same connection. */
	put_packet(fd, CONTROL_WITHDRAW, 78, -1, &prefix, sizeof(prefix));
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_WITHDRAW);
	assert_memory_equal(p.data, &prefix, sizeof(prefix));
	put_packet(w->rde, CONTROL_RESULT, p.hdr.peerid, -1, &ok, sizeof(ok));
	get_result(fd, 78, CONTROL_OK, "");
	close(fd);
}

static void
give_listener(struct world *w, enum listener listener, struct sockaddr_un *addr,
    const char *name, int type)
{
	const struct listener_again again = { .listener = listener };
	int fd = world_listen(addr, name, type);

	put_packet(w->parent, MSG_PARENT_LISTENER, 0, fd, &again,
	    sizeof(again));
	close(fd);
}

/* Somebody has removed the files, and the parent has put them back. */
static void
test_calls_and_clients_come_to_the_sockets_that_the_parent_gives(void **state)
{
	static const struct control_result ok = { .outcome = CONTROL_OK };
	struct world *w = *state;
	struct sockaddr_un plugin, control;
	struct packet p;
	int before = dial(&w->plugin, SOCK_STREAM), fd, client;

	post(before, "/Plugin.Activate", "");
	get_answer(before);
	give_listener(w, LISTENER_PLUGIN, &plugin, "plugin2", SOCK_STREAM);
	give_listener(w, LISTENER_CONTROL, &control, "control2",
	    SOCK_SEQPACKET);
	fd = dial(&plugin, SOCK_STREAM);
	post(fd, "/Plugin.Activate", "");
	assert_answer(fd, " 200 ",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	client = dial(&control, SOCK_SEQPACKET);
	put_packet(client, CONTROL_SHOW_NEIGHBORS, 77, -1, NULL, 0);
	assert_true(get_packet(w->session, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_SHOW_NEIGHBORS);
	put_packet(w->session, CONTROL_RESULT, p.hdr.peerid, -1, &ok,
	    sizeof(ok));
	get_result(client, 77, CONTROL_OK, "");
	/* Connections of before are served, and nobody can make such any more. */
	post(before, "/Plugin.Activate", "");
	assert_answer(before, " 200 ",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	close(client);
	client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&w->control,
	    sizeof(w->control)), -1);
	close(client);
	close(fd);
	close(before);
}

static void
test_a_control_client_is_told_what_keeps_us_from_docker(void **state)
{
	const struct control_result *result;
	struct world *w = *state;
	struct packet p;
	int fd = dial(&w->control, SOCK_SEQPACKET);

	put_packet(fd, CONTROL_SHOW_DOCKER, 77, -1, NULL, 0);
	get_result(fd, 77, CONTROL_OK, "");
	docker_refuse(w, expect_request(w, DOCKER_EVENTS, ""), ECONNREFUSED);
	world_settle(w);
	put_packet(fd, CONTROL_SHOW_DOCKER, 78, -1, NULL, 0);
	assert_true(get_packet(fd, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	assert_true(control_reply_is_valid(CONTROL_RESULT, p.data, p.len));
	result = (void *)p.data;
	assert_int_equal(result->outcome, CONTROL_OK);
	assert_non_null(strstr(result->text, "/var/run/docker.sock: Connection "
	    "refused"));
	close(fd);
}

static void
test_two_control_clients_get_their_own_rows(void **state)
{
	struct control_result result = { .outcome = CONTROL_OK };
	struct world *w = *state;
	int a = dial(&w->control, SOCK_SEQPACKET);
	int b = dial(&w->control, SOCK_SEQPACKET);
	struct packet pa, pb;

	put_packet(a, CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	assert_true(get_packet(w->rde, &pa, PATIENCE));
	put_packet(b, CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	assert_true(get_packet(w->rde, &pb, PATIENCE));
	assert_int_not_equal(pa.hdr.peerid, pb.hdr.peerid);
	strlcpy(result.text, "for b", sizeof(result.text));
	put_packet(w->rde, CONTROL_RESULT, pb.hdr.peerid, -1, &result,
	    sizeof(result));
	get_result(b, 1, CONTROL_OK, "for b");
	/* a leaves before its rows come. */
	close(a);
	assert_true(get_packet(w->rde, &pb, PATIENCE));
	assert_int_equal(pb.hdr.type, MSG_FRONTEND_LEFT);
	assert_int_equal(pb.hdr.peerid, pa.hdr.peerid);
	put_packet(w->rde, CONTROL_RESULT, pa.hdr.peerid, -1, &result,
	    sizeof(result));
	put_packet(w->rde, CONTROL_RESULT, 4711, -1, &result, sizeof(result));
	put_packet(b, CONTROL_SHOW_PREFIXES, 2, -1, NULL, 0);
	assert_true(get_packet(w->rde, &pb, PATIENCE));
	assert_quiet(b);
	close(b);
}

static void
check_nonsense(struct world *w, uint32_t type, const void *data, size_t len,
    const char *text)
{
	int fd = dial(&w->control, SOCK_SEQPACKET);

	put_packet(fd, type, 5, -1, data, len);
	get_result(fd, 5, CONTROL_REFUSED, text);
	assert_closed(fd);
}

static void
test_a_control_client_that_sends_nonsense_is_told_and_closed(void **state)
{
	struct prefix bad = { .addr = { .afi = 9 }, .len = 200 };
	struct world *w = *state;
	unsigned int before;
	struct packet p;
	int fd;

	world_settle(w);
	before = count_child_fds(w);
	check_nonsense(w, 9999, NULL, 0, "that is no request that bgplbd knows");
	check_nonsense(w, MSG_PARENT_SHUTDOWN, NULL, 0,
	    "that is no request that bgplbd knows");
	check_nonsense(w, CONTROL_SHOW_PREFIXES, "x", 1,
	    "that is no request that bgplbd knows");
	check_nonsense(w, CONTROL_WITHDRAW, &bad, sizeof(bad),
	    "that is no request that bgplbd knows");
	check_nonsense(w, CONTROL_RESULT, NULL, 0,
	    "that is no request that bgplbd knows");
	/* A packet that is no message at all. */
	fd = dial(&w->control, SOCK_SEQPACKET);
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	get_result(fd, 0, CONTROL_REFUSED,
	    "that is no message of the control protocol");
	assert_closed(fd);
	/* A descriptor. */
	fd = dial(&w->control, SOCK_SEQPACKET);
	put_packet(fd, CONTROL_SHOW_PREFIXES, 6, fd, NULL, 0);
	get_result(fd, 6, CONTROL_REFUSED, "a request brings no descriptor");
	assert_closed(fd);
	/* A second request while one is under way. */
	fd = dial(&w->control, SOCK_SEQPACKET);
	put_packet(fd, CONTROL_SHOW_PREFIXES, 7, -1, NULL, 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	put_packet(fd, CONTROL_SHOW_PREFIXES, 8, -1, NULL, 0);
	get_result(fd, 8, CONTROL_REFUSED, "another request is under way");
	assert_closed(fd);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_LEFT);
	assert_quiet(w->rde);
	expect_child_fds(w, before);
}

/*
 * For lack of descriptors: one line in the log, and one try a second, for each of
 * the sockets; then all is as before.
 */
static void
test_no_free_descriptor_does_not_flood_the_log(void **state)
{
	struct world *w = *state;
	struct rlimit none = { 3, 4096 }, before;
	const char *line, *log;
	unsigned int lines = 0;
	struct packet p;
	int control, plugin;

	world_settle(w);
	world_log(w);
	assert_int_equal(prlimit(w->pid, RLIMIT_NOFILE, NULL, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(prlimit(w->pid, RLIMIT_NOFILE, &none, NULL), 0);
	control = dial(&w->control, SOCK_SEQPACKET);
	plugin = dial(&w->plugin, SOCK_STREAM);
	docker_write(plugin, "POST /Plugin.Activate HTTP/1.1\r\n"
	    "Content-Length: 0\r\n\r\n");
	put_packet(control, CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	usleep(1500000);
	log = world_log(w);
	for (line = log; (line = strstr(line, "warning:")) != NULL; line++)
		lines++;
	assert_int_equal(lines, 2);
	assert_non_null(strstr(log, "control socket: cannot accept a "
	    "connection, trying once a second: Too many open files"));
	assert_non_null(strstr(log, "plugin socket: cannot accept"));
	assert_int_equal(prlimit(w->pid, RLIMIT_NOFILE, &before, NULL), 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_SHOW_PREFIXES);
	assert_true(world_readable(plugin, PATIENCE));
	assert_non_null(strstr(world_log(w), "accepts connections again"));
	close(control);
	close(plugin);
}

static void
test_control_clients_are_limited(void **state)
{
	struct world *w = *state;
	unsigned int before;
	int fds[CONTROL_CLIENTS_MAX], extra;
	struct packet p;
	size_t i;

	world_settle(w);
	before = count_child_fds(w);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++)
		fds[i] = dial(&w->control, SOCK_SEQPACKET);
	extra = dial(&w->control, SOCK_SEQPACKET);
	get_result(extra, 0, CONTROL_REFUSED,
	    "too many clients are connected, try again later");
	assert_closed(extra);
	close(fds[0]);
	world_settle(w);
	fds[0] = dial(&w->control, SOCK_SEQPACKET);
	put_packet(fds[0], CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(fds[i]);
	expect_child_fds(w, before);
}

static void
test_a_control_client_that_does_not_read_is_closed(void **state)
{
	struct world *w = *state;
	struct control_prefix row = { .kind = PREFIX_LB,
	    .state = PREFIX_ANNOUNCED };
	const size_t rows = CONTROL_BACKLOG_MAX / sizeof(row) * 2;
	int fd = dial(&w->control, SOCK_SEQPACKET);
	unsigned int with;
	struct packet p;
	size_t i;

	expect_request(w, DOCKER_EVENTS, "");
	world_settle(w);
	with = count_child_fds(w);
	assert_int_equal(prefix_parse("10.0.0.1/32", &row.prefix), 0);
	put_packet(fd, CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	for (i = 0; i < rows; i++)
		put_packet(w->rde, CONTROL_PREFIX, p.hdr.peerid, -1, &row,
		    sizeof(row));
	expect_child_fds(w, with - 1);
	close(fd);
}

/* Rows go on when the client has read those that it got. */
static void
test_a_long_list_waits_for_its_client(void **state)
{
	struct world *w = *state;
	struct control_prefix row = { .kind = PREFIX_LB,
	    .state = PREFIX_ANNOUNCED };
	const size_t rows = CONTROL_BACKLOG_MAX / 2 / sizeof(row);
	int fd = dial(&w->control, SOCK_SEQPACKET);
	struct packet p;
	uint32_t client;
	size_t i;

	assert_int_equal(prefix_parse("10.0.0.1/32", &row.prefix), 0);
	put_packet(fd, CONTROL_SHOW_PREFIXES, 1, -1, NULL, 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	client = p.hdr.peerid;
	for (i = 0; i < rows; i++)
		put_packet(w->rde, CONTROL_PREFIX, client, -1, &row,
		    sizeof(row));
	put_packet(w->rde, MSG_CONTROL_PAUSED, client, -1, NULL, 0);
	assert_quiet(w->rde);
	for (i = 0; i < rows; i++) {
		assert_true(get_packet(fd, &p, PATIENCE));
		assert_int_equal(p.hdr.type, CONTROL_PREFIX);
	}
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_CONTINUE);
	assert_int_equal(p.hdr.peerid, client);
	assert_quiet(fd);
	put_packet(w->rde, MSG_CONTROL_PAUSED, client, -1, NULL, 0);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_CONTINUE);
	close(fd);
	assert_true(get_packet(w->rde, &p, PATIENCE));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_LEFT);
}

static void
test_a_sibling_that_ends_is_outlived(void **state)
{
	struct world *w = *state;
	int plugin = dial(&w->plugin, SOCK_STREAM);
	int control;

	sync_one_container(w);
	post(plugin, "/NetworkDriver.Join", JOIN_BODY);
	expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	world_close(&w->rde);
	world_close(&w->session);
	assert_answer(plugin, " 500 ",
	    "{\"Err\":\"bgplb: its route decision engine has ended\"}");
	post(plugin, "/NetworkDriver.Leave", JOIN_BODY);
	assert_answer(plugin, " 500 ",
	    "{\"Err\":\"bgplb: its route decision engine has ended\"}");
	docker_event(w, "container", "die", C1, "");
	control = dial(&w->control, SOCK_SEQPACKET);
	put_packet(control, CONTROL_SHOW_NEIGHBORS, 1, -1, NULL, 0);
	get_result(control, 1, CONTROL_FAILED,
	    "the process of bgplbd that knows has ended");
	put_packet(control, CONTROL_SHOW_PREFIXES, 2, -1, NULL, 0);
	get_result(control, 2, CONTROL_FAILED,
	    "the process of bgplbd that knows has ended");
	close(control);
	close(plugin);
}

static void
test_at_the_end_docker_gets_its_answers(void **state)
{
	struct world *w = *state;
	int fd = dial(&w->plugin, SOCK_STREAM);

	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	expect_fact(w, MSG_FRONTEND_ENDPOINT_JOIN);
	put_packet(w->parent, MSG_PARENT_SHUTDOWN, 0, -1, NULL, 0);
	assert_int_equal(world_wait(w), 0);
	assert_answer(fd, " 500 ",
	    "{\"Err\":\"bgplb: it is shutting down\"}");
	close(fd);
}

static void
test_it_ends_in_good_order_when_the_parent_is_gone(void **state)
{
	struct world *w = *state;

	world_close(&w->parent);
	assert_int_equal(world_wait(w), 0);
}

static void
check_fatal(int fd, struct world *w, uint32_t type, const void *data,
    size_t len, const char *text)
{
	put_packet(fd, type, 1, -1, data, len);
	assert_int_equal(world_wait(w), 1);
	assert_non_null(strstr(world_log(w), text));
	world_stop(w);
}

static void
test_a_malformed_message_of_another_process_ends_it(void **state)
{
	const struct plugin_reply unended = { .error = -1 };
	struct world *w;

	(void)state;
	w = world_start();
	check_fatal(w->rde, w, MSG_RDE_PLUGIN_REPLY, &unended,
	    sizeof(unended), "error: frontend: the rde sent a malformed "
	    "message of type");
	w = world_start();
	check_fatal(w->rde, w, MSG_RDE_OWN_NETWORKS, "x", 1, "the rde sent");
	w = world_start();
	check_fatal(w->rde, w, MSG_FRONTEND_SYNC_BEGIN, NULL, 0,
	    "the rde sent");
	w = world_start();
	check_fatal(w->rde, w, CONTROL_PREFIX, "x", 1, "the rde sent");
	w = world_start();
	check_fatal(w->session, w, MSG_RDE_READY, NULL, 0,
	    "the session engine sent");
	w = world_start();
	check_fatal(w->parent, w, MSG_PARENT_DOCKER_REPLY, "x", 1,
	    "the parent sent");
	w = world_start();
	check_fatal(w->parent, w, 9999, NULL, 0, "the parent sent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_a_plugin_call_goes_to_the_rde_and_back),
		WORLD_TEST(test_a_call_teaches_our_name_after_it_was_answered),
		WORLD_TEST(test_a_network_that_is_known_leads_to_no_question),
		WORLD_TEST(test_who_does_not_answer_is_not_waited_for_without_end),
		WORLD_TEST(test_control_requests_go_to_the_process_that_knows),
		WORLD_TEST(test_calls_and_clients_come_to_the_sockets_that_the_parent_gives),
		WORLD_TEST(test_a_control_client_is_told_what_keeps_us_from_docker),
		WORLD_TEST(test_two_control_clients_get_their_own_rows),
		WORLD_TEST(test_a_control_client_that_sends_nonsense_is_told_and_closed),
		WORLD_TEST(test_no_free_descriptor_does_not_flood_the_log),
		WORLD_TEST(test_control_clients_are_limited),
		WORLD_TEST(test_a_control_client_that_does_not_read_is_closed),
		WORLD_TEST(test_a_long_list_waits_for_its_client),
		WORLD_TEST(test_a_sibling_that_ends_is_outlived),
		WORLD_TEST(test_at_the_end_docker_gets_its_answers),
		WORLD_TEST(test_it_ends_in_good_order_when_the_parent_is_gone),
		cmocka_unit_test(test_a_malformed_message_of_another_process_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
