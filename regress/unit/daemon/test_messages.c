#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/listener.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/parent_session.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/settings.h"

#define HEX16	"0123456789abcdef"
#define SWARM_TEXT	"k2a9e0s6pz0y5uv3t7wq2ab1c"
#define ID_TEXT	HEX16 HEX16 HEX16 HEX16

static struct object_id
id(void)
{
	struct object_id oid;

	assert_int_equal(object_id_parse(ID_TEXT, 64, &oid), 0);
	return oid;
}

static struct object_id
swarm_id(void)
{
	struct object_id oid;

	assert_int_equal(network_id_parse(SWARM_TEXT, strlen(SWARM_TEXT),
	    &oid), 0);
	return oid;
}

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

static void
test_an_id_is_64_lower_case_hex_digits(void **state)
{
	struct object_id oid = id(), other;
	char text[66] = ID_TEXT;

	(void)state;
	assert_true(object_id_is_valid(&oid));
	assert_string_equal(oid.hex, ID_TEXT);
	assert_int_equal(object_id_parse(text, 63, &other), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(object_id_parse(text, 65, &other), -1);
	text[5] = 'A';
	assert_int_equal(object_id_parse(text, 64, &other), -1);
	text[5] = '/';
	assert_int_equal(object_id_parse(text, 64, &other), -1);
	assert_false(object_id_is_valid(&other));
	assert_false(object_id_equal(&oid, &other));
	oid.hex[64] = 'a';
	assert_false(object_id_is_valid(&oid));
}

static void
test_a_networks_id_may_also_be_25_digits_of_base_36(void **state)
{
	const char *const wrong[] = { "", "k2a9e0s6pz0y5uv3t7wq2ab1",
	    "k2a9e0s6pz0y5uv3t7wq2ab1cd", "K2a9e0s6pz0y5uv3t7wq2ab1c",
	    "k2a9e0s6pz0y5uv3t7wq2ab1/", "k2a9e0s6pz0y5uv3t7wq2ab1{",
	    "k2a9e0s6pz0y5uv3t7wq2ab1c\n", "../containers/json?all=1x" };
	struct object_id n = id(), other;
	size_t i;

	(void)state;
	assert_true(network_id_is_valid(&n));
	assert_false(network_id_is_swarm(&n));
	assert_int_equal(network_id_parse(ID_TEXT, 64, &other), 0);
	assert_true(object_id_equal(&n, &other));
	assert_int_equal(network_id_parse(SWARM_TEXT, 25, &n), 0);
	assert_string_equal(n.hex, SWARM_TEXT);
	assert_true(network_id_is_valid(&n));
	assert_true(network_id_is_swarm(&n));
	assert_false(object_id_is_valid(&n));
	assert_false(object_id_equal(&n, &other));
	assert_int_equal(object_id_parse(SWARM_TEXT, 25, &other), -1);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		errno = 0;
		assert_int_equal(network_id_parse(wrong[i], strlen(wrong[i]),
		    &other), -1);
		assert_int_equal(errno, EINVAL);
	}
	/* Nothing is hidden behind the end of it. */
	n.hex[26] = 'a';
	assert_false(network_id_is_valid(&n));
	assert_int_equal(network_id_parse(SWARM_TEXT, 25, &n), 0);
	n.hex[25] = 'a';
	assert_false(network_id_is_valid(&n));
	memset(n.hex, 'a', sizeof(n.hex));
	assert_false(network_id_is_valid(&n));
}

