/*
 * Docker's lists and inspections, as facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/messages/types.h"
#include "regress/unit/frontend/recorded.h"

#define SECOND	1000000000LL
#define LABEL	"bgplb_advertise=true"

/* A recorded reply's body, parsed; text is to be freed after the document. */
static struct json *
load(const char *engine, const char *name, char **text)
{
	struct json *doc;
	size_t len;

	*text = recorded_load(engine, name, &len);
	recorded_body(*text, &len);
	doc = json_parse(*text, len);
	assert_non_null(doc);
	return doc;
}

static bool
all_are_ours(const struct object_id *id, void *arg)
{
	(void)id;
	(void)arg;
	return true;
}

/* arg is the id of the only one. */
static bool
one_is_ours(const struct object_id *id, void *arg)
{
	return strcmp(id->hex, arg) == 0;
}

static void
assert_prefix(const struct prefix *p, const char *wanted)
{
	char text[PREFIX_STRLEN];

	assert_string_equal(prefix_is_set(p) ? prefix_format(p, text) : "",
	    wanted);
}

/* The subnets that are kept, in order. */
static void
subnets_text(const struct network_fact *f, char *buf, size_t size)
{
	char text[PREFIX_STRLEN];
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < f->nsubnets; i++) {
		strlcat(buf, prefix_format(&f->subnets[i], text), size);
		strlcat(buf, " ", size);
	}
}

static void
test_the_recorded_network_lists_are_understood(void **state)
{
	static const struct {
		const char	*name;
		const char	*driver;
		bool		 labelled;
		const char	*subnets;
	} networks[] = {
		{ "none", "null", false, "" },
		{ "host", "host", false, "" },
		{ "bridge", "bridge", false, "172.17.0.0/16 " },
		{ "gw1", "bridge", true, "172.30.0.0/24 " },
		{ "gw2", "bridge", true, "172.31.0.0/24 2001:db8:f::/64 " },
		{ "web1", "bgplb", false,
		    "10.0.0.101/32 2001:db8:0:1000::101/128 " },
		{ "web2", "bgplb", false, "10.0.0.102/32 " },
		{ "web3", "bgplb", false, "2001:db8:0:1000::103/128 " },
		{ "aux", "bgplb", false, "10.0.0.106/32 " },
		{ "bothsub", "bgplb", false,
		    "10.0.0.105/32 2001:db8:0:1000::105/128 " },
		{ "defaultipam", "bgplb", false, "10.7.0.0/24 " },
	};
	const size_t n = sizeof(networks) / sizeof(networks[0]);
	struct json_iterator it;
	struct docker_network docker;
	struct json *doc;
	size_t engine, i, seen;
	char *text, subnets[256];

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		doc = load(recorded_engines[engine], "networks.http", &text);
		seen = 0;
		json_iterate(json_root(doc), &it);
		while (json_next(&it)) {
			assert_int_equal(docker_network_parse(it.value, LABEL,
			    &docker), 0);
			for (i = 0; i < n; i++)
				if (strcmp(networks[i].name,
				    docker.fact.name) == 0)
					break;
			assert_true(i < n);
			assert_string_equal(docker.driver,
			    networks[i].driver);
			assert_int_equal(docker.fact.labelled,
			    networks[i].labelled);
			subnets_text(&docker.fact, subnets, sizeof(subnets));
			assert_string_equal(subnets, networks[i].subnets);
			assert_true(frontend_rde_is_valid(MSG_FRONTEND_NETWORK,
			    &docker.fact, sizeof(docker.fact)));
			seen++;
		}
		assert_int_equal(seen, n);
		json_free(doc);
		free(text);
	}
}

static void
test_an_inspected_network_is_as_in_the_list(void **state)
{
	struct docker_network docker;
	struct json *doc;
	size_t engine;
	char *text;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		doc = load(recorded_engines[engine], "network-gw2.http",
		    &text);
		assert_int_equal(docker_network_parse(json_root(doc), LABEL,
		    &docker), 0);
		assert_string_equal(docker.fact.name, "gw2");
		assert_true(docker.fact.labelled);
		assert_int_equal(docker.fact.nsubnets, 2);
		/* Another setting, another answer. */
		assert_int_equal(docker_network_parse(json_root(doc),
		    "bgplb_advertise=false", &docker), 0);
		assert_false(docker.fact.labelled);
		assert_int_equal(docker_network_parse(json_root(doc), "other",
		    &docker), 0);
		assert_true(docker.fact.labelled);
		json_free(doc);
		free(text);
	}
}

