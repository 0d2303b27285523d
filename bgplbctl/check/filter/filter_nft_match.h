/*
 * Matches of rules, and elements of sets, as nft prints them.
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_MATCH_H
#define BGPLBCTL_CHECK_FILTER_NFT_MATCH_H

#include "bgplbctl/check/filter/filter_nft_cursor.h"

/* Adds the match to the statement's rule, one that is not known being one. */
void	filter_nft_match_parse(struct filter_statement *);
/* Takes what is not known, up to the next statement. */
void	filter_nft_match_unknown(struct filter_statement *);
/* The fields of "ip saddr . tcp dport"; 0 if one is not known. */
size_t	filter_nft_fields_parse(struct filter_cursor *,
	    uint8_t fields[FILTER_FIELDS_MAX]);
/* From behind the brace to behind its counterpart. */
void	filter_nft_elements_parse(struct filter_cursor *, struct filter_set *,
	    bool is_map);

#endif /* BGPLBCTL_CHECK_FILTER_NFT_MATCH_H */