static void
test_root_asks_docker_only_what_is_on_the_list(void **state)
{
	struct docker_request r;

	(void)state;
	memset(&r, 0, sizeof(r));
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_EVENTS;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	assert_false(docker_request_is_valid(&r, sizeof(r) - 1));
	r.since = -1;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.since = 1;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_LIST_NETWORKS;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.since = 0;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_LIST_STOPPED;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.id = id();
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	memset(&r.id, 0, sizeof(r.id));
	r.kind = DOCKER_INSPECT_CONTAINER;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.id = id();
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_INSPECT_CONNECTED;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.id.hex[3] = '?';
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.id = swarm_id();
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_INSPECT_NETWORK;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.id.hex[3] = '/';
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.id = swarm_id();
	r.kind = DOCKER_STOP_CONTAINER;
	r.signal = 15;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.signal = 0;
	r.id = id();
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.signal = SIGKILL;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.signal = SIGINT;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.signal = SIGTERM;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.pid = 2;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.kind = DOCKER_SIGNAL_PROCESS;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.started_at = 1;
	assert_true(docker_request_is_valid(&r, sizeof(r)));
	r.pid = 1;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.pid = -2;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.pid = 2;
	r.signal = SIGSTOP;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
	r.signal = SIGTERM;
	r.kind = DOCKER_REQUEST_LAST + 1;
	assert_false(docker_request_is_valid(&r, sizeof(r)));
}

static void
test_a_docker_reply_carries_an_errno(void **state)
{
	struct docker_reply r = { .error = ECONNREFUSED };

	(void)state;
	assert_true(docker_reply_is_valid(&r, sizeof(r)));
	assert_false(docker_reply_is_valid(&r, sizeof(r) + 1));
	r.error = -1;
	assert_false(docker_reply_is_valid(&r, sizeof(r)));
}

static void
test_the_state_list_is_bounded_and_holds_prefixes(void **state)
{
	struct state_list *list = calloc(1, sizeof(*list));
	struct state_saved saved = { .error = ENOSPC };

	(void)state;
	assert_non_null(list);
	assert_true(state_list_is_valid(list, sizeof(*list)));
	list->count = 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->withdrawn[0] = prefix("10.0.0.101/32");
	assert_true(state_list_is_valid(list, sizeof(*list)));
	list->drained = 1;
	assert_true(state_list_is_valid(list, sizeof(*list)));
	list->drained = 2;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->drained = 0;
	list->ndrains = 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	memset(list->drains[0].container.hex, 'a', OBJECT_ID_DIGITS);
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->drains[0].started_at = 1;
	assert_true(state_list_is_valid(list, sizeof(*list)));
	list->drains[0].over_at = -1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->drains[0].over_at = 0;
	list->ndrains = STATE_DRAINS_MAX + 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->ndrains = 0;
	list->count = STATE_WITHDRAWN_MAX + 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->count = 0;
	list->nsubnets = 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	list->subnets[0] = prefix("172.30.0.0/24");
	assert_true(state_list_is_valid(list, sizeof(*list)));
	list->nsubnets = STATE_SUBNETS_MAX + 1;
	assert_false(state_list_is_valid(list, sizeof(*list)));
	free(list);
	assert_true(state_saved_is_valid(&saved, sizeof(saved)));
	saved.error = -1;
	assert_false(state_saved_is_valid(&saved, sizeof(saved)));
}

static void
test_names_of_siblings_and_listeners_are_known_ones(void **state)
{
	struct sibling_ended ended = { .sibling = CHILD_RDE };
	struct listener_again again = { .listener = LISTENER_CONTROL };

	(void)state;
	assert_true(sibling_ended_is_valid(&ended, sizeof(ended)));
	assert_false(sibling_ended_is_valid(&ended, sizeof(ended) - 1));
	ended.sibling = CHILDREN;
	assert_false(sibling_ended_is_valid(&ended, sizeof(ended)));
	assert_true(listener_again_is_valid(&again, sizeof(again)));
	assert_false(listener_again_is_valid(&again, 0));
	again.listener = LISTENERS;
	assert_false(listener_again_is_valid(&again, sizeof(again)));
}

