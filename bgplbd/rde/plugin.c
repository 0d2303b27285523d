#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/announce_policy.h"
#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/mac_conflict.h"
#include "common/clock.h"
#include "common/log.h"

void
plugin_refuse(struct plugin_reply *reply, int error, const char *fmt, ...)
{
	va_list ap;

	reply->error = error;
	va_start(ap, fmt);
	vsnprintf(reply->text, sizeof(reply->text), fmt, ap);
	va_end(ap);
}

void
plugin_answer(struct rde *rde, uint32_t peerid,
    const struct plugin_reply *answer)
{
	struct plugin_reply reply = *answer;
	const struct busy *busy = &rde->busy;

	reply.taken_ms = busy->began_ms;
	if (busy->ended_ms != 0 &&
	    busy->began_ms - busy->ended_ms < BUSY_MS)
		strlcpy(reply.before, busy->text, sizeof(reply.before));
	rde_send(rde->frontend, MSG_RDE_PLUGIN_REPLY, peerid, &reply,
	    sizeof(reply));
}

static void
refuse_for_kernel(struct rde *rde, struct plugin_reply *reply)
{
	plugin_refuse(reply, errno, "%s", kernel_error(rde->kernel));
}

/* Whether the network may have the prefix, or none; if not, it is refused. */
static bool
may_have(struct rde *rde, const struct prefix *p,
    const struct object_id *network, struct plugin_reply *reply)
{
	char prefix[PREFIX_STRLEN], label[NETWORK_LABEL_MAX];
	const struct network *owner;

	if (!prefix_is_usable(p))
		return true;
	owner = claim_of_another(&rde->tables, p, network);
	if (owner == NULL)
		return address_calls_may_have(rde, p, network, reply);
	plugin_refuse(reply, EEXIST, "%s belongs to %s already: remove that "
	    "network or give this one another address",
	    prefix_format(p, prefix), network_label(owner, label));
	return false;
}

static bool
ensure_bridge(struct rde *rde, struct network *n, struct plugin_reply *reply)
{
	char label[NETWORK_LABEL_MAX], name[IFNAMSIZ];
	int ifindex;
	bool made;

	if (kernel_bridge_ensure(rde->kernel, &n->id, n->mtu, &ifindex,
	    &made) == -1) {
		refuse_for_kernel(rde, reply);
		return false;
	}
	if (made)
		log_info("%s: bridge %s created", network_label(n, label),
		    link_name(ROLE_BRIDGE, &n->id, name));
	if (n->ifindex != ifindex) {
		standings_forget_link(&rde->tables.records, n->ifindex);
		n->ifindex = ifindex;
		network_changed(&rde->tables, n);
	}
	return true;
}

/*
 * A network of ours with its bridge, known before or not; NULL if refused.  mtu 0:
 * the call does not tell it.
 */
static struct network *
ensure_network(struct rde *rde, const struct object_id *id, uint32_t mtu,
    struct plugin_reply *reply)
{
	bool known = network_find(&rde->tables, id) != NULL;
	struct network *n = network_upsert(&rde->tables, id);

	if (n == NULL) {
		plugin_refuse(reply, ENOSPC, "bgplbd has %u networks "
		    "already, which is its limit: remove some", NETWORKS_MAX);
		return NULL;
	}
	if (mtu != 0)
		n->mtu = mtu;
	if (!ensure_bridge(rde, n, reply)) {
		if (!known)
			network_remove(&rde->tables, n);
		return NULL;
	}
	network_set_back(&rde->tables, id);
	n->adopted = false;
	if (!n->ours)
		network_set(&rde->tables, n, true, n->labelled, NULL, 0);
	return n;
}

/* Whether the host needs an address of it itself; if so, it is refused. */
static bool
is_free(struct rde *rde, const struct prefix *p, struct plugin_reply *reply)
{
	char text[PREFIX_STRLEN], other[PREFIX_STRLEN];
	enum address_conflict conflict;
	struct prefix with;

	if (!prefix_is_usable(p))
		return true;
	conflict = conflicts_find(rde, p, &with);
	if (conflict == CONFLICT_NONE)
		return true;
	prefix_format(p, text);
	prefix_format(&with, other);
	if (prefix_is_host(&with))
		address_format(&with.addr, other);
	plugin_refuse(reply, EADDRINUSE, "%s holds %s, %s: give the network "
	    "other addresses", text, other, address_conflict_text(conflict));
	return false;
}

