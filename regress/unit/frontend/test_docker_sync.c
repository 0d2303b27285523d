/*
 * What the rde is told of Docker as a whole, with the whole frontend at work:
 * syncs, what happens while one runs, outages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/frontend/objects.h"
#include "regress/unit/frontend/recorded.h"
#include "regress/unit/frontend/world.h"

static void
test_a_recorded_engine_is_told_in_one_go(void **state)
{
	static const char c1[] =
	    "9e4f04439de89e21f52e69cab5152773334c335fb50b9c60f94d846275c6a3dc";
	static const char c2[] =
	    "de5aa92c464702598218e460ff635bbe93ad9843e39e24615761bb22cd89426d";
	static const struct {
		uint32_t	 kind;
		const char	*id;
		const char	*file;
	} requests[] = {
		{ DOCKER_EVENTS, "", "events.http" },
		{ DOCKER_LIST_NETWORKS, "", "networks.http" },
		{ DOCKER_LIST_CONTAINERS, "", "containers.http" },
		{ DOCKER_INSPECT_CONTAINER, c2, "container-nohealth.http" },
		{ DOCKER_INSPECT_CONTAINER, c1, "container-healthy.http" },
	};
	struct world *w = *state;
	unsigned int networks = 0, containers = 0;
	struct packet p;
	uint32_t tag;
	size_t i, len;
	char *text;

	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		tag = expect_request(w, requests[i].kind, requests[i].id);
		text = recorded_load("20.10", requests[i].file, &len);
		if (requests[i].kind == DOCKER_EVENTS) {
			w->events = docker_open(w, tag);
			strstr(text, "\r\n\r\n")[4] = '\0';
			docker_write(w->events, text);
		} else
			docker_reply(w, tag, text);
		free(text);
	}
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	while (get_packet(w->rde, &p, PATIENCE)) {
		if (p.hdr.type == MSG_FRONTEND_SYNC_END)
			break;
		assert_true(frontend_rde_is_valid(p.hdr.type, p.data, p.len));
		networks += p.hdr.type == MSG_FRONTEND_NETWORK;
		containers += p.hdr.type == MSG_FRONTEND_CONTAINER;
	}
	assert_int_equal(p.hdr.type, MSG_FRONTEND_SYNC_END);
	assert_int_equal(networks, 8);	/* six of ours, two labelled */
	assert_int_equal(containers, 2);
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_the_stream_is_asked_for_from_that_moment_on(void **state)
{
	struct world *w = *state;
	struct docker_request *r;
	struct timespec now;
	struct packet p;
	int64_t ns;

	assert_true(get_packet(w->parent, &p, PATIENCE));
	clock_gettime(CLOCK_REALTIME, &now);
	ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	r = (struct docker_request *)p.data;
	assert_int_equal(r->kind, DOCKER_EVENTS);
	assert_true(r->since <= ns && r->since > ns - 10000000000LL);
	/* Nothing is listed before it is open. */
	assert_quiet(w->parent);
}

static void
test_a_container_elsewhere_is_not_inspected(void **state)
{
	struct world *w = *state;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, OTHER) "]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	assert_quiet(w->parent);
	/* Nor is what happens to it told. */
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	docker_event(w, "container", "kill", C1, "\"signal\":\"12\"");
	docker_event(w, "container", "die", C1, "");
	docker_event(w, "container", "die", C2, "");
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_events_during_a_sync_are_in_its_facts(void **state)
{
	struct world *w = *state;
	uint32_t tag1, tag2;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) ","
	    LISTED(C2, NET) "]");
	tag1 = expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	tag2 = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_answer(w, tag1, INSPECTED(C1, "true", "healthy"));
	world_settle(w);
	/* C1's picture is taken, C2's is on its way. */
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	docker_event(w, "container", "kill", C1, "\"signal\":\"12\"");
	docker_event(w, "container", "die", C2, "");
	assert_quiet(w->rde);
	docker_answer(w, tag2, INSPECTED(C2, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_UNHEALTHY);
	expect_signal(w, C1, 12);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	/* And C1 is looked at again. */
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_container(w, C1, HEALTH_HEALTHY);
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

static void
test_a_container_that_dies_during_a_sync_is_not_in_it(void **state)
{
	struct world *w = *state;
	uint32_t tag1, tag2;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) ","
	    LISTED(C2, NET) "]");
	tag1 = expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	tag2 = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	docker_answer(w, tag1, INSPECTED(C1, "true", "healthy"));
	world_settle(w);
	docker_event(w, "container", "die", C1, "");
	world_settle(w);
	docker_answer(w, tag2, INSPECTED(C2, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C2, HEALTH_HEALTHY);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	assert_quiet(w->rde);
}

