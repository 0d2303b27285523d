#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/message.h"
#include "bgplbd/session/update_check.h"
#include "common/control.h"
#include "regress/unit/session/octets.h"

#define END_OF_RIB4	MARKER "0017 02 0000 0000"
#define END_OF_RIB6	MARKER "001e 02 0000 0007 90 0f 0003 0002 01"
#define ATTRIBUTES4	"40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 c0000201 "

/* Two ribs, and a neighbor that is told of both. */
struct fixture {
	struct rib		*rib4;
	struct rib		*rib6;
	struct adjacency	 adjacency;
	uint8_t			 buf[65536];
	struct wire_writer	 w;
};

static const struct address none = { .afi = AFI_NONE };

static void
add(struct fixture *f, struct rib *rib, const char *nexthop)
{
	static const struct neighbor_settings settings;
	struct update_path path = {
		.as = 64512, .as4 = true, .settings = &settings
	};
	struct address addr;

	assert_int_equal(address_parse(nexthop, &addr), 0);
	path.afi = addr.afi;
	adjacency_add(&f->adjacency, rib, &path, "not known");
	adjacency_set_nexthop(&f->adjacency, addr.afi, &addr, &none);
}

static int
setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.rib4 = rib_new(AFI_IPV4);
	f.rib6 = rib_new(AFI_IPV6);
	add(&f, f.rib4, "192.0.2.1");
	add(&f, f.rib6, "2001:db8::1");
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	adjacency_clear(&f->adjacency);
	rib_free(f->rib4);
	rib_free(f->rib6);
	return 0;
}

static void
change(struct fixture *f, bool announce, const char *text)
{
	struct prefix p;
	struct rib *rib;

	assert_int_equal(prefix_parse(text, &p), 0);
	rib = p.addr.afi == AFI_IPV4 ? f->rib4 : f->rib6;
	assert_true(announce ? rib_announce(rib, &p, 0) :
	    rib_withdraw(rib, &p));
}

static size_t
fill(struct fixture *f, bool ready)
{
	f->w = wire_writer(f->buf, sizeof(f->buf));
	return adjacency_fill(&f->adjacency, ready, &f->w);
}

static void
test_nothing_is_due_from_empty_ribs_that_are_not_ready(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fill(f, false), 0);
	assert_int_equal(f->w.len, 0);
}

static void
test_end_of_rib_of_each_family_follows_its_prefixes_once(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	assert_int_equal(fill(f, true), 3);
	assert_octets(f->buf, f->w.len, MARKER "0030 02 0000 0014"
	    ATTRIBUTES4 "20 0a000065" END_OF_RIB4 END_OF_RIB6);
	assert_int_equal(fill(f, true), 0);
	change(f, true, "10.0.0.102/32");
	assert_int_equal(fill(f, true), 1);
}

static void
test_prefixes_do_not_wait_for_the_ribs_to_be_ready(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	assert_int_equal(fill(f, false), 1);
	assert_int_equal(fill(f, false), 0);
	assert_int_equal(fill(f, true), 2);
	assert_octets(f->buf, f->w.len, END_OF_RIB4 END_OF_RIB6);
}

static void
test_withdrawals_of_all_families_come_first(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	change(f, true, "2001:db8::101/128");
	assert_int_equal(fill(f, true), 4);
	change(f, true, "10.0.0.102/32");
	change(f, false, "2001:db8::101/128");
	change(f, false, "10.0.0.101/32");
	assert_int_equal(fill(f, true), 3);
	assert_octets(f->buf, f->w.len,
	    MARKER "001c 02 0005 20 0a000065 0000"
	    MARKER "002f 02 0000 0018 90 0f 0014 0002 01"
	    "80 20010db8000000000000000000000101"
	    MARKER "0030 02 0000 0014" ATTRIBUTES4 "20 0a000066");
	assert_int_equal(adjacency_count(&f->adjacency), 1);
}

static void
test_change_undone_before_it_was_asked_for_sends_nothing(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	fill(f, true);
	change(f, false, "10.0.0.101/32");
	change(f, true, "10.0.0.101/32");
	change(f, true, "2001:db8::101/128");
	change(f, false, "2001:db8::101/128");
	assert_int_equal(fill(f, true), 0);
}

/* Asked for and begun, long after the last one. */
static void
refresh(struct fixture *f, enum afi afi, bool enhanced)
{
	static uint64_t now = 1;

	(void)adjacency_ask_refresh(&f->adjacency, afi);
	now += REFRESH_INTERVAL_MS;
	assert_int_equal(adjacency_begin_refresh(&f->adjacency, enhanced,
	    now), 0);
}

