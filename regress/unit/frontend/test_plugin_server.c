/*
 * The plugin socket with real connections, the rde played by the test.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_server.h"
#include "bgplbd/messages/types.h"
#include "common/clock.h"
#include "common/log.h"
#include "regress/unit/resident.h"

#define NETWORK	"e541c4f092ab1e69699ece9e085babfc27e2ca7bf42ce5b23f5aa22bd7303d63"
#define ENDPOINT "5324fdb51b450a7ab49201cc879bef1f5a263ba6a261776413af567d368e5cdd"
#define JOIN_BODY "{\"NetworkID\":\"" NETWORK "\",\"EndpointID\":\"" ENDPOINT \
    "\",\"SandboxKey\":\"/run/docker/netns/19b1171435e5\",\"Options\":{}}"

struct fixture {
	struct event_base	*base;
	struct plugin_server	*server;
	struct sockaddr_un	 addr;
	unsigned int		 asked;
	unsigned int		 done;
	unsigned int		 late;
	uint32_t		 type;
	uint32_t		 tag;
	struct plugin_endpoint	 endpoint;	/* of the last message about one */
	int			 ask_result;
};

/* The server's clock, in place of the library's. */
static uint64_t clock_offset_ms;

uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000 + clock_offset_ms) *
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
	return 0;
}

static int
ask(uint32_t type, uint32_t tag, const void *data, size_t len, void *arg)
{
	struct fixture *f = arg;

	assert_true(frontend_rde_is_valid(type, data, len));
	f->asked++;
	f->type = type;
	f->tag = tag;
	if (len == sizeof(f->endpoint))
		memcpy(&f->endpoint, data, len);
	return f->ask_result;
}

static void
late(const struct plugin_call *call, void *arg)
{
	struct fixture *f = arg;

	assert_non_null(call);
	f->late++;
}

static void
done(const struct plugin_call *call, void *arg)
{
	struct fixture *f = arg;

	assert_string_equal(plugin_call_network(call)->hex, NETWORK);
	f->done++;
}

static const struct plugin_server_ops ops = { .ask = ask, .done = done,
	.late = late };

static int
count_fds(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 512; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			n++;
	return n;
}

static int
set_up(void **state)
{
	static unsigned int number;
	struct fixture *f = calloc(1, sizeof(*f));
	int fd;

	assert_non_null(f);
	signal(SIGPIPE, SIG_IGN);
	f->base = event_base_new();
	f->addr.sun_family = AF_UNIX;
	snprintf(f->addr.sun_path + 1, sizeof(f->addr.sun_path) - 1,
	    "bgplb-test-%d-%u", getpid(), number++);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&f->addr,
	    sizeof(f->addr)), 0);
	assert_int_equal(listen(fd, 256), 0);
	f->server = plugin_server_new(f->base, fd, false, &ops, f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	plugin_server_free(f->server);
	event_base_free(f->base);
	free(f);
	return 0;
}

static void
spin(struct fixture *f)
{
	int i;

	for (i = 0; i < 20; i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
}

static int
dial(struct fixture *f)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&f->addr,
	    sizeof(f->addr)), 0);
	return fd;
}

static void
put(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
	    strlen(text));
}

static void
post(int fd, const char *path, const char *body)
{
	char request[2048];

	snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\nHost: \r\n"
	    "User-Agent: Go-http-client/1.1\r\nContent-Length: %zu\r\n"
	    "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n%s", path,
	    strlen(body), body);
	put(fd, request);
}

/* What has come by now; "" at nothing, "EOF" at the end. */
static const char *
get(struct fixture *f, int fd)
{
	static char buf[8192];
	size_t used = 0;
	ssize_t n;

	spin(f);
	while ((n = recv(fd, buf + used, sizeof(buf) - 1 - used, 0)) > 0)
		used += (size_t)n;
	buf[used] = '\0';
	if (used == 0 && n == 0)
		return "EOF";
	return buf;
}

