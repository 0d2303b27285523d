#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "regress/bench/bgp/prebuilt.h"
#include "regress/bench/bgp/update_count.h"

static uint8_t seen[COUNT_SEEN_SIZE];

static int
count(const void *body, size_t len, struct update_count *out)
{
	errno = 0;
	return update_count(body, len, seen, out);
}

#define COUNT(bytes, out)	count(bytes, sizeof(bytes) - 1, out)

static void
test_ipv4_prefixes_are_counted_in_both_fields(void **state)
{
	struct update_count n;

	(void)state;
	/* Withdrawn 10.0.0.0/8 and 0.0.0.0/0; NLRI 10.1.0.0/16, 192.0.2.1/32. */
	assert_int_equal(COUNT("\x00\x03" "\x08\x0a" "\x00"
	    "\x00\x04" "\x40\x01\x01\x00"
	    "\x10\x0a\x01" "\x20\xc0\x00\x02\x01", &n), 0);
	assert_int_equal(n.withdrawn[COUNT_IPV4], 2);
	assert_int_equal(n.announced[COUNT_IPV4], 2);
	assert_int_equal(n.announced[COUNT_IPV6], 0);
	assert_int_equal(n.end_of_rib, 0);
}

static void
test_ipv6_prefixes_are_counted_in_mp_attributes(void **state)
{
	struct update_count n;

	(void)state;
	/* 2001:db8::/32 and ::/1 announced, 2001:db8::/127 withdrawn. */
	assert_int_equal(COUNT("\x00\x00" "\x00\x38"
	    "\x90\x0e\x00\x1c" "\x00\x02\x01" "\x10"
	    "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
	    "\x00" "\x20\x20\x01\x0d\xb8" "\x01\x80"
	    "\x80\x0f\x14" "\x00\x02\x01"
	    "\x7f\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	    "\x40\x01\x00", &n), -1);
	assert_int_equal(COUNT("\x00\x00" "\x00\x37"
	    "\x90\x0e\x00\x1c" "\x00\x02\x01" "\x10"
	    "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
	    "\x00" "\x20\x20\x01\x0d\xb8" "\x01\x80"
	    "\x80\x0f\x14" "\x00\x02\x01"
	    "\x7f\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	    &n), 0);
	assert_int_equal(n.announced[COUNT_IPV6], 2);
	assert_int_equal(n.withdrawn[COUNT_IPV6], 1);
	assert_int_equal(n.end_of_rib, 0);
}

static void
test_end_of_rib_is_told_by_family(void **state)
{
	struct update_count n;

	(void)state;
	assert_int_equal(COUNT("\x00\x00\x00\x00", &n), 0);
	assert_int_equal(n.end_of_rib, 1 << COUNT_IPV4);
	assert_int_equal(COUNT("\x00\x00\x00\x06\x80\x0f\x03\x00\x02\x01", &n), 0);
	assert_int_equal(n.end_of_rib, 1 << COUNT_IPV6);
	assert_int_equal(
	    COUNT("\x00\x00\x00\x07\x90\x0f\x00\x03\x00\x01\x01", &n), 0);
	assert_int_equal(n.end_of_rib, 1 << COUNT_IPV4);
}

static void
test_a_prefix_is_fresh_once_until_it_is_withdrawn(void **state)
{
	static const char announce[] = "\x00\x00" "\x00\x04" "\x40\x01\x01\x00"
	    "\x20\x0a\x01\x02\x03" "\x20\x0a\xff\xff\xff";
	struct update_count n;

	(void)state;
	memset(seen, 0, sizeof(seen));
	assert_int_equal(COUNT(announce, &n), 0);
	assert_int_equal(n.fresh, 2);
	assert_int_equal(COUNT(announce, &n), 0);
	assert_int_equal(n.announced[COUNT_IPV4], 2);
	assert_int_equal(n.fresh, 0);
	assert_int_equal(COUNT("\x00\x05" "\x20\x0a\xff\xff\xff" "\x00\x00",
	    &n), 0);
	assert_int_equal(n.withdrawn[COUNT_IPV4], 1);
	assert_int_equal(COUNT(announce, &n), 0);
	assert_int_equal(n.fresh, 1);
}

static void
test_what_is_no_update_is_refused(void **state)
{
	static const struct {
		const char	*bytes;
		size_t		 len;
	} bad[] = {
		{ "\x00\x00\x00", 3 },				/* cut */
		{ "\x00\x02\x08\x0a\x00", 5 },
		{ "\x00\x00\x00\x05\x40\x01\x01\x00", 8 },	/* too long */
		{ "\x00\x00\x00\x00\x21\x0a\x00\x00\x00\x00", 10 }, /* /33 */
		{ "\x00\x00\x00\x00\x20\x0a\x00\x00", 8 },	/* 3 of 4 bytes */
		{ "\x00\x00\x00\x06\x80\x0f\x03\x00\x03\x01", 10 }, /* AFI 3 */
		{ "\x00\x00\x00\x05\x80\x0f\x02\x00\x02", 9 },
	};
	struct update_count n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(count(bad[i].bytes, bad[i].len, &n), -1);
		assert_int_equal(errno, EBADMSG);
	}
}

/* Counts a whole run of messages as the sink does. */
static unsigned int
count_messages(const struct prebuilt *p, uint64_t *announced, unsigned int *eor)
{
	struct update_count n;
	unsigned int messages = 0;
	size_t at, size;

	*announced = *eor = 0;
	for (at = 0; at < p->size; at += size) {
		size = (size_t)p->data[at + 16] << 8 | p->data[at + 17];
		assert_in_range(size, BGP_HEADER_SIZE, BGP_MESSAGE_MAX);
		assert_true(at + size <= p->size);
		assert_int_equal(count(p->data + at + BGP_HEADER_SIZE,
		    size - BGP_HEADER_SIZE, &n), 0);
		*announced += n.announced[COUNT_IPV4];
		*eor |= n.end_of_rib;
		messages++;
	}
	assert_int_equal(at, p->size);
	return messages;
}

static void
test_prebuilt_routes_are_all_there_in_few_messages(void **state)
{
	static const uint32_t counts[] = { 0, 1, 808, 1000, 100000 };
	struct prebuilt_routes plan = { .as = 64512, .first = 10u << 24 };
	struct prebuilt p;
	uint64_t announced;
	unsigned int eor, messages, i, many;

	(void)state;
	for (i = 0; i < 2 * sizeof(counts) / sizeof(counts[0]); i++) {
		many = i % 2;
		plan.count = counts[i / 2];
		plan.many_paths = many;
		plan.bits = many ? 24 : 32;
		prebuilt_routes(&p, &plan);
		messages = count_messages(&p, &announced, &eor);
		assert_int_equal(announced, plan.count);
		assert_int_equal(eor, 3);
		assert_in_range(messages, 2, 2 + plan.count / 800 + 1);
		prebuilt_free(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_prefixes_are_counted_in_both_fields),
		cmocka_unit_test(test_ipv6_prefixes_are_counted_in_mp_attributes),
		cmocka_unit_test(test_end_of_rib_is_told_by_family),
		cmocka_unit_test(test_a_prefix_is_fresh_once_until_it_is_withdrawn),
		cmocka_unit_test(test_what_is_no_update_is_refused),
		cmocka_unit_test(test_prebuilt_routes_are_all_there_in_few_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
