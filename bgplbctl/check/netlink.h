/*
 * What the kernel tells `bgplbctl check` of one network namespace: links, addresses,
 * neighbor entries, and the way of a packet that comes in or is sent.  Route netlink:
 * rtnetlink(7).
 *
 * The kernel answers for a packet that comes in by an interface as it would treat it:
 * with rules, reverse path filter and forwarding counted in (IPv4), so nothing of that
 * is imitated here.
 */
#ifndef BGPLBCTL_CHECK_NETLINK_H
#define BGPLBCTL_CHECK_NETLINK_H

#include <linux/netlink.h>
#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/prefix.h"

enum link_kind { LINK_OTHER, LINK_BRIDGE, LINK_VETH, LINK_UPON_ANOTHER };

#define NETNS_NONE	(-1)	/* the peer is in the same namespace, or there is none */
struct net_link {
	int		index;
	int		master;		/* the bridge that it is a port of, or 0 */
	int		peer;		/* veth: index of its other end, or 0 */
	int		peer_netns;	/* the kernel's number of that namespace */
	enum link_kind	kind;		/* UPON_ANOTHER: macvlan and ipvlan */
	bool		down;		/* by order */
	bool		no_carrier;
	char		name[IFNAMSIZ];
};

struct net_address {
	int		ifindex;
	struct address	addr;
	uint8_t		len;		/* of its subnet's prefix */
};

/* An entry of the neighbor table whose address did not answer. */
struct net_silent {
	int		ifindex;
	struct address	addr;
};

/* A link's ingress queueing discipline; 0: it is of another kind. */
struct net_ingress {
	int	ifindex;
	bool	drops;		/* all that the link receives, for bgplbd */
};

/* Where a packet goes.  iif 0: it is sent here; oif: then asked of that link alone. */
struct route_question {
	struct address	dst;
	struct address	src;		/* AFI_NONE: not given */
	int		iif;
	int		oif;
};

struct route_answer {
	int		error;		/* errno of the kernel, or 0 */
	uint8_t		type;		/* RTN_LOCAL, RTN_UNICAST */
	int		oif;
	uint32_t	table;		/* RT_TABLE_MAIN */
	struct address	gateway;	/* AFI_NONE: on the link itself */
};

/* Parsers of one message: 0, or -1 with errno EINVAL if it is malformed. */
int	netlink_link_parse(const struct nlmsghdr *, struct net_link *)
	    __attribute__((warn_unused_result));
int	netlink_address_parse(const struct nlmsghdr *, struct net_address *)
	    __attribute__((warn_unused_result));
/* afi is AFI_NONE if the entry is not of one that did not answer. */
int	netlink_silent_parse(const struct nlmsghdr *, struct net_silent *)
	    __attribute__((warn_unused_result));
int	netlink_ingress_parse(const struct nlmsghdr *, struct net_ingress *)
	    __attribute__((warn_unused_result));
int	netlink_route_parse(const struct nlmsghdr *, struct route_answer *)
	    __attribute__((warn_unused_result));

/* Of each list; what is beyond it is not seen. */
#define NETLINK_LIST_MAX	262144

struct netlink;
/* A socket in the namespace that the process is in now; NULL with errno. */
struct netlink *netlink_open(void) __attribute__((warn_unused_result));
void	netlink_close(struct netlink *);		/* NULL is fine */
/* Lists are allocated, to be freed.  0, or -1 with errno. */
int	netlink_links(struct netlink *, struct net_link **, size_t *n)
	    __attribute__((warn_unused_result));
int	netlink_addresses(struct netlink *, struct net_address **, size_t *n)
	    __attribute__((warn_unused_result));
int	netlink_silent(struct netlink *, struct net_silent **, size_t *n)
	    __attribute__((warn_unused_result));
/* Those alone that drop; none if the kernel has no traffic control. */
int	netlink_ingresses(struct netlink *, struct net_ingress **, size_t *n)
	    __attribute__((warn_unused_result));
/* What the kernel says is in answer.error; never fails otherwise. */
void	netlink_route(struct netlink *, const struct route_question *,
	    struct route_answer *);
/* Whether the best route to the address is (also) by the link. */
bool	netlink_is_by(struct netlink *, const struct address *, int ifindex);
/* The kernel's number of the namespace behind the descriptor, or NETNS_NONE. */
int	netlink_netns_number(struct netlink *, int fd);

#endif /* BGPLBCTL_CHECK_NETLINK_H */
