#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/path_gathering.h"
#include "common/log.h"

const struct path_link *
path_find_link(const struct paths *paths, int index)
{
	size_t i;

	for (i = 0; index != 0 && i < paths->nlinks; i++)
		if (paths->links[i].link.index == index)
			return &paths->links[i];
	return NULL;
}

void
path_read_sysctls(struct path_link *l)
{
	l->rp_filter = sysctl_read("ipv4/conf/%s/rp_filter", l->link.name);
	l->forwarding = sysctl_read("ipv4/conf/%s/forwarding", l->link.name);
	l->disable_ipv6 = sysctl_read("ipv6/conf/%s/disable_ipv6",
	    l->link.name);
}

static int
ingress_cmp(const void *a, const void *b)
{
	const struct net_ingress *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

static void
gather_ingress(struct gathering *g)
{
	struct paths *paths = g->paths;
	struct net_ingress *list, key;
	size_t i, n;

	if (netlink_ingresses(g->host, &list, &n) == -1) {
		paths->ingress_unknown = true;
		return;
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), ingress_cmp);
	for (i = 0; n > 0 && i < paths->nlinks; i++) {
		key.ifindex = paths->links[i].link.index;
		paths->links[i].drops_ingress = bsearch(&key, list, n,
		    sizeof(*list), ingress_cmp) != NULL;
	}
	free(list);
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
		master = path_find_link(paths, paths->links[i].link.master);
		if (master == NULL || master->link.kind != LINK_BRIDGE)
			path_read_sysctls(&paths->links[i]);
	}
	gather_ingress(g);
	return 0;
}

struct address
path_far_client(const struct gathering *g, enum afi afi)
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
	const struct path_link *link = path_find_link(paths, index);
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
int
path_link_of_address(const struct net_address *list, size_t n,
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
	    path_link_of_address(g->addresses, g->naddresses, &n->local_address));
}

/* The address of a load-balanced prefix of the family, or NULL. */
static const struct address *
served_address(const struct gathering *g, enum afi afi)
{
	size_t i;

	for (i = 0; i < g->nprefixes; i++)
		if (g->prefixes[i].kind == PREFIX_LB && g->prefixes[i].routed &&
		    g->prefixes[i].prefix.addr.afi == afi)
			return &g->prefixes[i].prefix.addr;
	return NULL;
}

/*
 * The way to the far client: the host's own or, where rules give what containers send
 * a table of its own, theirs, by the bridge that it comes in by.
 */
static void
find_far_route(const struct gathering *g, enum afi afi,
    struct route_answer *answer)
{
	struct route_question q = { .dst = path_far_client(g, afi) };
	const struct address *served = served_address(g, afi);
	size_t i;

	netlink_route(g->host, &q, answer);
	for (i = 0; answer->error != 0 && served != NULL &&
	    i < g->paths->nlinks; i++) {
		if (g->paths->links[i].link.kind != LINK_BRIDGE)
			continue;
		q.src = *served;
		q.iif = g->paths->links[i].link.index;
		netlink_route(g->host, &q, answer);
	}
}

/* Neighbors' links; without any, those that the default routes lead to. */
static void
gather_uplinks(struct gathering *g, const struct control_neighbor *neighbors,
    size_t n)
{
	struct route_answer answer;
	int default_link[2] = { 0, 0 };
	enum afi afi;
	size_t i;

	for (afi = AFI_IPV4; afi <= AFI_IPV6; afi++) {
		find_far_route(g, afi, &answer);
		if (answer.error != 0)
			g->paths->far_unrouted[afi == AFI_IPV6] = true;
		else if (answer.type == RTN_UNICAST)
			default_link[afi == AFI_IPV6] = answer.oif;
		else
			g->paths->from_is_here |= g->from->afi == afi;
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

int
path_gather_host(struct gathering *g, const struct control_neighbor *neighbors,
    size_t nneighbors)
{
	if (begin(g) == -1)
		return -1;
	gather_uplinks(g, neighbors, nneighbors);
	find_bridges(g);
	gather_endpoints(g);
	return 0;
}
