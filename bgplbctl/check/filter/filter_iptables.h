/*
 * What iptables-save(8), ip6tables-save(8) and ebtables-save(8) print.
 */
#ifndef BGPLBCTL_CHECK_FILTER_IPTABLES_H
#define BGPLBCTL_CHECK_FILTER_IPTABLES_H

#include "bgplbctl/check/filter/filter_model.h"

/*
 * Adds the tables of the text.  An option that is not known makes a match that cannot
 * be judged.  False if a line is none that these programs print; it is left out, and
 * why, of FILTER_TEXT_MAX bytes, says which.
 */
bool	filter_iptables_parse(struct filter_rules *, enum filter_listing,
	    const char *text, char *why) __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_FILTER_IPTABLES_H */
