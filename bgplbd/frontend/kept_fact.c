#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/kept_fact.h"
#include "common/log.h"

void
kept_fact_set(struct container_fact **place, const struct container_fact *fact)
{
	size_t size = container_fact_size(fact);
	struct container_fact *copy = xmalloc(size);

	memcpy(copy, fact, size);
	free(*place);
	*place = copy;
}

void
kept_fact_drop_endpoint(struct container_fact *kept,
    const struct object_id *network)
{
	unsigned int i;

	for (i = 0; i < kept->nendpoints; i++) {
		if (!object_id_equal(&kept->endpoints[i].network, network))
			continue;
		kept->nendpoints--;
		memmove(&kept->endpoints[i], &kept->endpoints[i + 1],
		    (kept->nendpoints - i) * sizeof(kept->endpoints[0]));
		return;
	}
}
