/*
 * The lines of Docker's event stream.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/docker_event.h"
#include "bgplbd/frontend/docker_wanted.h"
#include "regress/unit/frontend/recorded.h"

#define SWARM_ID "k2a9e0s6pz0y5uv3t7wq2ab1c"
#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct counts {
	unsigned int	of[EVENT_NETWORK_DISCONNECT + 1];
	enum health	last_health;
	unsigned int	signals[65];
};

static void
count_event(const struct json_element *line, void *arg)
{
	struct counts *c = arg;
	struct docker_event event;

	assert_non_null(line->text);
	assert_int_equal(docker_event_parse(line->text, line->len, &event), 0);
	c->of[event.kind]++;
	if (event.kind == EVENT_CONTAINER_HEALTH)
		c->last_health = event.health;
	if (event.kind == EVENT_CONTAINER_KILL)
		c->signals[event.signal]++;
	if (event.kind >= EVENT_NETWORK_CREATE) {
		assert_true(object_id_is_valid(&event.network));
		assert_true(strcmp(event.driver, "bgplb") == 0 ||
		    strcmp(event.driver, "bridge") == 0);
	}
	if (event.kind != EVENT_OTHER && event.kind != EVENT_NETWORK_CREATE &&
	    event.kind != EVENT_NETWORK_DESTROY)
		assert_true(object_id_is_valid(&event.container));
}

static void
test_the_recorded_event_streams_are_understood(void **state)
{
	struct json_sieve *lines;
	struct counts c;
	size_t engine, len;
	char *text;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		text = recorded_load(recorded_engines[engine], "events.http",
		    &len);
		recorded_body(text, &len);
		memset(&c, 0, sizeof(c));
		lines = json_sieve_new(JSON_SIEVE_LINES, docker_wanted_event,
		    DOCKER_EVENT_MAX, count_event, &c);
		assert_int_equal(json_sieve_feed(lines, text, len), 0);
		json_sieve_free(lines);
		assert_int_equal(c.of[EVENT_CONTAINER_START], 3);
		assert_int_equal(c.of[EVENT_CONTAINER_DIE], 3);
		assert_int_equal(c.of[EVENT_CONTAINER_KILL], 3);
		assert_int_equal(c.of[EVENT_CONTAINER_PAUSE], 1);
		assert_int_equal(c.of[EVENT_CONTAINER_UNPAUSE], 1);
		assert_int_equal(c.of[EVENT_CONTAINER_HEALTH], 2);
		assert_int_equal(c.last_health, HEALTH_UNHEALTHY);
		assert_int_equal(c.signals[12], 1);
		assert_int_equal(c.signals[15], 2);
		assert_int_equal(c.of[EVENT_CONTAINER_DESTROY], 2);
		assert_int_equal(c.of[EVENT_NETWORK_CREATE], 8);
		assert_int_equal(c.of[EVENT_NETWORK_DESTROY], 7);
		assert_int_equal(c.of[EVENT_NETWORK_CONNECT], 5);
		assert_true(c.of[EVENT_NETWORK_DISCONNECT] >= 6);
		assert_int_equal(c.of[EVENT_OTHER], 2);	/* container create */
		free(text);
	}
}

static void
check_event(const char *text, int result, enum docker_event_kind kind)
{
	struct docker_event event;

	if (docker_event_parse(text, strlen(text), &event) != result)
		fail_msg("%s", text);
	if (result == 0)
		assert_int_equal(event.kind, kind);
}

#define EVENT(type, action, id, attributes) "{\"Type\":\"" type "\"," \
    "\"Action\":\"" action "\",\"Actor\":{\"ID\":\"" id "\"," \
    "\"Attributes\":{" attributes "}}}"

static void
test_unknown_events_are_passed_over(void **state)
{
	(void)state;
	check_event("{}", 0, EVENT_OTHER);
	check_event(EVENT("container", "exec_start: sh", ID_A, ""), 0,
	    EVENT_OTHER);
	check_event(EVENT("container", "rename", ID_A, ""), 0, EVENT_OTHER);
	check_event(EVENT("volume", "destroy", "x", ""), 0, EVENT_OTHER);
	check_event(EVENT("network", "start", ID_A, ""), 0, EVENT_OTHER);
	check_event(EVENT("plugin", "health_status: healthy", ID_A, ""), 0,
	    EVENT_OTHER);
	check_event(EVENT("container", "health_status: running", ID_A, ""), 0,
	    EVENT_OTHER);
	check_event(EVENT("container", "health_status: none", ID_A, ""), 0,
	    EVENT_OTHER);
	/* The swarm's ingress network has no container. */
	check_event(EVENT("network", "connect", SWARM_ID,
	    "\"container\":\"ingress-sbox\""), 0, EVENT_OTHER);
}

static void
test_events_without_what_they_need_are_refused(void **state)
{
	(void)state;
	check_event("", -1, EVENT_OTHER);
	check_event("[]", -1, EVENT_OTHER);
	check_event("{\"Type\":", -1, EVENT_OTHER);
	check_event("{\"Type\":\"container\",\"Action\":\"start\"}", -1,
	    EVENT_OTHER);
	check_event(EVENT("container", "start", "abc", ""), -1, EVENT_OTHER);
	check_event(EVENT("container", "start", SWARM_ID, ""), -1,
	    EVENT_OTHER);
	check_event(EVENT("container", "kill", ID_A, ""), -1, EVENT_OTHER);
	check_event(EVENT("container", "kill", ID_A, "\"signal\":9"), -1,
	    EVENT_OTHER);
	check_event(EVENT("container", "kill", ID_A, "\"signal\":\"99\""), -1,
	    EVENT_OTHER);
	check_event(EVENT("network", "connect", ID_A, ""), -1, EVENT_OTHER);
	check_event("{\"Type\":\"network\",\"Action\":\"create\"}", -1,
	    EVENT_OTHER);
}

static void
test_events_of_known_kinds_need_no_more_than_their_fields(void **state)
{
	(void)state;
	check_event(EVENT("container", "start", ID_A, ""), 0,
	    EVENT_CONTAINER_START);
	check_event(EVENT("container", "kill", ID_A, "\"signal\":\"SIGUSR2\""),
	    0, EVENT_CONTAINER_KILL);
	check_event(EVENT("container", "health_status: starting", ID_A, ""), 0,
	    EVENT_CONTAINER_HEALTH);
	check_event(EVENT("network", "create", ID_A, ""), 0,
	    EVENT_NETWORK_CREATE);
	check_event(EVENT("network", "create", SWARM_ID, ""), 0,
	    EVENT_NETWORK_CREATE);
	check_event(EVENT("network", "disconnect", SWARM_ID,
	    "\"container\":\"" ID_B "\""), 0, EVENT_NETWORK_DISCONNECT);
	check_event(EVENT("network", "connect", ID_A,
	    "\"container\":\"" ID_B "\""), 0, EVENT_NETWORK_CONNECT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_recorded_event_streams_are_understood),
		cmocka_unit_test(test_unknown_events_are_passed_over),
		cmocka_unit_test(test_events_without_what_they_need_are_refused),
		cmocka_unit_test(test_events_of_known_kinds_need_no_more_than_their_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
