/*
 * Route netlink messages as values: the builders fill a request, the parsers read
 * one message of a reply.  Nothing here does I/O; kernel.c sends and receives.
 * Formats: rtnetlink(7), and the kernel's Documentation/netlink/specs
 * (rt-link, rt-route, rt-neigh, rt-addr); of nexthop objects, linux/nexthop.h and
 * Documentation/networking/nexthop-group-resilient.rst.
 *
 * A builder leaves sequence and port id to the sender.  A parser returns 0, or -1
 * with errno EINVAL if the message is shorter than its header says, or an
 * attribute has another size than its type wants; unknown attributes are passed
 * over, for kernels grow.
 */
#ifndef BGPLBD_RDE_NETLINK_H
#define BGPLBD_RDE_NETLINK_H

#include <linux/netlink.h>
#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/object_id.h"
#include "common/drop_block.h"
#include "common/prefix.h"

/* Of all that is ours but links; not in /etc/iproute2/rt_protos. */
#define BGPLB_RTPROT		182

/* Endpoints on this host that share an address; one more does not serve. */
#define NETLINK_GROUP_MAX	32
/*
 * A resilient group sends each flow to the bucket of its hash, and a bucket to one
 * member.  A member that leaves gives up its buckets at once; one that comes gets
 * those that were idle for so long, and after the longer time, if it still has less
 * than its share, others too: on a busy host no bucket would ever be idle.
 *
 * A first member of the largest weight that every kernel takes, beside one of weight
 * 1, gets all buckets, as long as they are not more than half of that weight.
 */
#define GROUP_BUCKETS		128
#define GROUP_IDLE_SECONDS	30
#define GROUP_UNBALANCED_SECONDS 120
#define GROUP_WEIGHT_MAX	255

/* The largest request, a full group, takes about 350 bytes. */
#define NETLINK_REQUEST_MAX	512

union netlink_request {
	struct nlmsghdr	hdr;
	char		bytes[NETLINK_REQUEST_MAX];
};

enum link_kind {
	LINK_OTHER,
	LINK_BRIDGE,
	LINK_VETH
};

struct link_message {
	int			ifindex;
	int			master;		/* bridge it is a port of, or 0 */
	uint32_t		mtu;
	enum link_kind		kind;
	bool			up;
	bool			has_alias;
	bool			peer_is_away;	/* veth: in another namespace */
	bool			drops_ingress;	/* as kernel_inventory() found it */
	uint8_t			mac[MAC_SIZE];	/* zeros if its kind has no such */
	char			name[IFNAMSIZ];
	struct object_id	id;	/* the alias if it is an id, else "" */
};

/* A route to one interface, or to a nexthop object; else both are 0. */
struct route_message {
	struct prefix	dst;
	int		ifindex;
	uint32_t	nexthop;
	uint32_t	table;
	uint8_t		protocol;
};

struct neighbor_message {
	struct address	addr;		/* AFI_NONE: not an IP neighbor */
	int		ifindex;	/* of the port, if a bridge has the entry */
	uint16_t	state;		/* NUD_* */
	uint8_t		protocol;
	bool		has_mac;
	uint8_t		mac[MAC_SIZE];
};

/* A nexthop object: one neighbor (via, on ifindex), or a group of others. */
struct nexthop_message {
	uint32_t	id;
	uint8_t		protocol;
	bool		resilient;
	int		ifindex;
	struct address	via;		/* AFI_NONE: it has none */
	unsigned int	nmembers;	/* 0: no group; may be more than are kept */
	uint32_t	members[NETLINK_GROUP_MAX];
};

/* A queueing discipline: ifindex is 0 if it is not one of a link's ingress. */
struct ingress_message {
	int	ifindex;
	bool	drops;		/* its filters are those of DROP_BLOCK */
};

struct filter_message {
	bool	in_drop_block;
	bool	drops;		/* it is the filter of ours there */
};

struct address_message {
	struct address	addr;		/* the local one on a point-to-point link */
	int		ifindex;
	uint32_t	flags;		/* IFA_F_* */
	uint8_t		scope;		/* RT_SCOPE_* */
	uint8_t		length;		/* of the prefix on the link */
	struct address	peer;		/* IPv4: the same, or the other end's */
};

