/*
 * Words of one statement of nft, read from the front, and the words that all readers of
 * statements have to know.
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_CURSOR_H
#define BGPLBCTL_CHECK_FILTER_NFT_CURSOR_H

#include "bgplbctl/check/filter/filter_lexer.h"
#include "bgplbctl/check/filter/filter_model.h"

struct filter_cursor {
	struct filter_rules		*rules;
	const struct filter_token	*at;
	const struct filter_token	*end;
};

/* What a rule is made of: a match, a verdict, "counter" and the like. */
struct filter_statement {
	struct filter_cursor		*c;
	struct filter_rules		*rules;
	struct filter_rule		*rule;
	const struct filter_token	*start;
};

bool	filter_cursor_at(const struct filter_cursor *, const char *word);
bool	filter_cursor_takes(struct filter_cursor *, const char *word);
/* At a word that begins a statement, so that what is not known ends before it. */
bool	filter_cursor_at_keyword(const struct filter_cursor *);
/* True if it is a verdict, which then has been taken. */
bool	filter_cursor_takes_verdict(struct filter_cursor *,
	    struct filter_target *);
/* To the counterpart of the brace behind which the cursor stands. */
void	filter_cursor_skip_braces(struct filter_cursor *);

/* What the statement has taken up to now. */
const char *filter_statement_text(const struct filter_statement *);

#endif /* BGPLBCTL_CHECK_FILTER_NFT_CURSOR_H */
