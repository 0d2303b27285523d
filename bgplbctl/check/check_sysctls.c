#include "bgplbctl/check/check.h"

#define RP_FILTER_STRICT	1

static void
judge_forwarding_of(struct check *c, const char *name, int value)
{
	struct finding *f;

	if (value != 0)
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "%s", name);
	finding_say(f, "is 0: the host does not pass on what comes in");
	finding_advise(f, "sysctl -w %s=1", name);
}

/* For all interfaces; what is of one is found on the way that packets take. */
static void
judge_forwarding(struct check *c)
{
	const struct host_facts *h = c->facts;

	if (c->uses_ipv6)
		judge_forwarding_of(c, "net.ipv6.conf.all.forwarding",
		    h->ip6_forwarding);
	if (c->uses_ipv4)
		judge_forwarding_of(c, "net.ipv4.ip_forward", h->ip_forward);
}

/*
 * Containers get all and default as the host has them when they start.  What is of
 * the host's own interfaces is found on the way that packets take, if there is one to
 * follow.
 */
static void
judge_rp_filter(struct check *c)
{
	const struct host_facts *h = c->facts;
	const char *name = h->rp_filter_all == RP_FILTER_STRICT ? "all" :
	    "default";
	struct finding *f;

	if (!c->serves_ipv4 || (h->rp_filter_all != RP_FILTER_STRICT &&
	    h->rp_filter_default != RP_FILTER_STRICT) ||
	    h->rp_filter_all > RP_FILTER_STRICT ||
	    h->rp_filter_default > RP_FILTER_STRICT ||
	    finding_repeats(c->findings, "net.ipv4.conf.%s.rp_filter", name))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM,
	    "net.ipv4.conf.%s.rp_filter", name);
	finding_say(f, "is 1: containers that start from now on drop requests, since "
	    "requests and answers take different interfaces");
	finding_advise(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2", name);
}

void
check_sysctls(struct check *c)
{
	judge_forwarding(c);
	judge_rp_filter(c);
}
