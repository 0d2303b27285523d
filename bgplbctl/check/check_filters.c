#include <linux/rtnetlink.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/check/filter_facts.h"
#include "common/log.h"

/* The packets of a connection, in the order in which they are sent. */
enum leg {
	LEG_REQUEST,		/* the first packet, on the host */
	LEG_DELIVERY,		/* the same in the container */
	LEG_REPLY,		/* what the container sends */
	LEG_SOLICIT,		/* by which the container looks for its gateway */
	LEG_BACK,		/* the reply on the host */
	LEG_LATER,		/* the client's later packets, on the host */
	LEG_LATER_DELIVERY,
	LEG_ANSWER,		/* to what the container asks of others, on the host */
	LEGS
};

static const struct {
	const char	*what;
	bool		 is_inside;
} legs[] = {
	[LEG_REQUEST] = { "requests", false },
	[LEG_DELIVERY] = { "requests", true },
	[LEG_REPLY] = { "answers", true },
	[LEG_SOLICIT] = { "containers' neighbor solicitations", false },
	[LEG_BACK] = { "answers", false },
	[LEG_LATER] = { "clients' packets after the first", false },
	[LEG_LATER_DELIVERY] = { "clients' packets after the first", true },
	[LEG_ANSWER] = { "answers to what containers ask of others", false }
};

/* Packets that the rules see alike need not be followed again. */
struct followed {
	const struct filter_rules	*rules;
	enum leg			 leg;
	uint8_t				 afi;
	uint64_t			 class;
	struct filter_trace		 trace;
};
#define FOLLOWED_MAX	256

struct judging {
	struct check	*check;
	struct followed	*followed;
	size_t		 nfollowed;
};

static const struct path_link *
port_of_bridge(const struct paths *paths, const struct path_link *bridge)
{
	size_t i;

	for (i = 0; i < paths->nlinks; i++)
		if (paths->links[i].link.master == bridge->link.index &&
		    paths->links[i].link.kind != LINK_VETH)
			return &paths->links[i];
	return NULL;
}

/* port: NULL if it is not known; a bridge with physical ports has one of them. */
static void
set_interface(const struct check *c, struct filter_interface *i,
    const struct path_link *link, const char *port)
{
	const struct path_link *other = NULL;

	strlcpy(i->name, link->link.name, sizeof(i->name));
	if (port == NULL && link->link.kind == LINK_BRIDGE &&
	    (other = port_of_bridge(&c->facts->paths, link)) != NULL)
		port = other->link.name;
	if (port != NULL)
		strlcpy(i->port, port, sizeof(i->port));
}

static enum filter_truth
truth(bool value)
{
	return value ? FILTER_YES : FILTER_NO;
}

static void
make_on_host(const struct check *c, const struct path *p, enum leg leg,
    struct filter_packet *packet)
{
	const char *port = p->endpoint != NULL && p->endpoint->port != NULL ?
	    p->endpoint->port->link.name : NULL;

	if (leg == LEG_SOLICIT) {
		packet->path = FILTER_RECEIVED;
		set_interface(c, &packet->in, p->gateway, p->gateway_port);
		packet->source_by_in = packet->source_routed = FILTER_YES;
		return;
	}
	packet->path = FILTER_FORWARDED;
	if (leg == LEG_BACK) {
		set_interface(c, &packet->in, p->gateway, p->gateway_port);
		set_interface(c, &packet->out, p->back_link, NULL);
		packet->source_by_in = truth(p->address_by_gateway);
		packet->source_routed = FILTER_YES;
		return;
	}
	set_interface(c, &packet->in, p->uplink->link, NULL);
	if (leg == LEG_ANSWER)
		set_interface(c, &packet->out, p->gateway, p->gateway_port);
	else
		set_interface(c, &packet->out, p->bridge, port);
	packet->source_by_in = truth(p->client_by_uplink);
	packet->source_routed = p->client_by_uplink ? FILTER_YES :
	    FILTER_UNKNOWN;
}

static void
make_inside(const struct check *c, const struct path *p, enum leg leg,
    struct filter_packet *packet)
{
	if (leg == LEG_REPLY) {
		packet->path = FILTER_SENT;
		set_interface(c, &packet->out, &p->inside_out, NULL);
		return;
	}
	packet->path = FILTER_RECEIVED;
	set_interface(c, &packet->in, &p->inside, NULL);
	packet->source_by_in = truth(p->reply.error == 0 &&
	    p->reply.oif == p->inside.link.index);
	packet->source_routed = truth(p->reply.error == 0);
}

/* Connection tracking leaves it out; it goes to RFC 4291's solicited-node address. */
static void
make_solicitation(const struct path *p, struct filter_packet *packet)
{
	static const uint8_t group[13] = {
		0xff, 0x02, [11] = 0x01, [12] = 0xff
	};

	packet->solicits = true;
	packet->state = FILTER_CT_UNTRACKED;
	packet->source = p->gateway_address;
	packet->destination = p->reply.gateway;
	memcpy(packet->destination.bytes, group, sizeof(group));
}

