#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/path_gathering.h"
#include "common/log.h"

/* A container as seen from inside, while the program is there. */
struct inside {
	struct path_endpoint	*endpoint;
	struct netlink		*netlink;
	struct net_link		*links;
	size_t			 nlinks;
	struct net_address	*addresses;
	size_t			 naddresses;
};

static bool
is_silent(const struct gathering *g, int ifindex, const struct address *addr)
{
	size_t i;

	for (i = 0; i < g->nsilent; i++)
		if (g->silent[i].ifindex == ifindex &&
		    address_cmp(&g->silent[i].addr, addr) == 0)
			return true;
	return false;
}

/* Which link of the host the container's reply comes in by. */
static void
find_gateway(const struct gathering *g, struct path *p)
{
	const struct net_link *out = &p->inside_out.link;
	const struct path_link *port = path_find_link(g->paths, out->peer);
	const struct path_link *master;

	if (out->kind != LINK_VETH || port == NULL ||
	    port->link.kind != LINK_VETH || port->link.peer != out->index)
		return;
	master = path_find_link(g->paths, port->link.master);
	p->gateway = master != NULL ? master : port;
	if (master != NULL)
		strlcpy(p->gateway_port, port->link.name,
		    sizeof(p->gateway_port));
}

/* Whether the host has the address that the container sends its replies to. */
static void
find_gateway_address(const struct gathering *g, const struct inside *in,
    struct path *p)
{
	const struct net_address *a;

	if (!address_is_set(&p->reply.gateway))
		return;
	p->gateway_is_gone = path_link_of_address(g->addresses, g->naddresses,
	    &p->reply.gateway) == 0;
	for (a = in->addresses; a < in->addresses + in->naddresses; a++)
		if (a->ifindex == p->reply.oif &&
		    a->addr.afi == p->client.afi &&
		    !address_is_linklocal(&a->addr)) {
			p->gateway_len = a->len;
			p->gateway_address = a->addr;
		}
}

static const struct net_link *
inside_link(const struct inside *in, int index)
{
	size_t i;

	for (i = 0; i < in->nlinks; i++)
		if (in->links[i].index == index)
			return &in->links[i];
	return NULL;
}

static void
take_inside_link(const struct inside *in, int index, struct path_link *out)
{
	const struct net_link *link = inside_link(in, index);

	memset(out, 0, sizeof(*out));
	if (link == NULL)
		return;
	out->link = *link;
	path_read_sysctls(out);
}

static bool
is_endpoint(const struct gathering *g, int port)
{
	size_t i;

	for (i = 0; i < g->paths->nendpoints; i++)
		if (g->paths->endpoints[i].port->link.index == port)
			return true;
	return false;
}

/* True if the container has no interface but of load-balanced networks. */
static bool
is_alone(const struct gathering *g, const struct inside *in)
{
	size_t i;

	for (i = 0; i < in->nlinks; i++)
		if (in->links[i].kind != LINK_OTHER &&
		    !is_endpoint(g, in->links[i].peer))
			return false;
	return true;
}

/* The part of the way that is inside the container, and the way back from it. */
static void
follow_inside(struct gathering *g, const struct inside *in, struct path *p)
{
	const struct address *addr = &p->prefix->prefix.addr;
	struct route_question q;

	q = (struct route_question){
		.dst = *addr, .src = p->client, .iif = p->inside.link.index
	};
	netlink_route(in->netlink, &q, &p->delivery);
	q = (struct route_question){ .dst = p->client, .src = *addr };
	netlink_route(in->netlink, &q, &p->reply);
	if (p->reply.error != 0)
		return;
	take_inside_link(in, p->reply.oif, &p->inside_out);
	find_gateway(g, p);
	if (p->gateway == NULL)
		return;
	find_gateway_address(g, in, p);
	q.iif = p->gateway->link.index;
	netlink_route(g->host, &q, &p->back);
	p->back_link = path_find_link(g->paths, p->back.oif);
	p->address_by_gateway = netlink_is_by(g->host, addr,
	    p->gateway->link.index);
}

static struct path *
new_path(struct gathering *g)
{
	struct paths *paths = g->paths;

	if (paths->n == PATHS_MAX) {
		paths->omitted++;
		return NULL;
	}
	if ((paths->n & (paths->n - 1)) == 0)
		paths->list = xreallocarray(paths->list,
		    paths->n == 0 ? 1 : paths->n * 2, sizeof(*paths->list));
	memset(&paths->list[paths->n], 0, sizeof(*paths->list));
	return &paths->list[paths->n++];
}