static void
test_refresh_sends_one_family_again_and_no_marker(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	change(f, true, "2001:db8::101/128");
	fill(f, true);
	refresh(f, AFI_IPV4, false);
	assert_int_equal(fill(f, true), 1);
	assert_octets(f->buf, f->w.len, MARKER "0030 02 0000 0014"
	    ATTRIBUTES4 "20 0a000065");
	refresh(f, AFI_NONE, false);
	assert_int_equal(fill(f, true), 0);
}

static void
test_family_that_was_not_added_is_not_told(void **state)
{
	struct fixture *f = *state;

	adjacency_clear(&f->adjacency);
	add(f, f->rib6, "2001:db8::1");
	change(f, true, "10.0.0.101/32");
	assert_int_equal(fill(f, true), 1);
	assert_octets(f->buf, f->w.len, END_OF_RIB6);
	assert_int_equal(adjacency_count(&f->adjacency), 0);
}

static void
test_buffer_without_room_for_a_message_is_left_alone(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.101/32");
	f->w = wire_writer(f->buf, BGP_MESSAGE_MAX - 1);
	assert_int_equal(adjacency_fill(&f->adjacency, true, &f->w), 0);
	assert_int_equal(f->w.len, 0);
	f->w = wire_writer(f->buf, BGP_MESSAGE_MAX);
	assert_int_equal(adjacency_fill(&f->adjacency, true, &f->w), 1);
}

/* Counts prefixes in what was written; each message is a good one. */
static uint32_t
count_announced(const struct fixture *f)
{
	const struct attribute_context context = {
		.as4 = true,
		.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6,
	};
	struct update_summary u;
	struct notification error;
	struct bgp_frame frame;
	uint32_t count = 0;
	size_t at;

	for (at = 0; at < f->w.len; at += frame.size) {
		assert_int_equal(message_frame(&f->buf[at], f->w.len - at,
		    false, &frame, &error), FRAME_WHOLE);
		assert_int_equal(update_check(frame.body, &context, &u,
		    &error), 0);
		assert_int_equal(u.verdict, ATTRIBUTE_FINE);
		count += u.announced;
	}
	return count;
}

/* With as many traits in turn as kinds says. */
static uint32_t
announce_many(struct fixture *f, uint32_t n, uint16_t kinds, size_t *messages)
{
	struct address addr;
	struct prefix p;
	uint32_t count = 0, i;
	size_t m;

	for (i = 0; i < n; i++) {
		addr = address_from_ipv4(0x0a000000 + i);
		assert_int_equal(prefix_make(&addr, 32, &p), 0);
		rib_announce(f->rib4, &p, (uint16_t)(1 + i % kinds));
	}
	*messages = 0;
	while ((m = fill(f, false)) > 0) {
		*messages += m;
		count += count_announced(f);
	}
	return count;
}

/* RFC 7313 section 4: a begin, all of it, an end; not before End-of-RIB. */
static void
test_enhanced_refresh_has_a_begin_and_an_end(void **state)
{
	struct fixture *f = *state;

	change(f, true, "10.0.0.1/32");
	assert_int_equal(fill(f, true), 3);	/* with both End-of-RIBs */
	refresh(f, AFI_IPV4, true);
	assert_int_equal(fill(f, true), 3);
	assert_octets(f->buf, f->w.len, MARKER "0017 05 0001 01 01"
	    MARKER "0030 02 0000 0014" ATTRIBUTES4 "20 0a000001"
	    MARKER "0017 05 0001 02 01");
	assert_int_equal(fill(f, true), 0);
	/* Also of nothing. */
	refresh(f, AFI_IPV6, true);
	assert_int_equal(fill(f, true), 2);
	assert_octets(f->buf, f->w.len, MARKER "0017 05 0002 01 01"
	    MARKER "0017 05 0002 02 01");
}

static uint64_t
begin(struct fixture *f, uint64_t now)
{
	return adjacency_begin_refresh(&f->adjacency, true, now);
}

#define MARKED_REFRESH	MARKER "0017 05 0001 01 01" \
			MARKER "0030 02 0000 0014" ATTRIBUTES4 "20 0a000001" \
			MARKER "0017 05 0001 02 01"

