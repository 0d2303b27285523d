/*
 * Answers and events of any length: what matters is read of them, in little memory,
 * and what cannot be read is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "regress/unit/frontend/objects.h"

#define LABELS		530000	/* some 14 MB */
#define GROWTH_MAX	(4 * 1024)	/* kB of the frontend's memory meanwhile */
#define AUX_MAX		20000	/* auxiliary addresses of a network: 600 kB */
#define NETWORKS_MANY	4000	/* of one container: 650 kB */

static long
peak_kb(const struct world *w)
{
	char path[64], line[128];
	long kb = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)w->pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	fclose(f);
	assert_true(kb > 0);
	return kb;
}

static void
assert_grew_little(const struct world *w, long before)
{
	if (!SANITIZED)
		assert_in_range(peak_kb(w) - before, 0, GROWTH_MAX);
}

/* "before", as many members as "member" makes by their number, "after". */
static char *
flood(const char *before, const char *member, unsigned int n,
    const char *after)
{
	FILE *out;
	char *text;
	size_t len;
	unsigned int i;

	out = open_memstream(&text, &len);
	assert_non_null(out);
	fputs(before, out);
	for (i = 0; i < n; i++) {
		if (i > 0)
			fputc(',', out);
		fprintf(out, member, i, i);
	}
	fputs(after, out);
	fclose(out);
	return text;
}

#define LABEL	"\"com.example.label%u\":\"value %u\""

static void
test_a_list_with_half_a_million_labels_is_read(void **state)
{
	struct world *w = *state;
	long before = peak_kb(w);
	char *list;

	docker_stream(w);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), NETWORKS);
	list = flood("[{\"Id\":\"" C2 "\",\"Labels\":{", LABEL, LABELS,
	    "},\"NetworkSettings\":{\"Networks\":{\"x\":{\"NetworkID\":\"" OTHER
	    "\"}}}}," LISTED(C1, NET) "]");
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), list);
	free(list);
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
	assert_grew_little(w, before);
}

static void
test_a_container_of_ours_may_have_half_a_million_labels(void **state)
{
	struct world *w = *state;
	long before = peak_kb(w);
	char *text;

	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) "]");
	text = flood("{\"Config\":{\"Labels\":{", LABEL, LABELS,
	    "}},");
	/* The rest follows, without its first bracket. */
	text = realloc(text, strlen(text) +
	    sizeof(INSPECTED(C1, "true", "healthy")));
	assert_non_null(text);
	strcat(text, &INSPECTED(C1, "true", "healthy")[1]);
	answer_inspection(w, C1, text);
	free(text);
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
	assert_grew_little(w, before);
}

static void
test_an_event_with_half_a_million_labels_is_read(void **state)
{
	struct world *w = *state;
	long before = peak_kb(w);
	char *line;

	sync_one_container(w);
	line = flood("{\"Type\":\"container\",\"Action\":"
	    "\"health_status: unhealthy\",\"Actor\":{\"ID\":\"" C1
	    "\",\"Attributes\":{", LABEL, LABELS, "}}}\n");
	docker_write(w->events, line);
	free(line);
	expect_health(w, C1, HEALTH_UNHEALTHY);
	docker_event(w, "container", "health_status: healthy", C1, "");
	expect_health(w, C1, HEALTH_HEALTHY);
	assert_quiet(w->parent);
	assert_grew_little(w, before);
}

static void
test_a_network_beyond_the_limit_is_named_and_the_others_are_told(void **state)
{
	struct world *w = *state;
	char *list;
	const char *log;

	docker_stream(w);
	list = flood("[{\"Name\":\"web9\",\"Id\":\"" GATE "\",\"Driver\":"
	    "\"bgplb\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.9.0.0/16\","
	    "\"AuxiliaryAddresses\":{", "\"host%u\":\"10.9.255.255, %u\"",
	    AUX_MAX, "}}]},\"Labels\":{}}," OUR_NETWORK "]");
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), list);
	free(list);
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), "[]");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_end(w, 1);
	log = world_log(w);
	assert_non_null(strstr(log, "network 333333333333: "));
	assert_non_null(strstr(log, "more than 512 KiB"));
}

