#include <errno.h>

#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/tables.h"
#include "regress/unit/rde/fixtures.h"

static int
setup(void **state)
{
	struct tables *t = malloc(sizeof(*t));

	assert_non_null(t);
	tables_init(t);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct tables *t = *state;
	struct network *n;

	while ((n = RB_MIN(network_tree, &t->networks)) != NULL)
		network_remove(t, n);
	assert_int_equal(t->claim_arena.used, 0);
	assert_int_equal(t->network_arena.used, 0);
	tables_free(t);
	assert_true(RB_EMPTY(&t->networks));
	assert_true(RB_EMPTY(&t->endpoints));
	assert_true(RB_EMPTY(&t->containers));
	assert_int_equal(t->nnetworks + t->nendpoints + t->ncontainers, 0);
	free(t);
	return 0;
}

static struct network *
add_network(struct tables *t, unsigned int number, const char *text)
{
	struct object_id id = numbered_id(number, 'a');
	struct network *n = network_upsert(t, &id);
	struct prefix p = prefix(text);

	assert_non_null(n);
	network_set(t, n, true, false, &p, 1);
	return n;
}

static struct endpoint *
add_endpoint(struct tables *t, unsigned int number, struct network *n,
    const char *text)
{
	struct object_id id = numbered_id(number, 'b');
	struct endpoint *e = endpoint_upsert(t, &id, n);
	struct prefix p = prefix(text);

	assert_non_null(e);
	endpoint_set_addresses(t, e, &p, NULL);
	return e;
}

static struct container *
add_container(struct tables *t, unsigned int number)
{
	struct object_id id = numbered_id(number, 'c');
	struct container *c = container_upsert(t, &id);

	assert_non_null(c);
	return c;
}

static bool
is_claimed(struct tables *t, const char *text)
{
	struct prefix p = prefix(text);

	return claim_first(t, &p) != NULL;
}

static void
test_upsert_finds_what_is_there(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct endpoint *e = add_endpoint(t, 1, n, "10.0.0.1/32");
	struct container *c = add_container(t, 1);
	struct object_id id = numbered_id(1, 'a');

	assert_ptr_equal(network_find(t, &id), n);
	assert_ptr_equal(network_upsert(t, &id), n);
	assert_ptr_equal(endpoint_upsert(t, &e->id, n), e);
	assert_ptr_equal(container_upsert(t, &c->id), c);
	assert_int_equal(t->nnetworks, 1);
	assert_int_equal(t->nendpoints, 1);
	assert_int_equal(t->ncontainers, 1);
	id.hex[63] = '0';
	assert_null(network_find(t, &id));
}

static void
test_network_of_ours_lists_host_prefixes_only(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	const struct prefix list[] = {
		prefix("10.0.0.2/32"), prefix("10.1.0.0/16"),
		prefix("0.0.0.0/32"), prefix("2001:db8::1/128"),
		prefix("10.0.0.2/32"),
	};

	network_set(t, n, true, true, list, 5);
	assert_int_equal(n->nlisted, 2);
	assert_true(is_claimed(t, "10.0.0.2/32"));
	assert_true(is_claimed(t, "2001:db8::1/128"));
	assert_false(is_claimed(t, "10.0.0.1/32"));
	assert_false(is_claimed(t, "10.1.0.0/16"));
	assert_false(is_claimed(t, "0.0.0.0/32"));
}

static void
test_labelled_network_lists_all_subnets(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	const struct prefix list[] = {
		prefix("172.20.0.0/16"), prefix("fd00:1::/64"),
		prefix("0.0.0.0/0"), prefix("fe80::/64"),
		prefix("224.0.0.0/4"), prefix("ff02::/16"),
		prefix("127.0.0.0/8"), prefix("169.254.0.0/16"),
		prefix("::1/128"), prefix("::/128"),
	};

	/* Also those that are refused, which is to be seen. */
	network_set(t, n, false, true, list, 10);
	assert_int_equal(n->nlisted, 9);
	assert_true(is_claimed(t, "172.20.0.0/16"));
	assert_true(is_claimed(t, "fd00:1::/64"));
	assert_true(is_claimed(t, "0.0.0.0/0"));
	assert_false(is_claimed(t, "::/128"));
	network_set(t, n, false, false, list, 10);
	assert_int_equal(n->nlisted, 0);
	assert_int_equal(t->claim_arena.used, 0);
}

