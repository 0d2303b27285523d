#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <string.h>

#include "bgplbd/rde/gate_check.h"

/*
 * A link that was read is taken for what it was during so many changes of ours; further
 * ones are told by the kernel (gate_facts_hear()).
 */
#define READ_CHANGES_MAX	8

#define NESTED(type)	((type) | NLA_F_NESTED)
#define END		{ 0, false, NULL }

static bool
take_name(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_is_text(data, len, IFNAMSIZ) ||
	    !link_name_parse(data, &c->role) || c->role == ROLE_CONTAINER_END)
		return gate_refuse(c, "the new link's name is not one that "
		    "bgplbd gives");
	c->name = data;
	return true;
}

static bool
take_derived_mac(struct gate_checking *c, const void *data, size_t len)
{
	if (c->name == NULL || len != MAC_SIZE ||
	    !link_mac_fits(c->name, data))
		return gate_refuse(c, "the new link's MAC address does not "
		    "derive from its name");
	return true;
}

static bool
take_mtu(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t mtu;

	if (!gate_u32(data, len, &mtu) || mtu < NETWORK_MTU_MIN ||
	    mtu > NETWORK_MTU_MAX)
		return gate_refuse(c, "the MTU is out of range");
	return true;
}

/* The other end of the pair: the same digits behind its own word. */
static bool
take_peer_name(struct gate_checking *c, const void *data, size_t len)
{
	const size_t digits = strlen("bgpvc-");
	enum link_role role;

	if (!gate_is_text(data, len, IFNAMSIZ) ||
	    !link_name_parse(data, &role) || role != ROLE_CONTAINER_END ||
	    strcmp((const char *)data + digits, c->name + digits) != 0)
		return gate_refuse(c, "the container's end has a name that "
		    "bgplbd does not give");
	return true;
}

static bool
take_peer_mac(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_is_mac(data, len))
		return gate_refuse(c, "the container's MAC address is none of "
		    "a station");
	return true;
}

static const struct gate_rule peer_rules[] = {
	{ IFLA_IFNAME, true, take_peer_name },
	{ IFLA_ADDRESS, true, take_peer_mac },
	{ IFLA_MTU, false, take_mtu },
	END
};

static bool
take_peer(struct gate_checking *c, const void *data, size_t len)
{
	static const struct ifinfomsg none;

	if (len < NLMSG_ALIGN(sizeof(none)) ||
	    memcmp(data, &none, sizeof(none)) != 0)
		return gate_refuse(c, "it is malformed");
	return gate_attributes(c, (const uint8_t *)data +
	    NLMSG_ALIGN(sizeof(none)), len - NLMSG_ALIGN(sizeof(none)),
	    peer_rules);
}

static const struct gate_rule veth_rules[] = {
	{ NESTED(VETH_INFO_PEER), true, take_peer },
	END
};

static bool
take_off(struct gate_checking *c, const void *data, size_t len)
{
	static const uint8_t zeros[sizeof(uint32_t)];

	if (len > sizeof(zeros) || memcmp(data, zeros, len) != 0)
		return gate_refuse(c, "a bridge's option is other than off");
	return true;
}

static const struct gate_rule bridge_rules[] = {
	{ IFLA_BR_STP_STATE, true, take_off },
	{ IFLA_BR_FORWARD_DELAY, true, take_off },
	{ IFLA_BR_MCAST_SNOOPING, true, take_off },
	END
};

static bool
take_kind(struct gate_checking *c, const void *data, size_t len)
{
	const char *wanted = c->role == ROLE_BRIDGE ? "bridge" : "veth";

	/* Without its NUL the kernel takes it too. */
	if (c->name == NULL || !gate_is_text(data, len, IFNAMSIZ) ||
	    strcmp(data, wanted) != 0)
		return gate_refuse(c, "the new link's kind is not that of its "
		    "name");
	return true;
}

static bool
take_kind_data(struct gate_checking *c, const void *data, size_t len)
{
	if (c->name == NULL)
		return gate_refuse(c, "it lacks the link's name");
	return gate_attributes(c, data, len, c->role == ROLE_BRIDGE ?
	    bridge_rules : veth_rules);
}

static const struct gate_rule info_rules[] = {
	{ IFLA_INFO_KIND, true, take_kind },
	{ NESTED(IFLA_INFO_DATA), true, take_kind_data },
	END
};

static bool
take_info(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, info_rules);
}

/* The name first, for the others depend on it. */
static const struct gate_rule create_rules[] = {
	{ IFLA_IFNAME, true, take_name },
	{ IFLA_ADDRESS, true, take_derived_mac },
	{ IFLA_MTU, false, take_mtu },
	{ NESTED(IFLA_LINKINFO), true, take_info },
	END
};

static bool
create(struct gate_checking *c)
{
	static const struct ifinfomsg none;

	if (c->flags != (NLM_F_CREATE | NLM_F_EXCL) ||
	    memcmp(c->header, &none, sizeof(none)) != 0)
		return gate_refuse(c, "it could change a link that is there");
	return gate_attributes(c, c->attributes, c->len, create_rules);
}

