/* What is found on a host that would stop traffic, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/check/show_findings.h"
#include "rendered.h"
#include "rows.h"

/* A host and a bgplbd in order: one IPv4 address served, one session up. */
struct good {
	struct host_bridge	bridge;
	struct host_facts	facts;
	struct control_prefix	prefixes[2];
	struct control_neighbor	neighbor;
	struct check_daemon	daemon;
};

static struct findings found;

static void
make_good(struct good *g)
{
	static const struct host_bridge bridge = {
		.name = "bgplb_gwbridge", .rp_filter = 0, .forwarding = 1
	};

	memset(g, 0, sizeof(*g));
	g->bridge = bridge;
	g->facts.ip_forward = 1;
	g->facts.ip6_forwarding = 1;
	g->facts.hash_policy = 1;
	g->facts.hash_policy6 = 1;
	g->facts.bridges = &g->bridge;
	g->facts.nbridges = 1;
	g->facts.iptables = "-P FORWARD ACCEPT\n";
	g->facts.ip6tables = "-P FORWARD ACCEPT\n";
	g->facts.nft = "";
	g->facts.routes = "10.0.0.101 dev bgplb-1f0c2d3e4 src 192.0.2.10 uid 0 \n";
	g->prefixes[0] = rows_prefix_lb();
	g->prefixes[1] = rows_prefix_subnet();
	g->neighbor = rows_neighbor_up();
	g->daemon.prefixes = g->prefixes;
	g->daemon.nprefixes = 1;
	g->daemon.neighbors = &g->neighbor;
	g->daemon.nneighbors = 1;
}

static void
judge(const struct good *g)
{
	check_judge(&g->facts, &g->daemon, &found);
}

/* Just one finding, of that severity, about that, and with an advice. */
static void
expect_one(const struct good *g, enum severity severity, const char *subject)
{
	judge(g);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.list[0].severity, severity);
	assert_string_equal(found.list[0].subject, subject);
	assert_true(strlen(found.list[0].text) > 10);
	assert_true(strlen(found.list[0].remedy) > 10);
}

static void
test_nothing_is_found_on_a_good_host(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	judge(&g);
	assert_int_equal(found.n, 0);
}

static void
test_unknown_facts_are_no_findings(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.daemon.nprefixes = 2;
	g.facts = (struct host_facts){
		.ip_forward = FACT_UNKNOWN, .ip6_forwarding = FACT_UNKNOWN,
		.rp_filter_all = FACT_UNKNOWN,
		.rp_filter_default = FACT_UNKNOWN,
		.hash_policy = FACT_UNKNOWN, .hash_policy6 = FACT_UNKNOWN
	};
	judge(&g);
	assert_int_equal(found.n, 0);
}

static void
test_forwarding_that_is_off_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.ip_forward = 0;
	g.bridge.forwarding = 0;	/* told once, by the sysctl for all */
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.ip_forward");
	make_good(&g);
	g.daemon.nprefixes = 2;
	g.facts.ip6_forwarding = 0;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv6.conf.all.forwarding");
	make_good(&g);
	g.bridge.forwarding = 0;
	expect_one(&g, SEVERITY_NOTICE,
	    "net.ipv4.conf.bgplb_gwbridge.forwarding");
}

static void
test_family_that_no_prefix_has_does_not_matter(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.ip6_forwarding = 0;
	g.facts.ip6tables = "-P FORWARD DROP\n";
	judge(&g);
	assert_int_equal(found.n, 0);
	g.daemon.nprefixes = 0;
	judge(&g);
	assert_int_equal(found.n, 2);
}

static void
test_larger_rp_filter_of_all_and_interface_counts(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.bridge.rp_filter = 1;
	expect_one(&g, SEVERITY_NOTICE,
	    "net.ipv4.conf.bgplb_gwbridge.rp_filter");
	g.facts.rp_filter_all = 1;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.all.rp_filter");
	g.facts.rp_filter_all = 2;
	judge(&g);
	assert_int_equal(found.n, 0);
}

static void
test_containers_inherit_the_default_rp_filter(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.rp_filter_default = 1;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.default.rp_filter");
}

static void
test_forward_policy_that_drops_is_found(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.iptables = "-P FORWARD DROP\n";
	expect_one(&g, SEVERITY_PROBLEM, "iptables, chain FORWARD");
	make_good(&g);
	g.facts.nft = "table inet filter {\n\tchain forward {\n"
	    "\t\ttype filter hook forward priority filter; policy drop;\n";
	expect_one(&g, SEVERITY_NOTICE,
	    "nft table inet filter, chain forward");
}

static void
test_announced_prefix_without_a_route_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.prefixes[0].routed = 0;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	make_good(&g);
	g.prefixes[0].state = PREFIX_PENDING;
	g.prefixes[0].routed = 0;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
}

