#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <arpa/inet.h>

#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

/* The kernel gives an ingress qdisc this handle, whatever is asked for. */
#define INGRESS_HANDLE		TC_H_MAKE(TC_H_INGRESS, 0)
/* The only filter of the block: the first priority, its first handle. */
#define FILTER_PRIORITY		1
#define FILTER_HANDLE		1

static const struct sock_filter drop_all[] = {
	BPF_STMT(BPF_RET | BPF_K, TC_ACT_SHOT)
};

static struct tcmsg *
begin(union netlink_request *req, uint16_t type, uint16_t flags, int ifindex)
{
	struct tcmsg *tcm;

	tcm = netlink_begin(req, type, flags, sizeof(*tcm));
	tcm->tcm_family = AF_UNSPEC;
	tcm->tcm_ifindex = ifindex;
	return tcm;
}

void
netlink_ingress_create(union netlink_request *req, int ifindex)
{
	struct tcmsg *tcm;

	tcm = begin(req, RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	    ifindex);
	tcm->tcm_parent = TC_H_INGRESS;
	tcm->tcm_handle = INGRESS_HANDLE;
	mnl_attr_put_strz(&req->hdr, TCA_KIND, "ingress");
	mnl_attr_put_u32(&req->hdr, TCA_INGRESS_BLOCK, DROP_BLOCK);
}

void
netlink_ingress_delete(union netlink_request *req, int ifindex)
{
	struct tcmsg *tcm;

	tcm = begin(req, RTM_DELQDISC, NLM_F_ACK, ifindex);
	tcm->tcm_parent = TC_H_INGRESS;
}

void
netlink_ingress_get(union netlink_request *req, int ifindex)
{
	struct tcmsg *tcm;

	tcm = begin(req, RTM_GETQDISC, NLM_F_ACK, ifindex);
	tcm->tcm_parent = TC_H_INGRESS;
}

void
netlink_ingress_dump(union netlink_request *req)
{
	begin(req, RTM_GETQDISC, NLM_F_DUMP, 0);
}

static int
take_block(const struct nlattr *attr, void *arg)
{
	struct ingress_message *m = arg;

	if (mnl_attr_get_type(attr) != TCA_INGRESS_BLOCK)
		return MNL_CB_OK;
	if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
		return MNL_CB_ERROR;
	m->drops = mnl_attr_get_u32(attr) == DROP_BLOCK;
	return MNL_CB_OK;
}

int
netlink_ingress_parse(const struct nlmsghdr *nlh, struct ingress_message *m)
{
	const struct tcmsg *tcm;

	memset(m, 0, sizeof(*m));
	if ((tcm = netlink_header(nlh, sizeof(*tcm))) == NULL)
		return -1;
	if (tcm->tcm_parent != TC_H_INGRESS)
		return 0;
	m->ifindex = tcm->tcm_ifindex;
	return netlink_attributes(nlh, sizeof(*tcm), take_block, m);
}

static struct tcmsg *
begin_filter(union netlink_request *req, uint16_t type, uint16_t flags)
{
	struct tcmsg *tcm;

	tcm = begin(req, type, flags, (int)TCM_IFINDEX_MAGIC_BLOCK);
	tcm->tcm_block_index = DROP_BLOCK;
	return tcm;
}

void
netlink_drop_filter_set(union netlink_request *req)
{
	struct nlattr *options;
	struct tcmsg *tcm;

	tcm = begin_filter(req, RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE);
	tcm->tcm_handle = FILTER_HANDLE;
	tcm->tcm_info = TC_H_MAKE(FILTER_PRIORITY << 16, htons(ETH_P_ALL));
	mnl_attr_put_strz(&req->hdr, TCA_KIND, "bpf");
	options = mnl_attr_nest_start(&req->hdr, TCA_OPTIONS);
	mnl_attr_put_u32(&req->hdr, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	mnl_attr_put_u16(&req->hdr, TCA_BPF_OPS_LEN,
	    sizeof(drop_all) / sizeof(drop_all[0]));
	mnl_attr_put(&req->hdr, TCA_BPF_OPS, sizeof(drop_all), drop_all);
	mnl_attr_nest_end(&req->hdr, options);
}

void
netlink_drop_filter_dump(union netlink_request *req)
{
	begin_filter(req, RTM_GETTFILTER, NLM_F_DUMP);
}

struct filter {
	bool	acts;		/* what the program returns is the verdict */
	bool	drops;		/* the program is ours */
};

static int
take_option(const struct nlattr *attr, void *arg)
{
	struct filter *f = arg;

	switch (mnl_attr_get_type(attr)) {
	case TCA_BPF_FLAGS:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) == -1)
			return MNL_CB_ERROR;
		f->acts = mnl_attr_get_u32(attr) & TCA_BPF_FLAG_ACT_DIRECT;
		break;
	case TCA_BPF_OPS:
		f->drops = mnl_attr_get_payload_len(attr) ==
		    sizeof(drop_all) && memcmp(mnl_attr_get_payload(attr),
		    drop_all, sizeof(drop_all)) == 0;
		break;
	}
	return MNL_CB_OK;
}

static int
take_filter(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) != TCA_OPTIONS)
		return MNL_CB_OK;
	if (mnl_attr_parse_payload(mnl_attr_get_payload(attr),
	    mnl_attr_get_payload_len(attr), take_option, arg) == MNL_CB_ERROR)
		return MNL_CB_ERROR;
	return MNL_CB_OK;
}

int
netlink_filter_parse(const struct nlmsghdr *nlh, struct filter_message *m)
{
	struct filter filter = { .acts = false };
	const struct tcmsg *tcm;

	memset(m, 0, sizeof(*m));
	if ((tcm = netlink_header(nlh, sizeof(*tcm))) == NULL)
		return -1;
	m->in_drop_block = tcm->tcm_ifindex ==
	    (int)TCM_IFINDEX_MAGIC_BLOCK &&
	    tcm->tcm_block_index == DROP_BLOCK;
	if (netlink_attributes(nlh, sizeof(*tcm), take_filter, &filter) == -1)
		return -1;
	m->drops = m->in_drop_block && tcm->tcm_handle == FILTER_HANDLE &&
	    tcm->tcm_info == TC_H_MAKE(FILTER_PRIORITY << 16,
	    htons(ETH_P_ALL)) && filter.acts && filter.drops;
	return 0;
}
