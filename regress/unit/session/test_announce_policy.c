/* The session engine does not take the rde's word for what may be announced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regress/unit/session/engine_process.h"

static void
start(struct engine_process *e, const char *allowed)
{
	struct allowed_prefix *a = e->settings.allowed;

	engine_process_init(e);
	add_neighbor(e, "127.0.0.2")->passive = true;
	if (allowed != NULL) {
		a = &e->settings.allowed[e->settings.nallowed++];
		assert_int_equal(prefix_parse(allowed, &a->prefix), 0);
		a->longest = 32;
	}
	engine_process_start(e);
}

static void
expect_end(struct engine_process *e, const char *text)
{
	int status = engine_process_wait(e);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	expect_log(e, text);
	close(e->parent);
	close(e->rde);
	close(e->frontend);
	close(e->log);
}

static void
test_rde_that_announces_what_is_not_allowed_ends_the_daemon(void **state)
{
	struct engine_process e;

	(void)state;
	start(&e, "10.0.0.0/16");
	announce(&e, "10.0.0.101/32");
	announce(&e, "10.1.0.101/32");
	expect_end(&e, "rde wants 10.1.0.101/32 to be announced, which is "
	    "refused: no \"allow prefix\" covers it");
}

static void
test_rde_that_announces_the_default_route_ends_the_daemon(void **state)
{
	struct engine_process e;

	(void)state;
	start(&e, NULL);
	announce(&e, "10.1.0.101/32");
	announce(&e, "0.0.0.0/0");
	expect_end(&e, "rde wants 0.0.0.0/0 to be announced, which is "
	    "refused: it is the default route");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
		    test_rde_that_announces_what_is_not_allowed_ends_the_daemon),
		ENGINE_TEST(
		    test_rde_that_announces_the_default_route_ends_the_daemon),
	};

	return cmocka_run_group_tests(tests, private_network, NULL);
}
