#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bgplbctl/check.h"
#include "bgplbctl/firewall.h"

#define RP_FILTER_OFF		0
#define RP_FILTER_STRICT	1

/* Whom the findings are about, and where they go. */
struct judge {
	const struct host_facts		*facts;
	const struct check_daemon	*daemon;
	struct findings			*findings;
	bool				 uses_ipv4;
	bool				 uses_ipv6;
};

/* A finding with its subject, still without a text; NULL if there are too many. */
static struct finding * __attribute__((format(printf, 3, 4)))
find(struct judge *j, enum severity severity, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	if (j->findings->n == FINDINGS_MAX) {
		j->findings->omitted++;
		return NULL;
	}
	f = &j->findings->list[j->findings->n++];
	f->severity = severity;
	f->remedy[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(f->subject, sizeof(f->subject), fmt, ap);
	va_end(ap);
	return f;
}

static void __attribute__((format(printf, 2, 3)))
say(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

static void __attribute__((format(printf, 2, 3)))
advise(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

static void
judge_forwarding_of(struct judge *j, enum severity severity, const char *name,
    int value)
{
	struct finding *f;

	if (value != 0)
		return;
	f = find(j, severity, "%s", name);
	say(f, "is 0: the host does not pass on what comes in%s",
	    severity == SEVERITY_PROBLEM ? "" : " there, such as the answers of "
	    "containers");
	advise(f, "sysctl -w %s=1, and keep it in /etc/sysctl.d", name);
}

/* The kernel asks the interface that a packet came in by; with IPv6 only all. */
static void
judge_forwarding(struct judge *j)
{
	const struct host_facts *h = j->facts;
	const struct host_bridge *b;
	char name[64];

	if (j->uses_ipv6)
		judge_forwarding_of(j, SEVERITY_PROBLEM,
		    "net.ipv6.conf.all.forwarding", h->ip6_forwarding);
	if (j->uses_ipv4)
		judge_forwarding_of(j, SEVERITY_PROBLEM,
		    "net.ipv4.ip_forward", h->ip_forward);
	if (!j->uses_ipv4 || h->ip_forward != 1)
		return;
	for (b = h->bridges; b < h->bridges + h->nbridges; b++) {
		snprintf(name, sizeof(name), "net.ipv4.conf.%s.forwarding",
		    b->name);
		judge_forwarding_of(j, SEVERITY_NOTICE, name, b->forwarding);
	}
}

static void
find_rp_filter(struct judge *j, enum severity severity, const char *interface,
    const char *what)
{
	struct finding *f = find(j, severity, "net.ipv4.conf.%s.rp_filter",
	    interface);

	say(f, "is 1: %s, since requests and answers take different interfaces",
	    what);
	advise(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2, and keep it in "
	    "/etc/sysctl.d; containers that run keep what they got at their start",
	    interface);
}

/*
 * The kernel takes the larger one of all and the interface's own; containers get
 * all and default as the host has them when they start.
 */
static void
judge_rp_filter(struct judge *j)
{
	const struct host_facts *h = j->facts;
	const struct host_bridge *b;

	if (!j->uses_ipv4)
		return;
	if (h->rp_filter_all == RP_FILTER_STRICT)
		find_rp_filter(j, SEVERITY_PROBLEM, "all",
		    "host and containers drop packets");
	if (h->rp_filter_all != RP_FILTER_OFF)
		return;
	if (h->rp_filter_default == RP_FILTER_STRICT)
		find_rp_filter(j, SEVERITY_PROBLEM, "default",
		    "containers drop requests");
	for (b = h->bridges; b < h->bridges + h->nbridges; b++)
		if (b->rp_filter == RP_FILTER_STRICT)
			find_rp_filter(j, SEVERITY_NOTICE, b->name,
			    "containers' answers are dropped if they come in "
			    "there");
}

static void
judge_iptables(struct judge *j, const char *program, const char *listing)
{
	struct finding *f;

	if (listing == NULL || !firewall_iptables_drops(listing))
		return;
	f = find(j, SEVERITY_PROBLEM, "%s, chain FORWARD", program);
	say(f, "has policy DROP, and no rule accepts what goes to the bridges of "
	    "load-balanced networks");
	advise(f, "%s -I FORWARD -o bgplb-+ -j ACCEPT, or in chain DOCKER-USER "
	    "where Docker has made it", program);
}

static void
judge_firewalls(struct judge *j)
{
	struct firewall_walk walk = { .text = j->facts->nft };
	struct finding *f;

	if (j->uses_ipv4)
		judge_iptables(j, "iptables", j->facts->iptables);
	if (j->uses_ipv6)
		judge_iptables(j, "ip6tables", j->facts->ip6tables);
	while (walk.text != NULL && firewall_nft_next(&walk)) {
		f = find(j, SEVERITY_NOTICE, "nft table %s, chain %s",
		    walk.table, walk.chain);
		say(f, "drops forwarded packets that no rule of it accepts");
		advise(f, "see that oifname \"bgplb-*\" is accepted in it: "
		    "nft list table %s", walk.table);
	}
}

/* The line of the listing that answers for the address; NULL if none does. */
static const char *
route_line(const char *listing, const char *addr)
{
	size_t len = strlen(addr);

	while (*listing != '\0') {
		if (strncmp(listing, addr, len) == 0 && listing[len] == ' ')
			return listing;
		listing += strcspn(listing, "\n");
		listing += *listing == '\n';
	}
	return NULL;
}

/* The interface that follows "dev" in a line of ip route get. */
static bool
leads_to(const char *line, const char *interface)
{
	size_t length = strcspn(line, "\n");
	char wanted[32];
	const char *dev;

	snprintf(wanted, sizeof(wanted), " dev %.16s ", interface);
	dev = strstr(line, wanted);
	return dev != NULL && (size_t)(dev - line) < length;
}

static void
judge_route(struct judge *j, const struct control_prefix *p)
{
	char addr[ADDRESS_STRLEN], prefix[PREFIX_STRLEN];
	struct finding *f;
	const char *line;

	address_format(&p->prefix.addr, addr);
	prefix_format(&p->prefix, prefix);
	if (p->state == PREFIX_ANNOUNCED && !p->routed) {
		f = find(j, SEVERITY_PROBLEM, "prefix %s", prefix);
		say(f, "is announced, but has no local route: what routers send "
		    "here is lost");
		advise(f, "look into bgplbd's log for the cause");
		return;
	}
	if (!p->routed || j->facts->routes == NULL ||
	    ((line = route_line(j->facts->routes, addr)) != NULL &&
	    leads_to(line, p->interface)))
		return;
	f = find(j, SEVERITY_PROBLEM, "prefix %s", prefix);
	say(f, "has a route to %s, but its packets go elsewhere: another route or "
	    "rule comes first", p->interface);
	advise(f, "ip route get %s, and ip rule", addr);
}

static void
judge_spreading(struct judge *j, const struct control_prefix *p)
{
	bool is_ipv4 = p->prefix.addr.afi == AFI_IPV4;
	int policy = is_ipv4 ? j->facts->hash_policy : j->facts->hash_policy6;
	const char *family = is_ipv4 ? "ipv4" : "ipv6";
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	if (p->eligible < 2 || policy != 0)
		return;
	f = find(j, SEVERITY_NOTICE, "prefix %s",
	    prefix_format(&p->prefix, prefix));
	say(f, "has %" PRIu32 " endpoints here, but all connections of a client "
	    "go to the same one: net.%s.fib_multipath_hash_policy is 0",
	    p->eligible, family);
	advise(f, "sysctl -w net.%s.fib_multipath_hash_policy=1", family);
}

static void
judge_prefixes(struct judge *j)
{
	const struct control_prefix *p = j->daemon->prefixes;
	const struct control_prefix *end = p + j->daemon->nprefixes;
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	for (; p < end; p++) {
		if (p->state == PREFIX_PENDING) {
			f = find(j, SEVERITY_PROBLEM, "prefix %s",
			    prefix_format(&p->prefix, prefix));
			say(f, "is not announced: its local route cannot be set, "
			    "or Docker has not answered yet");
			advise(f, "look into bgplbd's log for the cause");
		}
		if (p->kind != PREFIX_LB)
			continue;
		judge_route(j, p);
		judge_spreading(j, p);
	}
}

/* Orders are kept over restarts, and forgotten by people. */
static void
judge_orders(struct judge *j)
{
	const struct check_daemon *d = j->daemon;
	char prefix[PREFIX_STRLEN];
	struct finding *f;
	size_t i, drained = 0;

	for (i = 0; i < d->nprefixes; i++) {
		drained += d->prefixes[i].state == PREFIX_DRAINED;
		if (d->prefixes[i].state != PREFIX_WITHDRAWN)
			continue;
		prefix_format(&d->prefixes[i].prefix, prefix);
		f = find(j, SEVERITY_NOTICE, "prefix %s", prefix);
		say(f, "is withdrawn by order");
		advise(f, "bgplbctl announce %s", prefix);
	}
	if (drained == 0)
		return;
	f = find(j, SEVERITY_NOTICE, "host");
	say(f, "is drained by order, with %zu prefixes that would be announced",
	    drained);
	advise(f, "bgplbctl undrain");
}

static void
judge_neighbors(struct judge *j)
{
	const struct control_neighbor *n = j->daemon->neighbors;
	const struct control_neighbor *end = n + j->daemon->nneighbors;
	char addr[ADDRESS_STRLEN];
	struct finding *f;

	for (; n < end; n++) {
		if (n->state == BGP_ESTABLISHED)
			continue;
		f = find(j, n->down ? SEVERITY_NOTICE : SEVERITY_PROBLEM,
		    "neighbor %s", address_format(&n->addr, addr));
		say(f, "has no session (%s)%s%.128s", n->down ? "down by order" :
		    bgp_state_name(n->state),
		    n->last_error[0] != '\0' ? "; last error: " : "",
		    n->last_error);
		advise(f, "%s%s", n->down ? "bgplbctl neighbor " :
		    "bgplbctl show neighbors ", addr);
		if (f != NULL && n->down)
			strlcat(f->remedy, " up", sizeof(f->remedy));
	}
}

static void
judge_daemon(struct judge *j)
{
	struct finding *f;

	if (j->daemon->error != NULL) {
		f = find(j, SEVERITY_PROBLEM, "bgplbd");
		say(f, "does not answer: %s", j->daemon->error);
		advise(f, "start it, or name its control socket with -s");
		return;
	}
	judge_neighbors(j);
	judge_orders(j);
	judge_prefixes(j);
}

/* A family matters if a prefix has it, or if there is no prefix to tell. */
static bool
uses(const struct check_daemon *d, enum afi afi)
{
	size_t i;

	for (i = 0; i < d->nprefixes; i++)
		if (d->prefixes[i].prefix.addr.afi == afi)
			return true;
	return d->nprefixes == 0;
}

void
check_judge(const struct host_facts *facts, const struct check_daemon *daemon,
    struct findings *findings)
{
	struct judge judge = {
		.facts = facts,
		.daemon = daemon,
		.findings = findings,
		.uses_ipv4 = uses(daemon, AFI_IPV4),
		.uses_ipv6 = uses(daemon, AFI_IPV6)
	};

	findings->n = findings->omitted = 0;
	judge_daemon(&judge);
	judge_forwarding(&judge);
	judge_rp_filter(&judge);
	judge_firewalls(&judge);
}
