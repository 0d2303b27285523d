#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/bitmap.h"

static void
test_empty_set_has_nothing_and_loses_nothing(void **state)
{
	struct bitmap b = { .words = NULL };

	(void)state;
	assert_false(bitmap_has(&b, 0));
	assert_false(bitmap_has(&b, UINT32_MAX));
	bitmap_clear(&b, 1000);
	assert_int_equal(b.size, 0);
	bitmap_free(&b);
}

static void
test_bits_are_kept_apart(void **state)
{
	static const uint32_t bits[] = { 0, 1, 63, 64, 127, 128, 5000 };
	struct bitmap b = { .words = NULL };
	uint32_t bit, n = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		bitmap_set(&b, bits[i]);
	for (bit = 0; bit < 6000; bit++)
		n += bitmap_has(&b, bit);
	assert_int_equal(n, sizeof(bits) / sizeof(bits[0]));
	bitmap_clear(&b, 64);
	assert_false(bitmap_has(&b, 64));
	assert_true(bitmap_has(&b, 63));
	assert_true(bitmap_has(&b, 5000));
	bitmap_free(&b);
	assert_false(bitmap_has(&b, 63));
	bitmap_set(&b, 3);
	assert_true(bitmap_has(&b, 3));
	bitmap_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_set_has_nothing_and_loses_nothing),
		cmocka_unit_test(test_bits_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
