#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/call_body.h"
#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/ipam_call.h"
#include "bgplbd/frontend/network_options.h"
#include "bgplbd/messages/types.h"

#define V6SUBNET		"v6subnet"
#define ADDRESS_TYPE		"RequestAddressType"
#define GATEWAY			"com.docker.network.gateway"
#define MAC_ADDRESS		"com.docker.network.endpoint.macaddress"

/* The rde knows of pools only. */
static void
ask_rde(struct ipam_call *call, uint32_t type, const struct address *address,
    struct plugin_address *message)
{
	if (prefix_is_host(&call->pool.subnet))
		return;
	call->type = type;
	message->pool = call->pool.subnet;
	message->range = call->pool.range;
	message->address = *address;
}

/* A swarm's manager may leave here what it adds to the requests of addresses. */
static int
check_options(struct json_value options, struct sentence *why)
{
	struct json_iterator it;
	char key[CALL_TEXT_MAX];

	json_iterate(options, &it);
	while (json_next(&it))
		if (json_get_string(it.key, key, sizeof(key)) == -1 ||
		    !(strcmp(key, V6SUBNET) == 0 || option_is_dockers(key) ||
		    strcmp(key, ADDRESS_TYPE) == 0))
			return sentence_set(why, "--ipam-opt %s is not "
			    "known: write " V6SUBNET "=ADDRESS/128, or none",
			    key);
	return 0;
}

int
ipam_call_request_pool(struct json_value body, struct ipam_call *call,
    struct plugin_address *message, struct sentence *why)
{
	static const struct address none;
	char space[CALL_TEXT_MAX], pool[CALL_TEXT_MAX];
	char sub_pool[CALL_TEXT_MAX], v6subnet[CALL_TEXT_MAX];
	struct pool_request request = { .space = space, .pool = pool,
	    .sub_pool = sub_pool, .v6subnet = v6subnet,
	    .nonce = arc4random() };
	struct json_value options;

	if (call_text(body, "AddressSpace", false, space, sizeof(space),
	    why) == -1 ||
	    call_text(body, "Pool", false, pool, sizeof(pool), why) == -1 ||
	    call_text(body, "SubPool", false, sub_pool, sizeof(sub_pool),
	    why) == -1 ||
	    call_optional(body, "Options", JSON_OBJECT, &options, why) == -1 ||
	    check_options(options, why) == -1 ||
	    call_text(options, V6SUBNET, false, v6subnet, sizeof(v6subnet),
	    why) == -1)
		return -1;
	if (json_get_bool(json_member(body, "V6"), &request.v6) == -1)
		return sentence_set(why, "V6 is not true or false");
	if (ipam_request_pool(&request, &call->pool, why) == -1)
		return -1;
	call->names_v6subnet = v6subnet[0] != '\0' &&
	    strcmp(space, IPAM_SPACE_GLOBAL) != 0;
	ask_rde(call, MSG_FRONTEND_POOL_REQUEST, &none, message);
	return 0;
}

int
ipam_call_release_pool(struct json_value body, struct ipam_call *call,
    struct sentence *why)
{
	char pool_id[CALL_TEXT_MAX];

	if (call_text(body, "PoolID", true, pool_id, sizeof(pool_id),
	    why) == -1)
		return -1;
	return ipam_find_pool(pool_id, &call->pool, why);
}

/* An address that a container gets comes with the MAC address that it will have. */
static int
parse_options(struct json_value body, struct address_request *request,
    struct plugin_address *message, struct sentence *why)
{
	struct json_value options;
	char type[CALL_TEXT_MAX], mac[CALL_TEXT_MAX];

	if (call_optional(body, "Options", JSON_OBJECT, &options, why) == -1 ||
	    call_text(options, ADDRESS_TYPE, false, type, sizeof(type),
	    why) == -1 ||
	    call_text(options, MAC_ADDRESS, false, mac, sizeof(mac),
	    why) == -1)
		return -1;
	request->gateway = strcmp(type, GATEWAY) == 0;
	if (mac[0] == '\0')
		return 0;
	message->has_mac = 1;
	if (docker_mac_parse(mac, message->mac) == -1)
		return sentence_set(why, MAC_ADDRESS " %s is no Ethernet "
		    "address of a single interface", mac);
	return 0;
}

static int
parse_address(struct json_value body, char *pool_id, char *address,
    struct sentence *why)
{
	if (call_text(body, "PoolID", true, pool_id, CALL_TEXT_MAX,
	    why) == -1)
		return -1;
	return call_text(body, "Address", false, address, CALL_TEXT_MAX, why);
}

int
ipam_call_request_address(struct json_value body, struct ipam_call *call,
    struct plugin_address *message, struct sentence *why)
{
	char pool_id[CALL_TEXT_MAX], address[CALL_TEXT_MAX];
	struct address_request request = { .pool_id = pool_id,
	    .address = address };
	bool found;

	if (parse_address(body, pool_id, address, why) == -1 ||
	    parse_options(body, &request, message, why) == -1 ||
	    ipam_request_address(&request, &call->pool, &call->address,
	    &found, why) == -1)
		return -1;
	if (!found)
		ask_rde(call, MSG_FRONTEND_ADDRESS_REQUEST, &call->address,
		    message);
	return 0;
}

int
ipam_call_release_address(struct json_value body, struct ipam_call *call,
    struct plugin_address *message, struct sentence *why)
{
	char pool_id[CALL_TEXT_MAX], address[CALL_TEXT_MAX];
	struct address_request request = { .pool_id = pool_id,
	    .address = address };

	if (parse_address(body, pool_id, address, why) == -1 ||
	    ipam_release_address(&request, &call->pool, &call->address,
	    why) == -1)
		return -1;
	ask_rde(call, MSG_FRONTEND_ADDRESS_RELEASE, &call->address, message);
	return 0;
}
