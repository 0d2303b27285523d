#include <string.h>

#include "bgplbctl/check/filter/filter_evaluate.h"
#include "bgplbctl/check/filter/filter_field.h"

/* What may become of a packet in a chain: any of these. */
#define MAY_ACCEPT	0x1u
#define MAY_DROP	0x2u
#define MAY_RETURN	0x4u	/* to the chain that called, or to the policy */
#define MAY_GO_ON	0x8u	/* to the next rule */

#define DEPTH_MAX	32	/* nft allows 16, and iptables refuses loops */
#define STEPS_MAX	500000	/* rules that are looked at for one base chain */

struct evaluation {
	struct filter_passage		*passage;
	const struct filter_chain	*base;
	struct filter_end		*end;
	const char			*doubt;	/* first that may have decided */
	unsigned int			 nmaybe;	/* calls that are not sure */
	unsigned int			 nsteps;
};

/* A rule whose matches hold for sure, or maybe. */
struct firing {
	const struct filter_chain	*chain;
	const struct filter_rule	*rule;
	const struct filter_target	*target;
	const char			*doubt;		/* NULL: for sure */
};

static unsigned int run(struct evaluation *, const struct filter_chain *,
	    unsigned int);

static void
note(struct evaluation *e, struct filter_finding *f, const struct firing *from)
{
	f->chain = from->chain;
	f->rule = from->rule;
	f->doubt = from->doubt != NULL ? from->doubt : e->doubt;
}

static void
remember_doubt(struct evaluation *e, const struct firing *f)
{
	if (e->doubt == NULL)
		e->doubt = f->doubt;
}

/* Not known what comes: dropped, accepted or neither. */
static unsigned int
give_up(struct evaluation *e, const struct firing *at, const char *why)
{
	struct firing firing = *at;

	if (firing.doubt == NULL)
		firing.doubt = why;
	remember_doubt(e, &firing);
	note(e, &e->end->drop, &firing);
	return MAY_ACCEPT | MAY_DROP | MAY_GO_ON;
}

static void
change_mark(struct filter_passage *p, const struct filter_target *effect,
    bool is_sure)
{
	if (!is_sure || effect->verdict != VERDICT_SET_MARK ||
	    (!p->mark_known && effect->mask != UINT32_MAX)) {
		p->mark_known = false;
		return;
	}
	p->mark = (p->mark & ~effect->mask) ^ effect->value;
	p->mark_known = true;
}

static void
apply_effect(struct evaluation *e, const struct filter_target *effect,
    bool is_sure)
{
	is_sure = is_sure && e->nmaybe == 0;
	switch (effect->verdict) {
	case VERDICT_SET_MARK:
	case VERDICT_FORGET_MARK:
		change_mark(e->passage, effect, is_sure);
		break;
	case VERDICT_NOTRACK:
		e->passage->state_known = is_sure;
		e->passage->state = FILTER_CT_UNTRACKED;
		break;
	default:
		break;
	}
}

static unsigned int
call(struct evaluation *e, const struct firing *f, unsigned int depth)
{
	const struct filter_chain *chain = filter_chain_find(f->chain->table,
	    f->target->chain);
	unsigned int ends;

	if (chain == NULL)	/* a target of iptables that is not known */
		return give_up(e, f, f->rule->text);
	if (depth == DEPTH_MAX)
		return give_up(e, f, "jumps that are too deep");
	remember_doubt(e, f);
	e->nmaybe += f->doubt != NULL;
	ends = run(e, chain, depth + 1);
	e->nmaybe -= f->doubt != NULL;
	return ends;
}

static unsigned int
fire(struct evaluation *e, const struct firing *f, unsigned int depth)
{
	unsigned int ends;

	switch (f->target->verdict) {
	case VERDICT_ACCEPT:
		remember_doubt(e, f);
		return MAY_ACCEPT;
	case VERDICT_DROP:
		note(e, &e->end->drop, f);
		return MAY_DROP;
	case VERDICT_REDIRECT:
		note(e, &e->end->redirect, f);
		return MAY_ACCEPT;
	case VERDICT_MASQUERADE:
		note(e, &e->end->masquerade, f);
		return MAY_ACCEPT;
	case VERDICT_RETURN:
		remember_doubt(e, f);
		return MAY_RETURN;
	case VERDICT_JUMP:
		ends = call(e, f, depth);
		if (ends & MAY_RETURN)
			ends |= MAY_GO_ON;
		return ends & ~MAY_RETURN;
	case VERDICT_GOTO:
		return call(e, f, depth);
	case VERDICT_UNKNOWN:
		return give_up(e, f, f->rule->text);
	default:
		return MAY_GO_ON;
	}
}

