/*
 * What path_gather.c and path_host.c share while the ways of packets are gathered:
 * the latter has the host's links, uplinks and containers' ends, the former follows
 * the packets.
 */
#ifndef BGPLBCTL_CHECK_PATH_GATHERING_H
#define BGPLBCTL_CHECK_PATH_GATHERING_H

#include "bgplbctl/check/netns.h"
#include "bgplbctl/check/path.h"

struct gathering {
	struct paths			*paths;
	const struct control_prefix	*prefixes;
	size_t				 nprefixes;
	int				*bridges;	/* of the prefixes; 0: none */
	bool				*found;		/* a container has the address */
	struct netlink			*host;
	const struct address		*from;
	struct net_address		*addresses;
	size_t				 naddresses;
	struct net_silent		*silent;
	size_t				 nsilent;
	struct netns_entry		*namespaces;
	size_t				 nnamespaces;
};

/* Fills in links, uplinks and endpoints.  0, or -1 with errno. */
int	path_gather_host(struct gathering *, const struct control_neighbor *,
	    size_t nneighbors) __attribute__((warn_unused_result));

/* The host's link of that index, or NULL. */
const struct path_link *path_find_link(const struct paths *, int index);
void	path_read_sysctls(struct path_link *);
struct address path_far_client(const struct gathering *, enum afi);
/* The interface that has the address, or 0. */
int	path_link_of_address(const struct net_address *, size_t n,
	    const struct address *);

#endif /* BGPLBCTL_CHECK_PATH_GATHERING_H */
