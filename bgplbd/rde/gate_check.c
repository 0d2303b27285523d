#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "bgplbd/announce_policy.h"
#include "bgplbd/rde/gate_check.h"

/* One kind of request.  Reading changes nothing, so that only its size is checked. */
struct kind {
	uint16_t	 type;
	size_t		 header;
	bool		(*check)(struct gate_checking *);	/* NULL: it reads */
	const char	*text;
};

static const struct kind kinds[] = {
	{ RTM_GETLINK, sizeof(struct ifinfomsg), NULL, "a question" },
	{ RTM_GETADDR, sizeof(struct ifaddrmsg), NULL, "a question" },
	{ RTM_GETROUTE, sizeof(struct rtmsg), NULL, "a question" },
	{ RTM_GETNEIGH, sizeof(struct ndmsg), NULL, "a question" },
	{ RTM_GETNEXTHOP, sizeof(struct nhmsg), NULL, "a question" },
	{ RTM_GETQDISC, sizeof(struct tcmsg), NULL, "a question" },
	{ RTM_GETTFILTER, sizeof(struct tcmsg), NULL, "a question" },
	{ RTM_NEWLINK, sizeof(struct ifinfomsg), gate_link_new,
	    "making or changing a link" },
	{ RTM_DELLINK, sizeof(struct ifinfomsg), gate_link_delete,
	    "deleting a link" },
	{ RTM_NEWROUTE, sizeof(struct rtmsg), gate_route_new,
	    "setting a route" },
	{ RTM_DELROUTE, sizeof(struct rtmsg), gate_route_delete,
	    "deleting a route" },
	{ RTM_NEWNEIGH, sizeof(struct ndmsg), gate_neighbor_new,
	    "setting a neighbor entry" },
	{ RTM_DELNEIGH, sizeof(struct ndmsg), gate_neighbor_delete,
	    "deleting a neighbor entry" },
	{ RTM_NEWNEXTHOP, sizeof(struct nhmsg), gate_nexthop_new,
	    "setting a nexthop object" },
	{ RTM_DELNEXTHOP, sizeof(struct nhmsg), gate_nexthop_delete,
	    "deleting a nexthop object" },
	{ RTM_NEWQDISC, sizeof(struct tcmsg), gate_qdisc,
	    "setting a queueing discipline" },
	{ RTM_DELQDISC, sizeof(struct tcmsg), gate_qdisc,
	    "deleting a queueing discipline" },
	{ RTM_NEWTFILTER, sizeof(struct tcmsg), gate_filter,
	    "setting a filter" },
};

