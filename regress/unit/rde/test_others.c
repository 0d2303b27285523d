/* What in the kernel is another bgplbd's, and what is left of it for us. */
#include "bgplbd/rde/others.h"
#include "common/log.h"
#include "regress/unit/rde/fixtures.h"

#define OURS		1	/* Docker told of it */
#define ADOPTED		2	/* only its bridge is seen */
#define OTHER		3	/* Docker has it under another driver */
#define UNKNOWN		4	/* nobody knows it */

#define BRIDGES		4
#define PORT_OF(n)	(10 + (n))

struct fixture {
	struct tables		tables;
	struct other_networks	others;
	struct inventory	inv;
};

static void
add_link(struct fixture *f, enum link_kind kind, int ifindex, int master)
{
	struct link_message *m = &f->inv.links[f->inv.nlinks++];

	m->kind = kind;
	m->ifindex = ifindex;
	m->master = master;
	m->up = true;
	m->id = numbered_id((unsigned int)ifindex,
	    kind == LINK_BRIDGE ? 'a' : 'b');
}

static void
add_route(struct fixture *f, const char *dst, int ifindex, uint32_t nexthop)
{
	struct route_message *r = &f->inv.routes[f->inv.nroutes++];

	r->dst = prefix(dst);
	r->ifindex = ifindex;
	r->nexthop = nexthop;
}

static void
add_nexthop(struct fixture *f, uint32_t id, int ifindex, uint32_t member)
{
	struct nexthop_message *m = &f->inv.nexthops[f->inv.nnexthops++];

	m->id = id;
	m->ifindex = ifindex;
	m->nmembers = member != 0;
	m->members[0] = member;
}

static void
add_network(struct fixture *f, unsigned int number, bool adopted)
{
	struct object_id id = numbered_id(number, 'a');
	struct network *n = network_upsert(&f->tables, &id);

	network_set(&f->tables, n, true, false, NULL, 0);
	n->adopted = adopted;
	n->ifindex = (int)number;
}

/* A bridge of each kind, a port, a route, a neighbor entry and a group at each. */
static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct object_id id = numbered_id(OTHER, 'a');
	char text[32];
	int i;

	tables_init(&f->tables);
	add_network(f, OURS, false);
	add_network(f, ADOPTED, true);
	assert_true(other_networks_add(&f->others, &id, 1));
	f->inv.links = xcalloc(16, sizeof(*f->inv.links));
	f->inv.routes = xcalloc(16, sizeof(*f->inv.routes));
	f->inv.neighbors = xcalloc(16, sizeof(*f->inv.neighbors));
	f->inv.nexthops = xcalloc(16, sizeof(*f->inv.nexthops));
	for (i = 1; i <= BRIDGES; i++) {
		add_link(f, LINK_BRIDGE, i, 0);
		add_link(f, LINK_VETH, PORT_OF(i), i);
		snprintf(text, sizeof(text), "10.0.0.%d/32", i);
		add_route(f, text, i, 0);
		snprintf(text, sizeof(text), "10.0.1.%d/32", i);
		add_route(f, text, 0, 200 + (uint32_t)i);
		f->inv.neighbors[f->inv.nneighbors++].ifindex = i;
		add_nexthop(f, 100 + (uint32_t)i, i, 0);
		add_nexthop(f, 200 + (uint32_t)i, 0, 100 + (uint32_t)i);
	}
	inventory_sort(&f->inv);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	other_networks_clear(&f->others);
	inventory_free(&f->inv);
	tables_free(&f->tables);
	free(f);
	return 0;
}

static size_t
set_aside(struct fixture *f)
{
	other_networks_settle(&f->others);
	return others_set_aside(&f->tables, &f->others, &f->inv);
}

