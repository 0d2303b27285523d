/*
 * One packet at one base chain.
 */
#ifndef BGPLBCTL_CHECK_FILTER_EVALUATE_H
#define BGPLBCTL_CHECK_FILTER_EVALUATE_H

#include "bgplbctl/check/filter/filter_model.h"

/* What rules have changed of the packet; it goes on from chain to chain. */
struct filter_passage {
	const struct filter_rules	*rules;
	const struct filter_packet	*packet;
	bool				 is_bridged;	/* at the bridge family's hooks */
	enum filter_ct_state		 state;
	bool				 state_known;
	uint32_t			 mark;
	bool				 mark_known;
};

/* Where the packet comes to its end, and why that is not sure. */
struct filter_finding {
	const struct filter_chain	*chain;		/* NULL: it does not */
	const struct filter_rule	*rule;		/* NULL: the policy */
	const char			*doubt;		/* NULL: it is sure */
};

struct filter_end {
	struct filter_finding	drop;
	struct filter_finding	redirect;	/* to another destination */
	struct filter_finding	masquerade;	/* another source */
};

void	filter_evaluate(struct filter_passage *, const struct filter_chain *,
	    struct filter_end *);

#endif /* BGPLBCTL_CHECK_FILTER_EVALUATE_H */
