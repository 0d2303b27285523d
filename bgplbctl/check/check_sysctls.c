#include <stdio.h>

#include "bgplbctl/check/check.h"

#define RP_FILTER_OFF		0
#define RP_FILTER_STRICT	1

static void
judge_forwarding_of(struct check *c, enum severity severity, const char *name,
    int value)
{
	struct finding *f;

	if (value != 0)
		return;
	f = finding_add(c->findings, severity, "%s", name);
	finding_say(f, "is 0: the host does not pass on what comes in%s",
	    severity == SEVERITY_PROBLEM ? "" : " there, such as the answers of "
	    "containers");
	finding_advise(f, "sysctl -w %s=1, and keep it in /etc/sysctl.d", name);
}

/* The kernel asks the interface that a packet came in by; with IPv6 only all. */
static void
judge_forwarding(struct check *c)
{
	const struct host_facts *h = c->facts;
	const struct host_bridge *b;
	char name[64];

	if (c->uses_ipv6)
		judge_forwarding_of(c, SEVERITY_PROBLEM,
		    "net.ipv6.conf.all.forwarding", h->ip6_forwarding);
	if (c->uses_ipv4)
		judge_forwarding_of(c, SEVERITY_PROBLEM,
		    "net.ipv4.ip_forward", h->ip_forward);
	if (!c->uses_ipv4 || h->ip_forward != 1)
		return;
	for (b = h->bridges; b < h->bridges + h->nbridges; b++) {
		snprintf(name, sizeof(name), "net.ipv4.conf.%s.forwarding",
		    b->name);
		judge_forwarding_of(c, SEVERITY_NOTICE, name, b->forwarding);
	}
}

static void
find_rp_filter(struct check *c, enum severity severity, const char *interface,
    const char *what)
{
	struct finding *f;

	f = finding_add(c->findings, severity, "net.ipv4.conf.%s.rp_filter",
	    interface);
	finding_say(f, "is 1: %s, since requests and answers take different "
	    "interfaces", what);
	finding_advise(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2, and keep it in "
	    "/etc/sysctl.d; containers that run keep what they got at their "
	    "start", interface);
}

/*
 * The kernel takes the larger one of all and the interface's own; containers get
 * all and default as the host has them when they start.
 */
static void
judge_rp_filter(struct check *c)
{
	const struct host_facts *h = c->facts;
	const struct host_bridge *b;

	if (!c->uses_ipv4)
		return;
	if (h->rp_filter_all == RP_FILTER_STRICT)
		find_rp_filter(c, SEVERITY_PROBLEM, "all",
		    "host and containers drop packets");
	if (h->rp_filter_all != RP_FILTER_OFF)
		return;
	if (h->rp_filter_default == RP_FILTER_STRICT)
		find_rp_filter(c, SEVERITY_PROBLEM, "default",
		    "containers drop requests");
	for (b = h->bridges; b < h->bridges + h->nbridges; b++)
		if (b->rp_filter == RP_FILTER_STRICT)
			find_rp_filter(c, SEVERITY_NOTICE, b->name,
			    "containers' answers are dropped if they come in "
			    "there");
}

void
check_sysctls(struct check *c)
{
	judge_forwarding(c);
	judge_rp_filter(c);
}
