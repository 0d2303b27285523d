/*
 * The prefixes of one family that are announced, and what each neighbor has yet
 * to hear of them: an Adj-RIB-Out (RFC 4271 section 3.2) that all share.
 *
 * The table keeps two logs of what changed, one of prefixes that are announced and
 * one of those that no longer are; a prefix stands in one of them, at the place of
 * its last change.  A feed is one neighbor's progress: how far it has read each log,
 * and one bit a prefix for what it was told.  So a slow neighbor costs a bit a
 * prefix, a change that was undone before a neighbor heard of it is passed over, and
 * what a feed reads is always of one kind, fit for full messages.
 *
 * A prefix has traits: what of its path is its own.  A feed minds some of them, and
 * reads prefixes that are alike in these together, wherever they stand in the log.
 * If they change, the prefix counts as told differently and is due again; so it is,
 * without need, if they change back before it was told.
 *
 * Memory: 12 bytes an IPv4 prefix and 24 an IPv6 one, some 9 for finding it, and an
 * eighth of one for each feed.  The caller holds the number of prefixes, with those
 * that are yet to be withdrawn from a neighbor, below RIB_PREFIXES_MAX in all tables.
 *
 * Nothing here does I/O.
 */
#ifndef BGPLBD_SESSION_RIB_H
#define BGPLBD_SESSION_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/wire.h"
#include "common/prefix.h"

struct rib;
struct rib_feed;

enum rib_change {
	RIB_ANNOUNCED,
	RIB_WITHDRAWN
};

/* More than the limits of the rde's tables (rde/tables.h) come to. */
#define RIB_PREFIXES_MAX	(256U * 1024)

/* Traits of a prefix. */
#define RIB_ENDPOINTS	0x7fff	/* eligible ones of this host; 0: not counted */
#define RIB_LEAVING	0x8000	/* to be withdrawn soon */

struct rib *rib_new(enum afi);
void	rib_free(struct rib *);		/* after its feeds; NULL is fine */

/* False if it was so already.  The prefix is of the family of the rib. */
bool	rib_announce(struct rib *, const struct prefix *, uint16_t traits);
bool	rib_withdraw(struct rib *, const struct prefix *);

/* Of both kinds; withdrawn ones until they are reclaimed, when all feeds know. */
size_t	rib_count(const struct rib *);
void	rib_reclaim(struct rib *);

/*
 * For a neighbor that knows nothing: all that is announced is yet to be told.  minds:
 * the bits of traits that matter to it.
 */
struct rib_feed *rib_feed_new(struct rib *, uint16_t minds);
void	rib_feed_free(struct rib_feed *);	/* NULL is fine */

/*
 * Writes the next prefixes of one kind, and of one rib_feed_traits(), in NLRI form,
 * no more than room bytes, and holds them for told.  Returns how many.  Those that are withdrawn are to be taken
 * first, until there are none.
 */
size_t	rib_feed_take(struct rib_feed *, enum rib_change, struct wire_writer *,
	    size_t room);
/* True if rib_feed_take() would have something to write. */
bool	rib_feed_has(struct rib_feed *, enum rib_change);

/* Of the announced prefixes to be taken next, as far as the feed minds them. */
uint16_t rib_feed_traits(struct rib_feed *);

/*
 * Nothing is announced to the neighbor any more: what it was told is to be withdrawn.
 * Then all that is announced is to be told again.
 */
void	rib_feed_hold(struct rib_feed *);
void	rib_feed_release(struct rib_feed *);

/* All that is announced is to be told again, whatever the neighbor knows. */
void	rib_feed_rewind(struct rib_feed *);
/*
 * The prefixes that are announced, in no order: false at the end.  *place is 0 to
 * begin with.  One that stays announced from the beginning to the end comes once,
 * whatever changes between.
 */
struct rib_route {
	struct prefix	prefix;
	uint16_t	traits;
	uint32_t	slot;		/* for rib_feed_told() */
};
bool	rib_walk(const struct rib *, uint32_t *place, struct rib_route *);
/* False if it is not announced. */
bool	rib_find(const struct rib *, const struct prefix *, struct rib_route *);
/* Was the neighbor told of it, as it is now? */
bool	rib_feed_told(const struct rib_feed *, const struct rib_route *);
size_t	rib_feed_count(const struct rib_feed *); /* announced to this neighbor */

#endif /* BGPLBD_SESSION_RIB_H */