static void
test_route_that_leads_elsewhere_is_a_problem(void **state)
{
	static const char *const elsewhere[] = {
		"",
		"10.0.0.101 dev bgplb-1f0c2d3e44 src 192.0.2.10\n",
		"10.0.0.101 via 192.0.2.1 dev eth0 src 192.0.2.10\n",
		"10.0.0.101 dev eth0\n10.0.0.1 dev bgplb-1f0c2d3e4 src 1.1.1.1\n",
		"10.0.0.1010 dev bgplb-1f0c2d3e4 src 192.0.2.10\n",
	};
	struct good g;
	size_t i;

	(void)state;
	make_good(&g);
	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		g.facts.routes = (char *)elsewhere[i];
		expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	}
	g.facts.routes = "1.1.1.1 dev eth0 \n"
	    "10.0.0.101 via 169.254.77.1 dev bgplb-1f0c2d3e4 src 192.0.2.10\n";
	judge(&g);
	assert_int_equal(found.n, 0);
}

static void
test_several_endpoints_want_flows_to_be_told_apart(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.hash_policy = 0;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.prefixes[0].eligible = 2;
	expect_one(&g, SEVERITY_NOTICE, "prefix 10.0.0.101/32");
}

static void
test_neighbor_without_a_session_is_found(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.neighbor = rows_neighbor_down();
	expect_one(&g, SEVERITY_PROBLEM, "neighbor 2001:db8::1");
	assert_non_null(strstr(found.list[0].text, "Connection refused"));
	g.neighbor.down = 1;
	expect_one(&g, SEVERITY_NOTICE, "neighbor 2001:db8::1");
	assert_string_equal(found.list[0].remedy,
	    "bgplbctl neighbor 2001:db8::1 up");
}

static void
test_orders_that_still_hold_are_noticed(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.prefixes[0].state = PREFIX_WITHDRAWN;
	expect_one(&g, SEVERITY_NOTICE, "prefix 10.0.0.101/32");
	assert_string_equal(found.list[0].remedy,
	    "bgplbctl announce 10.0.0.101/32");
	g.prefixes[0].state = PREFIX_DRAINED;
	expect_one(&g, SEVERITY_NOTICE, "host");
}

static void
test_absent_daemon_is_found_and_the_host_is_still_judged(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.daemon = (struct check_daemon){ .error = "cannot connect" };
	g.facts.ip_forward = 0;
	judge(&g);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.list[0].subject, "bgplbd");
	assert_string_equal(found.list[0].text,
	    "does not answer: cannot connect");
}

static void
test_findings_have_a_limit_and_the_rest_is_counted(void **state)
{
	struct control_neighbor rows[FINDINGS_MAX + 3];
	struct good g;
	size_t i;

	(void)state;
	make_good(&g);
	for (i = 0; i < FINDINGS_MAX + 3; i++)
		rows[i] = rows_neighbor_down();
	g.daemon.neighbors = rows;
	g.daemon.nneighbors = FINDINGS_MAX + 3;
	judge(&g);
	assert_int_equal(found.n, FINDINGS_MAX);
	assert_int_equal(found.omitted, 3);
}

static void
test_findings_are_shown_with_their_remedies(void **state)
{
	struct rendered r;
	struct good g;

	(void)state;
	make_good(&g);
	judge(&g);
	show_findings_text(&found, rendered_open(&r));
	assert_rendered(&r, "nothing found that would stop traffic\n");
	g.facts.ip_forward = 0;
	judge(&g);
	show_findings_text(&found, rendered_open(&r));
	assert_rendered(&r,
	    "problem: net.ipv4.ip_forward is 0: the host does not pass on "
	    "what comes in\n"
	    "\tsysctl -w net.ipv4.ip_forward=1, and keep it in "
	    "/etc/sysctl.d\n");
	show_findings_json(&found, rendered_open(&r));
	assert_rendered(&r,
	    "{\"findings\":[{\"severity\":\"problem\","
	    "\"subject\":\"net.ipv4.ip_forward\",\"text\":\"is 0: the host "
	    "does not pass on what comes in\",\"remedy\":\"sysctl -w "
	    "net.ipv4.ip_forward=1, and keep it in /etc/sysctl.d\",\"others\":0}],"
	    "\"omitted\":0,\"not_looked_at\":[]}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_found_on_a_good_host),
		cmocka_unit_test(test_unknown_facts_are_no_findings),
		cmocka_unit_test(test_forwarding_that_is_off_is_a_problem),
		cmocka_unit_test(
		    test_family_that_no_prefix_has_does_not_matter),
		cmocka_unit_test(
		    test_larger_rp_filter_of_all_and_interface_counts),
		cmocka_unit_test(test_containers_inherit_the_default_rp_filter),
		cmocka_unit_test(test_forward_policy_that_drops_is_found),
		cmocka_unit_test(
		    test_announced_prefix_without_a_route_is_a_problem),
		cmocka_unit_test(test_route_that_leads_elsewhere_is_a_problem),
		cmocka_unit_test(
		    test_several_endpoints_want_flows_to_be_told_apart),
		cmocka_unit_test(test_neighbor_without_a_session_is_found),
		cmocka_unit_test(test_orders_that_still_hold_are_noticed),
		cmocka_unit_test(
		    test_absent_daemon_is_found_and_the_host_is_still_judged),
		cmocka_unit_test(
		    test_findings_have_a_limit_and_the_rest_is_counted),
		cmocka_unit_test(test_findings_are_shown_with_their_remedies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
