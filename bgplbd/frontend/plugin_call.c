#include <string.h>

#include "bgplbd/frontend/call_body.h"
#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/network_options.h"
#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_call.h"
#include "bgplbd/frontend/plugin_wanted.h"
#include "bgplbd/messages/types.h"
#include "common/json_writer.h"
#include "common/utf8.h"

/* Reads the body's fields into the call; -1 with the sentence. */
typedef int parse_fn(struct json_value body, struct plugin_call *,
    struct sentence *);

/* What an answer is made of, and where it goes. */
struct answer {
	const struct plugin_call	*call;
	const struct plugin_reply	*reply;	/* the rde's, if it was asked */
	bool				 global_scope;
	struct json_writer		 w;
};

/* Writes the members of the answer's object. */
typedef void write_fn(struct answer *);

struct plugin_row {
	const char	*path;
	parse_fn	*parse;		/* NULL: the body does not matter */
	uint32_t	 type;		/* asks the rde; 0: nobody, or as ipam_call.h says */
	write_fn	*write;		/* NULL: the answer is {} */
};

/* The gateway and the auxiliary addresses, none of which a container may get. */
static int
reserve(struct plugin_network *n, const struct prefix *subnet,
    struct json_value text_value, const char *key, struct sentence *why)
{
	char text[CALL_TEXT_MAX];
	struct address addr;

	if (json_get_string(text_value, text, sizeof(text)) == -1)
		return sentence_set(why, "%s holds no address", key);
	if (!ipam_is_reserved(text, subnet, &addr))
		return 0;
	if (n->nreserved == NETWORK_RESERVED_MAX)
		return sentence_set(why, "the network has more than %d "
		    "gateways and auxiliary addresses: write --ip-range for "
		    "what containers may get", NETWORK_RESERVED_MAX);
	n->reserved[n->nreserved++] = addr;
	return 0;
}

static int
get_reserved(struct json_value data, const struct prefix *subnet,
    struct plugin_network *n, struct sentence *why)
{
	struct json_value list, gateway = json_member(data, "Gateway");
	struct json_iterator it;

	if (json_type(gateway) == JSON_STRING &&
	    reserve(n, subnet, gateway, "Gateway", why) == -1)
		return -1;
	if (call_optional(data, "AuxAddresses", JSON_OBJECT, &list, why) == -1)
		return -1;
	json_iterate(list, &it);
	while (json_next(&it))
		if (reserve(n, subnet, it.value, "AuxAddresses", why) == -1)
			return -1;
	return 0;
}

/* IPv4Data or IPv6Data: no subnet, or one. */
static int
get_subnet(struct json_value body, const char *key, enum afi afi,
    struct plugin_network *n, struct sentence *why)
{
	struct prefix *out = afi == AFI_IPV4 ? &n->v4 : &n->v6;
	char pool[CALL_TEXT_MAX], space[CALL_TEXT_MAX];
	struct json_value list, data;
	struct json_iterator it;

	if (call_optional(body, key, JSON_ARRAY, &list, why) == -1)
		return -1;
	json_iterate(list, &it);
	if (!json_next(&it))
		return 0;
	data = it.value;
	if (json_type(data) != JSON_OBJECT)
		return sentence_set(why, "%s holds no object", key);
	if (call_text(data, "Pool", true, pool, sizeof(pool), why) == -1 ||
	    call_text(data, "AddressSpace", false, space, sizeof(space),
	    why) == -1)
		return -1;
	if (json_next(&it))
		return sentence_set(why, "the network has two %s subnets, but "
		    "there can be only one: write one --subnet for each "
		    "family", afi == AFI_IPV4 ? "IPv4" : "IPv6");
	if (ipam_check_subnet(pool, space, afi, out, why) == -1)
		return -1;
	return get_reserved(data, out, n, why);
}

static int
get_options(struct json_value body, struct plugin_network *n,
    struct sentence *why)
{
	struct json_value options, generic;

	if (call_optional(body, "Options", JSON_OBJECT, &options, why) == -1 ||
	    call_optional(options, PLUGIN_OPTIONS_GENERIC, JSON_OBJECT, &generic,
	    why) == -1)
		return -1;
	return network_options_parse(generic, prefix_is_set(&n->v6), &n->mtu,
	    why);
}

static int
parse_network_create(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	struct plugin_network *n = &call->message.network;

	if (call_network_id(body, &n->network, why) == -1 ||
	    get_subnet(body, "IPv4Data", AFI_IPV4, n, why) == -1 ||
	    get_subnet(body, "IPv6Data", AFI_IPV6, n, why) == -1)
		return -1;
	if (!prefix_is_set(&n->v6) && v6subnet_memo_has(call->memo, &n->v4))
		return sentence_set(why, "--ipam-opt v6subnet has no effect "
		    "without --ipv6: write both, or neither");
	if (get_options(body, n, why) == -1)
		return -1;
	if (!prefix_is_set(&n->v4) && !prefix_is_set(&n->v6))
		return sentence_set(why, "the network has no address: write "
		    "--subnet ADDRESS/32, or --ipv6 and --ipam-opt "
		    "v6subnet=ADDRESS/128");
	return 0;
}

