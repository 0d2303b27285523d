#include <signal.h>

#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/standings.h"
#include "regress/unit/rde/fixtures.h"

struct world {
	struct tables	tables;
	struct wanted	wanted;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	tables_init(&w->tables);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	wanted_free(&w->wanted);
	tables_free(&w->tables);
	free(w);
	return 0;
}

/* Network number n has bridge n. */
static struct network *
lb_network(struct world *w, unsigned int number, const char *text)
{
	struct object_id id = numbered_id(number, 'a');
	struct network *n = network_upsert(&w->tables, &id);
	struct prefix p = prefix(text);

	network_set(&w->tables, n, true, false, &p, 1);
	snprintf(n->name, sizeof(n->name), "web%u", number);
	n->ifindex = (int)number;
	return n;
}

static struct network *
labelled_network(struct world *w, unsigned int number, const char *text)
{
	struct object_id id = numbered_id(number, 'd');
	struct network *n = network_upsert(&w->tables, &id);
	struct prefix p = prefix(text);

	network_set(&w->tables, n, false, true, &p, 1);
	snprintf(n->name, sizeof(n->name), "gw%u", number);
	return n;
}

/* A joined endpoint of a container of its own that runs and is healthy. */
static struct endpoint *
healthy_endpoint(struct world *w, unsigned int number, struct network *n,
    const char *text)
{
	struct object_id id = numbered_id(number, 'b');
	struct endpoint *e = endpoint_upsert(&w->tables, &id, n);
	struct object_id container = numbered_id(number, 'c');
	struct container *c = container_upsert(&w->tables, &container);
	struct prefix p = prefix(text);
	bool v4 = p.addr.afi == AFI_IPV4;

	endpoint_set_addresses(&w->tables, e, v4 ? &p : NULL,
	    v4 ? NULL : &p);
	e->ifindex = 100 + (int)number;
	c->health = HEALTH_HEALTHY;
	c->stop_signal = SIGTERM;
	snprintf(c->name, sizeof(c->name), "web-%u", number);
	endpoint_tie(&w->tables, e, c);
	return e;
}

/* What is decided of the prefix now; NULL if nobody claims it. */
static const struct wanted *
decided(struct world *w, const char *text)
{
	struct prefix p = prefix(text);
	const struct record *r = record_find(&w->tables.records, &p);

	if (r == NULL)
		return NULL;
	decide(&w->tables, r, &w->wanted);
	assert_memory_equal(&w->wanted.prefix, &p, sizeof(p));
	return w->wanted.exists ? &w->wanted : NULL;
}

#define P	"10.0.0.101/32"

static void
assert_announced(struct world *w, const char *text)
{
	const struct wanted *wp = decided(w, text);

	assert_non_null(wp);
	assert_true(wp->announce);
	assert_true(wp->route);
	assert_int_equal(wp->state, PREFIX_ANNOUNCED);
}

static void
assert_not_announced(struct world *w, const char *text,
    enum prefix_state expected)
{
	const struct wanted *wp = decided(w, text);

	assert_non_null(wp);
	assert_false(wp->announce);
	assert_false(wp->route);
	assert_int_equal(wp->state, expected);
}

/* Time is an input, and when it matters next an output. */
static void
test_container_takes_traffic_when_it_has_risen(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct endpoint *e = healthy_endpoint(w, 1, n, P);
	struct endpoint *other;
	char reason[REASON_MAX];

	e->container->rise.until = 5000;
	w->wanted.now = 4999;
	assert_not_announced(w, P, PREFIX_RISING);
	assert_int_equal(decided(w, P)->next, 5000);
	assert_non_null(strstr(wanted_reason(decided(w, P), reason),
	    "web-1"));
	assert_non_null(strstr(reason, "fit, but not for long enough"));
	w->wanted.now = 5000;
	assert_announced(w, P);
	assert_int_equal(decided(w, P)->next, 0);
	/* Beside one that has risen another one rises. */
	other = healthy_endpoint(w, 2, n, P);
	other->container->rise.until = 7000;
	assert_announced(w, P);
	assert_int_equal(decided(w, P)->neligible, 1);
	assert_int_equal(decided(w, P)->next, 7000);
	e->container->draining = true;
	assert_not_announced(w, P, PREFIX_DRAINING);
	e->container->draining = false;
	e->container->paused = true;
	assert_not_announced(w, P, PREFIX_RISING);
	other->container->health = HEALTH_UNHEALTHY;
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
	assert_int_equal(decided(w, P)->next, 0);
}