static void
test_an_old_list_does_not_revive_a_removed_network(void **state)
{
	struct world *w = *state;
	uint32_t tag;

	docker_stream(w);
	tag = expect_request(w, DOCKER_LIST_NETWORKS, "");
	docker_event(w, "network", "destroy", GATE, "\"type\":\"bridge\"");
	world_settle(w);
	docker_answer(w, tag, "[" GATE_NETWORK "," OUR_NETWORK "]");
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	assert_quiet(w->rde);
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned int
count_text(const char *text, const char *word)
{
	unsigned int n = 0;

	while ((text = strstr(text, word)) != NULL) {
		text += strlen(word);
		n++;
	}
	return n;
}

static void
test_a_broken_stream_is_opened_again_and_all_is_listed(void **state)
{
	struct world *w = *state;
	const char *log;
	int64_t begin;

	sync_one_container(w);
	world_log(w);
	begin = milliseconds();
	world_close(&w->events);
	docker_refuse(w, expect_request(w, DOCKER_EVENTS, ""), ECONNREFUSED);
	assert_true(milliseconds() - begin >= 95);
	docker_refuse(w, expect_request(w, DOCKER_EVENTS, ""), ECONNREFUSED);
	assert_true(milliseconds() - begin >= 290);
	docker_refuse(w, expect_request(w, DOCKER_EVENTS, ""), ENOENT);
	assert_true(milliseconds() - begin >= 680);
	w->events = docker_open(w, expect_request(w, DOCKER_EVENTS, ""));
	assert_true(milliseconds() - begin >= 1450);
	/* What is known stays known. */
	assert_quiet(w->rde);
	docker_write(w->events, OK_HEADER);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    NETWORKS);
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "["
	    LISTED(C1, NET) "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "unhealthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_UNHEALTHY);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	world_settle(w);
	log = world_log(w);
	assert_int_equal(count_text(log, "warning:"), 1);
	assert_int_equal(count_text(log, "it is there again"), 1);
	/* The wait is short again, not 1.6 seconds. */
	begin = milliseconds();
	world_close(&w->events);
	expect_request(w, DOCKER_EVENTS, "");
	assert_true(milliseconds() - begin < 1550);
}

static void
test_a_failed_list_counts_as_an_outage(void **state)
{
	struct world *w = *state;

	docker_stream(w);
	docker_reply(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "HTTP/1.0 500 Oops\r\n\r\n{\"message\":\"no\"}");
	docker_stream(w);
	docker_reply(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    OK_HEADER "{\"not\":\"a list\"}");
	docker_stream(w);
	docker_reply(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    OK_HEADER "[{\"Name\":\"cut");
	docker_stream(w);
	docker_reply(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n[]");
	assert_int_equal(count_text(world_log(w), "warning:"), 1);
	sync_one_container(w);
	assert_quiet(w->parent);
}

static void
test_events_that_cannot_be_read_lead_to_a_new_sync(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	docker_write(w->events, "garbage\n{}\n");
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    NETWORKS);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	assert_quiet(w->parent);
	/* C1 was not in the list: the rde has forgotten it, and so have we. */
	docker_event(w, "container", "health_status: healthy", C1, "");
	assert_quiet(w->rde);
}

static void
list_again(struct world *w, const char *networks, const char *containers)
{
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    networks);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    containers);
}