static int
parse_network_delete(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	return call_network_id(body, &call->message.network.network, why);
}

static int
parse_endpoint(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	struct plugin_endpoint *e = &call->message.endpoint;

	if (call_network_id(body, &e->network, why) == -1)
		return -1;
	return call_endpoint_id(body, &e->endpoint, why);
}

static int
get_address(struct json_value interface, const char *key, enum afi afi,
    struct prefix *out, struct sentence *why)
{
	char text[CALL_TEXT_MAX];

	if (call_text(interface, key, false, text, sizeof(text), why) == -1)
		return -1;
	if (text[0] == '\0')
		return 0;
	return ipam_check_endpoint(text, afi, out, why);
}

static int
parse_endpoint_create(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	struct plugin_endpoint *e = &call->message.endpoint;
	struct json_value interface;
	char mac[CALL_TEXT_MAX];

	if (parse_endpoint(body, call, why) == -1 ||
	    call_optional(body, "Interface", JSON_OBJECT, &interface,
	    why) == -1)
		return -1;
	if (json_type(interface) != JSON_OBJECT)
		return sentence_set(why, "Interface is missing");
	if (get_address(interface, "Address", AFI_IPV4, &e->v4, why) == -1 ||
	    get_address(interface, "AddressIPv6", AFI_IPV6, &e->v6,
	    why) == -1 ||
	    call_text(interface, "MacAddress", false, mac, sizeof(mac),
	    why) == -1)
		return -1;
	if (mac[0] == '\0')
		return 0;
	e->has_mac = 1;
	if (docker_mac_parse(mac, e->mac) == -1)
		return sentence_set(why, "MacAddress %s is no Ethernet "
		    "address of a single interface: give the container "
		    "another one, or none", mac);
	return 0;
}

static int
parse_pool_request(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	if (ipam_call_request_pool(body, &call->ipam, &call->message.address,
	    why) == -1)
		return -1;
	v6subnet_memo_set(call->memo, &call->ipam.pool.subnet,
	    call->ipam.names_v6subnet);
	return 0;
}

static int
parse_pool_release(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	if (ipam_call_release_pool(body, &call->ipam, why) == -1)
		return -1;
	v6subnet_memo_set(call->memo, &call->ipam.pool.subnet, false);
	return 0;
}

static int
parse_address_request(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	return ipam_call_request_address(body, &call->ipam,
	    &call->message.address, why);
}

static int
parse_address_release(struct json_value body, struct plugin_call *call,
    struct sentence *why)
{
	return ipam_call_release_address(body, &call->ipam,
	    &call->message.address, why);
}

static void
write_implements(struct answer *a)
{
	json_begin_array(&a->w, "Implements");
	json_string(&a->w, NULL, "NetworkDriver");
	json_string(&a->w, NULL, "IpamDriver");
	json_end(&a->w);
}

/*
 * With global connectivity Docker would tell of every other host of its swarm.
 */
static void
write_network_capabilities(struct answer *a)
{
	json_string(&a->w, "Scope", a->global_scope ? "global" : "local");
	json_string(&a->w, "ConnectivityScope", "local");
}

/*
 * Docker chooses the MAC address before it asks for an address, so it reaches
 * CreateEndpoint.  And when it starts, before it starts any container, it asks again
 * for all that its networks and running containers have, which is all that is known
 * of them until it answers questions itself.
 */
static void
write_ipam_capabilities(struct answer *a)
{
	json_bool(&a->w, "RequiresMACAddress", true);
	json_bool(&a->w, "RequiresRequestReplay", true);
}

static void
write_address_spaces(struct answer *a)
{
	json_string(&a->w, "LocalDefaultAddressSpace", IPAM_SPACE_LOCAL);
	json_string(&a->w, "GlobalDefaultAddressSpace", IPAM_SPACE_GLOBAL);
}

static void
write_data(struct answer *a)
{
	json_begin_object(&a->w, "Data");
	json_end(&a->w);
}

static void
write_pool(struct answer *a)
{
	const struct ipam_pool *pool = &a->call->ipam.pool;
	char text[IPAM_POOL_ID_MAX];

	json_string(&a->w, "PoolID", ipam_pool_id(pool, text));
	json_string(&a->w, "Pool", prefix_format(&pool->subnet, text));
	write_data(a);
}