static void
check_network(const char *text, int result, unsigned int nsubnets)
{
	struct json *doc = json_parse(text, strlen(text));
	struct docker_network docker;

	assert_non_null(doc);
	assert_int_equal(docker_network_parse(json_root(doc), LABEL, &docker),
	    result);
	if (result == 0)
		assert_int_equal(docker.fact.nsubnets, nsubnets);
	json_free(doc);
}

#define SWARM_ID "k2a9e0s6pz0y5uv3t7wq2ab1c"
#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static void
test_an_odd_network_is_refused_or_trimmed(void **state)
{
	char text[4096];
	int i;

	(void)state;
	check_network("{\"Name\":\"a\",\"Id\":\"k2a9e0s6pz0y5uv3t7\","
	    "\"Driver\":\"overlay\"}", -1, 0);
	/* Of a swarm. */
	check_network("{\"Name\":\"ingress\",\"Id\":\"" SWARM_ID "\","
	    "\"Driver\":\"overlay\",\"IPAM\":{\"Config\":["
	    "{\"Subnet\":\"10.11.0.0/16\"}]}}", 0, 1);
	check_network("{\"Name\":\"a\",\"Id\":\"" ID_A "\"}", -1, 0);
	check_network("{\"Name\":7,\"Id\":\"" ID_A "\",\"Driver\":\"x\"}", -1,
	    0);
	check_network("{\"Name\":\"a\",\"Id\":\"" ID_A "\",\"Driver\":\"x\","
	    "\"IPAM\":null,\"Labels\":null}", 0, 0);
	check_network("{\"Name\":\"a\",\"Id\":\"" ID_A "\",\"Driver\":\"x\","
	    "\"IPAM\":{\"Config\":[{\"Subnet\":\"nonsense\"},{},7,"
	    "{\"Subnet\":\"10.0.0.1/24\"},{\"Subnet\":\"10.0.0.0/24\"}]}}", 0,
	    1);
	strlcpy(text, "{\"Name\":\"", sizeof(text));
	for (i = 0; i < 200; i++)
		strlcat(text, "n", sizeof(text));
	strlcat(text, "\",\"Id\":\"" ID_A "\",\"Driver\":\"x\",\"IPAM\":"
	    "{\"Config\":[", sizeof(text));
	for (i = 0; i < 20; i++)
		strlcat(text, "{\"Subnet\":\"10.0.0.0/24\"},", sizeof(text));
	strlcat(text, "{}]}}", sizeof(text));
	check_network(text, 0, NETWORK_SUBNETS_MAX);
}

static void
test_the_recorded_containers_are_understood(void **state)
{
	static const struct {
		const char	*name;
		bool		 running;
		bool		 paused;
		enum health	 health;
		unsigned int	 nendpoints;
		int		 stop_signal;
	} containers[] = {
		{ "container-created.http", false, false, HEALTH_NONE, 0, 12 },
		{ "container-starting.http", true, false, HEALTH_STARTING, 2,
		    12 },
		{ "container-healthy.http", true, false, HEALTH_HEALTHY, 2,
		    12 },
		{ "container-unhealthy.http", true, false, HEALTH_UNHEALTHY, 2,
		    12 },
		{ "container-nohealth.http", true, false, HEALTH_NONE, 1, 15 },
		{ "container-paused.http", true, true, HEALTH_NONE, 1, 15 },
		{ "container-exited.http", false, false, HEALTH_UNHEALTHY, 0,
		    12 },
	};
	struct container_fact fact;
	struct json *doc;
	size_t engine, i;
	char *text;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		for (i = 0; i < sizeof(containers) / sizeof(containers[0]);
		    i++) {
			doc = load(recorded_engines[engine],
			    containers[i].name, &text);
			assert_int_equal(docker_container_parse(
			    json_root(doc), all_are_ours, NULL, &fact), 0);
			assert_int_equal(fact.running, containers[i].running);
			assert_int_equal(fact.paused, containers[i].paused);
			assert_int_equal(fact.health, containers[i].health);
			assert_int_equal(fact.nendpoints,
			    containers[i].nendpoints);
			assert_int_equal(fact.stop_signal,
			    containers[i].stop_signal);
			assert_int_equal(fact.stop_timeout,
			    containers[i].stop_signal == 12 ? 30 : 10);
			assert_int_equal(fact.pid > 1, fact.running);
			assert_int_equal(fact.by_engine, 0);
			assert_int_equal(fact.name[0], 'c');
			assert_true(frontend_rde_is_valid(
			    MSG_FRONTEND_CONTAINER, &fact,
			    container_fact_size(&fact)));
			json_free(doc);
			free(text);
		}
	}
}