static void
test_claim_lives_as_long_as_somebody_uses_it(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct endpoint *e = add_endpoint(t, 1, n, "10.0.0.1/32");

	network_set(t, n, true, false, NULL, 0);
	assert_true(is_claimed(t, "10.0.0.1/32"));
	endpoint_remove(t, e);
	assert_false(is_claimed(t, "10.0.0.1/32"));
	e = add_endpoint(t, 1, n, "10.0.0.2/32");
	add_endpoint(t, 1, n, "10.0.0.3/32");
	assert_false(is_claimed(t, "10.0.0.2/32"));
	assert_true(is_claimed(t, "10.0.0.3/32"));
	assert_int_equal(t->nendpoints, 1);
}

static void
test_prefix_of_another_network_is_found(void **state)
{
	struct tables *t = *state;
	struct network *a = add_network(t, 1, "10.0.0.1/32");
	struct network *b = add_network(t, 2, "10.0.0.2/32");
	struct network *labelled = add_network(t, 3, "10.0.0.3/32");
	struct prefix p = prefix("10.0.0.1/32");
	struct prefix c = prefix("10.0.0.9/32");

	assert_ptr_equal(claim_of_another(t, &p, &b->id), a);
	assert_null(claim_of_another(t, &p, &a->id));
	network_set(t, labelled, false, true, &c, 1);
	assert_null(claim_of_another(t, &c, &a->id));
	add_endpoint(t, 1, a, "10.0.0.9/32");
	assert_ptr_equal(claim_of_another(t, &c, &b->id), a);
}

static void
test_endpoint_has_a_mac_and_keeps_it(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct endpoint *e = add_endpoint(t, 1, n, "10.0.0.1/32");
	uint8_t mac[MAC_SIZE];

	link_mac(ROLE_CONTAINER_END, &e->id, mac);
	assert_memory_equal(e->mac, mac, MAC_SIZE);
	e->mac[5] ^= 0xff;
	assert_ptr_equal(endpoint_upsert(t, &e->id, n), e);
	assert_memory_not_equal(e->mac, mac, MAC_SIZE);
}

static void
test_endpoint_that_moves_takes_its_claims_along(void **state)
{
	struct tables *t = *state;
	struct network *a = add_network(t, 1, "10.0.0.1/32");
	struct network *b = add_network(t, 2, "10.0.0.2/32");
	struct endpoint *e = add_endpoint(t, 1, a, "10.0.0.9/32");

	assert_ptr_equal(endpoint_upsert(t, &e->id, b), e);
	assert_false(is_claimed(t, "10.0.0.9/32"));
	assert_true(LIST_EMPTY(&a->endpoints));
	assert_ptr_equal(LIST_FIRST(&b->endpoints), e);
}

static void
test_container_that_goes_leaves_joined_and_created_endpoints(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct endpoint *told = add_endpoint(t, 1, n, "10.0.0.1/32");
	struct endpoint *joined = add_endpoint(t, 2, n, "10.0.0.1/32");
	struct endpoint *created = add_endpoint(t, 3, n, "10.0.0.1/32");
	struct object_id id = told->id;
	struct container *c = add_container(t, 1);

	joined->ifindex = 9;
	created->created = true;
	endpoint_tie(t, told, c);
	endpoint_tie(t, joined, c);
	endpoint_tie(t, created, c);
	endpoint_tie(t, created, c);
	container_remove(t, c);
	assert_null(endpoint_find(t, &id));
	assert_null(joined->container);
	assert_null(created->container);
	assert_int_equal(t->nendpoints, 2);
}

static void
sync_naming_nothing_at(struct tables *t, uint64_t ms, bool complete)
{
	tables_sync_begin(t, ms);
	tables_sync_end(t, complete);
}

static void
sync_naming_nothing(struct tables *t)
{
	sync_naming_nothing_at(t, 1000, true);
}

static void
test_sync_sweeps_what_plugin_calls_made_only_once_it_is_old(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct object_id network = n->id;
	struct object_id endpoint = add_endpoint(t, 1, n, "10.0.0.1/32")->id;

	/* Young when the list arrives: it may not be in it yet. */
	sync_naming_nothing(t);
	assert_non_null(network_find(t, &network));
	assert_non_null(endpoint_find(t, &endpoint));
	/* The second list was made after it, but Docker may still start it. */
	sync_naming_nothing_at(t, 1000 + STARTING_MS - 1, true);
	assert_non_null(network_find(t, &network));
	assert_non_null(endpoint_find(t, &endpoint));
	/* An incomplete list may have left it out. */
	sync_naming_nothing_at(t, 1000 + STARTING_MS, false);
	assert_non_null(network_find(t, &network));
	assert_non_null(endpoint_find(t, &endpoint));
	sync_naming_nothing_at(t, 1000 + STARTING_MS, true);
	assert_null(network_find(t, &network));
	assert_null(endpoint_find(t, &endpoint));
}

