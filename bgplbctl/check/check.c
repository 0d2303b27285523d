#include "bgplbctl/check/check.h"

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

/*
 * Whether clients come by the family: where there are load-balanced prefixes of another
 * one alone, its subnets are there for what containers ask of others.
 */
static bool
serves(const struct check_daemon *d, enum afi afi)
{
	bool has_others = false;
	size_t i;

	for (i = 0; i < d->nprefixes; i++) {
		if (d->prefixes[i].kind != PREFIX_LB)
			continue;
		if (d->prefixes[i].prefix.addr.afi == afi)
			return true;
		has_others = true;
	}
	return !has_others && uses(d, afi);
}

static void
check_daemon(struct check *c)
{
	struct finding *f;

	if (c->daemon->error == NULL) {
		check_docker(c);
		check_neighbors(c);
		check_prefixes(c);
		return;
	}
	f = finding_add(c->findings, SEVERITY_PROBLEM, "bgplbd");
	finding_say(f, "does not answer: %s", c->daemon->error);
	finding_advise(f, "start it, or name its control socket with -s");
}

void
check_judge(const struct host_facts *facts, const struct check_daemon *daemon,
    struct findings *findings)
{
	struct check check = {
		.facts = facts,
		.daemon = daemon,
		.findings = findings,
		.uses_ipv4 = uses(daemon, AFI_IPV4),
		.uses_ipv6 = uses(daemon, AFI_IPV6),
		.serves_ipv4 = serves(daemon, AFI_IPV4),
		.serves_ipv6 = serves(daemon, AFI_IPV6)
	};

	findings->n = findings->omitted = 0;
	findings->nunseen = findings->unseen_omitted = 0;
	check_daemon(&check);
	check_links(&check);
	check_path(&check);
	check_sysctls(&check);
	check_filters(&check);
}