static void
test_only_endpoints_in_our_networks_are_taken(void **state)
{
	static char ours[] =
	    "e541c4f092ab1e69699ece9e085babfc27e2ca7bf42ce5b23f5aa22bd7303d63";
	static const uint8_t mac[] = { 0x02, 0x42, 0x02, 0xed, 0x11, 0x0d };
	struct container_fact fact;
	struct json *doc;
	char *text;

	(void)state;
	doc = load("20.10", "container-healthy.http", &text);
	assert_int_equal(docker_container_parse(json_root(doc), one_is_ours,
	    ours, &fact), 0);
	assert_string_equal(fact.name, "c1");
	/* 2026-11-24T22:05:10.326758801Z */
	assert_true(fact.started_at == 1795557910 * SECOND + 326758801);
	assert_int_equal(fact.finished_at, 0);
	assert_int_equal(fact.nendpoints, 1);
	assert_string_equal(fact.endpoints[0].network.hex, ours);
	assert_string_equal(fact.endpoints[0].endpoint.hex, "5324fdb51b450a7a"
	    "b49201cc879bef1f5a263ba6a261776413af567d368e5cdd");
	assert_prefix(&fact.endpoints[0].v4, "10.0.0.101/32");
	assert_prefix(&fact.endpoints[0].v6, "2001:db8:0:1000::101/128");
	assert_int_equal(fact.endpoints[0].has_mac, 1);
	assert_memory_equal(fact.endpoints[0].mac, mac, sizeof(mac));
	json_free(doc);
	free(text);
}

#define STATE(running, paused, restarting) "\"State\":{\"Running\":" running \
    ",\"Paused\":" paused ",\"Restarting\":" restarting \
    ",\"StartedAt\":\"2026-01-01T00:00:00Z\"}"

static int
parse_container(const char *text, struct container_fact *fact)
{
	struct json *doc = json_parse(text, strlen(text));
	int result;

	assert_non_null(doc);
	result = docker_container_parse(json_root(doc), all_are_ours, NULL,
	    fact);
	json_free(doc);
	return result;
}

static void
test_an_odd_container_is_refused(void **state)
{
	static const char *const texts[] = {
		"[]", "{}", "{\"Id\":\"" ID_A "\"}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\"}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\",\"State\":{}}",
		"{\"Id\":\"abc\",\"Name\":\"/a\"," STATE("true", "false",
		    "false") "}",
		"{\"Id\":\"" ID_A "\",\"Name\":7," STATE("true", "false",
		    "false") "}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\"," STATE("1", "false",
		    "false") "}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\",\"State\":{\"Running\":"
		    "true,\"Paused\":false,\"Restarting\":false,\"StartedAt\":"
		    "\"yesterday\"}}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\",\"State\":{\"Running\":"
		    "true,\"Paused\":false,\"Restarting\":false,\"StartedAt\":"
		    "\"2026-01-01T00:00:00Z\",\"Health\":{\"Status\":\"ill\"}}}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\"," STATE("true", "false",
		    "false") ",\"NetworkSettings\":{\"Networks\":{\"n\":{"
		    "\"NetworkID\":\"" ID_B "\",\"EndpointID\":\"xyz\"}}}}",
		"{\"Id\":\"" ID_A "\",\"Name\":\"/a\"," STATE("true", "false",
		    "false") ",\"NetworkSettings\":{\"Networks\":{\"n\":{"
		    "\"NetworkID\":\"" ID_B "\",\"EndpointID\":\"" ID_C "\","
		    "\"IPAddress\":\"10.0.0.1\",\"IPPrefixLen\":33}}}}",
	};
	struct container_fact fact;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse_container(texts[i], &fact) != -1)
			fail_msg("taken for a container: %s", texts[i]);
}

