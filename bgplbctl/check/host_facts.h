/*
 * What `bgplbctl check` looks at on this host: sysctls, interfaces, firewalls, and
 * where the kernel would send packets.  Gathered here, judged by check.c.
 *
 * Nothing is changed, and bgplbd is not asked.  What cannot be read is marked as
 * unknown, which is no finding by itself.
 */
#ifndef BGPLBCTL_CHECK_HOST_FACTS_H
#define BGPLBCTL_CHECK_HOST_FACTS_H

#include <stddef.h>

#include "common/control.h"

#define FACT_UNKNOWN	(-1)
/* Interfaces beyond these are not looked at. */
#define HOST_BRIDGES_MAX	65536

/* A bridge that is not one of bgplbd's, so that containers' answers may come in. */
struct host_bridge {
	char	name[16];
	int	rp_filter;
	int	forwarding;		/* of IPv4 */
};

/* Numbers are sysctls, or FACT_UNKNOWN. */
struct host_facts {
	int			 ip_forward;
	int			 ip6_forwarding;	/* conf.all */
	int			 rp_filter_all;
	int			 rp_filter_default;
	int			 hash_policy;		/* fib_multipath_hash_policy */
	int			 hash_policy6;
	struct host_bridge	*bridges;
	size_t			 nbridges;
	char			*iptables;	/* listings, NULL: unknown; see firewall.h */
	char			*ip6tables;
	char			*nft;
	char			*routes;	/* ip -o route get, a line a routed prefix */
};

/* The routes asked for are those of the routed rows.  To be freed in any case. */
void	host_facts_gather(struct host_facts *, const struct control_prefix *rows,
	    size_t nrows);
void	host_facts_free(struct host_facts *);

#endif /* BGPLBCTL_CHECK_HOST_FACTS_H */
