/*
 * Each plugin call, from the bodies that real engines sent to what becomes of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/plugin_call.h"
#include "bgplbd/messages/types.h"
#include "regress/unit/frontend/recorded.h"

#define ID	"e541c4f092ab1e69699ece9e085babfc27e2ca7bf42ce5b23f5aa22bd7303d63"
#define EID	"5324fdb51b450a7ab49201cc879bef1f5a263ba6a261776413af567d368e5cdd"
#define SWARM_ID	"k2a9e0s6pz0y5uv3t7wq2ab1c"
#define BOTH_IDS	"\"NetworkID\":\"" ID "\",\"EndpointID\":\"" EID "\""

static struct v6subnet_memo memo;

static enum plugin_outcome
call_text(const char *path, const char *body, struct plugin_call *call,
    struct sentence *why)
{
	memset(why, 0, sizeof(*why));
	return plugin_call_parse(path, body, strlen(body), &memo, call, why);
}

/* The recorded body NAME.json goes to the path that NAME begins with. */
static enum plugin_outcome
call_recorded(const char *engine, const char *name, struct plugin_call *call,
    struct sentence *why)
{
	char file[128], path[128], *body;
	enum plugin_outcome outcome;
	size_t len;

	snprintf(file, sizeof(file), "%s.json", name);
	snprintf(path, sizeof(path), "/%.*s", (int)strcspn(name, "-"), name);
	body = recorded_load(engine, file, &len);
	memset(why, 0, sizeof(*why));
	outcome = plugin_call_parse(path, body, len, &memo, call, why);
	free(body);
	return outcome;
}

static void
assert_answer(const struct plugin_call *call, const struct plugin_reply *reply,
    bool global_scope, const char *wanted)
{
	char text[512] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	plugin_call_answer(call, reply, global_scope, out);
	fclose(out);
	assert_string_equal(text, wanted);
}

static void
assert_prefix(const struct prefix *p, const char *wanted)
{
	char text[PREFIX_STRLEN];

	assert_string_equal(prefix_is_set(p) ? prefix_format(p, text) : "",
	    wanted);
}

static const void *
message_of(const struct plugin_call *call, uint32_t type)
{
	const void *message;
	size_t len;

	assert_int_equal(plugin_call_type(call), type);
	message = plugin_call_message(call, &len);
	assert_true(frontend_rde_is_valid(type, message, len));
	return message;
}

static void
test_calls_without_body_are_answered_at_once(void **state)
{
	static const struct {
		const char	*path;
		bool		 global_scope;
		const char	*answer;
	} calls[] = {
		{ "/Plugin.Activate", false,
		    "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}" },
		{ "/NetworkDriver.GetCapabilities", false,
		    "{\"Scope\":\"local\",\"ConnectivityScope\":\"local\"}" },
		{ "/NetworkDriver.GetCapabilities", true,
		    "{\"Scope\":\"global\",\"ConnectivityScope\":\"local\"}" },
		{ "/IpamDriver.GetCapabilities", false,
		    "{\"RequiresMACAddress\":true,"
		    "\"RequiresRequestReplay\":true}" },
		{ "/IpamDriver.GetDefaultAddressSpaces", false,
		    "{\"LocalDefaultAddressSpace\":\"bgplb-local\","
		    "\"GlobalDefaultAddressSpace\":\"bgplb-global\"}" },
		{ "/NetworkDriver.AllocateNetwork", true, "{}" },
		{ "/NetworkDriver.FreeNetwork", true, "{}" },
		{ "/NetworkDriver.DiscoverNew", false, "{}" },
		{ "/NetworkDriver.DiscoverDelete", false, "{}" },
	};
	struct plugin_call call;
	struct sentence why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		assert_int_equal(plugin_call_parse(calls[i].path, NULL, 0,
		    &memo, &call, &why), PLUGIN_ANSWERED);
		assert_answer(&call, NULL, calls[i].global_scope,
		    calls[i].answer);
		/* Whatever an engine may put there. */
		assert_int_equal(call_text(calls[i].path, "nonsense", &call,
		    &why), PLUGIN_ANSWERED);
	}
}

