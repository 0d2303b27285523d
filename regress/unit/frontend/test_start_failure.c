/*
 * Which containers are found as those that Docker failed to start: what it lists and
 * shows of them (recorded from 20.10), and the search that a control client asks for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/frontend/start_failure.h"
#include "bgplbd/frontend/start_failure_search.h"
#include "common/control.h"
#include "regress/unit/frontend/objects.h"

#define STOPPED_IN(id, key, network, state, status, labels) \
	"{\"Id\":\"" id "\",\"Names\":[\"/x\"],\"State\":\"" state "\"," \
	"\"Status\":\"" status "\",\"Labels\":{" labels "}," \
	"\"NetworkSettings\":{\"Networks\":{\"" key "\":{\"NetworkID\":\"" \
	network "\",\"EndpointID\":\"\"}}}}"
#define STOPPED(id)	STOPPED_IN(id, "web1", NET, "exited", \
	"Exited (255) 30 seconds ago", "")

#define SHOWN(id, name, running, dead, error) \
	"{\"Id\":\"" id "\",\"Name\":\"/" name "\",\"State\":{" \
	"\"Status\":\"exited\",\"Running\":" running ",\"Paused\":false," \
	"\"Restarting\":false,\"Dead\":" dead ",\"Pid\":0,\"ExitCode\":255," \
	"\"Error\":\"" error "\"}}"
#define NO_PLUGIN	"plugin \\\"bgplb\\\" not found"
#define FAILED(id, name)	SHOWN(id, name, "false", "false", NO_PLUGIN)

static bool
net_is_ours(const struct object_id *id, const char *name, void *arg)
{
	(void)arg;
	return id != NULL ? strcmp(id->hex, NET) == 0 :
	    strcmp(name, "web1") == 0;
}

static bool
is_possible(const char *text)
{
	struct json *doc = json_parse(text, strlen(text));
	struct object_id id;
	bool possible;

	assert_non_null(doc);
	possible = start_failure_is_possible(json_root(doc), net_is_ours,
	    NULL, &id);
	if (possible)
		assert_string_equal(id.hex, C1);
	json_free(doc);
	return possible;
}

static void
test_the_list_leaves_only_those_that_may_have_failed(void **state)
{
	(void)state;
	assert_true(is_possible(STOPPED(C1)));
	assert_true(is_possible(STOPPED_IN(C1, "web1", NET, "created",
	    "Created", "")));
	/* Before the first start that succeeds Docker knows no id of the network. */
	assert_true(is_possible(STOPPED_IN(C1, "web1", "", "created",
	    "Created", "")));
	assert_false(is_possible(STOPPED_IN(C1, "web2", "", "created",
	    "Created", "")));
	assert_false(is_possible(STOPPED_IN(C1, "web1", OTHER, "exited",
	    "Exited (255) 30 seconds ago", "")));
	assert_false(is_possible(STOPPED_IN(C1, "web1", NET, "exited",
	    "Exited (0) 3 days ago", "")));
	assert_false(is_possible(STOPPED_IN(C1, "web1", NET, "exited",
	    "Exited (255) 30 seconds ago",
	    "\"com.docker.swarm.task.id\":\"x\"")));
	assert_false(is_possible(STOPPED("none")));
	assert_false(is_possible("[]"));
}

static enum start_failure_outcome
parse(const char *text, struct control_start_failure *out)
{
	struct json *doc = json_parse(text, strlen(text));
	enum start_failure_outcome outcome;

	assert_non_null(doc);
	outcome = start_failure_parse(json_root(doc), out);
	if (outcome == START_FAILURE_FOUND)
		assert_true(control_reply_is_valid(CONTROL_START_FAILURE, out,
		    sizeof(*out)));
	json_free(doc);
	return outcome;
}

static void
test_an_inspection_tells_whether_the_last_start_failed(void **state)
{
	struct control_start_failure f;

	(void)state;
	assert_int_equal(parse(FAILED(C1, "web1"), &f), START_FAILURE_FOUND);
	assert_string_equal(f.container_id, C1);
	assert_string_equal(f.name, "web1");
	assert_string_equal(f.error, "plugin \"bgplb\" not found");
	assert_int_equal(parse(SHOWN(C1, "web1", "false", "false", ""), &f),
	    START_FAILURE_NONE);
	assert_int_equal(parse(SHOWN(C1, "web1", "true", "false", NO_PLUGIN),
	    &f), START_FAILURE_NONE);
	/* Its removal failed, and it cannot be started. */
	assert_int_equal(parse(SHOWN(C1, "web1", "false", "true", NO_PLUGIN),
	    &f), START_FAILURE_NONE);
	assert_int_equal(parse("{\"Id\":\"" C1 "\",\"State\":{}}", &f),
	    START_FAILURE_UNREADABLE);
	assert_int_equal(parse(FAILED("none", "web1"), &f),
	    START_FAILURE_UNREADABLE);
	assert_int_equal(parse("[]", &f), START_FAILURE_UNREADABLE);
}