static void
make_packet(const struct check *c, const struct path *p, enum leg leg,
    uint16_t port, struct filter_packet *packet)
{
	bool is_reply = leg == LEG_REPLY || leg == LEG_BACK;

	memset(packet, 0, sizeof(*packet));
	packet->source = is_reply ? p->prefix->prefix.addr : p->client;
	packet->destination = is_reply ? p->client : p->prefix->prefix.addr;
	if (is_reply)
		packet->source_port = port;
	else if (leg != LEG_ANSWER)
		packet->destination_port = port;
	packet->state = leg == LEG_REQUEST || leg == LEG_DELIVERY ?
	    FILTER_CT_NEW : FILTER_CT_ESTABLISHED;
	packet->reply = is_reply || leg == LEG_ANSWER;
	packet->from_here = leg == LEG_ANSWER;
	if (leg == LEG_ANSWER)
		packet->destination = p->gateway_address;
	if (leg == LEG_SOLICIT)
		make_solicitation(p, packet);
	if (legs[leg].is_inside)
		make_inside(c, p, leg, packet);
	else
		make_on_host(c, p, leg, packet);
}

/* An announced subnet, to which routers send what containers are answered. */
static bool
is_announced(const struct check *c, const struct address *addr)
{
	const struct control_prefix *p = c->daemon->prefixes;
	const struct control_prefix *end = p + c->daemon->nprefixes;

	for (; p < end; p++)
		if (p->kind == PREFIX_SUBNET &&
		    prefix_contains(&p->prefix, addr))
			return true;
	return false;
}

/* Whether the packet gets that far; where it does not, check_path.c has told why. */
static bool
exists(const struct check *c, const struct path *p, enum leg leg)
{
	switch (leg) {
	case LEG_REQUEST:
	case LEG_LATER:
		return p->bridge != NULL && p->request.error == 0 &&
		    p->request.oif == p->bridge->link.index;
	case LEG_DELIVERY:
	case LEG_LATER_DELIVERY:
		return p->endpoint != NULL && p->has_address &&
		    p->delivery.error == 0;
	case LEG_REPLY:
		return p->endpoint != NULL && p->has_address &&
		    p->reply.error == 0;
	case LEG_SOLICIT:
		return p->gateway != NULL && p->reply.error == 0 &&
		    p->reply.gateway.afi == AFI_IPV6;
	case LEG_BACK:
		return p->gateway != NULL && p->back.error == 0 &&
		    p->back_link != NULL;
	case LEG_ANSWER:
		return exists(c, p, LEG_BACK) &&
		    is_announced(c, &p->gateway_address);
	default:
		return false;
	}
}

static const struct filter_inside *
inside_of(const struct check *c, const struct path *p)
{
	if (p->endpoint == NULL)
		return NULL;
	return &c->facts->filters.inside[p->endpoint -
	    c->facts->paths.endpoints];
}

static const struct filter_rules *
rules_of(const struct check *c, const struct path *p, enum leg leg)
{
	const struct filter_inside *inside = inside_of(c, p);

	if (!legs[leg].is_inside)
		return c->facts->filters.host;
	return inside != NULL ? inside->rules : NULL;
}

/* The trace of the packet, or of one that the rules see alike. */
static const struct filter_trace *
follow(struct judging *j, const struct filter_rules *rules, enum leg leg,
    const struct filter_packet *packet)
{
	uint64_t class = filter_packet_class(rules, packet);
	struct followed *f;

	for (f = j->followed; f < j->followed + j->nfollowed; f++)
		if (f->rules == rules && f->leg == leg && f->class == class &&
		    f->afi == packet->source.afi)
			return &f->trace;
	if (j->nfollowed == FOLLOWED_MAX)
		f--;		/* the last one makes room */
	else
		j->nfollowed++;
	f->rules = rules;
	f->leg = leg;
	f->class = class;
	f->afi = packet->source.afi;
	filter_trace(rules, packet, &f->trace);
	return &f->trace;
}

/* What containers ask is masqueraded: answers come to the host's own address. */
static bool
is_masqueraded(struct judging *j, const struct path *p)
{
	const struct filter_rules *rules = j->check->facts->filters.host;
	struct filter_trace trace;
	struct filter_packet packet;
	size_t i;

	make_packet(j->check, p, LEG_BACK, 0, &packet);
	packet.source = p->gateway_address;
	packet.state = FILTER_CT_NEW;
	packet.reply = false;
	packet.from_here = true;
	filter_trace(rules, &packet, &trace);
	for (i = 0; i < trace.n; i++)
		if (trace.hits[i].outcome == FILTER_MASQUERADES)
			return true;
	return false;
}

static void
write_subject(const struct path *p, enum leg leg, const struct filter_hit *hit,
    char *subject, size_t size)
{
	char whose[32] = "", number[24] = "";

	if (legs[leg].is_inside)
		snprintf(whose, sizeof(whose), "container %s, ",
		    p->endpoint->container);
	if (hit->number != 0)
		snprintf(number, sizeof(number), ", rule %u", hit->number);
	snprintf(subject, size, "%s%s, table %.24s, chain %.30s%s", whose,
	    hit->program, hit->table, hit->chain, number);
}

