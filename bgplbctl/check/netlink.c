#include <sys/socket.h>
#include <sys/time.h>

#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "bgplbctl/check/netlink.h"
#include "common/log.h"

#define RECEIVE_MAX	(32 * 1024)
#define REQUEST_MAX	512
#define ANSWER_SECONDS	5	/* a kernel that loses an answer must not hang us */
#define DUMP_ATTEMPTS	8

struct netlink {
	struct mnl_socket	*socket;
	uint32_t		 seq;
	_Alignas(struct nlmsghdr) char request[REQUEST_MAX];
	_Alignas(struct nlmsghdr) char buf[RECEIVE_MAX];
};

struct netlink *
netlink_open(void)
{
	struct timeval timeout = { .tv_sec = ANSWER_SECONDS };
	struct netlink *n = xcalloc(1, sizeof(*n));
	int saved;

	if ((n->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) != NULL &&
	    mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    setsockopt(mnl_socket_get_fd(n->socket), SOL_SOCKET, SO_RCVTIMEO,
	    &timeout, sizeof(timeout)) == 0)
		return n;
	saved = errno;
	netlink_close(n);
	errno = saved;
	return NULL;
}

void
netlink_close(struct netlink *n)
{
	if (n == NULL)
		return;
	if (n->socket != NULL)
		mnl_socket_close(n->socket);
	free(n);
}

static struct nlmsghdr *
begin(struct netlink *n, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(n->request);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++n->seq;
	return nlh;
}

/* Sends what was begun and gives each message of the answer to take. */
static int
ask(struct netlink *n, mnl_cb_t take, void *arg)
{
	uint32_t port = mnl_socket_get_portid(n->socket);
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)n->request;
	ssize_t len;
	int status;

	if (mnl_socket_sendto(n->socket, nlh, nlh->nlmsg_len) == -1)
		return -1;
	do {
		len = mnl_socket_recvfrom(n->socket, n->buf, sizeof(n->buf));
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			return -1;
		status = mnl_cb_run(n->buf, (size_t)len, n->seq, port, take, arg);
	} while (len == -1 || status == MNL_CB_OK);
	return status == MNL_CB_ERROR ? -1 : 0;
}

/* A list under way: parse fills an element, wanted says whether it is kept. */
struct list {
	void	*data;
	size_t	 n;
	size_t	 size;		/* of an element */
	int	(*parse)(const struct nlmsghdr *, void *);
	bool	(*wanted)(const void *);
};

static int
take_element(const struct nlmsghdr *nlh, void *arg)
{
	struct list *l = arg;

	if (l->n == NETLINK_LIST_MAX)
		return MNL_CB_OK;
	if ((l->n & (l->n - 1)) == 0)
		l->data = xreallocarray(l->data, l->n == 0 ? 1 : l->n * 2,
		    l->size);
	if (l->parse(nlh, (char *)l->data + l->n * l->size) == -1)
		return MNL_CB_ERROR;
	if (l->wanted == NULL || l->wanted((char *)l->data + l->n * l->size))
		l->n++;
	return MNL_CB_OK;
}

/* A dump that changes while it is read is read again (EINTR). */
static int
dump(struct netlink *n, uint16_t type, size_t header, struct list *l)
{
	struct nlmsghdr *nlh;
	int i, rc = -1;

	for (i = 0; i < DUMP_ATTEMPTS; i++) {
		nlh = begin(n, type, NLM_F_DUMP);
		mnl_nlmsg_put_extra_header(nlh, header);
		if (type == RTM_GETLINK)
			mnl_attr_put_u32(nlh, IFLA_EXT_MASK,
			    RTEXT_FILTER_SKIP_STATS);
		l->n = 0;
		if ((rc = ask(n, take_element, l)) == 0 || errno != EINTR)
			break;
	}
	if (rc == -1) {
		free(l->data);
		l->data = NULL;
		l->n = 0;
	}
	return rc;
}

static int
parse_link(const struct nlmsghdr *nlh, void *out)
{
	return netlink_link_parse(nlh, out);
}

static int
parse_address(const struct nlmsghdr *nlh, void *out)
{
	return netlink_address_parse(nlh, out);
}

static int
parse_silent(const struct nlmsghdr *nlh, void *out)
{
	return netlink_silent_parse(nlh, out);
}

static int
parse_ingress(const struct nlmsghdr *nlh, void *out)
{
	return netlink_ingress_parse(nlh, out);
}

