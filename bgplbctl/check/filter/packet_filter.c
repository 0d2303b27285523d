#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_evaluate.h"
#include "bgplbctl/check/filter/filter_iptables.h"
#include "bgplbctl/check/filter/filter_model.h"
#include "bgplbctl/check/filter/filter_nft.h"
#include "bgplbctl/check/filter/filter_remedy.h"
#include "bgplbctl/check/filter/filter_value.h"

/* Base chains at one hook; hosts have a handful. */
#define BASES_MAX	64

bool
filter_rules_add(struct filter_rules *rules, enum filter_listing listing,
    const char *text, char *why)
{
	if (listing == FILTER_NFT)
		return filter_nft_parse(rules, text, why);
	return filter_iptables_parse(rules, listing, text, why);
}

bool
filter_rules_on_device(const struct filter_rules *rules, const char *interface)
{
	const struct filter_chain *c;
	const struct filter_table *t;

	for (t = rules->tables; t != NULL; t = t->next)
		for (c = t->chains; !t->is_skipped && c != NULL; c = c->next)
			if (t->family == FAMILY_NETDEV && c->device != NULL &&
			    (c->device[0] == '\0' ||
			    strcmp(c->device, interface) == 0))
				return true;
	return false;
}

static bool
sees(const struct filter_table *table, const struct filter_passage *p)
{
	uint8_t afi = p->packet->destination.afi;

	if (table->is_skipped)
		return false;
	switch (table->family) {
	case FAMILY_IP:
		return !p->is_bridged && afi == AFI_IPV4;
	case FAMILY_IP6:
		return !p->is_bridged && afi == AFI_IPV6;
	case FAMILY_INET:
		return !p->is_bridged;
	case FAMILY_BRIDGE:
		return p->is_bridged;
	default:
		return false;
	}
}

/* Sorted by priority; those of the same one as they were listed. */
static size_t
collect(const struct filter_passage *p, enum filter_hook hook,
    const struct filter_chain **bases)
{
	const struct filter_table *table;
	const struct filter_chain *c;
	size_t n = 0, i;

	for (table = p->rules->tables; table != NULL; table = table->next)
		for (c = table->chains; c != NULL && n < BASES_MAX; c = c->next) {
			if (c->hook != hook || !sees(table, p))
				continue;
			for (i = n; i > 0 && bases[i - 1]->priority > c->priority;
			    i--)
				bases[i] = bases[i - 1];
			bases[i] = c;
			n++;
		}
	return n;
}

static void
table_title(const struct filter_table *table, char *title)
{
	static const char *const families[] = {
		[FAMILY_IP] = "ip ", [FAMILY_IP6] = "ip6 ",
		[FAMILY_INET] = "inet ", [FAMILY_BRIDGE] = "bridge ",
		[FAMILY_NETDEV] = "netdev ", [FAMILY_OTHER] = ""
	};

	snprintf(title, FILTER_NAME_MAX, "%s%.50s",
	    strcmp(table->program, "nft") == 0 ? families[table->family] : "",
	    table->name);
}

static void
add_hit(struct filter_trace *trace, enum filter_outcome outcome,
    const struct filter_packet *packet, const struct filter_chain *base,
    const struct filter_finding *f)
{
	struct filter_hit *hit;

	if (f->chain == NULL || trace->n == FILTER_HITS_MAX)
		return;
	hit = &trace->hits[trace->n++];
	memset(hit, 0, sizeof(*hit));
	hit->outcome = outcome;
	strlcpy(hit->program, base->table->program, sizeof(hit->program));
	table_title(base->table, hit->table);
	strlcpy(hit->chain, f->chain->name, sizeof(hit->chain));
	if (f->rule != NULL)
		hit->number = f->rule->number;
	strlcpy(hit->rule, f->rule != NULL ? f->rule->text : "policy drop",
	    sizeof(hit->rule));
	if (f->doubt != NULL)
		strlcpy(hit->doubt, f->doubt[0] != '\0' ? f->doubt :
		    "one of its rules", sizeof(hit->doubt));
	filter_remedy_write(packet, base, f, hit->remedy);
}

static void
pass_hook(struct filter_passage *p, enum filter_hook hook,
    struct filter_trace *trace)
{
	const struct filter_chain *bases[BASES_MAX];
	size_t n = collect(p, hook, bases), i;
	struct filter_end end;