static void
test_a_restarting_container_does_not_run(void **state)
{
	struct container_fact fact;

	(void)state;
	assert_int_equal(parse_container("{\"Id\":\"" ID_A "\",\"Name\":"
	    "\"/a\"," STATE("true", "false", "true") "}", &fact), 0);
	assert_int_equal(fact.running, 0);
	assert_int_equal(fact.stop_signal, 15);
}

static void
test_stop_timeout_and_who_is_to_end_it_are_read(void **state)
{
	static const struct {
		const char	*config;
		const char	*host;
		int		 stop_timeout;
		bool		 by_engine;
	} cases[] = {
		{ "", "", 10, false },
		{ "\"StopTimeout\":null", "\"Runtime\":\"runc\"", 10, false },
		{ "\"StopTimeout\":0", "\"Runtime\":\"\"", 0, false },
		{ "\"StopTimeout\":-1", "\"Runtime\":\"runsc\"", -1, true },
		{ "\"StopTimeout\":2000000000",
		    "\"Runtime\":\"io.containerd.runc.v2\"", STOP_TIMEOUT_MAX,
		    false },
		{ "\"StopTimeout\":\"x\"",
		    "\"RestartPolicy\":{\"Name\":\"always\"}", 10, true },
		{ "\"StopSignal\":\"SIGTERM\"",
		    "\"RestartPolicy\":{\"Name\":\"on-failure\"}", 10, true },
		{ "\"StopSignal\":\"SIGUSR2\"",
		    "\"RestartPolicy\":{\"Name\":\"always\"}", 10, false },
		{ "", "\"RestartPolicy\":{\"Name\":\"unless-stopped\"}", 10,
		    false },
	};
	struct container_fact fact;
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "{\"Id\":\"" ID_A
		    "\",\"Name\":\"/a\"," STATE("true", "false", "false")
		    ",\"Config\":{%s},\"HostConfig\":{%s}}",
		    cases[i].config, cases[i].host);
		assert_int_equal(parse_container(text, &fact), 0);
		assert_int_equal(fact.stop_timeout, cases[i].stop_timeout);
		assert_int_equal(fact.by_engine, cases[i].by_engine);
		assert_int_equal(fact.pid, 0);
	}
}

static void
test_endpoints_beyond_the_limit_are_left_out_and_counted(void **state)
{
	struct container_fact fact;
	struct json *doc;
	char *text = calloc(1, 65536), one[512];
	int i;

	(void)state;
	assert_non_null(text);
	strlcpy(text, "{\"Id\":\"" ID_A "\",\"Name\":\"/a\"," STATE("true",
	    "false", "false") ",\"NetworkSettings\":{\"Networks\":{",
	    65536);
	for (i = 0; i < CONTAINER_ENDPOINTS_MAX + 3; i++) {
		snprintf(one, sizeof(one), "%s\"n%d\":{\"NetworkID\":\"" ID_B
		    "\",\"EndpointID\":\"%064x\",\"IPAddress\":\"10.0.0.1\","
		    "\"IPPrefixLen\":24,\"GlobalIPv6Address\":\"\","
		    "\"GlobalIPv6PrefixLen\":0,\"MacAddress\":\"\"}",
		    i == 0 ? "" : ",", i, i);
		strlcat(text, one, 65536);
	}
	strlcat(text, "}}}", 65536);
	assert_int_equal(parse_container(text, &fact), 0);
	assert_int_equal(fact.nendpoints, CONTAINER_ENDPOINTS_MAX);
	doc = json_parse(text, strlen(text));
	assert_int_equal(docker_container_left_out(json_root(doc), all_are_ours,
	    NULL), 3);
	json_free(doc);
	/* What is no host address is none of ours. */
	assert_prefix(&fact.endpoints[0].v4, "");
	assert_int_equal(fact.endpoints[0].has_mac, 0);
	assert_true(frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &fact,
	    container_fact_size(&fact)));
	free(text);
}

