#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "bgplbd/rde/gate_check.h"

#define END		{ 0, false, NULL }

static uint8_t
afi_of(int family)
{
	return family == AF_INET ? AFI_IPV4 :
	    family == AF_INET6 ? AFI_IPV6 : AFI_NONE;
}

/* Kept in the answer, which asks for the route by it. */
static bool
take_address(struct gate_checking *c, const void *data, size_t len)
{
	struct address *addr = &c->answer->addr;

	addr->afi = afi_of(c->family);
	if (addr->afi == AFI_NONE || len != address_size(addr->afi))
		return gate_refuse(c, "the address is malformed");
	memcpy(addr->bytes, data, len);
	return true;
}

static bool
take_destination(struct gate_checking *c, const void *data, size_t len)
{
	if (!take_address(c, data, len))
		return false;
	if (!gate_may_serve(c->facts, &c->answer->addr))
		return gate_refuse(c, "the settings do not allow the address");
	return true;
}

/* A container's, or that of a member (nexthop_id.h). */
static bool
take_neighbor(struct gate_checking *c, const void *data, size_t len)
{
	if (!take_address(c, data, len))
		return false;
	if (nexthop_id_of_via(&c->answer->addr) == 0 &&
	    !gate_may_serve(c->facts, &c->answer->addr))
		return gate_refuse(c, "the settings do not allow the address");
	return true;
}

static bool
take_group(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_u32(data, len, &c->id) || !nexthop_id_is_group(c->id))
		return gate_refuse(c, "it leads to no group of bgplbd's");
	if (gate_facts_nexthop(c->facts, c->id))
		return true;
	if ((c->fresh & GATE_NEXTHOP) != 0)
		return gate_refuse(c, "it leads to a group that is not "
		    "bgplbd's");
	return gate_ask_nexthop(c, c->id);
}

static const struct gate_rule set_rules[] = {
	{ RTA_DST, true, take_destination },
	{ RTA_OIF, false, gate_take_bridge },
	{ RTA_NH_ID, false, take_group },
	END
};

static const struct gate_rule delete_rules[] = {
	{ RTA_DST, true, take_address },
	END
};

/* One address, in table main, of our protocol. */
static bool
take_header(struct gate_checking *c, struct rtmsg *rtm)
{
	memcpy(rtm, c->header, sizeof(*rtm));
	c->family = rtm->rtm_family;
	if (rtm->rtm_dst_len != (c->family == AF_INET ? 32 : 128) ||
	    afi_of(c->family) == AFI_NONE)
		return gate_refuse(c, "the route leads to more than one "
		    "address");
	if (rtm->rtm_protocol != BGPLB_RTPROT ||
	    rtm->rtm_table != RT_TABLE_MAIN)
		return gate_refuse(c, "the route is not of protocol 182 in "
		    "table main");
	if (rtm->rtm_src_len != 0 || rtm->rtm_tos != 0 || rtm->rtm_flags != 0)
		return gate_refuse(c, "the route has more than bgplbd sets");
	return true;
}

/* Read since the last change of ours. */
static bool
replaces_ours(struct gate_checking *c)
{
	const struct gate_facts *f = c->facts;
	struct prefix p = prefix_of_host(&c->answer->addr);

	if (f->changes == f->route_changes &&
	    f->route.protocol == BGPLB_RTPROT &&
	    f->route.table == RT_TABLE_MAIN &&
	    prefix_cmp(&f->route.dst, &p) == 0)
		return true;
	(void)gate_refuse(c, "it would replace a route that is not known to "
	    "be bgplbd's");
	if ((c->fresh & GATE_ROUTE) == 0) {
		c->answer->verdict = GATE_ASK;
		c->answer->ask = GATE_ROUTE;
	}
	return false;
}