static void
assert_answer(const char *answer, const char *status, const char *body)
{
	char line[64];

	snprintf(line, sizeof(line), "HTTP/1.1 %s ", status);
	assert_ptr_equal(strstr(answer, line), answer);
	assert_non_null(strstr(answer, "Content-Type: application/json\r\n"));
	assert_string_equal(strstr(answer, "\r\n\r\n") + 4, body);
}

static void
test_calls_on_one_connection_are_answered_in_turn(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	post(fd, "/Plugin.Activate", "");
	assert_answer(get(f, fd), "200",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	post(fd, "/IpamDriver.GetCapabilities", "");
	assert_answer(get(f, fd), "200", "{\"RequiresMACAddress\":true,\"RequiresRequestReplay\":true}");
	assert_int_equal(f->asked, 0);
	close(fd);
	spin(f);
}

static void
test_the_rdes_reply_answers_the_call_with_its_tag(void **state)
{
	struct fixture *f = *state;
	struct plugin_reply reply = { .interface = "bgpvc-5324fdb51" };
	uint32_t first;
	int a = dial(f), b = dial(f);

	post(a, "/NetworkDriver.Join", JOIN_BODY);
	assert_string_equal(get(f, a), "");
	first = f->tag;
	post(b, "/NetworkDriver.Leave", JOIN_BODY);
	assert_string_equal(get(f, b), "");
	assert_int_equal(f->asked, 2);
	assert_int_equal(f->type, MSG_FRONTEND_ENDPOINT_LEAVE);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_answer(get(f, b), "200", "{}");
	assert_string_equal(get(f, a), "");
	plugin_server_reply(f->server, first, &reply);
	assert_answer(get(f, a), "200", "{\"InterfaceName\":{\"SrcName\":"
	    "\"bgpvc-5324fdb51\",\"DstPrefix\":\"eth\"},\"Gateway\":\"\","
	    "\"GatewayIPv6\":\"\",\"DisableGatewayService\":true}");
	assert_int_equal(f->done, 2);
	plugin_server_reply(f->server, first, &reply);
	assert_string_equal(get(f, a), "");
	close(a);
	close(b);
	spin(f);
}

static void
test_an_error_of_the_rde_is_told_with_status_500(void **state)
{
	struct fixture *f = *state;
	struct plugin_reply reply = { .error = ENODEV,
	    .text = "network e541c4f092ab is unknown" };
	int fd = dial(f);

	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	spin(f);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_answer(get(f, fd), "500",
	    "{\"Err\":\"bgplb: network e541c4f092ab is unknown\"}");
	reply.text[0] = '\0';
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	spin(f);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_answer(get(f, fd), "500",
	    "{\"Err\":\"bgplb: No such device\"}");
	assert_int_equal(f->done, 0);
	close(fd);
	spin(f);
}

static void
test_what_is_no_plugin_call_is_refused_and_the_connection_goes_on(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	post(fd, "/NetworkDriver.Nonsense", "{}");
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: there is no call "
	    "/NetworkDriver.Nonsense\"}");
	post(fd, "/NetworkDriver.Join", "{\"NetworkID\":");
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: the request's "
	    "body is not a JSON object\"}");
	put(fd, "GET /Plugin.Activate HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: plugin calls are "
	    "made with the method POST\"}");
	post(fd, "/Plugin.Activate", "");
	assert_answer(get(f, fd), "200",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	close(fd);
	spin(f);
}

static void
test_a_call_without_rde_is_refused_at_once(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	f->ask_result = -1;
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	assert_answer(get(f, fd), "500",
	    "{\"Err\":\"bgplb: its route decision engine has ended\"}");
	f->ask_result = 0;
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	assert_string_equal(get(f, fd), "");
	plugin_server_fail(f->server, "bgplb: gone");
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: gone\"}");
	close(fd);
	spin(f);
}

