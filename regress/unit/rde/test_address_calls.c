/*
 * Docker's calls for addresses of pools, and what an rde that has just started may
 * answer to them.
 */
#include "bgplbd/rde/engine.h"
#include "regress/unit/rde/engine_harness.h"

#define POOL		"10.1.0.0/30"		/* gives .1 and .2 */
#define CONTAINER_END	"bgpvc-00000001b"

static struct plugin_address
address_call(const char *wanted, uint8_t mac)
{
	struct plugin_address a;

	memset(&a, 0, sizeof(a));
	a.pool = a.range = prefix(POOL);
	if (wanted != NULL)
		a.address = address(wanted);
	a.has_mac = mac != 0;
	a.mac[0] = 2;
	a.mac[5] = mac;
	return a;
}

static struct plugin_reply
ask(struct engine *e, uint32_t type, const char *wanted, uint8_t mac)
{
	struct plugin_address a = address_call(wanted, mac);

	return call(e, type, &a, sizeof(a));
}

static void
assert_given(struct plugin_reply r, const char *wanted)
{
	char text[ADDRESS_STRLEN];

	assert_done(r);
	assert_string_equal(address_format(&r.address, text), wanted);
}

static void
assert_refused(struct plugin_reply r, int error, const char *text)
{
	assert_int_equal(r.error, error);
	assert_string_equal(r.text, text);
	assert_false(address_is_set(&r.address));
}

/* What Docker lists: the network with its pool, and nothing in it. */
static void
sync_empty(struct engine *e)
{
	sync_begins(e);
	tell_network(e, 1, true, POOL, NULL);
	sync_ends(e);
}

static void
begin_with_pool(struct engine *e)
{
	create_network(e, 1, POOL, NULL);
	sync_empty(e);
	expect_ready(e);
}

static void
test_addresses_are_given_taken_and_given_back(void **state)
{
	struct engine *e = engine(state);

	begin_with_pool(e);
	assert_given(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 1),
	    "10.1.0.1");
	join(e, 1, 1, "10.1.0.1/32", NULL);
	tell_container(e, container(1, 1, "10.1.0.1/32", NULL,
	    HEALTH_HEALTHY));
	expect_announce(e, "10.1.0.1/32", NULL);
	assert_refused(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, "10.1.0.1", 2),
	    EEXIST, "10.1.0.1 is taken by container web-1 (00000001cccc) in "
	    "network web1 (00000001aaaa): write another address, or none");
	assert_given(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 2),
	    "10.1.0.2");
	assert_refused(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 3), ENOSPC,
	    "no address of 10.1.0.0/30 is free: remove containers from the "
	    "network, or make one with more addresses");
	/* Docker deletes the endpoint, and then gives its address back. */
	assert_done(call_endpoint(e, MSG_FRONTEND_ENDPOINT_DELETE, 1, 1, NULL,
	    NULL));
	assert_int_equal(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 3).error,
	    ENOSPC);
	assert_done(ask(e, MSG_FRONTEND_ADDRESS_RELEASE, "10.1.0.1", 0));
	assert_given(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 3),
	    "10.1.0.1");
}

static void
test_pools_that_overlap_are_refused_at_pool_and_network(void **state)
{
	struct engine *e = engine(state);
	struct plugin_address a = address_call(NULL, 0);
	const char *text = "10.1.0.0/24 overlaps with 10.1.0.0/30 of network "
	    "web1 (00000001aaaa): remove that network or give this one other "
	    "addresses";

	begin_with_pool(e);
	/* So Docker asks when it starts; for another network it is refused later. */
	assert_done(call(e, MSG_FRONTEND_POOL_REQUEST, &a, sizeof(a)));
	a.pool = a.range = prefix("10.1.0.0/24");
	assert_refused(call(e, MSG_FRONTEND_POOL_REQUEST, &a, sizeof(a)),
	    EEXIST, text);
	assert_refused(call_network(e, MSG_FRONTEND_NETWORK_CREATE, 2,
	    "10.1.0.0/24", NULL), EEXIST, text);
	assert_int_equal(call_network(e, MSG_FRONTEND_NETWORK_CREATE, 2, POOL,
	    NULL).error, EEXIST);
	assert_int_equal(call_network(e, MSG_FRONTEND_NETWORK_CREATE, 2,
	    "10.1.0.3/32", NULL).error, EEXIST);
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
	create_network(e, 2, "10.1.0.0/24", NULL);
}

/* As call(), but the answer may take its time. */
static void
begin_to_ask(struct engine *e, uint8_t mac)
{
	struct plugin_address a = address_call(NULL, mac);

	send_to(e->frontend, MSG_FRONTEND_ADDRESS_REQUEST, mac, &a,
	    sizeof(a));
	expect_nothing(e->frontend);
}

static struct plugin_reply
answer_to(struct engine *e, uint8_t mac)
{
	struct plugin_reply reply;
	struct received r;

	expect(e->frontend, MSG_RDE_PLUGIN_REPLY, &r);
	assert_int_equal(r.hdr.peerid, mac);
	memcpy(&reply, r.data, sizeof(reply));
	return reply;
}

