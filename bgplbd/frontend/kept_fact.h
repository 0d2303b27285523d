/*
 * A container's fact as it is kept in memory: without the room for endpoints that it
 * does not have, which is most of it.  For container_watch.c; xmalloc()ed, to be freed
 * by free().
 */
#ifndef BGPLBD_FRONTEND_KEPT_FACT_H
#define BGPLBD_FRONTEND_KEPT_FACT_H

#include "bgplbd/messages/frontend_rde.h"

/* A copy, in the place of the last one, which is freed; that may be NULL. */
void	kept_fact_set(struct container_fact **place,
	    const struct container_fact *);
/* Takes the endpoint in that network out, if there is one. */
void	kept_fact_drop_endpoint(struct container_fact *kept,
	    const struct object_id *network);

#endif /* BGPLBD_FRONTEND_KEPT_FACT_H */
