#include <string.h>

#include "bgplbctl/check/filter/filter_nft_rule.h"
#include "bgplbctl/check/filter/filter_nft_head.h"
#include "bgplbctl/check/filter/filter_value.h"

struct rule_reader {
	struct filter_cursor	*c;
	struct filter_rules	*rules;
	struct filter_rule	*rule;
	const struct filter_token *start;	/* of the statement */
};

static bool
at_word(const struct filter_cursor *c, const char *word)
{
	return c->at < c->end && filter_token_is(c->at, word);
}

bool
filter_cursor_takes(struct filter_cursor *c, const char *word)
{
	if (!at_word(c, word))
		return false;
	c->at++;
	return true;
}

/* What the statement has taken up to now. */
static const char *
text_so_far(const struct rule_reader *r)
{
	const struct filter_token *last = r->c->at - 1;

	if (last < r->start)
		last = r->start;
	return filter_copy(r->rules, r->start->start - r->start->is_string,
	    (size_t)(last->start + last->len + last->is_string -
	    r->start->start + r->start->is_string));
}

static const struct verdict_word {
	const char		*name;
	enum filter_verdict	 verdict;
	bool			 has_chain;
} verdicts[] = {
	{ "accept", VERDICT_ACCEPT, false }, { "drop", VERDICT_DROP, false },
	{ "return", VERDICT_RETURN, false },
	{ "continue", VERDICT_CONTINUE, false },
	{ "jump", VERDICT_JUMP, true }, { "goto", VERDICT_GOTO, true },
	{ "reject", VERDICT_DROP, false }, { "queue", VERDICT_UNKNOWN, false },
	{ "dnat", VERDICT_REDIRECT, false },
	{ "redirect", VERDICT_REDIRECT, false },
	{ "tproxy", VERDICT_REDIRECT, false },
	{ "snat", VERDICT_MASQUERADE, false },
	{ "masquerade", VERDICT_MASQUERADE, false },
	{ "synproxy", VERDICT_UNKNOWN, false }
};
#define NVERDICTS	(sizeof(verdicts) / sizeof(verdicts[0]))

/* Words that begin a statement, so that what is not known ends before them. */
static const char *const keywords[] = {
	"counter", "log", "limit", "quota", "notrack", "comment", "xt"
};

static bool
at_keyword(const struct filter_cursor *c)
{
	size_t i;

	for (i = 0; i < NVERDICTS; i++)
		if (at_word(c, verdicts[i].name))
			return true;
	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (at_word(c, keywords[i]))
			return true;
	return false;
}

/* True if it is a verdict, which then has been taken. */
static bool
take_verdict(struct filter_cursor *c, struct filter_target *target)
{
	size_t i;

	for (i = 0; i < NVERDICTS; i++) {
		if (!filter_cursor_takes(c, verdicts[i].name))
			continue;
		target->verdict = verdicts[i].verdict;
		if (!verdicts[i].has_chain)
			return true;
		target->chain = "";
		if (c->at < c->end) {
			target->chain = filter_copy(c->rules, c->at->start,
			    c->at->len);
			c->at++;
		}
		return true;
	}
	return false;
}

/* To the brace behind which the cursor stands. */
static void
skip_braces(struct filter_cursor *c)
{
	size_t depth = 1;

	for (; c->at < c->end && depth > 0; c->at++) {
		depth += filter_token_is(c->at, "{");
		depth -= filter_token_is(c->at, "}");
	}
}

/* A range that holds nothing, for a value that was not understood. */
static void
set_empty(struct filter_range *range)
{
	range->low = filter_key_number(1);
	range->high = filter_key_number(0);
}

/* "10.0.0.1 . 80": the ranges of an element; false if some were not understood. */
static bool
take_ranges(struct filter_cursor *c, const uint8_t *fields, size_t nfields,
    struct filter_range *ranges)
{
	char word[FILTER_WORD_MAX];
	bool is_understood = true;
	size_t i;

