/* The records of prefixes: finding, marking, order, and what they cost. */
#include "bgplbd/rde/records.h"
#include "bgplbd/rde/standings.h"
#include "bgplbd/rde/tables.h"
#include "common/memory.h"
#include "regress/unit/rde/fixtures.h"
#include "regress/unit/resident.h"

#define MANY		100000
/* Of each of them: record, claim, place in the hash, and what stands of few. */
#define BYTES_EACH	64

static int
setup(void **state)
{
	struct records *rs = malloc(sizeof(*rs));

	assert_non_null(rs);
	records_init(rs);
	*state = rs;
	return 0;
}

static int
teardown(void **state)
{
	records_free(*state);
	free(*state);
	return 0;
}

static struct prefix
numbered_prefix(uint32_t number, bool v6)
{
	struct address a = { .afi = AFI_IPV6, .bytes = { 0x20, 1, 0xd, 0xb8 } };
	struct prefix p;

	if (v6)
		memcpy(&a.bytes[4], &number, sizeof(number));
	else
		a = address_from_ipv4(0x0a000000 + number * 256);
	assert_int_equal(prefix_make(&a, v6 ? 64 : 24, &p), 0);
	return p;
}

static struct record *
get(struct records *rs, const char *text)
{
	struct prefix p = prefix(text);

	return record_get(rs, &p);
}

static void
test_record_is_made_once_and_found(void **state)
{
	struct records *rs = *state;
	struct record *r = get(rs, "10.0.0.0/24");
	struct prefix longer = prefix("10.0.0.0/25");

	assert_ptr_equal(get(rs, "10.0.0.0/24"), r);
	assert_null(record_find(rs, &longer));
	assert_ptr_not_equal(get(rs, "::/24"), r);
	assert_ptr_equal(record_at(rs, record_index(rs, r)), r);
}

static void
test_records_are_found_among_many_of_both_families(void **state)
{
	struct records *rs = *state;
	struct prefix p;
	uint32_t i, k;

	for (i = 0; i < 5000; i++)
		for (k = 0; k < 2; k++) {
			p = numbered_prefix(i, k == 1);
			record_get(rs, &p);
		}
	assert_int_equal(rs->arena.used, 10000);
	for (i = 0; i < 5000; i++)
		for (k = 0; k < 2; k++) {
			p = numbered_prefix(i, k == 1);
			assert_memory_equal(&record_find(rs, &p)->prefix, &p,
			    sizeof(p));
		}
	p = numbered_prefix(5000, true);
	assert_null(record_find(rs, &p));
}

static void
test_marked_ones_are_taken_once_in_the_order_of_prefixes(void **state)
{
	struct records *rs = *state;
	static const char *const texts[] = {
		"2001:db8::1/128", "10.0.0.9/32", "10.0.0.1/32",
		"10.0.0.0/24", "10.0.0.0/8"
	};
	static const unsigned int order[] = { 4, 3, 2, 1, 0 };
	struct record *r[5];
	uint32_t *list;
	size_t i, n;

	for (i = 0; i < 5; i++)
		r[i] = get(rs, texts[i]);
	record_mark(rs, r[0]);
	list = records_take_marked(rs, &n);
	assert_int_equal(n, 5);
	for (i = 0; i < 5; i++)
		assert_ptr_equal(record_at(rs, list[i]), r[order[i]]);
	free(list);
	assert_null(records_take_marked(rs, &n));
	assert_int_equal(n, 0);
	record_mark(rs, r[2]);
	record_mark(rs, r[2]);
	list = records_take_marked(rs, &n);
	assert_int_equal(n, 1);
	free(list);
	records_mark_all(rs);
	list = records_take_marked(rs, &n);
	assert_int_equal(n, 5);
	free(list);
	list = records_list(rs, &n);
	assert_int_equal(n, 5);
	assert_ptr_equal(record_at(rs, list[0]), r[4]);
	free(list);
}