static void
test_a_list_with_something_not_understood_is_incomplete(void **state)
{
	struct world *w = *state;
	const char *log;
	int64_t begin = 0;
	int i;

	for (i = 0; i < 3; i++) {
		if (i == 0)
			docker_stream(w);
		list_again(w, NETWORKS, "[" LISTED(C1, NET) ",{},"
		    LISTED(C2, NET) "]");
		if (i > 0)
			assert_true(milliseconds() - begin >= i * 1000 - 50);
		answer_inspection(w, C1, "{\"Id\":\"" C1 "\"}");
		docker_reply(w, expect_request(w, DOCKER_INSPECT_CONTAINER,
		    C2), "HTTP/1.0 500 Oops\r\n\r\n"
		    "{\"message\":\"disk on fire\"}");
		expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
		expect_network(w, NET, true, false);
		expect_end(w, 1);
		begin = milliseconds();
	}
	world_settle(w);
	log = world_log(w);
	assert_int_equal(count_text(log, "container bbbbbbbbbbbb: Docker "
	    "does not show it: disk on fire (status 500)"), 1);
	assert_int_equal(count_text(log, "not all that it lists could be "
	    "read"), 1);
	assert_int_equal(count_text(log, "warning:"), 4);
	list_again(w, NETWORKS, "[" LISTED(C1, NET) "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
	world_settle(w);
	assert_int_equal(count_text(world_log(w), "all that it lists could be "
	    "read"), 1);
}

static void
test_a_network_that_is_not_understood_makes_the_list_incomplete(void **state)
{
	struct world *w = *state;

	sync_until_inspections(w, "[" OUR_NETWORK ",{\"Id\":\"" GATE "\"},"
	    "{\"Id\":\"ABCDEF\"}]", "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 1);
	list_again(w, "[" OUR_NETWORK
	    ",{\"Id\":\"ABCDEF\"}]", "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 0);
}

#define SWARM1	"k2a9e0s6pz0y5uv3t7wq2ab1c"
#define SWARM2	"k2a9e0s6pz0y5uv3t7wq2ab1d"
#define SWARM_NETWORK(id, name) NETWORK_JSON(id, name, "bgplb", \
	"10.0.0.101/32", "\"bgplb_advertise\":\"true\"")

/* A manager lists the other one too, but no container here uses it. */
static void
test_of_a_swarms_networks_only_those_of_this_host_are_told(void **state)
{
	static const char list[] = "[" SWARM_NETWORK(SWARM1, "web1") ","
	    SWARM_NETWORK(SWARM2, "web2") "]";
	struct world *w = *state;
	struct object_id own;

	assert_int_equal(network_id_parse(SWARM1, strlen(SWARM1), &own), 0);
	/* Its bridge stands. */
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, &own, sizeof(own));
	sync_until_inspections(w, list, "[" LISTED(C1, SWARM1) ","
	    LISTED(C2, SWARM2) "]");
	answer_inspection(w, C1, INSPECTED_IN(C1, SWARM1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, SWARM1, true, true);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
	docker_event(w, "network", "create", SWARM2, "");
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, SWARM2),
	    SWARM_NETWORK(SWARM2, "web2"));
	assert_quiet(w->rde);
	assert_quiet(w->parent);
}

/* Docker's call that makes it again may be here before the event of its end. */
static void
test_a_swarms_network_that_is_here_again_is_not_told_gone(void **state)
{
	static const char list[] = "[" SWARM_NETWORK(SWARM1, "web1") "]";
	struct world *w = *state;
	struct object_id own;

	assert_int_equal(network_id_parse(SWARM1, strlen(SWARM1), &own), 0);
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, &own, sizeof(own));
	sync_until_inspections(w, list, "[" LISTED(C1, SWARM1) "]");
	answer_inspection(w, C1, INSPECTED_IN(C1, SWARM1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, SWARM1, true, true);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
	docker_event(w, "network", "destroy", SWARM1, "\"type\":\"bgplb\"");
	assert_quiet(w->rde);
}

