#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/told.h"

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
judge_refusal(struct check *c, const struct control_prefix *p)
{
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	if (p->state != PREFIX_REFUSED)
		return;
	prefix_format(&p->prefix, prefix);
	f = finding_add(c->findings, SEVERITY_PROBLEM, "prefix %s", prefix);
	finding_say(f, "is not announced, whatever serves it: %s",
	    prefix_refusal_text(p->refusal));
	finding_advise(f, "write \"allow prefix %s\" into bgplbd.conf, or %s "
	    "into ALLOWED_PREFIXES, if it is to be announced, and restart "
	    "bgplbd", prefix, prefix);
}

static void
judge_states(struct check *c)
{
	const struct control_prefix *p = c->daemon->prefixes;
	const struct control_prefix *end = p + c->daemon->nprefixes;
	char prefix[PREFIX_STRLEN];
	struct finding *f;

	for (; p < end; p++) {
		judge_refusal(c, p);
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

/* Of the prefixes of a family that are to be announced, those that neighbors lack. */
struct lacking {
	size_t				 n;
	const struct control_told	*first;
};

static void
lacking_add(struct lacking *l, const struct control_told *told)
{
	if (l->n++ == 0)
		l->first = told;
}

static struct finding *
find_lacking(struct check *c, const struct lacking *l, enum severity severity)
{
	const char *family = l->first->prefix.addr.afi == AFI_IPV4 ? "IPv4" :
	    "IPv6";
	char prefix[PREFIX_STRLEN];

	prefix_format(&l->first->prefix, prefix);
	if (l->n == 1)
		return finding_add(c->findings, severity, "prefix %s", prefix);
	return finding_add(c->findings, severity, "%zu %s prefixes, such as %s",
	    l->n, family, prefix);
}

/* The neighbors of a family are alike to all of its prefixes. */
static void
say_lacking(struct finding *f, const struct lacking *l, bool by_all)
{
	static const struct {
		enum advertisement_state	 state;
		const char			*text;
	} reasons[] = {
		{ ADVERTISEMENT_HELD, "held back for want of a next hop" },
		{ ADVERTISEMENT_NOT_NEGOTIATED,
		    "address family not negotiated" },
		{ ADVERTISEMENT_NO_SESSION, "no session" },
	};
	char prefix[PREFIX_STRLEN], why[128] = "", one[64];
	uint32_t count;
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if ((count = l->first->neighbors[reasons[i].state]) == 0)
			continue;
		snprintf(one, sizeof(one), "%s%s (%" PRIu32 ")",
		    why[0] != '\0' ? ", " : "", reasons[i].text, count);
		strlcat(why, one, sizeof(why));
	}
	finding_say(f, "%s announced to %s: %s", l->n == 1 ? "is" : "are",
	    by_all ? "no neighbor" : "some neighbors only",
	    why[0] != '\0' ? why : "there is none");
	if (why[0] == '\0')
		finding_advise(f, "write a neighbor into bgplbd.conf, or set "
		    "PEER_ADDRESS; neighbors of a prefix have to connect");
	else
		finding_advise(f, "bgplbctl show prefixes %s tells what each "
		    "neighbor lacks",
		    prefix_format(&l->first->prefix, prefix));
}

static void
judge_told(struct check *c, enum afi afi)
{
	const struct check_daemon *d = c->daemon;
	const struct control_prefix *p = d->prefixes, *end = p + d->nprefixes;
	struct lacking nobody = { .n = 0 }, held = { .n = 0 };
	const struct control_told *told;

	for (; p < end; p++) {
		told = p->state != PREFIX_ANNOUNCED ||
		    p->prefix.addr.afi != afi ? NULL :
		    told_find(d->told, d->ntold, &p->prefix);
		if (told == NULL)
			continue;
		if (told->neighbors[ADVERTISEMENT_ANNOUNCED] == 0 &&
		    told->neighbors[ADVERTISEMENT_PENDING] == 0)
			lacking_add(&nobody, told);
		else if (told->neighbors[ADVERTISEMENT_HELD] > 0)
			lacking_add(&held, told);
	}
	if (nobody.n > 0)
		say_lacking(find_lacking(c, &nobody, SEVERITY_PROBLEM),
		    &nobody, true);
	if (held.n > 0)
		say_lacking(find_lacking(c, &held, SEVERITY_PROBLEM), &held,
		    false);
}

void
check_prefixes(struct check *c)
{
	judge_orders(c);
	judge_told(c, AFI_IPV4);
	judge_told(c, AFI_IPV6);
	judge_states(c);
}