static void
test_sync_sweeps_what_was_told_and_is_not_told_again(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct network *named = add_network(t, 2, "10.0.0.2/32");
	struct endpoint *e = add_endpoint(t, 1, n, "10.0.0.1/32");
	struct container *c = add_container(t, 1);
	struct object_id network = named->id, container = c->id;
	struct object_id endpoint = e->id;

	strlcpy(named->name, "web2", sizeof(named->name));
	e->created = true;
	e->ifindex = 9;
	endpoint_tie(t, e, c);
	sync_naming_nothing(t);
	assert_null(network_find(t, &network));
	assert_null(container_find(t, &container));
	assert_null(endpoint_find(t, &endpoint));
}

static void
test_sync_keeps_what_it_names(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");
	struct endpoint *e = add_endpoint(t, 1, n, "10.0.0.1/32");
	struct container *c = add_container(t, 1);
	struct object_id gone = add_network(t, 2, "10.0.0.2/32")->id;

	strlcpy(n->name, "web1", sizeof(n->name));
	endpoint_tie(t, e, c);
	sync_naming_nothing(t);
	n = add_network(t, 1, "10.0.0.1/32");
	strlcpy(n->name, "web1", sizeof(n->name));
	e = add_endpoint(t, 1, n, "10.0.0.1/32");
	tables_sync_begin(t, 1000 + STARTING_MS);
	assert_ptr_equal(network_upsert(t, &n->id), n);
	assert_ptr_equal(endpoint_upsert(t, &e->id, n), e);
	c = add_container(t, 1);
	endpoint_tie(t, e, c);
	tables_sync_end(t, true);
	assert_int_equal(t->nnetworks, 1);
	assert_int_equal(t->nendpoints, 1);
	assert_int_equal(t->ncontainers, 1);
	assert_null(network_find(t, &gone));
}

static void
test_incomplete_sync_sweeps_nothing_and_does_not_count(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 1, "10.0.0.1/32");

	strlcpy(n->name, "web1", sizeof(n->name));
	add_container(t, 1);
	add_network(t, 2, "10.0.0.2/32");
	sync_naming_nothing_at(t, 1000, false);
	assert_int_equal(t->nnetworks, 2);
	assert_int_equal(t->ncontainers, 1);
	sync_naming_nothing_at(t, 1000 + STARTING_MS, true);
	assert_int_equal(t->nnetworks, 1);
	assert_int_equal(t->ncontainers, 0);
	sync_naming_nothing_at(t, 1000 + 2 * STARTING_MS, true);
	assert_int_equal(t->nnetworks, 0);
}

static void
test_network_is_gone_until_the_next_sync_or_until_it_is_back(void **state)
{
	struct tables *t = *state;
	struct object_id a = numbered_id(1, 'a'), b = numbered_id(2, 'a');

	network_set_gone(t, &a);
	network_set_gone(t, &b);
	assert_true(network_is_gone(t, &a));
	network_set_back(t, &a);
	assert_false(network_is_gone(t, &a));
	assert_true(network_is_gone(t, &b));
	sync_naming_nothing(t);
	assert_false(network_is_gone(t, &b));
}

static void
test_of_gone_networks_the_oldest_is_forgotten(void **state)
{
	struct tables *t = *state;
	struct object_id id;
	unsigned int i;

	for (i = 0; i <= GONE_NETWORKS_MAX; i++) {
		id = numbered_id(i, 'a');
		network_set_gone(t, &id);
		network_set_gone(t, &id);
	}
	id = numbered_id(0, 'a');
	assert_false(network_is_gone(t, &id));
	for (i = 1; i <= GONE_NETWORKS_MAX; i++) {
		id = numbered_id(i, 'a');
		assert_true(network_is_gone(t, &id));
	}
}

static void
test_limits_are_kept_and_an_entry_that_is_there_is_still_found(void **state)
{
	struct tables *t = *state;
	struct object_id id = numbered_id(0, 'a');
	struct network *first = NULL;
	unsigned int i;

	for (i = 0; i < NETWORKS_MAX; i++) {
		id = numbered_id(i, 'a');
		first = network_upsert(t, &id);
		assert_non_null(first);
	}
	for (i = 0; i < ENDPOINTS_MAX; i++) {
		id = numbered_id(i, 'b');
		assert_non_null(endpoint_upsert(t, &id, first));
	}
	for (i = 0; i < CONTAINERS_MAX; i++) {
		id = numbered_id(i, 'c');
		assert_non_null(container_upsert(t, &id));
	}
	errno = 0;
	id = numbered_id(NETWORKS_MAX, 'a');
	assert_null(network_upsert(t, &id));
	assert_int_equal(errno, ENOSPC);
	id = numbered_id(ENDPOINTS_MAX, 'b');
	assert_null(endpoint_upsert(t, &id, first));
	id = numbered_id(CONTAINERS_MAX, 'c');
	assert_null(container_upsert(t, &id));
	id = numbered_id(0, 'a');
	assert_non_null(network_upsert(t, &id));
}

