/*
 * What the gate lets pass: each kind of request as its builder makes it, and what it
 * refuses: the same with one thing changed.
 */
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/veth.h>

#include "regress/unit/rde/fixtures.h"
#include "regress/unit/rde/gate_fixture.h"

static const uint8_t station[MAC_SIZE] = { 0x02, 0x42, 0x0a, 0, 0, 0x65 };

enum base {
	NEW_BRIDGE_LINK,
	NEW_VETH,
	SETUP_BRIDGE,		/* alias and up */
	SETUP_PORT,		/* alias and bridge */
	PORT_UP,		/* it learns nothing */
	SETUP_NEW,		/* of the bridge without an alias */
	SET_MTU,
	NO_ADDRESS,
	DELETE_LINK,
	ROUTE4, ROUTE6, ROUTE_GROUP, REPLACE_ROUTE, DELETE_ROUTE,
	NEIGHBOR4, NEIGHBOR6, DELETE_NEIGHBOR, PORT_MAC,
	MEMBER4, MEMBER6, NEW_GROUP, RESILIENT, SET_GROUP, DELETE_NEXTHOP,
	INGRESS, DELETE_INGRESS, FILTER,
	READ_LINKS, READ_ROUTES, READ_NEIGHBORS, READ_NEXTHOPS, READ_ADDRESSES
};

enum change {
	NOTHING,
	TYPE,			/* becomes a */
	FLAGS,			/* become REQUEST, ACK and a */
	RAW_FLAGS,		/* become a */
	HEADER,			/* byte a of the family's becomes b */
	HEADER4,		/* the four bytes from a become b */
	VALUE,			/* the first byte of attribute a becomes b */
	LAST,			/* its last byte */
	WITHOUT,		/* attribute a */
	WITH,			/* attribute a of four bytes, b */
	TAIL,			/* the byte that is a before the end becomes b */
	TEXT,			/* the text from is in its place to */
	SHORTER			/* by a bytes */
};

struct row {
	const char		*name;
	enum base		 base;
	enum change		 change;
	long			 a;
	long			 b;
	enum gate_verdict	 verdict;
	const char		*from;
	const char		*to;
};

static const uint32_t members[] = { MEMBER, MEMBER + 1 };

static void
put_new_link(union netlink_request *req, enum base base)
{
	struct object_id network = gate_id(5, 'd'), endpoint = gate_id(6, 'e');
	char name[IFNAMSIZ], peer[IFNAMSIZ];
	uint8_t mac[MAC_SIZE];

	if (base == NEW_BRIDGE_LINK) {
		link_mac(ROLE_BRIDGE, &network, mac);
		netlink_bridge_create(req, link_name(ROLE_BRIDGE, &network,
		    name), mac);
		return;
	}
	link_mac(ROLE_HOST_END, &endpoint, mac);
	netlink_veth_create(req, link_name(ROLE_HOST_END, &endpoint, name),
	    mac, link_name(ROLE_CONTAINER_END, &endpoint, peer), station,
	    NETWORK_MTU_MIN);
}

static void
put_link_change(union netlink_request *req, enum base base,
    struct gate_facts *f)
{
	struct object_id network = gate_id(1, 'a'), endpoint = gate_id(2, 'b');
	struct object_id other = gate_id(3, 'c');

	read_link(f, base == SETUP_NEW ? NEW_BRIDGE :
	    base == SETUP_BRIDGE ? BRIDGE : HOST_END);
	switch (base) {
	case SETUP_NEW:
		netlink_link_setup(req, NEW_BRIDGE, other.hex);
		break;
	case SETUP_BRIDGE:
		netlink_link_setup(req, BRIDGE, network.hex);
		break;
	case SETUP_PORT:
		netlink_port_attach(req, HOST_END, endpoint.hex, BRIDGE);
		break;
	case PORT_UP:
		netlink_port_setup(req, HOST_END);
		break;
	case SET_MTU:
		netlink_link_mtu_set(req, HOST_END, 1400);
		break;
	case NO_ADDRESS:
		netlink_link_no_address(req, HOST_END);
		break;
	default:
		netlink_link_delete(req, HOST_END);
	}
}

/* What was asked of the kernel for a route is answered with ours. */
static void
put_route(union netlink_request *req, enum base base, struct gate_facts *f)
{
	struct prefix v4 = prefix("10.0.0.101/32");
	struct prefix v6 = prefix("2001:db8::101/128");

	switch (base) {
	case ROUTE4:
		netlink_route_set(req, &v4, BRIDGE, 0, false);
		break;
	case ROUTE6:
		netlink_route_set(req, &v6, BRIDGE, 0, false);
		break;
	case ROUTE_GROUP:
		netlink_route_set(req, &v4, 0, GROUP, false);
		break;
	case REPLACE_ROUTE:
		netlink_route_get(req, &v4.addr);
		gate_facts_sent(f, &req->hdr);
		netlink_route_set(req, &v4, BRIDGE, 0, false);
		gate_facts_learn(f, &req->hdr);
		netlink_route_set(req, &v4, BRIDGE, 0, true);
		break;
	default:
		netlink_route_delete(req, &v4);
	}
}

