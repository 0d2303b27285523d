/*
 * What is written to Docker, for each request of the closed list.
 */
#include <signal.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <event2/buffer.h>

#include "bgplbd/parent/docker_http.h"
#include "bgplbd/parent/docker_scope.h"

#define ID	"0123456789abcdef0123456789abcdef" \
		"0123456789abcdef0123456789abcdef"
#define NET	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SWARM	"qxsl2lhl5ekqq5kqs3kqfbz4r"
#define NONE	"0000000000000000000000000000000000000000" \
		"000000000000000000000000"
#define TAIL	" HTTP/1.0\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n"
#define TRUE	"%22%3Atrue"
#define HEADER_MAX	(1024 * 1024)	/* that engines read */

struct fixture {
	struct docker_scope	 scope;
	struct evbuffer		*http;
};

static int
setup(void **state)
{
	static struct fixture f;

	docker_scope_init(&f.scope, "/run/docker/plugins/bgplb.sock");
	f.http = evbuffer_new();
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	docker_scope_clear(&f->scope);
	evbuffer_free(f->http);
	return 0;
}

static void
assert_written(struct fixture *f, const char *wanted)
{
	size_t len = evbuffer_get_length(f->http);

	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(evbuffer_pullup(f->http, -1), wanted, len);
	evbuffer_drain(f->http, len);
}

static void
assert_request(struct fixture *f, struct docker_request r, const char *wanted)
{
	assert_int_equal(docker_http_request(f->http, &r, &f->scope), 0);
	assert_written(f, wanted);
}

static void
assert_invalid(struct fixture *f, struct docker_request r)
{
	assert_int_equal(docker_http_request(f->http, &r, &f->scope), -1);
	assert_int_equal(evbuffer_get_length(f->http), 0);
}

static void
set_id(struct docker_request *r, const char *hex)
{
	strlcpy(r->id.hex, hex, sizeof(r->id.hex));
}

static void
add_network(struct fixture *f, const char *hex, const char *name)
{
	struct object_id id;

	assert_int_equal(network_id_parse(hex, strlen(hex), &id), 0);
	id_set_add(&f->scope.networks, &id, name);
}

static void
test_requests_are_the_closed_list(void **state)
{
	struct docker_request r = { .kind = DOCKER_LIST_NETWORKS };
	struct fixture *f = *state;

	assert_request(f, r, "GET /networks" TAIL);
	set_id(&r, ID);
	r.kind = DOCKER_INSPECT_NETWORK;
	assert_request(f, r, "GET /networks/" ID TAIL);
	r.kind = DOCKER_INSPECT_CONTAINER;
	assert_request(f, r, "GET /containers/" ID "/json" TAIL);
	r.kind = DOCKER_INSPECT_STOPPED;
	assert_request(f, r, "GET /containers/" ID "/json" TAIL);
	r.kind = DOCKER_INSPECT_CONNECTED;
	assert_request(f, r, "GET /containers/" ID "/json" TAIL);
	r.kind = DOCKER_STOP_CONTAINER;
	r.signal = 15;
	assert_request(f, r, "POST /containers/" ID "/kill?signal=15 HTTP/1.1"
	    "\r\nHost: docker\r\nUser-Agent: bgplbd\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n");
}

static void
test_containers_are_listed_for_our_networks_only(void **state)
{
	struct docker_request r = { .kind = DOCKER_LIST_CONTAINERS };
	struct fixture *f = *state;

	assert_request(f, r, "GET /containers/json?filters=%7B%22network%22%3A"
	    "%7B%22" NONE TRUE "%7D%7D" TAIL);
	add_network(f, NET, "web1");
	add_network(f, SWARM, "");
	assert_request(f, r, "GET /containers/json?filters=%7B%22network%22%3A"
	    "%7B%22" NONE TRUE "%2C%22" NET TRUE "%2C%22" SWARM TRUE
	    "%7D%7D" TAIL);
	r.kind = DOCKER_LIST_STOPPED;
	assert_request(f, r, "GET /containers/json?filters=%7B%22status%22%3A"
	    "%7B%22created" TRUE "%2C%22exited" TRUE "%7D%2C%22network%22%3A"
	    "%7B%22" NONE TRUE "%2C%22" NET TRUE "%2C%22web1" TRUE "%2C%22"
	    SWARM TRUE "%7D%7D" TAIL);
}

