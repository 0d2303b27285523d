#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <arpa/inet.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/kernel_monitor.h"
#include "bgplbd/rde/netlink.h"
#include "common/log.h"

/* A message about a link takes 1 to 2 KB, with virtual functions more. */
#define RECEIVE_MAX	(32 * 1024)
/* For bursts: a thousand messages about links. */
#define BUFFER_BYTES	(2 * 1024 * 1024)

/* Of what stands in the buffer when some were lost: more than fit into it. */
#define DRAIN_READS_MAX	65536

struct kernel_monitor {
	struct mnl_socket	*socket;
	bool			 lost;	/* some, since it was told last */
	_Alignas(struct nlmsghdr) char buf[RECEIVE_MAX];
};

#define BODY		NLMSG_HDRLEN
#define TYPE_AT		offsetof(struct nlmsghdr, nlmsg_type)
#define PORT_AT		offsetof(struct nlmsghdr, nlmsg_pid)
#define LINK_FAMILY_AT	(BODY + offsetof(struct ifinfomsg, ifi_family))
#define ROUTE_LENGTH_AT	(BODY + offsetof(struct rtmsg, rtm_dst_len))
#define ROUTE_TABLE_AT	(BODY + offsetof(struct rtmsg, rtm_table))
#define NEIGH_ATTRS_AT	(BODY + NLMSG_ALIGN(sizeof(struct ndmsg)))
#define NEXTHOP_PROTOCOL_AT (BODY + offsetof(struct nhmsg, nh_protocol))
#define TC_IFINDEX_AT	(BODY + offsetof(struct tcmsg, tcm_ifindex))
#define TC_PARENT_AT	(BODY + offsetof(struct tcmsg, tcm_parent))
#define LOAD_ATTRIBUTE	((uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR))

/*
 * linux/filter.h and Documentation/networking/filter.rst.  A jump skips so many
 * instructions if true, or if false; a load takes bytes for big-endian, which these
 * are not.
 */
static int
attach_filter(int fd, uint32_t own_port)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWADDR), 35, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELADDR), 34, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWLINK), 31, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELLINK), 30, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, PORT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(own_port), 31, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWROUTE), 7, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELROUTE), 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWNEIGH), 10, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWNEXTHOP), 15, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELNEXTHOP), 14, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELQDISC), 15, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWTFILTER), 16, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELTFILTER), 15, 22),
		/* 16: a route */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ROUTE_TABLE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, RT_TABLE_MAIN, 0, 20),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ROUTE_LENGTH_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 32, 17, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 128, 16, 17),
		/* 21: a neighbor entry, which tells its protocol in an attribute */
		BPF_STMT(BPF_LDX | BPF_IMM, NDA_PROTOCOL),
		BPF_STMT(BPF_LD | BPF_IMM, NEIGH_ATTRS_AT),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LOAD_ATTRIBUTE),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, NLA_HDRLEN),
		BPF_JUMP(BPF_JMP | BPF_JEQ, BGPLB_RTPROT, 10, 11),
		/* 27: a nexthop object */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NEXTHOP_PROTOCOL_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, BGPLB_RTPROT, 8, 9),
		/* 29: a queueing discipline at the ingress of a link */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, TC_PARENT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(TC_H_INGRESS), 6, 7),
		/* 31: a filter of the links that drop */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, TC_IFINDEX_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(TCM_IFINDEX_MAGIC_BLOCK),
		    0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, TC_PARENT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(DROP_BLOCK), 2, 3),
		/* 35: a link; a bridge tells of its ports in another family */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LINK_FAMILY_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, AF_UNSPEC, 0, 1),
		/* 37: wanted; 38: not */
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code
	};

	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
	    sizeof(program)) == -1)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on));
}

/* Kernels before 5.3 have no nexthop objects, and so no such group. */
static int
join_groups(int fd)
{
	static const int groups[] = {
		RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_ROUTE,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_TC, RTNLGRP_NEXTHOP
	};
	size_t i;
	int group;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		group = groups[i];
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
		    &group, sizeof(group)) == -1 && group != RTNLGRP_NEXTHOP)
			return -1;
	}
	return 0;
}

/* The netlink port of the socket; what is changed by it is told with that. */
static int
port_of(int fd, uint32_t *port)
{
	struct sockaddr_nl sa;
	socklen_t len = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1)
		return -1;
	*port = sa.nl_pid;
	return 0;
}

static int
set_up(int fd, int requests)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int size = BUFFER_BYTES;
	uint32_t own_port;

	if (port_of(requests, &own_port) == -1 ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == -1 ||
	    attach_filter(fd, own_port) == -1)
		return -1;
	/* With less room more bursts end in a check of everything. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size)) == -1)
		log_debug("netlink: the receive buffer stays small");
	return join_groups(fd);
}

int
kernel_monitor_socket(int requests)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);
	int error;

	if (fd != -1 && set_up(fd, requests) == -1) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

struct kernel_monitor *
kernel_monitor_open(int fd)
{
	struct kernel_monitor *m = xcalloc(1, sizeof(*m));

	if ((m->socket = mnl_socket_fdopen(fd)) != NULL)
		return m;
	free(m);
	return NULL;
}

void
kernel_monitor_close(struct kernel_monitor *m)
{
	if (m == NULL)
		return;
	if (m->socket != NULL)
		mnl_socket_close(m->socket);
	free(m);
}

int
kernel_monitor_fd(const struct kernel_monitor *m)
{
	return mnl_socket_get_fd(m->socket);
}

/* What others than the kernel, which is port 0, send here is dropped. */
static void
take_datagram(struct kernel_monitor *m, const struct msghdr *msg, ssize_t n,
    kernel_monitor_take take, void *arg)
{
	const struct sockaddr_nl *from = msg->msg_name;
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)m->buf;
	int left = (int)n;

	if (msg->msg_namelen != sizeof(*from) || from->nl_pid != 0)
		return;
	for (; netlink_is_whole(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		take(nlh, arg);
}

/* Of one datagram: 1, 0 if there is none, or -1; one that was lost counts. */
static int
read_one(struct kernel_monitor *m, kernel_monitor_take take, void *arg)
{
	struct sockaddr_nl from;
	struct iovec iov = { .iov_base = m->buf, .iov_len = sizeof(m->buf) };
	struct msghdr msg = {
		.msg_name = &from, .msg_iov = &iov, .msg_iovlen = 1,
		.msg_namelen = sizeof(from)
	};
	ssize_t n = recvmsg(kernel_monitor_fd(m), &msg, 0);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == -1 && errno != ENOBUFS)
		return -1;
	if (n == -1 || (msg.msg_flags & MSG_TRUNC))
		m->lost = true;
	if (!m->lost)
		take_datagram(m, &msg, n, take, arg);
	return 1;
}

/*
 * The kernel says at once that it lost some, but what was sent before still stands in
 * the buffer, and until that is empty all that follows is lost in silence.
 */
int
kernel_monitor_read(struct kernel_monitor *m, kernel_monitor_take take,
    void *arg)
{
	unsigned int i;
	int result;

	for (i = 0; i < (m->lost ? DRAIN_READS_MAX :
	    KERNEL_MONITOR_READS_MAX); i++) {
		result = read_one(m, take, arg);
		if (result == -1)
			return -1;
		if (result == 0)
			break;
	}
	if (!m->lost)
		return 0;
	m->lost = false;
	errno = ENOBUFS;
	return -1;
}
