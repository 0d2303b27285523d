#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "bgplbd/rde/gate_check.h"

#define NESTED(type)	((type) | NLA_F_NESTED)
#define END		{ 0, false, NULL }

static bool
take_ingress(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_is_text(data, len, IFNAMSIZ) || strcmp(data, "ingress") != 0)
		return gate_refuse(c, "it is other than the ingress");
	return true;
}

static bool
take_block(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t block;

	if (!gate_u32(data, len, &block) || block != DROP_BLOCK)
		return gate_refuse(c, "its filters are not those of bgplbd");
	return true;
}

static const struct gate_rule create_rules[] = {
	{ TCA_KIND, true, take_ingress },
	{ TCA_INGRESS_BLOCK, true, take_block },
	END
};

/* What is named by its place alone. */
static const struct gate_rule no_rules[] = {
	END
};

/*
 * The ingress of a host end: with bgplbd's filters, or whatever is there goes, for the
 * link is ours.
 */
bool
gate_qdisc(struct gate_checking *c)
{
	struct tcmsg tcm;
	bool create = c->flags == (NLM_F_CREATE | NLM_F_EXCL);

	memcpy(&tcm, c->header, sizeof(tcm));
	if (tcm.tcm_family != AF_UNSPEC || tcm.tcm__pad1 != 0 ||
	    tcm.tcm__pad2 != 0 || tcm.tcm_parent != TC_H_INGRESS ||
	    tcm.tcm_info != 0)
		return gate_refuse(c, "it is other than the ingress");
	if (create != (c->type == RTM_NEWQDISC) || (!create && c->flags != 0))
		return gate_refuse(c, "it could change one that is there");
	return gate_is_ours(c, tcm.tcm_ifindex, ROLE_HOST_END) &&
	    gate_attributes(c, c->attributes, c->len, create ? create_rules :
	    no_rules);
}

/* A program that drops each packet, and nothing else. */
static bool
take_program(struct gate_checking *c, const void *data, size_t len)
{
	static const struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K,
	    TC_ACT_SHOT);

	if (len != sizeof(drop) || memcmp(data, &drop, sizeof(drop)) != 0)
		return gate_refuse(c, "the filter does more than to drop");
	return true;
}

static bool
take_length(struct gate_checking *c, const void *data, size_t len)
{
	uint16_t n;

	if (!gate_u16(data, len, &n) || n != 1)
		return gate_refuse(c, "the filter does more than to drop");
	return true;
}

static bool
take_flags(struct gate_checking *c, const void *data, size_t len)
{
	uint32_t flags;

	if (!gate_u32(data, len, &flags) ||
	    flags != TCA_BPF_FLAG_ACT_DIRECT)
		return gate_refuse(c, "the filter does more than to drop");
	return true;
}

static const struct gate_rule program_rules[] = {
	{ TCA_BPF_FLAGS, true, take_flags },
	{ TCA_BPF_OPS_LEN, true, take_length },
	{ TCA_BPF_OPS, true, take_program },
	END
};

static bool
take_classifier(struct gate_checking *c, const void *data, size_t len)
{
	if (!gate_is_text(data, len, IFNAMSIZ) || strcmp(data, "bpf") != 0)
		return gate_refuse(c, "the filter is of another kind");
	return true;
}

static bool
take_options(struct gate_checking *c, const void *data, size_t len)
{
	return gate_attributes(c, data, len, program_rules);
}

static const struct gate_rule filter_rules[] = {
	{ TCA_KIND, true, take_classifier },
	{ NESTED(TCA_OPTIONS), true, take_options },
	END
};

/* A filter of bgplbd's own block, in place of what is there under its handle. */
bool
gate_filter(struct gate_checking *c)
{
	struct tcmsg tcm;

	memcpy(&tcm, c->header, sizeof(tcm));
	if (tcm.tcm_family != AF_UNSPEC || tcm.tcm__pad1 != 0 ||
	    tcm.tcm__pad2 != 0 ||
	    tcm.tcm_ifindex != (int)TCM_IFINDEX_MAGIC_BLOCK ||
	    tcm.tcm_block_index != DROP_BLOCK)
		return gate_refuse(c, "the filter is not in bgplbd's block");
	if ((c->flags & ~(NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE)) != 0)
		return gate_refuse(c, "it changes more than bgplbd does");
	return gate_attributes(c, c->attributes, c->len, filter_rules);
}
