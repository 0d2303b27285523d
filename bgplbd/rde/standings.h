/*
 * What stands of a prefix in the kernel at present: our route and our neighbor
 * entry, and with them what is to be remembered of either.  Only few of the records
 * (records.h) have such a part, and only while there is something in it.
 *
 * Read by the decision (to keep what can be kept) and by the diff; written only
 * where a step is executed (apply.c), where the kernel is read (sync.c) and where a
 * link goes.
 */
#ifndef BGPLBD_RDE_STANDINGS_H
#define BGPLBD_RDE_STANDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/rde/pace.h"
#include "bgplbd/rde/records.h"
#include "bgplbd/rde/spread.h"

struct standing {
	int		error;	/* errno of the last failure that was logged */
	uint32_t	record;			/* whose it is */
	int		route_ifindex;		/* 0: no route; or */
#define ROUTE_ELSEWHERE	(-1)	/* to nothing of ours: never what is wanted */
	int		neighbor_ifindex;	/* 0: no neighbor entry */
	uint8_t		mac[MAC_SIZE];		/* of the neighbor entry */
	uint16_t	endpoints;		/* announced with */
	uint64_t	hold;	/* barrier that must come back before removal */
	struct spread	*spread;		/* NULL: there is none */
	struct pace	pace;			/* of its announcements */
};

/* NULL if it has none. */
static inline struct standing *
standing_of(const struct records *rs, const struct record *r)
{
	return r->standing == 0 ? NULL :
	    arena_at(&rs->standings, r->standing);
}

/* Does anything of it stand in the kernel? */
static inline bool
standing_is_there(const struct standing *s)
{
	return s->route_ifindex != 0 || s->neighbor_ifindex != 0 ||
	    s->spread != NULL;
}

/* The same by prefix; NULL also if nobody knows it. */
struct standing *standing_find(const struct records *,
	    const struct prefix *);
/* Makes it, with nothing standing, if it has none. */
struct standing *standing_get(struct records *, struct record *);
/* Frees it if nothing stands; a failure is forgotten. */
void	standing_release(struct records *, struct record *);
/* How many endpoints the route leads to. */
unsigned int	standing_serving(const struct standing *);
/* What was read of the kernel is to be read anew: nothing stands. */
void	standings_clear(struct records *);
/* A link was deleted, and with it what the kernel had on it; marks. */
void	standings_forget_link(struct records *, int ifindex);

#endif /* BGPLBD_RDE_STANDINGS_H */
