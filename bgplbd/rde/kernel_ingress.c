#include <errno.h>

#include "bgplbd/rde/kernel.h"
#include "common/clock.h"
#include "common/log.h"

/* A kernel that lacks it looks for a module each time that it is asked. */
#define MISSING_MS	60000

/*
 * What the kernel says of a kind of queueing discipline or filter that it does not
 * have, or if it has no traffic control at all.
 */
static bool
is_unknown(int error)
{
	return error == ENOENT || error == EOPNOTSUPP;
}

static int
missing(struct kernel *k, struct kernel_ingress *in, const char *what)
{
	if (in->missing_since == 0)
		log_warn("the kernel has no %s: what containers send by their "
		    "load-balanced interfaces reaches this host, see "
		    "bgplbd(8), Packets from containers", what);
	in->missing_since = clock_ms();
	errno = ENOENT;
	(void)kernel_failed(k, "no %s", what);
	errno = EOPNOTSUPP;
	return -1;
}

static int
take_ingress(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_ingress_parse(nlh, arg);
}

/* One that drops already, or has none of its own any more. */
static int
clear_ingress(struct kernel *k, int ifindex, bool *drops)
{
	struct ingress_message m = { .ifindex = 0 };
	union netlink_request req;

	netlink_ingress_get(&req, ifindex);
	if (kernel_request(k, &req, take_ingress, &m) == -1)
		return -1;
	*drops = m.ifindex == ifindex && m.drops;
	if (*drops)
		return 0;
	netlink_ingress_delete(&req, ifindex);
	return kernel_request(k, &req, NULL, NULL);
}

static int
make_ingress(struct kernel *k, int ifindex)
{
	union netlink_request req;
	bool drops;

	netlink_ingress_create(&req, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (clear_ingress(k, ifindex, &drops) == -1)
		return -1;
	if (drops)
		return 0;
	netlink_ingress_create(&req, ifindex);
	return kernel_request(k, &req, NULL, NULL);
}

/* After a failure whose errno and text are to be kept. */
static void
discard_ingress(struct kernel *k, int ifindex)
{
	union netlink_request req;
	int error = errno;

	netlink_ingress_delete(&req, ifindex);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		log_debug("link %d: its ingress stays: %s", ifindex,
		    kernel_error(k));
	errno = error;
}

bool
kernel_drops(struct kernel *k)
{
	const struct kernel_ingress *in = kernel_ingress(k);

	return in->missing_since == 0 ||
	    clock_ms() - in->missing_since >= MISSING_MS;
}

int
kernel_ingress_drop(struct kernel *k, int ifindex)
{
	struct kernel_ingress *in = kernel_ingress(k);
	union netlink_request req;

	if (!kernel_drops(k)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (make_ingress(k, ifindex) == -1)
		return is_unknown(errno) ? missing(k, in,
		    "ingress queueing discipline (CONFIG_NET_SCH_INGRESS)") :
		    kernel_failed(k, "cannot give link %d an ingress queueing "
		    "discipline", ifindex);
	netlink_drop_filter_set(&req);
	if (kernel_request(k, &req, NULL, NULL) == -1) {
		discard_ingress(k, ifindex);
		return is_unknown(errno) ? missing(k, in,
		    "bpf classifier (CONFIG_NET_CLS_BPF)") :
		    kernel_failed(k, "cannot drop what link %d receives",
		    ifindex);
	}
	in->missing_since = 0;
	return 0;
}

/*
 * The links of an inventory.
 */

static int
take_filter(const struct nlmsghdr *nlh, void *arg)
{
	struct filter_message m;
	bool *drops = arg;

	if (netlink_filter_parse(nlh, &m) == -1)
		return -1;
	*drops |= m.drops;
	return 0;
}

static void
forget_filter(void *arg)
{
	bool *drops = arg;

	*drops = false;
}

static int
mark_link(const struct nlmsghdr *nlh, void *arg)
{
	struct inventory *inv = arg;
	struct ingress_message m;
	struct link_message *link;

	if (netlink_ingress_parse(nlh, &m) == -1)
		return -1;
	if (m.drops && (link = inventory_find_link(inv, m.ifindex)) != NULL)
		link->drops_ingress = true;
	return 0;
}

static void
unmark_links(void *arg)
{
	struct inventory *inv = arg;
	size_t i;

	for (i = 0; i < inv->nlinks; i++)
		inv->links[i].drops_ingress = false;
}

int
kernel_ingress_mark(struct kernel *k, struct inventory *inv)
{
	union netlink_request req;
	bool drops = false;

	netlink_drop_filter_dump(&req);
	if (kernel_dump(k, &req, take_filter, forget_filter, &drops) == -1 &&
	    errno != EOPNOTSUPP)
		return kernel_failed(k, "cannot read the filter of our links");
	if (!drops)
		return 0;
	netlink_ingress_dump(&req);
	if (kernel_dump(k, &req, mark_link, unmark_links, inv) == -1)
		return kernel_failed(k, "cannot read the queueing disciplines");
	return 0;
}