/* However many ask, one is served, and the next not before its time. */
static void
test_refreshes_are_merged_and_have_a_distance(void **state)
{
	struct fixture *f = *state;
	unsigned int i;

	change(f, true, "10.0.0.1/32");
	fill(f, true);
	assert_int_equal(begin(f, 5000), 0);
	assert_int_equal(fill(f, true), 0);
	assert_true(adjacency_ask_refresh(&f->adjacency, AFI_IPV4));
	for (i = 0; i < 1000; i++)
		assert_false(adjacency_ask_refresh(&f->adjacency, AFI_IPV4));
	assert_int_equal(begin(f, 5000), 0);
	assert_int_equal(fill(f, true), 3);
	assert_octets(f->buf, f->w.len, MARKED_REFRESH);
	assert_int_equal(begin(f, 5000), 0);
	assert_true(adjacency_ask_refresh(&f->adjacency, AFI_IPV4));
	assert_int_equal(begin(f, 5001), REFRESH_INTERVAL_MS - 1);
	assert_int_equal(fill(f, true), 0);
	/* The other family has a time of its own. */
	assert_true(adjacency_ask_refresh(&f->adjacency, AFI_IPV6));
	assert_int_equal(begin(f, 5002), REFRESH_INTERVAL_MS - 2);
	assert_int_equal(fill(f, true), 2);
	assert_int_equal(begin(f, 5000 + REFRESH_INTERVAL_MS), 0);
	assert_int_equal(fill(f, true), 3);
	assert_octets(f->buf, f->w.len, MARKED_REFRESH);
}

/* RFC 7313: what is asked in the middle of one has a begin after its end. */
static void
test_refresh_asked_in_the_middle_of_one_follows_its_end(void **state)
{
	struct fixture *f = *state;
	size_t messages;

	announce_many(f, 2000, 1, &messages);
	fill(f, true);
	assert_true(adjacency_ask_refresh(&f->adjacency, AFI_IPV4));
	assert_int_equal(begin(f, 1), 0);
	f->w = wire_writer(f->buf, 2 * BGP_MESSAGE_MAX);
	assert_int_equal(adjacency_fill(&f->adjacency, true, &f->w), 2);
	assert_octets(f->buf, 23, MARKER "0017 05 0001 01 01");
	assert_true(adjacency_ask_refresh(&f->adjacency, AFI_IPV4));
	/* It waits for the end, not for the time. */
	assert_int_equal(begin(f, 100000), 0);
	assert_int_equal(fill(f, true), 3);
	assert_octets(&f->buf[f->w.len - 23], 23,
	    MARKER "0017 05 0001 02 01");
	assert_int_equal(begin(f, 100000), 0);
	assert_int_equal(fill(f, true), 5);
	assert_octets(f->buf, 23, MARKER "0017 05 0001 01 01");
	assert_octets(&f->buf[f->w.len - 23], 23,
	    MARKER "0017 05 0001 02 01");
	assert_int_equal(begin(f, 200000), 0);
	assert_int_equal(fill(f, true), 0);
}

/* 810 host prefixes a message, whatever the size of the buffer. */
static void
test_prefixes_are_packed_into_as_few_messages_as_hold_them(void **state)
{
	struct fixture *f = *state;
	size_t messages;

	assert_int_equal(announce_many(f, 100000, 3, &messages), 100000);
	assert_int_equal(messages, 124);
	assert_int_equal(adjacency_count(&f->adjacency), 100000);
}

/* And so they are, a kind of path each, for a neighbor that minds. */
static void
test_prefixes_of_mixed_paths_are_packed_as_well(void **state)
{
	static struct neighbor_settings settings;
	struct fixture *f = *state;
	struct update_path path = {
		.as = 64512, .as4 = true, .settings = &settings
	};
	struct address nexthop;
	size_t messages;

	neighbor_settings_init(&settings);
	settings.link_bandwidth = 1000000;
	adjacency_clear(&f->adjacency);
	assert_int_equal(address_parse("192.0.2.1", &nexthop), 0);
	path.afi = nexthop.afi;
	adjacency_add(&f->adjacency, f->rib4, &path, "not known");
	adjacency_set_nexthop(&f->adjacency, AFI_IPV4, &nexthop, &none);
	assert_int_equal(announce_many(f, 100000, 3, &messages), 100000);
	assert_in_range(messages, 124, 130);
}

static void
test_prefix_that_is_to_leave_is_told_again_with_the_community(void **state)
{
	struct fixture *f = *state;
	struct prefix p;

	assert_int_equal(prefix_parse("10.0.0.1/32", &p), 0);
	rib_announce(f->rib4, &p, 1);
	assert_int_equal(fill(f, false), 1);
	rib_announce(f->rib4, &p, 2);
	assert_int_equal(fill(f, false), 0);	/* it does not mind */
	rib_announce(f->rib4, &p, 2 | RIB_LEAVING);
	assert_int_equal(fill(f, false), 1);
	assert_octets(f->buf, f->w.len, MARKER "0037 02 0000 001b"
	    "40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 c0000201"
	    "c0 08 04 ffff0000 20 0a000001");
	assert_int_equal(adjacency_count(&f->adjacency), 1);
}