static void
test_listed_containers_tell_whether_they_matter(void **state)
{
	static char web1[] =
	    "e541c4f092ab1e69699ece9e085babfc27e2ca7bf42ce5b23f5aa22bd7303d63";
	struct docker_listed listed;
	struct json_iterator it;
	struct json *doc;
	unsigned int n = 0, nattached = 0;
	char *text;

	(void)state;
	doc = load("20.10", "containers.http", &text);
	json_iterate(json_root(doc), &it);
	while (json_next(&it)) {
		assert_int_equal(docker_listed_container_parse(it.value,
		    one_is_ours, web1, &listed), 0);
		n++;
		assert_true(listed.state);
		assert_false(listed.paused);
		if (!listed.attached)
			continue;
		nattached++;
		assert_memory_equal(listed.id.hex, "9e4f04439de8", 12);
		assert_int_equal(listed.health, HEALTH_HEALTHY);
		assert_int_equal(listed.nendpoints, 1);
		assert_string_equal(listed.endpoints[0].network.hex, web1);
	}
	assert_int_equal(n, 2);
	assert_int_equal(nattached, 1);
	assert_int_equal(docker_listed_container_parse(json_root(doc),
	    one_is_ours, web1, &listed), -1);
	json_free(doc);
	free(text);
}

#define LISTED_ID	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* What container.go of the engine says of a state, and what that tells. */
static void
test_listed_states_are_told_apart(void **state)
{
	static const struct {
		const char	*state;
		const char	*status;
		bool		 known;
		bool		 paused;
		enum health	 health;
	} rows[] = {
		{ "running", "Up 2 seconds", true, false, HEALTH_NONE },
		{ "running", "Up About an hour (healthy)", true, false,
		    HEALTH_HEALTHY },
		{ "running", "Up 3 days (unhealthy)", true, false,
		    HEALTH_UNHEALTHY },
		{ "running", "Up 1 second (health: starting)", true, false,
		    HEALTH_STARTING },
		{ "paused", "Up 2 weeks (Paused)", true, true, 0 },
		{ "restarting", "Restarting (1) 5 seconds ago", false, false,
		    0 },
		{ "running", "Up 2 seconds (poorly)", false, false, 0 },
		{ "running", "Up 2 seconds (healthy", false, false, 0 },
		{ "running", "Up (", false, false, 0 },
		{ "running", "", false, false, 0 },
		{ "exited", "Exited (0) 2 hours ago", false, false, 0 },
	};
	struct docker_listed listed;
	struct json *doc;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "{\"Id\":\"" LISTED_ID "\","
		    "\"State\":\"%s\",\"Status\":\"%s\"}", rows[i].state,
		    rows[i].status);
		doc = json_parse(text, strlen(text));
		assert_int_equal(docker_listed_container_parse(json_root(doc),
		    one_is_ours, NULL, &listed), 0);
		assert_int_equal(listed.state, rows[i].known);
		assert_int_equal(listed.paused, rows[i].paused);
		if (rows[i].known && !rows[i].paused)
			assert_int_equal(listed.health, rows[i].health);
		json_free(doc);
	}
}

static void
test_what_differs_from_the_known_is_found(void **state)
{
	struct container_fact fact;
	struct docker_listed listed, other;

	(void)state;
	memset(&fact, 0, sizeof(fact));
	memset(&listed, 0, sizeof(listed));
	fact.running = 1;
	fact.health = HEALTH_HEALTHY;
	fact.nendpoints = 2;
	memset(fact.endpoints[0].network.hex, 'a', OBJECT_ID_DIGITS);
	memset(fact.endpoints[0].endpoint.hex, 'b', OBJECT_ID_DIGITS);
	memset(fact.endpoints[1].network.hex, 'c', OBJECT_ID_DIGITS);
	memset(fact.endpoints[1].endpoint.hex, 'd', OBJECT_ID_DIGITS);
	listed.attached = listed.state = true;
	listed.health = HEALTH_HEALTHY;
	listed.nendpoints = 2;
	/* Lists and inspections have them in any order. */
	listed.endpoints[0].network = fact.endpoints[1].network;
	listed.endpoints[0].endpoint = fact.endpoints[1].endpoint;
	listed.endpoints[1].network = fact.endpoints[0].network;
	listed.endpoints[1].endpoint = fact.endpoints[0].endpoint;
	assert_true(docker_listed_is_as_known(&listed, &fact));
	other = listed;
	other.state = false;
	assert_false(docker_listed_is_as_known(&other, &fact));
	other = listed;
	other.health = HEALTH_UNHEALTHY;
	assert_false(docker_listed_is_as_known(&other, &fact));
	other.paused = true;
	assert_false(docker_listed_is_as_known(&other, &fact));
	fact.paused = 1;
	assert_true(docker_listed_is_as_known(&other, &fact));
	fact.paused = 0;
	other = listed;
	other.nendpoints = 1;
	assert_false(docker_listed_is_as_known(&other, &fact));
	/* The same network, but another run. */
	other = listed;
	other.endpoints[1].endpoint.hex[5] = '0';
	assert_false(docker_listed_is_as_known(&other, &fact));
}

