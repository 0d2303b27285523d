/*
 * What the broker lets the frontend ask of containers, by what Docker lists.
 */
#include "regress/unit/parent/broker_fixture.h"

#define OTHER	"cccccccccccccccccccccccccccccccc" \
		"cccccccccccccccccccccccccccccccc"
#define SECOND	"dddddddddddddddddddddddddddddddd" \
		"dddddddddddddddddddddddddddddddd"
#define FILTER(nets)	"%22network%22%3A%7B%220000000000000000000000000000" \
	"000000000000000000000000000000000000%22%3Atrue" nets "%7D%7D"
#define MEMBER(id)	"%2C%22" id "%22%3Atrue"

static const struct docker_request list = { .kind = DOCKER_LIST_CONTAINERS };
static const struct docker_request stopped = { .kind = DOCKER_LIST_STOPPED };

static void
expect_list(struct fixture *f, const char *nets, const char *body)
{
	char text[REQUEST_MAX], wanted[REQUEST_MAX];
	int docker = take_connection(f, text);

	snprintf(wanted, sizeof(wanted), "GET /containers/json?filters=%%7B%s"
	    GET_TAIL, nets);
	assert_string_equal(text, wanted);
	answer(f, docker, body);
}

/* The question whether a container is ours; it is answered with the body. */
static void
expect_question(struct fixture *f, const char *nets, const char *body)
{
	char text[REQUEST_MAX], wanted[REQUEST_MAX];
	int docker = take_connection(f, text);

	snprintf(wanted, sizeof(wanted), "GET /containers/json?filters=%%7B"
	    "%%22id%%22%%3A%%7B%%22" ID "%%22%%3Atrue%%7D%%2C%s" GET_TAIL,
	    nets);
	assert_string_equal(text, wanted);
	answer(f, docker, body);
}

static void
expect_inspection(struct fixture *f)
{
	char text[REQUEST_MAX];
	int docker = take_connection(f, text);

	assert_string_equal(text, "GET /containers/" ID "/json" GET_TAIL);
	answer(f, docker, "{}");
}

static void
end(struct fixture *f)
{
	turn(f);
	assert_int_equal(docker_broker_active(f->broker), 0);
	assert_not_asked(f);
	assert_int_equal(scratch_count_fds(), f->fds);
}

/* The reply that came from the loop. */
static void
assert_replied(struct fixture *f, unsigned int nreplies, int error)
{
	assert_int_equal(f->nreplies, nreplies);
	assert_int_equal(f->error, error);
	if (error == 0)
		close(f->pipe_fd);
	else
		assert_int_equal(f->pipe_fd, -1);
	turn(f);
}

static void
test_list_waits_for_our_networks(void **state)
{
	struct fixture *f = *state;

	docker_broker_ask(f->broker, &list, 1);
	assert_int_equal(f->nreplies, 0);
	tell_networks(f, OUR_NETWORKS);
	assert_int_equal(f->nreplies, 1);
	assert_int_equal(f->error, 0);
	expect_list(f, FILTER(MEMBER(NET)), "[" LISTED(ID) "]");
	assert_read(f->pipe_fd, OK_HEADER "[" LISTED(ID) "]");
	assert_eof(f->pipe_fd);
	close(f->pipe_fd);
	/* They are known, and asked for again with the networks. */
	docker_broker_ask(f->broker, &list, 2);
	expect_list(f, FILTER(MEMBER(NET)), "[]");
	assert_replied(f, 2, 0);
	end(f);
}

static void
test_list_of_networks_brings_ours_up_to_date(void **state)
{
	struct docker_request r = { .kind = DOCKER_LIST_NETWORKS };
	struct fixture *f = *state;
	char text[REQUEST_MAX];
	int ours;

	make_ours(f, "[]");
	docker_broker_ask(f->broker, &r, 3);
	ours = take_connection(f, text);
	answer(f, take_connection(f, text), "[]");
	assert_string_equal(text, "GET /networks" GET_TAIL);
	close(f->pipe_fd);
	docker_broker_ask(f->broker, &list, 4);
	turn(f);
	assert_int_equal(f->tag, 3);
	answer(f, ours, "[{\"Id\":\"" SECOND "\",\"Name\":\"web2\"}]");
	assert_int_equal(f->tag, 4);
	expect_list(f, FILTER(MEMBER(SECOND)), "[]");
	close(f->pipe_fd);
	end(f);
}

static void
test_container_that_docker_lists_is_shown(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;

	make_ours(f, "[" LISTED(ID) "]");
	docker_broker_ask(f->broker, &r, 5);
	expect_inspection(f);
	assert_replied(f, 2, 0);
	end(f);
}