static void
test_questions_of_the_parent_are_about_what_is_ours(void **state)
{
	struct fixture *f = *state;
	struct object_id id;

	assert_int_equal(object_id_parse(ID, strlen(ID), &id), 0);
	docker_http_own_networks(f->http, &f->scope);
	assert_written(f, "GET /networks?filters=%7B%22driver%22%3A%7B%22bgplb"
	    TRUE "%7D%7D" TAIL);
	assert_true(driver_names_learn(&f->scope.drivers, "org/bgplb:v1"));
	docker_http_own_networks(f->http, &f->scope);
	assert_written(f, "GET /networks?filters=%7B%22driver%22%3A%7B%22bgplb"
	    TRUE "%2C%22org%2Fbgplb%3Av1" TRUE "%7D%7D" TAIL);
	add_network(f, NET, "web1");
	docker_http_own_container(f->http, &f->scope, &id);
	assert_written(f, "GET /containers/json?filters=%7B%22id%22%3A%7B%22" ID
	    TRUE "%7D%2C%22network%22%3A%7B%22" NONE TRUE "%2C%22" NET TRUE
	    "%7D%7D" TAIL);
}

/* What stands in the settings may be anything. */
static void
test_name_of_the_socket_cannot_leave_its_string(void **state)
{
	struct fixture *f = *state;

	driver_names_init(&f->scope.drivers, "/run/a\"b\\c &\n.sock");
	docker_http_own_networks(f->http, &f->scope);
	assert_written(f, "GET /networks?filters=%7B%22driver%22%3A%7B%22"
	    "a%5C%22b%5C%5Cc%20%26%0A" TRUE "%7D%7D" TAIL);
}

static void
test_longest_list_is_one_that_engines_read(void **state)
{
	struct docker_request r = { .kind = DOCKER_LIST_STOPPED };
	struct fixture *f = *state;
	char hex[OBJECT_ID_DIGITS + 1], name[64];
	int i;

	for (i = 0; i < SCOPE_NETWORKS_MAX + 1; i++) {
		snprintf(hex, sizeof(hex), "%064x", i + 1);
		snprintf(name, sizeof(name), "%063d", i);
		add_network(f, hex, name);
	}
	assert_int_equal(f->scope.networks.count, SCOPE_NETWORKS_MAX);
	assert_int_equal(docker_http_request(f->http, &r, &f->scope), 0);
	assert_true(evbuffer_get_length(f->http) < HEADER_MAX);
}

#define FILTERS	"%7B%22type%22%3A%5B%22container%22%2C%22network%22%5D%2C" \
	"%22event%22%3A%5B%22start%22%2C%22die%22%2C%22kill%22%2C%22pause%22" \
	"%2C%22unpause%22%2C%22health_status%22%2C%22create%22%2C%22destroy" \
	"%22%2C%22connect%22%2C%22disconnect%22%5D%7D"

static void
test_events_begin_where_they_are_asked_to(void **state)
{
	struct docker_request r = { .kind = DOCKER_EVENTS };
	struct fixture *f = *state;

	assert_request(f, r, "GET /events?filters=" FILTERS "&since=" TAIL);
	r.since = 1700000000123456789;
	assert_request(f, r, "GET /events?filters=" FILTERS
	    "&since=1700000000.123456789" TAIL);
	r.since = 1700000000000000001;
	assert_request(f, r, "GET /events?filters=" FILTERS
	    "&since=1700000000.000000001" TAIL);
	r.since = INT64_MAX;
	assert_request(f, r, "GET /events?filters=" FILTERS
	    "&since=9223372036.854775807" TAIL);
}

static void
test_what_is_not_in_the_list_is_not_asked(void **state)
{
	struct docker_request r = { .kind = 0 };
	struct fixture *f = *state;

	assert_invalid(f, r);
	r.kind = DOCKER_REQUEST_LAST + 1;
	assert_invalid(f, r);
	r.kind = UINT32_MAX;
	assert_invalid(f, r);
	r.kind = DOCKER_INSPECT_CONTAINER;
	assert_invalid(f, r);
	set_id(&r, "../../../../images/json?all=1&xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxx");
	assert_invalid(f, r);
	set_id(&r, ID);
	r.kind = DOCKER_STOP_CONTAINER;
	r.signal = SIGINT;
	assert_invalid(f, r);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_requests_are_the_closed_list),
		TEST(test_containers_are_listed_for_our_networks_only),
		TEST(test_questions_of_the_parent_are_about_what_is_ours),
		TEST(test_name_of_the_socket_cannot_leave_its_string),
		TEST(test_longest_list_is_one_that_engines_read),
		TEST(test_events_begin_where_they_are_asked_to),
		TEST(test_what_is_not_in_the_list_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
