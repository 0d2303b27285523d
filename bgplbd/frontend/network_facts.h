/*
 * Facts that are kept while a sync runs and told at its end.  They stand together in
 * blocks of their own, apart from what is kept for longer: so their memory goes back
 * to the system as a whole when the sync is over.
 */
#ifndef BGPLBD_FRONTEND_NETWORK_FACTS_H
#define BGPLBD_FRONTEND_NETWORK_FACTS_H

#include <sys/queue.h>

#include "bgplbd/messages/frontend_rde.h"

struct network_fact_block;

struct network_facts {
	SLIST_HEAD(, network_fact_block) blocks;	/* the first has room, or none has */
};

void	network_facts_init(struct network_facts *);

/* A new one, to be filled in; it stays where it is until all are cleared. */
struct network_fact *network_facts_add(struct network_facts *);
void	network_facts_clear(struct network_facts *);

#endif /* BGPLBD_FRONTEND_NETWORK_FACTS_H */