static void
test_container_that_docker_confirms_is_shown(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;

	docker_broker_ask(f->broker, &r, 5);
	tell_networks(f, OUR_NETWORKS);
	expect_question(f, FILTER(MEMBER(NET)), "[" LISTED(ID) "]\n");
	expect_inspection(f);
	assert_replied(f, 1, 0);
	/* It is known from now on. */
	docker_broker_ask(f->broker, &r, 6);
	expect_inspection(f);
	assert_replied(f, 2, 0);
	end(f);
}

static void
test_container_of_others_is_not_shown(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;

	make_ours(f, "[" LISTED(OTHER) "]");
	docker_broker_ask(f->broker, &r, 5);
	expect_question(f, FILTER(MEMBER(NET)), "[]\n");
	assert_replied(f, 2, EACCES);
	/* What is not about that container does not count. */
	docker_broker_ask(f->broker, &r, 6);
	expect_question(f, FILTER(MEMBER(NET)), "[" LISTED(OTHER) "]\n");
	assert_replied(f, 3, EACCES);
	end(f);
}

/* It may have ended since it was listed, and be about to start. */
static void
test_connected_container_is_asked_for_though_it_was_listed(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONNECTED, ID);
	struct fixture *f = *state;

	make_ours(f, "[" LISTED(ID) "]");
	docker_broker_ask(f->broker, &r, 5);
	expect_question(f, FILTER(MEMBER(NET)), "[]\n");
	assert_replied(f, 2, EACCES);
	docker_broker_ask(f->broker, &r, 6);
	expect_question(f, FILTER(MEMBER(NET)), "[" LISTED(ID) "]\n");
	expect_inspection(f);
	assert_replied(f, 3, 0);
	end(f);
}

static void
test_container_is_not_shown_if_docker_does_not_say(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;
	char text[REQUEST_MAX];
	int docker;

	make_ours(f, "[]");
	docker_broker_ask(f->broker, &r, 5);
	docker = take_connection(f, text);
	say(docker, "HTTP/1.0 500 Internal Server Error\r\n\r\n[" LISTED(ID)
	    "]");
	close(docker);
	turn(f);
	turn(f);
	assert_replied(f, 2, EIO);
	docker_broker_ask(f->broker, &r, 6);
	expect_question(f, FILTER(MEMBER(NET)), "[" LISTED(OTHER) ",");
	assert_replied(f, 3, EIO);
	end(f);
}

static void
test_new_network_outdates_what_is_known(void **state)
{
	struct docker_request net = request_of(DOCKER_INSPECT_NETWORK, SECOND);
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;
	int docker;

	make_ours(f, "[]");
	close(ask(f, &net, &docker));
	close(docker);
	turn(f);
	docker_broker_ask(f->broker, &r, 5);
	tell_networks(f, "[{\"Id\":\"" SECOND "\"},{\"Id\":\"" NET "\"}]");
	expect_question(f, FILTER(MEMBER(NET) MEMBER(SECOND)), "["
	    LISTED(ID) "]");
	expect_inspection(f);
	assert_replied(f, 3, 0);
	/* One that is known does not. */
	close(ask(f, &net, &docker));
	close(docker);
	turn(f);
	docker_broker_ask(f->broker, &list, 6);
	expect_list(f, FILTER(MEMBER(NET) MEMBER(SECOND)), "[]");
	assert_replied(f, 5, 0);
	end(f);
}

static void
test_list_fails_if_our_networks_are_not_told(void **state)
{
	struct fixture *f = *state;

	docker_broker_ask(f->broker, &list, 1);
	tell_networks(f, "[{\"Id\":\"" NET "\"},");
	assert_replied(f, 1, EIO);
	docker_broker_ask(f->broker, &list, 2);
	tell_networks(f, OUR_NETWORKS);
	expect_list(f, FILTER(MEMBER(NET)), "[]");
	assert_replied(f, 2, 0);
	end(f);
}

static void
test_names_of_our_driver_widen_the_list(void **state)
{
	struct fixture *f = *state;
	char text[REQUEST_MAX];

	make_ours(f, "[]");
	docker_broker_name_driver(f->broker, "bgplb");
	docker_broker_name_driver(f->broker, "bgplb:v1");
	docker_broker_name_driver(f->broker, "bgplb:v2");
	docker_broker_name_driver(f->broker, "weave");
	docker_broker_ask(f->broker, &list, 1);
	answer(f, take_connection(f, text), "[]");
	assert_string_equal(text, "GET /networks?filters=%7B%22driver%22%3A%7B"
	    "%22bgplb%22%3Atrue%2C%22bgplb%3Av1%22%3Atrue%2C%22bgplb%3Av2%22"
	    "%3Atrue%7D%7D" GET_TAIL);
	expect_list(f, FILTER(""), "[]");
	assert_replied(f, 2, 0);
	end(f);
}

