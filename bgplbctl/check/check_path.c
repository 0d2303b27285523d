#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/check/path.h"

#define RP_FILTER_OFF		0
#define RP_FILTER_STRICT	1

static bool
is_ipv4(const struct path *p)
{
	return p->client.afi == AFI_IPV4;
}

/* As people know it: network and container, and a process to enter it by. */
static const char *
container_name(const struct path *p, char *buf, size_t size)
{
	if (p->endpoint->container[0] != '\0')
		snprintf(buf, size, "container %s", p->endpoint->container);
	else
		snprintf(buf, size, "container of process %ld",
		    (long)p->endpoint->pid);
	return buf;
}

/* The kernel takes the larger one of all and the interface's own. */
static int
strictness(int all, int own)
{
	return all > own ? all : own;
}

/* Kernels before 6.13 say EXDEV; later ones EINVAL, of all that a source fails at. */
static bool
is_reverse_path(const struct route_answer *answer, int all, int own)
{
	return (answer->error == EXDEV || answer->error == EINVAL) &&
	    strictness(all, own) == RP_FILTER_STRICT;
}

static void
find_rp_filter(struct check *c, const struct path_link *l, const char *what)
{
	const char *name = c->facts->rp_filter_all == RP_FILTER_STRICT &&
	    l->rp_filter == RP_FILTER_OFF ? "all" : l->link.name;
	struct finding *f;

	if (finding_repeats(c->findings, "net.ipv4.conf.%s.rp_filter", name))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM,
	    "net.ipv4.conf.%s.rp_filter", name);
	finding_say(f, "is 1: %s that come in by %s are dropped, since their way "
	    "back is by another interface", what, l->link.name);
	finding_advise(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2", name);
}

/* A packet that comes in by the link, to be passed on: what the kernel said of it. */
static void
find_refusal(struct check *c, const struct path_link *l,
    const struct route_answer *answer, const char *what,
    const struct address *from, const struct address *to)
{
	char a[ADDRESS_STRLEN], b[ADDRESS_STRLEN];
	struct finding *f;

	if (is_reverse_path(answer, c->facts->rp_filter_all, l->rp_filter)) {
		find_rp_filter(c, l, what);
		return;
	}
	if (to->afi == AFI_IPV4 && answer->error == EHOSTUNREACH &&
	    l->forwarding == 0) {
		if (c->facts->ip_forward == 0 ||
		    finding_repeats(c->findings, "net.ipv4.conf.%s.forwarding",
		    l->link.name))
			return;
		f = finding_add(c->findings, SEVERITY_PROBLEM,
		    "net.ipv4.conf.%s.forwarding", l->link.name);
		finding_say(f, "is 0: %s that come in there are not passed on",
		    what);
		finding_advise(f, "sysctl -w net.ipv4.conf.%s.forwarding=1",
		    l->link.name);
		return;
	}
	if (finding_repeats(c->findings, "%s by %s", what, l->link.name))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "%s by %s", what,
	    l->link.name);
	finding_say(f, "are not passed on: the kernel has no way for %s to %s (%s)",
	    address_format(from, a), address_format(to, b),
	    strerror(answer->error));
	finding_advise(f, "%s rule add from %s pref 1 lookup main",
	    to->afi == AFI_IPV4 ? "ip" : "ip -6", a);
}

/* A finding of a prefix whose route on this host is not the one that bgplbd made. */
static void
find_elsewhere(struct check *c, const struct path *p)
{
	const char *ip = is_ipv4(p) ? "ip" : "ip -6";
	char addr[ADDRESS_STRLEN], prefix[PREFIX_STRLEN];
	struct finding *f;

	prefix_format(&p->prefix->prefix, prefix);
	if (finding_repeats(c->findings, "prefix %s", prefix))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
	finding_say(f, "has a route to %s, but its packets %s: another route or "
	    "rule comes first", p->prefix->interface, p->request.error != 0 ?
	    "are refused" : "go elsewhere");
	if (p->request.error == 0 && p->request.table == RT_TABLE_MAIN &&
	    address_is_set(&p->request.gateway))
		finding_advise(f, "%s route del %s via %s", ip, prefix,
		    address_format(&p->request.gateway, addr));
	else
		finding_advise(f, "%s rule add to %s pref 1 lookup main", ip,
		    prefix);
}

