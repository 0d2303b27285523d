/*
 * The packet filters of the network namespace that the process is in, as the programs
 * of iptables, ebtables and nft list them.
 */
#ifndef BGPLBCTL_CHECK_FILTER_LISTINGS_H
#define BGPLBCTL_CHECK_FILTER_LISTINGS_H

#include "bgplbctl/check/filter/packet_filter.h"

/* What was not looked at ("nft's rules"), and why ("nft is not installed"). */
typedef void filter_unseen_fn(void *ctx, const char *what, const char *why);

/*
 * Runs the programs that are there.  The legacy variants, which load kernel modules, run
 * only where their tables are in use.  Never NULL; for filter_rules_free().
 */
struct filter_rules *filter_listings_gather(filter_unseen_fn *, void *ctx);

#endif /* BGPLBCTL_CHECK_FILTER_LISTINGS_H */
