#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/netns.h"
#include "bgplbctl/check/path.h"
#include "common/log.h"


struct gathering {
	struct paths			*paths;
	const struct control_prefix	*prefixes;
	size_t				 nprefixes;
	int				*bridges;	/* of the prefixes; 0: none */
	bool				*found;		/* a container has the address */
	struct netlink			*host;
	const struct address		*from;
	struct net_address		*addresses;
	size_t				 naddresses;
	struct net_silent		*silent;
	size_t				 nsilent;
	struct netns_entry		*namespaces;
	size_t				 nnamespaces;
};

/* A container as seen from inside, while the program is there. */
struct inside {
	struct path_endpoint	*endpoint;
	struct netlink		*netlink;
	struct net_link		*links;
	size_t			 nlinks;
	struct net_address	*addresses;
	size_t			 naddresses;
};

static const struct path_link *
find_link(const struct paths *paths, int index)
{
	size_t i;

	for (i = 0; index != 0 && i < paths->nlinks; i++)
		if (paths->links[i].link.index == index)
			return &paths->links[i];
	return NULL;
}

static void
read_sysctls(struct path_link *l)
{
	l->rp_filter = sysctl_read("ipv4/conf/%s/rp_filter", l->link.name);
	l->forwarding = sysctl_read("ipv4/conf/%s/forwarding", l->link.name);
	l->disable_ipv6 = sysctl_read("ipv6/conf/%s/disable_ipv6",
	    l->link.name);
}

/* What is a bridge's port passes no packet by itself. */
static int
gather_links(struct gathering *g)
{
	struct paths *paths = g->paths;
	const struct path_link *master;
	struct net_link *links;
	size_t i, n;

	if (netlink_links(g->host, &links, &n) == -1)
		return -1;
	paths->links = xreallocarray(NULL, n + 1, sizeof(*paths->links));
	for (i = 0; i < n; i++)
		paths->links[i] = (struct path_link){ .link = links[i],
		    .rp_filter = SYSCTL_UNKNOWN, .forwarding = SYSCTL_UNKNOWN,
		    .disable_ipv6 = SYSCTL_UNKNOWN };
	paths->nlinks = n;
	free(links);
	for (i = 0; i < n; i++) {
		master = find_link(paths, paths->links[i].link.master);
		if (master == NULL || master->link.kind != LINK_BRIDGE)
			read_sysctls(&paths->links[i]);
	}
	return 0;
}

static struct address
far_client(const struct gathering *g, enum afi afi)
{
	struct address far;

	if (g->from->afi == afi)
		return *g->from;
	if (address_parse(afi == AFI_IPV4 ? FAR_CLIENT : FAR_CLIENT6, &far) == -1)
		fatalx("no address of a far client");
	return far;
}

/* The uplink of that interface, made if it is not there. */
static struct uplink *
uplink_of(struct paths *paths, int index)
{
	const struct path_link *link = find_link(paths, index);
	size_t i;

	if (link == NULL || strcmp(link->link.name, "lo") == 0)
		return NULL;
	for (i = 0; i < paths->nuplinks; i++)
		if (paths->uplinks[i].link == link)
			return &paths->uplinks[i];
	paths->uplinks = xreallocarray(paths->uplinks, paths->nuplinks + 1,
	    sizeof(*paths->uplinks));
	paths->uplinks[paths->nuplinks] = (struct uplink){ .link = link };
	return &paths->uplinks[paths->nuplinks++];
}

/* The interface that has the address, or 0. */
static int
link_of_address(const struct net_address *list, size_t n,
    const struct address *addr)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (address_cmp(&list[i].addr, addr) == 0)
			return list[i].ifindex;
	return 0;
}

static int
link_named(const struct paths *paths, const char *name)
{
	size_t i;

	for (i = 0; i < paths->nlinks; i++)
		if (strcmp(paths->links[i].link.name, name) == 0)
			return paths->links[i].link.index;
	return 0;
}

/* A link-local neighbor has its link with it, or the session's own address tells it. */
static void
add_neighbor(struct gathering *g, const struct control_neighbor *n)
{
	struct route_question q = { .dst = n->addr };
	struct route_answer answer;
	struct uplink *uplink;

	if (!address_is_linklocal(&n->addr)) {
		netlink_route(g->host, &q, &answer);
		if (answer.error != 0 || answer.type != RTN_UNICAST ||
		    (uplink = uplink_of(g->paths, answer.oif)) == NULL)
			return;
		if (!address_is_set(&uplink->near[n->addr.afi == AFI_IPV6]))
			uplink->near[n->addr.afi == AFI_IPV6] = n->addr;
		return;
	}
	(void)uplink_of(g->paths, n->interface[0] != '\0' ?
	    link_named(g->paths, n->interface) :
	    link_of_address(g->addresses, g->naddresses, &n->local_address));
}