/* As while docker cp or a storage driver holds the container's lock. */
static void
test_a_container_that_docker_shows_late_is_not_taken_for_gone(void **state)
{
	struct world *w = *state;
	struct packet p;
	uint32_t tag;

	sync_one_container(w);
	world_close(&w->events);
	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) "]");
	expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	assert_true(get_packet(w->rde, &p, 11000));
	assert_int_equal(p.hdr.type, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 1);
	/* The rde knows it still, so its events are told. */
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C1);
	docker_answer(w, tag, INSPECTED(C1, "true", "unhealthy"));
	answer_inspection(w, C1, INSPECTED(C1, "true", "unhealthy"));
	expect_container(w, C1, HEALTH_UNHEALTHY);
	/* Now that it was read, all is listed again. */
	list_again(w, NETWORKS, "[" LISTED(C1, NET) "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "unhealthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_UNHEALTHY);
	expect_end(w, 0);
}

static void
test_a_refused_inspection_is_made_up_for_by_a_sync(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	docker_event(w, "container", "start", C2, "");
	docker_reply(w, expect_request(w, DOCKER_INSPECT_CONTAINER, C2),
	    "HTTP/1.0 500 Oops\r\n\r\n{\"message\":\"try later\"}");
	list_again(w, NETWORKS, "[" LISTED(C2, NET) "]");
	answer_inspection(w, C2, INSPECTED(C2, "true", "healthy"));
	expect_container(w, C2, HEALTH_HEALTHY);	/* told at once */
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C2, HEALTH_HEALTHY);
	expect_end(w, 0);
}

/* By then what was not running yet at the first list runs, or is left over. */
static void
test_a_second_list_follows_the_first(void **state)
{
	struct world *w = *state;
	struct packet p;
	int64_t begin;

	sync_one_container(w);
	begin = milliseconds();
	assert_false(get_packet(w->parent, &p, 9500));
	list_again(w, NETWORKS, "[]");
	assert_true(milliseconds() - begin > STARTING_MS);
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 0);
}

