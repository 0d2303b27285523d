/*
 * Whether one packet answers to one match.
 */
#ifndef BGPLBCTL_CHECK_FILTER_FIELD_H
#define BGPLBCTL_CHECK_FILTER_FIELD_H

#include "bgplbctl/check/filter/filter_evaluate.h"

/* The match's set; NULL if it has none, or one of other fields. */
const struct filter_set *filter_match_set(const struct filter_table *,
	    const struct filter_match *);
/* The answer of one element; of all together, with the match's negation, below. */
enum filter_truth filter_element_answer(const struct filter_passage *,
	    const struct filter_chain *base, const struct filter_match *,
	    const struct filter_element *);
enum filter_truth filter_match_answer(const struct filter_passage *,
	    const struct filter_chain *base, const struct filter_table *,
	    const struct filter_match *);

#endif /* BGPLBCTL_CHECK_FILTER_FIELD_H */
