#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/departed.h"

static struct control_neighbor
row(uint32_t address, uint64_t times_established)
{
	struct control_neighbor n;

	memset(&n, 0, sizeof(n));
	n.addr = address_from_ipv4(address);
	n.times_established = times_established;
	n.changed_seconds = 5;
	return n;
}

static void
add(struct departed *d, uint32_t address, uint64_t times, time_t now)
{
	const struct control_neighbor n = row(address, times);
	struct last_errors errors;

	memset(&errors, 0, sizeof(errors));
	last_errors_note(&errors, "connection lost\a", now - 1);
	departed_add(d, &n, &errors, now);
}

static size_t
count(struct departed *d, time_t now)
{
	struct control_neighbor n;
	size_t i = 0;

	while (departed_report(d, i, now, &n))
		i++;
	return i;
}

static void
test_what_was_said_is_told_with_its_age_for_ten_minutes(void **state)
{
	struct departed d = { .count = 0 };
	struct control_neighbor n;

	(void)state;
	assert_false(departed_report(&d, 0, 1, &n));
	add(&d, 1, 0, 1000);
	assert_true(departed_report(&d, 0, 1060, &n));
	assert_int_equal(n.gone, 1);
	assert_int_equal(n.changed_seconds, 65);
	assert_string_equal(n.last_error, "connection lost\\u{7}");
	assert_int_equal(n.last_error_seconds, 61);
	assert_int_equal(n.received.present, 0);
	assert_int_equal(count(&d, 1000 + DEPARTED_SECONDS - 1), 1);
	assert_int_equal(count(&d, 1000 + DEPARTED_SECONDS), 0);
	departed_clear(&d);
}

static void
test_flood_of_addresses_does_not_grow_it(void **state)
{
	struct departed d = { .count = 0 };
	struct last_errors errors;
	struct address addr;
	uint32_t i;

	(void)state;
	add(&d, 1, 1, 1000);
	for (i = 2; i < 10000; i++)
		add(&d, i, 0, 1001);
	assert_int_equal(count(&d, 1001), DEPARTED_MAX);
	/* One that had a session stays, the youngest of the others too. */
	addr = address_from_ipv4(1);
	assert_true(departed_take(&d, &addr, 1001, &errors));
	addr = address_from_ipv4(9999);
	assert_true(departed_take(&d, &addr, 1001, &errors));
	assert_string_equal(errors.text, "connection lost\\u{7}");
	assert_false(departed_take(&d, &addr, 1001, &errors));
	/* Those that all had one give way by age. */
	for (i = 1; i <= DEPARTED_MAX + 1; i++)
		add(&d, i, 1, 1002);
	assert_int_equal(count(&d, 1002), DEPARTED_MAX);
	addr = address_from_ipv4(1);
	assert_false(departed_take(&d, &addr, 1002, &errors));
	departed_clear(&d);
}

static void
test_address_that_goes_again_has_one_place(void **state)
{
	struct departed d = { .count = 0 };

	(void)state;
	add(&d, 1, 0, 1000);
	add(&d, 1, 0, 1001);
	assert_int_equal(count(&d, 1001), 1);
	departed_clear(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_was_said_is_told_with_its_age_for_ten_minutes),
		cmocka_unit_test(test_flood_of_addresses_does_not_grow_it),
		cmocka_unit_test(test_address_that_goes_again_has_one_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