static void
test_recorded_ipam_calls_are_answered(void **state)
{
	static const struct {
		const char	*name;
		const char	*answer;
	} calls[] = {
		{ "IpamDriver.RequestPool-v4", "{\"PoolID\":\"10.0.0.101/32\","
		    "\"Pool\":\"10.0.0.101/32\",\"Data\":{}}" },
		{ "IpamDriver.RequestPool-v6-option",
		    "{\"PoolID\":\"2001:db8:0:1000::101/128\","
		    "\"Pool\":\"2001:db8:0:1000::101/128\",\"Data\":{}}" },
		{ "IpamDriver.RequestPool-v6-subnet",
		    "{\"PoolID\":\"2001:db8:0:1000::105/128\","
		    "\"Pool\":\"2001:db8:0:1000::105/128\",\"Data\":{}}" },
		{ "IpamDriver.RequestAddress-gateway",
		    "{\"Address\":\"10.0.0.101/32\",\"Data\":{}}" },
		{ "IpamDriver.RequestAddress-ip",
		    "{\"Address\":\"10.0.0.102/32\",\"Data\":{}}" },
		{ "IpamDriver.RequestAddress-aux",
		    "{\"Address\":\"10.0.0.106/32\",\"Data\":{}}" },
		{ "IpamDriver.RequestAddress-v6",
		    "{\"Address\":\"2001:db8:0:1000::101/128\",\"Data\":{}}" },
		{ "IpamDriver.ReleaseAddress-v4", "{}" },
		{ "IpamDriver.ReleaseAddress-v6", "{}" },
		{ "IpamDriver.ReleaseAddress-none", "{}" },
		{ "IpamDriver.ReleasePool-v4", "{}" },
		{ "IpamDriver.ReleasePool-v6", "{}" },
		{ "NetworkDriver.EndpointOperInfo", "{\"Value\":{}}" },
	};
	struct plugin_call call;
	struct sentence why;
	size_t engine, i;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
			if (call_recorded(recorded_engines[engine],
			    calls[i].name, &call, &why) != PLUGIN_ANSWERED)
				fail_msg("%s: %s", calls[i].name, why.text);
			assert_answer(&call, NULL, false, calls[i].answer);
		}
		assert_int_equal(call_recorded(recorded_engines[engine],
		    "IpamDriver.RequestPool-wide", &call, &why),
		    PLUGIN_ASK_RDE);
		message_of(&call, MSG_FRONTEND_POOL_REQUEST);
		assert_answer(&call, &(struct plugin_reply){ 0 }, false,
		    "{\"PoolID\":\"10.0.0.0/24\",\"Pool\":\"10.0.0.0/24\","
		    "\"Data\":{}}");
	}
}

/* A restarted engine tells the interfaces of a container apart by this address. */
static void
test_each_network_without_ipv4_gets_another_dummy_address(void **state)
{
	struct prefix seen[2];
	struct plugin_call call;
	struct sentence why;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(call_recorded(recorded_engines[0],
		    "IpamDriver.RequestPool-none", &call, &why),
		    PLUGIN_ANSWERED);
		seen[i] = call.ipam.pool.subnet;
		assert_int_equal(seen[i].addr.afi, AFI_IPV4);
		assert_false(prefix_is_usable(&seen[i]));
		assert_false(address_is_unspecified(&seen[i].addr));
	}
	assert_int_not_equal(prefix_cmp(&seen[0], &seen[1]), 0);
}

