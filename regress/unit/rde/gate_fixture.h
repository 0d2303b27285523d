/*
 * What the kernel has told in the tests of the gate: bridge 10 of network 1 and host end
 * 11 of endpoint 2 are ours, link 20 is a bridge of others, 21 a veth with a name like
 * ours and another's alias, 22 a bridge of ours that has no alias yet.
 */
#ifndef REGRESS_RDE_GATE_FIXTURE_H
#define REGRESS_RDE_GATE_FIXTURE_H

#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/gate_check.h"
#include "bgplbd/rde/link_names.h"

#define BRIDGE		10
#define HOST_END	11
#define OTHERS_BRIDGE	20
#define OTHERS_VETH	21
#define NEW_BRIDGE	22
#define MEMBER		NEXTHOP_ID_MEMBER_FIRST
#define GROUP		NEXTHOP_ID_GROUP_FIRST
#define OTHERS_MEMBER	(MEMBER + 7)	/* in our range, of another protocol */

/* Ids as fixtures.h numbers them, but without cmocka. */
static inline struct object_id
gate_id(unsigned int number, char digit)
{
	struct object_id id;
	unsigned int i;

	memset(&id, 0, sizeof(id));
	memset(id.hex, digit, OBJECT_ID_DIGITS);
	for (i = 0; i < 8; i++)
		id.hex[i] = "0123456789abcdef"[number >> (28 - 4 * i) & 0xf];
	return id;
}

static inline void
link_told(struct gate_facts *f, int ifindex, const char *kind,
    const char *name, const char *alias, const uint8_t mac[MAC_SIZE])
{
	union netlink_request m;
	struct ifinfomsg *ifm;
	struct nlattr *info;

	ifm = netlink_begin(&m, RTM_NEWLINK, 0, sizeof(*ifm));
	ifm->ifi_index = ifindex;
	mnl_attr_put_strz(&m.hdr, IFLA_IFNAME, name);
	if (alias != NULL)
		mnl_attr_put_strz(&m.hdr, IFLA_IFALIAS, alias);
	mnl_attr_put(&m.hdr, IFLA_ADDRESS, MAC_SIZE, mac);
	info = mnl_attr_nest_start(&m.hdr, IFLA_LINKINFO);
	mnl_attr_put_strz(&m.hdr, IFLA_INFO_KIND, kind);
	mnl_attr_nest_end(&m.hdr, info);
	gate_facts_learn(f, &m.hdr);
}

static inline void
nexthop_told(struct gate_facts *f, uint32_t id, uint8_t protocol)
{
	union netlink_request m;
	struct nhmsg *nhm;

	nhm = netlink_begin(&m, RTM_NEWNEXTHOP, 0, sizeof(*nhm));
	nhm->nh_protocol = protocol;
	mnl_attr_put_u32(&m.hdr, NHA_ID, id);
	gate_facts_learn(f, &m.hdr);
}

/* What is behind ifindex is read last. */
static inline void
read_link(struct gate_facts *f, int ifindex)
{
	static const uint8_t any[MAC_SIZE] = { 2, 1, 1, 1, 1, 1 };
	struct object_id network = gate_id(1, 'a'), endpoint = gate_id(2, 'b');
	struct object_id other = gate_id(3, 'c');
	uint8_t mac[MAC_SIZE];
	char name[IFNAMSIZ];

	switch (ifindex) {
	case BRIDGE:
		link_told(f, BRIDGE, "bridge", link_name(ROLE_BRIDGE, &network,
		    name), network.hex, any);
		break;
	case HOST_END:
		link_told(f, HOST_END, "veth", link_name(ROLE_HOST_END,
		    &endpoint, name), endpoint.hex, any);
		break;
	case OTHERS_BRIDGE:
		link_told(f, OTHERS_BRIDGE, "bridge", "br0", NULL, any);
		break;
	case OTHERS_VETH:
		link_told(f, OTHERS_VETH, "veth", link_name(ROLE_HOST_END,
		    &other, name), network.hex, any);
		break;
	case NEW_BRIDGE:
		link_mac(ROLE_BRIDGE, &other, mac);
		link_told(f, NEW_BRIDGE, "bridge", link_name(ROLE_BRIDGE,
		    &other, name), NULL, mac);
		break;
	}
}

static inline void
all_told(struct gate_facts *f)
{
	memset(f, 0, sizeof(*f));
	nexthop_told(f, MEMBER, BGPLB_RTPROT);
	nexthop_told(f, MEMBER + 1, BGPLB_RTPROT);
	nexthop_told(f, GROUP, BGPLB_RTPROT);
	nexthop_told(f, OTHERS_MEMBER, RTPROT_STATIC);
	read_link(f, BRIDGE);
	read_link(f, HOST_END);
	read_link(f, OTHERS_BRIDGE);
	read_link(f, OTHERS_VETH);
	read_link(f, NEW_BRIDGE);
}

#endif /* REGRESS_RDE_GATE_FIXTURE_H */
