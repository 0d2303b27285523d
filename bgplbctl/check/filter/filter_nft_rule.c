#include <string.h>

#include "bgplbctl/check/filter/filter_nft_match.h"
#include "bgplbctl/check/filter/filter_nft_rule.h"

/* "limit rate [over] 10/minute [burst 5 packets]": one packet is below every limit. */
static void
take_limit(struct filter_statement *r)
{
	bool is_over;

	if (filter_cursor_takes(r->c, "name")) {
		r->c->at += r->c->at < r->c->end;
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    filter_statement_text(r));
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
	    false, filter_statement_text(r));
}

static void
take_counter(struct filter_statement *r)
{
	struct filter_cursor *c = r->c;

	if (filter_cursor_takes(c, "name"))
		c->at += c->at < c->end;
	while (filter_cursor_takes(c, "packets") ||
	    filter_cursor_takes(c, "bytes"))
		c->at += c->at < c->end;
}

static void
take_log(struct filter_statement *r)
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
take_comment(struct filter_statement *r)
{
	r->c->at += r->c->at < r->c->end;
}

static void
take_notrack(struct filter_statement *r)
{
	r->rule->effect.verdict = VERDICT_NOTRACK;
}

/* What iptables' extensions do is seen in iptables-save. */
static void
take_xt(struct filter_statement *r)
{
	bool is_target = filter_cursor_takes(r->c, "target");

	if (!is_target)
		(void)filter_cursor_takes(r->c, "match");
	r->c->at += r->c->at < r->c->end;
	if (is_target)
		r->rule->target.verdict = VERDICT_UNKNOWN;
	else
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    filter_statement_text(r));
}

/* "ct count over 10": one connection is below every limit. */
static void
take_ct_count(struct filter_statement *r)
{
	bool is_over = filter_cursor_takes(r->c, "over");

	r->c->at += r->c->at < r->c->end;
	filter_match_constant(r->rules, r->rule, is_over ? FILTER_NO : FILTER_YES,
	    false, filter_statement_text(r));
}

/* "add @set { ... }": it matches, but for a limit within that is passed. */
static void
take_dynamic_set(struct filter_statement *r)
{
	const struct filter_token *t, *start = r->c->at;
	bool is_over = false;

	r->c->at += r->c->at < r->c->end;	/* the set */
	if (!filter_cursor_takes(r->c, "{")) {
		r->c->at = start;
		filter_nft_match_unknown(r);
		return;
	}
	filter_cursor_skip_braces(r->c);
	for (t = start; t < r->c->at; t++)
		is_over = is_over || filter_token_is(t, "over");
	filter_match_constant(r->rules, r->rule, is_over ? FILTER_NO : FILTER_YES,
	    false, filter_statement_text(r));
}

static const struct statement {
	const char	*words[2];
	void		(*take)(struct filter_statement *);
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
take_statement(struct filter_statement *r)
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
take_ending(struct filter_statement *r)
{
	if (!filter_cursor_takes_verdict(r->c, &r->rule->target))
		return false;
	while (r->c->at < r->c->end && !filter_cursor_at(r->c, "comment"))
		r->c->at++;
	return true;
}

void
filter_nft_rule_parse(struct filter_cursor *c, struct filter_rule *rule,
    bool has_remark)
{
	struct filter_statement r = { .c = c, .rules = c->rules, .rule = rule };

	if (has_remark)
		filter_match_constant(c->rules, rule, FILTER_UNKNOWN, false,
		    rule->text);
	while (c->at < c->end) {
		r.start = c->at;
		if (!take_ending(&r) && !take_statement(&r))
			filter_nft_match_parse(&r);
		if (c->at == r.start)	/* never, or it would not end */
			c->at++;
	}
}
