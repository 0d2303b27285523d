#include <sys/queue.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/bitmap.h"
#include "bgplbd/session/rib.h"
#include "common/log.h"

#define NONE		UINT32_MAX
#define SIZE_MIN	64		/* a power of two */
#define KINDS		2		/* enum rib_change */
#define FREE		KINDS		/* of a slot without an entry */

/* How full the index may be. */
#define INDEX_FULL(used, size)	((used) >= (size) / 5 * 4)

/*
 * A prefix, at its slot in the table.  A slot that is free links to the next one
 * by position.
 */
struct entry {
	uint32_t	position;	/* in the log of its kind */
	uint16_t	traits;		/* as announced last */
	uint8_t		kind;		/* enum rib_change, or FREE */
	uint8_t		nlri[];		/* length, then the whole address */
};

/* Slots in the order of their last change; NONE where one has moved on. */
struct change_log {
	uint32_t	*slots;
	uint32_t	 len;
	uint32_t	 size;
	uint32_t	 live;		/* not NONE */
};

struct rib_feed {
	LIST_ENTRY(rib_feed)	 entry;
	struct rib		*rib;
	uint32_t		 cursor[KINDS];
	struct bitmap		 told;		/* slots that the neighbor has */
	struct bitmap		 again;		/* what it is to hear once more */
	uint32_t		 ntold;
	uint32_t		 nagain;
	uint16_t		 minds;		/* traits */
	bool			 held;
};

struct rib {
	LIST_HEAD(, rib_feed)	 feeds;
	struct change_log	 logs[KINDS];
	uint8_t			*table;
	size_t			 stride;	/* of an entry */
	unsigned int		 addrsize;
	uint32_t		 size;		/* slots there is memory for */
	uint32_t		 used;		/* slots that ever had an entry */
	uint32_t		 free;		/* first free slot, or NONE */
	uint32_t		 count;		/* entries, of both kinds */
	uint32_t		*index;		/* open addressing, slots or NONE */
	uint32_t		 indexsize;	/* a power of two */
};

static struct entry *
entry_at(const struct rib *rib, uint32_t slot)
{
	return (struct entry *)(void *)&rib->table[slot * rib->stride];
}

static size_t
nlri_size(const struct entry *e)
{
	return 1 + (e->nlri[0] + 7u) / 8;
}

/*
 * The index: from the bytes of an entry's nlri to its slot.
 */