static void
test_recorded_networks_become_messages(void **state)
{
	static const struct {
		const char	*name;
		const char	*v4;
		const char	*v6;
	} calls[] = {
		{ "NetworkDriver.CreateNetwork-both", "10.0.0.101/32",
		    "2001:db8:0:1000::101/128" },
		{ "NetworkDriver.CreateNetwork-v4", "10.0.0.102/32", "" },
		{ "NetworkDriver.CreateNetwork-v6", "",
		    "2001:db8:0:1000::103/128" },
	};
	const struct plugin_network *n;
	struct plugin_call call;
	struct sentence why;
	size_t engine, i;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
			assert_int_equal(call_recorded(
			    recorded_engines[engine], calls[i].name, &call,
			    &why), PLUGIN_ASK_RDE);
			n = message_of(&call, MSG_FRONTEND_NETWORK_CREATE);
			assert_prefix(&n->v4, calls[i].v4);
			assert_prefix(&n->v6, calls[i].v6);
			assert_answer(&call, &(struct plugin_reply){ 0 },
			    false, "{}");
		}
		assert_int_equal(call_recorded(recorded_engines[engine],
		    "NetworkDriver.CreateNetwork-other-ipam", &call, &why),
		    PLUGIN_REFUSED);
		assert_string_equal(why.text, "bgplb: 10.7.0.0/24 is a subnet "
		    "of another IPAM driver: write --ipam-driver with the "
		    "name that --driver has");
		assert_int_equal(call_recorded(recorded_engines[engine],
		    "NetworkDriver.CreateNetwork-aux", &call, &why),
		    PLUGIN_REFUSED);
		assert_string_equal(why.text, "bgplb: --opt mtu is not known: "
		    "write com.docker.network.driver.mtu=NUMBER, or none");
		assert_int_equal(call_recorded(recorded_engines[engine],
		    "NetworkDriver.DeleteNetwork", &call, &why),
		    PLUGIN_ASK_RDE);
		message_of(&call, MSG_FRONTEND_NETWORK_DELETE);
	}
}

/* body is CreateNetwork's behind the id; wanted as for call_text(). */
static enum plugin_outcome
create_network(const char *rest, struct plugin_call *call,
    struct sentence *why)
{
	char body[1024];

	snprintf(body, sizeof(body), "{\"NetworkID\":\"" ID "\",%s}", rest);
	return call_text("/NetworkDriver.CreateNetwork", body, call, why);
}

#define OUR_V4	"\"IPv4Data\":[{\"AddressSpace\":\"bgplb-local\"," \
	"\"Pool\":\"10.0.0.1/32\"}]"
#define OUR_V6	"\"IPv6Data\":[{\"AddressSpace\":\"bgplb-local\"," \
	"\"Pool\":\"2001:db8::1/128\"}]"
#define OPTIONS(o)	"\"Options\":{\"com.docker.network.generic\":{" o "}}"
#define MTU(n)	OPTIONS("\"com.docker.network.driver.mtu\":\"" n "\"")

