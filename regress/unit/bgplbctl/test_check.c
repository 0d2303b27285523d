/* What is found on a host that would stop traffic, and what is not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include <cmocka.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/check/show_findings.h"
#include "rendered.h"
#include "rows.h"

/* A host and a bgplbd in order: one IPv4 address served, one session up. */
struct good {
	struct path_link	links[4];	/* uplink, bridge, gateway bridge, port */
	struct uplink		uplink;
	struct path_endpoint	endpoint;
	struct filter_inside	inside;
	struct path		path;
	struct host_facts	facts;
	struct control_prefix	prefixes[2];
	struct control_neighbor	neighbor;
	struct check_daemon	daemon;
};

static struct findings found;

static const struct path_link uplink = {
	.link = { .index = 2, .name = "eth0" }, .forwarding = 1
};
static const struct path_link bridge = {
	.link = { .index = 3, .kind = LINK_BRIDGE, .name = "bgplb-1f0c2d3e4" }, .forwarding = 1
};
static const struct path_link gateway = {
	.link = { .index = 4, .kind = LINK_BRIDGE, .name = "gw" },
	.forwarding = 1
};

static const struct path_link port = {
	.link = { .index = 5, .master = 3, .kind = LINK_VETH,
	    .name = "bgpve-0a1b2c3d4" },
	.drops_ingress = true
};

static void
make_good_path(struct good *g)
{
	struct path *p = &g->path;

	g->links[0] = uplink;
	g->links[1] = bridge;
	g->links[2] = gateway;
	g->links[3] = port;
	g->uplink.link = &g->links[0];
	g->uplink.near[0] = rows_address("192.0.2.1");
	g->endpoint.bridge = 3;
	g->endpoint.pid = 77;
	strlcpy(g->endpoint.container, "9415d262fd61",
	    sizeof(g->endpoint.container));
	p->prefix = &g->prefixes[0];
	p->uplink = &g->uplink;
	p->client = g->uplink.near[0];
	p->client_routed = true;
	p->request.oif = 3;
	p->bridge = &g->links[1];
	p->endpoint = &g->endpoint;
	p->inside = gateway;
	strlcpy(p->inside.link.name, "eth1", sizeof(p->inside.link.name));
	p->has_address = true;
	p->gateway = &g->links[2];
	p->back_link = &g->links[0];
	g->facts.paths = (struct paths){
		.links = g->links, .nlinks = 4, .uplinks = &g->uplink,
		.nuplinks = 1, .endpoints = &g->endpoint, .nendpoints = 1,
		.list = p, .n = 1
	};
	g->facts.filters.inside = &g->inside;
	g->facts.filters.ninside = 1;
}

static void
make_good(struct good *g)
{
	memset(g, 0, sizeof(*g));
	g->facts.ip_forward = 1;
	g->facts.ip6_forwarding = 1;
	g->facts.hash_policy = 1;
	g->facts.hash_policy6 = 1;
	g->prefixes[0] = rows_prefix_lb();
	g->prefixes[1] = rows_prefix_subnet();
	g->neighbor = rows_neighbor_up();
	g->daemon.prefixes = g->prefixes;
	g->daemon.nprefixes = 1;
	g->daemon.neighbors = &g->neighbor;
	g->daemon.nneighbors = 1;
	g->daemon.docker = "";
	make_good_path(g);
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
		.ip_forward = SYSCTL_UNKNOWN, .ip6_forwarding = SYSCTL_UNKNOWN,
		.rp_filter_all = SYSCTL_UNKNOWN,
		.rp_filter_default = SYSCTL_UNKNOWN,
		.hash_policy = SYSCTL_UNKNOWN, .hash_policy6 = SYSCTL_UNKNOWN
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
	g.links[0].forwarding = 0;	/* told once, by the sysctl for all */
	g.path.request.error = EHOSTUNREACH;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.ip_forward");
	g.facts.ip_forward = 1;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.eth0.forwarding");
	assert_string_equal(found.list[0].remedy,
	    "sysctl -w net.ipv4.conf.eth0.forwarding=1");
	make_good(&g);
	g.links[2].forwarding = 0;
	g.path.back.error = EHOSTUNREACH;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.gw.forwarding");
	make_good(&g);
	g.daemon.nprefixes = 2;
	g.facts.ip6_forwarding = 0;
	expect_one(&g, SEVERITY_PROBLEM, "net.ipv6.conf.all.forwarding");
}

