/*
 * How lost events are made up for: the lists are looked at again when events come late
 * and from time to time, and only what differs is inspected.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include <cmocka.h>

#include "bgplbd/frontend/docker_sync.h"
#include "common/clock.h"
#include "common/timer.h"
#include "regress/unit/frontend/objects.h"

#define LOOK_MS		700	/* a minute, in these tests */

static uint64_t look_ms = LOOK_MS;
static uint64_t second_ms = SECOND_SYNC_SECONDS * 1000;

/* In place of the library's, so that a minute is over soon. */
void
timer_set(struct event *timer, uint64_t ms)
{
	struct timeval tv;

	if (ms == LOOK_SECONDS * 1000)
		ms = look_ms;
	else if (ms == SECOND_SYNC_SECONDS * 1000)
		ms = second_ms;
	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	if (event_add(timer, &tv) == -1)
		abort();
}

#define E2	"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

#define SHOWN(id, endpoint, state, status) "{\"Id\":\"" id "\"," \
	"\"State\":\"" state "\",\"Status\":\"" status "\"," \
	"\"NetworkSettings\":{\"Networks\":{\"x\":{\"NetworkID\":\"" NET \
	"\",\"EndpointID\":\"" endpoint "\"}}}}"
#define HEALTHY		SHOWN(C1, E1, "running", "Up 2 seconds (healthy)")

static void
look(struct world *w, const char *containers)
{
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    NETWORKS);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    containers);
}

static void
expect_told(struct world *w, enum health health)
{
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, health);
	expect_end(w, 0);
}

static void
timed_event(struct world *w, const char *action, int64_t time_ns)
{
	char line[512];

	snprintf(line, sizeof(line), "{\"Type\":\"container\",\"Action\":\"%s\","
	    "\"Actor\":{\"ID\":\"" C2 "\",\"Attributes\":{}},"
	    "\"timeNano\":%lld}\n", action, (long long)time_ns);
	docker_write(w->events, line);
}

static void
test_all_is_listed_again_after_a_minute_and_nothing_new_is_inspected(
    void **state)
{
	struct world *w = *state;
	int i;

	sync_one_container(w);
	for (i = 0; i < 3; i++) {
		look(w, "[" HEALTHY "]");
		expect_told(w, HEALTH_HEALTHY);
	}
	/* Silently. */
	world_settle(w);
	assert_null(strstr(world_log(w), "warning:"));
}

static void
test_look_waits_after_a_signal_to_any_container(void **state)
{
	struct world *w = *state;
	struct packet p;
	int i;

	sync_one_container(w);
	for (i = 0; i < 4; i++) {
		docker_event(w, "container", "kill", C2, "\"signal\":\"15\"");
		assert_false(get_packet(w->parent, &p, LOOK_MS / 2));
	}
	look(w, "[" HEALTHY "]");
	expect_told(w, HEALTH_HEALTHY);
}

static void
test_second_list_of_a_stream_waits_after_a_signal_too(void **state)
{
	struct world *w;
	struct packet p;

	second_ms = LOOK_MS / 2;
	assert_int_equal(world_set_up(state), 0);
	second_ms = SECOND_SYNC_SECONDS * 1000;
	w = *state;
	sync_one_container(w);
	docker_event(w, "container", "kill", C2, "\"signal\":\"12\"");
	assert_false(get_packet(w->parent, &p, LOOK_MS / 2 + 100));
	look(w, "[" HEALTHY "]");
	expect_told(w, HEALTH_HEALTHY);
	world_stop(w);
}

static void
test_what_events_told_is_known_to_the_next_look(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	look(w, "[" SHOWN(C1, E1, "running", "Up 1 second (unhealthy)") "]");
	expect_told(w, HEALTH_UNHEALTHY);
	docker_event(w, "container", "pause", C1, "");
	expect_fact(w, MSG_FRONTEND_CONTAINER_PAUSED);
	look(w, "[" SHOWN(C1, E1, "paused", "Up 1 second (Paused)") "]");
	expect_told(w, HEALTH_UNHEALTHY);
}

