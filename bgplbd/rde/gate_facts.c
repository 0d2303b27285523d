#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/gate_facts.h"
#include "common/log.h"

void
gate_facts_clear(struct gate_facts *f)
{
	free(f->links);
	memset(f, 0, sizeof(*f));
}

bool
gate_link_is_ours(const struct link_message *m, enum link_role *role)
{
	enum link_role named;

	if (!link_name_parse(m->name, &named) ||
	    m->kind != (named == ROLE_BRIDGE ? LINK_BRIDGE : LINK_VETH) ||
	    named == ROLE_CONTAINER_END)
		return false;
	*role = named;
	if (!m->has_alias)
		return link_mac_fits(m->name, m->mac);
	return m->id.hex[0] != '\0' && link_has_name(m->name, named, &m->id);
}

bool
gate_nexthop_is_ours(const struct nexthop_message *m)
{
	return m->protocol == BGPLB_RTPROT &&
	    (nexthop_id_is_member(m->id) || nexthop_id_is_group(m->id));
}

/* Of the first that is not before ifindex. */
static size_t
place_of(const struct gate_facts *f, int ifindex)
{
	size_t low = 0, high = f->nlinks, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (f->links[middle].ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct gate_link *
gate_facts_link(const struct gate_facts *f, int ifindex)
{
	size_t i = place_of(f, ifindex);

	return i < f->nlinks && f->links[i].ifindex == ifindex ?
	    &f->links[i] : NULL;
}

static void
forget_link(struct gate_facts *f, int ifindex)
{
	size_t i = place_of(f, ifindex);

	if (i == f->nlinks || f->links[i].ifindex != ifindex)
		return;
	f->nlinks--;
	memmove(&f->links[i], &f->links[i + 1],
	    (f->nlinks - i) * sizeof(f->links[0]));
}

static void
put_link(struct gate_facts *f, int ifindex, enum link_role role)
{
	size_t i = place_of(f, ifindex);

	if (i == f->nlinks || f->links[i].ifindex != ifindex) {
		if (f->nlinks == GATE_LINKS_MAX)
			return;
		if (f->nlinks == f->room) {
			f->room = f->room == 0 ? 64 : f->room * 2;
			f->links = xreallocarray(f->links, f->room,
			    sizeof(f->links[0]));
		}
		memmove(&f->links[i + 1], &f->links[i],
		    (f->nlinks - i) * sizeof(f->links[0]));
		f->nlinks++;
	}
	f->links[i].ifindex = ifindex;
	f->links[i].role = role;
	if (f->others_link == ifindex)
		f->others_link = 0;
}

static void
judge_link(struct gate_facts *f, const struct link_message *m)
{
	enum link_role role;

	if (gate_link_is_ours(m, &role))
		put_link(f, m->ifindex, role);
	else {
		forget_link(f, m->ifindex);
		f->others_link = m->ifindex;
	}
}

bool
gate_facts_nexthop(const struct gate_facts *f, uint32_t id)
{
	uint32_t i = id - NEXTHOP_ID_MEMBER_FIRST;

	return i < GATE_NEXTHOPS && (f->nexthops[i / 8] & 1 << i % 8) != 0;
}

static void
set_nexthop(struct gate_facts *f, uint32_t id, bool ours)
{
	uint32_t i = id - NEXTHOP_ID_MEMBER_FIRST;
	uint8_t bit = (uint8_t)(1 << i % 8);

	if (i >= GATE_NEXTHOPS)
		return;
	if (ours)
		f->nexthops[i / 8] |= bit;
	else
		f->nexthops[i / 8] &= (uint8_t)~bit;
}

/* A dump names all links, so what it does not name is gone. */
void
gate_facts_sent(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;

	f->reads_links = f->reads_route = false;
	switch (nlh->nlmsg_type) {
	case RTM_GETLINK:
		f->reads_links = dump;
		if (dump)
			f->nlinks = 0;
		break;
	case RTM_GETROUTE:
		f->reads_route = !dump;
		break;
	case RTM_GETNEXTHOP:
		if (dump)
			memset(f->nexthops, 0, sizeof(f->nexthops));
		break;
	case RTM_GETADDR:
	case RTM_GETNEIGH:
	case RTM_GETQDISC:
	case RTM_GETTFILTER:
		break;
	default:
		f->changes++;
	}
}

void
gate_facts_done(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifm = NLMSG_DATA(nlh);
	struct nexthop_message m;

	switch (nlh->nlmsg_type) {
	case RTM_DELLINK:
		forget_link(f, ifm->ifi_index);
		break;
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		if (netlink_nexthop_parse(nlh, &m) == 0)
			set_nexthop(f, m.id,
			    nlh->nlmsg_type == RTM_NEWNEXTHOP);
		break;
	}
}

/* A dump's many links go into the table alone. */
static void
learn_link(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	struct link_message m;

	if (netlink_link_parse(nlh, &m) == -1)
		return;
	judge_link(f, &m);
	if (f->reads_links)
		return;
	f->link = m;
	f->link_changes = f->changes;
}

void
gate_facts_learn(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
		learn_link(f, nlh);
		break;
	case RTM_NEWROUTE:
		if (!f->reads_route ||
		    netlink_route_parse(nlh, &f->route) == -1)
			memset(&f->route, 0, sizeof(f->route));
		f->route_changes = f->changes;
		break;
	case RTM_NEWNEXTHOP:
		if (netlink_nexthop_parse(nlh, &f->nexthop) == -1)
			memset(&f->nexthop, 0, sizeof(f->nexthop));
		f->nexthop_changes = f->changes;
		set_nexthop(f, f->nexthop.id,
		    gate_nexthop_is_ours(&f->nexthop));
		break;
	}
}

static void
hear_link(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	struct link_message m;

	if (netlink_link_parse(nlh, &m) == -1)
		return;
	if (m.ifindex == f->link.ifindex)
		f->link.ifindex = 0;
	if (nlh->nlmsg_type == RTM_DELLINK)
		forget_link(f, m.ifindex);
	else
		judge_link(f, &m);
}

void
gate_facts_hear(struct gate_facts *f, const struct nlmsghdr *nlh)
{
	struct nexthop_message m;

	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		hear_link(f, nlh);
		break;
	case RTM_DELNEXTHOP:
		if (netlink_nexthop_parse(nlh, &m) == 0)
			set_nexthop(f, m.id, false);
		break;
	}
}