static void
test_a_client_that_leaves_while_the_rde_works_leaks_nothing(void **state)
{
	struct fixture *f = *state;
	struct plugin_reply reply = { .interface = "bgpvc-5324fdb51" };
	int fd, before = count_fds(), i;

	for (i = 0; i < 3; i++) {
		fd = dial(f);
		post(fd, "/NetworkDriver.Join", JOIN_BODY);
		spin(f);
		close(fd);
		spin(f);
		plugin_server_reply(f->server, f->tag, &reply);
		spin(f);
		assert_int_equal(count_fds(), before);
	}
	/* With more on its way than evhttp has read. */
	fd = dial(f);
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	spin(f);
	close(fd);
	spin(f);
	for (i = 0; i < 3; i++) {
		plugin_server_reply(f->server, f->tag, &reply);
		spin(f);
	}
	assert_int_equal(count_fds(), before);
	/* In the middle of a request. */
	fd = dial(f);
	put(fd, "POST /NetworkDriver.Join HTTP/1.1\r\nContent-Length: 500\r\n"
	    "\r\n{\"Netw");
	spin(f);
	close(fd);
	spin(f);
	assert_int_equal(count_fds(), before);
}

/* "before", then so many blanks, while the server reads. */
static void
send_blanks(struct fixture *f, int fd, const char *before, size_t n)
{
	static char blanks[65536];
	ssize_t sent;

	memset(blanks, ' ', sizeof(blanks));
	put(fd, before);
	while (n > 0) {
		sent = send(fd, blanks, n < sizeof(blanks) ? n : sizeof(blanks),
		    MSG_NOSIGNAL);
		if (sent > 0)
			n -= (size_t)sent;
		else
			assert_int_equal(errno, EAGAIN);
		spin(f);
	}
}

/* A call whose body is text, blanks and "}", so many bytes in all. */
static void
send_long(struct fixture *f, int fd, const char *path, const char *text,
    size_t len)
{
	char header[256];

	snprintf(header, sizeof(header), "POST %s HTTP/1.1\r\nHost: \r\n"
	    "Content-Length: %zu\r\n\r\n", path, len);
	put(fd, header);
	send_blanks(f, fd, text, len - strlen(text) - 1);
	put(fd, "}");
}

static void
test_garbage_and_oversize_end_the_connection(void **state)
{
	static char big[PLUGIN_HEADER_MAX + 1024];
	struct fixture *f = *state;
	int fd, before = count_fds();

	fd = dial(f);
	put(fd, "\x16\x03\x01garbage\r\n\r\n");
	assert_null(strstr(get(f, fd), " 200 "));
	assert_string_equal(get(f, fd), "EOF");
	close(fd);
	fd = dial(f);
	memset(big, 'a', sizeof(big) - 1);
	put(fd, "POST /Plugin.Activate HTTP/1.1\r\nX: ");
	put(fd, big);
	put(fd, "\r\n\r\n");
	assert_null(strstr(get(f, fd), " 200 "));
	close(fd);
	fd = dial(f);
	/* In chunks, as Docker never does, it is evhttp's to refuse. */
	put(fd, "POST /NetworkDriver.Join HTTP/1.1\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n11000\r\n{");
	assert_non_null(strstr(get(f, fd), " 413 "));
	close(fd);
	spin(f);
	assert_int_equal(f->asked, 0);
	assert_int_equal(count_fds(), before);
}

#define PORTS	3000

static char *
join_with_ports(void)
{
	FILE *out;
	char *text;
	size_t len;
	int i;

	out = open_memstream(&text, &len);
	assert_non_null(out);
	fputs("{\"NetworkID\":\"" NETWORK "\",\"Options\":{"
	    "\"com.docker.network.endpoint.exposedports\":[", out);
	for (i = 0; i < PORTS; i++)
		fprintf(out, "%s{\"Proto\":6,\"Port\":%d}", i > 0 ? "," : "",
		    i + 1);
	fputs("],\"com.docker.network.portmap\":[]},\"EndpointID\":\"" ENDPOINT
	    "\"}", out);
	fclose(out);
	assert_true(len > PLUGIN_WANTED_MAX);
	return text;
}