static void
test_a_lost_health_event_is_made_up_for(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	look(w, "[" SHOWN(C1, E1, "running", "Up 1 second (unhealthy)") "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "unhealthy"));
	expect_told(w, HEALTH_UNHEALTHY);
	look(w, "[" SHOWN(C1, E1, "running", "Up 1 second (unhealthy)") "]");
	expect_told(w, HEALTH_UNHEALTHY);
}

static void
test_a_lost_pause_and_a_lost_restart_are_inspected(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	look(w, "[" SHOWN(C1, E1, "paused", "Up 1 second (Paused)") "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_told(w, HEALTH_HEALTHY);
	look(w, "[" SHOWN(C1, E2, "running", "Up 1 second (healthy)") "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_told(w, HEALTH_HEALTHY);
	look(w, "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 0);
}

static void
test_after_an_outage_all_is_inspected(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	world_close(&w->events);
	docker_stream(w);
	look(w, "[" HEALTHY "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_told(w, HEALTH_HEALTHY);
}

/* Within the settle time, and so long before the minute is over. */
static void
expect_look_soon(struct world *w)
{
	struct packet p;

	assert_true(get_packet(w->parent, &p, LOOK_MS - 200));
	assert_int_equal(((struct docker_request *)p.data)->kind,
	    DOCKER_LIST_NETWORKS);
	docker_answer(w, p.hdr.peerid, NETWORKS);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    "[" HEALTHY "]");
	expect_told(w, HEALTH_HEALTHY);
}

static void
test_late_events_lead_to_a_look(void **state)
{
	const int64_t second = 1000LL * CLOCK_NS_PER_MS;
	struct world *w = *state;

	sync_one_container(w);
	timed_event(w, "exec_die", clock_wall_ns());
	assert_quiet(w->parent);
	/* As after a stall: several, of which one look comes. */
	timed_event(w, "exec_die", clock_wall_ns() - 20 * second);
	timed_event(w, "exec_die", clock_wall_ns() - 19 * second);
	expect_look_soon(w);
	world_settle(w);
	assert_non_null(strstr(world_log(w), "events come late, by"));
	/* And a clock that is set back. */
	timed_event(w, "exec_die", clock_wall_ns() + 30 * second);
	timed_event(w, "exec_die", clock_wall_ns());
	expect_look_soon(w);
}

/* An engine that is behind all the time must not keep us from its lists. */
static void
test_look_is_not_put_off_for_ever_by_late_events(void **state)
{
	const int64_t late_ns = 20 * 1000LL * CLOCK_NS_PER_MS;
	const uint64_t start = clock_ms();
	struct world *w;

	look_ms = LOOK_SECONDS * 1000;
	assert_int_equal(world_set_up(state), 0);
	look_ms = LOOK_MS;
	w = *state;
	sync_one_container(w);
	while (!world_readable(w->parent, 0)) {
		assert_true(clock_ms() - start < 4 * LATE_MAX_MS);
		timed_event(w, "exec_die", clock_wall_ns() - late_ns);
		assert_false(world_readable(w->events, 20));
	}
	look(w, "[" HEALTHY "]");
	expect_told(w, HEALTH_HEALTHY);
	world_stop(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(
	    test_all_is_listed_again_after_a_minute_and_nothing_new_is_inspected),
		WORLD_TEST(test_look_waits_after_a_signal_to_any_container),
		cmocka_unit_test(
		    test_second_list_of_a_stream_waits_after_a_signal_too),
		WORLD_TEST(test_what_events_told_is_known_to_the_next_look),
		WORLD_TEST(test_a_lost_health_event_is_made_up_for),
		WORLD_TEST(test_a_lost_pause_and_a_lost_restart_are_inspected),
		WORLD_TEST(test_after_an_outage_all_is_inspected),
		WORLD_TEST(test_late_events_lead_to_a_look),
		cmocka_unit_test(test_look_is_not_put_off_for_ever_by_late_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