/*
 * netlink_link.c.  A bridge is made without spanning tree, forward delay and
 * multicast snooping: nothing but its ports' containers is behind it.  EEXIST from
 * the kernel if the name is taken.
 */
void	netlink_bridge_create(union netlink_request *, const char *name,
	    const uint8_t mac[MAC_SIZE]);
/* Both ends in this namespace, down; mtu 0: the kernel's default. */
void	netlink_veth_create(union netlink_request *, const char *name,
	    const uint8_t mac[MAC_SIZE], const char *peer,
	    const uint8_t peer_mac[MAC_SIZE], uint32_t mtu);
void	netlink_link_mtu_set(union netlink_request *, int ifindex,
	    uint32_t mtu);
/* Sets the alias and sets it up. */
void	netlink_link_setup(union netlink_request *, int ifindex,
	    const char *alias);
/* Sets the alias and makes it a port of the bridge. */
void	netlink_port_attach(union netlink_request *, int ifindex,
	    const char *alias, int bridge);
/*
 * Sets a port up of which the bridge learns no MAC addresses, and that sends nothing
 * to other ports of this kind.
 */
void	netlink_port_setup(union netlink_request *, int ifindex);
/* No IPv6 link-local address of its own, and so no router solicitations. */
void	netlink_link_no_address(union netlink_request *, int ifindex);
void	netlink_link_delete(union netlink_request *, int ifindex);
void	netlink_link_get(union netlink_request *, const char *name);
void	netlink_link_get_numbered(union netlink_request *, int ifindex);
void	netlink_link_dump(union netlink_request *);
int	netlink_link_parse(const struct nlmsghdr *, struct link_message *)
	    __attribute__((warn_unused_result));

/*
 * netlink_route.c.  In table main PREFIX dev IFINDEX scope link, or, if nexthop is
 * not 0, PREFIX nhid NEXTHOP.  If there is any such route: EEXIST from the kernel,
 * or it is replaced, whosever it is.
 */
void	netlink_route_set(union netlink_request *, const struct prefix *,
	    int ifindex, uint32_t nexthop, bool replace);
/* Only ours: routes of other protocols are no match (ESRCH). */
void	netlink_route_delete(union netlink_request *, const struct prefix *);
void	netlink_route_dump(union netlink_request *, enum afi);	/* only ours */
void	netlink_route_dump_all(union netlink_request *, enum afi);
/* Of a route: hands each of its next hops that has an address to take. */
typedef int (*netlink_take_address)(const struct address *, void *arg);
int	netlink_route_nexthops(const struct nlmsghdr *, netlink_take_address,
	    void *arg) __attribute__((warn_unused_result));
/* The route that a packet to the address takes; ENETUNREACH if there is none. */
void	netlink_route_get(union netlink_request *, const struct address *);
int	netlink_route_parse(const struct nlmsghdr *, struct route_message *)
	    __attribute__((warn_unused_result));

/*
 * netlink_nexthop.c.  A nexthop object: one neighbor, on that link without further
 * question; or a group of at most NETLINK_GROUP_MAX such, of equal weight but for the
 * first (1 to GROUP_WEIGHT_MAX).  EEXIST from the kernel if the id is taken,
 * EOPNOTSUPP if it knows no nexthop objects, EINVAL if it knows no resilient groups.
 * A group that is replaced keeps its kind, all weigh the same then; ENOENT if it is
 * gone.
 */
void	netlink_nexthop_create(union netlink_request *, uint32_t id,
	    const struct address *via, int ifindex);
void	netlink_group_create(union netlink_request *, uint32_t id,
	    const uint32_t *members, unsigned int n, unsigned int first_weight,
	    bool resilient);
void	netlink_group_replace(union netlink_request *, uint32_t id,
	    const uint32_t *members, unsigned int n, bool resilient);
