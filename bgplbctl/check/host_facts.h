/*
 * What `bgplbctl check` looks at on this host: sysctls, firewalls, and the ways that
 * packets take.  Gathered here, judged by check_*.c.
 *
 * Nothing is changed, and bgplbd is not asked.  What cannot be read is marked as
 * unknown, which is no finding by itself.
 */
#ifndef BGPLBCTL_CHECK_HOST_FACTS_H
#define BGPLBCTL_CHECK_HOST_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbctl/check/filter_facts.h"
#include "bgplbctl/check/path.h"
#include "common/control.h"

/* Numbers are sysctls, or SYSCTL_UNKNOWN. */
struct host_facts {
	int		 ip_forward;
	int		 ip6_forwarding;	/* conf.all */
	int		 rp_filter_all;
	int		 rp_filter_default;
	int		 hash_policy;		/* fib_multipath_hash_policy */
	int		 hash_policy6;
	bool		 in_plugin;		/* the managed plugin's root folder */
	struct paths	 paths;
	struct filter_facts filters;
};

/* The rows must live as long.  To be freed in any case. */
void	host_facts_gather(struct host_facts *, const struct control_prefix *,
	    size_t nprefixes, const struct control_neighbor *,
	    size_t nneighbors, const struct address *from);
void	host_facts_free(struct host_facts *);

#endif /* BGPLBCTL_CHECK_HOST_FACTS_H */
