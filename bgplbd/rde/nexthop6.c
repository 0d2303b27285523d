#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "bgplbd/rde/nexthop6.h"

static bool
is_usable(const struct address_message *m)
{
	return m->addr.afi == AFI_IPV6 && m->scope == RT_SCOPE_UNIVERSE &&
	    !(m->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED |
	    IFA_F_DEPRECATED | IFA_F_TEMPORARY));
}

static bool
is_unique_local(const struct address *addr)
{
	return (addr->bytes[0] & 0xfe) == 0xfc;		/* RFC 4193 */
}

static bool
is_better(const struct address_message *m, const struct address_message *than)
{
	bool stays = m->flags & IFA_F_PERMANENT;
	bool local = is_unique_local(&m->addr);

	if (than == NULL)
		return true;
	if (stays != (bool)(than->flags & IFA_F_PERMANENT))
		return stays;
	if (local != is_unique_local(&than->addr))
		return !local;
	return address_cmp(&m->addr, &than->addr) < 0;
}

void
nexthop6_choose(const struct address_message *list, size_t n,
    const struct address *local, struct address *out)
{
	const struct address_message *best = NULL, *m;
	int ifindex = 0;

	memset(out, 0, sizeof(*out));
	for (m = list; m < list + n; m++)
		if (address_cmp(&m->addr, local) == 0)
			ifindex = m->ifindex;
	for (m = list; ifindex != 0 && m < list + n; m++)
		if (m->ifindex == ifindex && is_usable(m) &&
		    is_better(m, best))
			best = m;
	if (best != NULL)
		*out = best->addr;
}
