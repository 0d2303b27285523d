#include <sys/queue.h>

#include <stdlib.h>

#include "bgplbd/frontend/network_facts.h"
#include "common/log.h"

/* As many as make a block of some 200 kB: a mapping of its own (memory.h). */
#define FACTS_PER_BLOCK	300

struct network_fact_block {
	SLIST_ENTRY(network_fact_block)	entry;
	unsigned int			used;
	struct network_fact		facts[FACTS_PER_BLOCK];
};

void
network_facts_init(struct network_facts *facts)
{
	SLIST_INIT(&facts->blocks);
}

struct network_fact *
network_facts_add(struct network_facts *facts)
{
	struct network_fact_block *block = SLIST_FIRST(&facts->blocks);

	if (block == NULL || block->used == FACTS_PER_BLOCK) {
		block = xmalloc(sizeof(*block));
		block->used = 0;
		SLIST_INSERT_HEAD(&facts->blocks, block, entry);
	}
	return &block->facts[block->used++];
}

void
network_facts_clear(struct network_facts *facts)
{
	struct network_fact_block *block;

	while ((block = SLIST_FIRST(&facts->blocks)) != NULL) {
		SLIST_REMOVE_HEAD(&facts->blocks, entry);
		free(block);
	}
}
