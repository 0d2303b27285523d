/*
 * From what stands to what is wanted: the steps, in the order in which they are to
 * be taken.  Pure.
 *
 * A prefix is withdrawn first and keeps its route until a barrier has come back
 * from the session engine, so that packets on their way still arrive: removals are
 * steps of a later diff, made when the barrier is acknowledged.  A prefix that is
 * wanted again meanwhile just keeps what stands.  A route and its neighbor entry
 * are set before the prefix is announced.
 */
#ifndef BGPLBD_RDE_DIFF_H
#define BGPLBD_RDE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/standings.h"

/* In this order. */
enum step_kind {
	STEP_WITHDRAW,
	STEP_BARRIER,		/* once, if something waits for it */
	STEP_NEIGHBOR_SET,	/* ifindex, mac */
	STEP_ROUTE_SET,		/* ifindex */
	STEP_ANNOUNCE,
	STEP_ROUTE_REMOVE,
	STEP_NEIGHBOR_REMOVE,	/* ifindex */
	STEP_FORGET		/* the standing, in which nothing stands */
};
#define STEP_KINDS	(STEP_FORGET + 1)

struct step {
	enum step_kind			 kind;
	struct prefix			 prefix;
	const struct wanted_prefix	*wanted;  /* NULL: nobody claims it */
	int				 ifindex;
	uint8_t				 mac[MAC_SIZE];
};

/* Owned by the caller, zeroed at first; valid as long as the wanted set. */
struct steps {
	struct step	*list;
	size_t		 n;
	size_t		 size;
};

/* acknowledged: the highest barrier that has come back. */
void	diff_make(const struct wanted *, struct standing_tree *,
	    uint64_t acknowledged, struct steps *);
void	steps_free(struct steps *);

#endif /* BGPLBD_RDE_DIFF_H */
