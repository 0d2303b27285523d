#include "common/pool.h"

/* Of a pool of two addresses. */
static bool
is_pair(const struct prefix *pool)
{
	return pool->len == address_size(pool->addr.afi) * 8 - 1;
}

bool
pool_is_valid(const struct prefix *pool)
{
	return prefix_is_valid(pool) && !prefix_is_host(pool) &&
	    pool->len >= (pool->addr.afi == AFI_IPV4 ?
	    POOL_LEN_MIN_IPV4 : POOL_LEN_MIN_IPV6);
}

bool
pool_gives(const struct prefix *pool, const struct address *addr)
{
	struct prefix host = prefix_of_host(addr);
	struct address last;

	if (!prefix_contains(pool, addr) || !prefix_is_usable(&host))
		return false;
	if (is_pair(pool))
		return true;
	if (address_cmp(addr, &pool->addr) == 0)
		return false;
	last = prefix_last(pool);
	return addr->afi != AFI_IPV4 || address_cmp(addr, &last) != 0;
}
