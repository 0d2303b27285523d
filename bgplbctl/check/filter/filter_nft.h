/*
 * What `nft -s -a list ruleset` prints.
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_H
#define BGPLBCTL_CHECK_FILTER_NFT_H

#include "bgplbctl/check/filter/filter_model.h"

/*
 * Adds the tables of the text, but for those that iptables' or ebtables' listings have
 * shown.  Matches that are not known cannot be judged.  False, with why of
 * FILTER_TEXT_MAX bytes, if the text is no such listing.
 */
bool	filter_nft_parse(struct filter_rules *, const char *text, char *why)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_FILTER_NFT_H */