static uint32_t
hash_nlri(const struct rib *rib, const uint8_t *nlri)
{
	uint64_t h = nlri[0];
	uint32_t word;
	unsigned int i;

	for (i = 0; i < rib->addrsize; i += sizeof(word)) {
		memcpy(&word, &nlri[1 + i], sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 32;
	}
	return (uint32_t)h & (rib->indexsize - 1);
}

/* Where in the index the entry stands, or the free place for it. */
static uint32_t
index_find(const struct rib *rib, const uint8_t *nlri)
{
	uint32_t i = hash_nlri(rib, nlri);

	while (rib->index[i] != NONE &&
	    memcmp(entry_at(rib, rib->index[i])->nlri, nlri,
	    1 + rib->addrsize) != 0)
		i = (i + 1) & (rib->indexsize - 1);
	return i;
}

static void
index_resize(struct rib *rib, uint32_t size)
{
	uint32_t *old = rib->index;
	uint32_t i, oldsize = rib->indexsize;

	rib->index = xreallocarray(NULL, size, sizeof(*rib->index));
	memset(rib->index, 0xff, size * sizeof(*rib->index));
	rib->indexsize = size;
	for (i = 0; i < oldsize; i++)
		if (old[i] != NONE)
			rib->index[index_find(rib,
			    entry_at(rib, old[i])->nlri)] = old[i];
	free(old);
}

/* Closes the gap, so that whoever was driven past it is still found. */
static void
index_remove(struct rib *rib, uint32_t gap)
{
	uint32_t home, i = gap, mask = rib->indexsize - 1;

	for (;;) {
		i = (i + 1) & mask;
		if (rib->index[i] == NONE)
			break;
		home = hash_nlri(rib, entry_at(rib, rib->index[i])->nlri);
		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		rib->index[gap] = rib->index[i];
		gap = i;
	}
	rib->index[gap] = NONE;
}

/*
 * The logs.
 */

static void
log_remove(struct rib *rib, const struct entry *e)
{
	struct change_log *log = &rib->logs[e->kind];

	log->slots[e->position] = NONE;
	log->live--;
}

/* Squeezes out what has moved on, and moves the cursors with it. */
static void
log_compact(struct rib *rib, enum rib_change kind)
{
	struct change_log *log = &rib->logs[kind];
	struct rib_feed *feed;
	uint32_t i, to = 0, unread;

	LIST_FOREACH(feed, &rib->feeds, entry) {
		for (unread = 0, i = feed->cursor[kind]; i < log->len; i++)
			if (log->slots[i] != NONE)
				unread++;
		feed->cursor[kind] = log->live - unread;
	}
	for (i = 0; i < log->len; i++) {
		if (log->slots[i] == NONE)
			continue;
		entry_at(rib, log->slots[i])->position = to;
		log->slots[to++] = log->slots[i];
	}
	log->len = to;
}

/*
 * What a feed is to be told although it was told it.
 */

static void
again_set(struct rib_feed *feed, uint32_t slot)
{
	if (bitmap_has(&feed->again, slot))
		return;
	bitmap_set(&feed->again, slot);
	feed->nagain++;
}

static void
again_clear(struct rib_feed *feed, uint32_t slot)
{
	if (!bitmap_has(&feed->again, slot))
		return;
	bitmap_clear(&feed->again, slot);
	if (--feed->nagain == 0)
		bitmap_free(&feed->again);
}

static void
change_traits(struct rib *rib, uint32_t slot, uint16_t traits)
{
	struct entry *e = entry_at(rib, slot);
	unsigned int changed = e->traits ^ traits;
	struct rib_feed *feed;

	e->traits = traits;
	if (changed == 0)
		return;
	LIST_FOREACH(feed, &rib->feeds, entry)
		if ((changed & feed->minds) != 0 &&
		    bitmap_has(&feed->told, slot))
			again_set(feed, slot);
}

/*
 * Slots.
 */

/* Frees withdrawn prefixes that every feed has passed. */
void
rib_reclaim(struct rib *rib)
{
	struct change_log *log = &rib->logs[RIB_WITHDRAWN];
	struct rib_feed *feed;
	struct entry *e;
	uint32_t i, passed = log->len, slot;

	LIST_FOREACH(feed, &rib->feeds, entry)
		if (feed->cursor[RIB_WITHDRAWN] < passed)
			passed = feed->cursor[RIB_WITHDRAWN];
	for (i = 0; i < passed; i++) {
		slot = log->slots[i];
		if (slot == NONE)
			continue;
		e = entry_at(rib, slot);
		LIST_FOREACH(feed, &rib->feeds, entry)
			again_clear(feed, slot);
		log_remove(rib, e);
		index_remove(rib, index_find(rib, e->nlri));
		rib->count--;
		e->kind = FREE;
		e->position = rib->free;
		rib->free = slot;
	}
}

/*
 * Drops from a full log what is of no use any more and, if that was less than half
 * of it, doubles its size: a change costs constant time on average.
 */
static void
log_make_room(struct rib *rib, enum rib_change kind)
{
	struct change_log *log = &rib->logs[kind];

	if (kind == RIB_WITHDRAWN)
		rib_reclaim(rib);
	log_compact(rib, kind);
	if (log->len < log->size / 2)
		return;
	log->size = log->size == 0 ? SIZE_MIN : log->size * 2;
	log->slots = xreallocarray(log->slots, log->size,
	    sizeof(*log->slots));
}

static void
log_append(struct rib *rib, uint32_t slot, enum rib_change kind)
{
	struct change_log *log = &rib->logs[kind];
	struct entry *e = entry_at(rib, slot);

	if (log->len == log->size)
		log_make_room(rib, kind);
	e->kind = (uint8_t)kind;
	e->position = log->len;
	log->slots[log->len++] = slot;
	log->live++;
}

static uint32_t
take_slot(struct rib *rib)
{
	uint32_t slot;

	if (rib->free == NONE && rib->used == rib->size &&
	    rib->logs[RIB_WITHDRAWN].live > 0)
		rib_reclaim(rib);
	if (rib->free != NONE) {
		slot = rib->free;
		rib->free = entry_at(rib, slot)->position;
		return slot;
	}
	if (rib->used == rib->size) {
		rib->size *= 2;
		rib->table = xreallocarray(rib->table, rib->size, rib->stride);
	}
	return rib->used++;
}

static void
make_nlri(const struct rib *rib, const struct prefix *p, uint8_t *nlri)
{
	nlri[0] = p->len;
	memcpy(&nlri[1], p->addr.bytes, rib->addrsize);
}

static uint32_t
add(struct rib *rib, const uint8_t *nlri)
{
	uint32_t slot = take_slot(rib);

	if (INDEX_FULL(rib->count, rib->indexsize))
		index_resize(rib, rib->indexsize * 2);
	memcpy(entry_at(rib, slot)->nlri, nlri, 1 + rib->addrsize);
	rib->index[index_find(rib, nlri)] = slot;
	rib->count++;
	return slot;
}

struct rib *
rib_new(enum afi afi)
{
	struct rib *rib = xcalloc(1, sizeof(*rib));

	LIST_INIT(&rib->feeds);
	rib->addrsize = address_size((uint8_t)afi);
	rib->stride = (offsetof(struct entry, nlri) + 1 + rib->addrsize +
	    _Alignof(struct entry) - 1) & ~(_Alignof(struct entry) - 1);
	rib->size = SIZE_MIN;
	rib->table = xreallocarray(NULL, rib->size, rib->stride);
	rib->free = NONE;
	index_resize(rib, SIZE_MIN);
	return rib;
}

void
rib_free(struct rib *rib)
{
	if (rib == NULL)
		return;
	free(rib->logs[RIB_ANNOUNCED].slots);
	free(rib->logs[RIB_WITHDRAWN].slots);
	free(rib->table);
	free(rib->index);
	free(rib);
}

bool
rib_announce(struct rib *rib, const struct prefix *p, uint16_t traits)
{
	uint8_t nlri[1 + 16];
	struct entry *e;
	uint32_t slot;

	make_nlri(rib, p, nlri);
	slot = rib->index[index_find(rib, nlri)];
	if (slot == NONE) {
		slot = add(rib, nlri);
		entry_at(rib, slot)->traits = traits;
	} else {
		e = entry_at(rib, slot);
		if (e->kind == RIB_ANNOUNCED && e->traits == traits)
			return false;
		log_remove(rib, e);
		change_traits(rib, slot, traits);
	}
	log_append(rib, slot, RIB_ANNOUNCED);
	return true;
}

bool
rib_withdraw(struct rib *rib, const struct prefix *p)
{
	uint8_t nlri[1 + 16];
	uint32_t slot;

	make_nlri(rib, p, nlri);
	slot = rib->index[index_find(rib, nlri)];
	if (slot == NONE || entry_at(rib, slot)->kind == RIB_WITHDRAWN)
		return false;
	log_remove(rib, entry_at(rib, slot));
	log_append(rib, slot, RIB_WITHDRAWN);
	return true;
}

size_t
rib_count(const struct rib *rib)
{
	return rib->count;
}

/*
 * Feeds.
 */

struct rib_feed *
rib_feed_new(struct rib *rib, uint16_t minds)
{
	struct rib_feed *feed = xcalloc(1, sizeof(*feed));

	feed->rib = rib;
	feed->minds = minds;
	feed->cursor[RIB_WITHDRAWN] = rib->logs[RIB_WITHDRAWN].len;
	LIST_INSERT_HEAD(&rib->feeds, feed, entry);
	return feed;
}

void
rib_feed_free(struct rib_feed *feed)
{
	if (feed == NULL)
		return;
	LIST_REMOVE(feed, entry);
	bitmap_free(&feed->told);
	bitmap_free(&feed->again);
	free(feed);
}

static bool
is_due(const struct rib_feed *feed, enum rib_change kind, uint32_t slot)
{
	bool told = bitmap_has(&feed->told, slot);

	if (kind == RIB_WITHDRAWN || feed->held)
		return told;
	return !told || bitmap_has(&feed->again, slot);
}

/* The slot of the next change in a log that the neighbor has to be told, or NONE. */
static uint32_t
next_change(struct rib_feed *feed, enum rib_change kind)
{
	const struct change_log *log = &feed->rib->logs[kind];
	uint32_t slot;

	for (; feed->cursor[kind] < log->len; feed->cursor[kind]++) {
		slot = log->slots[feed->cursor[kind]];
		if (slot != NONE && is_due(feed, kind, slot))
			return slot;
	}
	return NONE;
}

/* Withdrawals are all alike. */
static uint16_t
minded_traits(const struct rib_feed *feed, enum rib_change kind, uint32_t slot)
{
	if (kind == RIB_WITHDRAWN)
		return 0;
	return entry_at(feed->rib, slot)->traits & feed->minds;
}

static void
tell(struct rib_feed *feed, enum rib_change kind, uint32_t slot)
{
	again_clear(feed, slot);
	if (kind == RIB_WITHDRAWN) {
		bitmap_clear(&feed->told, slot);
		feed->ntold--;
	} else if (!bitmap_has(&feed->told, slot)) {
		bitmap_set(&feed->told, slot);
		feed->ntold++;
	}
}

/*
 * The log that the next change of the kind stands in, or NULL.  What is announced is
 * to be withdrawn from a neighbor that it is held back from.
 */
static const struct change_log *
next_log(struct rib_feed *feed, enum rib_change kind, uint32_t *slot)
{
	if (kind == RIB_WITHDRAWN) {
		*slot = next_change(feed, RIB_WITHDRAWN);
		if (*slot != NONE)
			return &feed->rib->logs[RIB_WITHDRAWN];
	}
	if (feed->held != (kind == RIB_WITHDRAWN))
		return NULL;
	*slot = next_change(feed, RIB_ANNOUNCED);
	return *slot == NONE ? NULL : &feed->rib->logs[RIB_ANNOUNCED];
}

size_t
rib_feed_take(struct rib_feed *feed, enum rib_change kind,
    struct wire_writer *w, size_t room)
{
	const struct change_log *log;
	const struct entry *e;
	size_t size, taken = 0;
	uint32_t i, slot;
	enum rib_change where;
	uint16_t traits;

	if ((log = next_log(feed, kind, &slot)) == NULL)
		return 0;
	where = (enum rib_change)(log - feed->rib->logs);
	traits = minded_traits(feed, kind, slot);
	for (i = feed->cursor[where]; i < log->len; i++) {
		slot = log->slots[i];
		if (slot == NONE || !is_due(feed, where, slot) ||
		    minded_traits(feed, kind, slot) != traits)
			continue;
		e = entry_at(feed->rib, slot);
		size = nlri_size(e);
		if (size > room)
			break;
		wire_write_bytes(w, e->nlri, size);
		room -= size;
		tell(feed, kind, slot);
		taken++;
	}
	return taken;
}

bool
rib_feed_has(struct rib_feed *feed, enum rib_change kind)
{
	uint32_t slot;

	return next_log(feed, kind, &slot) != NULL;
}

uint16_t
rib_feed_traits(struct rib_feed *feed)
{
	uint32_t slot = next_change(feed, RIB_ANNOUNCED);

	return slot == NONE ? 0 : minded_traits(feed, RIB_ANNOUNCED, slot);
}

void
rib_feed_rewind(struct rib_feed *feed)
{
	const struct change_log *log = &feed->rib->logs[RIB_ANNOUNCED];
	uint32_t i;

	for (i = 0; i < log->len; i++)
		if (log->slots[i] != NONE)
			again_set(feed, log->slots[i]);
	feed->cursor[RIB_ANNOUNCED] = 0;
}

void
rib_feed_hold(struct rib_feed *feed)
{
	feed->held = true;
	feed->cursor[RIB_ANNOUNCED] = 0;
}

void
rib_feed_release(struct rib_feed *feed)
{
	feed->held = false;
	rib_feed_rewind(feed);
}

size_t
rib_feed_count(const struct rib_feed *feed)
{
	return feed->ntold;
}

/*
 * For showing.
 */

static void
fill_route(const struct rib *rib, uint32_t slot, struct rib_route *out)
{
	const struct entry *e = entry_at(rib, slot);

	memset(out, 0, sizeof(*out));
	out->prefix.addr.afi = rib->addrsize == 4 ? AFI_IPV4 : AFI_IPV6;
	memcpy(out->prefix.addr.bytes, &e->nlri[1], rib->addrsize);
	out->prefix.len = e->nlri[0];
	out->traits = e->traits;
	out->slot = slot;
}

bool
rib_walk(const struct rib *rib, uint32_t *place, struct rib_route *out)
{
	uint32_t slot;

	while (*place < rib->used) {
		slot = (*place)++;
		if (entry_at(rib, slot)->kind != RIB_ANNOUNCED)
			continue;
		fill_route(rib, slot, out);
		return true;
	}
	return false;
}

bool
rib_find(const struct rib *rib, const struct prefix *p, struct rib_route *out)
{
	uint8_t nlri[1 + 16];
	uint32_t slot;

	make_nlri(rib, p, nlri);
	slot = rib->index[index_find(rib, nlri)];
	if (slot == NONE || entry_at(rib, slot)->kind != RIB_ANNOUNCED)
		return false;
	fill_route(rib, slot, out);
	return true;
}

bool
rib_feed_told(const struct rib_feed *feed, const struct rib_route *route)
{
	return bitmap_has(&feed->told, route->slot) &&
	    !bitmap_has(&feed->again, route->slot);
}