/* Whether it is for what the interface refuses, not for a route or a rule. */
static bool
is_refused_there(const struct check *c, const struct path_link *in,
    const struct route_answer *answer)
{
	return is_reverse_path(answer, c->facts->rp_filter_all,
	    in->rp_filter) ||
	    (answer->error == EHOSTUNREACH && in->forwarding == 0);
}

static void
judge_request(struct check *c, const struct path *p)
{
	const struct path_link *in = p->uplink->link;

	if (p->request.error == 0 ?
	    p->bridge == NULL || p->request.oif != p->bridge->link.index :
	    !is_refused_there(c, in, &p->request))
		find_elsewhere(c, p);
	else if (p->request.error != 0)
		find_refusal(c, in, &p->request, "requests", &p->client,
		    &p->prefix->prefix.addr);
}

static void
judge_link(struct check *c, const struct path *p, const struct path_link *l)
{
	struct finding *f;

	if (l == NULL)
		return;
	if (l->link.down && !finding_repeats(c->findings, "interface %s",
	    l->link.name)) {
		f = finding_add(c->findings, SEVERITY_PROBLEM, "interface %s",
		    l->link.name);
		finding_say(f, "is down, and traffic passes it");
		finding_advise(f, "ip link set %s up", l->link.name);
	}
	if (!is_ipv4(p) && l->disable_ipv6 == 1 && !finding_repeats(c->findings,
	    "net.ipv6.conf.%s.disable_ipv6", l->link.name)) {
		f = finding_add(c->findings, SEVERITY_PROBLEM,
		    "net.ipv6.conf.%s.disable_ipv6", l->link.name);
		finding_say(f, "is 1: no IPv6 packet passes there");
		finding_advise(f, "sysctl -w net.ipv6.conf.%s.disable_ipv6=0",
		    l->link.name);
	}
}

static void
judge_carrier(struct check *c, const struct path_link *l)
{
	struct finding *f;

	if (!l->link.no_carrier || finding_repeats(c->findings, "interface %s",
	    l->link.name))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "interface %s",
	    l->link.name);
	finding_say(f, "has no carrier, and traffic passes it");
	finding_advise(f, "see to its cable, and to what it leads to");
}

/* A restart gives a container all that Docker had set up in it. */
static void
advise_restart(struct finding *f, const struct path *p,
    const struct path_endpoint *e)
{
	if (e != NULL && e->container[0] != '\0')
		finding_advise(f, "docker restart %s", e->container);
	else
		finding_advise(f, "docker restart the container of network %.64s",
		    p->prefix->network_name);
}

static void
judge_silence(struct check *c, const struct path *p)
{
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	if (!p->bridge_is_silent)
		return;
	prefix_format(&p->prefix->prefix, prefix);
	if (finding_repeats(c->findings, "prefix %s", prefix))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
	finding_say(f, "has no container that answers the host's %s on %s",
	    is_ipv4(p) ? "ARP" : "neighbor discovery", p->prefix->interface);
	advise_restart(f, p, p->endpoint);
}

/* Why no container of the prefix was looked into. */
static void
judge_no_container(struct check *c, const struct path *p)
{
	const struct paths *paths = &c->facts->paths;
	const struct path_endpoint *e, *one = NULL;
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	for (e = paths->endpoints; e < paths->endpoints + paths->nendpoints; e++) {
		if (p->bridge == NULL || e->bridge != p->bridge->link.index)
			continue;
		if (e->error != 0)
			return;		/* told by judge_endpoints() */
		one = e;
	}
	prefix_format(&p->prefix->prefix, prefix);
	if (p->prefix->eligible == 0 ||
	    finding_repeats(c->findings, "prefix %s", prefix))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
	finding_say(f, "is served, but no container on %s has its address",
	    p->prefix->interface);
	advise_restart(f, p, one);
}

