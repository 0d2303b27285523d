#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "bgplbd/rde/intrusion.h"
#include "bgplbd/rde/netlink.h"

/* The network of the bridge, or the endpoint of the host end, if tables agree. */
static const struct network *
bridge_of(struct tables *t, const struct link_message *m)
{
	const struct network *n = m->kind != LINK_BRIDGE ? NULL :
	    network_find(t, &m->id);

	return n != NULL && n->ifindex == m->ifindex ? n : NULL;
}

static const struct endpoint *
port_of(struct tables *t, const struct link_message *m)
{
	const struct endpoint *e = m->kind != LINK_VETH ? NULL :
	    endpoint_find(t, &m->id);

	return e != NULL && e->ifindex == m->ifindex ? e : NULL;
}

bool
intrusion_in_link(struct tables *t, const struct link_message *m)
{
	const struct endpoint *e;

	if (m->id.hex[0] == '\0')
		return false;
	if (bridge_of(t, m) != NULL)
		return !m->up;
	return (e = port_of(t, m)) != NULL &&
	    (!m->up || m->master != e->network->ifindex);
}

static enum intrusion
judge_link(struct tables *t, const struct nlmsghdr *nlh,
    struct link_message *m)
{
	if (netlink_link_parse(nlh, m) == -1 || m->id.hex[0] == '\0')
		return INTRUSION_NONE;
	if (nlh->nlmsg_type == RTM_NEWLINK)
		return intrusion_in_link(t, m) ?
		    INTRUSION_SUSPECTED : INTRUSION_NONE;
	return bridge_of(t, m) != NULL || port_of(t, m) != NULL ?
	    INTRUSION : INTRUSION_NONE;
}

/* Of ours, or in place of ours; when a network goes, its routes may go after it. */
static enum intrusion
judge_route(struct tables *t, const struct nlmsghdr *nlh)
{
	struct route_message m;

	return netlink_route_parse(nlh, &m) == 0 &&
	    m.table == RT_TABLE_MAIN && claim_first(t, &m.dst) != NULL ?
	    INTRUSION : INTRUSION_NONE;
}

/* Also when one is deleted, which fails first (kernel_monitor.h). */
static enum intrusion
judge_neighbor(const struct nlmsghdr *nlh)
{
	struct neighbor_message m;

	return netlink_neighbor_parse(nlh, &m) == 0 &&
	    m.protocol == BGPLB_RTPROT && address_is_set(&m.addr) ?
	    INTRUSION : INTRUSION_NONE;
}

static enum intrusion
judge_nexthop(const struct nlmsghdr *nlh)
{
	struct nexthop_message m;

	return netlink_nexthop_parse(nlh, &m) == 0 &&
	    m.protocol == BGPLB_RTPROT ? INTRUSION : INTRUSION_NONE;
}

/* Of a link of ours, at its ingress. */
static enum intrusion
judge_qdisc(struct tables *t, const struct nlmsghdr *nlh)
{
	struct ingress_message m;
	struct endpoint *e;

	if (netlink_ingress_parse(nlh, &m) == -1 || m.ifindex == 0)
		return INTRUSION_NONE;
	RB_FOREACH(e, endpoint_tree, &t->endpoints)
		if (e->ifindex == m.ifindex)
			return INTRUSION;
	return INTRUSION_NONE;
}

static enum intrusion
judge_filter(const struct nlmsghdr *nlh)
{
	struct filter_message m;

	return netlink_filter_parse(nlh, &m) == 0 && m.in_drop_block ?
	    INTRUSION : INTRUSION_NONE;
}

enum intrusion
intrusion_judge(struct tables *t, const struct nlmsghdr *nlh,
    struct link_message *link)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return judge_link(t, nlh, link);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return judge_route(t, nlh);
	case RTM_NEWNEIGH:
		return judge_neighbor(nlh);
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		return judge_nexthop(nlh);
	case RTM_DELQDISC:
		return judge_qdisc(t, nlh);
	case RTM_NEWTFILTER:
	case RTM_DELTFILTER:
		return judge_filter(nlh);
	default:
		return INTRUSION_NONE;
	}
}
