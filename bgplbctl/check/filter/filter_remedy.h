/*
 * The command that lets packets pass where one was dropped.
 */
#ifndef BGPLBCTL_CHECK_FILTER_REMEDY_H
#define BGPLBCTL_CHECK_FILTER_REMEDY_H

#include "bgplbctl/check/filter/filter_evaluate.h"

/*
 * For packets like this one, where base drops them in the finding's chain.  Writes at
 * most FILTER_REMEDY_MAX bytes; "" if there is none.
 */
void	filter_remedy_write(const struct filter_packet *,
	    const struct filter_chain *base, const struct filter_finding *,
	    char *remedy);

#endif /* BGPLBCTL_CHECK_FILTER_REMEDY_H */
