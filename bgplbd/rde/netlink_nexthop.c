#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

#define TICKS_PER_SECOND	100	/* clock_t of every architecture */

static struct nhmsg *
begin(union netlink_request *req, uint16_t type, uint16_t flags)
{
	return netlink_begin(req, type, flags, sizeof(struct nhmsg));
}

void
netlink_nexthop_create(union netlink_request *req, uint32_t id,
    const struct address *via, int ifindex)
{
	struct nhmsg *nhm;

	nhm = begin(req, RTM_NEWNEXTHOP, NLM_F_ACK | NLM_F_CREATE |
	    NLM_F_EXCL);
	nhm->nh_family = (unsigned char)netlink_family(via->afi);
	nhm->nh_protocol = BGPLB_RTPROT;
	nhm->nh_flags = RTNH_F_ONLINK;
	mnl_attr_put_u32(&req->hdr, NHA_ID, id);
	mnl_attr_put_u32(&req->hdr, NHA_OIF, (uint32_t)ifindex);
	mnl_attr_put(&req->hdr, NHA_GATEWAY, address_size(via->afi),
	    via->bytes);
}

static void
put_group(union netlink_request *req, uint32_t id, const uint32_t *members,
    unsigned int n, unsigned int first_weight, bool resilient)
{
	struct nexthop_grp entries[NETLINK_GROUP_MAX];
	unsigned int i;

	if (n > NETLINK_GROUP_MAX)
		n = NETLINK_GROUP_MAX;
	memset(entries, 0, sizeof(entries));
	for (i = 0; i < n; i++)
		entries[i].id = members[i];
	entries[0].weight = (uint8_t)(first_weight - 1); /* one less, as all */
	mnl_attr_put_u32(&req->hdr, NHA_ID, id);
	mnl_attr_put(&req->hdr, NHA_GROUP, n * sizeof(entries[0]), entries);
	mnl_attr_put_u16(&req->hdr, NHA_GROUP_TYPE, resilient ?
	    NEXTHOP_GRP_TYPE_RES : NEXTHOP_GRP_TYPE_MPATH);
}

void
netlink_group_create(union netlink_request *req, uint32_t id,
    const uint32_t *members, unsigned int n, unsigned int first_weight,
    bool resilient)
{
	struct nlattr *table;
	struct nhmsg *nhm;

	nhm = begin(req, RTM_NEWNEXTHOP, NLM_F_ACK | NLM_F_CREATE |
	    NLM_F_EXCL);
	nhm->nh_protocol = BGPLB_RTPROT;
	put_group(req, id, members, n, first_weight, resilient);
	if (!resilient)
		return;
	table = mnl_attr_nest_start(&req->hdr, NHA_RES_GROUP);
	mnl_attr_put_u16(&req->hdr, NHA_RES_GROUP_BUCKETS, GROUP_BUCKETS);
	mnl_attr_put_u32(&req->hdr, NHA_RES_GROUP_IDLE_TIMER,
	    GROUP_IDLE_SECONDS * TICKS_PER_SECOND);
	mnl_attr_put_u32(&req->hdr, NHA_RES_GROUP_UNBALANCED_TIMER,
	    GROUP_UNBALANCED_SECONDS * TICKS_PER_SECOND);
	mnl_attr_nest_end(&req->hdr, table);
}

void
netlink_group_replace(union netlink_request *req, uint32_t id,
    const uint32_t *members, unsigned int n, bool resilient)
{
	struct nhmsg *nhm;

	nhm = begin(req, RTM_NEWNEXTHOP, NLM_F_ACK | NLM_F_REPLACE);
	nhm->nh_protocol = BGPLB_RTPROT;
	put_group(req, id, members, n, 1, resilient);
}

void
netlink_nexthop_delete(union netlink_request *req, uint32_t id)
{
	begin(req, RTM_DELNEXTHOP, NLM_F_ACK);
	mnl_attr_put_u32(&req->hdr, NHA_ID, id);
}

void
netlink_nexthop_get(union netlink_request *req, uint32_t id)
{
	begin(req, RTM_GETNEXTHOP, NLM_F_ACK);
	mnl_attr_put_u32(&req->hdr, NHA_ID, id);
}

void
netlink_nexthop_dump(union netlink_request *req)
{
	begin(req, RTM_GETNEXTHOP, NLM_F_DUMP);
}

/* struct nexthop_grp, as often as it fits. */
static int
take_group(const struct nlattr *attr, struct nexthop_message *nexthop)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const char *data = mnl_attr_get_payload(attr);
	struct nexthop_grp entry;
	unsigned int i;

	if (len == 0 || len % sizeof(entry) != 0)
		return MNL_CB_ERROR;
	nexthop->nmembers = (unsigned int)(len / sizeof(entry));
	for (i = 0; i < nexthop->nmembers && i < NETLINK_GROUP_MAX; i++) {
		memcpy(&entry, data + i * sizeof(entry), sizeof(entry));
		nexthop->members[i] = entry.id;
	}
	return MNL_CB_OK;
}

struct parsing {
	struct nexthop_message	*nexthop;
	int			 family;
};

static int
take_attribute(const struct nlattr *attr, void *arg)
{
	struct parsing *p = arg;

	switch (mnl_attr_get_type(attr)) {
	case NHA_ID:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->nexthop->id = mnl_attr_get_u32(attr);
		break;
	case NHA_GROUP:
		return take_group(attr, p->nexthop);
	case NHA_GROUP_TYPE:
		if (mnl_attr_validate(attr, MNL_TYPE_U16) == -1)
			return MNL_CB_ERROR;
		p->nexthop->resilient =
		    mnl_attr_get_u16(attr) == NEXTHOP_GRP_TYPE_RES;
		break;
	case NHA_OIF:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		p->nexthop->ifindex = (int)mnl_attr_get_u32(attr);
		break;
	case NHA_GATEWAY:
		if ((p->family == AF_INET || p->family == AF_INET6) &&
		    netlink_attr_address(attr, p->family,
		    &p->nexthop->via) == -1)
			return MNL_CB_ERROR;
		break;
	}
	return MNL_CB_OK;
}

int
netlink_nexthop_parse(const struct nlmsghdr *nlh,
    struct nexthop_message *nexthop)
{
	struct parsing p = { .nexthop = nexthop };
	const struct nhmsg *nhm;

	memset(nexthop, 0, sizeof(*nexthop));
	if ((nhm = netlink_header(nlh, sizeof(*nhm))) == NULL)
		return -1;
	nexthop->protocol = nhm->nh_protocol;
	p.family = nhm->nh_family;
	return netlink_attributes(nlh, sizeof(*nhm), take_attribute, &p);
}
