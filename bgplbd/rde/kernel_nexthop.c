#include <errno.h>

#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/nexthop_id.h"
#include "common/log.h"

int
kernel_group_remove(struct kernel *k, uint32_t id)
{
	union netlink_request req;

	netlink_nexthop_delete(&req, id);
	if (kernel_request(k, &req, NULL, NULL) == -1 && errno != ENOENT)
		return kernel_failed(k, "cannot remove nexthop %u", id);
	return 0;
}

int
kernel_member_remove(struct kernel *k, enum afi afi, int bridge, uint32_t id)
{
	struct address via;

	if (kernel_group_remove(k, id) == -1)
		return -1;
	nexthop_id_via(id, afi, &via);
	return kernel_neighbor_remove(k, &via, bridge);
}

/* After a failure whose errno and text are to be kept. */
static void
discard_nexthop(struct kernel *k, uint32_t id)
{
	union netlink_request req;
	int error = errno;

	netlink_nexthop_delete(&req, id);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		log_warn("nexthop %u: cannot delete it: %s", id,
		    kernel_error(k));
	errno = error;
}

/*
 * The ids of the kernel's objects are the kernel's to know: the next one is tried
 * until one is free.
 */
static int
claim_member_id(struct kernel *k, enum afi afi, int bridge, uint32_t *id)
{
	uint32_t *last = kernel_last_member(k), first;
	union netlink_request req;
	struct address via;

	*id = first = nexthop_id_after_member(*last);
	do {
		nexthop_id_via(*id, afi, &via);
		netlink_nexthop_create(&req, *id, &via, bridge);
		if (kernel_request(k, &req, NULL, NULL) == 0) {
			*last = *id;
			return 0;
		}
		if (errno != EEXIST)
			return kernel_failed(k, "cannot make a nexthop");
		*id = nexthop_id_after_member(*id);
	} while (*id != first);
	errno = ENOSPC;
	return kernel_failed(k, "all ids of nexthops are taken");
}

int
kernel_member_add(struct kernel *k, enum afi afi, int bridge,
    const uint8_t mac[MAC_SIZE], uint32_t *id)
{
	struct address via;

	if (claim_member_id(k, afi, bridge, id) == -1)
		return -1;
	nexthop_id_via(*id, afi, &via);
	if (kernel_neighbor_set(k, &via, bridge, mac) == 0)
		return 0;
	discard_nexthop(k, *id);
	return -1;
}

static int
claim_group_id(struct kernel *k, const uint32_t *members, unsigned int n,
    unsigned int first_weight, bool resilient, uint32_t *id)
{
	uint32_t *last = kernel_last_group(k), first;
	union netlink_request req;

	*id = first = nexthop_id_after_group(*last);
	do {
		netlink_group_create(&req, *id, members, n, first_weight,
		    resilient);
		if (kernel_request(k, &req, NULL, NULL) == 0) {
			*last = *id;
			return 0;
		}
		if (errno != EEXIST)
			return kernel_failed(k, "cannot make a group of %u "
			    "nexthops", n);
		*id = nexthop_id_after_group(*id);
	} while (*id != first);
	errno = ENOSPC;
	return kernel_failed(k, "all ids of groups are taken");
}

int
kernel_group_add(struct kernel *k, const uint32_t *members, unsigned int n,
    unsigned int first_weight, uint32_t *id, bool *resilient)
{
	*resilient = true;
	if (claim_group_id(k, members, n, first_weight, true, id) == 0)
		return 0;
	if (errno != EINVAL && errno != EOPNOTSUPP)
		return -1;
	*resilient = false;
	return claim_group_id(k, members, n, first_weight, false, id);
}

int
kernel_group_set(struct kernel *k, uint32_t id, bool resilient,
    const uint32_t *members, unsigned int n)
{
	union netlink_request req;

	netlink_group_replace(&req, id, members, n, resilient);
	if (kernel_request(k, &req, NULL, NULL) == -1)
		return kernel_failed(k, "cannot change group %u", id);
	return 0;
}
