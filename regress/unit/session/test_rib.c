#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/rib.h"

#define ALL	SIZE_MAX
#define ALL_TRAITS (RIB_ENDPOINTS | RIB_LEAVING)
#define OUT_MAX	(1 << 20)

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

static bool
announce(struct rib *rib, const char *text)
{
	const struct prefix p = prefix(text);

	return rib_announce(rib, &p, 0);
}

static bool
withdraw(struct rib *rib, const char *text)
{
	const struct prefix p = prefix(text);

	return rib_withdraw(rib, &p);
}

static struct prefix
host(uint32_t number)
{
	struct prefix p;
	struct address addr = address_from_ipv4(0x0a000000 + number);

	assert_int_equal(prefix_make(&addr, 32, &p), 0);
	return p;
}

/* What is written, as text: "10.0.0.1/32 10.0.0.2/32". */
static const char *
read_prefixes(const uint8_t *nlri, size_t len, enum afi afi)
{
	static char out[4096];
	struct wire_reader r = wire_reader(nlri, len);
	struct address addr;
	struct prefix p;
	char text[PREFIX_STRLEN];
	uint8_t bits;

	out[0] = '\0';
	while (wire_left(&r) > 0) {
		memset(&addr, 0, sizeof(addr));
		addr.afi = (uint8_t)afi;
		bits = wire_read_u8(&r);
		wire_read_bytes(&r, addr.bytes, (bits + 7u) / 8);
		assert_false(r.failed);
		assert_int_equal(prefix_make(&addr, bits, &p), 0);
		if (out[0] != '\0')
			strlcat(out, " ", sizeof(out));
		strlcat(out, prefix_format(&p, text), sizeof(out));
	}
	return out;
}

static const char *
take_family(struct rib_feed *feed, enum rib_change kind, size_t room,
    enum afi afi)
{
	uint8_t buf[4096];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	rib_feed_take(feed, kind, &w, room);
	assert_false(w.failed);
	return read_prefixes(buf, w.len, afi);
}

static const char *
announced(struct rib_feed *feed)
{
	return take_family(feed, RIB_ANNOUNCED, ALL, AFI_IPV4);
}

static const char *
withdrawn(struct rib_feed *feed)
{
	return take_family(feed, RIB_WITHDRAWN, ALL, AFI_IPV4);
}

