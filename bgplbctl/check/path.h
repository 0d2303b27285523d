/*
 * The way of a client's first packet to a load-balanced address, and of the answer
 * back, as far as the kernel tells it.  Gathered by path_gather.c, judged by
 * check_path.c.
 *
 *	client --> uplink [host] bridge --> interface [container]
 *	client <-- some uplink [host] gateway bridge <-- gateway [container]
 */
#ifndef BGPLBCTL_CHECK_PATH_H
#define BGPLBCTL_CHECK_PATH_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "bgplbctl/check/netlink.h"
#include "bgplbctl/check/netns.h"
#include "common/control.h"

/* Clients beyond the neighbors stand for all that the default route leads to. */
#define FAR_CLIENT	"192.31.196.1"		/* of AS112, RFC 7535 */
#define FAR_CLIENT6	"2620:4f:8000::1"	/* RFC 7534 */

/* An interface with what the kernel lets pass there; SYSCTL_UNKNOWN is no fault. */
struct path_link {
	struct net_link	link;
	int		rp_filter;	/* its own, IPv4 */
	int		forwarding;	/* its own, IPv4 */
	int		disable_ipv6;
	bool		drops_ingress;	/* all that it receives */
};

/* Where neighbors are, and so clients' packets come in. */
struct uplink {
	const struct path_link	*link;
	struct address		 near[2];	/* a neighbor; [1]: IPv6; or AFI_NONE */
};

#define CONTAINER_ID_MAX	13	/* as docker ps shows it */
/* A container's end in a load-balanced network. */
struct path_endpoint {
	const struct path_link	*port;		/* its host end */
	int			 bridge;	/* index of the network's bridge */
	pid_t			 pid;		/* in its namespace; 0: none was found */
	int			 error;		/* why it cannot be looked at, or 0 */
	char			 container[CONTAINER_ID_MAX];	/* "" if not known */
	int			 rp_filter_all;	/* inside */
};

struct path {
	const struct control_prefix	*prefix;
	const struct uplink		*uplink;
	struct address			 client;
	bool				 is_far;
	bool				 client_routed;	/* from the host itself */
	struct route_answer		 request;	/* on the host */
	const struct path_link		*bridge;	/* where it goes; or NULL */
	/* Inside; what follows is not known if endpoint is NULL or not seen. */
	const struct path_endpoint	*endpoint;
	struct path_link		 inside;	/* the interface of the address */
	bool				 has_address;
	bool				 is_alone;	/* no network but such */
	struct route_answer		 delivery;
	struct route_answer		 reply;
	struct path_link		 inside_out;	/* where the reply leaves */
	/* On the host again; NULL if the reply does not come in here. */
	const struct path_link		*gateway;
	char				 gateway_port[IFNAMSIZ];
	bool				 gateway_is_gone;	/* its address, that is */
	uint8_t				 gateway_len;	/* of the subnet's prefix */
	struct address			 gateway_address;	/* the container's there */
	struct route_answer		 back;
	const struct path_link		*back_link;	/* where it leaves the host */
	bool				 bridge_is_silent;	/* no answer to ARP or ND */
	bool				 client_by_uplink;
	bool				 address_by_gateway;
};

struct paths {
	struct path_link	*links;		/* of the host */
	size_t			 nlinks;
	struct uplink		*uplinks;
	size_t			 nuplinks;
	struct path_endpoint	*endpoints;
	size_t			 nendpoints;
	struct path		*list;
	size_t			 n;
	size_t			 omitted;	/* beyond PATHS_MAX */
	struct address		 from;		/* AFI_NONE: no certain client */
	bool			 far_unrouted[2];	/* no way back; [1]: IPv6 */
	bool			 ingress_unknown;	/* drops_ingress of links */
	bool			 from_is_here;	/* from is not of another host */
	int			 error;		/* nothing could be asked, or 0 */
};

#define PATHS_MAX		65536

/*
 * To be freed in any case.  Prefixes and neighbors must live as long.  from: the client
 * that is far away, if it is set.
 */
void	paths_gather(struct paths *, const struct control_prefix *, size_t nprefixes,
	    const struct control_neighbor *, size_t nneighbors,
	    const struct address *from);
void	paths_free(struct paths *);

#endif /* BGPLBCTL_CHECK_PATH_H */
