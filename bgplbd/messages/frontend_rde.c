#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/types.h"
#include "common/pool.h"

#define SIGNAL_LAST	64

_Static_assert(sizeof(struct container_fact) <= CHANNEL_PAYLOAD_MAX,
    "a container fact is one message");
_Static_assert(sizeof(struct network_fact) <= CHANNEL_PAYLOAD_MAX,
    "a network fact is one message");

static bool
is_terminated(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/* A host prefix of the family, or none. */
static bool
host_is_valid(const struct prefix *p, enum afi afi)
{
	if (!prefix_is_set(p))
		return true;
	return p->addr.afi == afi && prefix_is_valid(p) && prefix_is_host(p);
}

static bool
hosts_are_valid(const struct prefix *v4, const struct prefix *v6)
{
	return host_is_valid(v4, AFI_IPV4) && host_is_valid(v6, AFI_IPV6);
}

/* A host prefix or a pool of the family, or none. */
static bool
subnet_is_valid(const struct prefix *p, enum afi afi)
{
	return host_is_valid(p, afi) ||
	    (p->addr.afi == afi && pool_is_valid(p));
}

static bool
addresses_are_valid(const struct address *addresses, size_t n, size_t max)
{
	size_t i;

	if (n > max)
		return false;
	for (i = 0; i < n; i++)
		if (!address_is_valid(&addresses[i]))
			return false;
	return true;
}

bool
mac_is_station(const uint8_t mac[MAC_SIZE])
{
	static const uint8_t none[MAC_SIZE];

	return (mac[0] & 1) == 0 && memcmp(mac, none, MAC_SIZE) != 0;
}

/* A field of a message that says whether there is one. */
static bool
mac_is_valid(uint8_t has_mac, const uint8_t mac[MAC_SIZE])
{
	return has_mac == 0 || (has_mac == 1 && mac_is_station(mac));
}

static bool
mtu_is_valid(uint32_t mtu)
{
	return mtu == 0 || (mtu >= NETWORK_MTU_MIN && mtu <= NETWORK_MTU_MAX);
}

static bool
plugin_network_is_valid(const struct plugin_network *n, bool with_addresses)
{
	return network_id_is_valid(&n->network) &&
	    subnet_is_valid(&n->v4, AFI_IPV4) &&
	    subnet_is_valid(&n->v6, AFI_IPV6) && mtu_is_valid(n->mtu) &&
	    addresses_are_valid(n->reserved, n->nreserved,
	    NETWORK_RESERVED_MAX) && (with_addresses ||
	    (!prefix_is_set(&n->v4) && !prefix_is_set(&n->v6) &&
	    n->mtu == 0 && n->nreserved == 0));
}

static bool
plugin_address_is_valid(const struct plugin_address *a, bool with_address)
{
	return pool_is_valid(&a->pool) && prefix_is_valid(&a->range) &&
	    a->range.len >= a->pool.len &&
	    prefix_contains(&a->pool, &a->range.addr) &&
	    mac_is_valid(a->has_mac, a->mac) &&
	    (!address_is_set(&a->address) || (with_address &&
	    prefix_contains(&a->pool, &a->address)));
}

static bool
plugin_endpoint_is_valid(const struct plugin_endpoint *e, bool create)
{
	return network_id_is_valid(&e->network) &&
	    object_id_is_valid(&e->endpoint) &&
	    hosts_are_valid(&e->v4, &e->v6) &&
	    mac_is_valid(e->has_mac, e->mac) &&
	    (create || (!prefix_is_set(&e->v4) && !prefix_is_set(&e->v6) &&
	    !e->has_mac));
}

static bool
plugin_reply_is_valid(const struct plugin_reply *r)
{
	return r->error >= 0 &&
	    (!address_is_set(&r->address) || address_is_valid(&r->address)) &&
	    is_terminated(r->interface, sizeof(r->interface)) &&
	    is_terminated(r->text, sizeof(r->text)) &&
	    is_terminated(r->before, sizeof(r->before));
}

static bool
network_fact_is_valid(const struct network_fact *f)
{
	unsigned int i;

	if (!network_id_is_valid(&f->network) ||
	    !is_terminated(f->name, sizeof(f->name)) || f->ours > 1 ||
	    f->labelled > 1 || f->nsubnets > NETWORK_SUBNETS_MAX ||
	    !mtu_is_valid(f->mtu))
		return false;
	for (i = 0; i < f->nsubnets; i++)
		if (!prefix_is_valid(&f->subnets[i]))
			return false;
	return addresses_are_valid(f->reserved, f->nreserved,
	    NETWORK_RESERVED_MAX);
}

static bool
health_is_valid(uint32_t health)
{
	return health >= HEALTH_NONE && health <= HEALTH_LAST;
}

static bool
container_fact_is_valid(const struct container_fact *f, size_t len)
{
	const struct endpoint_fact *e;

	if (len < offsetof(struct container_fact, endpoints) ||
	    f->nendpoints > CONTAINER_ENDPOINTS_MAX ||
	    len != container_fact_size(f))
		return false;
	if (!object_id_is_valid(&f->container) ||
	    !is_terminated(f->name, sizeof(f->name)) || f->started_at < 0 ||
	    f->finished_at < 0 ||
	    f->stop_signal < 1 || f->stop_signal > SIGNAL_LAST ||
	    f->stop_timeout < -1 || f->stop_timeout > STOP_TIMEOUT_MAX ||
	    f->pid < 0 || f->pid == 1 || f->by_engine > 1 ||
	    f->running > 1 || f->paused > 1 || !health_is_valid(f->health))
		return false;
	for (e = f->endpoints; e < f->endpoints + f->nendpoints; e++)
		if (!network_id_is_valid(&e->network) ||
		    !object_id_is_valid(&e->endpoint) ||
		    !hosts_are_valid(&e->v4, &e->v6) ||
		    !mac_is_valid(e->has_mac, e->mac))
			return false;
	return true;
}

static bool
signal_is_valid(const struct container_signal *s)
{
	return object_id_is_valid(&s->container) && s->signal >= 1 &&
	    s->signal <= SIGNAL_LAST;
}

static bool
order_is_valid(const struct container_order *o)
{
	return object_id_is_valid(&o->container) &&
	    (o->signal == SIGTERM || o->signal == SIGKILL) && o->pid >= 0 &&
	    o->pid != 1 && o->started_at >= 0 &&
	    (o->started_at > 0 || o->pid == 0) && o->by_engine <= 1;
}

static bool
networks_are_valid(const struct object_id *ids, size_t len)
{
	size_t i, n = len / sizeof(*ids);

	if (len % sizeof(*ids) != 0)
		return false;
	for (i = 0; i < n; i++)
		if (!network_id_is_valid(&ids[i]))
			return false;
	return true;
}

static bool
disconnect_is_valid(const struct container_disconnect *d)
{
	return object_id_is_valid(&d->container) &&
	    network_id_is_valid(&d->network);
}

static bool
container_health_is_valid(const struct container_health *h)
{
	return object_id_is_valid(&h->container) &&
	    health_is_valid(h->health);
}

static bool
container_paused_is_valid(const struct container_paused *p)
{
	return object_id_is_valid(&p->container) && p->paused <= 1;
}

bool
frontend_rde_is_valid(uint32_t type, const void *data, size_t len)
{
	switch (type) {
	case MSG_FRONTEND_NETWORK_CREATE:
	case MSG_FRONTEND_NETWORK_DELETE:
		return len == sizeof(struct plugin_network) &&
		    plugin_network_is_valid(data,
		    type == MSG_FRONTEND_NETWORK_CREATE);
	case MSG_FRONTEND_ENDPOINT_CREATE:
	case MSG_FRONTEND_ENDPOINT_DELETE:
	case MSG_FRONTEND_ENDPOINT_JOIN:
	case MSG_FRONTEND_ENDPOINT_LEAVE:
		return len == sizeof(struct plugin_endpoint) &&
		    plugin_endpoint_is_valid(data,
		    type == MSG_FRONTEND_ENDPOINT_CREATE);
	case MSG_FRONTEND_POOL_REQUEST:
	case MSG_FRONTEND_ADDRESS_REQUEST:
	case MSG_FRONTEND_ADDRESS_RELEASE:
		return len == sizeof(struct plugin_address) &&
		    plugin_address_is_valid(data,
		    type != MSG_FRONTEND_POOL_REQUEST);
	case MSG_RDE_PLUGIN_REPLY:
		return len == sizeof(struct plugin_reply) &&
		    plugin_reply_is_valid(data);
	case MSG_FRONTEND_SYNC_BEGIN:
		return len == 0;
	case MSG_FRONTEND_SYNC_END:
		return len == sizeof(struct sync_end) &&
		    ((const struct sync_end *)data)->incomplete <= 1;
	case MSG_FRONTEND_NETWORK:
		return len == sizeof(struct network_fact) &&
		    network_fact_is_valid(data);
	case MSG_FRONTEND_NETWORK_GONE:
		return len == sizeof(struct object_id) &&
		    network_id_is_valid(data);
	case MSG_FRONTEND_CONTAINER_DIED:
		return len == sizeof(struct object_id) &&
		    object_id_is_valid(data);
	case MSG_FRONTEND_CONTAINER:
		return container_fact_is_valid(data, len);
	case MSG_FRONTEND_CONTAINER_HEALTH:
		return len == sizeof(struct container_health) &&
		    container_health_is_valid(data);
	case MSG_FRONTEND_CONTAINER_SIGNAL:
		return len == sizeof(struct container_signal) &&
		    signal_is_valid(data);
	case MSG_RDE_STOP_CONTAINER:
		return len == sizeof(struct container_order) &&
		    order_is_valid(data);
	case MSG_FRONTEND_CONTAINER_PAUSED:
		return len == sizeof(struct container_paused) &&
		    container_paused_is_valid(data);
	case MSG_FRONTEND_DISCONNECT:
		return len == sizeof(struct container_disconnect) &&
		    disconnect_is_valid(data);
	case MSG_RDE_OWN_NETWORKS:
	case MSG_FRONTEND_OTHER_NETWORKS:
		return networks_are_valid(data, len);
	default:
		return false;
	}
}
