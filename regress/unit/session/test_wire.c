#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/wire.h"
#include "regress/unit/session/octets.h"

static void
test_numbers_are_in_network_order(void **state)
{
	const struct octets in = octets("01 0203 04050607 08");
	struct wire_reader r = wire_reader(in.data, in.len);

	(void)state;
	assert_int_equal(wire_read_u8(&r), 0x01);
	assert_int_equal(wire_read_u16(&r), 0x0203);
	assert_int_equal(wire_read_u32(&r), 0x04050607);
	assert_int_equal(wire_left(&r), 1);
	assert_ptr_equal(wire_rest(&r), &in.data[7]);
	assert_false(r.failed);
}

static void
test_short_read_fails_and_stays_failed(void **state)
{
	const struct octets in = octets("010203");
	struct wire_reader r = wire_reader(in.data, in.len);
	uint8_t buf[4] = { 9, 9, 9, 9 };

	(void)state;
	assert_int_equal(wire_read_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(wire_left(&r), 0);
	assert_int_equal(wire_read_u8(&r), 0);
	wire_read_bytes(&r, buf, sizeof(buf));
	assert_octets(buf, sizeof(buf), "00000000");
}

static void
test_part_cannot_reach_beyond_itself(void **state)
{
	const struct octets in = octets("0a0b 0c");
	struct wire_reader part, r = wire_reader(in.data, in.len);

	(void)state;
	part = wire_read_part(&r, 2);
	assert_int_equal(wire_read_u8(&part), 0x0a);
	assert_int_equal(wire_read_u16(&part), 0);
	assert_true(part.failed);
	assert_false(r.failed);
	assert_int_equal(wire_read_u8(&r), 0x0c);
}

static void
test_part_that_is_too_long_fails_both(void **state)
{
	const struct octets in = octets("0a0b");
	struct wire_reader part, r = wire_reader(in.data, in.len);

	(void)state;
	part = wire_read_part(&r, 3);
	assert_true(part.failed);
	assert_true(r.failed);
	assert_int_equal(wire_left(&part), 0);
}

static void
test_nothing_can_be_read_from_nothing(void **state)
{
	struct wire_reader part, r = wire_reader(NULL, 0);

	(void)state;
	part = wire_read_part(&r, 0);
	assert_false(part.failed);
	assert_int_equal(wire_left(&part), 0);
	wire_read_u8(&part);
	assert_true(part.failed);
}

static void
test_writer_writes_and_patches(void **state)
{
	uint8_t buf[16];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	wire_write_u16(&w, 0);
	wire_write_u8(&w, 0x11);
	wire_write_u32(&w, 0x22334455);
	wire_write_bytes(&w, "ab", 2);
	wire_patch_u16(&w, 0, 0xbeef);
	wire_patch_u8(&w, 2, 0x66);
	assert_false(w.failed);
	assert_int_equal(wire_room(&w), 7);
	assert_octets(buf, w.len, "beef 66 22334455 6162");
}

static void
test_writer_never_leaves_its_buffer(void **state)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };
	struct wire_writer w = wire_writer(buf, 3);

	(void)state;
	wire_write_u16(&w, 0xaaaa);
	wire_write_u16(&w, 0xbbbb);
	assert_true(w.failed);
	assert_int_equal(wire_room(&w), 0);
	wire_write_u8(&w, 0xcc);
	assert_int_equal(w.len, 2);
	assert_octets(buf, sizeof(buf), "aaaa 03 04");
}

static void
test_patch_beyond_what_is_written_fails(void **state)
{
	uint8_t buf[8] = { 0 };
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	wire_write_u16(&w, 0x0102);
	wire_patch_u16(&w, 1, 0xffff);
	assert_true(w.failed);
	w.failed = false;
	wire_patch_u8(&w, 2, 0xff);
	assert_true(w.failed);
	assert_octets(buf, 3, "0102 00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_in_network_order),
		cmocka_unit_test(test_short_read_fails_and_stays_failed),
		cmocka_unit_test(test_part_cannot_reach_beyond_itself),
		cmocka_unit_test(test_part_that_is_too_long_fails_both),
		cmocka_unit_test(test_nothing_can_be_read_from_nothing),
		cmocka_unit_test(test_writer_writes_and_patches),
		cmocka_unit_test(test_writer_never_leaves_its_buffer),
		cmocka_unit_test(test_patch_beyond_what_is_written_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