	for (i = 0; i < nfields; i++) {
		set_empty(&ranges[i]);
		if (c->at == c->end || filter_token_is(c->at, "}") ||
		    (i > 0 && !filter_cursor_takes(c, ".")) || c->at == c->end)
			return false;
		filter_token_copy(c->at, word, sizeof(word));
		c->at++;
		if (!filter_value_parse((enum filter_field)fields[i], word,
		    &ranges[i])) {
			set_empty(&ranges[i]);
			is_understood = false;
		}
	}
	return is_understood && !at_word(c, ".");
}

/* Up to a comma or a brace: timeouts, counters, comments and what is not known. */
static void
skip_element(struct filter_cursor *c, const char *word)
{
	while (c->at < c->end && !filter_token_is(c->at, ",") &&
	    !filter_token_is(c->at, "}") && !filter_token_is(c->at, word))
		c->at++;
}

void
filter_nft_elements_parse(struct filter_cursor *c, struct filter_set *set,
    bool is_map)
{
	struct filter_element *e;
	size_t nfields = set->nfields > 0 ? set->nfields : 1;
	static const uint8_t unknown[1] = { FIELD_UNKNOWN };

	while (c->at < c->end && !filter_cursor_takes(c, "}")) {
		e = filter_element_add(c->rules, set, nfields);
		if (!take_ranges(c, set->nfields > 0 ? set->fields : unknown,
		    nfields, e->ranges))
			set->is_incomplete = true;
		skip_element(c, ":");
		if (filter_cursor_takes(c, ":") && is_map &&
		    !take_verdict(c, &e->target))
			e->target.verdict = VERDICT_UNKNOWN;
		skip_element(c, ",");
		(void)filter_cursor_takes(c, ",");
	}
}

/* "{ 22, 80-90 }", "@set", "established,related", or one value. */
static void
take_values(struct rule_reader *r, struct filter_match *match)
{
	struct filter_cursor *c = r->c;
	struct filter_element *e;

	if (c->at < c->end && !c->at->is_string && c->at->len > 1 &&
	    c->at->start[0] == '@') {
		match->set_name = filter_copy(r->rules, c->at->start + 1,
		    c->at->len - 1);
		c->at++;
		return;
	}
	match->set = filter_set_new(r->rules, "");
	match->set->nfields = match->nfields;
	memcpy(match->set->fields, match->fields, sizeof(match->fields));
	if (filter_cursor_takes(c, "{")) {
		filter_nft_elements_parse(c, match->set, match->is_map);
		return;
	}
	do {
		e = filter_element_add(r->rules, match->set, match->nfields);
		if (!take_ranges(c, match->fields, match->nfields, e->ranges))
			match->set->is_incomplete = true;
	} while (filter_cursor_takes(c, ","));
}

/* What is not known, up to the next statement; a statement that sets is no match. */
static void
take_unknown(struct rule_reader *r)
{
	struct filter_cursor *c = r->c;
	struct filter_match *match;
	bool sets = false, sets_ct_mark;

	sets_ct_mark = at_word(c, "ct");
	do {
		sets = sets || at_word(c, "set");
		if (at_word(c, "vmap"))
			break;
		if (filter_cursor_takes(c, "{"))
			skip_braces(c);
		else
			c->at++;
	} while (c->at < c->end && !at_keyword(c));
	if (sets && !at_word(c, "vmap")) {
		r->rules->sets_ct_mark |= sets_ct_mark;
		return;
	}
	match = filter_match_add(r->rules, r->rule, FIELD_UNKNOWN, "");
	match->is_map = filter_cursor_takes(c, "vmap");
	if (match->is_map)
		take_values(r, match);
	match->text = text_so_far(r);
}

/* "<", ">=" and the like become a range. */
static void
take_comparison(struct rule_reader *r, struct filter_match *match,
    const char *op)
{
	struct filter_element *e;
	struct filter_range *range;

	take_values(r, match);
	if (match->set == NULL || (e = match->set->elements) == NULL ||
	    match->nfields != 1)
		return;
	range = &e->ranges[0];
	if (op[0] == '<') {
		memset(&range->low, 0, sizeof(range->low));
		match->set->is_incomplete |= op[1] == '\0';
	} else {
		memset(&range->high, 0xff, sizeof(range->high));
		match->set->is_incomplete |= op[1] == '\0';
	}
}