static void
test_family_that_no_prefix_has_does_not_matter(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.ip6_forwarding = 0;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.daemon.nprefixes = 0;
	judge(&g);
	assert_int_equal(found.n, 1);
}

/* A gateway network always has an IPv4 subnet. */
static void
test_subnet_of_a_family_without_clients_needs_no_way_to_them(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.daemon.nprefixes = 2;
	g.prefixes[0].prefix = (struct prefix){
		.addr = rows_address("2001:db8::1"), .len = 128
	};
	g.prefixes[1].prefix = (struct prefix){
		.addr = rows_address("172.23.1.0"), .len = 24
	};
	g.path.client = rows_address("2001:db8:f::1");
	g.facts.paths.far_unrouted[0] = true;
	g.facts.rp_filter_default = 1;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.facts.ip_forward = 0;		/* their own connections do matter */
	judge(&g);
	assert_int_equal(found.n, 1);
}

/* Kernels differ in what they say of such a packet. */
static void
test_larger_rp_filter_of_all_and_interface_counts(void **state)
{
	static const int errors[] = { EXDEV, EINVAL };
	struct good g;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		make_good(&g);
		g.path.back.error = errors[i];
		g.links[2].rp_filter = 1;
		expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.gw.rp_filter");
		g.facts.rp_filter_all = 1;
		g.facts.rp_filter_default = 2;
		expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.gw.rp_filter");
		g.links[2].rp_filter = 0;
		expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.all.rp_filter");
		make_good(&g);
		g.path.request.error = errors[i];
		g.links[0].rp_filter = 1;
		expect_one(&g, SEVERITY_PROBLEM, "net.ipv4.conf.eth0.rp_filter");
		make_good(&g);
		g.path.delivery.error = errors[i];
		g.path.inside.rp_filter = 1;
		expect_one(&g, SEVERITY_PROBLEM,
		    "container 9415d262fd61, interface eth1");
		assert_string_equal(found.list[0].remedy, "nsenter "
		    "--net=/proc/77/ns/net sysctl -w "
		    "net.ipv4.conf.eth1.rp_filter=2");
	}
}

static void
test_container_without_a_way_back_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.path.reply.error = ENETUNREACH;
	g.path.is_alone = true;
	g.daemon.nprefixes = 2;
	expect_one(&g, SEVERITY_PROBLEM, "container 9415d262fd61");
	assert_string_equal(found.list[0].remedy,
	    "docker network connect gateway 9415d262fd61");
	g.path.is_alone = false;
	expect_one(&g, SEVERITY_PROBLEM, "container 9415d262fd61");
	assert_null(strstr(found.list[0].remedy, "connect"));
}

static void
test_gateway_that_is_down_or_without_its_address_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.links[2].link.down = true;
	expect_one(&g, SEVERITY_PROBLEM, "interface gw");
	make_good(&g);
	g.path.reply.gateway = rows_address("172.23.1.1");
	g.path.gateway_is_gone = true;
	g.path.gateway_len = 24;
	expect_one(&g, SEVERITY_PROBLEM, "gateway 172.23.1.1");
	assert_string_equal(found.list[0].remedy,
	    "ip address add 172.23.1.1/24 dev gw");
}

static void
test_what_many_paths_share_is_found_once_and_counted(void **state)
{
	struct path paths[3];
	struct good g;

	(void)state;
	make_good(&g);
	g.path.back.error = ENETUNREACH;
	g.path.client_routed = false;
	paths[0] = paths[1] = paths[2] = g.path;
	g.facts.paths.list = paths;
	g.facts.paths.n = 3;
	expect_one(&g, SEVERITY_PROBLEM, "client 192.0.2.1");
	assert_int_equal(found.list[0].others, 2);
}

