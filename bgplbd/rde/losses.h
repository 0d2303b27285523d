/*
 * What somebody else took out of the kernel, or changed: what stood by our knowledge
 * before the kernel is read, compared with what it shows.  For telling what is put
 * back; that it is put back is the decision's doing.
 */
#ifndef BGPLBD_RDE_LOSSES_H
#define BGPLBD_RDE_LOSSES_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/rde/standings.h"

struct rde;

struct loss {
	struct prefix	prefix;
	struct standing	before;
	bool		route;		/* is lost */
	bool		neighbor;
	unsigned int	members;	/* that its spread had */
	bool		spread;		/* it has fewer */
};

struct losses {
	struct loss	*list;		/* those that had a route or an entry */
	size_t		 n;
};

/* In this order: before the kernel is read, after it, and when all is applied. */
void	losses_before(struct losses *, struct rde *);
void	losses_after(struct losses *, struct rde *);
/* Logs and counts (rde->repairs) what stands again; frees what it holds. */
void	losses_tell(struct losses *, struct rde *);

#endif /* BGPLBD_RDE_LOSSES_H */
