#include <errno.h>
#include <limits.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

struct error_text {
	char	*text;
	size_t	 size;
};

static int
take_text(const struct nlattr *attr, void *arg)
{
	struct error_text *t = arg;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
		strlcpy(t->text, mnl_attr_get_str(attr), t->size);
	return MNL_CB_OK;
}

/*
 * include/uapi/linux/netlink.h, struct nlmsgerr: the error, the header of the
 * request, the rest of the request unless NLM_F_CAPPED, and then attributes if
 * NLM_F_ACK_TLVS.  NLMSG_DONE has just the error in front of its attributes.
 */
int
netlink_reply_parse(const struct nlmsghdr *nlh, int *error, char *text,
    size_t size)
{
	struct error_text t = { .text = text, .size = size };
	size_t payload = mnl_nlmsg_get_payload_len(nlh);
	size_t used = sizeof(int);
	const struct nlmsgerr *err;
	int code;

	strlcpy(text, "", size);
	if (payload < sizeof(code))
		goto invalid;
	memcpy(&code, mnl_nlmsg_get_payload(nlh), sizeof(code));
	if (code > 0 || code == INT_MIN)
		goto invalid;
	*error = -code;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (payload < sizeof(*err))
			goto invalid;
		err = mnl_nlmsg_get_payload(nlh);
		used = sizeof(*err);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
			if (err->msg.nlmsg_len < sizeof(err->msg) ||
			    err->msg.nlmsg_len - sizeof(err->msg) >
			    payload - used)
				goto invalid;
			used += err->msg.nlmsg_len - sizeof(err->msg);
		}
	}
	used = MNL_ALIGN(used);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && used < payload)
		mnl_attr_parse(nlh, (unsigned int)used, take_text, &t);
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}