static void
judge_delivery(struct check *c, const struct path *p)
{
	const char *name = p->inside.link.name;
	char container[48];
	struct finding *f;

	container_name(p, container, sizeof(container));
	if ((p->delivery.error == 0 && !p->inside.link.down) ||
	    finding_repeats(c->findings, "%s, interface %s", container, name))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "%s, interface %s",
	    container, name);
	if (p->inside.link.down || !is_reverse_path(&p->delivery, p->endpoint->rp_filter_all,
	    p->inside.rp_filter)) {
		finding_say(f, "does not take requests: %s",
		    p->inside.link.down ? "it is down" :
		    strerror(p->delivery.error));
		advise_restart(f, p, p->endpoint);
		return;
	}
	finding_say(f, "has rp_filter 1 inside the container, which drops requests, "
	    "since answers leave by another interface");
	finding_advise(f, "nsenter --net=/proc/%ld/ns/net sysctl -w "
	    "net.ipv4.conf.%s.rp_filter=2", (long)p->endpoint->pid, name);
}

/* A labelled network, whose containers' answers routers know, or NULL. */
static const char *
gateway_network(const struct check_daemon *d)
{
	size_t i;

	for (i = 0; i < d->nprefixes; i++)
		if (d->prefixes[i].kind == PREFIX_SUBNET &&
		    d->prefixes[i].network_name[0] != '\0')
			return d->prefixes[i].network_name;
	return NULL;
}

/* With a network that has no IPv6, the answers of IPv6 have no way back. */
static void
find_no_way_back(struct check *c, const struct path *p)
{
	const char *network = gateway_network(c->daemon);
	const char *family = is_ipv4(p) ? "IPv4" : "IPv6";
	char container[48], addr[ADDRESS_STRLEN];
	struct finding *f;

	container_name(p, container, sizeof(container));
	if (finding_repeats(c->findings, "%s", container))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "%s", container);
	if (!p->is_alone) {
		finding_say(f, "has no way back to %s: %s. Its second network has no "
		    "%s, or no gateway for it", address_format(&p->client, addr),
		    strerror(p->reply.error), family);
		finding_advise(f, "docker network create it anew as README's First "
		    "use has it, with --ipv6 and a subnet of each family");
		return;
	}
	finding_say(f, "has no way back to %s: it needs a second network beside its "
	    "load-balanced one, by which its answers leave",
	    address_format(&p->client, addr));
	if (network != NULL && p->endpoint->container[0] != '\0')
		finding_advise(f, "docker network connect %s %s", network,
		    p->endpoint->container);
	else
		finding_advise(f, "docker network connect NETWORK CONTAINER, with a "
		    "gateway network as README's First use has it");
}

/* By the neighbor, which is a router of that link. */
static void
advise_route(struct finding *f, const struct uplink *u, enum afi afi)
{
	char addr[ADDRESS_STRLEN];

	finding_advise(f, "%s route add default via %s dev %s",
	    afi == AFI_IPV4 ? "ip" : "ip -6",
	    address_is_set(&u->near[afi == AFI_IPV6]) ?
	    address_format(&u->near[afi == AFI_IPV6], addr) : "ROUTER",
	    u->link->link.name);
}

static void
find_unrouted(struct check *c, const struct uplink *u, const struct address *client)
{
	char addr[ADDRESS_STRLEN];
	struct finding *f;

	if (finding_repeats(c->findings, "client %s",
	    address_format(client, addr)))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "client %s", addr);
	finding_say(f, "cannot be answered: this host has no route to it");
	advise_route(f, u, client->afi);
}

