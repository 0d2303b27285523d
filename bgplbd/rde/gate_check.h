/*
 * Whether a finished netlink request is about what is bgplbd's, so that a fault anywhere
 * else in the route decision engine, which holds CAP_NET_ADMIN over the host, cannot
 * touch the host's links, routes and neighbor entries.  Pure: bytes and gate_facts.h in,
 * a verdict out; kernel_gate.c asks it about every request and sends none without it.
 *
 * What is not listed here is refused:
 *
 *	reading		RTM_GETLINK, _GETADDR, _GETROUTE, _GETNEIGH, _GETNEXTHOP,
 *			_GETQDISC, _GETTFILTER
 *	RTM_NEWLINK	a new bridge or veth pair with the names and MAC addresses
 *			that bgplbd gives; or of a link that is ours: its alias, its
 *			MTU, up, no address of its own, and of a host end its bridge,
 *			which is ours too.  No other names, namespaces, bridges
 *	RTM_DELLINK	by the number of a link that is ours, read just before
 *	RTM_NEWROUTE	in table main, of protocol 182, to one address that the
 *	RTM_DELROUTE	settings allow, on a bridge or to a group that is ours; in
 *			place of another only if that is ours, read just before;
 *			deleted, to any one address
 *	RTM_NEWNEIGH	permanent, of protocol 182, on a bridge that is ours; and
 *	RTM_DELNEIGH	which MAC address is behind a host end that is ours
 *	RTM_NEWNEXTHOP	of protocol 182 with ids in our ranges: a member on a bridge
 *	RTM_DELNEXTHOP	that is ours, a group of members that are ours
 *	RTM_NEWQDISC	the ingress of a host end that is ours, with the filters of
 *	RTM_DELQDISC	block DROP_BLOCK
 *	RTM_NEWTFILTER	the filter in that block that drops every packet
 *
 * Each attribute, nested ones included, is listed with what it may be; no attribute may
 * stand twice.  Flags and the fields of headers have to be as the builders of netlink.h
 * fill them.
 */
#ifndef BGPLBD_RDE_GATE_CHECK_H
#define BGPLBD_RDE_GATE_CHECK_H

#include <linux/netlink.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/rde/gate_facts.h"
#include "common/prefix.h"

enum gate_verdict {
	GATE_PASS,
	GATE_ASK,	/* a fact is missing: to be asked for, and checked again */
	GATE_REFUSE
};

enum gate_fact {
	GATE_LINK = 1,		/* that of ifindex */
	GATE_ROUTE = 2,		/* that of addr */
	GATE_NEXTHOP = 4	/* that of id */
};

struct gate_answer {
	enum gate_verdict	 verdict;
	enum gate_fact		 ask;		/* GATE_ASK */
	int			 ifindex;
	uint32_t		 id;
	struct address		 addr;
	const char		*why;		/* GATE_REFUSE: a static string */
};

/*
 * The request has size bytes room, aligned as a struct nlmsghdr; fresh: enum gate_fact,
 * those that were asked for since the caller began with this request.
 */
void	gate_check(const struct gate_facts *, unsigned int fresh,
	    const struct nlmsghdr *, size_t size, struct gate_answer *);
/* "making or changing a link"; never NULL. */
const char *gate_request_text(uint16_t type);

/*
 * For the files of the gate: a check fills in the verdict itself if it is not to pass,
 * and returns false then.
 */
struct gate_checking {
	const struct gate_facts	*facts;
	unsigned int		 fresh;
	uint16_t		 flags;		/* of the request, without REQUEST, ACK */
	uint16_t		 type;
	const void		*header;	/* the family's */
	const uint8_t		*attributes;
	size_t			 len;
	struct gate_answer	*answer;
	/* What the attributes so far have said. */
	enum link_role		 role;		/* of the link */
	const char		*name;		/* of the new link, checked; or NULL */
	int			 family;
	uint32_t		 id;		/* of the nexthop object; 0: none */
	int			 ifindex;	/* of the route or nexthop; 0: none */
};

struct gate_rule {
	uint16_t	type;		/* of the attribute, NLA_F_NESTED included */
	bool		required;
	bool		(*check)(struct gate_checking *, const void *data,
			    size_t len);	/* NULL: behind the last rule */
};

bool	gate_attributes(struct gate_checking *, const void *data, size_t len,
	    const struct gate_rule *);
bool	gate_refuse(struct gate_checking *, const char *why);
bool	gate_ask_link(struct gate_checking *, int ifindex);
bool	gate_ask_nexthop(struct gate_checking *, uint32_t id);
/* The link with this number is ours and has the role, as far as is known. */
bool	gate_is_ours(struct gate_checking *, int ifindex, enum link_role);
/* Of the attribute's size, a number. */
bool	gate_u32(const void *data, size_t len, uint32_t *);
bool	gate_u16(const void *data, size_t len, uint16_t *);
/* A rule's check: the number of a bridge that is ours, which ifindex is then. */
bool	gate_take_bridge(struct gate_checking *, const void *data, size_t len);
/* A text that ends where the attribute does, of at most max bytes with its NUL. */
bool	gate_is_text(const void *data, size_t len, size_t max);
/* A MAC address, of one station. */
bool	gate_is_mac(const void *data, size_t len);
/* The settings let the address be announced (announce_policy.h). */
bool	gate_may_serve(const struct gate_facts *, const struct address *);

/* gate_link.c, gate_route.c, gate_nexthop.c, gate_tc.c */
bool	gate_link_new(struct gate_checking *);
bool	gate_link_delete(struct gate_checking *);
bool	gate_route_new(struct gate_checking *);
bool	gate_route_delete(struct gate_checking *);
bool	gate_neighbor_new(struct gate_checking *);
bool	gate_neighbor_delete(struct gate_checking *);
bool	gate_nexthop_new(struct gate_checking *);
bool	gate_nexthop_delete(struct gate_checking *);
bool	gate_qdisc(struct gate_checking *);
bool	gate_filter(struct gate_checking *);

#endif /* BGPLBD_RDE_GATE_CHECK_H */
