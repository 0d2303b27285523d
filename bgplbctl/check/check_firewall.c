#include "bgplbctl/check/check.h"
#include "bgplbctl/check/firewall.h"

static void
judge_iptables(struct check *c, const char *program, const char *listing)
{
	struct finding *f;

	if (listing == NULL || !firewall_iptables_drops(listing))
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM,
	    "%s, chain FORWARD", program);
	finding_say(f, "has policy DROP, and no rule accepts what goes to the "
	    "bridges of load-balanced networks");
	finding_advise(f, "%s -I FORWARD -o bgplb-+ -j ACCEPT, or in chain "
	    "DOCKER-USER where Docker has made it", program);
}

void
check_firewall(struct check *c)
{
	struct firewall_walk walk = { .text = c->facts->nft };
	struct finding *f;

	if (c->uses_ipv4)
		judge_iptables(c, "iptables", c->facts->iptables);
	if (c->uses_ipv6)
		judge_iptables(c, "ip6tables", c->facts->ip6tables);
	while (walk.text != NULL && firewall_nft_next(&walk)) {
		f = finding_add(c->findings, SEVERITY_NOTICE,
		    "nft table %s, chain %s", walk.table, walk.chain);
		finding_say(f, "drops forwarded packets that no rule of it "
		    "accepts");
		finding_advise(f, "see that oifname \"bgplb-*\" is accepted in "
		    "it: nft list table %s", walk.table);
	}
}