/* Whether all of the bridge is still in the inventory, or nothing of it. */
static bool
is_there(struct fixture *f, int bridge)
{
	const struct inventory *inv = &f->inv;
	unsigned int parts = 0;
	size_t i;

	parts += inventory_link(inv, bridge) != NULL;
	parts += inventory_link(inv, PORT_OF(bridge)) != NULL;
	parts += inventory_nexthop(inv, 100 + (uint32_t)bridge) != NULL;
	parts += inventory_nexthop(inv, 200 + (uint32_t)bridge) != NULL;
	for (i = 0; i < inv->nroutes; i++)
		parts += inv->routes[i].dst.addr.bytes[3] == bridge;
	for (i = 0; i < inv->nneighbors; i++)
		parts += inv->neighbors[i].ifindex == bridge;
	assert_true(parts == 0 || parts == 7);
	return parts == 7;
}

static void
live_at(struct fixture *f, int bridge)
{
	size_t i;

	for (i = 0; i < f->inv.nlinks; i++)
		if (f->inv.links[i].ifindex == PORT_OF(bridge))
			f->inv.links[i].peer_is_away = true;
}

static void
test_network_of_another_driver_is_set_aside_with_all_that_is_at_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(set_aside(f), 1);
	assert_true(is_there(f, OURS));
	assert_true(is_there(f, ADOPTED));
	assert_false(is_there(f, OTHER));
	assert_true(is_there(f, UNKNOWN));	/* a leftover */
}

static void
test_network_that_docker_does_not_have_is_set_aside_while_containers_live(
    void **state)
{
	struct fixture *f = *state;
	struct object_id id = numbered_id(ADOPTED, 'a');

	live_at(f, OURS);
	live_at(f, ADOPTED);
	live_at(f, UNKNOWN);
	assert_int_equal(set_aside(f), 3);
	assert_true(is_there(f, OURS));
	assert_false(is_there(f, ADOPTED));
	assert_false(is_there(f, OTHER));
	assert_false(is_there(f, UNKNOWN));
	/* It was taken for ours when nothing else was known. */
	assert_null(network_find(&f->tables, &id));
}

static void
test_network_that_a_call_or_a_fact_told_of_is_ours(void **state)
{
	struct fixture *f = *state;
	struct object_id id = numbered_id(OURS, 'a');

	/* Docker's list under another name, learned only after it. */
	assert_true(other_networks_add(&f->others, &id, 1));
	live_at(f, OURS);
	assert_int_equal(set_aside(f), 1);
	assert_true(is_there(f, OURS));
}

static void
test_nothing_is_set_aside_if_nothing_is_anothers(void **state)
{
	struct fixture *f = *state;

	other_networks_clear(&f->others);
	assert_int_equal(set_aside(f), 0);
	assert_int_equal(f->inv.nlinks, 2 * BRIDGES);
	assert_int_equal(f->inv.nroutes, 2 * BRIDGES);
	assert_int_equal(f->inv.nneighbors, BRIDGES);
	assert_int_equal(f->inv.nnexthops, 2 * BRIDGES);
}

static void
test_list_of_networks_has_a_limit(void **state)
{
	struct object_id *ids = xcalloc(OTHER_NETWORKS_MAX, sizeof(*ids));
	struct other_networks others;

	(void)state;
	memset(&others, 0, sizeof(others));
	assert_true(other_networks_add(&others, ids, OTHER_NETWORKS_MAX - 1));
	assert_true(other_networks_add(&others, ids, 1));
	assert_true(other_networks_add(&others, ids, 0));
	assert_false(other_networks_add(&others, ids, 1));
	other_networks_clear(&others);
	assert_int_equal(others.n, 0);
	free(ids);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(
	    test_network_of_another_driver_is_set_aside_with_all_that_is_at_it),
		TEST(
    test_network_that_docker_does_not_have_is_set_aside_while_containers_live),
		TEST(test_network_that_a_call_or_a_fact_told_of_is_ours),
		TEST(test_nothing_is_set_aside_if_nothing_is_anothers),
		cmocka_unit_test(test_list_of_networks_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