/* Of a map of verdicts: each element that may be meant, up to one that is for sure. */
static unsigned int
fire_map(struct evaluation *e, struct firing *f,
    const struct filter_match *match, unsigned int depth)
{
	const struct filter_set *set = filter_match_set(f->chain->table, match);
	const char *doubt = f->doubt;
	const struct filter_element *element;
	enum filter_truth answer;
	unsigned int ends = 0;

	if (set == NULL)
		return give_up(e, f, match->text);
	for (element = set->elements; element != NULL; element = element->next) {
		answer = match->fields[0] == FIELD_UNKNOWN ? FILTER_UNKNOWN :
		    filter_element_answer(e->passage, e->base, match, element);
		if (answer == FILTER_NO)
			continue;
		f->target = &element->target;
		f->doubt = answer == FILTER_UNKNOWN ? match->text : doubt;
		ends |= fire(e, f, depth);
		if (answer == FILTER_YES)
			return ends;
	}
	return ends | MAY_GO_ON;
}

/* doubt: the first match that is not sure, if all others hold. */
static enum filter_truth
rule_answer(const struct evaluation *e, const struct firing *f,
    const struct filter_match **map, const char **doubt)
{
	const struct filter_match *match;
	enum filter_truth answer, all = FILTER_YES;

	*map = NULL;
	*doubt = NULL;
	for (match = f->rule->matches; match != NULL; match = match->next) {
		answer = filter_match_answer(e->passage, e->base,
		    f->chain->table, match);
		if (answer == FILTER_NO)
			return FILTER_NO;
		if (match->is_map)
			*map = match;
		if (answer == FILTER_YES || match->is_map)
			continue;
		all = FILTER_UNKNOWN;
		if (*doubt == NULL)
			*doubt = match->text;
	}
	return all;
}

static unsigned int
run_rule(struct evaluation *e, const struct filter_chain *chain,
    const struct filter_rule *rule, unsigned int depth)
{
	const struct filter_match *map;
	struct firing f = {
		.chain = chain, .rule = rule, .target = &rule->target
	};
	enum filter_truth answer = rule_answer(e, &f, &map, &f.doubt);
	unsigned int ends;

	if (answer == FILTER_NO)
		return MAY_GO_ON;
	apply_effect(e, &rule->effect, answer == FILTER_YES);
	ends = map != NULL ? fire_map(e, &f, map, depth) : fire(e, &f, depth);
	return answer == FILTER_YES ? ends : ends | MAY_GO_ON;
}

/* Without MAY_GO_ON; of a base chain MAY_RETURN means its policy. */
static unsigned int
run(struct evaluation *e, const struct filter_chain *chain, unsigned int depth)
{
	const struct filter_rule *rule;
	unsigned int all = 0, ends;

	for (rule = chain->rules; rule != NULL; rule = rule->next) {
		if (e->nsteps++ >= STEPS_MAX) {
			const struct firing at = { .chain = chain, .rule = rule };

			return all | MAY_RETURN | (give_up(e, &at,
			    "the number of rules") & ~MAY_GO_ON);
		}
		ends = run_rule(e, chain, rule, depth);
		all |= ends & ~MAY_GO_ON;
		if ((ends & MAY_GO_ON) == 0)
			return all;
	}
	if (chain->hook == HOOK_NONE && chain->policy == VERDICT_DROP) {
		const struct firing at = { .chain = chain };

		note(e, &e->end->drop, &at);
		return all | MAY_DROP;
	}
	if (chain->hook == HOOK_NONE && chain->policy == VERDICT_ACCEPT)
		return all | MAY_ACCEPT;
	return all | MAY_RETURN;
}

/* What is sure is not in doubt, whatever was met on the way. */
static void
settle(struct filter_finding *f, bool happens, bool is_sure)
{
	if (!happens)
		memset(f, 0, sizeof(*f));
	else if (is_sure)
		f->doubt = NULL;
	else if (f->doubt == NULL)
		f->doubt = "";
}

void
filter_evaluate(struct filter_passage *passage, const struct filter_chain *base,
    struct filter_end *end)
{
	struct evaluation e = { .passage = passage, .base = base, .end = end };
	const struct firing at = { .chain = base };
	unsigned int ends;

	memset(end, 0, sizeof(*end));
	ends = run(&e, base, 0);
	if (ends & MAY_RETURN)
		ends |= base->policy == VERDICT_DROP ? MAY_DROP : MAY_ACCEPT;
	if ((ends & MAY_RETURN) && base->policy == VERDICT_DROP)
		note(&e, &end->drop, &at);
	settle(&end->drop, (ends & MAY_DROP) != 0, (ends & MAY_ACCEPT) == 0);
}