/* "& 0xff == 0x10"; a mask that is no number cannot be judged. */
static void
take_mask(struct rule_reader *r, struct filter_match *match)
{
	char word[FILTER_WORD_MAX] = "";

	if (r->c->at < r->c->end) {
		filter_token_copy(r->c->at, word, sizeof(word));
		r->c->at++;
	}
	if (!filter_number_parse(word, &match->mask) || match->mask == 0) {
		match->fields[0] = FIELD_UNKNOWN;
		match->mask = 0;
	}
}

static void
take_operand(struct rule_reader *r, struct filter_match *match)
{
	static const char *const comparisons[] = { "<", "<=", ">", ">=" };
	struct filter_cursor *c = r->c;
	size_t i;

	if (filter_cursor_takes(c, "&"))
		take_mask(r, match);
	match->is_negated = filter_cursor_takes(c, "!=");
	(void)filter_cursor_takes(c, "==");
	match->is_map = filter_cursor_takes(c, "vmap");
	for (i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
		if (filter_cursor_takes(c, comparisons[i])) {
			take_comparison(r, match, comparisons[i]);
			return;
		}
	take_values(r, match);
}

size_t
filter_nft_fields_parse(struct filter_cursor *c,
    uint8_t fields[FILTER_FIELDS_MAX])
{
	enum filter_field field;
	size_t n = 0;

	while (n < FILTER_FIELDS_MAX &&
	    (field = filter_nft_head_parse(c)) != FIELD_UNKNOWN) {
		fields[n++] = (uint8_t)field;
		if (!filter_cursor_takes(c, "."))
			return n;
	}
	return 0;
}

/* A list of flags: up to what is none; false if there is none. */
static bool
take_flags(struct filter_cursor *c, uint32_t *flags)
{
	char word[FILTER_WORD_MAX];
	uint32_t flag;

	*flags = 0;
	do {
		if (c->at == c->end)
			return false;
		filter_token_copy(c->at, word, sizeof(word));
		if (!filter_tcp_flags_parse(word, &flag))
			return false;
		*flags |= flag;
		c->at++;
	} while (filter_cursor_takes(c, ",") || filter_cursor_takes(c, "|"));
	return true;
}

/* "[!=] syn / fin,syn,rst,ack", or "& (fin | syn) == syn". */
static bool
take_tcp_flags(struct rule_reader *r)
{
	struct filter_cursor *c = r->c;
	struct filter_element *e;
	struct filter_match *match;
	uint32_t flags, mask;
	bool is_negated, is_understood;

	if (filter_cursor_takes(c, "&")) {
		(void)filter_cursor_takes(c, "(");
		if (!take_flags(c, &mask))
			return false;
		(void)filter_cursor_takes(c, ")");
		is_negated = filter_cursor_takes(c, "!=");
		is_understood = (is_negated || filter_cursor_takes(c, "==")) &&
		    take_flags(c, &flags);
	} else {
		is_negated = filter_cursor_takes(c, "!=");
		is_understood = take_flags(c, &flags) &&
		    filter_cursor_takes(c, "/") && take_flags(c, &mask);
	}
	if (!is_understood || mask == 0)
		return false;
	match = filter_match_add(r->rules, r->rule, FIELD_TCP_FLAGS,
	    text_so_far(r));
	match->mask = mask;
	match->is_negated = is_negated;
	match->set = filter_set_new(r->rules, "");
	e = filter_element_add(r->rules, match->set, 1);
	e->ranges[0].low = e->ranges[0].high = filter_key_number(flags);
	return true;
}

/* "ct status dnat": none of our packets is, or it would be told. */
static bool
take_ct_status(struct rule_reader *r)
{
	bool is_negated = filter_cursor_takes(r->c, "!=");

	(void)filter_cursor_takes(r->c, "==");
	do {
		if (!filter_cursor_takes(r->c, "dnat") &&
		    !filter_cursor_takes(r->c, "snat") &&
		    !filter_cursor_takes(r->c, "expected"))
			return false;
	} while (filter_cursor_takes(r->c, ","));
	filter_match_constant(r->rules, r->rule, FILTER_NO, is_negated,
	    text_so_far(r));
	return true;
}

/* "meta mark set 0x1"; other values, and what they come from, are not followed. */
static void
take_mark(struct rule_reader *r)
{
	char word[FILTER_WORD_MAX] = "";
	uint32_t value;

	if (r->c->at < r->c->end) {
		filter_token_copy(r->c->at, word, sizeof(word));
		r->c->at++;
	}
	r->rule->effect.verdict = VERDICT_FORGET_MARK;
	if (filter_number_parse(word, &value) &&
	    (r->c->at == r->c->end || at_keyword(r->c))) {
		r->rule->effect.verdict = VERDICT_SET_MARK;
		r->rule->effect.value = value;
		r->rule->effect.mask = UINT32_MAX;
	} else if (r->c->at < r->c->end && !at_keyword(r->c))
		take_unknown(r);
}

static void
take_match(struct rule_reader *r)
{
	const struct filter_token *start = r->c->at;
	uint8_t fields[FILTER_FIELDS_MAX] = { 0 };
	struct filter_match *match;
	size_t n;

	if (filter_cursor_takes(r->c, "tcp") &&
	    filter_cursor_takes(r->c, "flags") && take_tcp_flags(r))
		return;
	r->c->at = start;
	if (filter_cursor_takes(r->c, "ct") &&
	    filter_cursor_takes(r->c, "status") && take_ct_status(r))
		return;
	r->c->at = start;
	n = filter_nft_fields_parse(r->c, fields);
	if (n == 1 && fields[0] == FIELD_MARK &&
	    filter_cursor_takes(r->c, "set")) {
		take_mark(r);
		return;
	}
	if (n == 0 || at_word(r->c, "set") || at_word(r->c, "map")) {
		r->c->at = start;
		take_unknown(r);
		return;
	}
	match = filter_match_add(r->rules, r->rule, FIELD_UNKNOWN, "");
	memcpy(match->fields, fields, sizeof(fields));
	match->nfields = n;
	take_operand(r, match);
	match->text = text_so_far(r);
}

/* "limit rate [over] 10/minute [burst 5 packets]": one packet is below every limit. */
static void
take_limit(struct rule_reader *r)
{
	bool is_over;

	if (filter_cursor_takes(r->c, "name")) {
		r->c->at += r->c->at < r->c->end;
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    text_so_far(r));
		return;
	}
	(void)filter_cursor_takes(r->c, "rate");
	is_over = filter_cursor_takes(r->c, "over");
	r->c->at += r->c->at < r->c->end;
	if (r->c->at < r->c->end &&
	    memchr(r->c->at->start, '/', r->c->at->len) != NULL &&
	    !r->c->at->is_string)
		r->c->at++;	/* "10 mbytes/second" */
	if (filter_cursor_takes(r->c, "burst")) {
		r->c->at += r->c->at < r->c->end;
		r->c->at += r->c->at < r->c->end;
	}
	filter_match_constant(r->rules, r->rule, is_over ? FILTER_NO : FILTER_YES,
	    false, text_so_far(r));
}

