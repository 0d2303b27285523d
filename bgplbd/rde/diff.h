/*
 * From what stands to what is wanted: the steps, in the order in which they are to
 * be taken.  Pure.
 *
 * A prefix is withdrawn first and keeps its route until a barrier has come back
 * from the session engine, so that packets on their way still arrive: removals are
 * steps of a later diff, made when the barrier is acknowledged.  A prefix that is
 * wanted again meanwhile just keeps what stands.  A route and its neighbor entry
 * are set before the prefix is announced.
 *
 * An announcement may have to wait (pace.h), a withdrawal never.
 *
 * One endpoint is led to by a plain route, more than one by a spread (spread.h).  One
 * that has served alone goes over to a spread by itself, and the others join when its
 * flows are known there (joins.c).
 */
#ifndef BGPLBD_RDE_DIFF_H
#define BGPLBD_RDE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/standings.h"

/* To be taken in this order. */
enum step_kind {
	STEP_WITHDRAW,
	STEP_BARRIER,		/* once, if any withdrawn has a route; of no record */
	STEP_NEIGHBOR_SET,	/* ifindex, mac */
	STEP_ROUTE_SET,		/* ifindex; to it, and not by a spread */
	STEP_SPREAD_PREPARE,	/* ifindex, mac of the one that serves */
	STEP_SPREAD_SET,	/* ifindex; to all that are wanted */
	STEP_ANNOUNCE,		/* ifindex of the route that it needs; or 0 */
	STEP_ROUTE_REMOVE,
	STEP_SPREAD_REMOVE,
	STEP_NEIGHBOR_REMOVE,	/* ifindex */
	STEP_WAIT		/* decide it again at steps.next */
};
#define STEP_KINDS	(STEP_WAIT + 1)

/* There may be as many as prefixes, for a moment; so it is small. */
struct step {
	uint32_t	record;
	int		ifindex;
	uint8_t		kind;		/* enum step_kind */
	bool		leaving;	/* STEP_ANNOUNCE */
	uint16_t	endpoints;	/* the same */
	uint8_t		mac[MAC_SIZE];
};

/* Owned by the caller, zeroed at first; valid until the tables change. */
struct steps {
	struct step	*list;		/* by record, and of each in order */
	size_t		 n;
	size_t		 size;
	size_t		 of_kind[STEP_KINDS];
	uint64_t	 next;		/* for the first STEP_WAIT; 0: there is none */
};

/* Adds those for one prefix; acknowledged: the highest barrier that has come back. */
void	diff_record(const struct records *, const struct record *,
	    const struct wanted *, uint64_t acknowledged, struct steps *);
/* Decides each of the records, and replaces the steps by what follows from it. */
void	diff_make(const struct tables *, const uint32_t *records, size_t n,
	    uint64_t acknowledged, struct wanted *, struct steps *);
/* The next after one of the same kind; the first after NULL.  NULL at the end. */
const struct step *steps_next(const struct steps *, enum step_kind,
	    const struct step *);
void	steps_free(struct steps *);

#endif /* BGPLBD_RDE_DIFF_H */