/* The mask is always that of a host: no other address is on the same link. */
static void
write_address(struct answer *a)
{
	const struct address *addr = a->reply != NULL ? &a->reply->address :
	    &a->call->ipam.address;
	struct prefix host = prefix_of_host(addr);
	char text[PREFIX_STRLEN];

	json_string(&a->w, "Address", prefix_format(&host, text));
	write_data(a);
}

/* Docker takes a MAC address from the driver only where it gave none itself. */
static void
write_interface(struct answer *a)
{
	const uint8_t *m = a->reply->mac;
	char text[3 * MAC_SIZE];

	json_begin_object(&a->w, "Interface");
	if (!a->call->message.endpoint.has_mac) {
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
		    m[0], m[1], m[2], m[3], m[4], m[5]);
		json_string(&a->w, "MacAddress", text);
	}
	json_end(&a->w);
}

/*
 * No gateway: containers reach the world through another network, which the user
 * adds.  A swarm's user cannot, for the other network would have to be the swarm's
 * too: there Docker is to add docker_gwbridge by itself.
 */
static void
write_join(struct answer *a)
{
	json_begin_object(&a->w, "InterfaceName");
	json_string(&a->w, "SrcName", a->reply->interface);
	json_string(&a->w, "DstPrefix", "eth");
	json_end(&a->w);
	json_string(&a->w, "Gateway", "");
	json_string(&a->w, "GatewayIPv6", "");
	json_bool(&a->w, "DisableGatewayService",
	    !network_id_is_swarm(plugin_call_network(a->call)));
}

static void
write_value(struct answer *a)
{
	json_begin_object(&a->w, "Value");
	json_end(&a->w);
}

static const struct plugin_row rows[] = {
	{ "/Plugin.Activate", NULL, 0, write_implements },

	{ "/NetworkDriver.GetCapabilities", NULL, 0,
	    write_network_capabilities },
	{ "/NetworkDriver.CreateNetwork", parse_network_create,
	    MSG_FRONTEND_NETWORK_CREATE, NULL },
	{ "/NetworkDriver.DeleteNetwork", parse_network_delete,
	    MSG_FRONTEND_NETWORK_DELETE, NULL },
	{ "/NetworkDriver.CreateEndpoint", parse_endpoint_create,
	    MSG_FRONTEND_ENDPOINT_CREATE, write_interface },
	{ "/NetworkDriver.DeleteEndpoint", parse_endpoint,
	    MSG_FRONTEND_ENDPOINT_DELETE, NULL },
	{ "/NetworkDriver.Join", parse_endpoint, MSG_FRONTEND_ENDPOINT_JOIN,
	    write_join },
	{ "/NetworkDriver.Leave", parse_endpoint, MSG_FRONTEND_ENDPOINT_LEAVE,
	    NULL },
	{ "/NetworkDriver.EndpointOperInfo", parse_endpoint, 0, write_value },
	{ "/NetworkDriver.ProgramExternalConnectivity", parse_endpoint, 0,
	    NULL },
	{ "/NetworkDriver.RevokeExternalConnectivity", parse_endpoint, 0,
	    NULL },
	/* A swarm's manager asks these; there is nothing to reserve. */
	{ "/NetworkDriver.AllocateNetwork", NULL, 0, NULL },
	{ "/NetworkDriver.FreeNetwork", NULL, 0, NULL },
	{ "/NetworkDriver.DiscoverNew", NULL, 0, NULL },
	{ "/NetworkDriver.DiscoverDelete", NULL, 0, NULL },

	{ "/IpamDriver.GetCapabilities", NULL, 0, write_ipam_capabilities },
	{ "/IpamDriver.GetDefaultAddressSpaces", NULL, 0,
	    write_address_spaces },
	{ "/IpamDriver.RequestPool", parse_pool_request, 0, write_pool },
	{ "/IpamDriver.ReleasePool", parse_pool_release, 0, NULL },
	{ "/IpamDriver.RequestAddress", parse_address_request, 0,
	    write_address },
	{ "/IpamDriver.ReleaseAddress", parse_address_release, 0, NULL },
};

static const struct plugin_row *
find_row(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].path, path) == 0)
			return &rows[i];
	return NULL;
}

static int
parse_body(const char *body, size_t len, struct plugin_call *call,
    struct sentence *why)
{
	const char *fault = plugin_body_fault(body, len);
	struct json *doc;
	int result;

	if (len == 0)
		return sentence_set(why, "the request has no body");
	if (fault != NULL)
		return sentence_set(why, "the request's body %s", fault);
	doc = json_parse(body, len);
	if (doc == NULL || json_type(json_root(doc)) != JSON_OBJECT)
		result = sentence_set(why,
		    "the request's body is not a JSON object");
	else
		result = call->row->parse(json_root(doc), call, why);
	json_free(doc);
	return result;
}

