#include <inttypes.h>
#include <stdio.h>

#include "bgplbctl/check/check.h"

static void
judge_route(struct check *c, const struct control_prefix *p)
{
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	if (p->state != PREFIX_ANNOUNCED || p->routed)
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s",
	    prefix_format(&p->prefix, prefix));
	finding_say(f, "is announced, but has no local route: what routers send "
	    "here is lost");
	finding_advise(f, "look into bgplbd's log for the cause");
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