static void
test_healthy_container_is_announced_with_route_and_endpoint(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct endpoint *e = healthy_endpoint(w, 1, n, P);
	const struct wanted *wp;

	assert_announced(w, P);
	wp = decided(w, P);
	assert_int_equal(wp->kind, PREFIX_LB);
	assert_ptr_equal(wp->network, n);
	assert_int_equal(wp->nendpoints, 1);
	assert_int_equal(wp->neligible, 1);
	assert_ptr_equal(wanted_chosen(wp), e);
}

static void
test_container_without_health_check_counts_as_healthy(void **state)
{
	struct world *w = *state;

	healthy_endpoint(w, 1, lb_network(w, 1, P), P)->container->health =
	    HEALTH_NONE;
	assert_announced(w, P);
}

static void
test_ipv6_prefix_is_announced_alike(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, "2001:db8::101/128");

	healthy_endpoint(w, 1, n, "2001:db8::101/128");
	assert_announced(w, "2001:db8::101/128");
}

static void
test_network_without_container_is_not_announced(void **state)
{
	struct world *w = *state;

	lb_network(w, 1, P);
	assert_not_announced(w, P, PREFIX_NO_ENDPOINT);
}

static void
test_endpoint_without_link_does_not_count(void **state)
{
	struct world *w = *state;

	healthy_endpoint(w, 1, lb_network(w, 1, P), P)->ifindex = 0;
	assert_not_announced(w, P, PREFIX_NO_ENDPOINT);
	assert_int_equal(decided(w, P)->nendpoints, 0);
}

static void
test_endpoint_of_unknown_container_is_not_eligible(void **state)
{
	struct world *w = *state;
	struct endpoint *e = healthy_endpoint(w, 1, lb_network(w, 1, P), P);

	endpoint_untie(&w->tables, e);
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
	assert_int_equal(decided(w, P)->nendpoints, 1);
}

static void
test_starting_unhealthy_and_paused_are_not_eligible(void **state)
{
	struct world *w = *state;
	struct container *c = healthy_endpoint(w, 1, lb_network(w, 1, P),
	    P)->container;

	c->health = HEALTH_STARTING;
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
	c->health = HEALTH_UNHEALTHY;
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
	c->health = HEALTH_HEALTHY;
	assert_announced(w, P);
	c->paused = true;
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
}

static void
test_container_told_to_end_is_not_eligible(void **state)
{
	struct world *w = *state;

	healthy_endpoint(w, 1, lb_network(w, 1, P), P)->container->
	    told_to_end = SIGTERM;
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
}

static void
test_last_container_that_drains_makes_the_prefix_drain(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct container *a = healthy_endpoint(w, 1, n, P)->container;
	struct container *b = healthy_endpoint(w, 2, n, P)->container;

	a->draining = true;
	assert_announced(w, P);
	b->health = HEALTH_UNHEALTHY;
	assert_not_announced(w, P, PREFIX_DRAINING);
	b->draining = true;
	assert_not_announced(w, P, PREFIX_DRAINING);
}

