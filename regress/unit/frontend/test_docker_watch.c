/*
 * What becomes of Docker's events, with the whole frontend at work: what is
 * told at once, what leads to an inspection, and inspections that are overtaken
 * by events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/frontend/connection_tries.h"
#include "regress/unit/frontend/objects.h"
#include "regress/unit/frontend/recorded.h"
#include "regress/unit/frontend/world.h"

#define NO_CONTENT	"HTTP/1.1 204 No Content\r\n\r\n"

static void
test_events_of_a_known_container_are_told_at_once(void **state)
{
	struct world *w = *state;
	const struct container_disconnect *gone;
	const struct container_paused *paused;

	sync_one_container(w);
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	docker_event(w, "container", "health_status: healthy", C1, "");
	expect_health(w, C1, HEALTH_HEALTHY);
	docker_event(w, "container", "pause", C1, "");
	paused = (void *)expect_fact(w, MSG_FRONTEND_CONTAINER_PAUSED)->data;
	assert_int_equal(paused->paused, 1);
	docker_event(w, "container", "unpause", C1, "");
	paused = (void *)expect_fact(w, MSG_FRONTEND_CONTAINER_PAUSED)->data;
	assert_int_equal(paused->paused, 0);
	docker_event(w, "container", "kill", C1, "\"signal\":\"12\"");
	expect_signal(w, C1, 12);
	docker_event(w, "network", "disconnect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	gone = (void *)expect_fact(w, MSG_FRONTEND_DISCONNECT)->data;
	assert_string_equal(gone->container.hex, C1);
	assert_string_equal(gone->network.hex, NET);
	docker_event(w, "network", "disconnect", OTHER, "\"container\":\"" C1
	    "\",\"type\":\"bridge\"");
	docker_event(w, "container", "die", C1, "");
	expect_id(w, MSG_FRONTEND_CONTAINER_DIED, C1);
	/* It is known no more. */
	docker_event(w, "container", "health_status: healthy", C1, "");
	docker_event(w, "container", "destroy", C1, "");
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_a_start_leads_to_an_inspection(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	docker_event(w, "container", "start", C2, "");
	answer_inspection(w, C2, INSPECTED(C2, "true", "starting"));
	expect_container(w, C2, HEALTH_STARTING);
	docker_event(w, "container", "health_status: healthy", C2, "");
	expect_health(w, C2, HEALTH_HEALTHY);
	/* One that has none of our networks is not told of. */
	docker_event(w, "container", "start", ALIEN, "");
	answer_inspection(w, ALIEN, INSPECTED_IN(ALIEN, OTHER, "true",
	    "healthy"));
	assert_quiet(w->rde);
	/* Nor one that Docker does not know any more. */
	docker_event(w, "container", "start", GATE, "");
	docker_reply(w, expect_request(w, DOCKER_INSPECT_CONTAINER, GATE),
	    NOT_FOUND);
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_a_connection_leads_to_an_inspection_if_the_container_runs(void **state)
{
	struct world *w = *state;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, OTHER) "]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	docker_event(w, "network", "connect", OTHER, "\"container\":\"" C1
	    "\",\"type\":\"bridge\"");
	assert_quiet(w->parent);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_container(w, C1, HEALTH_HEALTHY);
}

