/*
 * Rules, and elements of sets, as nft prints them.
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_RULE_H
#define BGPLBCTL_CHECK_FILTER_NFT_RULE_H

#include "bgplbctl/check/filter/filter_lexer.h"
#include "bgplbctl/check/filter/filter_model.h"

/* Tokens that are read from the front. */
struct filter_cursor {
	struct filter_rules		*rules;
	const struct filter_token	*at;
	const struct filter_token	*end;
};

/* Fills the rule, whose text is set.  has_remark: some of it was not shown. */
void	filter_nft_rule_parse(struct filter_cursor *, struct filter_rule *,
	    bool has_remark);
/* The fields of "ip saddr . tcp dport", one that is not known being FIELD_UNKNOWN. */
size_t	filter_nft_fields_parse(struct filter_cursor *,
	    uint8_t fields[FILTER_FIELDS_MAX]);
/* From behind the brace to behind its counterpart. */
void	filter_nft_elements_parse(struct filter_cursor *, struct filter_set *,
	    bool is_map);

bool	filter_cursor_takes(struct filter_cursor *, const char *word);

#endif /* BGPLBCTL_CHECK_FILTER_NFT_RULE_H */
