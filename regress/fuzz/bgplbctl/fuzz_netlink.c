/*
 * The parsers of what the kernel tells `bgplbctl check`: bytes are taken as one datagram
 * of messages, and each message is given to the parser of its type.
 */
#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbctl/check/netlink.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_good(const struct address *addr)
{
	return !address_is_set(addr) || address_is_valid(addr);
}

static void
parse(const struct nlmsghdr *nlh)
{
	struct route_answer answer;
	struct net_address address;
	struct net_ingress ingress;
	struct net_silent silent;
	struct net_link link;

	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
		if (netlink_link_parse(nlh, &link) == 0)
			check(memchr(link.name, '\0', sizeof(link.name)) !=
			    NULL);
		break;
	case RTM_NEWADDR:
		if (netlink_address_parse(nlh, &address) == 0)
			check(is_good(&address.addr));
		break;
	case RTM_NEWNEIGH:
		if (netlink_silent_parse(nlh, &silent) == 0)
			check(is_good(&silent.addr));
		break;
	case RTM_NEWQDISC:
		if (netlink_ingress_parse(nlh, &ingress) == 0)
			check(!ingress.drops || ingress.ifindex != 0);
		break;
	case RTM_NEWROUTE:
		if (netlink_route_parse(nlh, &answer) == 0)
			check(is_good(&answer.gateway));
		break;
	}
}

/* libmnl takes a length above 2 GB for a negative one, and stays where it is. */
static bool
is_whole(const struct nlmsghdr *nlh, int left)
{
	return mnl_nlmsg_ok(nlh, left) && nlh->nlmsg_len <= (uint32_t)left;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nlmsghdr *nlh;
	/* libmnl reads up to the end of an aligned message. */
	char *copy = malloc(MNL_ALIGN(size));
	int left = (int)size;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	for (nlh = (const struct nlmsghdr *)copy; is_whole(nlh, left);
	    nlh = mnl_nlmsg_next(nlh, &left))
		parse(nlh);
	free(copy);
	return 0;
}