static void
advise(struct finding *f, const struct path *p, enum leg leg,
    const struct filter_hit *hit)
{
	if (hit->remedy[0] == '\0')
		finding_advise(f, "see the rule: %s",
		    strcmp(hit->program, "nft") == 0 ? "nft -a list ruleset" :
		    "iptables-save, ip6tables-save");
	else if (legs[leg].is_inside)
		finding_advise(f, "nsenter --net=/proc/%ld/ns/net %.440s",
		    (long)p->endpoint->pid, hit->remedy);
	else
		finding_advise(f, "%.511s", hit->remedy);
}

static void
tell_hit(struct check *c, const struct path *p, enum leg leg,
    const struct filter_packet *packet, const struct filter_hit *hit)
{
	static const char *const verbs[] = {
		[FILTER_DROPS] = "drops", [FILTER_DOUBT] = "may drop",
		[FILTER_REDIRECTS] = "sends elsewhere",
		[FILTER_MASQUERADES] = "hides the client's address in"
	};
	bool is_problem = hit->outcome != FILTER_MASQUERADES &&
	    leg != LEG_ANSWER;
	char subject[96], from[ADDRESS_STRLEN], to[ADDRESS_STRLEN];
	struct finding *f;

	write_subject(p, leg, hit, subject, sizeof(subject));
	address_format(&packet->source, from);
	address_format(&packet->destination, to);
	if (hit->doubt[0] != '\0') {
		findings_not_looked_at(c->findings, subject,
		    "whether it %s %s from %s to %s depends on \"%.120s\"",
		    hit->outcome == FILTER_DOUBT ? "drops" :
		    verbs[hit->outcome], legs[leg].what, from, to, hit->doubt);
		return;
	}
	if (finding_repeats(c->findings, "%s", subject))
		return;
	f = finding_add(c->findings, is_problem ? SEVERITY_PROBLEM :
	    SEVERITY_NOTICE, "%s", subject);
	finding_say(f, "%s %s from %s to %s: %.200s", verbs[hit->outcome],
	    legs[leg].what, from, to, hit->rule);
	advise(f, p, leg, hit);
}

static bool
is_followed(struct judging *j, const struct path *p, enum leg leg)
{
	return rules_of(j->check, p, leg) != NULL && exists(j->check, p, leg) &&
	    (leg != LEG_ANSWER || !is_masqueraded(j, p));
}

/* Translation is that of new connections, and told of requests only. */
static bool
matters(enum leg leg, const struct filter_hit *hit)
{
	return hit->outcome == FILTER_DROPS || hit->outcome == FILTER_DOUBT ||
	    leg == LEG_REQUEST || leg == LEG_DELIVERY;
}

/* How many hits the connection to that port has on its whole way. */
static size_t
count_hits(struct judging *j, const struct path *p, uint16_t port)
{
	struct filter_packet packet;
	size_t n = 0;
	enum leg leg;

	for (leg = 0; leg < LEGS; leg++) {
		if (!is_followed(j, p, leg))
			continue;
		make_packet(j->check, p, leg, port, &packet);
		n += follow(j, rules_of(j->check, p, leg), leg, &packet)->n;
	}
	return n;
}

/* Not each port need be open: the one is followed that meets the least. */
static uint16_t
choose_port(struct judging *j, const struct path *p)
{
	const struct filter_inside *inside = inside_of(j->check, p);
	size_t i, n, least = SIZE_MAX;
	uint16_t port = 0;

	for (i = 0; inside != NULL && i < inside->nports && least > 0; i++) {
		n = count_hits(j, p, inside->ports[i]);
		if (n >= least)
			continue;
		least = n;
		port = inside->ports[i];
	}
	return port;
}

static void
judge_path(struct judging *j, const struct path *p)
{
	uint16_t port = choose_port(j, p);
	const struct filter_trace *trace;
	struct filter_packet packet;
	enum leg leg;
	size_t i;

	for (leg = 0; leg < LEGS; leg++) {
		if (!is_followed(j, p, leg))
			continue;
		make_packet(j->check, p, leg, port, &packet);
		trace = follow(j, rules_of(j->check, p, leg), leg, &packet);
		for (i = 0; i < trace->n; i++)
			if (matters(leg, &trace->hits[i]))
				tell_hit(j->check, p, leg, &packet,
				    &trace->hits[i]);
	}
}

void
check_filters(struct check *c)
{
	const struct filter_facts *facts = &c->facts->filters;
	const struct paths *paths = &c->facts->paths;
	struct judging j = {
		.check = c, .followed = xcalloc(FOLLOWED_MAX, sizeof(*j.followed))
	};
	size_t i;

	for (i = 0; i < facts->nunseen; i++)
		findings_not_looked_at(c->findings, facts->unseen[i].what, "%s",
		    facts->unseen[i].why);
	for (i = 0; i < paths->n; i++)
		judge_path(&j, &paths->list[i]);
	free(j.followed);
}