/* No container of ours runs. */
static void
sync_nothing(struct world *w)
{
	sync_until_inspections(w, NETWORKS, "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
}

/* Docker's list does not have it yet. */
static void
refuse_inspection(struct world *w, const char *id)
{
	docker_refuse(w, expect_request(w, DOCKER_INSPECT_CONTAINER, id),
	    EACCES);
}

/* The same of one that is not known to run. */
static void
refuse_connected(struct world *w, const char *id)
{
	docker_refuse(w, expect_request(w, DOCKER_INSPECT_CONNECTED, id),
	    EACCES);
}

static void
answer_connected(struct world *w, const char *id, const char *body)
{
	docker_answer(w, expect_request(w, DOCKER_INSPECT_CONNECTED, id),
	    body);
}

static void
test_a_connection_that_docker_does_not_list_yet_is_asked_for_again(void **state)
{
	struct world *w = *state;

	sync_nothing(w);
	docker_event(w, "container", "start", C1, "");
	refuse_inspection(w, C1);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	refuse_inspection(w, C1);
	refuse_inspection(w, C1);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_container(w, C1, HEALTH_HEALTHY);
	assert_quiet(w->parent);
	/* One that ran before it was connected, and of which nothing is known. */
	docker_event(w, "network", "connect", NET, "\"container\":\"" C2
	    "\",\"type\":\"bgplb\"");
	refuse_connected(w, C2);
	answer_connected(w, C2, INSPECTED(C2, "true", "healthy"));
	expect_container(w, C2, HEALTH_HEALTHY);
}

/*
 * Docker would let an inspection wait for the start, and four of these would hold up all
 * others.
 */
static void
test_a_container_that_starts_anew_is_not_inspected_before(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	sync_one_container(w);
	docker_event(w, "container", "die", C1, "");
	expect_id(w, MSG_FRONTEND_CONTAINER_DIED, C1);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	refuse_connected(w, C1);
	tag = expect_request(w, DOCKER_INSPECT_CONNECTED, C1);
	docker_event(w, "container", "start", C1, "");
	docker_refuse(w, tag, EACCES);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_container(w, C1, HEALTH_HEALTHY);
	assert_quiet(w->parent);
}

static void
test_a_connection_that_is_found_during_a_sync_outlasts_it(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) "]");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C2
	    "\",\"type\":\"bgplb\"");
	answer_connected(w, C2, INSPECTED(C2, "true", "starting"));
	expect_container(w, C2, HEALTH_STARTING);
	docker_event(w, "container", "health_status: healthy", C2, "");
	expect_health(w, C2, HEALTH_HEALTHY);
	docker_answer(w, tag, INSPECTED(C1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_container(w, C2, HEALTH_HEALTHY);
	expect_end(w, 0);
	/* It runs, though that list did not have it yet. */
	answer_inspection(w, C2, INSPECTED(C2, "true", "healthy"));
	expect_container(w, C2, HEALTH_HEALTHY);
}

static void
test_a_connection_that_docker_never_lists_leads_to_its_lists(void **state)
{
	struct world *w = *state;
	int i;

	sync_nothing(w);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	for (i = 0; i < CONNECTION_TRIES; i++)
		refuse_connected(w, C1);
	expect_request(w, DOCKER_LIST_NETWORKS, "");
}

static void
test_a_start_that_follows_a_connection_is_inspected_at_once(void **state)
{
	struct world *w = *state;

	sync_nothing(w);
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	docker_event(w, "container", "start", C1, "");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_container(w, C1, HEALTH_HEALTHY);
	assert_quiet(w->parent);
}

static void
test_a_container_of_others_is_forgotten(void **state)
{
	struct world *w = *state;

	sync_nothing(w);
	docker_event(w, "container", "start", C1, "");
	refuse_inspection(w, C1);
	assert_quiet(w->parent);
	docker_event(w, "container", "health_status: healthy", C1, "");
	docker_event(w, "container", "die", C1, "");
	assert_quiet(w->rde);
}

static void
test_an_old_picture_does_not_revive_a_dead_container(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	sync_one_container(w);
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_event(w, "container", "die", C2, "");
	assert_quiet(w->rde);
	docker_answer(w, tag, INSPECTED(C2, "true", "healthy"));
	assert_quiet(w->rde);
	assert_quiet(w->parent);
	/* The same of a known one, which a connection made us look at. */
	docker_event(w, "network", "connect", NET, "\"container\":\"" C1
	    "\",\"type\":\"bgplb\"");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	docker_event(w, "container", "die", C1, "");
	expect_id(w, MSG_FRONTEND_CONTAINER_DIED, C1);
	docker_answer(w, tag, INSPECTED(C1, "true", "healthy"));
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_a_picture_overtaken_by_an_event_is_taken_again(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	sync_one_container(w);
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_event(w, "container", "health_status: unhealthy", C2, "");
	assert_quiet(w->rde);
	docker_answer(w, tag, INSPECTED(C2, "true", "healthy"));
	answer_inspection(w, C2, INSPECTED(C2, "true", "unhealthy"));
	expect_container(w, C2, HEALTH_UNHEALTHY);
	/*
	 * It died and was started again: the old picture is of the first life.
	 */
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_event(w, "container", "die", C2, "");
	expect_id(w, MSG_FRONTEND_CONTAINER_DIED, C2);
	docker_event(w, "container", "start", C2, "");
	assert_quiet(w->parent);
	docker_answer(w, tag, INSPECTED(C2, "true", "healthy"));
	answer_inspection(w, C2, INSPECTED(C2, "true", "starting"));
	expect_container(w, C2, HEALTH_STARTING);
}

static void
test_a_signal_before_the_first_fact_is_not_lost(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	sync_one_container(w);
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_event(w, "container", "kill", C2, "\"signal\":\"12\"");
	docker_event(w, "container", "kill", C2, "\"signal\":\"15\"");
	assert_quiet(w->rde);
	docker_answer(w, tag, INSPECTED(C2, "true", "healthy"));
	expect_container(w, C2, HEALTH_HEALTHY);
	expect_signal(w, C2, 12);
	expect_signal(w, C2, 15);
	assert_quiet(w->rde);
}

static void
test_a_labelled_network_is_told_from_creation_to_removal(void **state)
{
	struct world *w = *state;
	const struct network_fact *fact;
	uint32_t tag;

	sync_one_container(w);
	docker_event(w, "network", "create", GATE, "\"type\":\"bridge\"");
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, GATE),
	    GATE_NETWORK);
	fact = (void *)expect_fact(w, MSG_FRONTEND_NETWORK)->data;
	assert_string_equal(fact->name, "gw");
	assert_int_equal(fact->labelled, 1);
	assert_int_equal(fact->ours, 0);
	assert_int_equal(fact->nsubnets, 1);
	docker_event(w, "network", "destroy", GATE, "\"type\":\"bridge\"");
	expect_id(w, MSG_FRONTEND_NETWORK_GONE, GATE);
	/* One without label, or removed before it was seen, is not told of. */
	docker_event(w, "network", "create", OTHER, "");
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, OTHER),
	    OTHER_NETWORK);
	docker_event(w, "network", "create", GATE, "");
	tag = expect_request(w, DOCKER_INSPECT_NETWORK, GATE);
	docker_event(w, "network", "destroy", GATE, "");
	world_settle(w);
	docker_answer(w, tag, GATE_NETWORK);
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_blocked_inspections_hold_up_nothing_else(void **state)
{
	static const char digits[] = "0123456789";
	struct world *w = *state;
	char id[65] = C2;
	uint32_t tags[4];
	size_t i;

	sync_one_container(w);
	for (i = 0; i < 10; i++) {
		id[0] = digits[i];
		docker_event(w, "container", "start", id, "");
	}
	for (i = 0; i < 4; i++) {
		id[0] = digits[i];
		tags[i] = expect_request(w, DOCKER_INSPECT_CONTAINER, id);
	}
	assert_quiet(w->parent);
	docker_event(w, "network", "create", GATE, "");
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, GATE),
	    GATE_NETWORK);
	expect_network(w, GATE, false, true);
	order_stop(w, 0, false);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	docker_order_reply(w, expect_request(w, DOCKER_STOP_CONTAINER, C1),
	    NO_CONTENT);
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	for (i = 0; i < 4; i++)
		docker_reply(w, tags[i], NOT_FOUND);
	for (i = 4; i < 10; i++) {
		id[0] = digits[i];
		docker_reply(w, expect_request(w, DOCKER_INSPECT_CONTAINER,
		    id), NOT_FOUND);
	}
	assert_quiet(w->parent);
	assert_quiet(w->rde);
}