static void
test_an_endpoint_may_have_thousands_of_ports(void **state)
{
	struct plugin_reply reply = { .interface = "bgpvc-5324fdb51" };
	struct fixture *f = *state;
	char header[128], *body = join_with_ports();
	size_t sent, n, len = strlen(body);
	int fd = dial(f);

	snprintf(header, sizeof(header), "POST /NetworkDriver.Join HTTP/1.1"
	    "\r\ncontent-length:\t%zu\r\nX: y\r\n\r\n", len);
	put(fd, header);
	for (sent = 0; sent < len; sent += n) {
		n = len - sent < 4099 ? len - sent : 4099;
		assert_int_equal(send(fd, body + sent, n, MSG_NOSIGNAL), n);
		spin(f);
	}
	free(body);
	assert_string_equal(get(f, fd), "");
	assert_int_equal(f->asked, 1);
	assert_string_equal(f->endpoint.endpoint.hex, ENDPOINT);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_non_null(strstr(get(f, fd), "bgpvc-5324fdb51"));
	/* The connection goes on. */
	post(fd, "/NetworkDriver.Leave", JOIN_BODY);
	assert_string_equal(get(f, fd), "");
	assert_int_equal(f->type, MSG_FRONTEND_ENDPOINT_LEAVE);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_answer(get(f, fd), "200", "{}");
	close(fd);
	spin(f);
}

static void
test_a_body_beyond_a_limit_is_refused_in_json(void **state)
{
	struct fixture *f = *state;
	char options[PLUGIN_WANTED_MAX];
	size_t used;
	int fd = dial(f), i;

	send_long(f, fd, "/NetworkDriver.Join", "{", PLUGIN_BODY_MAX + 1);
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: the request's "
	    "body is longer than 16 MiB\"}");
	send_long(f, fd, "/NetworkDriver.Join", "{\"x\":[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[[[[[[[[[[[[[[[[[", PLUGIN_WANTED_MAX);
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: the request's "
	    "body is nested more than 32 deep\"}");
	used = strlcpy(options, "{\"Options\":{", sizeof(options));
	for (i = 0; used < sizeof(options) - 64; i++)
		used += (size_t)snprintf(options + used,
		    sizeof(options) - used, "\"%d\":\"y\",", i);
	strlcat(options, "\"a\":\"0123456789012345678901234567890123456789\"}",
	    sizeof(options));
	send_long(f, fd, "/IpamDriver.RequestPool", options,
	    2 * PLUGIN_WANTED_MAX);
	assert_answer(get(f, fd), "500", "{\"Err\":\"bgplb: the request's "
	    "body has more than 64 KiB of addresses and options\"}");
	assert_int_equal(f->asked, 0);
	/* Blanks do not count. */
	send_long(f, fd, "/NetworkDriver.Join", "{\"NetworkID\":\"" NETWORK
	    "\",\"EndpointID\":\"" ENDPOINT "\"", PLUGIN_BODY_MAX);
	assert_string_equal(get(f, fd), "");
	assert_int_equal(f->asked, 1);
	close(fd);
	spin(f);
}

static void
test_long_bodies_on_all_connections_take_little_memory(void **state)
{
	struct fixture *f = *state;
	int fds[PLUGIN_CONNECTIONS_MAX], i;
	size_t before = resident();

	for (i = 0; i < PLUGIN_CONNECTIONS_MAX; i++) {
		fds[i] = dial(f);
		put(fds[i], "POST /NetworkDriver.Join HTTP/1.1\r\n"
		    "Content-Length: 10000000\r\n\r\n");
		send_blanks(f, fds[i], "{", 1000000);
	}
	if (RESIDENT_IS_KNOWN)
		assert_in_range(resident() - before, 0, 4 * 1024 * 1024);
	for (i = 0; i < PLUGIN_CONNECTIONS_MAX; i++)
		close(fds[i]);
	spin(f);
}

static void
test_a_client_may_wait_before_it_sends_the_body(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	put(fd, "POST /NetworkDriver.Join HTTP/1.1\r\nContent-Length: 2\r\n"
	    "Expect: 100-continue\r\n\r\n");
	assert_non_null(strstr(get(f, fd), " 100 "));
	put(fd, "{}");
	assert_non_null(strstr(get(f, fd), "NetworkID is missing"));
	close(fd);
	spin(f);
}

