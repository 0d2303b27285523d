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

bool
rde_session_is_valid(uint32_t type, const void *data, size_t len)
{
	const struct nexthop_answer *answer = data;
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
		return len == sizeof(*answer) &&
		    (answer->nexthop.afi == AFI_NONE ||
		    (answer->nexthop.afi == AFI_IPV6 &&
		    address_is_valid(&answer->nexthop)));
	case MSG_SESSION_NEXTHOP:
		return len == sizeof(*query) &&
		    address_is_valid(&query->local);
	default:
		return false;
	}
}
