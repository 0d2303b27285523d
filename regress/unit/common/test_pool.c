#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/pool.h"

static bool
gives(const char *pool, const char *text)
{
	struct address a;
	struct prefix p;

	assert_int_equal(prefix_parse(pool, &p), 0);
	assert_int_equal(address_parse(text, &a), 0);
	return pool_gives(&p, &a);
}

static bool
is_pool(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return pool_is_valid(&p);
}

static void
test_network_and_broadcast_address_of_ipv4_are_not_given_out(void **state)
{
	(void)state;
	assert_false(gives("10.1.0.0/29", "10.1.0.0"));
	assert_true(gives("10.1.0.0/29", "10.1.0.1"));
	assert_true(gives("10.1.0.0/29", "10.1.0.6"));
	assert_false(gives("10.1.0.0/29", "10.1.0.7"));
	assert_false(gives("10.1.0.0/29", "10.1.0.8"));
	/* They are those of the pool, whatever looks like them within it. */
	assert_true(gives("10.0.0.0/8", "10.1.0.0"));
	assert_true(gives("10.0.0.0/8", "10.1.0.255"));
}

static void
test_of_ipv6_only_the_first_is_not_given_out(void **state)
{
	(void)state;
	assert_false(gives("2001:db8::/126", "2001:db8::"));
	assert_true(gives("2001:db8::/126", "2001:db8::1"));
	assert_true(gives("2001:db8::/126", "2001:db8::3"));
}

static void
test_a_pair_gives_out_both(void **state)
{
	(void)state;
	assert_true(gives("10.1.0.0/31", "10.1.0.0"));
	assert_true(gives("10.1.0.0/31", "10.1.0.1"));
	assert_true(gives("2001:db8::/127", "2001:db8::"));
	assert_true(gives("2001:db8::/127", "2001:db8::1"));
}

static void
test_a_pool_is_wider_than_a_host_and_not_too_wide(void **state)
{
	(void)state;
	assert_true(is_pool("10.0.0.0/8"));
	assert_true(is_pool("10.0.0.0/31"));
	assert_false(is_pool("10.0.0.0/32"));
	assert_false(is_pool("10.0.0.0/7"));
	assert_true(is_pool("2001:db8::/32"));
	assert_true(is_pool("2001:db8::/127"));
	assert_false(is_pool("2001:db8::/128"));
	assert_false(is_pool("2001:d80::/31"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_network_and_broadcast_address_of_ipv4_are_not_given_out),
		cmocka_unit_test(test_of_ipv6_only_the_first_is_not_given_out),
		cmocka_unit_test(test_a_pair_gives_out_both),
		cmocka_unit_test(
		    test_a_pool_is_wider_than_a_host_and_not_too_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