enum plugin_outcome
plugin_call_parse(const char *path, const char *body, size_t len,
    struct v6subnet_memo *memo, struct plugin_call *call,
    struct sentence *why)
{
	memset(call, 0, sizeof(*call));
	call->memo = memo;
	call->row = find_row(path);
	if (call->row == NULL) {
		sentence_set(why, "there is no call %.64s", path);
		return PLUGIN_REFUSED;
	}
	if (call->row->parse != NULL &&
	    parse_body(body, len, call, why) == -1)
		return PLUGIN_REFUSED;
	return plugin_call_type(call) != 0 ? PLUGIN_ASK_RDE : PLUGIN_ANSWERED;
}

uint32_t
plugin_call_type(const struct plugin_call *call)
{
	return call->row->type != 0 ? call->row->type : call->ipam.type;
}

const char *
plugin_call_path(const struct plugin_call *call)
{
	return call->row->path;
}

const void *
plugin_call_message(const struct plugin_call *call, size_t *len)
{
	switch (plugin_call_type(call)) {
	case MSG_FRONTEND_NETWORK_CREATE:
	case MSG_FRONTEND_NETWORK_DELETE:
		*len = sizeof(call->message.network);
		break;
	case MSG_FRONTEND_POOL_REQUEST:
	case MSG_FRONTEND_ADDRESS_REQUEST:
	case MSG_FRONTEND_ADDRESS_RELEASE:
		*len = sizeof(call->message.address);
		break;
	default:
		*len = sizeof(call->message.endpoint);
		break;
	}
	return &call->message;
}

static void
undo_endpoint(const struct plugin_endpoint *e, uint32_t type,
    struct plugin_undo *undo)
{
	undo->type = type;
	undo->len = sizeof(undo->message.endpoint);
	undo->message.endpoint.network = e->network;
	undo->message.endpoint.endpoint = e->endpoint;
}

bool
plugin_call_undo(const struct plugin_call *call,
    const struct plugin_reply *reply, struct plugin_undo *undo)
{
	memset(undo, 0, sizeof(*undo));
	if (reply->error != 0)
		return false;
	switch (plugin_call_type(call)) {
	case MSG_FRONTEND_NETWORK_CREATE:
		undo->type = MSG_FRONTEND_NETWORK_DELETE;
		undo->len = sizeof(undo->message.network);
		undo->message.network.network = call->message.network.network;
		return true;
	case MSG_FRONTEND_ENDPOINT_CREATE:
		undo_endpoint(&call->message.endpoint,
		    MSG_FRONTEND_ENDPOINT_DELETE, undo);
		return true;
	case MSG_FRONTEND_ENDPOINT_JOIN:
		undo_endpoint(&call->message.endpoint,
		    MSG_FRONTEND_ENDPOINT_LEAVE, undo);
		return true;
	case MSG_FRONTEND_ADDRESS_REQUEST:
		undo->type = MSG_FRONTEND_ADDRESS_RELEASE;
		undo->len = sizeof(undo->message.address);
		undo->message.address = call->message.address;
		undo->message.address.address = reply->address;
		undo->message.address.has_mac = 0;
		memset(undo->message.address.mac, 0, MAC_SIZE);
		return address_is_set(&reply->address);
	default:
		return false;
	}
}

bool
plugin_call_is_same(const struct plugin_call *a,
    const struct plugin_call *b)
{
	size_t len;

	if (plugin_call_type(a) != plugin_call_type(b))
		return false;
	(void)plugin_call_message(a, &len);
	if (len == sizeof(a->message.endpoint))
		return object_id_equal(&a->message.endpoint.endpoint,
		    &b->message.endpoint.endpoint);
	if (len == sizeof(a->message.network))
		return object_id_equal(&a->message.network.network,
		    &b->message.network.network);
	return address_is_set(&a->message.address.address) &&
	    address_cmp(&a->message.address.address,
	    &b->message.address.address) == 0;
}

/* Both messages begin with it. */
const struct object_id *
plugin_call_network(const struct plugin_call *call)
{
	return &call->message.network.network;
}

void
plugin_call_answer(const struct plugin_call *call,
    const struct plugin_reply *reply, bool global_scope, FILE *out)
{
	struct answer a = { .call = call, .reply = reply,
	    .global_scope = global_scope };

	json_writer_init(&a.w, out);
	json_begin_object(&a.w, NULL);
	if (call->row->write != NULL)
		call->row->write(&a);
	json_end(&a.w);
}

void
plugin_call_answer_error(const char *sentence, FILE *out)
{
	char clean[4 * PLUGIN_TEXT_MAX];
	struct json_writer w;

	/* Docker's tools show it as it is. */
	(void)utf8_copy(clean, sizeof(clean), sentence, strlen(sentence));
	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_string(&w, "Err", clean);
	json_end(&w);
}
