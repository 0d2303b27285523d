/*
 * Rules as nft prints them.
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_RULE_H
#define BGPLBCTL_CHECK_FILTER_NFT_RULE_H

#include "bgplbctl/check/filter/filter_nft_cursor.h"

/* Fills the rule, whose text is set.  has_remark: some of it was not shown. */
void	filter_nft_rule_parse(struct filter_cursor *, struct filter_rule *,
	    bool has_remark);

#endif /* BGPLBCTL_CHECK_FILTER_NFT_RULE_H */
