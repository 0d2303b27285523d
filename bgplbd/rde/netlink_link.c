#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

static void
begin(union netlink_request *req, uint16_t type, uint16_t flags, int ifindex,
    unsigned int ifi_flags)
{
	struct ifinfomsg *ifm;

	ifm = netlink_begin(req, type, flags, sizeof(*ifm));
	ifm->ifi_index = ifindex;
	ifm->ifi_flags = ifi_flags;
	ifm->ifi_change = ifi_flags;
}

void
netlink_bridge_create(union netlink_request *req, const char *name,
    const uint8_t mac[MAC_SIZE])
{
	struct nlmsghdr *nlh = &req->hdr;
	struct nlattr *info, *data;

	begin(req, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 0, 0);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	mnl_attr_put(nlh, IFLA_ADDRESS, MAC_SIZE, mac);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "bridge");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_BR_STP_STATE, 0);
	mnl_attr_put_u32(nlh, IFLA_BR_FORWARD_DELAY, 0);
	mnl_attr_put_u8(nlh, IFLA_BR_MCAST_SNOOPING, 0);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

void
netlink_veth_create(union netlink_request *req, const char *name,
    const uint8_t mac[MAC_SIZE], const char *peer,
    const uint8_t peer_mac[MAC_SIZE], uint32_t mtu)
{
	struct nlmsghdr *nlh = &req->hdr;
	struct nlattr *info, *data, *other;

	begin(req, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 0, 0);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	mnl_attr_put(nlh, IFLA_ADDRESS, MAC_SIZE, mac);
	if (mtu != 0)
		mnl_attr_put_u32(nlh, IFLA_MTU, mtu);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, peer);
	mnl_attr_put(nlh, IFLA_ADDRESS, MAC_SIZE, peer_mac);
	if (mtu != 0)
		mnl_attr_put_u32(nlh, IFLA_MTU, mtu);
	mnl_attr_nest_end(nlh, other);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

void
netlink_link_setup(union netlink_request *req, int ifindex,
    const char *alias)
{
	begin(req, RTM_NEWLINK, NLM_F_ACK, ifindex, IFF_UP);
	mnl_attr_put_strz(&req->hdr, IFLA_IFALIAS, alias);
}

void
netlink_port_attach(union netlink_request *req, int ifindex,
    const char *alias, int bridge)
{
	begin(req, RTM_NEWLINK, NLM_F_ACK, ifindex, 0);
	mnl_attr_put_strz(&req->hdr, IFLA_IFALIAS, alias);
	mnl_attr_put_u32(&req->hdr, IFLA_MASTER, (uint32_t)bridge);
}

void
netlink_port_setup(union netlink_request *req, int ifindex)
{
	struct nlmsghdr *nlh = &req->hdr;
	struct nlattr *info, *data;

	begin(req, RTM_NEWLINK, NLM_F_ACK, ifindex, IFF_UP);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_SLAVE_KIND, "bridge");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_SLAVE_DATA);
	mnl_attr_put_u8(nlh, IFLA_BRPORT_LEARNING, 0);
	mnl_attr_put_u8(nlh, IFLA_BRPORT_ISOLATED, 1);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

void
netlink_link_mtu_set(union netlink_request *req, int ifindex, uint32_t mtu)
{
	begin(req, RTM_NEWLINK, NLM_F_ACK, ifindex, 0);
	mnl_attr_put_u32(&req->hdr, IFLA_MTU, mtu);
}

void
netlink_link_no_address(union netlink_request *req, int ifindex)
{
	struct nlattr *spec, *inet6;

	begin(req, RTM_NEWLINK, NLM_F_ACK, ifindex, 0);
	spec = mnl_attr_nest_start(&req->hdr, IFLA_AF_SPEC);
	inet6 = mnl_attr_nest_start(&req->hdr, AF_INET6);
	mnl_attr_put_u8(&req->hdr, IFLA_INET6_ADDR_GEN_MODE,
	    IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(&req->hdr, inet6);
	mnl_attr_nest_end(&req->hdr, spec);
}

void
netlink_link_delete(union netlink_request *req, int ifindex)
{
	begin(req, RTM_DELLINK, NLM_F_ACK, ifindex, 0);
}

void
netlink_link_get(union netlink_request *req, const char *name)
{
	begin(req, RTM_GETLINK, NLM_F_ACK, 0, 0);
	mnl_attr_put_strz(&req->hdr, IFLA_IFNAME, name);
	mnl_attr_put_u32(&req->hdr, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

void
netlink_link_get_numbered(union netlink_request *req, int ifindex)
{
	begin(req, RTM_GETLINK, NLM_F_ACK, ifindex, 0);
	mnl_attr_put_u32(&req->hdr, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

void
netlink_link_dump(union netlink_request *req)
{
	begin(req, RTM_GETLINK, NLM_F_DUMP, 0, 0);
	mnl_attr_put_u32(&req->hdr, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

static int
take_info(const struct nlattr *attr, void *arg)
{
	struct link_message *link = arg;

	if (mnl_attr_get_type(attr) != IFLA_INFO_KIND)
		return MNL_CB_OK;
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == -1)
		return MNL_CB_ERROR;
	if (strcmp(mnl_attr_get_str(attr), "bridge") == 0)
		link->kind = LINK_BRIDGE;
	else if (strcmp(mnl_attr_get_str(attr), "veth") == 0)
		link->kind = LINK_VETH;
	return MNL_CB_OK;
}

static int
take_attribute(const struct nlattr *attr, void *arg)
{
	struct link_message *link = arg;
	const char *alias;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == -1 ||
		    strlcpy(link->name, mnl_attr_get_str(attr),
		    sizeof(link->name)) >= sizeof(link->name))
			return MNL_CB_ERROR;
		break;
	case IFLA_ADDRESS:
		if (mnl_attr_get_payload_len(attr) == MAC_SIZE)
			memcpy(link->mac, mnl_attr_get_payload(attr),
			    MAC_SIZE);
		break;
	case IFLA_MASTER:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		link->master = (int)mnl_attr_get_u32(attr);
		break;
	case IFLA_MTU:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		link->mtu = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		link->peer_is_away = true;
		break;
	case IFLA_IFALIAS:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == -1)
			return MNL_CB_ERROR;
		alias = mnl_attr_get_str(attr);
		link->has_alias = alias[0] != '\0';
		if (network_id_parse(alias, strlen(alias), &link->id) == -1)
			memset(&link->id, 0, sizeof(link->id));
		break;
	case IFLA_LINKINFO:
		if (mnl_attr_validate(attr, MNL_TYPE_NESTED) == -1 ||
		    mnl_attr_parse_nested(attr, take_info, arg) ==
		    MNL_CB_ERROR)
			return MNL_CB_ERROR;
		break;
	}
	return MNL_CB_OK;
}

int
netlink_link_parse(const struct nlmsghdr *nlh, struct link_message *link)
{
	const struct ifinfomsg *ifm;

	memset(link, 0, sizeof(*link));
	if ((ifm = netlink_header(nlh, sizeof(*ifm))) == NULL)
		return -1;
	link->ifindex = ifm->ifi_index;
	link->up = ifm->ifi_flags & IFF_UP;
	return netlink_attributes(nlh, sizeof(*ifm), take_attribute, link);
}