/* With the groups that it was the last of, and the routes that lead to it. */
void	netlink_nexthop_delete(union netlink_request *, uint32_t id);
void	netlink_nexthop_get(union netlink_request *, uint32_t id);
void	netlink_nexthop_dump(union netlink_request *);		/* all */
int	netlink_nexthop_parse(const struct nlmsghdr *,
	    struct nexthop_message *) __attribute__((warn_unused_result));

/* netlink_neighbor.c: permanent entries of ours; set replaces what is there. */
void	netlink_neighbor_set(union netlink_request *, const struct address *,
	    int ifindex, const uint8_t mac[MAC_SIZE]);
void	netlink_neighbor_delete(union netlink_request *,
	    const struct address *, int ifindex);
void	netlink_neighbor_dump(union netlink_request *);		/* all */
int	netlink_neighbor_parse(const struct nlmsghdr *,
	    struct neighbor_message *) __attribute__((warn_unused_result));
/*
 * Tells a bridge behind which port the MAC address is: a container may never send
 * on this link, so that the bridge could not learn and would flood all ports.
 */
void	netlink_port_mac_set(union netlink_request *, int port_ifindex,
	    const uint8_t mac[MAC_SIZE]);
void	netlink_port_mac_dump(union netlink_request *);	/* of all bridges */

/* netlink_address.c */
void	netlink_address_dump(union netlink_request *);		/* both families */
int	netlink_address_parse(const struct nlmsghdr *,
	    struct address_message *) __attribute__((warn_unused_result));

/*
 * netlink_tc.c.  The ingress queueing discipline of a link, whose filters see each
 * packet that the link receives before anything else, a bridge too.  It is made with
 * the filters of DROP_BLOCK, which all such links share: a block exists as
 * long as a link has it.  EEXIST from the kernel if the link has a discipline there,
 * ENOENT or EOPNOTSUPP if it knows none (CONFIG_NET_SCH_INGRESS).
 */
void	netlink_ingress_create(union netlink_request *, int ifindex);
void	netlink_ingress_delete(union netlink_request *, int ifindex);
void	netlink_ingress_get(union netlink_request *, int ifindex);
void	netlink_ingress_dump(union netlink_request *);	/* of all kinds and links */
int	netlink_ingress_parse(const struct nlmsghdr *,
	    struct ingress_message *) __attribute__((warn_unused_result));
/*
 * The one filter of the block, which drops every packet, or makes it so again.  ENOENT
 * or EOPNOTSUPP from the kernel if it knows no such filter (CONFIG_NET_CLS_BPF).
 */
void	netlink_drop_filter_set(union netlink_request *);
void	netlink_drop_filter_dump(union netlink_request *);
int	netlink_filter_parse(const struct nlmsghdr *, struct filter_message *)
	    __attribute__((warn_unused_result));

/*
 * netlink_reply.c.  Reads an NLMSG_ERROR or NLMSG_DONE message: *error is 0 or an
 * errno, text is what the kernel says of it, or "".
 */
int	netlink_reply_parse(const struct nlmsghdr *, int *error, char *text,
	    size_t size) __attribute__((warn_unused_result));

/*
 * netlink.c.  Whether a message starts there that ends within the left bytes;
 * libmnl's own check takes a length of 2 GB and more for a negative one.
 */
bool	netlink_is_whole(const struct nlmsghdr *, int left);
/* For the builders: a request with a family header, all zeros, which is returned. */
void	*netlink_begin(union netlink_request *, uint16_t type,
	    uint16_t flags, size_t family_header);
int	netlink_family(enum afi);
/*
 * For the parsers: the family header, or NULL with EINVAL; each attribute behind it
 * to take, which returns MNL_CB_OK, or MNL_CB_ERROR to refuse the message; an
 * attribute as an address of the family (AF_INET or AF_INET6).
 */
struct nlattr;
typedef int (*netlink_take)(const struct nlattr *, void *arg);
const void *netlink_header(const struct nlmsghdr *, size_t family_header);
int	netlink_attributes(const struct nlmsghdr *, size_t family_header,
	    netlink_take, void *arg) __attribute__((warn_unused_result));
int	netlink_attr_address(const struct nlattr *, int family,
	    struct address *) __attribute__((warn_unused_result));

#endif /* BGPLBD_RDE_NETLINK_H */