static void
test_record_is_freed_only_when_nothing_is_left_to_know(void **state)
{
	struct records *rs = *state;
	struct record *r = get(rs, "10.0.0.1/32");
	struct prefix p = r->prefix;
	size_t n;

	record_release(rs, r);
	assert_non_null(record_find(rs, &p));	/* it is marked */
	free(records_take_marked(rs, &n));
	r->announced = true;
	record_release(rs, r);
	r->announced = false;
	r->withdrawn = true;
	record_release(rs, r);
	r->withdrawn = false;
	standing_get(rs, r)->neighbor_ifindex = 7;
	standing_release(rs, r);
	record_release(rs, r);
	assert_ptr_equal(record_find(rs, &p), r);
	standings_forget_link(rs, 7);
	assert_true(r->marked);
	free(records_take_marked(rs, &n));
	standing_release(rs, r);
	record_release(rs, r);
	assert_null(record_find(rs, &p));
	assert_int_equal(rs->arena.used + rs->standings.used, 0);
}

static void
test_place_of_a_freed_record_is_used_again(void **state)
{
	struct records *rs = *state;
	struct record *a = get(rs, "10.0.0.1/32"), *b = get(rs, "10.0.0.2/32");
	size_t n;

	a->announced = true;
	free(records_take_marked(rs, &n));
	record_release(rs, b);
	assert_ptr_equal(get(rs, "2001:db8::2/128"), b);
	assert_false(b->announced);
	assert_int_equal(b->claims + b->standing, 0);
	assert_true(a->announced);
}

/* As labelled networks have them. */
static void
claim_many(struct tables *t)
{
	struct prefix p[NETWORK_SUBNETS_MAX];
	struct object_id id;
	uint32_t i, k;

	for (i = 0; i < MANY / NETWORK_SUBNETS_MAX; i++) {
		for (k = 0; k < NETWORK_SUBNETS_MAX; k++)
			p[k] = numbered_prefix(i * NETWORK_SUBNETS_MAX + k,
			    false);
		id = numbered_id(i, 'd');
		network_set(t, network_upsert(t, &id), false, true, p,
		    NETWORK_SUBNETS_MAX);
	}
}

static void
release_all(struct records *rs)
{
	uint32_t *list;
	size_t i, n;

	list = records_take_marked(rs, &n);
	for (i = 0; i < n; i++)
		record_release(rs, record_at(rs, list[i]));
	free(list);
}

static void
test_memory_of_many_is_little_and_goes_back_with_them(void **state)
{
	size_t before, networks, with;
	struct network *n;
	struct tables t;

	(void)state;
	before = resident();
	tables_init(&t);
	claim_many(&t);
	assert_int_equal(t.records.arena.used, MANY);
	release_all(&t.records);
	with = resident() - before;
	networks = t.nnetworks * sizeof(*n);
	print_message("%u prefixes: %zu bytes each, and %zu of their networks\n",
	    MANY, (with - networks) / MANY, networks / MANY);
	if (RESIDENT_IS_KNOWN)
		assert_in_range(with - networks, 0, MANY * BYTES_EACH);
	while ((n = RB_MIN(network_tree, &t.networks)) != NULL)
		network_remove(&t, n);
	release_all(&t.records);
	assert_int_equal(t.records.arena.used, 0);
	if (RESIDENT_IS_KNOWN)
		assert_in_range(resident() - before, 0, 1024 * 1024);
	tables_free(&t);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_record_is_made_once_and_found),
		TEST(test_records_are_found_among_many_of_both_families),
		TEST(test_marked_ones_are_taken_once_in_the_order_of_prefixes),
		TEST(test_record_is_freed_only_when_nothing_is_left_to_know),
		TEST(test_place_of_a_freed_record_is_used_again),
		cmocka_unit_test(
		    test_memory_of_many_is_little_and_goes_back_with_them),
	};

	memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