static void
test_withdrawals_are_found_refused_twice_and_limited(void **state)
{
	struct tables *t = *state;
	struct prefix p = prefix("10.0.0.1/32"), q = prefix("2001:db8::/64");
	struct address a;
	uint32_t i;

	assert_int_equal(withdrawal_remove(t, &p), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(withdrawal_add(t, &q), 0);
	assert_int_equal(withdrawal_add(t, &p), 0);
	assert_int_equal(withdrawal_add(t, &p), -1);
	assert_int_equal(errno, EEXIST);
	assert_true(withdrawal_find(t, &p));
	assert_true(withdrawal_find(t, &q));
	assert_int_equal(withdrawal_remove(t, &p), 0);
	assert_false(withdrawal_find(t, &p));
	assert_true(withdrawal_find(t, &q));
	/* From the highest down, so that each goes before the others. */
	for (i = STATE_WITHDRAWN_MAX; t->withdrawn.count <
	    STATE_WITHDRAWN_MAX; i--) {
		a = address_from_ipv4(0x0b000000 + i);
		assert_int_equal(prefix_make(&a, 32, &p), 0);
		assert_int_equal(withdrawal_add(t, &p), 0);
	}
	for (i = 1; i < t->withdrawn.count; i++)
		assert_true(prefix_cmp(&t->withdrawn.withdrawn[i - 1],
		    &t->withdrawn.withdrawn[i]) < 0);
	p = prefix("12.0.0.1/32");
	assert_int_equal(withdrawal_add(t, &p), -1);
	assert_int_equal(errno, ENOSPC);
}

static void
test_withdrawals_from_the_state_are_ordered_and_single(void **state)
{
	struct tables *t = *state;
	struct state_list list = { .count = 3 };

	list.withdrawn[0] = prefix("10.0.0.9/32");
	list.withdrawn[1] = prefix("10.0.0.1/32");
	list.withdrawn[2] = prefix("10.0.0.9/32");
	withdrawal_set_all(t, &list);
	assert_int_equal(t->withdrawn.count, 2);
	assert_true(withdrawal_find(t, &list.withdrawn[0]));
	assert_true(withdrawal_find(t, &list.withdrawn[1]));
}

static void
test_labels_for_the_log_name_and_shorten(void **state)
{
	struct tables *t = *state;
	struct network *n = add_network(t, 0x1f0c2d3e, "10.0.0.1/32");
	struct container *c = add_container(t, 0x0a1b2c3d);
	char network[NETWORK_LABEL_MAX], container[CONTAINER_LABEL_MAX];

	assert_string_equal(network_label(n, network),
	    "network 1f0c2d3eaaaa");
	strlcpy(n->name, "web1", sizeof(n->name));
	assert_string_equal(network_label(n, network),
	    "network web1 (1f0c2d3eaaaa)");
	strlcpy(c->name, "web-1", sizeof(c->name));
	assert_string_equal(container_label(c, container),
	    "container web-1 (0a1b2c3dcccc)");
	memset(n->name, 'x', sizeof(n->name) - 1);
	memset(c->name, 'y', sizeof(c->name) - 1);
	assert_non_null(strstr(network_label(n, network), "(1f0c2d3eaaaa)"));
	assert_non_null(strstr(container_label(c, container),
	    "(0a1b2c3dcccc)"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_upsert_finds_what_is_there),
		TEST(test_network_of_ours_lists_host_prefixes_only),
		TEST(test_labelled_network_lists_all_subnets),
		TEST(test_claim_lives_as_long_as_somebody_uses_it),
		TEST(test_prefix_of_another_network_is_found),
		TEST(test_endpoint_has_a_mac_and_keeps_it),
		TEST(test_endpoint_that_moves_takes_its_claims_along),
		TEST(test_container_that_goes_leaves_joined_and_created_endpoints),
		TEST(test_sync_sweeps_what_plugin_calls_made_only_once_it_is_old),
		TEST(test_sync_sweeps_what_was_told_and_is_not_told_again),
		TEST(test_sync_keeps_what_it_names),
		TEST(test_incomplete_sync_sweeps_nothing_and_does_not_count),
		TEST(test_network_is_gone_until_the_next_sync_or_until_it_is_back),
		TEST(test_of_gone_networks_the_oldest_is_forgotten),
		TEST(test_limits_are_kept_and_an_entry_that_is_there_is_still_found),
		TEST(test_withdrawals_are_found_refused_twice_and_limited),
		TEST(test_withdrawals_from_the_state_are_ordered_and_single),
		TEST(test_labels_for_the_log_name_and_shorten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