static void
test_a_container_beyond_the_limit_is_named(void **state)
{
	struct world *w = *state;
	char *text;
	const char *log;
	int i;

	docker_stream(w);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), NETWORKS);
	/* Whether it is in one of ours does not show; its inspection may tell. */
	text = flood("[{\"Id\":\"" C2 "\",\"State\":\"running\",\"Status\":"
	    "\"Up 1 second\",\"NetworkSettings\":{\"Networks\":{",
	    "\"net%u\":{\"NetworkID\":\"" OTHER "\",\"EndpointID\":\"" E1
	    "\",\"x\":%u}", NETWORKS_MANY, "}}}," LISTED(C1, NET) "]");
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""), text);
	free(text);
	text = flood("{\"Id\":\"" C2 "\",\"NetworkSettings\":{\"Networks\":{",
	    "\"net%u\":{\"NetworkID\":\"" OTHER "\",\"EndpointID\":\"" E1
	    "\",\"x\":%u}", NETWORKS_MANY, "}}}");
	for (i = 0; i < 2; i++) {
		struct packet p;

		assert_true(get_packet(w->parent, &p, PATIENCE));
		assert_int_equal(p.hdr.type, MSG_FRONTEND_DOCKER_REQUEST);
		docker_answer(w, p.hdr.peerid, strcmp(
		    ((struct docker_request *)p.data)->id.hex, C1) == 0 ?
		    INSPECTED(C1, "true", "healthy") : text);
	}
	free(text);
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 1);
	log = world_log(w);
	assert_non_null(strstr(log, "container bbbbbbbbbbbb: "));
	assert_non_null(strstr(log, "more than 512 KiB"));
}

/* The stream is asked for anew, by the request that is taken here. */
static void
reopen_stream(struct world *w)
{
	uint32_t tag = expect_request(w, DOCKER_EVENTS, "");

	world_close(&w->events);
	w->events = docker_open(w, tag);
	docker_write(w->events, OK_HEADER);
}

static void
test_a_list_that_is_broken_is_told_why(void **state)
{
	struct world *w = *state;

	reopen_stream(w);
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "[" OUR_NETWORK ",{\"Id\":}]");
	reopen_stream(w);
	assert_non_null(strstr(world_log(w),
	    "its list of networks is not understood: it is not JSON"));
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""),
	    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
	reopen_stream(w);
	assert_non_null(strstr(world_log(w), "nested more than 32 deep"));
	/* An engine may have nothing to list. */
	docker_answer(w, expect_request(w, DOCKER_LIST_NETWORKS, ""), "null\n");
	docker_answer(w, expect_request(w, DOCKER_LIST_CONTAINERS, ""),
	    "null\n");
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_end(w, 0);
}

static void
test_an_event_that_is_no_json_is_left_out_and_the_lists_are_read(void **state)
{
	struct world *w = *state;

	sync_one_container(w);
	docker_write(w->events, "{\"Type\":\"container\",\n");
	docker_event(w, "container", "health_status: unhealthy", C1, "");
	expect_health(w, C1, HEALTH_UNHEALTHY);
	expect_request(w, DOCKER_LIST_NETWORKS, "");
	assert_non_null(strstr(world_log(w), "an event is not understood"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_a_list_with_half_a_million_labels_is_read),
		WORLD_TEST(
		    test_a_container_of_ours_may_have_half_a_million_labels),
		WORLD_TEST(test_an_event_with_half_a_million_labels_is_read),
		WORLD_TEST(
		    test_a_network_beyond_the_limit_is_named_and_the_others_are_told),
		WORLD_TEST(test_a_container_beyond_the_limit_is_named),
		WORLD_TEST(test_a_list_that_is_broken_is_told_why),
		WORLD_TEST(
		    test_an_event_that_is_no_json_is_left_out_and_the_lists_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
