/*
 * The packet filters on the ways of packets: the host's, and those of the containers
 * that serve.  Gathered here, judged by check_filters.c.
 */
#ifndef BGPLBCTL_CHECK_FILTER_FACTS_H
#define BGPLBCTL_CHECK_FILTER_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "bgplbctl/check/filter/packet_filter.h"
#include "bgplbctl/check/path.h"

/* Containers that have filters of their own; more are not looked at. */
#define FILTERED_CONTAINERS_MAX	32
#define LISTENING_PORTS_MAX	16

/* Of a container, in the order of the paths' endpoints. */
struct filter_inside {
	struct filter_rules	*rules;		/* NULL: it has none */
	uint16_t		 ports[LISTENING_PORTS_MAX];	/* of its services */
	size_t			 nports;
};

struct filter_unseen {
	char	what[128];
	char	why[FILTER_TEXT_MAX + 64];
};
#define FILTER_UNSEEN_MAX	32

struct filter_facts {
	struct filter_rules	*host;
	struct filter_inside	*inside;
	size_t			 ninside;
	struct filter_unseen	 unseen[FILTER_UNSEEN_MAX];
	size_t			 nunseen;
};

/* To be freed in any case. */
void	filter_facts_gather(struct filter_facts *, const struct paths *);
void	filter_facts_free(struct filter_facts *);

#endif /* BGPLBCTL_CHECK_FILTER_FACTS_H */