static void
test_changes_are_told_once_and_in_order(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed;

	(void)state;
	assert_true(announce(rib, "10.0.0.2/32"));
	assert_true(announce(rib, "10.0.0.1/32"));
	assert_false(announce(rib, "10.0.0.2/32"));
	feed = rib_feed_new(rib, ALL_TRAITS);
	assert_true(announce(rib, "10.1.0.0/16"));
	assert_true(rib_feed_has(feed, RIB_ANNOUNCED));
	assert_string_equal(announced(feed),
	    "10.0.0.2/32 10.0.0.1/32 10.1.0.0/16");
	assert_string_equal(announced(feed), "");
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	assert_true(withdraw(rib, "10.0.0.1/32"));
	assert_false(withdraw(rib, "10.0.0.1/32"));
	assert_false(withdraw(rib, "10.0.0.9/32"));
	assert_string_equal(withdrawn(feed), "10.0.0.1/32");
	assert_string_equal(withdrawn(feed), "");
	assert_string_equal(announced(feed), "");
	assert_int_equal(rib_feed_count(feed), 2);
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_ipv6_prefixes(void **state)
{
	struct rib *rib = rib_new(AFI_IPV6);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "2001:db8:0:1000::101/128");
	announce(rib, "2001:db8::/33");
	announce(rib, "::/0");
	assert_string_equal(take_family(feed, RIB_ANNOUNCED, ALL, AFI_IPV6),
	    "2001:db8:0:1000::101/128 2001:db8::/33 ::/0");
	withdraw(rib, "2001:db8::/33");
	assert_string_equal(take_family(feed, RIB_WITHDRAWN, ALL, AFI_IPV6),
	    "2001:db8::/33");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_prefixes_that_differ_in_length_alone_are_two(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	assert_true(announce(rib, "10.0.0.0/8"));
	assert_true(announce(rib, "10.0.0.0/24"));
	assert_true(announce(rib, "0.0.0.0/0"));
	assert_true(withdraw(rib, "10.0.0.0/24"));
	assert_string_equal(announced(feed), "10.0.0.0/8 0.0.0.0/0");
	rib_feed_free(feed);
	rib_free(rib);
}

/* NLRI form has only as many octets as the length needs. */
static void
test_no_more_is_taken_than_there_is_room_for(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");	/* 5 octets */
	announce(rib, "10.0.0.0/9");	/* 3 */
	announce(rib, "10.0.0.2/32");
	assert_string_equal(take_family(feed, RIB_ANNOUNCED, 4, AFI_IPV4),
	    "");
	assert_string_equal(take_family(feed, RIB_ANNOUNCED, 12, AFI_IPV4),
	    "10.0.0.1/32 10.0.0.0/9");
	assert_true(rib_feed_has(feed, RIB_ANNOUNCED));
	assert_string_equal(take_family(feed, RIB_ANNOUNCED, 5, AFI_IPV4),
	    "10.0.0.2/32");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_announcement_undone_before_it_was_told_is_not_told(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	withdraw(rib, "10.0.0.1/32");
	assert_string_equal(announced(feed), "");
	assert_string_equal(withdrawn(feed), "");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_withdrawal_undone_before_it_was_told_is_not_told(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	assert_string_equal(announced(feed), "10.0.0.1/32");
	withdraw(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.1/32");
	assert_false(rib_feed_has(feed, RIB_WITHDRAWN));
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	assert_string_equal(withdrawn(feed), "");
	assert_string_equal(announced(feed), "");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_two_neighbors_at_different_pace(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *fast = rib_feed_new(rib, ALL_TRAITS);
	struct rib_feed *slow = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	assert_string_equal(announced(fast), "10.0.0.1/32");
	announce(rib, "10.0.0.2/32");
	withdraw(rib, "10.0.0.1/32");
	assert_string_equal(withdrawn(fast), "10.0.0.1/32");
	assert_string_equal(announced(fast), "10.0.0.2/32");
	/* The slow one never hears of 10.0.0.1. */
	assert_string_equal(withdrawn(slow), "");
	assert_string_equal(announced(slow), "10.0.0.2/32");
	withdraw(rib, "10.0.0.2/32");
	announce(rib, "10.0.0.2/32");
	withdraw(rib, "10.0.0.2/32");
	assert_string_equal(withdrawn(slow), "10.0.0.2/32");
	announce(rib, "10.0.0.2/32");
	assert_string_equal(announced(slow), "10.0.0.2/32");
	assert_string_equal(withdrawn(fast), "");
	assert_string_equal(announced(fast), "");
	rib_feed_free(slow);
	rib_feed_free(fast);
	rib_free(rib);
}

static void
test_new_neighbor_hears_nothing_of_the_past(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *old = rib_feed_new(rib, ALL_TRAITS);
	struct rib_feed *young;

	(void)state;
	announce(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.2/32");
	announced(old);
	withdraw(rib, "10.0.0.1/32");
	young = rib_feed_new(rib, ALL_TRAITS);
	assert_string_equal(withdrawn(young), "");
	assert_string_equal(announced(young), "10.0.0.2/32");
	assert_string_equal(withdrawn(old), "10.0.0.1/32");
	rib_feed_free(young);
	rib_feed_free(old);
	rib_free(rib);
}

static void
test_refresh_tells_everything_again(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.2/32");
	announced(feed);
	rib_feed_rewind(feed);
	assert_int_equal(rib_feed_count(feed), 2);
	assert_string_equal(announced(feed), "10.0.0.1/32 10.0.0.2/32");
	assert_string_equal(announced(feed), "");
	assert_int_equal(rib_feed_count(feed), 2);
	rib_feed_free(feed);
	rib_free(rib);
}

/* What the neighbor knows must not be forgotten with the rewind. */
static void
test_withdrawal_during_a_refresh_is_told(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.2/32");
	announced(feed);
	rib_feed_rewind(feed);
	withdraw(rib, "10.0.0.1/32");
	assert_string_equal(withdrawn(feed), "10.0.0.1/32");
	assert_string_equal(announced(feed), "10.0.0.2/32");
	assert_int_equal(rib_feed_count(feed), 1);
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_withdrawal_undone_during_a_refresh_is_told_with_it(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.2/32");
	announced(feed);
	rib_feed_rewind(feed);
	withdraw(rib, "10.0.0.1/32");
	announce(rib, "10.0.0.1/32");
	assert_string_equal(withdrawn(feed), "");
	assert_string_equal(announced(feed), "10.0.0.2/32 10.0.0.1/32");
	assert_string_equal(announced(feed), "");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_prefix_that_flaps_unheard_costs_no_message(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *slow;
	unsigned int i;

	(void)state;
	announce(rib, "10.0.0.1/32");
	slow = rib_feed_new(rib, ALL_TRAITS);
	announced(slow);
	for (i = 0; i < 10000; i++) {
		withdraw(rib, "10.0.0.1/32");
		announce(rib, "10.0.0.1/32");
	}
	assert_false(rib_feed_has(slow, RIB_WITHDRAWN));
	assert_false(rib_feed_has(slow, RIB_ANNOUNCED));
	withdraw(rib, "10.0.0.1/32");
	assert_string_equal(withdrawn(slow), "10.0.0.1/32");
	rib_feed_free(slow);
	rib_free(rib);
}

static void
test_slots_are_used_again_without_confusion(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);
	uint8_t *buf = malloc(OUT_MAX);
	struct wire_writer w;
	struct prefix p;
	uint32_t i, round;

	(void)state;
	assert_non_null(buf);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 1000; i++) {
			p = host(round * 1000 + i);
			assert_true(rib_announce(rib, &p, 0));
		}
		w = wire_writer(buf, OUT_MAX);
		assert_int_equal(rib_feed_take(feed, RIB_ANNOUNCED, &w, ALL),
		    1000);
		for (i = 0; i < 1000; i++) {
			p = host(round * 1000 + i);
			assert_true(rib_withdraw(rib, &p));
		}
		w = wire_writer(buf, OUT_MAX);
		assert_int_equal(rib_feed_take(feed, RIB_WITHDRAWN, &w, ALL),
		    1000);
		assert_int_equal(rib_feed_count(feed), 0);
	}
	free(buf);
	rib_feed_free(feed);
	rib_free(rib);
}

static bool
announce_with(struct rib *rib, const char *text, uint16_t traits)
{
	const struct prefix p = prefix(text);

	return rib_announce(rib, &p, traits);
}

static void
test_prefixes_of_the_same_traits_are_taken_together(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce_with(rib, "10.0.0.1/32", 1);
	announce_with(rib, "10.0.0.2/32", 2);
	announce_with(rib, "10.0.0.3/32", 1);
	announce_with(rib, "10.0.0.4/32", 2 | RIB_LEAVING);
	assert_int_equal(rib_feed_traits(feed), 1);
	assert_string_equal(announced(feed), "10.0.0.1/32 10.0.0.3/32");
	assert_int_equal(rib_feed_traits(feed), 2);
	assert_string_equal(announced(feed), "10.0.0.2/32");
	assert_int_equal(rib_feed_traits(feed), 2 | RIB_LEAVING);
	assert_string_equal(announced(feed), "10.0.0.4/32");
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	/* Nor does what they were matter to a withdrawal. */
	withdraw(rib, "10.0.0.1/32");
	withdraw(rib, "10.0.0.4/32");
	assert_string_equal(withdrawn(feed), "10.0.0.1/32 10.0.0.4/32");
	rib_feed_free(feed);
	rib_free(rib);
}

static void
test_change_of_traits_is_told_to_those_who_mind(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *minds = rib_feed_new(rib, ALL_TRAITS);
	struct rib_feed *other = rib_feed_new(rib, RIB_LEAVING);

	(void)state;
	assert_true(announce_with(rib, "10.0.0.1/32", 1));
	assert_false(announce_with(rib, "10.0.0.1/32", 1));
	announced(minds);
	announced(other);
	assert_true(announce_with(rib, "10.0.0.1/32", 2));
	assert_int_equal(rib_feed_traits(minds), 2);
	assert_string_equal(announced(minds), "10.0.0.1/32");
	assert_false(rib_feed_has(other, RIB_ANNOUNCED));
	assert_true(announce_with(rib, "10.0.0.1/32", 2 | RIB_LEAVING));
	assert_int_equal(rib_feed_traits(other), RIB_LEAVING);
	assert_string_equal(announced(other), "10.0.0.1/32");
	assert_string_equal(announced(minds), "10.0.0.1/32");
	assert_int_equal(rib_feed_count(minds), 1);
	rib_feed_free(minds);
	rib_feed_free(other);
	rib_free(rib);
}

/* Also if it is away in between, unheard. */
static void
test_prefix_that_comes_back_with_other_traits_is_told(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	announce_with(rib, "10.0.0.1/32", 1);
	announced(feed);
	withdraw(rib, "10.0.0.1/32");
	announce_with(rib, "10.0.0.1/32", 1);
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	announce_with(rib, "10.0.0.1/32", 2);
	withdraw(rib, "10.0.0.1/32");
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	announce_with(rib, "10.0.0.1/32", 2);
	assert_int_equal(rib_feed_traits(feed), 2);
	assert_string_equal(announced(feed), "10.0.0.1/32");
	rib_feed_free(feed);
	rib_free(rib);
}

/*
 * Any mixture of changes, of neighbors that read at any pace, come, go and ask for
 * everything again: what each was told adds up to what is announced.
 */

#define MODEL_PREFIXES	300
#define MODEL_FEEDS	4
#define MODEL_STEPS	60000

struct model {
	struct rib	*rib;
	bool		 announced[MODEL_PREFIXES];
	uint16_t	 traits[MODEL_PREFIXES];
	struct rib_feed	*feeds[MODEL_FEEDS];
	uint16_t	 minds[MODEL_FEEDS];
	bool		 known[MODEL_FEEDS][MODEL_PREFIXES];
	uint16_t	 known_traits[MODEL_FEEDS][MODEL_PREFIXES];
};

static uint32_t
next_random(uint32_t *seed, uint32_t bound)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % bound;
}

static void
model_read(struct model *m, unsigned int f, enum rib_change kind, size_t room)
{
	uint8_t buf[MODEL_PREFIXES * 5];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	uint16_t traits = rib_feed_traits(m->feeds[f]);
	struct wire_reader r;
	uint32_t number;

	rib_feed_take(m->feeds[f], kind, &w, room);
	assert_false(w.failed);
	r = wire_reader(buf, w.len);
	while (wire_left(&r) > 0) {
		assert_int_equal(wire_read_u8(&r), 32);
		number = wire_read_u32(&r) - 0x0a000000;
		assert_true(number < MODEL_PREFIXES);
		/* Nobody is told to forget what he does not know. */
		if (kind == RIB_WITHDRAWN)
			assert_true(m->known[f][number]);
		m->known[f][number] = kind == RIB_ANNOUNCED;
		m->known_traits[f][number] = traits;
	}
}

static void
model_settle(struct model *m, unsigned int f)
{
	size_t count = 0;
	uint32_t i;

	if (m->feeds[f] == NULL)
		return;
	model_read(m, f, RIB_WITHDRAWN, ALL);
	while (rib_feed_has(m->feeds[f], RIB_ANNOUNCED))
		model_read(m, f, RIB_ANNOUNCED, ALL);
	for (i = 0; i < MODEL_PREFIXES; i++) {
		assert_int_equal(m->known[f][i], m->announced[i]);
		if (m->announced[i])
			assert_int_equal(m->known_traits[f][i],
			    m->traits[i] & m->minds[f]);
		count += m->announced[i];
	}
	assert_int_equal(rib_feed_count(m->feeds[f]), count);
}

static void
model_change(struct model *m, uint32_t number, bool want, uint16_t traits)
{
	const struct prefix p = host(number);
	bool changes = want != m->announced[number] ||
	    (want && traits != m->traits[number]);

	assert_int_equal(want ? rib_announce(m->rib, &p, traits) :
	    rib_withdraw(m->rib, &p), changes);
	m->announced[number] = want;
	if (want)
		m->traits[number] = traits;
}

static void
model_reopen(struct model *m, unsigned int f)
{
	if (m->feeds[f] != NULL) {
		rib_feed_free(m->feeds[f]);
		m->feeds[f] = NULL;
	} else {
		memset(m->known[f], 0, sizeof(m->known[f]));
		m->feeds[f] = rib_feed_new(m->rib, m->minds[f]);
	}
}

static void
model_step(struct model *m, uint32_t *seed)
{
	unsigned int f = next_random(seed, MODEL_FEEDS);
	uint32_t what = next_random(seed, 1000);
	uint16_t traits = (uint16_t)next_random(seed, 3);

	if (next_random(seed, 8) == 0)
		traits |= RIB_LEAVING;

	if (what < 700)
		model_change(m, next_random(seed, MODEL_PREFIXES), what % 2,
		    traits);
	else if (what < 702)
		model_reopen(m, f);
	else if (m->feeds[f] == NULL)
		return;
	else if (what < 710)
		rib_feed_rewind(m->feeds[f]);
	else if (what < 720)
		model_settle(m, f);
	else if (what % 2 == 0)
		model_read(m, f, RIB_WITHDRAWN, next_random(seed, 40));
	else if (!rib_feed_has(m->feeds[f], RIB_WITHDRAWN))
		model_read(m, f, RIB_ANNOUNCED, next_random(seed, 40));
}

static void
test_what_neighbors_were_told_adds_up(void **state)
{
	static struct model m;
	uint32_t i, seed = 20261124;

	(void)state;
	m.rib = rib_new(AFI_IPV4);
	m.minds[1] = RIB_LEAVING;
	m.minds[2] = m.minds[3] = ALL_TRAITS;
	for (i = 0; i < MODEL_STEPS; i++)
		model_step(&m, &seed);
	for (i = 0; i < MODEL_FEEDS; i++) {
		model_settle(&m, i);
		rib_feed_free(m.feeds[i]);
	}
	rib_free(m.rib);
}

static void
test_feed_that_is_held_withdraws_what_it_told(void **state)
{
	struct rib *rib = rib_new(AFI_IPV4);
	struct rib_feed *feed = rib_feed_new(rib, ALL_TRAITS);

	(void)state;
	assert_true(announce(rib, "10.0.0.1/32"));
	assert_true(announce(rib, "10.0.0.2/32"));
	assert_string_equal(announced(feed), "10.0.0.1/32 10.0.0.2/32");
	assert_true(announce(rib, "10.0.0.3/32"));
	assert_true(withdraw(rib, "10.0.0.1/32"));
	rib_feed_hold(feed);
	assert_false(rib_feed_has(feed, RIB_ANNOUNCED));
	assert_string_equal(announced(feed), "");
	assert_true(rib_feed_has(feed, RIB_WITHDRAWN));
	assert_string_equal(withdrawn(feed), "10.0.0.1/32");
	assert_string_equal(withdrawn(feed), "10.0.0.2/32");
	assert_false(rib_feed_has(feed, RIB_WITHDRAWN));
	assert_int_equal(rib_feed_count(feed), 0);
	assert_true(announce(rib, "10.0.0.1/32"));
	assert_true(withdraw(rib, "10.0.0.3/32"));
	assert_false(rib_feed_has(feed, RIB_WITHDRAWN));
	rib_feed_release(feed);
	assert_string_equal(announced(feed), "10.0.0.2/32 10.0.0.1/32");
	assert_string_equal(announced(feed), "");
	assert_string_equal(withdrawn(feed), "");
	assert_int_equal(rib_feed_count(feed), 2);
	rib_feed_free(feed);
	rib_free(rib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes_are_told_once_and_in_order),
		cmocka_unit_test(test_ipv6_prefixes),
		cmocka_unit_test(
		    test_prefixes_that_differ_in_length_alone_are_two),
		cmocka_unit_test(test_no_more_is_taken_than_there_is_room_for),
		cmocka_unit_test(
		    test_announcement_undone_before_it_was_told_is_not_told),
		cmocka_unit_test(
		    test_withdrawal_undone_before_it_was_told_is_not_told),
		cmocka_unit_test(test_two_neighbors_at_different_pace),
		cmocka_unit_test(test_new_neighbor_hears_nothing_of_the_past),
		cmocka_unit_test(test_refresh_tells_everything_again),
		cmocka_unit_test(test_withdrawal_during_a_refresh_is_told),
		cmocka_unit_test(
		    test_withdrawal_undone_during_a_refresh_is_told_with_it),
		cmocka_unit_test(
		    test_prefix_that_flaps_unheard_costs_no_message),
		cmocka_unit_test(test_slots_are_used_again_without_confusion),
		cmocka_unit_test(
		    test_prefixes_of_the_same_traits_are_taken_together),
		cmocka_unit_test(
		    test_change_of_traits_is_told_to_those_who_mind),
		cmocka_unit_test(
		    test_prefix_that_comes_back_with_other_traits_is_told),
		cmocka_unit_test(test_feed_that_is_held_withdraws_what_it_told),
		cmocka_unit_test(test_what_neighbors_were_told_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