static void
test_container_that_cannot_be_looked_into_is_named(void **state)
{
	struct rendered r;
	struct good g;

	(void)state;
	make_good(&g);
	g.path.endpoint = NULL;
	g.endpoint.error = ESRCH;
	judge(&g);
	assert_int_equal(found.n, 0);
	assert_int_equal(found.nunseen, 1);
	show_findings_text(&found, rendered_open(&r));
	assert_rendered(&r, "not looked at: inside of containers: 1 of them: "
	    "their processes are not seen from here\n"
	    "nothing found in what was looked at, which is not all\n");
	g.endpoint.error = 0;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
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

/* The table filter of iptables, with that in FORWARD, INPUT and OUTPUT. */
static struct filter_rules *
rules_with(const char *policy, const char *rest)
{
	struct filter_rules *rules = filter_rules_new();
	char text[1024], why[FILTER_TEXT_MAX];

	snprintf(text, sizeof(text), "*filter\n:INPUT %s [0:0]\n"
	    ":FORWARD %s [0:0]\n:OUTPUT ACCEPT [0:0]\n%sCOMMIT\n", policy,
	    policy, rest);
	assert_true(filter_rules_add(rules, FILTER_IPTABLES, text, why));
	return rules;
}

static void
test_filter_that_drops_is_named_with_its_rule(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.filters.host = rules_with("ACCEPT",
	    "-A FORWARD -s 192.0.2.1/32 -p tcp -j DROP\n");
	judge(&g);	/* the client's first packet, and its later ones */
	assert_int_equal(found.n, 1);
	assert_string_equal(found.list[0].subject,
	    "iptables, table filter, chain FORWARD, rule 1");
	assert_string_equal(found.list[0].text, "drops requests from 192.0.2.1 "
	    "to 10.0.0.101: -A FORWARD -s 192.0.2.1/32 -p tcp -j DROP");
	assert_string_equal(found.list[0].remedy,
	    "iptables -I FORWARD 1 -o bgplb-+ -j ACCEPT");
	filter_rules_free(g.facts.filters.host);
	g.facts.filters.host = rules_with("ACCEPT",
	    "-A FORWARD -o eth0 -s 10.0.0.101/32 -j DROP\n");
	expect_one(&g, SEVERITY_PROBLEM,
	    "iptables, table filter, chain FORWARD, rule 1");
	assert_non_null(strstr(found.list[0].text,
	    "drops answers from 10.0.0.101 to 192.0.2.1"));
	filter_rules_free(g.facts.filters.host);
}

static void
test_filter_inside_a_container_is_mended_inside(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.inside.rules = rules_with("DROP", "");
	expect_one(&g, SEVERITY_PROBLEM,
	    "container 9415d262fd61, iptables, table filter, chain INPUT");
	assert_string_equal(found.list[0].remedy, "nsenter --net=/proc/77/ns/net "
	    "iptables -I INPUT -d 10.0.0.101 -j ACCEPT");
	filter_rules_free(g.inside.rules);
}

static void
test_filter_that_cannot_be_judged_is_told_as_such(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.filters.host = rules_with("ACCEPT",
	    "-A FORWARD -m time --timestart 10:00:00 -j DROP\n");
	judge(&g);
	assert_int_equal(found.n, 0);
	assert_true(found.nunseen > 0);
	assert_string_equal(found.unseen[0].subject,
	    "iptables, table filter, chain FORWARD, rule 1");
	assert_non_null(strstr(found.unseen[0].reason,
	    "-m time --timestart 10:00:00"));
	filter_rules_free(g.facts.filters.host);
}

static void
test_one_open_port_of_a_container_is_enough(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.facts.filters.host = rules_with("DROP",
	    "-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT\n"
	    "-A FORWARD -p tcp -m tcp --sport 80 -j ACCEPT\n");
	g.inside.ports[0] = 9000;
	g.inside.ports[1] = 80;
	g.inside.nports = 2;
	judge(&g);
	assert_int_equal(found.n + found.nunseen, 0);
	g.inside.nports = 1;
	judge(&g);
	assert_true(found.n > 0);
	filter_rules_free(g.facts.filters.host);
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
test_refused_prefix_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.prefixes[0].state = PREFIX_REFUSED;
	g.prefixes[0].refusal = REFUSAL_NOT_ALLOWED;
	g.prefixes[0].routed = 0;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	assert_non_null(strstr(found.list[0].text,
	    "no \"allow prefix\" covers it"));
	assert_non_null(strstr(found.list[0].remedy,
	    "\"allow prefix 10.0.0.101/32\""));
}

static void
test_route_that_leads_elsewhere_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.path.request.error = ENETUNREACH;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	assert_string_equal(found.list[0].remedy,
	    "ip rule add to 10.0.0.101/32 pref 1 lookup main");
	g.path.request = (struct route_answer){
		.oif = 2, .table = RT_TABLE_MAIN,
		.gateway = rows_address("192.0.2.1")
	};
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	assert_string_equal(found.list[0].remedy,
	    "ip route del 10.0.0.101/32 via 192.0.2.1");
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
	g.neighbor.received.present = 1;
	g.neighbor.received.seconds = 13;
	strlcpy(g.neighbor.received.text, "Cease, Administrative Shutdown",
	    sizeof(g.neighbor.received.text));
	expect_one(&g, SEVERITY_PROBLEM, "neighbor 2001:db8::1");
	assert_string_equal(found.list[0].text, "has no session (Connect); "
	    "last error: connect: Connection refused; the neighbor said: "
	    "Cease, Administrative Shutdown");
	/* Of a session before the last. */
	g.neighbor.times_established = 2;
	g.neighbor.received.seconds = 14;
	expect_one(&g, SEVERITY_PROBLEM, "neighbor 2001:db8::1");
	assert_string_equal(found.list[0].text, "has no session (Connect); "
	    "last error: connect: Connection refused");
	g.neighbor.gone = 1;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.neighbor.gone = 0;
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
test_docker_that_cannot_be_asked_is_a_problem(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.daemon.docker = "it does not answer";
	expect_one(&g, SEVERITY_PROBLEM, "Docker");
	assert_non_null(strstr(found.list[0].text, "(it does not answer)"));
	make_good(&g);
	g.facts.in_plugin = true;
	expect_one(&g, SEVERITY_NOTICE, "managed plugin");
	make_good(&g);
	g.daemon.docker = NULL;
	judge(&g);
	assert_int_equal(found.n, 0);
	assert_int_equal(found.nunseen, 1);
}

static void
test_container_that_docker_failed_to_start_is_a_problem(void **state)
{
	struct control_start_failure failures[CONTROL_START_FAILURES_MAX + 2];
	struct good g;
	size_t i;

	(void)state;
	memset(failures, 0, sizeof(failures));
	for (i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		memset(failures[i].container_id, 'a', 64);
		strlcpy(failures[i].error, "plugin \"bgplb\" not found",
		    sizeof(failures[i].error));
	}
	strlcpy(failures[0].name, "web1", sizeof(failures[0].name));
	make_good(&g);
	g.daemon.start_failures = failures;
	g.daemon.nstart_failures = 1;
	g.daemon.starts_unseen = "";
	expect_one(&g, SEVERITY_PROBLEM, "container web1");
	assert_non_null(strstr(found.list[0].text,
	    "plugin \"bgplb\" not found"));
	assert_string_equal(found.list[0].remedy, "docker start web1");
	assert_int_equal(found.nunseen, 0);
	/* A name that would not fit: */
	g.daemon.nstart_failures = 2;
	judge(&g);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.list[1].remedy, "docker start "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	/* More than bgplbd ever sends. */
	g.daemon.nstart_failures = CONTROL_START_FAILURES_MAX + 2;
	judge(&g);
	assert_int_equal(found.n, CONTROL_START_FAILURES_MAX);
	assert_int_equal(found.nunseen, 1);
}

static void
test_containers_that_were_not_looked_at_are_named(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.daemon.starts_unseen = "Docker did not answer in time";
	judge(&g);
	assert_int_equal(found.n, 0);
	assert_int_equal(found.nunseen, 1);
	assert_string_equal(found.unseen[0].subject, "containers that are down");
	assert_string_equal(found.unseen[0].reason,
	    "Docker did not answer in time");
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
	    "\tsysctl -w net.ipv4.ip_forward=1\n");
	show_findings_json(&found, rendered_open(&r));
	assert_rendered(&r,
	    "{\"findings\":[{\"severity\":\"problem\","
	    "\"subject\":\"net.ipv4.ip_forward\",\"text\":\"is 0: the host "
	    "does not pass on what comes in\",\"remedy\":\"sysctl -w "
	    "net.ipv4.ip_forward=1\",\"others\":0}],"
	    "\"omitted\":0,\"not_looked_at\":[]}\n");
}