/*
 * Whether the settings let it be announced; if not, it is refused.  Only of networks that
 * are made: those that are there keep their containers when the settings change.
 */
static bool
may_be_announced(const struct rde *rde, const struct prefix *p,
    struct plugin_reply *reply)
{
	char text[ANNOUNCE_POLICY_TEXT_MAX];
	bool is_pool = !prefix_is_host(p);
	enum prefix_refusal refusal;

	if (!prefix_is_usable(p))
		return true;
	refusal = is_pool ? announce_policy_pool(rde->settings, p) :
	    announce_policy(rde->settings, p);
	if (refusal == REFUSAL_NONE)
		return true;
	plugin_refuse(reply, EPERM, "%s", announce_policy_text(rde->settings,
	    p, is_pool, refusal, text));
	return false;
}

static void
network_create(struct rde *rde, const void *data, struct plugin_reply *reply)
{
	const struct plugin_network *call = data;
	const struct prefix prefixes[] = { call->v4, call->v6 };
	struct network *n;

	if (!may_be_announced(rde, &call->v4, reply) ||
	    !may_be_announced(rde, &call->v6, reply) ||
	    !may_have(rde, &call->v4, &call->network, reply) ||
	    !may_have(rde, &call->v6, &call->network, reply) ||
	    !is_free(rde, &call->v4, reply) || !is_free(rde, &call->v6, reply))
		return;
	if ((n = ensure_network(rde, &call->network, call->mtu,
	    reply)) == NULL)
		return;
	network_set(&rde->tables, n, true, n->labelled, prefixes, 2);
	addresses_set_network(&rde->addresses, &n->id, prefixes, 2,
	    call->reserved, call->nreserved);
	apply(rde);
}

static void
network_delete(struct rde *rde, const void *data, struct plugin_reply *reply)
{
	const struct plugin_network *call = data;
	struct network *n = network_find(&rde->tables, &call->network);

	network_set_gone(&rde->tables, &call->network);
	if (n != NULL && teardown_network(rde, n) == -1)
		refuse_for_kernel(rde, reply);
}

/* Whether the endpoint may have the MAC address; if not, it is refused. */
static bool
may_have_mac(const struct network *n, const struct object_id *endpoint,
    const uint8_t mac[MAC_SIZE], struct plugin_reply *reply)
{
	char text[MAC_STRLEN], network[NETWORK_LABEL_MAX];
	char container[CONTAINER_LABEL_MAX];
	const struct endpoint *owner;

	mac_format(mac, text);
	network_label(n, network);
	switch (mac_conflict(n, endpoint, mac, &owner)) {
	case MAC_FREE:
		return true;
	case MAC_OF_HOST:
		plugin_refuse(reply, EEXIST, "%s is the MAC address of a link "
		    "of this host in %s: give the container another one, or "
		    "none", text, network);
		break;
	case MAC_OF_ENDPOINT:
		plugin_refuse(reply, EEXIST, "%s is the MAC address of %s in "
		    "%s already: give each container another one, or none",
		    text, owner->container != NULL ?
		    container_label(owner->container, container) :
		    "another container", network);
		break;
	}
	return false;
}

/* The one it asks for, or else the one derived from its id. */
static bool
may_have_its_mac(const struct network *n, const struct plugin_endpoint *call,
    struct plugin_reply *reply)
{
	uint8_t mac[MAC_SIZE];

	if (call->has_mac)
		memcpy(mac, call->mac, MAC_SIZE);
	else
		link_mac(ROLE_CONTAINER_END, &call->endpoint, mac);
	return may_have_mac(n, &call->endpoint, mac, reply);
}

/* Docker does not create networks anew after a reboot, only endpoints. */
static void
endpoint_create(struct rde *rde, const void *data,
    struct plugin_reply *reply)
{
	const struct plugin_endpoint *call = data;
	struct endpoint *e = endpoint_find(&rde->tables, &call->endpoint);
	struct network *n;