static void
test_the_name_under_which_we_are_installed_is_learned(void **state)
{
	struct world *w = world_start();
	struct object_id own[OWN_NETWORKS_PER_MESSAGE];
	static const char networks[] = "["
	    NETWORK_JSON(OTHER, "second", "org/bgplb:v1", "10.0.0.8/32", "")
	    "," OUR_NETWORK "," ALIEN_NETWORK "]";
	size_t i;

	(void)state;
	for (i = 0; i < OWN_NETWORKS_PER_MESSAGE; i++)
		assert_int_equal(object_id_parse(ALIEN, 64, &own[i]), 0);
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, own, sizeof(own));
	/* More of them may come, and a list without them would be wrong. */
	assert_quiet(w->parent);
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, own, sizeof(own[0]));
	docker_stream(w);
	/* The name shows behind another of it, so all are looked at again. */
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), networks);
	expect_driver_name(w, "org/bgplb:v1");
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), networks);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    "[" LISTED(C1, ALIEN) "]");
	answer_inspection(w, C1, INSPECTED_IN(C1, ALIEN, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_network(w, OTHER, true, false);
	expect_network(w, ALIEN, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_fact(w, MSG_FRONTEND_SYNC_END);
	assert_quiet(w->parent);
	world_stop(w);
}

static void
expect_others(struct world *w, const char *id)
{
	const struct packet *p = expect_fact(w, MSG_FRONTEND_OTHER_NETWORKS);

	assert_int_equal(p->len, sizeof(struct object_id));
	assert_string_equal(((const struct object_id *)(const void *)
	    p->data)->hex, id);
}

/* So that what stands for them in the kernel is not taken for a leftover. */
static void
test_networks_that_are_not_ours_are_told_by_their_ids(void **state)
{
	struct world *w = *state;

	sync_until_inspections(w, "[" OUR_NETWORK "," ALIEN_NETWORK ","
	    SWARM_NETWORK(SWARM1, "web1") "]", "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_others(w, ALIEN);
	expect_end(w, 0);
	/* One that goes meanwhile is not told. */
	docker_write(w->events, "garbage\n");
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "[" OUR_NETWORK "," ALIEN_NETWORK "," OTHER_NETWORK "]");
	docker_event(w, "network", "destroy", OTHER, "\"type\":\"bridge\"");
	world_settle(w);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_others(w, ALIEN);
	expect_end(w, 0);
}

/* A bridge in the kernel that names one of Docker's own networks proves nothing. */
static void
test_dockers_own_drivers_are_never_this_daemon(void **state)
{
	struct world *w = world_start();
	struct object_id own;

	(void)state;
	assert_int_equal(object_id_parse(OTHER, 64, &own), 0);
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, &own, sizeof(own));
	sync_until_inspections(w, "[" OUR_NETWORK "," OTHER_NETWORK ","
	    GATE_NETWORK "]", "[" LISTED(C1, OTHER) "]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_network(w, GATE, false, true);
	expect_others(w, OTHER);
	expect_end(w, 0);
	world_stop(w);
}

static void
test_nothing_is_asked_before_the_kernels_networks_are_known(void **state)
{
	struct world *w = world_start();

	(void)state;
	assert_quiet(w->parent);
	put_packet(w->rde, MSG_RDE_OWN_NETWORKS, 0, -1, NULL, 0);
	expect_request(w, DOCKER_EVENTS, "");
	world_stop(w);
}

static void
test_no_descriptor_is_leaked(void **state)
{
	struct world *w = *state;
	unsigned int before;
	uint32_t tag;
	int i, late;

	sync_one_container(w);
	docker_event(w, "network", "create", GATE, "");
	docker_answer(w, expect_request(w, DOCKER_INSPECT_NETWORK, GATE),
	    GATE_NETWORK);
	expect_network(w, GATE, false, true);
	world_settle(w);
	before = count_child_fds(w);
	for (i = 0; i < 5; i++) {
		docker_event(w, "container", "start", C2, "");
		answer_inspection(w, C2, INSPECTED(C2, "true", "healthy"));
		expect_container(w, C2, HEALTH_HEALTHY);
	}
	expect_child_fds(w, before);
	/* An answer that comes when nobody waits for it any more. */
	docker_event(w, "container", "start", C2, "");
	tag = expect_request(w, DOCKER_INSPECT_CONTAINER, C2);
	world_close(&w->events);
	world_settle(w);
	late = docker_open(w, tag);
	sync_one_container(w);
	expect_child_fds(w, before);
	/* And the pipe is closed, so that the parent can see it. */
	assert_int_equal(write(late, "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(late);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_a_recorded_engine_is_told_in_one_go),
		WORLD_TEST(test_the_stream_is_asked_for_from_that_moment_on),
		WORLD_TEST(test_a_container_elsewhere_is_not_inspected),
		WORLD_TEST(test_events_during_a_sync_are_in_its_facts),
		WORLD_TEST(test_a_container_that_dies_during_a_sync_is_not_in_it),
		WORLD_TEST(test_an_old_list_does_not_revive_a_removed_network),
		WORLD_TEST(test_a_broken_stream_is_opened_again_and_all_is_listed),
		WORLD_TEST(test_a_failed_list_counts_as_an_outage),
		WORLD_TEST(test_events_that_cannot_be_read_lead_to_a_new_sync),
		WORLD_TEST(test_a_list_with_something_not_understood_is_incomplete),
		WORLD_TEST(
		  test_a_network_that_is_not_understood_makes_the_list_incomplete),
		WORLD_TEST(
		  test_a_container_that_docker_shows_late_is_not_taken_for_gone),
		WORLD_TEST(
		    test_of_a_swarms_networks_only_those_of_this_host_are_told),
		WORLD_TEST(
		    test_a_swarms_network_that_is_here_again_is_not_told_gone),
		WORLD_TEST(test_a_refused_inspection_is_made_up_for_by_a_sync),
		WORLD_TEST(test_a_second_list_follows_the_first),
		cmocka_unit_test(
		    test_the_name_under_which_we_are_installed_is_learned),
		WORLD_TEST(test_networks_that_are_not_ours_are_told_by_their_ids),
		cmocka_unit_test(test_dockers_own_drivers_are_never_this_daemon),
		cmocka_unit_test(
		    test_nothing_is_asked_before_the_kernels_networks_are_known),
		WORLD_TEST(test_no_descriptor_is_leaked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
