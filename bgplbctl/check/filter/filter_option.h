/*
 * The options of a rule as iptables-save(8) and ebtables-save(8) print them: what
 * stands between "-A CHAIN" and the end of the line.
 */
#ifndef BGPLBCTL_CHECK_FILTER_OPTION_H
#define BGPLBCTL_CHECK_FILTER_OPTION_H

#include "bgplbctl/check/filter/filter_model.h"

#define FILTER_WORDS_MAX	512
struct filter_words {
	char	*words[FILTER_WORDS_MAX];
	size_t	 n;
	size_t	 at;		/* the next one to read */
};

/* Fills the rule.  The words need not last. */
void	filter_option_parse(struct filter_rules *, enum filter_family,
	    struct filter_rule *, struct filter_words *);

#endif /* BGPLBCTL_CHECK_FILTER_OPTION_H */
