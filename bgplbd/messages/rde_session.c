#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"

static bool
prefixes_are_valid(const struct prefix *prefixes, size_t len)
{
	size_t i, n = len / sizeof(*prefixes);

	if (n == 0 || len % sizeof(*prefixes) != 0)
		return false;
	for (i = 0; i < n; i++)
		if (!prefix_is_valid(&prefixes[i]))
			return false;
	return true;
}

static bool
announcements_are_valid(const struct announcement *list, size_t len)
{
	size_t i, n = len / sizeof(*list);

	if (n == 0 || len % sizeof(*list) != 0)
		return false;
	for (i = 0; i < n; i++)
		if (!prefix_is_valid(&list[i].prefix) ||
		    list[i].endpoints > ANNOUNCEMENT_ENDPOINTS_MAX ||
		    list[i].leaving > 1 || list[i].unused != 0)
			return false;
	return true;
}

static bool
candidate_is_valid(const struct address *addr, uint8_t state, enum afi afi)
{
	if (state > HOST_ADDRESS_LAST)
		return false;
	if (state != HOST_ADDRESS_USABLE)
		return addr->afi == AFI_NONE;
	return addr->afi == afi && address_is_valid(addr);
}

static bool
answer_is_valid(const struct nexthop_answer *a)
{
	return address_is_valid(&a->local) &&
	    a->local_state <= HOST_ADDRESS_LAST &&
	    a->router_id_state <= HOST_ADDRESS_LAST &&
	    candidate_is_valid(&a->interface4, a->interface4_state,
	    AFI_IPV4) &&
	    candidate_is_valid(&a->interface6, a->interface6_state,
	    AFI_IPV6) &&
	    candidate_is_valid(&a->router6, a->router6_state, AFI_IPV6);
}

bool
rde_session_is_valid(uint32_t type, const void *data, size_t len)
{
	const struct nexthop_query *query = data;
	const struct kernel_state *kernel = data;

	switch (type) {
	case MSG_RDE_ANNOUNCE:
		return announcements_are_valid(data, len);
	case MSG_RDE_WITHDRAW:
		return prefixes_are_valid(data, len);
	case MSG_RDE_READY:
		return len == 0;
	case MSG_RDE_KERNEL:
		return len == sizeof(*kernel) && kernel->preserved <= 1;
	case MSG_RDE_BARRIER:
	case MSG_SESSION_BARRIER:
		return len == sizeof(struct barrier);
	case MSG_RDE_NEXTHOP:
		return len == sizeof(struct nexthop_answer) &&
		    answer_is_valid(data);
	case MSG_SESSION_NEXTHOP:
		return len == sizeof(*query) &&
		    (query->local.afi == AFI_NONE ||
		    address_is_valid(&query->local));
	default:
		return false;
	}
}