static void
take_counter(struct rule_reader *r)
{
	struct filter_cursor *c = r->c;

	if (filter_cursor_takes(c, "name"))
		c->at += c->at < c->end;
	while (filter_cursor_takes(c, "packets") ||
	    filter_cursor_takes(c, "bytes"))
		c->at += c->at < c->end;
}

static void
take_log(struct rule_reader *r)
{
	static const char *const options[] = {
		"prefix", "level", "group", "snaplen", "queue-threshold"
	};
	struct filter_cursor *c = r->c;
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (filter_cursor_takes(c, options[i])) {
			c->at += c->at < c->end;
			i = (size_t)-1;
		}
	while (filter_cursor_takes(c, "flags")) {
		if (filter_cursor_takes(c, "tcp") ||
		    filter_cursor_takes(c, "ip")) {
			c->at += c->at < c->end;
			while (filter_cursor_takes(c, ","))
				c->at += c->at < c->end;
		} else
			c->at += c->at < c->end;
	}
}

static void
take_comment(struct rule_reader *r)
{
	r->c->at += r->c->at < r->c->end;
}

static void
take_notrack(struct rule_reader *r)
{
	r->rule->effect.verdict = VERDICT_NOTRACK;
}

/* What iptables' extensions do is seen in iptables-save. */
static void
take_xt(struct rule_reader *r)
{
	bool is_target = filter_cursor_takes(r->c, "target");

	if (!is_target)
		(void)filter_cursor_takes(r->c, "match");
	r->c->at += r->c->at < r->c->end;
	if (is_target)
		r->rule->target.verdict = VERDICT_UNKNOWN;
	else
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    text_so_far(r));
}

