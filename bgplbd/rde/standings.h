/*
 * What stands at present, by prefix: what the session engine was told to announce,
 * and which of our routes and neighbor entries are in the kernel.  Read by the
 * decision (to keep what can be kept) and by the diff; written only where a step is
 * executed (apply.c) and where the kernel is read (sync.c).
 */
#ifndef BGPLBD_RDE_STANDINGS_H
#define BGPLBD_RDE_STANDINGS_H

#include <sys/tree.h>

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "common/prefix.h"

struct standing {
	RB_ENTRY(standing)	entry;
	struct prefix		prefix;
	bool			announced;
	bool			leaving;		/* announced so */
	uint16_t		endpoints;		/* announced with */
	int			route_ifindex;		/* 0: no route; or */
#define ROUTE_ELSEWHERE	(-1)	/* not to one interface: never what is wanted */
	int			neighbor_ifindex;	/* 0: no neighbor entry */
	uint8_t			mac[MAC_SIZE];		/* of the neighbor entry */
	uint64_t		hold;	/* barrier that must come back before removal */
	int			error;	/* errno of the last failure that was logged */
};
RB_HEAD(standing_tree, standing);

void	standings_free(struct standing_tree *);
struct standing *standing_find(struct standing_tree *, const struct prefix *);
/* Makes it, with nothing standing, if it is not there. */
struct standing *standing_get(struct standing_tree *, const struct prefix *);
void	standing_remove(struct standing_tree *, struct standing *);
/* A link was deleted, and with it what the kernel had on it. */
void	standings_forget_link(struct standing_tree *, int ifindex);

int	standing_cmp(const struct standing *, const struct standing *);
RB_PROTOTYPE(standing_tree, standing, entry, standing_cmp)

#endif /* BGPLBD_RDE_STANDINGS_H */