static void
judge_gateway_address(struct check *c, const struct path *p)
{
	char addr[ADDRESS_STRLEN];
	struct finding *f;

	if (!p->gateway_is_gone || finding_repeats(c->findings, "gateway %s",
	    address_format(&p->reply.gateway, addr)))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "gateway %s", addr);
	finding_say(f, "is where containers send their answers, and no address of "
	    "this host any more");
	finding_advise(f, "ip address add %s/%d dev %s", addr, p->gateway_len,
	    p->gateway->link.name);
}

/* From the container's second interface on, on the host. */
static void
judge_back(struct check *c, const struct path *p)
{
	if (p->gateway == NULL) {
		findings_not_looked_at(c->findings, p->inside_out.link.name,
		    "an interface of a container by which answers leave past this "
		    "host's routing");
		return;
	}
	judge_link(c, p, p->gateway);
	judge_gateway_address(c, p);
	if (p->back.error == 0) {
		judge_link(c, p, p->back_link);
		return;
	}
	if (p->client_routed) {
		find_refusal(c, p->gateway, &p->back, "answers",
		    &p->prefix->prefix.addr, &p->client);
		return;
	}
	find_unrouted(c, p->uplink, &p->client);
}

static void
judge_reply(struct check *c, const struct path *p)
{
	if (p->reply.error != 0)
		find_no_way_back(c, p);
	else
		judge_back(c, p);
}

static void
judge_path(struct check *c, const struct path *p)
{
	judge_link(c, p, p->uplink->link);
	judge_carrier(c, p->uplink->link);
	judge_request(c, p);
	judge_link(c, p, p->bridge);
	judge_silence(c, p);
	if (p->endpoint == NULL) {
		judge_no_container(c, p);
		return;
	}
	judge_link(c, p, p->endpoint->port);
	judge_delivery(c, p);
	judge_reply(c, p);
}

/* Without a route to the far client, its packets were not followed. */
static void
judge_far_client(struct check *c, enum afi afi)
{
	const struct paths *paths = &c->facts->paths;
	char addr[ADDRESS_STRLEN];
	struct finding *f;

	if (paths->from_is_here && paths->from.afi == afi)
		findings_not_looked_at(c->findings, address_format(&paths->from,
		    addr), "it is an address of this host or of a container "
		    "here, or not of one host: give a client's");
	if (paths->nuplinks == 0 || !paths->far_unrouted[afi == AFI_IPV6])
		return;
	if (paths->from.afi == afi) {
		find_unrouted(c, paths->uplinks, &paths->from);
		return;
	}
	f = finding_add(c->findings, SEVERITY_NOTICE, "%s clients",
	    afi == AFI_IPV4 ? "IPv4" : "IPv6");
	finding_say(f, "beyond the neighbors' links are not answered, unless other "
	    "routes lead to them: there is no default route");
	advise_route(f, paths->uplinks, afi);
}

/* Containers whose namespaces could not be looked into. */
static void
judge_endpoints(struct check *c)
{
	const struct paths *paths = &c->facts->paths;
	const struct path_endpoint *e;
	size_t unseen = 0;
	int error = 0;

	for (e = paths->endpoints; e < paths->endpoints + paths->nendpoints; e++)
		if (e->error != 0) {
			unseen++;
			error = e->error;
		}
	if (unseen > 0)
		findings_not_looked_at(c->findings, "inside of containers",
		    "%zu of them: %s", unseen, error == ESRCH ?
		    "their processes are not seen from here" :
		    strerror(error));
}

void
check_path(struct check *c)
{
	const struct paths *paths = &c->facts->paths;
	size_t i;

	if (paths->error != 0)
		findings_not_looked_at(c->findings, "routes and interfaces",
		    "netlink: %s", strerror(paths->error));
	if (paths->omitted > 0)
		findings_not_looked_at(c->findings, "ways of packets",
		    "%zu more than %d", paths->omitted, PATHS_MAX);
	for (i = 0; i < paths->n; i++)
		judge_path(c, &paths->list[i]);
	if (c->serves_ipv4)
		judge_far_client(c, AFI_IPV4);
	if (c->serves_ipv6)
		judge_far_client(c, AFI_IPV6);
	judge_endpoints(c);
}