static void
test_options_of_a_network_are_known_or_refused(void **state)
{
	static const struct {
		const char	*body;
		const char	*error;		/* NULL: it is taken */
		uint32_t	 mtu;
	} calls[] = {
		{ OUR_V4, NULL, 0 },
		{ OUR_V4 ",\"Options\":null", NULL, 0 },
		{ OUR_V4 "," OPTIONS(""), NULL, 0 },
		{ OUR_V4 "," OPTIONS("\"com.docker.network.x\":\"1\""), NULL,
		    0 },
		{ OUR_V4 "," MTU("68"), NULL, 68 },
		{ OUR_V4 "," MTU("1400"), NULL, 1400 },
		{ OUR_V4 "," OUR_V6 "," MTU("1280"), NULL, 1280 },
		{ OUR_V4 "," MTU("65535"), NULL, 65535 },
		{ OUR_V4 "," MTU("67"), "--opt com.docker.network.driver.mtu=67 "
		    "is not an MTU: write a number from 68 to 65535", 0 },
		{ OUR_V4 "," MTU("65536"), "--opt com.docker.network.driver."
		    "mtu=65536 is not an MTU: write a number from 68 to 65535",
		    0 },
		{ OUR_V4 "," MTU("1500 "), "--opt com.docker.network.driver."
		    "mtu=1500  is not an MTU: write a number from 68 to 65535",
		    0 },
		{ OUR_V4 "," OUR_V6 "," MTU("1279"), "--opt com.docker."
		    "network.driver.mtu=1279 is not an MTU: write a number "
		    "from 1280, as IPv6 needs, to 65535", 0 },
		{ OUR_V4 "," MTU(" 1400"), "--opt com.docker.network.driver."
		    "mtu= 1400 is not an MTU: write a number from 68 to 65535",
		    0 },
		{ OUR_V4 "," MTU("+1400"), "--opt com.docker.network.driver."
		    "mtu=+1400 is not an MTU: write a number from 68 to 65535",
		    0 },
		{ OUR_V4 "," OPTIONS("\"com.docker.network.driver.mtu\":1"),
		    "com.docker.network.driver.mtu is not a string", 0 },
		{ OUR_V4 "," OPTIONS("\"v6subnet\":\"2001:db8::1/128\""),
		    "--opt v6subnet is not known: write com.docker.network."
		    "driver.mtu=NUMBER, or none", 0 },
		{ OUR_V4 "," OPTIONS("\"com.docker.network.bridge.name\":"
		    "\"b\""), "--opt com.docker.network.bridge.name is not "
		    "known: write com.docker.network.driver.mtu=NUMBER, or "
		    "none", 0 },
		{ OUR_V4 ",\"Options\":[]", "Options is not an object", 0 },
		{ OUR_V4 ",\"Options\":{\"com.docker.network.generic\":1}",
		    "com.docker.network.generic is not an object", 0 },
		{ "\"IPv4Data\":[{\"AddressSpace\":\"LocalDefault\","
		    "\"Pool\":\"10.0.0.1/32\"}]", "10.0.0.1/32 is a subnet of "
		    "another IPAM driver: write --ipam-driver with the name "
		    "that --driver has", 0 },
	};
	const struct plugin_network *n;
	struct plugin_call call;
	struct sentence why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (create_network(calls[i].body, &call, &why) ==
		    PLUGIN_REFUSED) {
			assert_string_equal(why.text + strlen("bgplb: "),
			    calls[i].error != NULL ? calls[i].error : "");
			continue;
		}
		assert_null(calls[i].error);
		n = message_of(&call, MSG_FRONTEND_NETWORK_CREATE);
		assert_int_equal(n->mtu, calls[i].mtu);
	}
}

static void
request_pool4(const char *space, const char *options)
{
	struct plugin_call call;
	struct sentence why;
	char body[512];

	snprintf(body, sizeof(body), "{\"AddressSpace\":\"%s\",\"Pool\":"
	    "\"10.0.0.1/32\",\"Options\":{%s},\"V6\":false}", space, options);
	assert_int_equal(call_text("/IpamDriver.RequestPool", body, &call,
	    &why), PLUGIN_ANSWERED);
}

#define V6OPTION	"\"v6subnet\":\"2001:db8::1/128\""

static void
test_v6subnet_without_ipv6_is_refused(void **state)
{
	struct plugin_call call;
	struct sentence why;

	(void)state;
	request_pool4("bgplb-local", V6OPTION);
	assert_int_equal(create_network(OUR_V4, &call, &why),
	    PLUGIN_REFUSED);
	assert_string_equal(why.text, "bgplb: --ipam-opt v6subnet has no "
	    "effect without --ipv6: write both, or neither");
	assert_int_equal(create_network(OUR_V4 "," OUR_V6, &call, &why),
	    PLUGIN_ASK_RDE);
	/* Docker gives back what it has asked for, and the user writes it anew. */
	assert_int_equal(call_text("/IpamDriver.ReleasePool",
	    "{\"PoolID\":\"10.0.0.1/32\"}", &call, &why), PLUGIN_ANSWERED);
	assert_int_equal(create_network(OUR_V4, &call, &why), PLUGIN_ASK_RDE);
	request_pool4("bgplb-local", V6OPTION);
	request_pool4("bgplb-local", "");
	assert_int_equal(create_network(OUR_V4, &call, &why), PLUGIN_ASK_RDE);
	/* Nodes make what their manager has taken. */
	request_pool4("bgplb-global", V6OPTION);
	assert_int_equal(create_network(OUR_V4, &call, &why), PLUGIN_ASK_RDE);
}

