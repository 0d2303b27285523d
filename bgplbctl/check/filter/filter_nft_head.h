/*
 * The left side of nft's matches: "ip saddr", "meta l4proto", "fib daddr type".
 */
#ifndef BGPLBCTL_CHECK_FILTER_NFT_HEAD_H
#define BGPLBCTL_CHECK_FILTER_NFT_HEAD_H

#include "bgplbctl/check/filter/filter_nft_cursor.h"

/* FIELD_UNKNOWN, with nothing taken, if it is none that is known. */
enum filter_field filter_nft_head_parse(struct filter_cursor *);

#endif /* BGPLBCTL_CHECK_FILTER_NFT_HEAD_H */