static void
test_calls_that_come_together_are_answered_one_by_one(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	const char *answer;

	put(fd, "POST /NetworkDriver.Join HTTP/1.1\r\nContent-Length: 2\r\n"
	    "\r\n{}POST /NetworkDriver.Leave HTTP/1.1\r\n"
	    "Content-Length: 3\r\n\r\n{ }"
	    "POST /IpamDriver.GetCapabilities HTTP/1.1\r\n\r\n");
	answer = get(f, fd);
	answer = strstr(answer, "NetworkID is missing");
	assert_non_null(answer);
	answer = strstr(answer + 1, "NetworkID is missing");
	assert_non_null(answer);
	assert_non_null(strstr(answer, "RequiresMACAddress"));
	close(fd);
	spin(f);
}

static void
test_connections_above_the_limit_wait_for_their_turn(void **state)
{
	struct fixture *f = *state;
	int fds[PLUGIN_CONNECTIONS_MAX + 1], before = count_fds();
	size_t i, last = PLUGIN_CONNECTIONS_MAX;

	for (i = 0; i <= last; i++) {
		fds[i] = dial(f);
		spin(f);
	}
	/* Both ends of the accepted ones are ours, and one end of the last. */
	assert_int_equal(count_fds(), before + (int)(2 * last + 1));
	post(fds[last], "/Plugin.Activate", "");
	assert_string_equal(get(f, fds[last]), "");
	close(fds[0]);
	spin(f);
	usleep(150000);
	assert_answer(get(f, fds[last]), "200",
	    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
	for (i = 1; i <= last; i++)
		close(fds[i]);
	spin(f);
	assert_int_equal(count_fds(), before);
}

static void
test_the_server_can_go_while_calls_wait(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);

	post(fd, "/NetworkDriver.Join", JOIN_BODY);
	spin(f);
	plugin_server_free(f->server);
	f->server = NULL;
	assert_string_equal(get(f, fd), "EOF");
	close(fd);
}

#define CREATE_BODY "{\"NetworkID\":\"" NETWORK "\",\"IPv4Data\":[{" \
    "\"Pool\":\"10.0.0.101/32\"}],\"IPv6Data\":[]}"
#define ENDPOINT_BODY "{\"NetworkID\":\"" NETWORK "\",\"EndpointID\":\"" \
    ENDPOINT "\",\"Interface\":{\"Address\":\"10.0.0.101/32\"},\"Options\":{}}"

/* Asks, and lets the rde's time go by; returns the call's tag. */
static uint32_t
call_and_wait(struct fixture *f, const char *path, const char *body)
{
	uint32_t tag;
	int fd = dial(f), other = dial(f);

	post(fd, path, body);
	assert_string_equal(get(f, fd), "");
	tag = f->tag;
	clock_offset_ms += PLUGIN_DEADLINE * 1000 + 1000;
	/* The timer is set anew with each call. */
	post(other, "/NetworkDriver.Leave", JOIN_BODY);
	assert_non_null(strstr(get(f, fd), "did not answer in time"));
	close(fd);
	close(other);
	spin(f);
	return tag;
}

static void
test_what_was_made_after_docker_had_an_error_is_undone(void **state)
{
	static const struct {
		const char	*path;
		const char	*body;
		uint32_t	 undo;
	} calls[] = {
		{ "/NetworkDriver.CreateNetwork", CREATE_BODY,
		    MSG_FRONTEND_NETWORK_DELETE },
		{ "/NetworkDriver.CreateEndpoint", ENDPOINT_BODY,
		    MSG_FRONTEND_ENDPOINT_DELETE },
	};
	const struct plugin_reply made = { .error = 0 };
	const struct plugin_reply refused = { .error = EEXIST };
	struct fixture *f = *state;
	unsigned int asked;
	uint32_t tag;
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		tag = call_and_wait(f, calls[i].path, calls[i].body);
		plugin_server_reply(f->server, tag, &made);
		assert_int_equal(f->type, calls[i].undo);
		assert_int_equal(f->late, i + 1);
		/* The reply to that is nobody's; and once is enough. */
		asked = f->asked;
		plugin_server_reply(f->server, f->tag, &made);
		plugin_server_reply(f->server, tag, &made);
		assert_int_equal(f->asked, asked);
		/* What was not made needs no undoing. */
		tag = call_and_wait(f, calls[i].path, calls[i].body);
		asked = f->asked;
		plugin_server_reply(f->server, tag, &refused);
		assert_int_equal(f->asked, asked);
		assert_int_equal(f->late, i + 1);
	}
	assert_string_equal(f->endpoint.endpoint.hex, ENDPOINT);
	assert_false(prefix_is_set(&f->endpoint.v4));
	assert_int_equal(f->done, 0);
}