static bool
does_drop(const void *element)
{
	const struct net_ingress *in = element;

	return in->drops;
}

static bool
is_silent(const void *element)
{
	const struct net_silent *s = element;

	return address_is_set(&s->addr);
}

int
netlink_links(struct netlink *n, struct net_link **links, size_t *nlinks)
{
	struct list l = { .size = sizeof(**links), .parse = parse_link };
	int rc = dump(n, RTM_GETLINK, sizeof(struct ifinfomsg), &l);

	*links = l.data;
	*nlinks = l.n;
	return rc;
}

int
netlink_addresses(struct netlink *n, struct net_address **addresses,
    size_t *naddresses)
{
	struct list l = { .size = sizeof(**addresses), .parse = parse_address };
	int rc = dump(n, RTM_GETADDR, sizeof(struct ifaddrmsg), &l);

	*addresses = l.data;
	*naddresses = l.n;
	return rc;
}

int
netlink_silent(struct netlink *n, struct net_silent **silent, size_t *nsilent)
{
	struct list l = {
		.size = sizeof(**silent), .parse = parse_silent, .wanted = is_silent
	};
	int rc = dump(n, RTM_GETNEIGH, sizeof(struct ndmsg), &l);

	*silent = l.data;
	*nsilent = l.n;
	return rc;
}

int
netlink_ingresses(struct netlink *n, struct net_ingress **ingresses,
    size_t *ningresses)
{
	struct list l = {
		.size = sizeof(**ingresses), .parse = parse_ingress,
		.wanted = does_drop
	};
	int rc = dump(n, RTM_GETQDISC, sizeof(struct tcmsg), &l);

	*ingresses = l.data;
	*ningresses = l.n;
	return rc == -1 && errno == EOPNOTSUPP ? 0 : rc;
}

static int
take_answer(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_route_parse(nlh, arg) == -1 ? MNL_CB_ERROR : MNL_CB_STOP;
}

static void
ask_route(struct netlink *n, const struct route_question *q, uint32_t flags,
    struct route_answer *answer)
{
	unsigned int size = address_size(q->dst.afi);
	struct nlmsghdr *nlh = begin(n, RTM_GETROUTE, 0);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));

	rtm->rtm_family = q->dst.afi == AFI_IPV4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = (unsigned char)(size * 8);
	rtm->rtm_flags = flags;
	mnl_attr_put(nlh, RTA_DST, size, q->dst.bytes);
	if (address_is_set(&q->src)) {
		rtm->rtm_src_len = (unsigned char)(size * 8);
		mnl_attr_put(nlh, RTA_SRC, size, q->src.bytes);
	}
	if (q->iif != 0)
		mnl_attr_put_u32(nlh, RTA_IIF, (uint32_t)q->iif);
	if (q->oif != 0)
		mnl_attr_put_u32(nlh, RTA_OIF, (uint32_t)q->oif);
	memset(answer, 0, sizeof(*answer));
	if (ask(n, take_answer, answer) == -1)
		answer->error = errno;
}

void
netlink_route(struct netlink *n, const struct route_question *q,
    struct route_answer *answer)
{
	ask_route(n, q, RTM_F_LOOKUP_TABLE, answer);
}

bool
netlink_is_by(struct netlink *n, const struct address *dst, int ifindex)
{
	struct route_question q = { .dst = *dst, .oif = ifindex };
	struct route_answer answer;

	ask_route(n, &q, RTM_F_FIB_MATCH, &answer);
	return answer.error == 0 && answer.oif == ifindex;
}

static int
take_number_attribute(const struct nlattr *attr, void *arg)
{
	int *number = arg;

	if (mnl_attr_get_type(attr) == NETNSA_NSID &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
		*number = (int)mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int
take_number(const struct nlmsghdr *nlh, void *arg)
{
	return mnl_attr_parse(nlh, sizeof(struct rtgenmsg),
	    take_number_attribute, arg) == MNL_CB_ERROR ? MNL_CB_ERROR :
	    MNL_CB_STOP;
}

int
netlink_netns_number(struct netlink *n, int fd)
{
	struct nlmsghdr *nlh = begin(n, RTM_GETNSID, 0);
	struct rtgenmsg *rtg = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtg));
	int number = NETNS_NONE;

	rtg->rtgen_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, NETNSA_FD, (uint32_t)fd);
	if (ask(n, take_number, &number) == -1)
		return NETNS_NONE;
	return number;
}