/* One finding a family, however many prefixes have it. */
static void
test_prefix_that_no_neighbor_has_is_a_problem(void **state)
{
	struct control_told told[3];
	struct control_prefix prefixes[3];
	struct good g;

	(void)state;
	make_good(&g);
	memset(told, 0, sizeof(told));
	told[0].prefix = g.prefixes[0].prefix;
	told[0].neighbors[ADVERTISEMENT_ANNOUNCED] = 1;
	told[0].neighbors[ADVERTISEMENT_NOT_NEGOTIATED] = 1;
	g.daemon.told = told;
	g.daemon.ntold = 1;
	judge(&g);
	assert_int_equal(found.n, 0);
	told[0].neighbors[ADVERTISEMENT_HELD] = 2;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	assert_non_null(strstr(found.list[0].text, "announced to some "
	    "neighbors only: held back for want of a next hop (2)"));
	told[0].neighbors[ADVERTISEMENT_ANNOUNCED] = 0;
	expect_one(&g, SEVERITY_PROBLEM, "prefix 10.0.0.101/32");
	assert_string_equal(found.list[0].text, "is announced to no neighbor: held "
	    "back for want of a next hop (2), address family not negotiated "
	    "(1)");
	assert_string_equal(found.list[0].remedy, "bgplbctl show prefixes "
	    "10.0.0.101/32 tells what each neighbor lacks");
	memset(told, 0, sizeof(told));
	prefixes[0] = prefixes[1] = prefixes[2] = rows_prefix_subnet();
	told[0].prefix = prefixes[0].prefix = rows_prefix("10.1.0.0/24");
	told[1].prefix = prefixes[1].prefix = rows_prefix("10.2.0.0/24");
	told[2].prefix = prefixes[2].prefix = rows_prefix("10.3.0.0/24");
	g.daemon.ntold = g.daemon.nprefixes = 3;
	g.daemon.prefixes = prefixes;
	expect_one(&g, SEVERITY_PROBLEM,
	    "3 IPv4 prefixes, such as 10.1.0.0/24");
	assert_string_equal(found.list[0].text,
	    "are announced to no neighbor: there is none");
	assert_string_equal(found.list[0].remedy, "write a neighbor into "
	    "bgplbd.conf, or set PEER_ADDRESS; neighbors of a prefix have to "
	    "connect");
}