static void
put_neighbor(union netlink_request *req, enum base base)
{
	struct address v4 = address("10.0.0.101");
	struct address v6 = address("2001:db8::101");

	switch (base) {
	case NEIGHBOR4:
		netlink_neighbor_set(req, &v4, BRIDGE, station);
		break;
	case NEIGHBOR6:
		netlink_neighbor_set(req, &v6, BRIDGE, station);
		break;
	case DELETE_NEIGHBOR:
		netlink_neighbor_delete(req, &v4, BRIDGE);
		break;
	default:
		netlink_port_mac_set(req, HOST_END, station);
	}
}

static void
put_nexthop(union netlink_request *req, enum base base, struct gate_facts *f)
{
	struct address via;

	nexthop_told(f, GROUP, BGPLB_RTPROT);
	switch (base) {
	case MEMBER4:
		nexthop_id_via(MEMBER + 5, AFI_IPV4, &via);
		netlink_nexthop_create(req, MEMBER + 5, &via, BRIDGE);
		break;
	case MEMBER6:
		nexthop_id_via(MEMBER + 5, AFI_IPV6, &via);
		netlink_nexthop_create(req, MEMBER + 5, &via, BRIDGE);
		break;
	case NEW_GROUP:
		netlink_group_create(req, GROUP + 1, members, 2, 255, false);
		break;
	case RESILIENT:
		netlink_group_create(req, GROUP + 1, members, 2, 1, true);
		break;
	case SET_GROUP:
		netlink_group_replace(req, GROUP, members, 2, true);
		break;
	default:
		netlink_nexthop_delete(req, GROUP);
	}
}

static void
put_base(union netlink_request *req, enum base base, struct gate_facts *f)
{
	switch (base) {
	case NEW_BRIDGE_LINK:
	case NEW_VETH:
		put_new_link(req, base);
		break;
	case INGRESS:
		netlink_ingress_create(req, HOST_END);
		break;
	case DELETE_INGRESS:
		netlink_ingress_delete(req, HOST_END);
		break;
	case FILTER:
		netlink_drop_filter_set(req);
		break;
	case READ_LINKS:
		netlink_link_dump(req);
		break;
	case READ_ROUTES:
		netlink_route_dump_all(req, AFI_IPV4);
		break;
	case READ_NEIGHBORS:
		netlink_neighbor_dump(req);
		break;
	case READ_NEXTHOPS:
		netlink_nexthop_dump(req);
		break;
	case READ_ADDRESSES:
		netlink_address_dump(req);
		break;
	default:
		if (base <= DELETE_LINK)
			put_link_change(req, base, f);
		else if (base <= DELETE_ROUTE)
			put_route(req, base, f);
		else if (base <= PORT_MAC)
			put_neighbor(req, base);
		else
			put_nexthop(req, base, f);
	}
}

static size_t
header_size(const union netlink_request *req)
{
	switch (req->hdr.nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return sizeof(struct rtmsg);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return sizeof(struct ndmsg);
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		return sizeof(struct nhmsg);
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
	case RTM_NEWTFILTER:
		return sizeof(struct tcmsg);
	default:
		return sizeof(struct ifinfomsg);
	}
}

static struct nlattr *
find(union netlink_request *req, long type)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_offset(&req->hdr,
	    header_size(req));
	const char *end = req->bytes + req->hdr.nlmsg_len;

	for (; mnl_attr_ok(attr, (int)(end - (char *)attr));
	    attr = mnl_attr_next(attr))
		if (mnl_attr_get_type(attr) == type)
			return attr;
	fail_msg("there is no attribute %ld", type);
	return NULL;
}

static void
drop(union netlink_request *req, struct nlattr *attr)
{
	char *at = (char *)attr, *end = req->bytes + req->hdr.nlmsg_len;
	size_t size = (size_t)MNL_ALIGN(attr->nla_len);

	memmove(at, at + size, (size_t)(end - at) - size);
	req->hdr.nlmsg_len -= (uint32_t)size;
}

static void
replace_text(union netlink_request *req, const char *from, const char *to)
{
	char *at = memmem(req->bytes, req->hdr.nlmsg_len, from, strlen(from));

	assert_non_null(at);
	memset(at, 0, strlen(from));
	memcpy(at, to, strlen(to));
}

static void
make_change(union netlink_request *req, const struct row *row)
{
	char *header = req->bytes + NLMSG_HDRLEN;
	struct nlattr *attr;
	uint32_t number = (uint32_t)row->b;

	switch (row->change) {
	case NOTHING:
		break;
	case TYPE:
		req->hdr.nlmsg_type = (uint16_t)row->a;
		break;
	case FLAGS:
		req->hdr.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK |
		    row->a);
		break;
	case RAW_FLAGS:
		req->hdr.nlmsg_flags = (uint16_t)row->a;
		break;
	case HEADER:
		header[row->a] = (char)row->b;
		break;
	case HEADER4:
		memcpy(header + row->a, &number, sizeof(number));
		break;
	case VALUE:
		*(char *)mnl_attr_get_payload(find(req, row->a)) =
		    (char)row->b;
		break;
	case LAST:
		attr = find(req, row->a);
		((char *)attr)[attr->nla_len - 1] = (char)row->b;
		break;
	case WITHOUT:
		drop(req, find(req, row->a));
		break;
	case WITH:
		mnl_attr_put_u32(&req->hdr, (uint16_t)row->a, number);
		break;
	case TAIL:
		req->bytes[req->hdr.nlmsg_len - row->a] = (char)row->b;
		break;
	case TEXT:
		replace_text(req, row->from, row->to);
		break;
	case SHORTER:
		req->hdr.nlmsg_len -= (uint32_t)row->a;
		break;
	}
}

