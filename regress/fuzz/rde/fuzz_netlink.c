/*
 * The parsers of what the kernel answers: bytes are taken as one datagram of
 * messages, and each message is given to the parser of its type, as kernel.c does.
 */
#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/netlink.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
parse_link(const struct nlmsghdr *nlh)
{
	struct link_message m;

	if (netlink_link_parse(nlh, &m) == -1)
		return;
	check(memchr(m.name, '\0', sizeof(m.name)) != NULL);
	check(m.id.hex[0] == '\0' || network_id_is_valid(&m.id));
}

static int
check_address(const struct address *addr, void *arg)
{
	(void)arg;
	check(address_is_valid(addr));
	return 0;
}

static void
parse_route(const struct nlmsghdr *nlh)
{
	struct route_message m;

	if (netlink_route_nexthops(nlh, check_address, NULL) == -1)
		return;
	if (netlink_route_parse(nlh, &m) == -1)
		return;
	check(prefix_is_valid(&m.dst));
	check(m.ifindex == 0 || m.nexthop == 0);
}

static void
parse_nexthop(const struct nlmsghdr *nlh)
{
	struct nexthop_message m;

	if (netlink_nexthop_parse(nlh, &m) == 0)
		check(!address_is_set(&m.via) || address_is_valid(&m.via));
}

static void
parse_neighbor(const struct nlmsghdr *nlh)
{
	struct neighbor_message m;

	if (netlink_neighbor_parse(nlh, &m) == 0)
		check(!address_is_set(&m.addr) || address_is_valid(&m.addr));
}

static void
parse_address(const struct nlmsghdr *nlh)
{
	struct address_message m;

	if (netlink_address_parse(nlh, &m) == 0)
		check(!address_is_set(&m.addr) || address_is_valid(&m.addr));
}

static void
parse_qdisc(const struct nlmsghdr *nlh)
{
	struct ingress_message m;

	if (netlink_ingress_parse(nlh, &m) == 0)
		check(!m.drops || m.ifindex != 0);
}

static void
parse_filter(const struct nlmsghdr *nlh)
{
	struct filter_message m;

	if (netlink_filter_parse(nlh, &m) == 0)
		check(!m.drops || m.in_drop_block);
}

static void
parse_reply(const struct nlmsghdr *nlh)
{
	char text[32];
	int error;

	if (netlink_reply_parse(nlh, &error, text, sizeof(text)) == -1)
		return;
	check(error >= 0);
	check(memchr(text, '\0', sizeof(text)) != NULL);
}

static void
parse(const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
		parse_link(nlh);
		break;
	case RTM_NEWROUTE:
		parse_route(nlh);
		break;
	case RTM_NEWNEIGH:
		parse_neighbor(nlh);
		break;
	case RTM_NEWNEXTHOP:
		parse_nexthop(nlh);
		break;
	case RTM_NEWADDR:
		parse_address(nlh);
		break;
	case RTM_NEWQDISC:
		parse_qdisc(nlh);
		break;
	case RTM_NEWTFILTER:
		parse_filter(nlh);
		break;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		parse_reply(nlh);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nlmsghdr *nlh;
	char *copy = malloc(size);
	int left = (int)size;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	for (nlh = (const struct nlmsghdr *)copy; netlink_is_whole(nlh, left);
	    nlh = mnl_nlmsg_next(nlh, &left))
		parse(nlh);
	free(copy);
	return 0;
}