static void
test_unknown_ipam_options_are_refused(void **state)
{
	struct plugin_call call;
	struct sentence why;

	(void)state;
	assert_int_equal(call_text("/IpamDriver.RequestPool",
	    "{\"Pool\":\"10.0.0.1/32\",\"Options\":{\"v6_subnet\":"
	    "\"2001:db8::1/128\"},\"V6\":false}", &call, &why),
	    PLUGIN_REFUSED);
	assert_string_equal(why.text, "bgplb: --ipam-opt v6_subnet is not "
	    "known: write v6subnet=ADDRESS/128, or none");
	/* What a swarm's manager adds. */
	request_pool4("bgplb-global", "\"com.docker.network.ipam.serial\":"
	    "\"true\",\"RequestAddressType\":\"com.docker.network.gateway\"");
}

static void
test_recorded_endpoints_become_messages(void **state)
{
	static const struct {
		const char	*name;
		uint32_t	 type;
	} calls[] = {
		{ "NetworkDriver.DeleteEndpoint",
		    MSG_FRONTEND_ENDPOINT_DELETE },
		{ "NetworkDriver.Join", MSG_FRONTEND_ENDPOINT_JOIN },
		{ "NetworkDriver.Leave", MSG_FRONTEND_ENDPOINT_LEAVE },
	};
	static const uint8_t mac[] = { 0x02, 0x42, 0x02, 0xed, 0x11, 0x0d };
	const struct plugin_endpoint *e;
	struct plugin_call call;
	struct sentence why;
	size_t engine, i;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
			assert_int_equal(call_recorded(
			    recorded_engines[engine], calls[i].name, &call,
			    &why), PLUGIN_ASK_RDE);
			message_of(&call, calls[i].type);
		}
		assert_int_equal(call_recorded(recorded_engines[engine],
		    "NetworkDriver.CreateEndpoint-v4", &call, &why),
		    PLUGIN_ASK_RDE);
		e = message_of(&call, MSG_FRONTEND_ENDPOINT_CREATE);
		assert_prefix(&e->v4, "10.0.0.102/32");
		assert_prefix(&e->v6, "");
	}
	call_recorded("20.10", "NetworkDriver.CreateEndpoint-both", &call,
	    &why);
	e = message_of(&call, MSG_FRONTEND_ENDPOINT_CREATE);
	assert_string_equal(e->network.hex, ID);
	assert_string_equal(e->endpoint.hex, EID);
	assert_string_equal(plugin_call_network(&call)->hex, ID);
	assert_prefix(&e->v4, "10.0.0.101/32");
	assert_prefix(&e->v6, "2001:db8:0:1000::101/128");
	assert_int_equal(e->has_mac, 1);
	assert_memory_equal(e->mac, mac, sizeof(mac));
}

/* Docker is to connect docker_gwbridge, which a user cannot do there. */
static void
test_a_swarms_network_is_taken(void **state)
{
	static const struct plugin_reply reply = { .interface = "bgpvc-1" };
	static const char create[] = "{\"NetworkID\":\"" SWARM_ID "\","
	    "\"IPv4Data\":[{\"Pool\":\"10.0.0.101/32\"}]}";
	static const char join[] = "{\"NetworkID\":\"" SWARM_ID "\","
	    "\"EndpointID\":\"" EID "\"}";
	const struct plugin_network *n;
	const struct plugin_endpoint *e;
	struct plugin_call call;
	struct sentence why;

	(void)state;
	assert_int_equal(plugin_call_parse("/NetworkDriver.CreateNetwork",
	    create, strlen(create), &memo, &call, &why), PLUGIN_ASK_RDE);
	n = message_of(&call, MSG_FRONTEND_NETWORK_CREATE);
	assert_string_equal(n->network.hex, SWARM_ID);
	assert_int_equal(plugin_call_parse("/NetworkDriver.Join", join,
	    strlen(join), &memo, &call, &why), PLUGIN_ASK_RDE);
	e = message_of(&call, MSG_FRONTEND_ENDPOINT_JOIN);
	assert_string_equal(e->network.hex, SWARM_ID);
	assert_answer(&call, &reply, true, "{\"InterfaceName\":{\"SrcName\":"
	    "\"bgpvc-1\",\"DstPrefix\":\"eth\"},\"Gateway\":\"\","
	    "\"GatewayIPv6\":\"\",\"DisableGatewayService\":false}");
}