static void
test_an_address_waits_for_the_first_list(void **state)
{
	struct engine *e = engine(state);

	begin_to_ask(e, 1);
	/* What Docker has already is not kept waiting. */
	assert_done(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, "10.1.0.1", 0));
	sync_empty(e);
	assert_given(answer_to(e, 1), "10.1.0.2");
}

/* When Docker itself starts, there is none yet. */
static void
test_without_a_list_an_empty_kernel_is_enough_after_a_while(void **state)
{
	struct engine *e = engine(state);

	begin_to_ask(e, 1);
	assert_given(answer_to(e, 1), "10.1.0.1");
}

/* An interface that is where the container runs. */
static pid_t
start_container(void)
{
	char command[128];
	pid_t pid;
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (unshare(CLONE_NEWNET) == -1 || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	snprintf(command, sizeof(command), "ip link set " CONTAINER_END
	    " netns %d", (int)pid);
	run(command);
	return pid;
}

static void
end_container(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A container runs with 10.1.0.1, and the rde starts anew. */
static pid_t
restart_beside_container(struct engine *e)
{
	pid_t pid;

	begin_with_pool(e);
	join(e, 1, 1, "10.1.0.1/32", NULL);
	pid = start_container();
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
	return pid;
}

static void
pass_time(uint64_t ms)
{
	__atomic_add_fetch(clock_offset, ms, __ATOMIC_SEQ_CST);
}

/* Any message: the rde looks at its clock again. */
static void
nudge(struct engine *e)
{
	tell_paused(e, 99, false);
}

static void
test_while_a_container_may_have_any_address_none_is_given(void **state)
{
	struct engine *e = engine(state);
	pid_t pid = restart_beside_container(e);

	begin_to_ask(e, 2);
	pass_time(STRANGERS_MS);
	nudge(e);
	assert_refused(answer_to(e, 2), EAGAIN, "which addresses are in use is "
	    "not known yet, for bgplbd has just started and Docker has not "
	    "told: try again in some seconds");
	begin_to_ask(e, 3);
	sync_begins(e);
	tell_network(e, 1, true, POOL, NULL);
	tell_container(e, container(1, 1, "10.1.0.1/32", NULL,
	    HEALTH_HEALTHY));
	sync_ends(e);
	assert_given(answer_to(e, 3), "10.1.0.2");
	end_container(pid);
}

/* When Docker starts too, it says first what its containers have. */
static void
test_a_container_whose_address_docker_asks_for_again_is_known(void **state)
{
	struct engine *e = engine(state);
	pid_t pid = restart_beside_container(e);

	begin_to_ask(e, 2);
	assert_done(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, "10.1.0.1", 0));
	assert_given(answer_to(e, 2), "10.1.0.2");
	end_container(pid);
}

/* It is not in the list while Docker still starts it. */
static void
test_a_container_that_the_list_lacks_is_waited_for_a_while(void **state)
{
	struct engine *e = engine(state);
	pid_t pid = restart_beside_container(e);

	sync_empty(e);
	begin_to_ask(e, 2);
	tell_container(e, container(1, 1, "10.1.0.1/32", NULL,
	    HEALTH_STARTING));
	assert_given(answer_to(e, 2), "10.1.0.2");
	end_container(pid);
}

static void
test_a_container_that_nobody_tells_of_is_not_waited_for_longer(void **state)
{
	struct engine *e = engine(state);
	pid_t pid = restart_beside_container(e);

	sync_empty(e);
	begin_to_ask(e, 2);
	pass_time(STRANGERS_MS);
	nudge(e);
	assert_given(answer_to(e, 2), "10.1.0.1");
	end_container(pid);
}

/* Docker took its interface back, and bgplbd did not hear of it. */
static void
test_what_an_ended_container_left_is_not_waited_for(void **state)
{
	struct engine *e = engine(state);

	begin_with_pool(e);
	join(e, 1, 1, "10.1.0.1/32", NULL);
	stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
	sync_empty(e);
	assert_given(ask(e, MSG_FRONTEND_ADDRESS_REQUEST, NULL, 2),
	    "10.1.0.1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_addresses_are_given_taken_and_given_back),
		ENGINE_TEST(
		    test_pools_that_overlap_are_refused_at_pool_and_network),
		ENGINE_TEST(test_an_address_waits_for_the_first_list),
		ENGINE_TEST(
		    test_without_a_list_an_empty_kernel_is_enough_after_a_while),
		ENGINE_TEST(
		    test_while_a_container_may_have_any_address_none_is_given),
		ENGINE_TEST(
		    test_a_container_whose_address_docker_asks_for_again_is_known),
		ENGINE_TEST(
		    test_a_container_that_the_list_lacks_is_waited_for_a_while),
		ENGINE_TEST(
		    test_a_container_that_nobody_tells_of_is_not_waited_for_longer),
		ENGINE_TEST(test_what_an_ended_container_left_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