static void
check_stop(struct world *w, const char *reply, const char *logged)
{
	uint32_t tag;

	world_log(w);
	order_stop(w, 0, false);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	tag = expect_request(w, DOCKER_STOP_CONTAINER, C1);
	if (reply == NULL)
		docker_refuse(w, tag, ECONNREFUSED);
	else
		docker_order_reply(w, tag, reply);
	assert_true(world_readable(w->log, PATIENCE));
	world_settle(w);
	assert_non_null(strstr(world_log(w), logged));
}

/* The next request is one to the parent itself, for C1's process. */
static uint32_t
expect_process_signal(struct world *w, int pid)
{
	struct docker_request *r;
	struct packet p;

	assert_true(get_packet(w->parent, &p, PATIENCE));
	assert_true(docker_request_is_valid(p.data, p.len));
	r = (struct docker_request *)p.data;
	assert_int_equal(r->kind, DOCKER_SIGNAL_PROCESS);
	assert_string_equal(r->id.hex, C1);
	assert_int_equal(r->pid, pid);
	assert_int_equal(r->signal, SIGTERM);
	assert_int_equal(r->started_at, STARTED_AT);
	return p.hdr.peerid;
}

static void
test_a_stop_goes_to_the_process_and_docker_is_not_asked(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	order_stop(w, 4711, false);
	docker_refuse(w, expect_process_signal(w, 4711), 0);
	world_settle(w);
	assert_non_null(strstr(world_log(w), "aaaaaaaaaaaa: got signal 15"));
	assert_quiet(w->parent);
}