	for (i = 0; i < n; i++) {
		if (bases[i]->is_nat && p->state != FILTER_CT_NEW)
			continue;
		filter_evaluate(p, bases[i], &end);
		add_hit(trace, end.drop.doubt != NULL ? FILTER_DOUBT :
		    FILTER_DROPS, p->packet, bases[i], &end.drop);
		add_hit(trace, FILTER_REDIRECTS, p->packet, bases[i],
		    &end.redirect);
		add_hit(trace, FILTER_MASQUERADES, p->packet, bases[i],
		    &end.masquerade);
	}
}

static void
pass_bridge(struct filter_passage *p, const struct filter_interface *i,
    enum filter_hook first, enum filter_hook second, struct filter_trace *trace)
{
	if (i->port[0] == '\0')
		return;
	p->is_bridged = true;
	pass_hook(p, first, trace);
	pass_hook(p, second, trace);
	p->is_bridged = false;
}

void
filter_trace(const struct filter_rules *rules,
    const struct filter_packet *packet, struct filter_trace *trace)
{
	struct filter_passage p = {
		.rules = rules, .packet = packet, .state = packet->state,
		.state_known = true, .mark = packet->mark, .mark_known = true
	};

	trace->n = 0;
	if (packet->path != FILTER_SENT) {
		pass_bridge(&p, &packet->in, HOOK_PREROUTING, HOOK_INPUT, trace);
		pass_hook(&p, HOOK_PREROUTING, trace);
	}
	if (packet->path == FILTER_RECEIVED) {
		pass_hook(&p, HOOK_INPUT, trace);
		return;
	}
	pass_hook(&p, packet->path == FILTER_SENT ? HOOK_OUTPUT : HOOK_FORWARD,
	    trace);
	pass_hook(&p, HOOK_POSTROUTING, trace);
	pass_bridge(&p, &packet->out, HOOK_OUTPUT, HOOK_POSTROUTING, trace);
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 1099511628211u;		/* FNV-1a */
}

static bool
holds(const struct filter_range *range, const struct filter_key *key)
{
	return memcmp(range->low.bytes, key->bytes, sizeof(key->bytes)) <= 0 &&
	    memcmp(key->bytes, range->high.bytes, sizeof(key->bytes)) <= 0;
}

static uint64_t
mix_set(uint64_t hash, const struct filter_set *set,
    const struct filter_key *keys, size_t nkeys)
{
	const struct filter_element *e;
	uint64_t bits;
	size_t i, k;

	for (e = set->elements; e != NULL; e = e->next)
		for (i = 0; i < e->nfields; i++) {
			for (bits = 0, k = 0; k < nkeys; k++)
				bits = bits << 1 | holds(&e->ranges[i], &keys[k]);
			hash = mix(hash, bits);
		}
	return hash;
}

static uint64_t
mix_table(uint64_t hash, const struct filter_table *table,
    const struct filter_key *keys, size_t nkeys)
{
	const struct filter_chain *c;
	const struct filter_match *m;
	const struct filter_rule *r;
	const struct filter_set *s;

	for (s = table->sets; s != NULL; s = s->next)
		hash = mix_set(hash, s, keys, nkeys);
	for (c = table->chains; c != NULL; c = c->next)
		for (r = c->rules; r != NULL; r = r->next)
			for (m = r->matches; m != NULL; m = m->next)
				if (m->set != NULL)
					hash = mix_set(hash, m->set, keys,
					    nkeys);
	return hash;
}

/*
 * Numbers, names and addresses are not told apart here: a value that happens to be in
 * a range of something else only makes one class more.
 */
uint64_t
filter_packet_class(const struct filter_rules *rules,
    const struct filter_packet *packet)
{
	const struct filter_key keys[] = {
		filter_key_address(&packet->source),
		filter_key_address(&packet->destination),
		filter_key_name(packet->in.name),
		filter_key_name(packet->in.port),
		filter_key_name(packet->out.name),
		filter_key_name(packet->out.port),
		filter_key_number(packet->source_port),
		filter_key_number(packet->destination_port)
	};
	const struct filter_table *table;
	uint64_t hash = 14695981039346656037u;

	hash = mix(hash, packet->in.port[0] != '\0');
	hash = mix(hash, packet->out.port[0] != '\0');
	hash = mix(hash, packet->source_by_in * 3u + packet->source_routed);
	for (table = rules->tables; table != NULL; table = table->next)
		if (!table->is_skipped)
			hash = mix_table(hash, table, keys,
			    sizeof(keys) / sizeof(keys[0]));
	return hash;
}