static void
test_prefix_goes_only_with_the_last_eligible_endpoint(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct endpoint *e[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		e[i] = healthy_endpoint(w, i, n, P);
	for (i = 0; i < 3; i++) {
		assert_announced(w, P);
		assert_int_equal(decided(w, P)->neligible, 3 - i);
		e[i]->container->health = HEALTH_UNHEALTHY;
	}
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
}

static void
test_withdrawn_by_the_operator_beats_health(void **state)
{
	struct world *w = *state;
	struct prefix p = prefix(P);

	healthy_endpoint(w, 1, lb_network(w, 1, P), P);
	assert_int_equal(withdrawal_add(&w->tables, &p), 0);
	assert_not_announced(w, P, PREFIX_WITHDRAWN);
	assert_int_equal(decided(w, P)->neligible, 1);
	assert_int_equal(withdrawal_remove(&w->tables, &p), 0);
	assert_announced(w, P);
}

static void
test_drained_host_announces_subnets_only_and_keeps_its_routes(void **state)
{
	struct world *w = *state;
	const struct wanted *wp;
	char reason[REASON_MAX];

	healthy_endpoint(w, 1, lb_network(w, 1, P), P);
	lb_network(w, 2, "10.0.0.102/32");
	labelled_network(w, 3, "172.20.0.0/16");
	w->tables.host = HOST_DRAINED;
	wp = decided(w, P);
	assert_false(wp->announce);
	assert_true(wp->route);
	assert_int_equal(wp->state, PREFIX_DRAINED);
	assert_string_equal(wanted_reason(wp, reason),
	    "the operator drains the host");
	assert_not_announced(w, "10.0.0.102/32", PREFIX_NO_ENDPOINT);
	wp = decided(w, "172.20.0.0/16");
	assert_true(wp->announce);
	assert_int_equal(wp->state, PREFIX_ANNOUNCED);
}

static void
test_host_that_leaves_announces_all_but_subnets_as_leaving(void **state)
{
	struct world *w = *state;
	const struct wanted *wp;

	healthy_endpoint(w, 1, lb_network(w, 1, P), P);
	labelled_network(w, 3, "172.20.0.0/16");
	w->tables.host = HOST_LEAVES;
	wp = decided(w, P);
	assert_true(wp->announce);
	assert_true(wp->leaving);
	assert_true(wp->route);
	assert_int_equal(wp->state, PREFIX_DRAINING);
	assert_false(decided(w, "172.20.0.0/16")->leaving);
}

static void
test_withdrawn_prefix_of_no_network_is_shown(void **state)
{
	struct world *w = *state;
	struct prefix host = prefix(P), subnet = prefix("10.9.0.0/16");

	assert_int_equal(withdrawal_add(&w->tables, &host), 0);
	assert_int_equal(withdrawal_add(&w->tables, &subnet), 0);
	assert_not_announced(w, P, PREFIX_WITHDRAWN);
	assert_null(decided(w, P)->network);
	assert_int_equal(decided(w, P)->kind, PREFIX_LB);
	assert_int_equal(decided(w, "10.9.0.0/16")->kind, PREFIX_SUBNET);
}

static void
test_labelled_subnet_is_announced_without_route(void **state)
{
	struct world *w = *state;
	const struct wanted *wp;
	struct prefix p = prefix("172.20.0.0/16");

	labelled_network(w, 1, "172.20.0.0/16");
	wp = decided(w, "172.20.0.0/16");
	assert_true(wp->announce);
	assert_false(wp->route);
	assert_int_equal(wp->kind, PREFIX_SUBNET);
	assert_int_equal(wp->state, PREFIX_ANNOUNCED);
	assert_int_equal(withdrawal_add(&w->tables, &p), 0);
	assert_not_announced(w, "172.20.0.0/16", PREFIX_WITHDRAWN);
}

static void
test_network_of_ours_with_the_label_counts_as_ours_only(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct prefix p = prefix(P);

	network_set(&w->tables, n, true, true, &p, 1);
	assert_not_announced(w, P, PREFIX_NO_ENDPOINT);
	healthy_endpoint(w, 1, n, P);
	assert_announced(w, P);
}

static void
test_prefix_wanted_by_two_sources_stays_while_either_wants_it(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct network *gw = labelled_network(w, 2, P);
	struct endpoint *e = healthy_endpoint(w, 1, n, P);
	const struct wanted *wp;

	assert_announced(w, P);
	assert_int_equal(decided(w, P)->kind, PREFIX_LB);
	e->container->health = HEALTH_UNHEALTHY;
	wp = decided(w, P);
	assert_true(wp->announce);
	assert_false(wp->route);
	assert_int_equal(wp->kind, PREFIX_SUBNET);
	assert_ptr_equal(wp->network, gw);
	network_remove(&w->tables, gw);
	assert_not_announced(w, P, PREFIX_UNHEALTHY);
	e->container->health = HEALTH_HEALTHY;
	assert_announced(w, P);
}

static void
test_unspecified_addresses_are_never_claimed(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, "0.0.0.0/32");

	healthy_endpoint(w, 1, n, "0.0.0.0/32");
	healthy_endpoint(w, 2, n, "::/128");
	assert_null(decided(w, "0.0.0.0/32"));
	assert_null(decided(w, "::/128"));
	assert_int_equal(w->tables.records.arena.used, 0);
}

static void
test_endpoint_with_an_address_of_its_own_is_announced(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, "10.1.0.0/24");

	healthy_endpoint(w, 1, n, "10.1.0.5/32");
	healthy_endpoint(w, 2, n, "10.1.0.6/32")->container->health =
	    HEALTH_UNHEALTHY;
	assert_null(decided(w, "10.1.0.0/24"));
	assert_announced(w, "10.1.0.5/32");
	assert_not_announced(w, "10.1.0.6/32", PREFIX_UNHEALTHY);
}

