/*
 * The prefixes, one record each: of those that somebody claims, of those that the
 * operator withdrew, and of those of which something stands.  No I/O.
 *
 * A record is marked when anything changes that the decision about its prefix
 * depends on: tables.h says by whom.  Only what is marked is decided anew (diff.h),
 * in the order of the prefixes.
 *
 * There may be very many, most of them subnets that are only announced; so a record
 * is small, and refers to others by their index in an arena.  What of the prefix is
 * in the kernel is apart (standings.h).  Records do not move.
 */
#ifndef BGPLBD_RDE_RECORDS_H
#define BGPLBD_RDE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/rde/arena.h"
#include "common/prefix.h"

/*
 * Nearly twice what the limits of tables.h and of the kernel's inventory come to, so
 * that all of them may be replaced while they still stand.
 */
#define RECORDS_MAX	(512 * 1024)

struct record {
	uint32_t	next;		/* of those with the same hash */
	uint32_t	claims;		/* the first of them, in order; 0: none */
	uint32_t	standing;	/* 0: none */
	struct prefix	prefix;
	bool		announced : 1;	/* the session engine was told so, and */
	bool		leaving : 1;	/* this with it */
	bool		withdrawn : 1;	/* by the operator */
	bool		marked : 1;
	unsigned int	conflict : 2;	/* enum address_conflict, see conflicts.c */
	unsigned int	refusal : 4;	/* enum prefix_refusal, the same */
	bool		kept : 1;	/* stands of an earlier run, see keep.c */
};

struct records {
	struct arena	 arena;		/* of struct record */
	struct arena	 standings;	/* of struct standing */
	uint32_t	*heads;		/* by hash, a power of two of them */
	uint32_t	 nheads;
	uint32_t	*marked;	/* in no order */
	size_t		 nmarked;
	size_t		 marked_size;
	uint64_t	 freed;		/* records, so far */
};

void	records_init(struct records *);
void	records_free(struct records *);

/* NULL if there is none. */
struct record *record_find(const struct records *, const struct prefix *);
/* Makes it, marked, if it is not there. */
struct record *record_get(struct records *, const struct prefix *);
/* Frees it if nothing of it is left to know, and it is not marked. */
void	record_release(struct records *, struct record *);

void	record_mark(struct records *, struct record *);
void	records_mark_all(struct records *);
/*
 * The indexes of those that were marked, in the order of prefix_cmp(), which are so
 * no longer; of all of them.  To be freed by the caller; NULL if there are none.
 */
uint32_t *records_take_marked(struct records *, size_t *n)
	    __attribute__((warn_unused_result));
uint32_t *records_list(const struct records *, size_t *n)
	    __attribute__((warn_unused_result));

static inline struct record *
record_at(const struct records *rs, uint32_t index)
{
	return arena_at(&rs->arena, index);
}

static inline uint32_t
record_index(const struct records *rs, const struct record *r)
{
	return arena_index(&rs->arena, r);
}

#endif /* BGPLBD_RDE_RECORDS_H */