	if (e != NULL && !object_id_equal(&e->network->id, &call->network)) {
		plugin_refuse(reply, EEXIST, "endpoint %.*s belongs to "
		    "network %.*s", OBJECT_ID_SHORT, call->endpoint.hex,
		    OBJECT_ID_SHORT, e->network->id.hex);
		return;
	}
	if (!may_have(rde, &call->v4, &call->network, reply) ||
	    !may_have(rde, &call->v6, &call->network, reply))
		return;
	if ((n = ensure_network(rde, &call->network, 0, reply)) == NULL ||
	    !may_have_its_mac(n, call, reply))
		return;
	if ((e = endpoint_upsert(&rde->tables, &call->endpoint, n)) == NULL) {
		plugin_refuse(reply, ENOSPC, "bgplbd has %u endpoints "
		    "already, which is its limit: remove some",
		    ENDPOINTS_MAX);
		return;
	}
	e->created = true;
	endpoint_set_addresses(&rde->tables, e, &call->v4, &call->v6);
	if (call->has_mac)
		memcpy(e->mac, call->mac, MAC_SIZE);
	else
		memcpy(reply->mac, e->mac, MAC_SIZE);
	endpoint_changed(&rde->tables, e);
	apply(rde);
}

/* Until Docker gives it back. */
static void
hold_address(struct rde *rde, const struct endpoint *e,
    const struct endpoint_address *a)
{
	if (a->claim != NULL)
		addresses_hold(&rde->addresses, &e->network->id,
		    &claim_prefix(&rde->tables, a->claim)->addr, clock_ms());
}

static void
endpoint_delete(struct rde *rde, const void *data,
    struct plugin_reply *reply)
{
	const struct plugin_endpoint *call = data;
	struct endpoint *e = endpoint_find(&rde->tables, &call->endpoint);

	if (e != NULL) {
		hold_address(rde, e, &e->v4);
		hold_address(rde, e, &e->v6);
	}
	if (e != NULL && teardown_endpoint(rde, e) == -1)
		refuse_for_kernel(rde, reply);
}

static void
endpoint_join(struct rde *rde, const void *data, struct plugin_reply *reply)
{
	const struct plugin_endpoint *call = data;
	struct endpoint *e = endpoint_find(&rde->tables, &call->endpoint);

	if (e == NULL || !object_id_equal(&e->network->id, &call->network)) {
		plugin_refuse(reply, ENOENT, "bgplbd knows no endpoint %.*s "
		    "in network %.*s: disconnect the container from the "
		    "network and connect it again",
		    OBJECT_ID_SHORT, call->endpoint.hex,
		    OBJECT_ID_SHORT, call->network.hex);
		return;
	}
	if (!ensure_bridge(rde, e->network, reply))
		return;
	e->ifindex = 0;			/* a link it had is replaced */
	endpoint_changed(&rde->tables, e);
	if (kernel_veth_create(rde->kernel, &e->id, e->network->ifindex,
	    e->mac, e->network->mtu, &e->ifindex) == -1) {
		refuse_for_kernel(rde, reply);
		apply(rde);
		return;
	}
	e->touched = rde->tables.epoch;
	link_name(ROLE_CONTAINER_END, &e->id, reply->interface);
	apply(rde);
}

static void
endpoint_leave(struct rde *rde, const void *data, struct plugin_reply *reply)
{
	const struct plugin_endpoint *call = data;
	struct endpoint *e = endpoint_find(&rde->tables, &call->endpoint);

	if (e != NULL && teardown_link(rde, e) == -1)
		refuse_for_kernel(rde, reply);
}

static const struct {
	uint32_t	type;
	const char	*name;
	void		(*answer)(struct rde *, const void *data,
			    struct plugin_reply *);
} calls[] = {
	{ MSG_FRONTEND_NETWORK_CREATE,	"CreateNetwork", network_create },
	{ MSG_FRONTEND_NETWORK_DELETE,	"DeleteNetwork", network_delete },
	{ MSG_FRONTEND_ENDPOINT_CREATE,	"CreateEndpoint", endpoint_create },
	{ MSG_FRONTEND_ENDPOINT_DELETE,	"DeleteEndpoint", endpoint_delete },
	{ MSG_FRONTEND_ENDPOINT_JOIN,	"Join", endpoint_join },
	{ MSG_FRONTEND_ENDPOINT_LEAVE,	"Leave", endpoint_leave },
};

void
plugin_handle(struct rde *rde, const struct message *m)
{
	uint64_t spent = kernel_spent_us(rde->kernel);
	struct plugin_reply reply;
	size_t i = 0;

	memset(&reply, 0, sizeof(reply));
	while (calls[i].type != m->type)	/* it is one of them */
		i++;
	calls[i].answer(rde, m->data, &reply);
	plugin_answer(rde, m->peerid, &reply);
	log_debug("%s waited %llu us for the kernel", calls[i].name,
	    (unsigned long long)(kernel_spent_us(rde->kernel) - spent));
}