static void
test_announcements_are_whole_valid_prefixes(void **state)
{
	struct prefix p[2] = { prefix("10.0.0.101/32"), prefix("::1/128") };
	struct announcement a[2] = {
		{ .prefix = p[0], .endpoints = ANNOUNCEMENT_ENDPOINTS_MAX },
		{ .prefix = p[1], .leaving = 1 },
	};
	struct nexthop_answer answer = { .local = p[0].addr };
	struct nexthop_query query = { .local = p[0].addr };
	struct barrier barrier = { .sequence = 1 };
	struct kernel_state kernel = { .preserved = 1 };

	(void)state;
	assert_true(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, sizeof(a)));
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, 0));
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a,
	    sizeof(a) - 1));
	a[1].leaving = 2;
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, sizeof(a)));
	a[1].leaving = 0;
	a[1].endpoints = ANNOUNCEMENT_ENDPOINTS_MAX + 1;
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, sizeof(a)));
	a[1].endpoints = 0;
	a[1].unused = 1;
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, sizeof(a)));
	a[1].unused = 0;
	a[1].prefix.len = 129;
	assert_false(rde_session_is_valid(MSG_RDE_ANNOUNCE, a, sizeof(a)));
	assert_true(rde_session_is_valid(MSG_RDE_WITHDRAW, p, sizeof(p)));
	assert_false(rde_session_is_valid(MSG_RDE_WITHDRAW, p,
	    sizeof(p) - 1));
	p[1].len = 129;
	assert_false(rde_session_is_valid(MSG_RDE_WITHDRAW, p, sizeof(p)));
	assert_true(rde_session_is_valid(MSG_RDE_KERNEL, &kernel,
	    sizeof(kernel)));
	kernel.preserved = 2;
	assert_false(rde_session_is_valid(MSG_RDE_KERNEL, &kernel,
	    sizeof(kernel)));
	assert_false(rde_session_is_valid(MSG_RDE_KERNEL, NULL, 0));
	assert_true(rde_session_is_valid(MSG_RDE_READY, NULL, 0));
	assert_false(rde_session_is_valid(MSG_RDE_READY, p, 1));
	assert_true(rde_session_is_valid(MSG_RDE_BARRIER, &barrier,
	    sizeof(barrier)));
	assert_true(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	answer.interface4 = p[0].addr;
	assert_false(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	answer.interface4_state = HOST_ADDRESS_USABLE;
	assert_true(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	answer.interface4_state = HOST_ADDRESS_TENTATIVE;
	assert_false(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	memset(&answer.interface4, 0, sizeof(answer.interface4));
	answer.interface6 = p[0].addr;
	answer.interface6_state = HOST_ADDRESS_USABLE;
	assert_false(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	answer.interface6 = p[1].addr;
	answer.local_state = HOST_ADDRESS_LAST + 1;
	assert_false(rde_session_is_valid(MSG_RDE_NEXTHOP, &answer,
	    sizeof(answer)));
	assert_true(rde_session_is_valid(MSG_SESSION_NEXTHOP, &query,
	    sizeof(query)));
	memset(&query, 0, sizeof(query));
	assert_true(rde_session_is_valid(MSG_SESSION_NEXTHOP, &query,
	    sizeof(query)));
	query.local.afi = 3;
	assert_false(rde_session_is_valid(MSG_SESSION_NEXTHOP, &query,
	    sizeof(query)));
	assert_false(rde_session_is_valid(MSG_PARENT_SHUTDOWN, NULL, 0));
}

static void
test_a_plugin_network_has_a_prefix_or_a_pool_of_each_family(void **state)
{
	struct plugin_network n = { .network = id() };
	const uint32_t type = MSG_FRONTEND_NETWORK_CREATE;

	(void)state;
	assert_true(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.v4 = prefix("10.0.0.101/32");
	n.v6 = prefix("2001:db8::101/128");
	assert_true(frontend_rde_is_valid(type, &n, sizeof(n)));
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_NETWORK_DELETE, &n,
	    sizeof(n)));
	n.v4 = prefix("10.0.0.0/24");
	assert_true(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.nreserved = 1;
	assert_false(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.reserved[0] = n.v4.addr;
	assert_true(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.nreserved = NETWORK_RESERVED_MAX + 1;
	assert_false(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.nreserved = 0;
	n.v4 = prefix("10.0.0.0/7");	/* too wide */
	assert_false(frontend_rde_is_valid(type, &n, sizeof(n)));
	n.v4 = prefix("2001:db8::101/128");
	assert_false(frontend_rde_is_valid(type, &n, sizeof(n)));
}

static void
test_a_plugin_address_is_in_its_pool(void **state)
{
	struct plugin_address a;
	const uint32_t type = MSG_FRONTEND_ADDRESS_REQUEST;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.pool = prefix("10.1.0.0/24");
	a.range = prefix("10.1.0.64/26");
	assert_true(frontend_rde_is_valid(type, &a, sizeof(a)));
	assert_false(frontend_rde_is_valid(type, &a, sizeof(a) - 1));
	a.address = prefix("10.1.0.5/32").addr;
	assert_true(frontend_rde_is_valid(type, &a, sizeof(a)));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_ADDRESS_RELEASE, &a,
	    sizeof(a)));
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_POOL_REQUEST, &a,
	    sizeof(a)));
	a.address = prefix("10.2.0.5/32").addr;
	assert_false(frontend_rde_is_valid(type, &a, sizeof(a)));
	memset(&a.address, 0, sizeof(a.address));
	a.range = prefix("10.0.0.0/8");
	assert_false(frontend_rde_is_valid(type, &a, sizeof(a)));
	a.range = prefix("10.2.0.0/26");
	assert_false(frontend_rde_is_valid(type, &a, sizeof(a)));
	a.range = a.pool = prefix("10.1.0.1/32");
	assert_false(frontend_rde_is_valid(type, &a, sizeof(a)));
}

static void
test_a_container_fact_with_a_wrong_field_is_refused(void **state)
{
	struct container_fact f;
	const uint32_t type = MSG_FRONTEND_CONTAINER;

	(void)state;
	memset(&f, 0, sizeof(f));
	f.container = id();
	f.stop_signal = 15;
	f.health = HEALTH_NONE;
	assert_true(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.nendpoints = 1;
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.endpoints[0].network = f.endpoints[0].endpoint = id();
	assert_true(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f) - 1));
	assert_false(frontend_rde_is_valid(type, &f, sizeof(f)));
	assert_false(frontend_rde_is_valid(type, &f, 0));
	assert_false(frontend_rde_is_valid(type, &f,
	    offsetof(struct container_fact, endpoints)));
	f.nendpoints = CONTAINER_ENDPOINTS_MAX + 1;
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.nendpoints = 0;
	f.health = HEALTH_LAST + 1;
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.health = HEALTH_HEALTHY;
	f.stop_signal = 0;
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.stop_signal = 15;
	f.started_at = -1;
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
	f.started_at = 0;
	memset(f.name, 'x', sizeof(f.name));
	assert_false(frontend_rde_is_valid(type, &f,
	    container_fact_size(&f)));
}

static void
test_a_network_fact_is_bounded(void **state)
{
	struct network_fact f;
	const uint32_t type = MSG_FRONTEND_NETWORK;

	(void)state;
	memset(&f, 0, sizeof(f));
	f.network = id();
	f.nsubnets = 1;
	f.subnets[0] = prefix("172.23.1.0/24");
	assert_true(frontend_rde_is_valid(type, &f, sizeof(f)));
	f.network = swarm_id();
	assert_true(frontend_rde_is_valid(type, &f, sizeof(f)));
	f.nsubnets = 2;
	assert_false(frontend_rde_is_valid(type, &f, sizeof(f)));
	f.nsubnets = NETWORK_SUBNETS_MAX + 1;
	assert_false(frontend_rde_is_valid(type, &f, sizeof(f)));
	f.nsubnets = 0;
	f.ours = 2;
	assert_false(frontend_rde_is_valid(type, &f, sizeof(f)));
}

static void
test_small_facts_are_checked_too(void **state)
{
	struct container_signal s = { .container = id(), .signal = 12 };
	struct container_order o = { .container = id(), .signal = SIGTERM,
	    .pid = 7, .started_at = 1 };
	struct container_health h = { .container = id(), .health = 4 };
	struct container_paused p = { .container = id(), .paused = 1 };
	struct container_disconnect d = { .container = id(), .network = id() };
	struct object_id ids[2] = { id(), id() };
	struct sync_end end = { .incomplete = 1 };

	(void)state;
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_SIGNAL, &s,
	    sizeof(s)));
	s.signal = 65;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_SIGNAL, &s,
	    sizeof(s)));
	assert_true(frontend_rde_is_valid(MSG_RDE_STOP_CONTAINER, &o,
	    sizeof(o)));
	o.by_engine = 2;
	assert_false(frontend_rde_is_valid(MSG_RDE_STOP_CONTAINER, &o,
	    sizeof(o)));
	o.by_engine = 1;
	o.signal = SIGINT;
	assert_false(frontend_rde_is_valid(MSG_RDE_STOP_CONTAINER, &o,
	    sizeof(o)));
	o.signal = SIGKILL;
	o.pid = 1;
	assert_false(frontend_rde_is_valid(MSG_RDE_STOP_CONTAINER, &o,
	    sizeof(o)));
	o.pid = 0;
	assert_true(frontend_rde_is_valid(MSG_RDE_STOP_CONTAINER, &o,
	    sizeof(o)));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_HEALTH, &h,
	    sizeof(h)));
	h.health = 0;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_HEALTH, &h,
	    sizeof(h)));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_PAUSED, &p,
	    sizeof(p)));
	p.paused = 2;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_PAUSED, &p,
	    sizeof(p)));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_DISCONNECT, &d,
	    sizeof(d)));
	d.network = swarm_id();
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_DISCONNECT, &d,
	    sizeof(d)));
	d.container = d.network;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_DISCONNECT, &d,
	    sizeof(d)));
	d.container = d.network = id();
	d.network.hex[0] = 'g';
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_DISCONNECT, &d,
	    sizeof(d)));
	assert_true(frontend_rde_is_valid(MSG_RDE_OWN_NETWORKS, ids,
	    sizeof(ids)));
	assert_true(frontend_rde_is_valid(MSG_RDE_OWN_NETWORKS, NULL, 0));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_OTHER_NETWORKS, ids,
	    sizeof(ids)));
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_OTHER_NETWORKS, ids,
	    sizeof(ids) - 1));
	assert_false(frontend_rde_is_valid(MSG_RDE_OWN_NETWORKS, ids,
	    sizeof(ids) - 1));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_DIED, ids,
	    sizeof(ids[0])));
	ids[0] = swarm_id();
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER_DIED, ids,
	    sizeof(ids[0])));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_NETWORK_GONE, ids,
	    sizeof(ids[0])));
	assert_true(frontend_rde_is_valid(MSG_RDE_OWN_NETWORKS, ids,
	    sizeof(ids)));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_SYNC_BEGIN, NULL, 0));
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_SYNC_END, &end,
	    sizeof(end)));
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_SYNC_END, NULL, 0));
	end.incomplete = 2;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_SYNC_END, &end,
	    sizeof(end)));
	assert_false(frontend_rde_is_valid(MSG_PARENT_STATE, NULL, 0));
}

