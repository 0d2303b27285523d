#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/check.h"

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
judge_route(struct check *c, const struct control_prefix *p)
{
	char addr[ADDRESS_STRLEN], prefix[PREFIX_STRLEN];
	struct finding *f;
	const char *line;

	address_format(&p->prefix.addr, addr);
	prefix_format(&p->prefix, prefix);
	if (p->state == PREFIX_ANNOUNCED && !p->routed) {
		f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
		finding_say(f, "is announced, but has no local route: what routers send "
		    "here is lost");
		finding_advise(f, "look into bgplbd's log for the cause");
		return;
	}
	if (!p->routed || c->facts->routes == NULL ||
	    ((line = route_line(c->facts->routes, addr)) != NULL &&
	    leads_to(line, p->interface)))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
	finding_say(f, "has a route to %s, but its packets go elsewhere: another route or "
	    "rule comes first", p->interface);
	finding_advise(f, "ip route get %s, and ip rule", addr);
}

static void
judge_spreading(struct check *c, const struct control_prefix *p)
{
	bool is_ipv4 = p->prefix.addr.afi == AFI_IPV4;
	int policy = is_ipv4 ? c->facts->hash_policy : c->facts->hash_policy6;
	const char *family = is_ipv4 ? "ipv4" : "ipv6";
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	if (p->eligible < 2 || policy != 0)
		return;
	f = finding_add(c->findings, SEVERITY_NOTICE, "prefix %s",
	    prefix_format(&p->prefix, prefix));
	finding_say(f, "has %" PRIu32 " endpoints here, but all connections of a client "
	    "go to the same one: net.%s.fib_multipath_hash_policy is 0",
	    p->eligible, family);
	finding_advise(f, "sysctl -w net.%s.fib_multipath_hash_policy=1", family);
}

static void
judge_states(struct check *c)
{
	const struct control_prefix *p = c->daemon->prefixes;
	const struct control_prefix *end = p + c->daemon->nprefixes;
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	for (; p < end; p++) {
		if (p->state == PREFIX_PENDING) {
			f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s",
			    prefix_format(&p->prefix, prefix));
			finding_say(f, "is not announced: its local route cannot be set, "
			    "or Docker has not answered yet");
			finding_advise(f, "look into bgplbd's log for the cause");
		}
		if (p->kind != PREFIX_LB)
			continue;
		judge_route(c, p);
		judge_spreading(c, p);
	}
}

/* Orders are kept over restarts, and forgotten by people. */
static void
judge_orders(struct check *c)
{
	const struct check_daemon *d = c->daemon;
	char prefix[PREFIX_STRLEN];
	struct finding *f;
	size_t i, drained = 0;

	for (i = 0; i < d->nprefixes; i++) {
		drained += d->prefixes[i].state == PREFIX_DRAINED;
		if (d->prefixes[i].state != PREFIX_WITHDRAWN)
			continue;
		prefix_format(&d->prefixes[i].prefix, prefix);
		f = finding_add(c->findings, SEVERITY_NOTICE, "prefix %s", prefix);
		finding_say(f, "is withdrawn by order");
		finding_advise(f, "bgplbctl announce %s", prefix);
	}
	if (drained == 0)
		return;
	f = finding_add(c->findings, SEVERITY_NOTICE, "host");
	finding_say(f, "is drained by order, with %zu prefixes that would be announced",
	    drained);
	finding_advise(f, "bgplbctl undrain");
}

void
check_prefixes(struct check *c)
{
	judge_orders(c);
	judge_states(c);
}