/* in: NULL if no container of the prefix can be looked into. */
static void
follow(struct gathering *g, size_t prefix, const struct uplink *uplink,
    const struct address *client, bool is_far, const struct inside *in)
{
	const struct address *addr = &g->prefixes[prefix].prefix.addr;
	struct route_question q = {
		.dst = *addr, .src = *client, .iif = uplink->link->link.index
	};
	struct route_answer answer;
	struct path *p;

	if ((p = new_path(g)) == NULL)
		return;
	p->prefix = &g->prefixes[prefix];
	p->uplink = uplink;
	p->client = *client;
	p->is_far = is_far;
	netlink_route(g->host, &q, &p->request);
	q.src = (struct address){ .afi = AFI_NONE };
	q.dst = *client;
	q.iif = 0;
	netlink_route(g->host, &q, &answer);
	p->client_routed = answer.error == 0;
	p->client_by_uplink = netlink_is_by(g->host, client,
	    uplink->link->link.index);
	p->bridge = path_find_link(g->paths, g->bridges[prefix]);
	p->bridge_is_silent = is_silent(g, g->bridges[prefix], addr);
	if (in == NULL)
		return;
	p->endpoint = in->endpoint;
	take_inside_link(in, path_link_of_address(in->addresses, in->naddresses,
	    addr), &p->inside);
	p->has_address = p->inside.link.index != 0;
	if (!p->has_address)
		return;
	p->is_alone = is_alone(g, in);
	follow_inside(g, in, p);
}

/* Whether there is a far client, and it is not this host or a container of it. */
static bool
follows_far(struct gathering *g, enum afi afi, const struct inside *in)
{
	if (g->from->afi != afi)
		return !g->paths->far_unrouted[afi == AFI_IPV6];
	if (in != NULL && path_link_of_address(in->addresses, in->naddresses,
	    g->from) != 0)
		g->paths->from_is_here = true;
	return !g->paths->from_is_here &&
	    !g->paths->far_unrouted[afi == AFI_IPV6];
}

/* From each uplink, for each kind of client. */
static void
follow_all(struct gathering *g, size_t prefix, const struct inside *in)
{
	enum afi afi = g->prefixes[prefix].prefix.addr.afi;
	struct address far = path_far_client(g, afi);
	bool with_far = follows_far(g, afi, in);
	const struct uplink *u = g->paths->uplinks;

	for (; u < g->paths->uplinks + g->paths->nuplinks; u++) {
		if (address_is_set(&u->near[afi == AFI_IPV6]))
			follow(g, prefix, u, &u->near[afi == AFI_IPV6], false,
			    in);
		if (with_far)
			follow(g, prefix, u, &far, true, in);
	}
}

static void
look_around(struct gathering *g, struct inside *in)
{
	const struct control_prefix *p;
	size_t i;

	in->endpoint->rp_filter_all = sysctl_read("ipv4/conf/all/rp_filter");
	if ((in->netlink = netlink_open()) == NULL ||
	    netlink_links(in->netlink, &in->links, &in->nlinks) == -1 ||
	    netlink_addresses(in->netlink, &in->addresses,
	    &in->naddresses) == -1) {
		in->endpoint->error = errno;
		return;
	}
	for (i = 0; i < g->nprefixes; i++) {
		p = &g->prefixes[i];
		if (g->bridges[i] != in->endpoint->bridge ||
		    path_link_of_address(in->addresses, in->naddresses,
		    &p->prefix.addr) == 0)
			continue;
		g->found[i] = true;
		follow_all(g, i, in);
	}
}

static void
look_inside(struct gathering *g, struct path_endpoint *e)
{
	struct inside in = { .endpoint = e };

	if (e->pid == 0)
		return;
	if (netns_enter(e->pid) == -1) {
		e->error = errno;
		return;
	}
	look_around(g, &in);
	netlink_close(in.netlink);
	netns_leave();
	free(in.links);
	free(in.addresses);
}

void
paths_gather(struct paths *paths, const struct control_prefix *prefixes,
    size_t nprefixes, const struct control_neighbor *neighbors,
    size_t nneighbors, const struct address *from)
{
	struct gathering g = {
		.paths = paths, .from = from, .prefixes = prefixes, .nprefixes = nprefixes,
		.bridges = xcalloc(nprefixes + 1, sizeof(*g.bridges)),
		.found = xcalloc(nprefixes + 1, sizeof(*g.found))
	};
	size_t i;

	memset(paths, 0, sizeof(*paths));
	paths->from = *from;
	if (path_gather_host(&g, neighbors, nneighbors) == -1)
		paths->error = errno;
	else {
		for (i = 0; i < paths->nendpoints; i++)
			look_inside(&g, &paths->endpoints[i]);
		for (i = 0; i < nprefixes; i++)
			if (prefixes[i].kind == PREFIX_LB &&
			    prefixes[i].routed && !g.found[i])
				follow_all(&g, i, NULL);
	}
	netlink_close(g.host);
	free(g.addresses);
	free(g.silent);
	free(g.namespaces);
	free(g.bridges);
	free(g.found);
}

void
paths_free(struct paths *paths)
{
	free(paths->links);
	free(paths->uplinks);
	free(paths->endpoints);
	free(paths->list);
	memset(paths, 0, sizeof(*paths));
}