static void
stand(struct world *w, const char *text, int ifindex, const uint8_t *mac)
{
	struct prefix p = prefix(text);
	struct records *rs = &w->tables.records;
	struct standing *s = standing_get(rs, record_get(rs, &p));

	s->route_ifindex = ifindex;
	s->neighbor_ifindex = ifindex;
	memcpy(s->mac, mac, MAC_SIZE);
}

static void
test_neighbor_entry_stays_while_its_endpoint_is_eligible(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct endpoint *e[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		e[i] = healthy_endpoint(w, i, n, P);
	for (i = 0; i < 4; i++) {
		stand(w, P, 1, e[i]->mac);
		assert_ptr_equal(wanted_chosen(decided(w, P)),
		    e[i]);
	}
	e[3]->container->health = HEALTH_UNHEALTHY;
	assert_ptr_not_equal(wanted_chosen(decided(w, P)), e[3]);
	/* The same MAC address on another bridge is no reason. */
	stand(w, P, 7, e[0]->mac);
	assert_non_null(wanted_chosen(decided(w, P)));
}

static void
test_all_eligible_endpoints_of_a_prefix_are_listed(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct network *other = lb_network(w, 2, "10.0.0.200/32");
	const struct wanted *wp;
	unsigned int i;

	for (i = 0; i < 80; i++)
		healthy_endpoint(w, i, i % 2 ? n : other,
		    i % 2 ? P : "10.0.0.200/32");
	wp = decided(w, P);
	assert_int_equal(wp->neligible, 40);
	for (i = 0; i < 40; i++)
		assert_ptr_equal(wp->eligible[i]->network,
		    n);
}

static void
test_those_that_serve_already_are_wanted_before_others_up_to_the_limit(
    void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct endpoint *e[SPREAD_MAX + 1];
	struct spread_wanted macs;
	struct spread *spread;
	unsigned int i, k;

	for (i = 0; i <= SPREAD_MAX; i++)
		e[i] = healthy_endpoint(w, i, n, P);
	for (i = 0; i <= SPREAD_MAX; i++) {
		spread = spread_new(1, 1, true, 1);
		spread->n = 1;
		memcpy(spread->members[0].mac, e[i]->mac, MAC_SIZE);
		assert_false(wanted_macs(decided(w, P), spread, &macs));
		assert_int_equal(macs.n, SPREAD_MAX);
		assert_memory_equal(macs.macs[0], e[i]->mac, MAC_SIZE);
		free(spread);
	}
	e[0]->container->health = HEALTH_UNHEALTHY;
	assert_true(wanted_macs(decided(w, P), NULL, &macs));
	assert_int_equal(macs.n, SPREAD_MAX);
	for (k = 0; k < macs.n; k++)
		assert_memory_not_equal(macs.macs[k], e[0]->mac, MAC_SIZE);
}

static void
test_of_two_networks_with_one_prefix_the_routed_one_keeps_it(void **state)
{
	struct world *w = *state;
	struct network *a = lb_network(w, 1, P), *b = lb_network(w, 2, P);
	struct endpoint *ea, *eb;

	assert_ptr_equal(decided(w, P)->network, a);
	eb = healthy_endpoint(w, 2, b, P);
	assert_ptr_equal(decided(w, P)->network, b);
	stand(w, P, 2, eb->mac);
	ea = healthy_endpoint(w, 1, a, P);
	assert_ptr_equal(decided(w, P)->network, b);
	assert_int_equal(decided(w, P)->neligible, 1);
	eb->container->health = HEALTH_UNHEALTHY;
	assert_ptr_equal(decided(w, P)->network, a);
	assert_ptr_equal(wanted_chosen(decided(w, P)), ea);
}

static void
test_what_only_stands_does_not_exist_and_is_not_wanted(void **state)
{
	struct world *w = *state;
	struct prefix p = prefix(P);
	static const uint8_t mac[MAC_SIZE] = { 2 };
	char reason[REASON_MAX];

	stand(w, P, 1, mac);
	assert_null(decided(w, P));
	assert_false(w->wanted.announce);
	assert_false(w->wanted.route);
	assert_string_equal(wanted_reason(&w->wanted, reason),
	    "no network has it any more");
	assert_int_equal(withdrawal_add(&w->tables, &p), 0);
	assert_non_null(decided(w, P));
}

static void
assert_reason(struct world *w, const char *text)
{
	char reason[REASON_MAX];

	assert_string_equal(wanted_reason(decided(w, P), reason), text);
}

static void
test_reason_names_network_container_and_state(void **state)
{
	struct world *w = *state;
	struct network *n = lb_network(w, 1, P);
	struct prefix p = prefix(P);
	struct container *c;

#define WEB	"network web1 (00000001aaaa): container web-1 (00000001cccc) "
	assert_reason(w, "network web1 (00000001aaaa) has no container");
	c = healthy_endpoint(w, 1, n, P)->container;
	assert_reason(w, WEB "is healthy");
	c->health = HEALTH_NONE;
	assert_reason(w, WEB "runs");
	c->health = HEALTH_UNHEALTHY;
	assert_reason(w, WEB "is unhealthy");
	c->health = HEALTH_STARTING;
	assert_reason(w, WEB "is starting");
	c->paused = true;
	assert_reason(w, WEB "is paused");
	c->told_to_end = SIGKILL;
	assert_reason(w, WEB "was told to end");
	c->draining = true;
	assert_reason(w, WEB "drains");
	assert_int_equal(withdrawal_add(&w->tables, &p), 0);
	assert_reason(w, "withdrawn by the operator");
}

static void
test_sigusr2_drains_if_that_is_set(void **state)
{
	(void)state;
	assert_int_equal(signal_meaning(SIGUSR2, SIGTERM, true),
	    SIGNAL_DRAINS);
	assert_int_equal(signal_meaning(SIGUSR2, SIGUSR2, true),
	    SIGNAL_DRAINS);
	assert_int_equal(signal_meaning(SIGUSR2, SIGTERM, false),
	    SIGNAL_NOTHING);
	assert_int_equal(signal_meaning(SIGUSR2, SIGUSR2, false),
	    SIGNAL_ENDS);
}

static void
test_signals_that_end_a_process_and_the_stop_signal_tell_to_end(void **state)
{
	static const int ends[] = { SIGTERM, SIGKILL };
	static const int nothing[] = {
		SIGHUP, SIGUSR1, SIGWINCH, SIGCONT, SIGQUIT, SIGINT
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(signal_meaning(ends[i], SIGTERM, true),
		    SIGNAL_ENDS);
		assert_int_equal(signal_meaning(ends[i], SIGUSR1, true),
		    SIGNAL_ENDS);
	}
	for (i = 0; i < 6; i++) {
		assert_int_equal(signal_meaning(nothing[i], SIGTERM, true),
		    SIGNAL_NOTHING);
		assert_int_equal(signal_meaning(nothing[i], nothing[i], true),
		    SIGNAL_ENDS);
	}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_container_takes_traffic_when_it_has_risen),
		TEST(test_healthy_container_is_announced_with_route_and_endpoint),
		TEST(test_container_without_health_check_counts_as_healthy),
		TEST(test_ipv6_prefix_is_announced_alike),
		TEST(test_network_without_container_is_not_announced),
		TEST(test_endpoint_without_link_does_not_count),
		TEST(test_endpoint_of_unknown_container_is_not_eligible),
		TEST(test_starting_unhealthy_and_paused_are_not_eligible),
		TEST(test_container_told_to_end_is_not_eligible),
		TEST(test_last_container_that_drains_makes_the_prefix_drain),
		TEST(test_prefix_goes_only_with_the_last_eligible_endpoint),
		TEST(test_withdrawn_by_the_operator_beats_health),
		TEST(test_drained_host_announces_subnets_only_and_keeps_its_routes),
		TEST(test_host_that_leaves_announces_all_but_subnets_as_leaving),
		TEST(test_withdrawn_prefix_of_no_network_is_shown),
		TEST(test_labelled_subnet_is_announced_without_route),
		TEST(test_network_of_ours_with_the_label_counts_as_ours_only),
		TEST(test_prefix_wanted_by_two_sources_stays_while_either_wants_it),
		TEST(test_unspecified_addresses_are_never_claimed),
		TEST(test_endpoint_with_an_address_of_its_own_is_announced),
		TEST(test_neighbor_entry_stays_while_its_endpoint_is_eligible),
		TEST(test_all_eligible_endpoints_of_a_prefix_are_listed),
		TEST(test_those_that_serve_already_are_wanted_before_others_up_to_the_limit),
		TEST(test_of_two_networks_with_one_prefix_the_routed_one_keeps_it),
		TEST(test_what_only_stands_does_not_exist_and_is_not_wanted),
		TEST(test_reason_names_network_container_and_state),
		cmocka_unit_test(test_sigusr2_drains_if_that_is_set),
		cmocka_unit_test(test_signals_that_end_a_process_and_the_stop_signal_tell_to_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