static void
test_the_rdes_reply_makes_the_answer(void **state)
{
	static const struct plugin_reply reply = {
		.mac = { 0x02, 0x42, 0, 0xab, 0xcd, 0xef },
		.interface = "bgpvc-5324fdb51",
	};
	struct plugin_call call;
	struct sentence why;

	(void)state;
	assert_int_equal(call_recorded("20.10", "NetworkDriver.Join", &call,
	    &why), PLUGIN_ASK_RDE);
	assert_answer(&call, &reply, false, "{\"InterfaceName\":{\"SrcName\":"
	    "\"bgpvc-5324fdb51\",\"DstPrefix\":\"eth\"},\"Gateway\":\"\","
	    "\"GatewayIPv6\":\"\",\"DisableGatewayService\":true}");
	/* The MAC address is told only if Docker gave none. */
	assert_int_equal(call_recorded("20.10",
	    "NetworkDriver.CreateEndpoint-v4", &call, &why), PLUGIN_ASK_RDE);
	assert_answer(&call, &reply, false, "{\"Interface\":{}}");
	assert_int_equal(call_text("/NetworkDriver.CreateEndpoint",
	    "{" BOTH_IDS ",\"Interface\":{\"Address\":\"10.0.0.1/32\"}}",
	    &call, &why), PLUGIN_ASK_RDE);
	assert_answer(&call, &reply, false,
	    "{\"Interface\":{\"MacAddress\":\"02:42:00:ab:cd:ef\"}}");
}

static void
test_calls_about_a_pool_ask_the_rde(void **state)
{
	struct plugin_reply reply = { 0 };
	const struct plugin_address *a;
	const struct plugin_network *n;
	struct plugin_call call;
	struct sentence why;
	char text[ADDRESS_STRLEN];

	(void)state;
	assert_int_equal(call_text("/IpamDriver.RequestPool",
	    "{\"AddressSpace\":\"bgplb-local\",\"Pool\":\"10.1.0.0/24\","
	    "\"SubPool\":\"10.1.0.64/26\",\"V6\":false}", &call, &why),
	    PLUGIN_ASK_RDE);
	a = message_of(&call, MSG_FRONTEND_POOL_REQUEST);
	assert_prefix(&a->pool, "10.1.0.0/24");
	assert_prefix(&a->range, "10.1.0.64/26");
	assert_answer(&call, &reply, false,
	    "{\"PoolID\":\"10.1.0.0/24,10.1.0.64/26\","
	    "\"Pool\":\"10.1.0.0/24\",\"Data\":{}}");

	assert_int_equal(call_text("/IpamDriver.RequestAddress",
	    "{\"PoolID\":\"10.1.0.0/24,10.1.0.64/26\",\"Address\":\"\","
	    "\"Options\":{\"com.docker.network.endpoint.macaddress\":"
	    "\"02:42:48:04:7d:13\"}}", &call, &why), PLUGIN_ASK_RDE);
	a = message_of(&call, MSG_FRONTEND_ADDRESS_REQUEST);
	assert_prefix(&a->range, "10.1.0.64/26");
	assert_false(address_is_set(&a->address));
	assert_int_equal(a->has_mac, 1);
	assert_int_equal(a->mac[5], 0x13);
	assert_int_equal(address_parse("10.1.0.70", &reply.address), 0);
	assert_answer(&call, &reply, false,
	    "{\"Address\":\"10.1.0.70/32\",\"Data\":{}}");

	assert_int_equal(call_text("/IpamDriver.RequestAddress",
	    "{\"PoolID\":\"10.1.0.0/24\",\"Address\":\"\",\"Options\":"
	    "{\"RequestAddressType\":\"com.docker.network.gateway\"}}",
	    &call, &why), PLUGIN_ANSWERED);
	assert_answer(&call, NULL, false,
	    "{\"Address\":\"10.1.0.0/32\",\"Data\":{}}");

	assert_int_equal(call_text("/IpamDriver.ReleaseAddress",
	    "{\"PoolID\":\"10.1.0.0/24\",\"Address\":\"10.1.0.70\"}",
	    &call, &why), PLUGIN_ASK_RDE);
	a = message_of(&call, MSG_FRONTEND_ADDRESS_RELEASE);
	assert_string_equal(address_format(&a->address, text), "10.1.0.70");
	assert_answer(&call, &reply, false, "{}");

	assert_int_equal(call_text("/NetworkDriver.CreateNetwork",
	    "{\"NetworkID\":\"" ID "\",\"IPv4Data\":[{\"AddressSpace\":"
	    "\"bgplb-local\",\"Pool\":\"10.1.0.0/24\",\"Gateway\":"
	    "\"10.1.0.1/32\",\"AuxAddresses\":{\"a\":\"10.1.0.9/32\"}}]}",
	    &call, &why), PLUGIN_ASK_RDE);
	n = message_of(&call, MSG_FRONTEND_NETWORK_CREATE);
	assert_prefix(&n->v4, "10.1.0.0/24");
	assert_int_equal(n->nreserved, 2);
	assert_string_equal(address_format(&n->reserved[1], text), "10.1.0.9");
}