static void
test_a_late_deletion_is_not_undone_but_looked_at(void **state)
{
	const struct plugin_reply reply = { .error = 0 };
	struct fixture *f = *state;
	unsigned int asked;
	uint32_t tag = call_and_wait(f, "/NetworkDriver.DeleteNetwork",
	    "{\"NetworkID\":\"" NETWORK "\"}");

	asked = f->asked;
	plugin_server_reply(f->server, tag, &reply);
	assert_int_equal(f->asked, asked);
	assert_int_equal(f->late, 1);
}

/* As in a swarm, where a network's id is the same each time. */
static void
test_what_docker_calls_for_again_is_not_undone(void **state)
{
	const struct plugin_reply reply = { .error = 0 };
	struct fixture *f = *state;
	uint32_t tag = call_and_wait(f, "/NetworkDriver.CreateNetwork",
	    CREATE_BODY);
	unsigned int asked;
	int fd = dial(f);

	post(fd, "/NetworkDriver.CreateNetwork", CREATE_BODY);
	assert_string_equal(get(f, fd), "");
	asked = f->asked;
	plugin_server_reply(f->server, tag, &reply);
	assert_int_equal(f->asked, asked);
	plugin_server_reply(f->server, f->tag, &reply);
	assert_answer(get(f, fd), "200", "{}");
	assert_int_equal(f->done, 1);
	close(fd);
	spin(f);
}

static void
test_late_calls_are_remembered_up_to_a_limit(void **state)
{
	const struct plugin_reply reply = { .error = 0 };
	struct fixture *f = *state;
	uint32_t first = 0;
	unsigned int asked, i;

	for (i = 0; i <= PLUGIN_LATE_MAX; i++) {
		uint32_t tag = call_and_wait(f, "/NetworkDriver.Leave",
		    JOIN_BODY);

		if (i == 0)
			first = tag;
	}
	asked = f->late;
	plugin_server_reply(f->server, first, &reply);
	assert_int_equal(f->late, asked);
	plugin_server_reply(f->server, f->tag, &reply);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(test_calls_on_one_connection_are_answered_in_turn),
		T(test_the_rdes_reply_answers_the_call_with_its_tag),
		T(test_an_error_of_the_rde_is_told_with_status_500),
		T(test_what_is_no_plugin_call_is_refused_and_the_connection_goes_on),
		T(test_a_call_without_rde_is_refused_at_once),
		T(test_a_client_that_leaves_while_the_rde_works_leaks_nothing),
		T(test_garbage_and_oversize_end_the_connection),
		T(test_an_endpoint_may_have_thousands_of_ports),
		T(test_a_body_beyond_a_limit_is_refused_in_json),
		T(test_long_bodies_on_all_connections_take_little_memory),
		T(test_a_client_may_wait_before_it_sends_the_body),
		T(test_calls_that_come_together_are_answered_one_by_one),
		T(test_connections_above_the_limit_wait_for_their_turn),
		T(test_the_server_can_go_while_calls_wait),
		T(test_what_was_made_after_docker_had_an_error_is_undone),
		T(test_a_late_deletion_is_not_undone_but_looked_at),
		T(test_what_docker_calls_for_again_is_not_undone),
		T(test_late_calls_are_remembered_up_to_a_limit),
	};

	log_init("frontend", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