static void
test_settings_have_defaults(void **state)
{
	struct neighbor_settings n;
	struct settings s;

	(void)state;
	settings_init(&s);
	neighbor_settings_init(&n);
	assert_int_equal(s.as, 64512);
	assert_int_equal(s.listen_port, -1);
	assert_int_equal(s.drain_delay_ms, 5000);
	assert_int_equal(n.port, 179);
	assert_false(n.has_password);
}

static void
test_sockets_are_asked_for_neighbors_to_connect_to(void **state)
{
	struct neighbor_settings list[3];
	const struct settings s = { .neighbors = list, .nneighbors = 3 };
	struct connect_request request = { .neighbor = 0 };
	struct connect_answer answer = { .neighbor = 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		neighbor_settings_init(&list[i]);
	list[1].passive = true;
	list[2].dynamic = true;
	assert_true(connect_request_is_valid(&s, &request, sizeof(request)));
	assert_false(connect_request_is_valid(&s, &request,
	    sizeof(request) - 1));
	for (i = 1; i < 5; i++) {
		request.neighbor = answer.neighbor = i;
		assert_false(connect_request_is_valid(&s, &request,
		    sizeof(request)));
		assert_false(connect_answer_is_valid(&s, &answer,
		    sizeof(answer)));
	}
	answer.neighbor = 0;
	assert_true(connect_answer_is_valid(&s, &answer, sizeof(answer)));
	assert_false(connect_answer_is_valid(&s, &answer, sizeof(answer) + 1));
	answer.error = ECONNREFUSED;
	answer.step = CONNECT_CONNECT;
	assert_true(connect_answer_is_valid(&s, &answer, sizeof(answer)));
	answer.step++;
	assert_false(connect_answer_is_valid(&s, &answer, sizeof(answer)));
	answer.step = 0;
	answer.error = -1;
	assert_false(connect_answer_is_valid(&s, &answer, sizeof(answer)));
	answer.error = 4096;
	assert_false(connect_answer_is_valid(&s, &answer, sizeof(answer)));
}

/* Each ends in a request to the kernel. */
static void
test_mac_addresses_are_those_of_stations(void **state)
{
	static const uint8_t group[MAC_SIZE] = { 1, 0, 0x5e, 0, 0, 1 };
	struct plugin_endpoint e;
	struct plugin_address a;
	struct container_fact f;

	(void)state;
	memset(&e, 0, sizeof(e));
	e.network = e.endpoint = id();
	e.has_mac = 1;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_ENDPOINT_CREATE, &e,
	    sizeof(e)));
	e.mac[0] = 2;
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_ENDPOINT_CREATE, &e,
	    sizeof(e)));
	memcpy(e.mac, group, MAC_SIZE);
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_ENDPOINT_CREATE, &e,
	    sizeof(e)));
	memset(e.mac, 0xff, MAC_SIZE);
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_ENDPOINT_CREATE, &e,
	    sizeof(e)));
	memset(&a, 0, sizeof(a));
	assert_int_equal(prefix_parse("10.0.0.0/24", &a.pool), 0);
	a.range = a.pool;
	a.has_mac = 1;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_ADDRESS_REQUEST, &a,
	    sizeof(a)));
	a.mac[0] = 2;
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_ADDRESS_REQUEST, &a,
	    sizeof(a)));
	memcpy(a.mac, group, MAC_SIZE);
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_ADDRESS_REQUEST, &a,
	    sizeof(a)));
	memset(&f, 0, sizeof(f));
	f.container = id();
	f.stop_signal = SIGTERM;
	f.health = HEALTH_NONE;
	f.nendpoints = 1;
	f.endpoints[0].network = f.endpoints[0].endpoint = id();
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &f,
	    container_fact_size(&f)));
	f.endpoints[0].has_mac = 1;
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &f,
	    container_fact_size(&f)));
	f.endpoints[0].mac[5] = 1;
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &f,
	    container_fact_size(&f)));
	memcpy(f.endpoints[0].mac, group, MAC_SIZE);
	assert_false(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &f,
	    container_fact_size(&f)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mac_addresses_are_those_of_stations),
		cmocka_unit_test(test_an_id_is_64_lower_case_hex_digits),
		cmocka_unit_test(
		    test_a_networks_id_may_also_be_25_digits_of_base_36),
		cmocka_unit_test(
		    test_root_asks_docker_only_what_is_on_the_list),
		cmocka_unit_test(test_a_docker_reply_carries_an_errno),
		cmocka_unit_test(
		    test_the_state_list_is_bounded_and_holds_prefixes),
		cmocka_unit_test(
		    test_names_of_siblings_and_listeners_are_known_ones),
		cmocka_unit_test(test_announcements_are_whole_valid_prefixes),
		cmocka_unit_test(
		    test_a_plugin_network_has_a_prefix_or_a_pool_of_each_family),
		cmocka_unit_test(test_a_plugin_address_is_in_its_pool),
		cmocka_unit_test(
		    test_a_container_fact_with_a_wrong_field_is_refused),
		cmocka_unit_test(test_a_network_fact_is_bounded),
		cmocka_unit_test(test_small_facts_are_checked_too),
		cmocka_unit_test(test_settings_have_defaults),
		cmocka_unit_test(
		    test_sockets_are_asked_for_neighbors_to_connect_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