#define FIELD(type, field)	((long)offsetof(struct type, field))
#define ALL_FRESH		(GATE_LINK | GATE_ROUTE | GATE_NEXTHOP)

static const struct row passing[] = {
	{ "new bridge", NEW_BRIDGE_LINK, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "new veth pair", NEW_VETH, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "bridge", SETUP_BRIDGE, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "port", SETUP_PORT, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "port that is up", PORT_UP, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "first alias", SETUP_NEW, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "MTU", SET_MTU, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "no address", NO_ADDRESS, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "link deleted", DELETE_LINK, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "route", ROUTE4, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "IPv6 route", ROUTE6, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "route to a group", ROUTE_GROUP, NOTHING, 0, 0, GATE_PASS, NULL,
	    NULL },
	{ "route of ours replaced", REPLACE_ROUTE, NOTHING, 0, 0, GATE_PASS,
	    NULL, NULL },
	{ "route deleted", DELETE_ROUTE, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "neighbor", NEIGHBOR4, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "IPv6 neighbor", NEIGHBOR6, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "neighbor deleted", DELETE_NEIGHBOR, NOTHING, 0, 0, GATE_PASS, NULL,
	    NULL },
	{ "MAC address of a port", PORT_MAC, NOTHING, 0, 0, GATE_PASS, NULL,
	    NULL },
	{ "member", MEMBER4, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "IPv6 member", MEMBER6, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "group", NEW_GROUP, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "resilient group", RESILIENT, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "group's members", SET_GROUP, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "nexthop deleted", DELETE_NEXTHOP, NOTHING, 0, 0, GATE_PASS, NULL,
	    NULL },
	{ "ingress", INGRESS, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "ingress deleted", DELETE_INGRESS, NOTHING, 0, 0, GATE_PASS, NULL,
	    NULL },
	{ "filter that drops", FILTER, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "links", READ_LINKS, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "routes", READ_ROUTES, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "neighbors", READ_NEIGHBORS, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "nexthops", READ_NEXTHOPS, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
	{ "addresses", READ_ADDRESSES, NOTHING, 0, 0, GATE_PASS, NULL, NULL },
};

#define REFUSED(name, base, change, a, b) \
	{ name, base, change, a, b, GATE_REFUSE, NULL, NULL }
#define REFUSED_TEXT(name, base, from, to) \
	{ name, base, TEXT, 0, 0, GATE_REFUSE, from, to }

static const struct row refused_links[] = {
	REFUSED_TEXT("another name", NEW_BRIDGE_LINK, "bgplb-00000005d",
	    "docker0"),
	REFUSED_TEXT("a name that is too short", NEW_BRIDGE_LINK,
	    "bgplb-00000005d", "bgplb-00000005"),
	REFUSED_TEXT("a bridge's name on a veth", NEW_VETH, "bgpve-00000006e",
	    "bgplb-00000006e"),
	REFUSED_TEXT("a host end named as a container's", NEW_VETH,
	    "bgpve-00000006e", "bgpvc-00000006e"),
	REFUSED_TEXT("a peer of another name", NEW_VETH, "bgpvc-00000006e",
	    "eth0"),
	REFUSED_TEXT("a peer of another endpoint", NEW_VETH,
	    "bgpvc-00000006e", "bgpvc-00000007e"),
	REFUSED_TEXT("another kind", NEW_BRIDGE_LINK, "bridge", "dummy"),
	REFUSED_TEXT("a tunnel", NEW_VETH, "veth", "gre"),
	REFUSED("an own MAC address", NEW_BRIDGE_LINK, VALUE, IFLA_ADDRESS,
	    0x04),
	REFUSED("no MAC address", NEW_BRIDGE_LINK, WITHOUT, IFLA_ADDRESS, 0),
	REFUSED("no name", NEW_BRIDGE_LINK, WITHOUT, IFLA_IFNAME, 0),
	REFUSED("no kind", NEW_BRIDGE_LINK, WITHOUT, IFLA_LINKINFO, 0),
	REFUSED("create or change", NEW_BRIDGE_LINK, FLAGS, NLM_F_CREATE, 0),
	REFUSED("create or replace", NEW_VETH, FLAGS, NLM_F_CREATE |
	    NLM_F_REPLACE, 0),
	REFUSED("a number for a new link", NEW_VETH, HEADER4,
	    FIELD(ifinfomsg, ifi_index), HOST_END),
	REFUSED("a new link that is up", NEW_VETH, HEADER4,
	    FIELD(ifinfomsg, ifi_flags), IFF_UP),
	REFUSED("a bridge made a port", NEW_BRIDGE_LINK, WITH, IFLA_MASTER,
	    BRIDGE),
	REFUSED("a new link for another namespace", NEW_VETH, WITH,
	    IFLA_NET_NS_PID, 1),
	REFUSED("an MTU too small", NEW_VETH, VALUE, IFLA_MTU, 67),
	REFUSED("others' bridge", SETUP_BRIDGE, HEADER4, 4, OTHERS_BRIDGE),
	REFUSED("others' veth", SETUP_PORT, HEADER4, 4, OTHERS_VETH),
	REFUSED("no link", SETUP_PORT, HEADER4, 4, 0),
	REFUSED("a negative link", SETUP_PORT, HEADER4, 4, -1),
	REFUSED("the MTU of others' link", SET_MTU, HEADER4, 4,
	    OTHERS_BRIDGE),
	REFUSED("a port of others' bridge", SETUP_PORT, VALUE, IFLA_MASTER,
	    OTHERS_BRIDGE),
	REFUSED("a port of a port", SETUP_PORT, VALUE, IFLA_MASTER, HOST_END),
	REFUSED("a port of none", SETUP_PORT, VALUE, IFLA_MASTER, 0),
	REFUSED("a bridge made a port later", SETUP_BRIDGE, WITH, IFLA_MASTER,
	    BRIDGE),
	REFUSED("another alias", SETUP_BRIDGE, VALUE, IFLA_IFALIAS, 'f'),
	REFUSED("an alias of the same name", SETUP_BRIDGE, LAST, IFLA_IFALIAS,
	    'a'),
	REFUSED_TEXT("an alias that is no id", SETUP_NEW, "00000003c",
	    "00000003z"),
	REFUSED("a rename", SETUP_PORT, WITH, IFLA_IFNAME, 0x306874),
	REFUSED("another namespace", SETUP_PORT, WITH, IFLA_NET_NS_PID, 1),
	REFUSED("another namespace by a file", SET_MTU, WITH, IFLA_NET_NS_FD,
	    1),
	REFUSED("another MAC address", SET_MTU, WITH, IFLA_ADDRESS, 2),
	REFUSED("a program", SET_MTU, WITH, IFLA_XDP | NLA_F_NESTED, 0),
	REFUSED("the length of the queue", SET_MTU, WITH, IFLA_TXQLEN, 1),
	REFUSED("an MTU of more than fits", SET_MTU, LAST, IFLA_MTU, 1),
	REFUSED("promiscuous", SETUP_BRIDGE, HEADER4,
	    FIELD(ifinfomsg, ifi_flags), IFF_UP | IFF_PROMISC),
	REFUSED("down", SETUP_BRIDGE, HEADER4, FIELD(ifinfomsg, ifi_flags), 0),
	REFUSED("another family", SETUP_PORT, HEADER, 0, AF_BRIDGE),
	REFUSED("a port of others that is up", PORT_UP, HEADER4, 4,
	    OTHERS_VETH),
	REFUSED("a bridge as a port", PORT_UP, HEADER4, 4, BRIDGE),
	REFUSED_TEXT("a port of another kind", PORT_UP, "bridge", "bond"),
	REFUSED("an attribute twice", SETUP_PORT, WITH, IFLA_MASTER, BRIDGE),
	REFUSED("an address by EUI-64", NO_ADDRESS, TAIL, 4,
	    IN6_ADDR_GEN_MODE_EUI64),
	REFUSED("deletion of others' bridge", DELETE_LINK, HEADER4, 4,
	    OTHERS_BRIDGE),
	REFUSED("deletion of others' veth", DELETE_LINK, HEADER4, 4,
	    OTHERS_VETH),
	REFUSED("deletion of none", DELETE_LINK, HEADER4, 4, 0),
	REFUSED("deletion by name", DELETE_LINK, WITH, IFLA_IFNAME, 0x306874),
	REFUSED("deletion of a group of links", DELETE_LINK, WITH, IFLA_GROUP,
	    0),
	REFUSED("deletion of more", DELETE_LINK, FLAGS, NLM_F_BULK, 0),
};

static const struct row refused_routes[] = {
	REFUSED("the default route", ROUTE4, HEADER,
	    FIELD(rtmsg, rtm_dst_len), 0),
	REFUSED("a wide route", ROUTE4, HEADER, FIELD(rtmsg, rtm_dst_len), 24),
	REFUSED("no destination", ROUTE4, WITHOUT, RTA_DST, 0),
	REFUSED("another protocol", ROUTE4, HEADER,
	    FIELD(rtmsg, rtm_protocol), RTPROT_STATIC),
	REFUSED("another table", ROUTE4, HEADER, FIELD(rtmsg, rtm_table),
	    RT_TABLE_LOCAL),
	REFUSED("another table by an attribute", ROUTE4, WITH, RTA_TABLE,
	    RT_TABLE_LOCAL),
	REFUSED("a blackhole", ROUTE4, HEADER, FIELD(rtmsg, rtm_type),
	    RTN_BLACKHOLE),
	REFUSED("a local route", ROUTE4, HEADER, FIELD(rtmsg, rtm_type),
	    RTN_LOCAL),
	REFUSED("another scope", ROUTE4, HEADER, FIELD(rtmsg, rtm_scope),
	    RT_SCOPE_HOST),
	REFUSED("a route by others' bridge", ROUTE4, VALUE, RTA_OIF,
	    OTHERS_BRIDGE),
	REFUSED("a route by a port", ROUTE4, VALUE, RTA_OIF, HOST_END),
	REFUSED("a route by nothing", ROUTE4, WITHOUT, RTA_OIF, 0),
	REFUSED("a route by a gateway", ROUTE4, WITH, RTA_GATEWAY,
	    0x0100000a),
	REFUSED("a route by both", ROUTE4, WITH, RTA_NH_ID, (long)GROUP),
	REFUSED("a route to a group of others' ids", ROUTE_GROUP, LAST,
	    RTA_NH_ID, 0),
	REFUSED("a route to a group that is not known", ROUTE_GROUP, VALUE,
	    RTA_NH_ID, 9),
	REFUSED("a source", ROUTE4, WITH, RTA_PREFSRC, 0x0100000a),
	REFUSED("a metric", ROUTE4, WITH, RTA_PRIORITY, 1),
	REFUSED("a loopback address", ROUTE4, VALUE, RTA_DST, 127),
	REFUSED("a multicast address", ROUTE4, VALUE, RTA_DST, (char)224),
	REFUSED("no address", ROUTE4, VALUE, RTA_DST, 0),
	REFUSED("an IPv6 multicast address", ROUTE6, VALUE, RTA_DST,
	    (char)0xff),
	REFUSED("one of several", ROUTE4, FLAGS, NLM_F_CREATE | NLM_F_APPEND,
	    0),
	REFUSED("in front of others", ROUTE4, FLAGS, NLM_F_CREATE, 0),
	REFUSED("in place of what is not known", ROUTE4, FLAGS, NLM_F_CREATE |
	    NLM_F_REPLACE, 0),
	REFUSED("in place of another address's", REPLACE_ROUTE, LAST, RTA_DST,
	    7),
	REFUSED("deletion of others' route", DELETE_ROUTE, HEADER,
	    FIELD(rtmsg, rtm_protocol), 0),
	REFUSED("deletion of a wide route", DELETE_ROUTE, HEADER,
	    FIELD(rtmsg, rtm_dst_len), 8),
	REFUSED("deletion of the default route", DELETE_ROUTE, HEADER,
	    FIELD(rtmsg, rtm_dst_len), 0),
	REFUSED("deletion in another table", DELETE_ROUTE, WITH, RTA_TABLE,
	    RT_TABLE_LOCAL),
	REFUSED("deletion without a destination", DELETE_ROUTE, WITHOUT,
	    RTA_DST, 0),
	REFUSED("a neighbor on others' bridge", NEIGHBOR4, HEADER4,
	    FIELD(ndmsg, ndm_ifindex), OTHERS_BRIDGE),
	REFUSED("a neighbor on a port", NEIGHBOR4, HEADER4,
	    FIELD(ndmsg, ndm_ifindex), HOST_END),
	REFUSED("a proxy entry", NEIGHBOR4, HEADER, FIELD(ndmsg, ndm_flags),
	    NTF_PROXY),
	REFUSED("a neighbor that is not permanent", NEIGHBOR4, HEADER,
	    FIELD(ndmsg, ndm_state), NUD_REACHABLE),
	REFUSED("a multicast MAC address", NEIGHBOR4, VALUE, NDA_LLADDR, 1),
	REFUSED("a neighbor of another protocol", NEIGHBOR4, VALUE,
	    NDA_PROTOCOL, RTPROT_STATIC),
	REFUSED("a neighbor of no protocol", NEIGHBOR4, WITHOUT, NDA_PROTOCOL,
	    0),
	REFUSED("a neighbor with a loopback address", NEIGHBOR4, VALUE,
	    NDA_DST, 127),
	REFUSED("deletion of a neighbor of others", DELETE_NEIGHBOR, HEADER4,
	    FIELD(ndmsg, ndm_ifindex), OTHERS_BRIDGE),
	REFUSED("deletion of all neighbors", DELETE_NEIGHBOR, FLAGS,
	    NLM_F_BULK, 0),
	REFUSED("deletion of a bridge's entry", DELETE_NEIGHBOR, HEADER, 0,
	    AF_BRIDGE),
	REFUSED("a port of others", PORT_MAC, HEADER4,
	    FIELD(ndmsg, ndm_ifindex), OTHERS_VETH),
	REFUSED("an entry of a bridge itself", PORT_MAC, HEADER4,
	    FIELD(ndmsg, ndm_ifindex), BRIDGE),
	REFUSED("an address of the bridge's own", PORT_MAC, HEADER,
	    FIELD(ndmsg, ndm_state), NUD_PERMANENT),
};

static const struct row refused_others[] = {
	REFUSED("a nexthop of another protocol", MEMBER4, HEADER,
	    FIELD(nhmsg, nh_protocol), RTPROT_STATIC),
	REFUSED("an id of others", MEMBER4, LAST, NHA_ID, 0),
	REFUSED("a group's id", MEMBER4, VALUE, NHA_ID, 0),
	REFUSED("a nexthop on others' bridge", MEMBER4, VALUE, NHA_OIF,
	    OTHERS_BRIDGE),
	REFUSED("another gateway", MEMBER4, VALUE, NHA_GATEWAY, 10),
	REFUSED("no gateway", MEMBER6, WITHOUT, NHA_GATEWAY, 0),
	REFUSED("a blackhole nexthop", MEMBER4, WITH, NHA_BLACKHOLE, 0),
	REFUSED("a nexthop that is replaced", MEMBER4, FLAGS, NLM_F_CREATE |
	    NLM_F_REPLACE, 0),
	REFUSED("a group of others' members", NEW_GROUP, VALUE, NHA_GROUP, 7),
	REFUSED("a member out of range", NEW_GROUP, VALUE,
	    NHA_GROUP, (char)0xff),
	REFUSED("a group of no members", NEW_GROUP, WITHOUT, NHA_GROUP, 0),
	REFUSED("a group with a member's id", NEW_GROUP, LAST, NHA_ID, 0),
	REFUSED("a group made or replaced", NEW_GROUP, FLAGS, NLM_F_CREATE |
	    NLM_F_REPLACE, 0),
	REFUSED("another kind of group", NEW_GROUP, VALUE, NHA_GROUP_TYPE, 9),
	REFUSED("other buckets", RESILIENT, TAIL, 20, 64),
	REFUSED("deletion of others' nexthop", DELETE_NEXTHOP, LAST, NHA_ID,
	    0),
	REFUSED("deletion of all nexthops", DELETE_NEXTHOP, WITHOUT, NHA_ID,
	    0),
	REFUSED("deletion of more nexthops", DELETE_NEXTHOP, FLAGS,
	    NLM_F_BULK, 0),
	REFUSED("ingress of others' link", INGRESS, HEADER4,
	    FIELD(tcmsg, tcm_ifindex), OTHERS_VETH),
	REFUSED("ingress of a bridge", INGRESS, HEADER4,
	    FIELD(tcmsg, tcm_ifindex), BRIDGE),
	REFUSED("what a link sends", INGRESS, HEADER4,
	    FIELD(tcmsg, tcm_parent), (long)TC_H_ROOT),
	REFUSED_TEXT("another discipline", INGRESS, "ingress", "clsact"),
	REFUSED("another block", INGRESS, VALUE, TCA_INGRESS_BLOCK, 1),
	REFUSED("an egress block", INGRESS, WITH, TCA_EGRESS_BLOCK, 1),
	REFUSED("ingress in place of another", INGRESS, FLAGS, NLM_F_CREATE |
	    NLM_F_REPLACE, 0),
	REFUSED("deletion at others' ingress", DELETE_INGRESS, HEADER4,
	    FIELD(tcmsg, tcm_ifindex), OTHERS_VETH),
	REFUSED("a filter of a link", FILTER, HEADER4,
	    FIELD(tcmsg, tcm_ifindex), HOST_END),
	REFUSED("a filter of another block", FILTER, HEADER4,
	    FIELD(tcmsg, tcm_parent), 7),
	REFUSED_TEXT("another kind of filter", FILTER, "bpf", "u32"),
	REFUSED("a filter that lets through", FILTER, LAST, TCA_OPTIONS, 1),
	REFUSED("deletion of filters", FILTER, TYPE, RTM_DELTFILTER, 0),
	REFUSED("an address", SET_MTU, TYPE, RTM_NEWADDR, 0),
	REFUSED("deletion of an address", SET_MTU, TYPE, RTM_DELADDR, 0),
	REFUSED("a rule", ROUTE4, TYPE, RTM_NEWRULE, 0),
	REFUSED("deletion of a rule", ROUTE4, TYPE, RTM_DELRULE, 0),
	REFUSED("a link in the old way", SET_MTU, TYPE, RTM_SETLINK, 0),
	REFUSED("settings of neighbors", SET_MTU, TYPE, RTM_SETNEIGHTBL, 0),
	REFUSED("settings of a link", SET_MTU, TYPE, RTM_NEWNETCONF, 0),
	REFUSED("a namespace's number", SET_MTU, TYPE, RTM_NEWNSID, 0),
	REFUSED("a traffic class", INGRESS, TYPE, RTM_NEWTCLASS, 0),
	REFUSED("a chain", INGRESS, TYPE, RTM_NEWCHAIN, 0),
	REFUSED("an action", INGRESS, TYPE, RTM_NEWACTION, 0),
	REFUSED("a control message", SET_MTU, TYPE, NLMSG_ERROR, 0),
	REFUSED("no request", SET_MTU, RAW_FLAGS, NLM_F_ACK, 0),
	REFUSED("no answer", SET_MTU, RAW_FLAGS, NLM_F_REQUEST, 0),
	REFUSED("half a header", DELETE_LINK, SHORTER, 4, 0),
	REFUSED("half an attribute", SET_MTU, SHORTER, 2, 0),
	REFUSED("half an attribute's header", SET_MTU, SHORTER, 6, 0),
};

static enum gate_verdict
verdict_of(const struct row *row, unsigned int fresh, const char **why)
{
	static struct gate_facts facts;
	union netlink_request req;
	struct gate_answer answer;
	enum gate_verdict verdict;
	int asked;

	gate_facts_clear(&facts);
	all_told(&facts);
	put_base(&req, row->base, &facts);
	make_change(&req, row);
	/* What is asked for is answered, as the kernel would. */
	for (asked = 0; ; asked++) {
		gate_check(&facts, fresh, &req.hdr, sizeof(req), &answer);
		if (answer.verdict != GATE_ASK || asked == 10)
			break;
		fresh |= answer.ask;
		if (answer.ask == GATE_LINK)
			read_link(&facts, answer.ifindex);
		else if (answer.ask == GATE_NEXTHOP)
			nexthop_told(&facts, answer.id,
			    answer.id <= MEMBER + 1 || answer.id == GROUP ?
			    BGPLB_RTPROT : RTPROT_STATIC);
	}
	verdict = answer.verdict;
	*why = answer.why;
	gate_facts_clear(&facts);
	return verdict;
}

static void
assert_rows(const struct row *rows, size_t n)
{
	const char *why;
	size_t i;

	for (i = 0; i < n; i++)
		if (verdict_of(&rows[i], 0, &why) != rows[i].verdict)
			fail_msg("%s: %s", rows[i].name,
			    why == NULL ? "passes" : why);
}

#define ROWS(a)	a, sizeof(a) / sizeof(a[0])

static void
test_each_kind_of_request_passes_as_it_is_built(void **state)
{
	(void)state;
	assert_rows(ROWS(passing));
}

static void
test_links_of_others_are_refused(void **state)
{
	(void)state;
	assert_rows(ROWS(refused_links));
}

static void
test_routes_and_neighbors_of_others_are_refused(void **state)
{
	(void)state;
	assert_rows(ROWS(refused_routes));
}

static void
test_everything_else_is_refused(void **state)
{
	(void)state;
	assert_rows(ROWS(refused_others));
}

/*
 * What the gate knows.
 */

static struct gate_facts facts;

static enum gate_verdict
check(const union netlink_request *req, unsigned int fresh)
{
	struct gate_answer answer;

	gate_check(&facts, fresh, &req->hdr, sizeof(*req), &answer);
	return answer.verdict;
}

static void
test_a_link_is_read_right_before_it_is_deleted(void **state)
{
	union netlink_request req;

	(void)state;
	all_told(&facts);
	read_link(&facts, HOST_END);
	netlink_link_delete(&req, HOST_END);
	assert_int_equal(check(&req, 0), GATE_ASK);
	assert_int_equal(check(&req, GATE_LINK), GATE_PASS);
	/* The number is another link's by now. */
	link_told(&facts, HOST_END, "veth", "veth0", NULL, station);
	assert_int_equal(check(&req, GATE_LINK), GATE_REFUSE);
	gate_facts_clear(&facts);
}

static void
test_a_link_that_went_is_not_known_any_more(void **state)
{
	struct address addr = address("10.0.0.101");
	union netlink_request req, told;
	struct ifinfomsg *ifm;

	(void)state;
	all_told(&facts);
	netlink_neighbor_set(&req, &addr, BRIDGE, station);
	assert_int_equal(check(&req, 0), GATE_PASS);
	ifm = netlink_begin(&told, RTM_DELLINK, 0, sizeof(*ifm));
	ifm->ifi_index = BRIDGE;
	gate_facts_hear(&facts, &told.hdr);
	assert_int_equal(check(&req, 0), GATE_ASK);
	read_link(&facts, BRIDGE);
	assert_int_equal(check(&req, GATE_LINK), GATE_PASS);
	/* By us. */
	netlink_link_delete(&told, BRIDGE);
	gate_facts_done(&facts, &told.hdr);
	assert_int_equal(check(&req, 0), GATE_ASK);
	gate_facts_clear(&facts);
}

static void
test_a_link_that_was_renamed_is_not_ours_any_more(void **state)
{
	struct object_id network = gate_id(1, 'a');
	struct address addr = address("10.0.0.101");
	union netlink_request req;

	(void)state;
	all_told(&facts);
	netlink_neighbor_set(&req, &addr, BRIDGE, station);
	link_told(&facts, BRIDGE, "bridge", "br7", network.hex, station);
	assert_int_equal(check(&req, GATE_LINK), GATE_REFUSE);
	gate_facts_clear(&facts);
}

static void
test_a_dump_of_links_names_all_of_them(void **state)
{
	struct address addr = address("10.0.0.101");
	union netlink_request req, dump;

	(void)state;
	all_told(&facts);
	netlink_link_dump(&dump);
	gate_facts_sent(&facts, &dump.hdr);
	read_link(&facts, NEW_BRIDGE);
	netlink_neighbor_set(&req, &addr, NEW_BRIDGE, station);
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_neighbor_set(&req, &addr, BRIDGE, station);
	assert_int_equal(check(&req, 0), GATE_ASK);
	gate_facts_clear(&facts);
}

static void
test_a_link_that_was_read_long_ago_is_read_again(void **state)
{
	union netlink_request req;
	unsigned int i;

	(void)state;
	all_told(&facts);
	read_link(&facts, HOST_END);
	netlink_link_mtu_set(&req, HOST_END, 1400);
	for (i = 0; i < 8; i++) {
		assert_int_equal(check(&req, 0), GATE_PASS);
		gate_facts_sent(&facts, &req.hdr);
	}
	gate_facts_sent(&facts, &req.hdr);
	assert_int_equal(check(&req, 0), GATE_ASK);
	gate_facts_clear(&facts);
}

static void
test_a_nexthop_object_is_ours_from_its_making_to_its_end(void **state)
{
	struct prefix v4 = prefix("10.0.0.101/32");
	union netlink_request route, req;

	(void)state;
	all_told(&facts);
	netlink_route_set(&route, &v4, 0, GROUP + 1, false);
	assert_int_equal(check(&route, 0), GATE_ASK);
	netlink_group_create(&req, GROUP + 1, members, 2, 1, true);
	gate_facts_done(&facts, &req.hdr);
	assert_int_equal(check(&route, 0), GATE_PASS);
	netlink_nexthop_delete(&req, GROUP + 1);
	gate_facts_done(&facts, &req.hdr);
	assert_int_equal(check(&route, 0), GATE_ASK);
	nexthop_told(&facts, GROUP + 1, RTPROT_STATIC);
	assert_int_equal(check(&route, GATE_NEXTHOP), GATE_REFUSE);
	nexthop_told(&facts, GROUP + 1, BGPLB_RTPROT);
	assert_int_equal(check(&route, 0), GATE_PASS);
	req.hdr.nlmsg_type = RTM_DELNEXTHOP;
	gate_facts_hear(&facts, &req.hdr);
	assert_int_equal(check(&route, 0), GATE_ASK);
	gate_facts_clear(&facts);
}

static void
test_routes_lead_to_what_the_settings_allow(void **state)
{
	static struct settings settings;
	struct allowed_prefix *allowed = settings.allowed;
	struct prefix in = prefix("10.1.0.7/32"), out = prefix("10.0.0.7/32");
	struct prefix named = prefix("169.254.7.7/32");
	union netlink_request req;

	(void)state;
	all_told(&facts);
	netlink_route_set(&req, &in, BRIDGE, 0, false);
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_route_set(&req, &named, BRIDGE, 0, false);
	assert_int_equal(check(&req, 0), GATE_REFUSE);
	allowed[0].prefix = prefix("10.1.0.0/16");
	allowed[1].prefix = prefix("169.254.7.0/24");
	allowed[0].longest = allowed[1].longest = 32;
	settings.nallowed = 2;
	facts.settings = &settings;
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_neighbor_set(&req, &named.addr, BRIDGE, station);
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_route_set(&req, &in, BRIDGE, 0, false);
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_route_set(&req, &out, BRIDGE, 0, false);
	assert_int_equal(check(&req, 0), GATE_REFUSE);
	netlink_neighbor_set(&req, &out.addr, BRIDGE, station);
	assert_int_equal(check(&req, 0), GATE_REFUSE);
	/* What was made under other settings can go. */
	netlink_route_delete(&req, &out);
	assert_int_equal(check(&req, 0), GATE_PASS);
	netlink_neighbor_delete(&req, &out.addr, BRIDGE);
	assert_int_equal(check(&req, 0), GATE_PASS);
	gate_facts_clear(&facts);
}

/* What is beyond the table is asked for each time. */
static void
test_the_table_of_links_is_limited(void **state)
{
	struct object_id id;
	char name[IFNAMSIZ];
	int i;

	(void)state;
	memset(&facts, 0, sizeof(facts));
	for (i = 0; i < GATE_LINKS_MAX + 10; i++) {
		id = gate_id((unsigned int)i, 'a');
		link_told(&facts, 1 + (i * 7919) % (GATE_LINKS_MAX + 10),
		    "bridge", link_name(ROLE_BRIDGE, &id, name), id.hex,
		    station);
	}
	assert_int_equal(facts.nlinks, GATE_LINKS_MAX);
	for (i = 1; i < GATE_LINKS_MAX; i++)
		assert_true(facts.links[i - 1].ifindex <
		    facts.links[i].ifindex);
	gate_facts_clear(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_kind_of_request_passes_as_it_is_built),
		cmocka_unit_test(test_links_of_others_are_refused),
		cmocka_unit_test(
		    test_routes_and_neighbors_of_others_are_refused),
		cmocka_unit_test(test_everything_else_is_refused),
		cmocka_unit_test(
		    test_a_link_is_read_right_before_it_is_deleted),
		cmocka_unit_test(test_a_link_that_went_is_not_known_any_more),
		cmocka_unit_test(
		    test_a_link_that_was_renamed_is_not_ours_any_more),
		cmocka_unit_test(test_a_dump_of_links_names_all_of_them),
		cmocka_unit_test(
		    test_a_link_that_was_read_long_ago_is_read_again),
		cmocka_unit_test(
		    test_a_nexthop_object_is_ours_from_its_making_to_its_end),
		cmocka_unit_test(test_routes_lead_to_what_the_settings_allow),
		cmocka_unit_test(test_the_table_of_links_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
