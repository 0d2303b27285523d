#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

static struct ndmsg *
begin(union netlink_request *req, uint16_t type, uint16_t flags, int family,
    int ifindex)
{
	struct ndmsg *ndm;

	ndm = netlink_begin(req, type, flags, sizeof(*ndm));
	ndm->ndm_family = (uint8_t)family;
	ndm->ndm_ifindex = ifindex;
	return ndm;
}

void
netlink_neighbor_set(union netlink_request *req, const struct address *addr,
    int ifindex, const uint8_t mac[MAC_SIZE])
{
	struct ndmsg *ndm;

	ndm = begin(req, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE |
	    NLM_F_REPLACE, netlink_family(addr->afi), ifindex);
	ndm->ndm_state = NUD_PERMANENT;
	mnl_attr_put(&req->hdr, NDA_DST, address_size(addr->afi),
	    addr->bytes);
	mnl_attr_put(&req->hdr, NDA_LLADDR, MAC_SIZE, mac);
	mnl_attr_put_u8(&req->hdr, NDA_PROTOCOL, BGPLB_RTPROT);
}

void
netlink_neighbor_delete(union netlink_request *req,
    const struct address *addr, int ifindex)
{
	begin(req, RTM_DELNEIGH, NLM_F_ACK, netlink_family(addr->afi),
	    ifindex);
	mnl_attr_put(&req->hdr, NDA_DST, address_size(addr->afi),
	    addr->bytes);
}

void
netlink_neighbor_dump(union netlink_request *req)
{
	begin(req, RTM_GETNEIGH, NLM_F_DUMP, AF_UNSPEC, 0);
}

/* NUD_PERMANENT would make the address the bridge's own; NUD_NOARP is static. */
void
netlink_port_mac_set(union netlink_request *req, int port_ifindex,
    const uint8_t mac[MAC_SIZE])
{
	struct ndmsg *ndm;

	ndm = begin(req, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE |
	    NLM_F_REPLACE, AF_BRIDGE, port_ifindex);
	ndm->ndm_state = NUD_NOARP;
	ndm->ndm_flags = NTF_MASTER;
	mnl_attr_put(&req->hdr, NDA_LLADDR, MAC_SIZE, mac);
}

void
netlink_port_mac_dump(union netlink_request *req)
{
	begin(req, RTM_GETNEIGH, NLM_F_DUMP, AF_BRIDGE, 0);
}

struct parsing {
	struct neighbor_message	*neighbor;
	int			 family;
};

static int
take_attribute(const struct nlattr *attr, void *arg)
{
	struct parsing *p = arg;

	switch (mnl_attr_get_type(attr)) {
	case NDA_DST:
		if (p->family == AF_BRIDGE)	/* what a tunnel sends it to */
			break;
		if (netlink_attr_address(attr, p->family,
		    &p->neighbor->addr) == -1)
			return MNL_CB_ERROR;
		break;
	case NDA_LLADDR:
		/* Other kinds of links have other sizes. */
		if (mnl_attr_get_payload_len(attr) != MAC_SIZE)
			break;
		p->neighbor->has_mac = true;
		memcpy(p->neighbor->mac, mnl_attr_get_payload(attr),
		    MAC_SIZE);
		break;
	case NDA_PROTOCOL:
		if (mnl_attr_validate(attr, MNL_TYPE_U8) == -1)
			return MNL_CB_ERROR;
		p->neighbor->protocol = mnl_attr_get_u8(attr);
		break;
	}
	return MNL_CB_OK;
}

int
netlink_neighbor_parse(const struct nlmsghdr *nlh,
    struct neighbor_message *neighbor)
{
	struct parsing p = { .neighbor = neighbor };
	const struct ndmsg *ndm;

	memset(neighbor, 0, sizeof(*neighbor));
	if ((ndm = netlink_header(nlh, sizeof(*ndm))) == NULL)
		return -1;
	neighbor->ifindex = ndm->ndm_ifindex;
	neighbor->state = ndm->ndm_state;
	p.family = ndm->ndm_family;
	if (p.family != AF_INET && p.family != AF_INET6 &&
	    p.family != AF_BRIDGE)
		return 0;
	return netlink_attributes(nlh, sizeof(*ndm), take_attribute, &p);
}