static void
test_times_are_read_to_the_nanosecond(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 ns;
	} times[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:01.5Z", SECOND + SECOND / 2 },
		{ "2026-11-24T22:05:10.326758801Z",
		    1795557910 * SECOND + 326758801 },
		{ "2026-11-24T23:05:10.326758801+01:00",
		    1795557910 * SECOND + 326758801 },
		{ "2026-11-24T21:35:10.326758801-00:30",
		    1795557910 * SECOND + 326758801 },
		{ "0001-01-01T00:00:00Z", 0 },
	};
	static const char *const nonsense[] = { "", "now", "2026-11-24",
	    "2026-11-24T22:05:10", "2026-11-24T22:05:10.Z",
	    "2026-11-24T22:05:10+1:00", "2026-11-24T22:05:10+25:00",
	    "2026-11-24T22:05:10Zx", "2026-13-24T22:05:10Z",
	    "9999-01-01T00:00:00Z" };
	int64_t ns;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(docker_time_parse(times[i].text, &ns), 0);
		assert_true(ns == times[i].ns);
	}
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		if (docker_time_parse(nonsense[i], &ns) != -1)
			fail_msg("taken for a time: %s", nonsense[i]);
}

static void
test_mac_addresses_are_six_pairs_of_digits(void **state)
{
	static const char *const nonsense[] = { "", "02:42:0a:00:00",
	    "02:42:0a:00:00:65:66", "02:42:0a:00:00:6", "2:42:0a:00:00:655",
	    "02-42-0a-00-00-65", "02:42:0a:00:00:6g", " 2:42:0a:00:00:65",
	    "0x:42:0a:00:00:65", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
	    "33:33:00:00:00:01" };
	uint8_t mac[MAC_SIZE];
	size_t i;

	(void)state;
	assert_int_equal(docker_mac_parse("02:42:0A:ff:00:65", mac), 0);
	assert_memory_equal(mac, "\x02\x42\x0a\xff\x00\x65", MAC_SIZE);
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		assert_int_equal(docker_mac_parse(nonsense[i], mac), -1);
}

static void
test_dockers_reason_is_read_from_an_error(void **state)
{
	char *reply, message[64];
	size_t len;

	(void)state;
	reply = recorded_load("26.1", "container-nosuch.http", &len);
	recorded_body(reply, &len);
	docker_message_parse(reply, len, message, sizeof(message));
	assert_string_equal(message, "No such container: aaaa");
	docker_message_parse(reply, len, message, 8);
	assert_string_equal(message, "No such");
	docker_message_parse("", 0, message, sizeof(message));
	assert_string_equal(message, "no reason given");
	docker_message_parse("{\"message\":1}", 13, message, sizeof(message));
	assert_string_equal(message, "no reason given");
	free(reply);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_recorded_network_lists_are_understood),
		cmocka_unit_test(test_an_inspected_network_is_as_in_the_list),
		cmocka_unit_test(test_an_odd_network_is_refused_or_trimmed),
		cmocka_unit_test(test_the_recorded_containers_are_understood),
		cmocka_unit_test(test_only_endpoints_in_our_networks_are_taken),
		cmocka_unit_test(test_an_odd_container_is_refused),
		cmocka_unit_test(test_a_restarting_container_does_not_run),
		cmocka_unit_test(test_stop_timeout_and_who_is_to_end_it_are_read),
		cmocka_unit_test(
		    test_endpoints_beyond_the_limit_are_left_out_and_counted),
		cmocka_unit_test(test_listed_containers_tell_whether_they_matter),
		cmocka_unit_test(test_listed_states_are_told_apart),
		cmocka_unit_test(test_what_differs_from_the_known_is_found),
		cmocka_unit_test(test_times_are_read_to_the_nanosecond),
		cmocka_unit_test(test_mac_addresses_are_six_pairs_of_digits),
		cmocka_unit_test(test_dockers_reason_is_read_from_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
