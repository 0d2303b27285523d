#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "bgplbd/rde/gate_check.h"

#define NESTED(type)	((type) | NLA_F_NESTED)
#define END		{ 0, false, NULL }

static bool
take_member_id(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_u32(data, len, &c->id) || !nexthop_id_is_member(c->id))
		return gate_refuse(c, "the id is none of a member of bgplbd's");
	return true;
}

static bool
take_group_id(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_u32(data, len, &c->id) || !nexthop_id_is_group(c->id))
		return gate_refuse(c, "the id is none of a group of bgplbd's");
	return true;
}

static bool
take_id(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_u32(data, len, &c->id) ||
	    (!nexthop_id_is_member(c->id) && !nexthop_id_is_group(c->id)))
		return gate_refuse(c, "the id is none of bgplbd's");
	return true;
}

/* Derived from the id, which stands before it. */
static bool
take_gateway(struct gate_checking *c, const void *data, size_t len)
{
	enum afi afi = c->family == AF_INET ? AFI_IPV4 : AFI_IPV6;
	struct address via;

	nexthop_id_via(c->id, afi, &via);
	if (c->id == 0 || len != address_size(via.afi) ||
	    memcmp(data, via.bytes, len) != 0)
		return gate_refuse(c, "its address does not derive from its "
		    "id");
	return true;
}

static const struct gate_rule member_rules[] = {
	{ NHA_ID, true, take_member_id },
	{ NHA_OIF, true, gate_take_bridge },
	{ NHA_GATEWAY, true, take_gateway },
	END
};

/* Each member is ours; it weighs what it may. */
static bool
take_members(struct gate_checking *c, const void *data, size_t len)
{
	struct nexthop_grp entry;
	size_t i, n = len / sizeof(entry);

	if (n == 0 || n > NETLINK_GROUP_MAX || len % sizeof(entry) != 0)
		return gate_refuse(c, "the group has no or too many members");
	for (i = 0; i < n; i++) {
		memcpy(&entry, (const uint8_t *)data + i * sizeof(entry),
		    sizeof(entry));
		if (!nexthop_id_is_member(entry.id))
			return gate_refuse(c, "a member of the group is none "
			    "of bgplbd's");
		if (gate_facts_nexthop(c->facts, entry.id))
			continue;
		if ((c->fresh & GATE_NEXTHOP) != 0 &&
		    c->facts->nexthop.id == entry.id)
			return gate_refuse(c, "a member of the group is not "
			    "bgplbd's");
		return gate_ask_nexthop(c, entry.id);
	}
	return true;
}

static bool
take_group_type(struct gate_checking *c, const void *data, size_t len)
{
	uint16_t type;

	if (!gate_u16(data, len, &type) || (type != NEXTHOP_GRP_TYPE_MPATH &&
	    type != NEXTHOP_GRP_TYPE_RES))
		return gate_refuse(c, "the group is of another kind");
	return true;
}

static bool
take_buckets(struct gate_checking *c, const void *data, size_t len)
{
	uint16_t buckets;

	if (!gate_u16(data, len, &buckets) || buckets != GROUP_BUCKETS)
		return gate_refuse(c, "the group has other buckets");
	return true;
}

static bool
take_timer(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t ticks;

	(void)data;
	if (!gate_u32(data, len, &ticks))
		return gate_refuse(c, "it is malformed");
	return true;
}

static const struct gate_rule table_rules[] = {
	{ NHA_RES_GROUP_BUCKETS, true, take_buckets },
	{ NHA_RES_GROUP_IDLE_TIMER, true, take_timer },
	{ NHA_RES_GROUP_UNBALANCED_TIMER, true, take_timer },
	END
};

static bool
take_table(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, table_rules);
}

static const struct gate_rule group_rules[] = {
	{ NHA_ID, true, take_group_id },
	{ NHA_GROUP, true, take_members },
	{ NHA_GROUP_TYPE, true, take_group_type },
	{ NESTED(NHA_RES_GROUP), false, take_table },
	END
};

static const struct gate_rule delete_rules[] = {
	{ NHA_ID, true, take_id },
	END
};

/* Read right before: what has the id is ours. */
static bool
is_read_and_ours(struct gate_checking *c)
{
	const struct nexthop_message *m = &c->facts->nexthop;

	if ((c->fresh & GATE_NEXTHOP) == 0 || m->id != c->id)
		return gate_ask_nexthop(c, c->id);
	if (!gate_nexthop_is_ours(m))
		return gate_refuse(c, "the nexthop object is not bgplbd's");
	return true;
}

static bool
group(struct gate_checking *c)
{
	if (c->flags != (NLM_F_CREATE | NLM_F_EXCL) &&
	    c->flags != NLM_F_REPLACE)
		return gate_refuse(c, "it could change one that is there");
	return gate_attributes(c, c->attributes, c->len, group_rules) &&
	    (c->flags != NLM_F_REPLACE || is_read_and_ours(c));
}

bool
gate_nexthop_new(struct gate_checking *c)
{
	struct nhmsg nhm;

	memcpy(&nhm, c->header, sizeof(nhm));
	c->family = nhm.nh_family;
	if (nhm.nh_protocol != BGPLB_RTPROT || nhm.nh_scope != 0 ||
	    nhm.resvd != 0)
		return gate_refuse(c, "the nexthop object is not of protocol "
		    "182");
	if (c->family == AF_UNSPEC && nhm.nh_flags == 0)
		return group(c);
	if ((c->family != AF_INET && c->family != AF_INET6) ||
	    nhm.nh_flags != RTNH_F_ONLINK ||
	    c->flags != (NLM_F_CREATE | NLM_F_EXCL))
		return gate_refuse(c, "the nexthop object is other than "
		    "bgplbd's are");
	return gate_attributes(c, c->attributes, c->len, member_rules);
}

bool
gate_nexthop_delete(struct gate_checking *c)
{
	static const struct nhmsg none;

	if (c->flags != 0 || memcmp(c->header, &none, sizeof(none)) != 0)
		return gate_refuse(c, "it deletes more than bgplbd does");
	return gate_attributes(c, c->attributes, c->len, delete_rules) &&
	    is_read_and_ours(c);
}