static void
test_texts_that_do_not_fit_or_are_hostile_are_no_danger(void **state)
{
	struct control_start_failure f;
	char text[4096], name[CONTROL_NAME_MAX + 1], error[1024];

	(void)state;
	memset(name, 'n', sizeof(name));
	memset(error, 'e', sizeof(error));
	name[sizeof(name) - 1] = error[sizeof(error) - 1] = '\0';
	snprintf(text, sizeof(text), SHOWN(C1, "%s", "false", "false", "%s"),
	    name, error);
	assert_int_equal(parse(text, &f), START_FAILURE_FOUND);
	assert_string_equal(f.name, "");
	assert_int_equal(strlen(f.error), CONTROL_TEXT_MAX - 1);
	name[CONTROL_NAME_MAX - 1] = '\0';
	snprintf(text, sizeof(text), SHOWN(C1, "%s", "false", "false", "%s"),
	    name, error);
	assert_int_equal(parse(text, &f), START_FAILURE_FOUND);
	assert_string_equal(f.name, name);
	assert_int_equal(parse(FAILED(C1, "x;reboot"), &f),
	    START_FAILURE_FOUND);
	assert_string_equal(f.name, "");
	assert_int_equal(parse(FAILED(C1, "-x"), &f), START_FAILURE_FOUND);
	assert_string_equal(f.name, "");
}

static int
ask(struct world *w, uint32_t peerid)
{
	int fd = dial(&w->control, SOCK_SEQPACKET);

	put_packet(fd, CONTROL_SHOW_START_FAILURES, peerid, -1, NULL, 0);
	return fd;
}

static void
expect_row(int fd, const char *id, const char *name)
{
	const struct control_start_failure *row;
	struct packet p;

	assert_true(get_packet(fd, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_START_FAILURE);
	assert_true(control_reply_is_valid(p.hdr.type, p.data, p.len));
	row = (void *)p.data;
	assert_string_equal(row->container_id, id);
	assert_string_equal(row->name, name);
}

/* With that in its text; the connection is closed. */
static void
expect_result(int fd, const char *text)
{
	const struct control_result *result;
	struct packet p;

	assert_true(get_packet(fd, &p, PATIENCE));
	assert_int_equal(p.hdr.type, CONTROL_RESULT);
	assert_true(control_reply_is_valid(p.hdr.type, p.data, p.len));
	result = (void *)p.data;
	assert_int_equal(result->outcome, CONTROL_OK);
	if (text[0] == '\0')
		assert_string_equal(result->text, "");
	else if (strstr(result->text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, result->text);
	close(fd);
}

static void
answer_search(struct world *w, const char *id, const char *body)
{
	docker_answer(w, expect_request(w, DOCKER_INSPECT_STOPPED, id), body);
}

static void
test_a_client_is_told_of_containers_that_failed_to_start(void **state)
{
	struct world *w = *state;
	uint32_t tag;
	int a, b;

	sync_one_container(w);
	assert_quiet(w->parent);
	a = ask(w, 7);
	tag = expect_request(w, DOCKER_LIST_STOPPED, "");
	b = ask(w, 8);
	world_settle(w);
	docker_answer(w, tag, "[" STOPPED(C1) "," STOPPED(C2) "," STOPPED(E1)
	    "," STOPPED_IN(OTHER, "o", OTHER, "exited", "Exited (255)", "")
	    "]");
	/* Two at a time, whatever the order of the answers. */
	tag = expect_request(w, DOCKER_INSPECT_STOPPED, C1);
	answer_search(w, C2, FAILED(C2, "web2"));
	answer_search(w, E1, SHOWN(E1, "web3", "false", "false", ""));
	docker_answer(w, tag, FAILED(C1, "web1"));
	expect_row(a, C2, "web2");
	expect_row(a, C1, "web1");
	expect_result(a, "");
	/* Who came meanwhile has the same, and Docker was asked once. */
	expect_row(b, C2, "web2");
	expect_row(b, C1, "web1");
	expect_result(b, "");
	assert_quiet(w->parent);
	a = ask(w, 9);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "[]");
	expect_result(a, "");
}

static void
test_networks_are_known_by_name_before_the_first_start(void **state)
{
	struct world *w = *state;
	int fd;

	sync_one_container(w);
	fd = ask(w, 7);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "["
	    STOPPED_IN(E1, "other", "", "created", "Created", "") ","
	    STOPPED_IN(E1, "", "", "created", "Created", "") ","
	    STOPPED_IN(C1, "web1", "", "created", "Created", "") ","
	    STOPPED_IN(C2, "111111111111", "", "created", "Created", "") "]");
	answer_search(w, C1, FAILED(C1, "web1"));
	answer_search(w, C2, FAILED(C2, "web2"));
	expect_row(fd, C1, "web1");
	expect_row(fd, C2, "web2");
	expect_result(fd, "");
}

