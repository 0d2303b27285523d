#include <errno.h>
#include <string.h>

#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/link_names.h"
#include "common/log.h"

static int
take_link(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_link_parse(nlh, arg);
}

int
kernel_link_get(struct kernel *k, const char *name, struct link_message *link)
{
	union netlink_request req;

	netlink_link_get(&req, name);
	return kernel_request(k, &req, take_link, link);
}

int
kernel_link_delete(struct kernel *k, int ifindex)
{
	union netlink_request req;

	netlink_link_delete(&req, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == -1 && errno != ENODEV)
		return kernel_failed(k, "cannot delete link %d", ifindex);
	return 0;
}

static int
delete_named(struct kernel *k, const char *name)
{
	struct link_message link;

	if (kernel_link_get(k, name, &link) == -1)
		return errno == ENODEV ? 0 : -1;
	return kernel_link_delete(k, link.ifindex);
}

/* After a failure whose errno and text are to be kept. */
static void
discard_link(struct kernel *k, const char *name)
{
	int error = errno;

	if (delete_named(k, name) == -1)
		log_warn("link %s: cannot delete it: %s", name,
		    kernel_error(k));
	errno = error;
}

/* No IPv6 address, if the kernel has IPv6 at all. */
static void
set_no_address(struct kernel *k, int ifindex)
{
	union netlink_request req;

	netlink_link_no_address(&req, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		log_debug("link %d: keeps its link-local address: %s",
		    ifindex, kernel_error(k));
}

static int
setup_bridge(struct kernel *k, int ifindex, const struct object_id *network)
{
	union netlink_request req;

	set_no_address(k, ifindex);
	netlink_link_setup(&req, ifindex, network->hex);
	return kernel_request(k, &req, NULL, NULL);
}

/* Zeros: it is not known. */
static void
set_port_mac(struct kernel *k, int ifindex, const uint8_t mac[MAC_SIZE])
{
	static const uint8_t unknown[MAC_SIZE];
	union netlink_request req;

	if (memcmp(mac, unknown, MAC_SIZE) == 0)
		return;
	netlink_port_mac_set(&req, ifindex, mac);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		log_debug("link %d: its bridge does not know the MAC address "
		    "behind it: %s", ifindex, kernel_error(k));
}

/* Up as the last: then it drops what it receives, and is a port that learns nothing. */
static int
setup_port(struct kernel *k, int ifindex, const struct object_id *endpoint,
    int bridge, const uint8_t mac[MAC_SIZE])
{
	union netlink_request req;

	if (kernel_ingress_drop(k, ifindex) == -1 && errno != EOPNOTSUPP)
		return -1;
	set_no_address(k, ifindex);
	netlink_port_attach(&req, ifindex, endpoint->hex, bridge);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		return -1;
	netlink_port_setup(&req, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		return -1;
	set_port_mac(k, ifindex, mac);
	return 0;
}

/*
 * Whether the link is the id's own: by its alias, or, if we were killed before it
 * got one, by the MAC address that it was made with.
 */
static bool
is_own_link(const struct link_message *link, enum link_role role,
    const struct object_id *id)
{
	uint8_t mac[MAC_SIZE];

	if (link->kind != (role == ROLE_BRIDGE ? LINK_BRIDGE : LINK_VETH))
		return false;
	if (link->has_alias)
		return object_id_equal(&link->id, id);
	link_mac(role, id, mac);
	return memcmp(link->mac, mac, MAC_SIZE) == 0;
}

static int
name_is_taken(struct kernel *k, const char *name,
    const struct link_message *link)
{
	errno = EEXIST;
	if (link->id.hex[0] != '\0')
		return kernel_failed(k, "link %s belongs to %.*s", name,
		    OBJECT_ID_SHORT, link->id.hex);
	return kernel_failed(k, "link %s was not made by bgplbd, delete it",
	    name);
}

int
kernel_link_set_mtu(struct kernel *k, int ifindex, uint32_t mtu)
{
	union netlink_request req;

	netlink_link_mtu_set(&req, ifindex, mtu);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		return kernel_failed(k, "cannot give link %d the MTU %u",
		    ifindex, mtu);
	return 0;
}

int
kernel_bridge_ensure(struct kernel *k, const struct object_id *network,
    uint32_t mtu, int *ifindex, bool *made)
{
	char name[IFNAMSIZ];
	union netlink_request req;
	struct link_message link;
	uint8_t mac[MAC_SIZE];

	link_name(ROLE_BRIDGE, network, name);
	link_mac(ROLE_BRIDGE, network, mac);
	netlink_bridge_create(&req, name, mac);
	*made = kernel_request(k, &req, NULL, NULL) == 0;
	if (!*made && errno != EEXIST)
		return kernel_failed(k, "cannot create bridge %s", name);
	if (kernel_link_get(k, name, &link) == -1)
		goto fail;
	if (!is_own_link(&link, ROLE_BRIDGE, network))
		return name_is_taken(k, name, &link);
	if (!(link.up && link.has_alias) &&
	    setup_bridge(k, link.ifindex, network) == -1)
		goto fail;
	if (mtu != 0 && link.mtu != mtu &&
	    kernel_link_set_mtu(k, link.ifindex, mtu) == -1)
		goto fail;
	*ifindex = link.ifindex;
	return 0;
fail:
	if (*made)
		discard_link(k, name);
	return kernel_failed(k, "cannot set up bridge %s", name);
}

/* Removes the endpoint's own pair, so that its name is free. */
static int
remove_own_veth(struct kernel *k, const char *name,
    const struct object_id *endpoint)
{
	struct link_message link;

	if (kernel_link_get(k, name, &link) == -1) {
		if (errno != ENODEV)
			return -1;
		errno = EEXIST;		/* then it is the other end's name */
		return -1;
	}
	if (!is_own_link(&link, ROLE_HOST_END, endpoint))
		return name_is_taken(k, name, &link);
	return kernel_link_delete(k, link.ifindex);
}

static int
make_veth(struct kernel *k, const char *name,
    const struct object_id *endpoint, const uint8_t mac[MAC_SIZE],
    uint32_t mtu)
{
	char peer[IFNAMSIZ];
	union netlink_request req;
	uint8_t host_mac[MAC_SIZE];

	link_name(ROLE_CONTAINER_END, endpoint, peer);
	link_mac(ROLE_HOST_END, endpoint, host_mac);
	netlink_veth_create(&req, name, host_mac, peer, mac, mtu);
	return kernel_request(k, &req, NULL, NULL);
}

int
kernel_port_attach(struct kernel *k, const struct object_id *endpoint,
    int ifindex, int bridge, const uint8_t mac[MAC_SIZE])
{
	if (setup_port(k, ifindex, endpoint, bridge, mac) == -1)
		return kernel_failed(k, "cannot attach link %d to bridge %d",
		    ifindex, bridge);
	return 0;
}

int
kernel_veth_create(struct kernel *k, const struct object_id *endpoint,
    int bridge, const uint8_t mac[MAC_SIZE], uint32_t mtu, int *ifindex)
{
	char name[IFNAMSIZ];
	struct link_message link;

	link_name(ROLE_HOST_END, endpoint, name);
	if (make_veth(k, name, endpoint, mac, mtu) == -1 && (errno != EEXIST ||
	    remove_own_veth(k, name, endpoint) == -1 ||
	    make_veth(k, name, endpoint, mac, mtu) == -1))
		return kernel_failed(k, "cannot create veth pair %s", name);
	if (kernel_link_get(k, name, &link) == -1 ||
	    setup_port(k, link.ifindex, endpoint, bridge, mac) == -1) {
		discard_link(k, name);
		return kernel_failed(k, "cannot set up veth pair %s", name);
	}
	*ifindex = link.ifindex;
	return 0;
}
