/*
 * Adoption at a size that would cost real bridges seconds: the kernel and the
 * channels are replaced here.
 */
#include <errno.h>

#include <event2/event.h>

#include "bgplbd/rde/engine.h"
#include "regress/unit/rde/fixtures.h"

#define NETWORKS	1000
#define ENDPOINTS	200

static unsigned int failures;		/* that are still to come */
static struct event_base *loop;
static struct object_id told[NETWORKS];
static size_t ntold, nmessages;

int
kernel_inventory(struct kernel *k, struct inventory *inv)
{
	struct link_message *m;
	unsigned int i;

	(void)k;
	if (failures > 0) {
		failures--;
		errno = EAGAIN;
		return -1;
	}
	memset(inv, 0, sizeof(*inv));
	inv->nlinks = NETWORKS + ENDPOINTS + 1;
	inv->links = calloc(inv->nlinks, sizeof(*inv->links));
	assert_non_null(inv->links);
	for (i = 0; i < inv->nlinks; i++) {
		m = &inv->links[i];
		m->ifindex = 10 + (int)i;
		m->up = m->drops_ingress = true;
		m->kind = i < NETWORKS ? LINK_BRIDGE : LINK_VETH;
		m->id = numbered_id(i, i < NETWORKS ? 'a' : 'b');
		if (i >= NETWORKS && i < NETWORKS + ENDPOINTS)
			m->master = 10 + (int)i - NETWORKS;
		/* The last one is a port of no bridge. */
	}
	return 0;
}

void
inventory_free(struct inventory *inv)
{
	free(inv->links);
}

void
rde_send(struct channel *channel, uint32_t type, uint32_t peerid,
    const void *data, size_t len)
{
	(void)channel;
	(void)peerid;
	assert_int_equal(type, MSG_RDE_OWN_NETWORKS);
	assert_true(frontend_rde_is_valid(type, data, len));
	assert_in_range(len, 1, CHANNEL_PAYLOAD_MAX);
	assert_in_range(ntold + len / sizeof(told[0]), 1, NETWORKS);
	memcpy(&told[ntold], data, len);
	ntold += len / sizeof(told[0]);
	nmessages++;
	if (loop != NULL)
		event_base_loopbreak(loop);
}

void
rde_ready(struct rde *rde)
{
	(void)rde;
}

static void
test_all_networks_are_adopted_and_named_in_few_messages(void **state)
{
	static struct rde rde;
	static struct settings settings;
	struct object_id id;
	unsigned int i;

	(void)state;
	settings_init(&settings);
	rde.settings = &settings;
	tables_init(&rde.tables);
	sync_adopt(&rde);
	assert_int_equal(rde.tables.nnetworks, NETWORKS);
	assert_int_equal(rde.tables.nendpoints, ENDPOINTS);
	assert_int_equal(ntold, NETWORKS);
	assert_int_equal(nmessages, (NETWORKS + OWN_NETWORKS_PER_MESSAGE -
	    1) / OWN_NETWORKS_PER_MESSAGE);
	for (i = 0; i < NETWORKS; i++) {
		id = numbered_id(i, 'a');
		assert_string_equal(told[i].hex, id.hex);
	}
	id = numbered_id(NETWORKS, 'b');
	assert_int_equal(endpoint_find(&rde.tables, &id)->network->ifindex,
	    10);
	tables_free(&rde.tables);
}

/* Else the frontend's list would be thought to name all that is ours. */
static void
test_no_network_is_named_before_the_kernel_could_be_read(void **state)
{
	static struct rde rde;
	static struct settings settings;
	struct network *n;
	struct object_id id = numbered_id(0, 'a');
	struct prefix p = prefix("10.0.0.1/32");

	(void)state;
	ntold = nmessages = 0;
	failures = 3;
	loop = event_base_new();
	assert_non_null(loop);
	settings_init(&settings);
	rde.settings = &settings;
	rde.base = loop;
	rde.kernel = kernel_open(kernel_socket());
	assert_non_null(rde.kernel);
	tables_init(&rde.tables);
	sync_init(&rde);
	sync_adopt(&rde);
	assert_int_equal(failures, 2);
	assert_int_equal(nmessages, 0);
	/* Docker calls meanwhile. */
	n = network_upsert(&rde.tables, &id);
	network_set(&rde.tables, n, true, false, &p, 1);
	event_base_dispatch(loop);
	assert_int_equal(failures, 0);
	assert_int_equal(ntold, NETWORKS);
	assert_int_equal(rde.tables.nnetworks, NETWORKS);
	assert_int_equal(rde.adopt_ms, ADOPT_MIN_MS * 4);
	assert_int_equal(n->nlisted, 1);
	assert_int_equal(n->ifindex, 10);
	sync_free(&rde);
	kernel_close(rde.kernel);
	tables_free(&rde.tables);
	event_base_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_networks_are_adopted_and_named_in_few_messages),
		cmocka_unit_test(
		    test_no_network_is_named_before_the_kernel_could_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