static void
test_what_docker_does_not_tell_is_named(void **state)
{
	struct world *w = *state;
	uint32_t tag;
	int fd;

	sync_one_container(w);
	fd = ask(w, 7);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "["
	    STOPPED(C1) "," STOPPED(C2) "]");
	/* Removed meanwhile: nothing to tell. */
	docker_reply(w, expect_request(w, DOCKER_INSPECT_STOPPED, C1),
	    NOT_FOUND);
	answer_search(w, C2, "{}");
	expect_result(fd, "1 of 2: Docker's answer is not understood");
	fd = ask(w, 7);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "{}");
	expect_result(fd, "Docker's answer is not JSON as expected");
	fd = ask(w, 7);
	tag = expect_request(w, DOCKER_LIST_STOPPED, "");
	docker_reply(w, tag, "HTTP/1.0 500 Error\r\n\r\n{}");
	expect_result(fd, "HTTP status 500");
	fd = ask(w, 7);
	docker_refuse(w, expect_request(w, DOCKER_LIST_STOPPED, ""),
	    EHOSTDOWN);
	expect_result(fd, "no engine runs");
}

static void
test_an_engine_that_hangs_keeps_nobody_waiting(void **state)
{
	struct world *w = *state;
	uint32_t tag, hanging;
	int fd;

	sync_one_container(w);
	fd = ask(w, 7);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "["
	    STOPPED(C1) "," STOPPED(C2) "," STOPPED(E1) "]");
	tag = expect_request(w, DOCKER_INSPECT_STOPPED, C1);
	hanging = expect_request(w, DOCKER_INSPECT_STOPPED, C2);
	docker_answer(w, tag, FAILED(C1, "web1"));
	tag = expect_request(w, DOCKER_INSPECT_STOPPED, E1);
	expect_row(fd, C1, "web1");
	expect_result(fd, "2 of 3: Docker did not answer in time");
	/* It is not asked for more while it hangs; its late answers are no use, */
	expect_result(ask(w, 8), "has not answered the last search");
	assert_quiet(w->parent);
	docker_answer(w, hanging, FAILED(C2, "web2"));
	docker_answer(w, tag, FAILED(E1, "web3"));
	world_settle(w);
	/* and then it is asked again. */
	fd = ask(w, 9);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), "[]");
	expect_result(fd, "");
}

static void
test_before_docker_was_read_it_is_not_asked(void **state)
{
	struct world *w = *state;

	expect_result(ask(w, 7), "not read Docker's lists yet");
	docker_refuse(w, expect_request(w, DOCKER_EVENTS, ""), EHOSTDOWN);
	world_settle(w);
	expect_result(ask(w, 8), "no engine runs");
}

static void
test_a_host_with_very_many_is_looked_at_in_part(void **state)
{
	struct world *w = *state;
	char *list = calloc(SEARCH_MAX + 9, 512), id[65], *end = list;
	char text[1024];
	int fd, i;

	assert_non_null(list);
	sync_one_container(w);
	for (i = 0; i < SEARCH_MAX + 9; i++)
		end += sprintf(end, "%c" STOPPED("%064x"), i == 0 ? '[' : ',',
		    i + 1);
	strcpy(end, "]");
	fd = ask(w, 7);
	docker_answer(w, expect_request(w, DOCKER_LIST_STOPPED, ""), list);
	free(list);
	for (i = 0; i < SEARCH_MAX; i++) {
		snprintf(id, sizeof(id), "%064x", i + 1);
		snprintf(text, sizeof(text), FAILED("%s", "web"), id);
		answer_search(w, id, text);
	}
	for (i = 0; i < SEARCH_MAX; i++) {
		snprintf(id, sizeof(id), "%064x", i + 1);
		expect_row(fd, id, "web");
	}
	expect_result(fd, "9 of 73: no more than 64 are asked for");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_list_leaves_only_those_that_may_have_failed),
		cmocka_unit_test(
		    test_an_inspection_tells_whether_the_last_start_failed),
		cmocka_unit_test(
		    test_texts_that_do_not_fit_or_are_hostile_are_no_danger),
		WORLD_TEST(
		    test_a_client_is_told_of_containers_that_failed_to_start),
		WORLD_TEST(
		    test_networks_are_known_by_name_before_the_first_start),
		WORLD_TEST(test_what_docker_does_not_tell_is_named),
		WORLD_TEST(test_an_engine_that_hangs_keeps_nobody_waiting),
		WORLD_TEST(test_before_docker_was_read_it_is_not_asked),
		WORLD_TEST(test_a_host_with_very_many_is_looked_at_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
