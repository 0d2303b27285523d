#include <string.h>

#include "bgplbd/frontend/v6subnet_memo.h"

void
v6subnet_memo_set(struct v6subnet_memo *m, const struct prefix *pool,
    bool with_v6subnet)
{
	unsigned int i;

	for (i = 0; i < V6SUBNET_MEMO_MAX; i++)
		if (prefix_cmp(&m->pools[i], pool) == 0)
			memset(&m->pools[i], 0, sizeof(m->pools[i]));
	if (!with_v6subnet)
		return;
	m->pools[m->next] = *pool;
	m->next = (m->next + 1) % V6SUBNET_MEMO_MAX;
}

bool
v6subnet_memo_has(const struct v6subnet_memo *m, const struct prefix *pool)
{
	unsigned int i;

	for (i = 0; i < V6SUBNET_MEMO_MAX; i++)
		if (prefix_is_set(pool) &&
		    prefix_cmp(&m->pools[i], pool) == 0)
			return true;
	return false;
}
