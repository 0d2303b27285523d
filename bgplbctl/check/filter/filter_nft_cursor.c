#include <string.h>

#include "bgplbctl/check/filter/filter_nft_cursor.h"

bool
filter_cursor_at(const struct filter_cursor *c, const char *word)
{
	return c->at < c->end && filter_token_is(c->at, word);
}

bool
filter_cursor_takes(struct filter_cursor *c, const char *word)
{
	if (!filter_cursor_at(c, word))
		return false;
	c->at++;
	return true;
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

bool
filter_cursor_at_keyword(const struct filter_cursor *c)
{
	size_t i;

	for (i = 0; i < NVERDICTS; i++)
		if (filter_cursor_at(c, verdicts[i].name))
			return true;
	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (filter_cursor_at(c, keywords[i]))
			return true;
	return false;
}

bool
filter_cursor_takes_verdict(struct filter_cursor *c, struct filter_target *target)
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

void
filter_cursor_skip_braces(struct filter_cursor *c)
{
	size_t depth = 1;

	for (; c->at < c->end && depth > 0; c->at++) {
		depth += filter_token_is(c->at, "{");
		depth -= filter_token_is(c->at, "}");
	}
}

const char *
filter_statement_text(const struct filter_statement *r)
{
	const struct filter_token *last = r->c->at - 1;

	if (last < r->start)
		last = r->start;
	return filter_copy(r->rules, r->start->start - r->start->is_string,
	    (size_t)(last->start + last->len + last->is_string -
	    r->start->start + r->start->is_string));
}