static void
test_orders_reach_only_what_docker_lists(void **state)
{
	struct docker_request r = request_of(DOCKER_STOP_CONTAINER, ID);
	struct fixture *f = *state;
	int docker;

	r.signal = SIGKILL;
	assert_int_equal(try_to_ask(f, &r), EACCES);
	assert_false(docker_broker_allows_order(f->broker, &r));
	make_ours(f, "[" LISTED(ID) "," LISTED(OTHER) "]");
	assert_true(docker_broker_allows_order(f->broker, &r));
	close(ask(f, &r, &docker));
	close(docker);
	turn(f);
	/* Gone from the list. */
	make_ours(f, "[" LISTED(OTHER) "]");
	assert_false(docker_broker_allows_order(f->broker, &r));
	assert_int_equal(try_to_ask(f, &r), EACCES);
	end(f);
}

static void
test_broken_list_takes_nothing_away(void **state)
{
	struct docker_request r = request_of(DOCKER_STOP_CONTAINER, ID);
	struct fixture *f = *state;

	make_ours(f, "[" LISTED(ID) "]");
	make_ours(f, "[" LISTED(OTHER) ",");
	assert_true(docker_broker_allows_order(f->broker, &r));
	end(f);
}

static void
test_stopped_containers_of_ours_are_shown_and_get_no_signal(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_STOPPED, ID);
	struct docker_request order = request_of(DOCKER_STOP_CONTAINER, ID);
	struct fixture *f = *state;

	order.signal = SIGTERM;
	assert_int_equal(try_to_ask(f, &r), EACCES);
	make_ours(f, "[]");
	docker_broker_ask(f->broker, &stopped, 1);
	expect_list(f, "%22status%22%3A%7B%22created%22%3Atrue%2C%22exited%22"
	    "%3Atrue%7D%2C" FILTER(MEMBER(NET) MEMBER("web1")), "[" LISTED(ID)
	    "]");
	assert_replied(f, 3, 0);
	docker_broker_ask(f->broker, &r, 2);
	expect_inspection(f);
	assert_replied(f, 4, 0);
	assert_int_equal(try_to_ask(f, &order), EACCES);
	end(f);
}

static void
test_invalid_request_is_refused(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, "");
	struct fixture *f = *state;

	assert_int_equal(try_to_ask(f, &r), EINVAL);
	r.kind = 0;
	assert_int_equal(try_to_ask(f, &r), EINVAL);
	end(f);
}

static void
test_question_that_is_not_answered_ends_with_the_broker(void **state)
{
	struct docker_request r = request_of(DOCKER_INSPECT_CONTAINER, ID);
	struct fixture *f = *state;
	char text[REQUEST_MAX];
	int docker[2];

	docker_broker_ask(f->broker, &list, 1);
	docker[0] = take_connection(f, text);
	docker_broker_ask(f->broker, &r, 2);
	assert_not_asked(f);
	say(docker[0], OK_HEADER "[]");
	close(docker[0]);
	turn(f);
	turn(f);
	docker[0] = take_connection(f, text);
	docker[1] = take_connection(f, text);
	assert_int_equal(docker_broker_active(f->broker), 2);
	docker_broker_free(f->broker);
	f->broker = NULL;
	assert_eof(docker[0]);
	assert_eof(docker[1]);
	close(docker[0]);
	close(docker[1]);
	close(f->pipe_fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_list_waits_for_our_networks),
		TEST(test_list_of_networks_brings_ours_up_to_date),
		TEST(test_container_that_docker_lists_is_shown),
		TEST(test_container_that_docker_confirms_is_shown),
		TEST(test_container_of_others_is_not_shown),
		TEST(test_connected_container_is_asked_for_though_it_was_listed),
		TEST(test_container_is_not_shown_if_docker_does_not_say),
		TEST(test_new_network_outdates_what_is_known),
		TEST(test_list_fails_if_our_networks_are_not_told),
		TEST(test_names_of_our_driver_widen_the_list),
		TEST(test_orders_reach_only_what_docker_lists),
		TEST(test_broken_list_takes_nothing_away),
		TEST(test_stopped_containers_of_ours_are_shown_and_get_no_signal),
		TEST(test_invalid_request_is_refused),
		TEST(test_question_that_is_not_answered_ends_with_the_broker),
	};

	if (leave_other_engines() == -1)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