static const struct kind *
kind_of(uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

const char *
gate_request_text(uint16_t type)
{
	const struct kind *kind = kind_of(type);

	return kind != NULL ? kind->text : "an unknown request";
}

bool
gate_refuse(struct gate_checking *c, const char *why)
{
	c->answer->verdict = GATE_REFUSE;
	c->answer->why = why;
	return false;
}

bool
gate_ask_link(struct gate_checking *c, int ifindex)
{
	c->answer->verdict = GATE_ASK;
	c->answer->ask = GATE_LINK;
	c->answer->ifindex = ifindex;
	c->answer->why = "the interface is not known to be bgplbd's";
	return false;
}

bool
gate_ask_nexthop(struct gate_checking *c, uint32_t id)
{
	c->answer->verdict = GATE_ASK;
	c->answer->ask = GATE_NEXTHOP;
	c->answer->id = id;
	c->answer->why = "the nexthop object is not known to be bgplbd's";
	return false;
}

/* One that was asked for and still is not known is not ours. */
bool
gate_is_ours(struct gate_checking *c, int ifindex, enum link_role role)
{
	const struct gate_link *link = gate_facts_link(c->facts, ifindex);

	if (ifindex <= 0)
		return gate_refuse(c, "it names no interface");
	if (link == NULL && c->facts->others_link == ifindex &&
	    (c->fresh & GATE_LINK) != 0)
		return gate_refuse(c, "the interface is not bgplbd's");
	if (link == NULL)
		return gate_ask_link(c, ifindex);
	if (link->role != role)
		return gate_refuse(c, role == ROLE_BRIDGE ?
		    "the interface is not a bridge of bgplbd's" :
		    "the interface is not a host end of bgplbd's");
	return true;
}

bool
gate_u32(const void *data, size_t len, uint32_t *out)
{
	if (len != sizeof(*out))
		return false;
	memcpy(out, data, sizeof(*out));
	return true;
}

bool
gate_u16(const void *data, size_t len, uint16_t *out)
{
	if (len != sizeof(*out))
		return false;
	memcpy(out, data, sizeof(*out));
	return true;
}

bool
gate_take_bridge(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t ifindex;

	if (!gate_u32(data, len, &ifindex) || ifindex > INT32_MAX)
		return gate_refuse(c, "it names no interface");
	c->ifindex = (int)ifindex;
	return gate_is_ours(c, c->ifindex, ROLE_BRIDGE);
}

bool
gate_is_text(const void *data, size_t len, size_t max)
{
	return len > 0 && len <= max &&
	    memchr(data, '\0', len) == (const char *)data + len - 1;
}

bool
gate_is_mac(const void *data, size_t len)
{
	return len == MAC_SIZE && mac_is_station(data);
}

bool
gate_may_serve(const struct gate_facts *f, const struct address *addr)
{
	static const struct settings defaults;
	struct prefix p = prefix_of_host(addr);

	return prefix_is_usable(&p) && announce_policy(f->settings != NULL ?
	    f->settings : &defaults, &p) == REFUSAL_NONE;
}

static bool
attribute(struct gate_checking *c, const struct nlattr *attr,
    const void *data, const struct gate_rule *rules, uint32_t *seen)
{
	size_t i;

	for (i = 0; rules[i].check != NULL; i++)
		if (rules[i].type == attr->nla_type)
			break;
	if (rules[i].check == NULL)
		return gate_refuse(c, "it has an attribute that bgplbd does "
		    "not use");
	if ((*seen & 1U << i) != 0)
		return gate_refuse(c, "it has an attribute twice");
	*seen |= 1U << i;
	return rules[i].check(c, data, attr->nla_len - NLA_HDRLEN);
}

bool
gate_attributes(struct gate_checking *c, const void *data, size_t len,
    const struct gate_rule *rules)
{
	const uint8_t *at = data;
	struct nlattr attr;
	uint32_t seen = 0;
	size_t i, step;

	while (len > 0) {
		if (len < sizeof(attr))
			return gate_refuse(c, "it is malformed");
		memcpy(&attr, at, sizeof(attr));
		if (attr.nla_len < NLA_HDRLEN || attr.nla_len > len)
			return gate_refuse(c, "it is malformed");
		if (!attribute(c, &attr, at + NLA_HDRLEN, rules, &seen))
			return false;
		step = (size_t)NLA_ALIGN(attr.nla_len);
		if (step > len)
			step = len;
		at += step;
		len -= step;
	}
	for (i = 0; rules[i].check != NULL; i++)
		if (rules[i].required && (seen & 1U << i) == 0)
			return gate_refuse(c, "it lacks an attribute");
	return true;
}

void
gate_check(const struct gate_facts *facts, unsigned int fresh,
    const struct nlmsghdr *nlh, size_t size, struct gate_answer *answer)
{
	struct gate_checking c = {
		.facts = facts, .fresh = fresh, .answer = answer
	};
	const uint8_t *bytes = (const uint8_t *)nlh;
	const struct kind *kind;
	size_t begin;

	memset(answer, 0, sizeof(*answer));
	answer->verdict = GATE_PASS;
	if (size < NLMSG_HDRLEN || nlh->nlmsg_len > size ||
	    (kind = kind_of(nlh->nlmsg_type)) == NULL) {
		(void)gate_refuse(&c, "it is no request of bgplbd's");
		return;
	}
	begin = NLMSG_HDRLEN + NLMSG_ALIGN(kind->header);
	if (nlh->nlmsg_len < begin || (nlh->nlmsg_flags & NLM_F_REQUEST) == 0) {
		(void)gate_refuse(&c, "it is malformed");
		return;
	}
	if (kind->check == NULL)
		return;
	if ((nlh->nlmsg_flags & NLM_F_ACK) == 0) {
		(void)gate_refuse(&c, "it wants no answer");
		return;
	}
	c.flags = nlh->nlmsg_flags & (uint16_t)~(NLM_F_REQUEST | NLM_F_ACK);
	c.type = nlh->nlmsg_type;
	c.header = bytes + NLMSG_HDRLEN;
	c.attributes = bytes + begin;
	c.len = nlh->nlmsg_len - begin;
	(void)kind->check(&c);
}