static void
test_a_stop_that_does_not_reach_the_process_goes_to_docker(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	order_stop(w, 4711, false);
	docker_refuse(w, expect_process_signal(w, 4711), ESRCH);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	docker_order_reply(w, expect_request(w, DOCKER_STOP_CONTAINER, C1),
	    NO_CONTENT);
	world_settle(w);
	assert_non_null(strstr(world_log(w), "aaaaaaaaaaaa: got signal 15"));
	assert_quiet(w->parent);
}

static void
test_a_stop_that_docker_has_to_know_of_goes_there_first(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	order_stop(w, 4711, true);
	docker_refuse(w, expect_request(w, DOCKER_INSPECT_CONTAINER, C1),
	    EHOSTDOWN);
	docker_refuse(w, expect_process_signal(w, 4711), 0);
	world_settle(w);
	assert_non_null(strstr(world_log(w), "aaaaaaaaaaaa: got signal 15"));
}

static void
test_a_stop_is_not_given_to_a_run_that_docker_does_not_show(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	order_stop(w, 0, false);
	answer_inspection(w, C1, "{\"Id\":\"" C1 "\",\"Name\":\"/c\","
	    "\"State\":{\"Running\":true,\"Paused\":false,\"Restarting\":"
	    "false,\"StartedAt\":\"2026-01-01T00:00:01Z\"},\"Config\":{},"
	    "\"NetworkSettings\":{\"Networks\":{}}}");
	world_settle(w);
	assert_non_null(strstr(world_log(w), "has ended before signal 15: it "
	    "is not that run of it any more"));
	order_stop(w, 0, false);
	answer_inspection(w, C1, INSPECTED(C1, "false", "healthy"));
	world_settle(w);
	assert_non_null(strstr(world_log(w), "has ended before signal 15"));
	assert_quiet(w->parent);
}

static void
test_a_stop_that_docker_fails_is_tried_again(void **state)
{
	struct world *w = *state;
	const char *log;

	sync_one_container(w);
	order_stop(w, 0, false);
	docker_refuse(w, expect_request(w, DOCKER_INSPECT_CONTAINER, C1),
	    EHOSTDOWN);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	/* The ping was not answered, so the order was not given. */
	docker_reply(w, expect_request(w, DOCKER_STOP_CONTAINER, C1), "");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	docker_order_reply(w, expect_request(w, DOCKER_STOP_CONTAINER, C1),
	    "HTTP/1.1 500 Oops\r\n\r\n{\"message\":\"no\"}");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	docker_order_reply(w, expect_request(w, DOCKER_STOP_CONTAINER, C1),
	    NO_CONTENT);
	world_settle(w);
	log = world_log(w);
	assert_non_null(strstr(log, "cannot send signal 15, trying again: no "
	    "engine runs"));
	assert_non_null(strstr(log, "got signal 15 after all"));
	assert_null(strstr(log, "status 500"));
}