static void
test_family_that_is_held_back_is_withdrawn_and_comes_back(void **state)
{
	struct fixture *f = *state;
	struct address other;

	assert_int_equal(address_parse("192.0.2.7", &other), 0);
	change(f, true, "10.0.0.1/32");
	assert_int_equal(fill(f, false), 1);
	adjacency_hold(&f->adjacency, AFI_IPV4, "for a test");
	change(f, true, "10.0.0.2/32");
	assert_int_equal(fill(f, true), 2);
	assert_octets(f->buf, f->w.len, MARKER "001c 02 0005 20 0a000001 0000"
	    END_OF_RIB6);
	assert_int_equal(fill(f, true), 0);
	assert_int_equal(adjacency_count(&f->adjacency), 0);
	adjacency_set_nexthop(&f->adjacency, AFI_IPV4, &other, &none);
	assert_int_equal(fill(f, true), 2);
	assert_octets(f->buf, f->w.len, MARKER "0035 02 0000 0014"
	    "40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 c0000207"
	    "20 0a000001 20 0a000002" END_OF_RIB4);
	assert_int_equal(adjacency_count(&f->adjacency), 2);
	/* The same once more is no news. */
	adjacency_set_nexthop(&f->adjacency, AFI_IPV4, &other, &none);
	assert_int_equal(fill(f, true), 0);
}

static void
test_end_of_rib_of_what_is_held_back_waits_until_it_is_hurried(void **state)
{
	struct fixture *f = *state;

	adjacency_hold(&f->adjacency, AFI_IPV6, "for a test");
	change(f, true, "2001:db8::101/128");
	assert_int_equal(fill(f, true), 1);
	assert_octets(f->buf, f->w.len, END_OF_RIB4);
	adjacency_hurry(&f->adjacency);
	assert_int_equal(fill(f, false), 0);
	assert_int_equal(fill(f, true), 1);
	assert_octets(f->buf, f->w.len, END_OF_RIB6);
}

/* Held back and released before the neighbor heard of it: told with the new path. */
static void
test_hold_that_was_not_told_is_an_announcement_with_the_new_path(void **state)
{
	struct fixture *f = *state;
	struct address other;

	assert_int_equal(address_parse("192.0.2.7", &other), 0);
	change(f, true, "10.0.0.1/32");
	assert_int_equal(fill(f, false), 1);
	adjacency_hold(&f->adjacency, AFI_IPV4, "for a test");
	adjacency_set_nexthop(&f->adjacency, AFI_IPV4, &other, &none);
	assert_int_equal(fill(f, false), 1);
	assert_octets(f->buf, f->w.len, MARKER "0030 02 0000 0014"
	    "40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 c0000207"
	    "20 0a000001");
	adjacency_hold(&f->adjacency, AFI_IPV4, "for a test");
	change(f, false, "10.0.0.1/32");
	assert_int_equal(fill(f, false), 1);
	assert_octets(f->buf, f->w.len,
	    MARKER "001c 02 0005 20 0a000001 0000");
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_is_due_from_empty_ribs_that_are_not_ready),
		TEST(test_end_of_rib_of_each_family_follows_its_prefixes_once),
		TEST(test_prefixes_do_not_wait_for_the_ribs_to_be_ready),
		TEST(test_withdrawals_of_all_families_come_first),
		TEST(test_change_undone_before_it_was_asked_for_sends_nothing),
		TEST(test_refresh_sends_one_family_again_and_no_marker),
		TEST(test_enhanced_refresh_has_a_begin_and_an_end),
		TEST(test_refreshes_are_merged_and_have_a_distance),
		TEST(test_refresh_asked_in_the_middle_of_one_follows_its_end),
		TEST(test_family_that_was_not_added_is_not_told),
		TEST(test_buffer_without_room_for_a_message_is_left_alone),
		TEST(
		    test_prefixes_are_packed_into_as_few_messages_as_hold_them),
		TEST(test_prefixes_of_mixed_paths_are_packed_as_well),
		TEST(
		  test_prefix_that_is_to_leave_is_told_again_with_the_community),
		TEST(test_family_that_is_held_back_is_withdrawn_and_comes_back),
		TEST(
		 test_end_of_rib_of_what_is_held_back_waits_until_it_is_hurried),
		TEST(
	       test_hold_that_was_not_told_is_an_announcement_with_the_new_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
