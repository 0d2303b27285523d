/* Which address of a pool is given, and which is not. */
#include "bgplbd/rde/addresses.h"
#include "regress/unit/rde/fixtures.h"

struct world {
	struct tables		tables;
	struct address_book	book;
	uint64_t		now;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	tables_init(&w->tables);
	addresses_init(&w->book);
	w->now = 1000;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	addresses_free(&w->book);
	assert_int_equal(w->book.nreservations, 0);
	tables_free(&w->tables);
	free(w);
	return 0;
}

/* A network of ours with this prefix or pool. */
static struct network *
add_network(struct world *w, unsigned int number, const char *text,
    const char *reserved)
{
	const struct object_id id = numbered_id(number, 'a');
	struct network *n = network_upsert(&w->tables, &id);
	const struct prefix p = prefix(text);
	struct address r;

	assert_non_null(n);
	network_set(&w->tables, n, true, false, &p, 1);
	if (reserved != NULL)
		r = address(reserved);
	addresses_set_network(&w->book, &id, &p, 1, &r, reserved != NULL);
	return n;
}

static struct endpoint *
add_endpoint(struct world *w, unsigned int number, struct network *n,
    const struct prefix *p)
{
	const struct object_id id = numbered_id(number, 'b');
	struct endpoint *e = endpoint_upsert(&w->tables, &id, n);

	assert_non_null(e);
	if (p->addr.afi == AFI_IPV4)
		endpoint_set_addresses(&w->tables, e, p, NULL);
	else
		endpoint_set_addresses(&w->tables, e, NULL, p);
	return e;
}

static struct plugin_address
request_of(const char *pool, const char *range, const char *wanted)
{
	struct plugin_address r;

	memset(&r, 0, sizeof(r));
	r.pool = prefix(pool);
	r.range = prefix(range);
	if (wanted != NULL)
		r.address = address(wanted);
	r.has_mac = 1;
	r.mac[0] = 2;
	return r;
}

static void
assert_request(struct world *w, const struct plugin_address *r,
    const char *wanted)
{
	char text[ADDRESS_STRLEN];
	struct address got;

	assert_int_equal(addresses_request(&w->book, &w->tables, r, w->now,
	    &got), ADDRESS_GIVEN);
	assert_string_equal(address_format(&got, text), wanted);
}

static void
assert_gives(struct world *w, const char *pool, const char *wanted)
{
	struct plugin_address r = request_of(pool, pool, NULL);

	assert_request(w, &r, wanted);
}

static enum address_outcome
outcome_of(struct world *w, struct plugin_address r)
{
	struct address got;

	return addresses_request(&w->book, &w->tables, &r, w->now, &got);
}

static void
release(struct world *w, const char *text)
{
	const struct address a = address(text);

	addresses_release(&w->book, &a);
}

static void
test_each_request_gets_another_until_none_is_free(void **state)
{
	struct world *w = *state;

	add_network(w, 1, "10.1.0.0/29", "10.1.0.3");
	assert_gives(w, "10.1.0.0/29", "10.1.0.1");
	assert_gives(w, "10.1.0.0/29", "10.1.0.2");
	assert_gives(w, "10.1.0.0/29", "10.1.0.4");
	assert_gives(w, "10.1.0.0/29", "10.1.0.5");
	assert_gives(w, "10.1.0.0/29", "10.1.0.6");
	assert_int_equal(outcome_of(w, request_of("10.1.0.0/29",
	    "10.1.0.0/29", NULL)), ADDRESS_NONE_FREE);
	release(w, "10.1.0.4");
	assert_gives(w, "10.1.0.0/29", "10.1.0.4");
}

static bool
is_even(const struct address *addr, void *arg)
{
	(void)arg;
	return addr->bytes[3] % 2 == 0;
}

static void
test_what_the_host_needs_itself_is_not_given(void **state)
{
	struct world *w = *state;
	struct network *n = add_network(w, 1, "10.1.0.0/29", NULL);
	const struct prefix host = prefix("10.1.0.4/32");
	struct endpoint *e = add_endpoint(w, 1, n, &host);
	struct plugin_address r = request_of("10.1.0.0/29", "10.1.0.0/29",
	    "10.1.0.4");

	w->book.needed = is_even;
	assert_gives(w, "10.1.0.0/29", "10.1.0.1");
	assert_gives(w, "10.1.0.0/29", "10.1.0.3");
	assert_int_equal(outcome_of(w, request_of("10.1.0.0/29",
	    "10.1.0.0/29", "10.1.0.2")), ADDRESS_NEEDED);
	/* Who has one already keeps it. */
	memcpy(e->mac, r.mac, MAC_SIZE);
	assert_request(w, &r, "10.1.0.4");
}

