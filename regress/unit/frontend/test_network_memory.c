/*
 * What many networks cost the frontend once Docker's list is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/network_watch.h"
#include "bgplbd/messages/types.h"
#include "common/log.h"
#include "common/memory.h"
#include "regress/unit/resident.h"

#define NETWORKS	6000
#define BYTES_EACH	250	/* of a network, pages that are half used included */

static unsigned int facts;

static void
count_fact(uint32_t type, const void *data, size_t len, void *arg)
{
	(void)arg;
	assert_int_equal(type, MSG_FRONTEND_NETWORK);
	assert_true(frontend_rde_is_valid(type, data, len));
	facts++;
}

static void
ignore(void *arg)
{
	(void)arg;
}

/* As Docker lists labelled networks, with a subnet each. */
static char *
list_networks(void)
{
	size_t size = NETWORKS * 256;
	char *text = xmalloc(size);
	size_t used = strlcpy(text, "[", size);
	unsigned int i;

	for (i = 0; i < NETWORKS; i++)
		used += (size_t)snprintf(text + used, size - used,
		    "%s{\"Id\":\"%064x\",\"Name\":\"n%u\",\"Driver\":\"bridge\","
		    "\"Labels\":{\"x\":\"true\"},\"IPAM\":{\"Config\":["
		    "{\"Subnet\":\"10.%u.%u.0/24\"}]}}", i == 0 ? "" : ",",
		    i + 1, i, i / 256, i % 256);
	used += strlcpy(text + used, "]", size - used);
	assert_true(used < size);
	return text;
}

static void
sync_networks(struct network_watch *watch, bool *syncing)
{
	char *text = list_networks();
	struct json *doc = json_parse(text, strlen(text));
	struct json_iterator it;

	assert_non_null(doc);
	*syncing = true;
	network_watch_sync_begin(watch);
	json_iterate(json_root(doc), &it);
	while (json_next(&it))
		network_watch_sync_listed(watch, it.value, "");
	assert_true(network_watch_sync_all_listed(watch));
	json_free(doc);
	free(text);
	facts = 0;
	assert_int_equal(network_watch_sync_tell(watch, true), NETWORKS);
	assert_int_equal(facts, NETWORKS);
	*syncing = false;
	network_watch_sync_end(watch);
	memory_give_back();
}

static void
test_a_network_that_was_told_costs_little_more_than_its_id(void **state)
{
	static const struct settings settings = {
		.plugin_socket = "/run/bgplb.sock", .label = "x=true"
	};
	struct docker_watch docker = {
		.tell = count_fact, .sync_again = ignore, .unread = ignore
	};
	struct network_watch *watch;
	unsigned int i;
	size_t before;

	(void)state;
	watch = network_watch_new(&docker, &settings);
	before = resident();
	for (i = 0; i < 3; i++) {
		sync_networks(watch, &docker.syncing);
		if (RESIDENT_IS_KNOWN)
			assert_in_range(resident() - before, 0,
			    NETWORKS * BYTES_EACH);
	}
	network_watch_free(watch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_network_that_was_told_costs_little_more_than_its_id),
	};

	memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