static void
test_links_that_let_containers_reach_the_host_are_noticed(void **state)
{
	struct good g;

	(void)state;
	make_good(&g);
	g.links[3].drops_ingress = false;
	expect_one(&g, SEVERITY_NOTICE, "link bgpve-0a1b2c3d4");
	assert_non_null(strstr(found.list[0].text, "nor do 0 others"));
	g.facts.paths.ingress_unknown = true;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.facts.paths.ingress_unknown = false;
	g.links[3].link.down = true;
	judge(&g);
	assert_int_equal(found.n, 0);
	g.links[3].link.down = false;
	strlcpy(g.links[3].link.name, "veth0", sizeof(g.links[3].link.name));
	judge(&g);
	assert_int_equal(found.n, 0);
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
		    test_subnet_of_a_family_without_clients_needs_no_way_to_them),
		cmocka_unit_test(
		    test_larger_rp_filter_of_all_and_interface_counts),
		cmocka_unit_test(test_container_without_a_way_back_is_a_problem),
		cmocka_unit_test(
		    test_gateway_that_is_down_or_without_its_address_is_a_problem),
		cmocka_unit_test(
		    test_what_many_paths_share_is_found_once_and_counted),
		cmocka_unit_test(
		    test_container_that_cannot_be_looked_into_is_named),
		cmocka_unit_test(
		    test_links_that_let_containers_reach_the_host_are_noticed),
		cmocka_unit_test(test_containers_inherit_the_default_rp_filter),
		cmocka_unit_test(test_filter_that_drops_is_named_with_its_rule),
		cmocka_unit_test(test_filter_inside_a_container_is_mended_inside),
		cmocka_unit_test(
		    test_filter_that_cannot_be_judged_is_told_as_such),
		cmocka_unit_test(test_one_open_port_of_a_container_is_enough),
		cmocka_unit_test(
		    test_announced_prefix_without_a_route_is_a_problem),
		cmocka_unit_test(test_refused_prefix_is_a_problem),
		cmocka_unit_test(test_route_that_leads_elsewhere_is_a_problem),
		cmocka_unit_test(
		    test_several_endpoints_want_flows_to_be_told_apart),
		cmocka_unit_test(test_prefix_that_no_neighbor_has_is_a_problem),
		cmocka_unit_test(test_neighbor_without_a_session_is_found),
		cmocka_unit_test(test_orders_that_still_hold_are_noticed),
		cmocka_unit_test(test_docker_that_cannot_be_asked_is_a_problem),
		cmocka_unit_test(
		    test_container_that_docker_failed_to_start_is_a_problem),
		cmocka_unit_test(
		    test_containers_that_were_not_looked_at_are_named),
		cmocka_unit_test(
		    test_absent_daemon_is_found_and_the_host_is_still_judged),
		cmocka_unit_test(
		    test_findings_have_a_limit_and_the_rest_is_counted),
		cmocka_unit_test(test_findings_are_shown_with_their_remedies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