static void
test_one_that_was_given_back_rests_longest(void **state)
{
	struct world *w = *state;

	add_network(w, 1, "10.1.0.0/29", NULL);
	assert_gives(w, "10.1.0.0/29", "10.1.0.1");
	release(w, "10.1.0.1");
	assert_gives(w, "10.1.0.0/29", "10.1.0.2");
	assert_gives(w, "10.1.0.0/29", "10.1.0.3");
	assert_gives(w, "10.1.0.0/29", "10.1.0.4");
	assert_gives(w, "10.1.0.0/29", "10.1.0.5");
	assert_gives(w, "10.1.0.0/29", "10.1.0.6");
	assert_gives(w, "10.1.0.0/29", "10.1.0.1");
}

static void
test_only_the_range_is_given_unless_asked_for(void **state)
{
	struct world *w = *state;
	struct plugin_address r = request_of("10.1.0.0/24", "10.1.0.64/31",
	    NULL);

	add_network(w, 1, "10.1.0.0/24", NULL);
	assert_request(w, &r, "10.1.0.64");
	assert_request(w, &r, "10.1.0.65");
	assert_int_equal(outcome_of(w, r), ADDRESS_NONE_FREE);
	r.address = address("10.1.0.5");
	assert_request(w, &r, "10.1.0.5");
}

/* Before Docker's list has told of the network. */
static void
test_a_pool_of_an_unknown_network_gives_too(void **state)
{
	struct world *w = *state;

	assert_gives(w, "10.1.0.0/24", "10.1.0.1");
	assert_gives(w, "10.1.0.0/24", "10.1.0.2");
	assert_gives(w, "2001:db8:1::/64", "2001:db8:1::1");
}

static void
test_what_an_endpoint_has_is_taken_for_all_others(void **state)
{
	struct world *w = *state;
	struct network *n = add_network(w, 1, "10.1.0.0/24", NULL);
	const struct prefix p = prefix("10.1.0.1/32");
	struct plugin_address r = request_of("10.1.0.0/24", "10.1.0.0/24",
	    "10.1.0.1");
	struct endpoint *e = add_endpoint(w, 1, n, &p);

	assert_int_equal(outcome_of(w, r), ADDRESS_TAKEN);
	assert_gives(w, "10.1.0.0/24", "10.1.0.2");
	/* Docker that starts asks again for what it has. */
	memcpy(r.mac, e->mac, MAC_SIZE);
	assert_request(w, &r, "10.1.0.1");
	r.has_mac = 0;
	memset(r.mac, 0, MAC_SIZE);
	assert_request(w, &r, "10.1.0.1");
}

static void
test_what_the_network_reserves_is_only_for_itself(void **state)
{
	struct world *w = *state;
	struct plugin_address r = request_of("10.1.0.0/24", "10.1.0.0/24",
	    "10.1.0.1");

	add_network(w, 1, "10.1.0.0/24", "10.1.0.1");
	assert_int_equal(outcome_of(w, r), ADDRESS_RESERVED);
	r.has_mac = 0;
	assert_request(w, &r, "10.1.0.1");
}

static void
test_a_reservation_ends_with_its_time(void **state)
{
	struct world *w = *state;
	struct plugin_address r = request_of("10.1.0.0/24", "10.1.0.0/24",
	    "10.1.0.1");

	assert_request(w, &r, "10.1.0.1");
	assert_request(w, &r, "10.1.0.1");	/* the same endpoint's */
	r.mac[5] = 1;
	assert_int_equal(outcome_of(w, r), ADDRESS_PENDING);
	addresses_expire(&w->book, w->now + RESERVATION_MS - 1);
	assert_int_equal(outcome_of(w, r), ADDRESS_PENDING);
	addresses_expire(&w->book, w->now + RESERVATION_MS);
	assert_request(w, &r, "10.1.0.1");
}

