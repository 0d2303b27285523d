/*
 * By what an engine is known to run.  The rest of engine_sign.h is tested where it is
 * used, in test_docker_broker.c.
 */
#include "bgplbd/parent/engine_sign.h"
#include "regress/unit/parent/scratch.h"

#define LISTENER "0000000000000000: 00000002 00000000 00010000 0001 01  1234 "

static void
test_listeners_of_an_engine_are_known(void **state)
{
	(void)state;
	assert_true(engine_sign_is_listener(LISTENER
	    "/run/docker/metrics.sock"));
	assert_true(engine_sign_is_listener(LISTENER
	    "/var/run/docker/libnetwork/ec871db8f61f.sock"));
	assert_true(engine_sign_is_listener(LISTENER "/a/metrics.sock"));
}

static void
test_other_sockets_are_no_sign(void **state)
{
	(void)state;
	assert_false(engine_sign_is_listener(""));
	assert_false(engine_sign_is_listener(LISTENER));
	assert_false(engine_sign_is_listener(LISTENER "/run/docker.sock"));
	assert_false(engine_sign_is_listener(LISTENER "@metrics.sock"));
	assert_false(engine_sign_is_listener(LISTENER
	    "/run/docker/my-metrics.sock"));
	assert_false(engine_sign_is_listener(LISTENER
	    "/run/docker/libnetwork/ec871db8f61f"));
	assert_false(engine_sign_is_listener(LISTENER "/libnetwork.sock"));
	assert_false(engine_sign_is_listener("Num       RefCount Protocol "
	    "Flags    Type St Inode Path"));
	/* A connection, and not a stream. */
	assert_false(engine_sign_is_listener("0: 00000003 00000000 00000000 "
	    "0001 03 1234 /run/docker/metrics.sock"));
	assert_false(engine_sign_is_listener("0: 00000003 00000000 00010000 "
	    "0005 01 1234 /run/docker/metrics.sock"));
}

static int
pid_of(const char *text)
{
	return engine_sign_pid(text, strlen(text));
}

static void
test_pid_file_has_a_number_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(pid_of("4711"), 4711);
	assert_int_equal(pid_of("4711\n"), 4711);
	assert_int_equal(pid_of(""), 0);
	assert_int_equal(pid_of("\n"), 0);
	assert_int_equal(pid_of("0"), 0);
	assert_int_equal(pid_of("1"), 0);
	assert_int_equal(pid_of("-4711"), 0);
	assert_int_equal(pid_of(" 4711"), 0);
	assert_int_equal(pid_of("4711 4712"), 0);
	assert_int_equal(pid_of("4294967297"), 0);
	assert_int_equal(pid_of("999999999999999999999"), 0);
	assert_int_equal(engine_sign_pid("12\0003", 4), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listeners_of_an_engine_are_known),
		cmocka_unit_test(test_other_sockets_are_no_sign),
		cmocka_unit_test(test_pid_file_has_a_number_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