static void
test_a_stop_is_not_meant_for_the_next_run_of_its_container(void **state)
{
	struct world *w = *state;
	struct packet p;

	sync_one_container(w);
	order_stop(w, 0, false);
	docker_refuse(w, expect_request(w, DOCKER_INSPECT_CONTAINER, C1),
	    ECONNREFUSED);
	docker_event(w, "container", "die", C1, "");
	expect_id(w, MSG_FRONTEND_CONTAINER_DIED, C1);
	assert_false(get_packet(w->parent, &p, 2500));
}

static void
test_what_becomes_of_a_stop_is_logged(void **state)
{
	struct world *w = *state;
	size_t engine, len;
	char *text;

	sync_one_container(w);
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		text = recorded_load(recorded_engines[engine], "kill-ok.http",
		    &len);
		check_stop(w, text,
		    "debug: frontend: container aaaaaaaaaaaa: got signal 15");
		free(text);
		text = recorded_load(recorded_engines[engine],
		    "kill-notrunning.http", &len);
		check_stop(w, text, "debug: frontend: container aaaaaaaaaaaa: "
		    "has ended before signal 15");
		free(text);
		text = recorded_load(recorded_engines[engine],
		    "kill-nosuch.http", &len);
		check_stop(w, text, "debug: frontend: container aaaaaaaaaaaa: "
		    "has ended before signal 15");
		free(text);
	}
	check_stop(w, "HTTP/1.1 500 Oops\r\n\r\n{\"message\":\"stuck\"}",
	    "warning: frontend: container aaaaaaaaaaaa: cannot send signal 15, "
	    "trying again: stuck (status 500)");
	check_stop(w, NULL, "warning: frontend: container aaaaaaaaaaaa: "
	    "cannot send signal 15, trying again: /var/run/docker.sock: "
	    "Connection refused");
}

static void
test_replies_byte_by_byte_are_understood(void **state)
{
	static const char text[] = OK_HEADER GATE_NETWORK;
	struct world *w = *state;
	size_t i;
	int fd;

	sync_one_container(w);
	docker_event(w, "network", "create", GATE, "");
	fd = docker_open(w, expect_request(w, DOCKER_INSPECT_NETWORK, GATE));
	for (i = 0; i < sizeof(text) - 1; i++) {
		assert_int_equal(write(fd, text + i, 1), 1);
		if (i % 16 == 0)
			usleep(1000);
	}
	assert_quiet(w->rde);
	close(fd);
	expect_network(w, GATE, false, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_events_of_a_known_container_are_told_at_once),
		WORLD_TEST(test_a_start_leads_to_an_inspection),
		WORLD_TEST(test_a_connection_leads_to_an_inspection_if_the_container_runs),
		WORLD_TEST(test_a_connection_that_docker_does_not_list_yet_is_asked_for_again),
		WORLD_TEST(test_a_container_that_starts_anew_is_not_inspected_before),
		WORLD_TEST(test_a_connection_that_is_found_during_a_sync_outlasts_it),
		WORLD_TEST(test_a_connection_that_docker_never_lists_leads_to_its_lists),
		WORLD_TEST(test_a_start_that_follows_a_connection_is_inspected_at_once),
		WORLD_TEST(test_a_container_of_others_is_forgotten),
		WORLD_TEST(test_an_old_picture_does_not_revive_a_dead_container),
		WORLD_TEST(test_a_picture_overtaken_by_an_event_is_taken_again),
		WORLD_TEST(test_a_signal_before_the_first_fact_is_not_lost),
		WORLD_TEST(test_a_labelled_network_is_told_from_creation_to_removal),
		WORLD_TEST(test_blocked_inspections_hold_up_nothing_else),
		WORLD_TEST(
		    test_a_stop_goes_to_the_process_and_docker_is_not_asked),
		WORLD_TEST(
		    test_a_stop_that_does_not_reach_the_process_goes_to_docker),
		WORLD_TEST(
		    test_a_stop_that_docker_has_to_know_of_goes_there_first),
		WORLD_TEST(
		    test_a_stop_is_not_given_to_a_run_that_docker_does_not_show),
		WORLD_TEST(test_a_stop_that_docker_fails_is_tried_again),
		WORLD_TEST(
		    test_a_stop_is_not_meant_for_the_next_run_of_its_container),
		WORLD_TEST(test_what_becomes_of_a_stop_is_logged),
		WORLD_TEST(test_replies_byte_by_byte_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