bool
gate_route_new(struct gate_checking *c)
{
	struct rtmsg rtm;

	if (!take_header(c, &rtm) ||
	    !gate_attributes(c, c->attributes, c->len, set_rules))
		return false;
	if ((c->ifindex != 0) == (c->id != 0))
		return gate_refuse(c, "the route leads to no one place");
	if (rtm.rtm_type != RTN_UNICAST || rtm.rtm_scope != (c->id == 0 ?
	    RT_SCOPE_LINK : RT_SCOPE_UNIVERSE))
		return gate_refuse(c, "the route has another type or scope");
	if (c->flags == (NLM_F_CREATE | NLM_F_EXCL))
		return true;
	if (c->flags != (NLM_F_CREATE | NLM_F_REPLACE))
		return gate_refuse(c, "it may not be added to others");
	return replaces_ours(c);
}

/* The kernel deletes only a route of the protocol that the request names. */
bool
gate_route_delete(struct gate_checking *c)
{
	struct rtmsg rtm;

	if (!take_header(c, &rtm))
		return false;
	if (c->flags != 0 || rtm.rtm_type != 0 ||
	    rtm.rtm_scope != RT_SCOPE_NOWHERE)
		return gate_refuse(c, "it deletes more than bgplbd does");
	return gate_attributes(c, c->attributes, c->len, delete_rules);
}

/*
 * Neighbor entries.
 */

static bool
take_mac(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_is_mac(data, len))
		return gate_refuse(c, "the MAC address is none of a station");
	return true;
}

static bool
take_protocol(struct gate_checking *c, const void *data, size_t len)
{
	if (len != 1 || *(const uint8_t *)data != BGPLB_RTPROT)
		return gate_refuse(c, "the entry is not of protocol 182");
	return true;
}

static const struct gate_rule neighbor_rules[] = {
	{ NDA_DST, true, take_neighbor },
	{ NDA_LLADDR, true, take_mac },
	{ NDA_PROTOCOL, true, take_protocol },
	END
};

static const struct gate_rule neighbor_delete_rules[] = {
	{ NDA_DST, true, take_address },
	END
};

/* Of a bridge: which MAC address is behind its port. */
static const struct gate_rule port_rules[] = {
	{ NDA_LLADDR, true, take_mac },
	END
};

bool
gate_neighbor_new(struct gate_checking *c)
{
	struct ndmsg ndm;
	bool port;

	memcpy(&ndm, c->header, sizeof(ndm));
	c->family = ndm.ndm_family;
	port = c->family == AF_BRIDGE;
	if (c->flags != (NLM_F_CREATE | NLM_F_REPLACE) || ndm.ndm_type != 0 ||
	    ndm.ndm_pad1 != 0 || ndm.ndm_pad2 != 0 ||
	    (!port && afi_of(c->family) == AFI_NONE) ||
	    ndm.ndm_state != (port ? NUD_NOARP : NUD_PERMANENT) ||
	    ndm.ndm_flags != (port ? NTF_MASTER : 0))
		return gate_refuse(c, "the entry is other than bgplbd's are");
	return gate_is_ours(c, ndm.ndm_ifindex, port ? ROLE_HOST_END :
	    ROLE_BRIDGE) && gate_attributes(c, c->attributes, c->len,
	    port ? port_rules : neighbor_rules);
}

bool
gate_neighbor_delete(struct gate_checking *c)
{
	struct ndmsg ndm;

	memcpy(&ndm, c->header, sizeof(ndm));
	c->family = ndm.ndm_family;
	if (c->flags != 0 || ndm.ndm_type != 0 || ndm.ndm_pad1 != 0 ||
	    ndm.ndm_pad2 != 0 || ndm.ndm_state != 0 || ndm.ndm_flags != 0 ||
	    afi_of(c->family) == AFI_NONE)
		return gate_refuse(c, "the entry is other than bgplbd's are");
	return gate_is_ours(c, ndm.ndm_ifindex, ROLE_BRIDGE) &&
	    gate_attributes(c, c->attributes, c->len, neighbor_delete_rules);
}