static void
test_what_is_wrong_is_named(void **state)
{
	static const struct {
		const char	*path;
		const char	*body;
		const char	*sentence;
	} cases[] = {
		{ "/Nonsense", "{}", "there is no call /Nonsense" },
		{ "", "{}", "there is no call " },
		{ "/NetworkDriver.Join", "", "the request has no body" },
		{ "/NetworkDriver.Join", "[]",
		    "the request's body is not a JSON object" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":",
		    "the request's body is not a JSON object" },
		{ "/NetworkDriver.Join", "{}", "NetworkID is missing" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":null}",
		    "NetworkID is missing" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":7}",
		    "NetworkID is not a string" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":\"abc\"}",
		    "NetworkID is neither 64 hexadecimal digits in lower case "
		    "nor 25 of a swarm: abc" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":\"" ID "\","
		    "\"EndpointID\":\"" SWARM_ID "\"}",
		    "EndpointID is not 64 hexadecimal digits in lower case: "
		    SWARM_ID },
		{ "/NetworkDriver.Join", "{\"NetworkID\":\"a\\u0000b\"}",
		    "NetworkID is not well-formed text" },
		{ "/NetworkDriver.Join", "{\"NetworkID\":\"" ID "\"}",
		    "EndpointID is missing" },
		{ "/NetworkDriver.Leave", "{\"NetworkID\":\"" ID "\","
		    "\"EndpointID\":\"" ID ID "\"}", "EndpointID is too long: "
		    ID "e541c4f092ab1e69699ece9e085babfc27e2ca7bf42ce5b..." },
		{ "/NetworkDriver.DeleteNetwork", "{\"NetworkID\":[]}",
		    "NetworkID is not a string" },
		{ "/NetworkDriver.EndpointOperInfo", "{}",
		    "NetworkID is missing" },
		{ "/NetworkDriver.CreateEndpoint", "{" BOTH_IDS "}",
		    "Interface is missing" },
		{ "/NetworkDriver.CreateEndpoint", "{" BOTH_IDS
		    ",\"Interface\":\"eth0\"}", "Interface is not an object" },
		{ "/NetworkDriver.CreateEndpoint", "{" BOTH_IDS
		    ",\"Interface\":{\"Address\":1}}",
		    "Address is not a string" },
		{ "/NetworkDriver.CreateEndpoint", "{" BOTH_IDS
		    ",\"Interface\":{\"MacAddress\":\"02:42\"}}",
		    "MacAddress 02:42 is no Ethernet address of a single "
		    "interface: give the container another one, or none" },
		{ "/NetworkDriver.CreateEndpoint", "{" BOTH_IDS
		    ",\"Interface\":{\"MacAddress\":\"01:00:5e:00:00:01\"}}",
		    "MacAddress 01:00:5e:00:00:01 is no Ethernet address of a "
		    "single interface: give the container another one, or none" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":{}}", "IPv4Data is not an array" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":[1]}", "IPv4Data holds no object" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":[{}]}", "Pool is missing" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":[{\"Pool\":\"10.0.0.1/32\"},{}]}",
		    "the network has two IPv4 subnets, but there can be only "
		    "one: write one --subnet for each family" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":[{\"Pool\":\"0.0.0.0/32\"}],"
		    "\"IPv6Data\":null}", "the network has no address: write "
		    "--subnet ADDRESS/32, or --ipv6 and --ipam-opt "
		    "v6subnet=ADDRESS/128" },
		{ "/IpamDriver.RequestPool", "{\"Pool\":\"10.0.0.1/32\"}",
		    "V6 is not true or false" },
		{ "/IpamDriver.RequestPool", "{\"Pool\":true,\"V6\":false}",
		    "Pool is not a string" },
		{ "/IpamDriver.RequestPool", "{\"Options\":[],\"V6\":false}",
		    "Options is not an object" },
		{ "/IpamDriver.RequestPool",
		    "{\"Options\":{\"v6subnet\":1},\"V6\":true}",
		    "v6subnet is not a string" },
		{ "/NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" ID "\","
		    "\"IPv4Data\":[{\"Pool\":\"10.0.0.1/32\","
		    "\"AuxAddresses\":{\"a\":1}}]}",
		    "AuxAddresses holds no address" },
		{ "/IpamDriver.ReleasePool", "{}", "PoolID is missing" },
		{ "/IpamDriver.RequestAddress", "{\"Address\":\"\"}",
		    "PoolID is missing" },
		{ "/IpamDriver.RequestAddress", "{\"PoolID\":\"10.0.0.1/32\","
		    "\"Address\":{}}", "Address is not a string" },
	};
	struct plugin_call call;
	struct sentence why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(call_text(cases[i].path, cases[i].body,
		    &call, &why), PLUGIN_REFUSED);
		assert_memory_equal(why.text, "bgplb: ", 7);
		assert_string_equal(why.text + 7, cases[i].sentence);
	}
}

static void
test_an_error_is_an_object_with_err(void **state)
{
	char text[128] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	plugin_call_answer_error("bgplb: \"x\" is wrong", out);
	fclose(out);
	assert_string_equal(text, "{\"Err\":\"bgplb: \\\"x\\\" is wrong\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_without_body_are_answered_at_once),
		cmocka_unit_test(test_recorded_ipam_calls_are_answered),
		cmocka_unit_test(
		    test_each_network_without_ipv4_gets_another_dummy_address),
		cmocka_unit_test(test_recorded_networks_become_messages),
		cmocka_unit_test(
		    test_options_of_a_network_are_known_or_refused),
		cmocka_unit_test(test_v6subnet_without_ipv6_is_refused),
		cmocka_unit_test(test_unknown_ipam_options_are_refused),
		cmocka_unit_test(test_recorded_endpoints_become_messages),
		cmocka_unit_test(test_a_swarms_network_is_taken),
		cmocka_unit_test(test_the_rdes_reply_makes_the_answer),
		cmocka_unit_test(test_calls_about_a_pool_ask_the_rde),
		cmocka_unit_test(test_what_is_wrong_is_named),
		cmocka_unit_test(test_an_error_is_an_object_with_err),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