/* Neighbors' links; without any, those that the default routes lead to. */
static void
gather_uplinks(struct gathering *g, const struct control_neighbor *neighbors,
    size_t n)
{
	struct route_answer answer;
	struct route_question q;
	int default_link[2] = { 0, 0 };
	enum afi afi;
	size_t i;

	for (afi = AFI_IPV4; afi <= AFI_IPV6; afi++) {
		q = (struct route_question){ .dst = far_client(g, afi) };
		netlink_route(g->host, &q, &answer);
		if (answer.error != 0)
			g->paths->far_unrouted[afi == AFI_IPV6] = true;
		else if (answer.type == RTN_UNICAST)
			default_link[afi == AFI_IPV6] = answer.oif;
	}
	for (i = 0; i < n; i++)
		if (!neighbors[i].down)
			add_neighbor(g, &neighbors[i]);
	for (i = 0; i < 2 && g->paths->nuplinks == 0; i++)
		(void)uplink_of(g->paths, default_link[i]);
}

static pid_t
process_in(const struct gathering *g, int number)
{
	size_t i;

	for (i = 0; i < g->nnamespaces; i++)
		if (g->namespaces[i].number == number)
			return g->namespaces[i].pid;
	return 0;
}

/* Docker's id of a process's container, from the name of its cgroup. */
static void
read_container_id(pid_t pid, char *id)
{
	char path[32], line[512];
	size_t len;
	char *p;
	FILE *f;

	id[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%ld/cgroup", (long)pid);
	if ((f = fopen(path, "re")) == NULL)
		return;
	while (id[0] == '\0' && fgets(line, sizeof(line), f) != NULL)
		for (p = line; *p != '\0'; p += len > 0 ? len : 1)
			if ((len = strspn(p, "0123456789abcdef")) == 64) {
				strlcpy(id, p, CONTAINER_ID_MAX);
				break;
			}
	fclose(f);
}

static bool
serves_prefix(const struct gathering *g, int bridge)
{
	size_t i;

	for (i = 0; i < g->nprefixes; i++)
		if (g->bridges[i] == bridge)
			return true;
	return false;
}

/* The ports of load-balanced networks' bridges whose other end is elsewhere. */
static void
gather_endpoints(struct gathering *g)
{
	struct paths *paths = g->paths;
	struct path_endpoint *e;
	const struct path_link *l;

	paths->endpoints = xreallocarray(NULL, paths->nlinks + 1,
	    sizeof(*paths->endpoints));
	for (l = paths->links; l < paths->links + paths->nlinks; l++) {
		if (l->link.kind != LINK_VETH || l->link.master == 0 ||
		    l->link.peer_netns == NETNS_NONE ||
		    !serves_prefix(g, l->link.master))
			continue;
		e = &paths->endpoints[paths->nendpoints++];
		memset(e, 0, sizeof(*e));
		e->port = l;
		e->bridge = l->link.master;
		e->pid = process_in(g, l->link.peer_netns);
		e->error = e->pid == 0 ? ESRCH : 0;
		if (e->pid != 0)
			read_container_id(e->pid, e->container);
	}
}

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
	const struct path_link *port = find_link(g->paths, out->peer);
	const struct path_link *master;

	if (out->kind != LINK_VETH || port == NULL ||
	    port->link.kind != LINK_VETH || port->link.peer != out->index)
		return;
	master = find_link(g->paths, port->link.master);
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
	p->gateway_is_gone = link_of_address(g->addresses, g->naddresses,
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
	read_sysctls(out);
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
	p->back_link = find_link(g->paths, p->back.oif);
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
	p->bridge = find_link(g->paths, g->bridges[prefix]);
	p->bridge_is_silent = is_silent(g, g->bridges[prefix], addr);
	if (in == NULL)
		return;
	p->endpoint = in->endpoint;
	take_inside_link(in, link_of_address(in->addresses, in->naddresses,
	    addr), &p->inside);
	p->has_address = p->inside.link.index != 0;
	if (!p->has_address)
		return;
	p->is_alone = is_alone(g, in);
	follow_inside(g, in, p);
}

/* From each uplink, for each kind of client. */
static void
follow_all(struct gathering *g, size_t prefix, const struct inside *in)
{
	enum afi afi = g->prefixes[prefix].prefix.addr.afi;
	struct address far = far_client(g, afi);
	const struct uplink *u = g->paths->uplinks;

	for (; u < g->paths->uplinks + g->paths->nuplinks; u++) {
		if (address_is_set(&u->near[afi == AFI_IPV6]))
			follow(g, prefix, u, &u->near[afi == AFI_IPV6], false,
			    in);
		if (!g->paths->far_unrouted[afi == AFI_IPV6])
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
		    link_of_address(in->addresses, in->naddresses,
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

static void
find_bridges(struct gathering *g)
{
	const struct control_prefix *p;
	size_t i;

	for (i = 0; i < g->nprefixes; i++) {
		p = &g->prefixes[i];
		if (p->kind == PREFIX_LB && p->routed)
			g->bridges[i] = link_named(g->paths, p->interface);
	}
}

static int
begin(struct gathering *g)
{
	if ((g->host = netlink_open()) == NULL || gather_links(g) == -1 ||
	    netlink_addresses(g->host, &g->addresses, &g->naddresses) == -1 ||
	    netlink_silent(g->host, &g->silent, &g->nsilent) == -1 ||
	    netns_list(g->host, &g->namespaces, &g->nnamespaces) == -1)
		return -1;
	return 0;
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
	if (begin(&g) == -1)
		paths->error = errno;
	else {
		gather_uplinks(&g, neighbors, nneighbors);
		find_bridges(&g);
		gather_endpoints(&g);
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