/* "ct count over 10": one connection is below every limit. */
static void
take_ct_count(struct rule_reader *r)
{
	bool is_over = filter_cursor_takes(r->c, "over");

	r->c->at += r->c->at < r->c->end;
	filter_match_constant(r->rules, r->rule, is_over ? FILTER_NO : FILTER_YES,
	    false, text_so_far(r));
}

/* "add @set { ... }": it matches, but for a limit within that is passed. */
static void
take_dynamic_set(struct rule_reader *r)
{
	const struct filter_token *t, *start = r->c->at;
	bool is_over = false;

	r->c->at += r->c->at < r->c->end;	/* the set */
	if (!filter_cursor_takes(r->c, "{")) {
		r->c->at = start;
		take_unknown(r);
		return;
	}
	skip_braces(r->c);
	for (t = start; t < r->c->at; t++)
		is_over = is_over || filter_token_is(t, "over");
	filter_match_constant(r->rules, r->rule, is_over ? FILTER_NO : FILTER_YES,
	    false, text_so_far(r));
}

static const struct statement {
	const char	*words[2];
	void		(*take)(struct rule_reader *);
} statements[] = {
	{ { "counter", NULL }, take_counter },
	{ { "log", NULL }, take_log },
	{ { "limit", NULL }, take_limit },
	{ { "comment", NULL }, take_comment },
	{ { "notrack", NULL }, take_notrack },
	{ { "xt", NULL }, take_xt },
	{ { "ct", "count" }, take_ct_count },
	{ { "add", NULL }, take_dynamic_set },
	{ { "update", NULL }, take_dynamic_set },
	{ { "delete", NULL }, take_dynamic_set }
};

static bool
take_statement(struct rule_reader *r)
{
	const struct statement *s;
	size_t i;

	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		s = &statements[i];
		if (!filter_cursor_takes(r->c, s->words[0]))
			continue;
		if (s->words[1] == NULL ||
		    filter_cursor_takes(r->c, s->words[1])) {
			s->take(r);
			return true;
		}
		r->c->at--;
	}
	return false;
}

/* What stands behind a verdict belongs to it: "reject with ...", but for a comment. */
static bool
take_ending(struct rule_reader *r)
{
	if (!take_verdict(r->c, &r->rule->target))
		return false;
	while (r->c->at < r->c->end && !at_word(r->c, "comment"))
		r->c->at++;
	return true;
}

void
filter_nft_rule_parse(struct filter_cursor *c, struct filter_rule *rule,
    bool has_remark)
{
	struct rule_reader r = { .c = c, .rules = c->rules, .rule = rule };

	if (has_remark)
		filter_match_constant(c->rules, rule, FILTER_UNKNOWN, false,
		    rule->text);
	while (c->at < c->end) {
		r.start = c->at;
		if (!take_ending(&r) && !take_statement(&r))
			take_match(&r);
		if (c->at == r.start)	/* never, or it would not end */
			c->at++;
	}
}