/* The one that was read last is the one in question, and ours. */
static bool
is_read_and_ours(struct gate_checking *c, int ifindex)
{
	const struct gate_facts *f = c->facts;

	if (ifindex <= 0)
		return gate_refuse(c, "it names no link by its number");
	if (f->link.ifindex != ifindex ||
	    f->changes - f->link_changes > READ_CHANGES_MAX)
		return gate_ask_link(c, ifindex);
	if (!gate_link_is_ours(&f->link, &c->role))
		return gate_refuse(c, "the link is not bgplbd's");
	return true;
}

static bool
take_alias(struct gate_checking *c, const void *data, size_t len)
{
	const struct link_message *link = &c->facts->link;
	struct object_id id;

	if (!gate_is_text(data, len, OBJECT_ID_DIGITS + 1) ||
	    network_id_parse(data, len - 1, &id) == -1 ||
	    !link_has_name(link->name, c->role, &id) ||
	    (link->has_alias && !object_id_equal(&link->id, &id)))
		return gate_refuse(c, "the alias is not that of the link");
	return true;
}

static bool
take_master(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t bridge;

	if (c->role != ROLE_HOST_END || !gate_u32(data, len, &bridge) ||
	    bridge > INT32_MAX)
		return gate_refuse(c, "the link is no host end");
	return gate_is_ours(c, (int)bridge, ROLE_BRIDGE);
}

static bool
take_mode(struct gate_checking *c, const void *data, size_t len)
{
	if (len != 1 || *(const uint8_t *)data != IN6_ADDR_GEN_MODE_NONE)
		return gate_refuse(c, "the link would get an address");
	return true;
}

static const struct gate_rule inet6_rules[] = {
	{ IFLA_INET6_ADDR_GEN_MODE, true, take_mode },
	END
};

static bool
take_inet6(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, inet6_rules);
}

static const struct gate_rule family_rules[] = {
	{ NESTED(AF_INET6), true, take_inet6 },
	END
};

static bool
take_families(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, family_rules);
}

static bool
take_port_kind(struct gate_checking *c, const void *data, size_t len)
{
	if (c->role != ROLE_HOST_END || !gate_is_text(data, len, IFNAMSIZ) ||
	    strcmp(data, "bridge") != 0)
		return gate_refuse(c, "the link is no host end");
	return true;
}

/* No learning, and nothing to other isolated ports: on or off, the port is ours. */
static bool
take_switch(struct gate_checking *c, const void *data, size_t len)
{
	if (len != 1 || *(const uint8_t *)data > 1)
		return gate_refuse(c, "it is malformed");
	return true;
}

static const struct gate_rule port_rules[] = {
	{ IFLA_BRPORT_LEARNING, false, take_switch },
	{ IFLA_BRPORT_ISOLATED, false, take_switch },
	END
};

static bool
take_port_data(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, port_rules);
}

static const struct gate_rule port_info_rules[] = {
	{ IFLA_INFO_SLAVE_KIND, true, take_port_kind },
	{ NESTED(IFLA_INFO_SLAVE_DATA), true, take_port_data },
	END
};

static bool
take_port_info(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, port_info_rules);
}

static const struct gate_rule change_rules[] = {
	{ IFLA_IFALIAS, false, take_alias },
	{ IFLA_MASTER, false, take_master },
	{ IFLA_MTU, false, take_mtu },
	{ NESTED(IFLA_AF_SPEC), false, take_families },
	{ NESTED(IFLA_LINKINFO), false, take_port_info },
	END
};

static bool
change(struct gate_checking *c, const struct ifinfomsg *ifm)
{
	if (ifm->ifi_family != AF_UNSPEC || ifm->ifi_type != 0 ||
	    (ifm->ifi_flags & ~(unsigned int)IFF_UP) != 0 ||
	    ifm->ifi_change != ifm->ifi_flags)
		return gate_refuse(c, "it changes more than bgplbd does");
	return is_read_and_ours(c, ifm->ifi_index) &&
	    gate_attributes(c, c->attributes, c->len, change_rules);
}

bool
gate_link_new(struct gate_checking *c)
{
	struct ifinfomsg ifm;

	memcpy(&ifm, c->header, sizeof(ifm));
	return c->flags == 0 ? change(c, &ifm) : create(c);
}

/*
 * The number may be another link's by now, so that what has it is read right before.
 */
bool
gate_link_delete(struct gate_checking *c)
{
	struct ifinfomsg ifm, plain = { .ifi_index = 0 };

	memcpy(&ifm, c->header, sizeof(ifm));
	plain.ifi_index = ifm.ifi_index;
	if (c->flags != 0 || c->len != 0 || ifm.ifi_index <= 0 ||
	    memcmp(&ifm, &plain, sizeof(ifm)) != 0)
		return gate_refuse(c, "it names the link by other than its "
		    "number");
	if ((c->fresh & GATE_LINK) == 0)
		return gate_ask_link(c, ifm.ifi_index);
	return is_read_and_ours(c, ifm.ifi_index);
}
