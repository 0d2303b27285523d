#include <string.h>

#include "bgplbctl/check/filter/filter_nft_head.h"
#include "bgplbctl/check/filter/filter_nft_match.h"
#include "bgplbctl/check/filter/filter_value.h"

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
	return is_understood && !filter_cursor_at(c, ".");
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
		    !filter_cursor_takes_verdict(c, &e->target))
			e->target.verdict = VERDICT_UNKNOWN;
		skip_element(c, ",");
		(void)filter_cursor_takes(c, ",");
	}
}

/* "{ 22, 80-90 }", "@set", "established,related", or one value. */
static void
take_values(struct filter_statement *r, struct filter_match *match)
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
void
filter_nft_match_unknown(struct filter_statement *r)
{
	struct filter_cursor *c = r->c;
	struct filter_match *match;
	bool sets = false, sets_ct_mark;

	sets_ct_mark = filter_cursor_at(c, "ct");
	do {
		sets = sets || filter_cursor_at(c, "set");
		if (filter_cursor_at(c, "vmap"))
			break;
		if (filter_cursor_takes(c, "{"))
			filter_cursor_skip_braces(c);
		else
			c->at++;
	} while (c->at < c->end && !filter_cursor_at_keyword(c));
	if (sets && !filter_cursor_at(c, "vmap")) {
		r->rules->sets_ct_mark |= sets_ct_mark;
		return;
	}
	match = filter_match_add(r->rules, r->rule, FIELD_UNKNOWN, "");
	match->is_map = filter_cursor_takes(c, "vmap");
	if (match->is_map)
		take_values(r, match);
	match->text = filter_statement_text(r);
}

/* "<", ">=" and the like become a range. */
static void
take_comparison(struct filter_statement *r, struct filter_match *match,
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
take_mask(struct filter_statement *r, struct filter_match *match)
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
take_operand(struct filter_statement *r, struct filter_match *match)
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
take_tcp_flags(struct filter_statement *r)
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
	    filter_statement_text(r));
	match->mask = mask;
	match->is_negated = is_negated;
	match->set = filter_set_new(r->rules, "");
	e = filter_element_add(r->rules, match->set, 1);
	e->ranges[0].low = e->ranges[0].high = filter_key_number(flags);
	return true;
}

/* "ct status dnat": none of our packets is, or it would be told. */
static bool
take_ct_status(struct filter_statement *r)
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
	    filter_statement_text(r));
	return true;
}

/* "meta mark set 0x1"; other values, and what they come from, are not followed. */
static void
take_mark(struct filter_statement *r)
{
	char word[FILTER_WORD_MAX] = "";
	uint32_t value;

	if (r->c->at < r->c->end) {
		filter_token_copy(r->c->at, word, sizeof(word));
		r->c->at++;
	}
	r->rule->effect.verdict = VERDICT_FORGET_MARK;
	if (filter_number_parse(word, &value) &&
	    (r->c->at == r->c->end || filter_cursor_at_keyword(r->c))) {
		r->rule->effect.verdict = VERDICT_SET_MARK;
		r->rule->effect.value = value;
		r->rule->effect.mask = UINT32_MAX;
	} else if (r->c->at < r->c->end && !filter_cursor_at_keyword(r->c))
		filter_nft_match_unknown(r);
}

void
filter_nft_match_parse(struct filter_statement *r)
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
	if (n == 0 || filter_cursor_at(r->c, "set") || filter_cursor_at(r->c, "map")) {
		r->c->at = start;
		filter_nft_match_unknown(r);
		return;
	}
	match = filter_match_add(r->rules, r->rule, FIELD_UNKNOWN, "");
	memcpy(match->fields, fields, sizeof(fields));
	match->nfields = n;
	take_operand(r, match);
	match->text = filter_statement_text(r);
}

