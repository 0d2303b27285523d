#include <string.h>

#include "bgplbd/rde/nexthop_id.h"

#define IPV4_LINKLOCAL	0xa9fe0000U	/* 169.254.0.0/16 */

bool
nexthop_id_is_member(uint32_t id)
{
	return id >= NEXTHOP_ID_MEMBER_FIRST && id <= NEXTHOP_ID_MEMBER_LAST;
}

bool
nexthop_id_is_group(uint32_t id)
{
	return id >= NEXTHOP_ID_GROUP_FIRST && id <= NEXTHOP_ID_GROUP_LAST;
}

static uint32_t
after(uint32_t id, uint32_t first, uint32_t last)
{
	return id >= first && id < last ? id + 1 : first;
}

uint32_t
nexthop_id_after_member(uint32_t id)
{
	return after(id, NEXTHOP_ID_MEMBER_FIRST, NEXTHOP_ID_MEMBER_LAST);
}

uint32_t
nexthop_id_after_group(uint32_t id)
{
	return after(id, NEXTHOP_ID_GROUP_FIRST, NEXTHOP_ID_GROUP_LAST);
}

void
nexthop_id_via(uint32_t id, enum afi afi, struct address *via)
{
	if (afi == AFI_IPV4) {
		*via = address_from_ipv4(IPV4_LINKLOCAL | (id & 0xffff));
		return;
	}
	memset(via, 0, sizeof(*via));
	via->afi = AFI_IPV6;
	via->bytes[0] = 0xfe;
	via->bytes[1] = 0x80;
	via->bytes[12] = (uint8_t)(id >> 24);
	via->bytes[13] = (uint8_t)(id >> 16);
	via->bytes[14] = (uint8_t)(id >> 8);
	via->bytes[15] = (uint8_t)id;
}

uint32_t
nexthop_id_of_via(const struct address *addr)
{
	const uint8_t *b = addr->bytes +
	    (addr->afi == AFI_IPV4 ? 2 : sizeof(addr->bytes) - 2);
	uint32_t id = (NEXTHOP_ID_MEMBER_FIRST & 0xffff0000) |
	    (uint32_t)b[0] << 8 | b[1];
	struct address via;

	if (!address_is_set(addr) || id < NEXTHOP_ID_MEMBER_FIRST ||
	    id > NEXTHOP_ID_MEMBER_LAST)
		return 0;
	nexthop_id_via(id, addr->afi, &via);
	return address_cmp(&via, addr) == 0 ? id : 0;
}