static void
test_a_deleted_endpoints_address_is_held_until_it_is_given_back(void **state)
{
	struct world *w = *state;
	struct network *pooled = add_network(w, 1, "10.1.0.0/24", NULL);
	struct network *host = add_network(w, 2, "10.0.0.1/32", NULL);
	struct plugin_address r = request_of("10.1.0.0/24", "10.1.0.0/24",
	    "10.1.0.1");

	addresses_hold(&w->book, &pooled->id, &r.address, w->now);
	assert_int_equal(outcome_of(w, r), ADDRESS_PENDING);
	addresses_release(&w->book, &r.address);
	assert_request(w, &r, "10.1.0.1");
	addresses_release(&w->book, &r.address);
	addresses_hold(&w->book, &host->id, &r.address, w->now);
	assert_int_equal(w->book.nreservations, 0);
}

static void
test_reservations_are_limited(void **state)
{
	struct world *w = *state;
	struct plugin_address r = request_of("10.0.0.0/8", "10.0.0.0/8",
	    NULL);
	unsigned int i;

	add_network(w, 1, "10.0.0.0/8", NULL);
	for (i = 0; i < RESERVATIONS_MAX; i++)
		assert_int_equal(outcome_of(w, r), ADDRESS_GIVEN);
	assert_int_equal(outcome_of(w, r), ADDRESS_TOO_MANY);
}

static void
assert_overlap(struct world *w, const char *text, unsigned int number,
    const char *wanted)
{
	const struct object_id id = numbered_id(number, 'a');
	const struct prefix p = prefix(text);
	struct prefix with;
	char shown[PREFIX_STRLEN];
	const struct network *n;

	n = addresses_overlap(&w->book, &w->tables, &p,
	    number == 0 ? NULL : &id, &with);
	assert_string_equal(n == NULL ? "" : prefix_format(&with, shown),
	    wanted);
}

static void
test_pools_and_host_prefixes_of_others_are_in_the_way(void **state)
{
	struct world *w = *state;
	struct network *pooled = add_network(w, 1, "10.1.0.0/24", NULL);
	struct network *host = add_network(w, 2, "10.0.0.1/32", NULL);
	const struct prefix other = prefix("10.3.0.9/32");

	assert_overlap(w, "10.1.0.64/26", 0, "10.1.0.0/24");
	assert_overlap(w, "10.1.0.0/16", 0, "10.1.0.0/24");
	assert_overlap(w, "10.1.0.7/32", 3, "10.1.0.0/24");
	assert_overlap(w, "10.1.0.0/24", 1, "");
	assert_overlap(w, "10.2.0.0/24", 0, "");
	assert_overlap(w, "2001:db8::/64", 0, "");
	assert_overlap(w, "10.0.0.0/24", 0, "10.0.0.1/32");
	assert_overlap(w, "10.0.0.0/24", 2, "");
	add_endpoint(w, 1, host, &other);
	assert_overlap(w, "10.3.0.0/24", 0, "10.3.0.9/32");
	addresses_forget_network(&w->book, &pooled->id);
	assert_overlap(w, "10.1.0.64/26", 0, "");
}

static void
test_networks_that_are_gone_are_swept(void **state)
{
	struct world *w = *state;
	struct network *n = add_network(w, 1, "10.1.0.0/24", "10.1.0.1");

	network_remove(&w->tables, n);
	assert_overlap(w, "10.1.0.0/24", 0, "");
	addresses_sweep(&w->book, &w->tables);
	assert_true(RB_EMPTY(&w->book.pooled));
}

int
main(void)
{
#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_request_gets_another_until_none_is_free),
		TEST(test_what_the_host_needs_itself_is_not_given),
		TEST(test_one_that_was_given_back_rests_longest),
		TEST(test_only_the_range_is_given_unless_asked_for),
		TEST(test_a_pool_of_an_unknown_network_gives_too),
		TEST(test_what_an_endpoint_has_is_taken_for_all_others),
		TEST(test_what_the_network_reserves_is_only_for_itself),
		TEST(test_a_reservation_ends_with_its_time),
		TEST(test_a_deleted_endpoints_address_is_held_until_it_is_given_back),
		TEST(test_reservations_are_limited),
		TEST(test_pools_and_host_prefixes_of_others_are_in_the_way),
		TEST(test_networks_that_are_gone_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
