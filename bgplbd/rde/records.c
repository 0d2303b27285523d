#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/records.h"
#include "bgplbd/rde/standings.h"
#include "common/log.h"

#define HEADS_MIN	64
#define MARKED_MIN	64

static_assert(sizeof(struct record) == 32, "of which there are very many");

void
records_init(struct records *rs)
{
	memset(rs, 0, sizeof(*rs));
	arena_init(&rs->arena, sizeof(struct record), RECORDS_MAX, "prefixes");
	arena_init(&rs->standings, sizeof(struct standing), RECORDS_MAX,
	    "prefixes with routes");
	rs->nheads = HEADS_MIN;
	rs->heads = xcalloc(rs->nheads, sizeof(*rs->heads));
}

void
records_free(struct records *rs)
{
	standings_clear(rs);
	free(rs->heads);
	free(rs->marked);
	arena_free(&rs->arena);
	arena_free(&rs->standings);
	memset(rs, 0, sizeof(*rs));
}

/* Multiplied by odd constants, so that each bit reaches the high ones. */
static uint32_t
hash(const struct prefix *p)
{
	uint64_t word[2], h;

	memcpy(word, p->addr.bytes, sizeof(word));
	h = (word[0] ^ p->len) * UINT64_C(0x9e3779b97f4a7c15);
	h ^= h >> 32;
	h = (h ^ word[1]) * UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(h >> 32);
}

static uint32_t *
head_of(const struct records *rs, const struct prefix *p)
{
	return &rs->heads[hash(p) & (rs->nheads - 1)];
}

static void
insert(struct records *rs, struct record *r)
{
	uint32_t *head = head_of(rs, &r->prefix);

	r->next = *head;
	*head = record_index(rs, r);
}

/* Whether the item of the arena is one that was taken. */
static bool
is_used(const struct record *r)
{
	return prefix_is_set(&r->prefix);
}

static void
grow_heads(struct records *rs)
{
	struct record *r;
	uint32_t i;

	free(rs->heads);
	rs->nheads *= 2;
	rs->heads = xcalloc(rs->nheads, sizeof(*rs->heads));
	for (i = 1; i < rs->arena.end; i++) {
		r = record_at(rs, i);
		if (is_used(r))
			insert(rs, r);
	}
}

struct record *
record_find(const struct records *rs, const struct prefix *p)
{
	struct record *r;
	uint32_t i;

	for (i = *head_of(rs, p); i != 0; i = r->next) {
		r = record_at(rs, i);
		if (memcmp(&r->prefix, p, sizeof(*p)) == 0)
			return r;
	}
	return NULL;
}

struct record *
record_get(struct records *rs, const struct prefix *p)
{
	struct record *r = record_find(rs, p);

	if (r != NULL)
		return r;
	if (rs->arena.used >= rs->nheads * 2)
		grow_heads(rs);
	r = record_at(rs, arena_take(&rs->arena));
	r->prefix = *p;
	insert(rs, r);
	record_mark(rs, r);
	return r;
}

void
record_release(struct records *rs, struct record *r)
{
	uint32_t index = record_index(rs, r), *place;

	if (r->claims != 0 || r->standing != 0 || r->announced ||
	    r->withdrawn || r->marked || r->kept)
		return;
	place = head_of(rs, &r->prefix);
	while (*place != index)
		place = &record_at(rs, *place)->next;
	*place = r->next;
	rs->freed++;
	arena_give(&rs->arena, index);
}

void
record_mark(struct records *rs, struct record *r)
{
	if (r->marked)
		return;
	r->marked = true;
	if (rs->nmarked == rs->marked_size) {
		rs->marked_size = rs->marked_size == 0 ?
		    MARKED_MIN : rs->marked_size * 2;
		rs->marked = xreallocarray(rs->marked, rs->marked_size,
		    sizeof(*rs->marked));
	}
	rs->marked[rs->nmarked++] = record_index(rs, r);
}

void
records_mark_all(struct records *rs)
{
	struct record *r;
	uint32_t i;

	for (i = 1; i < rs->arena.end; i++) {
		r = record_at(rs, i);
		if (is_used(r))
			record_mark(rs, r);
	}
}

/* The order of prefix_cmp() is that of their bytes. */
static int
by_prefix(const void *a, const void *b, void *arg)
{
	const uint32_t *x = a, *y = b;
	const struct records *rs = arg;

	return memcmp(&record_at(rs, *x)->prefix, &record_at(rs, *y)->prefix,
	    sizeof(struct prefix));
}

static void
sort(const struct records *rs, uint32_t *list, size_t n)
{
	qsort_r(list, n, sizeof(*list), by_prefix, (void *)(uintptr_t)rs);
}

uint32_t *
records_take_marked(struct records *rs, size_t *n)
{
	uint32_t *list = rs->marked;
	size_t i;

	*n = rs->nmarked;
	rs->marked = NULL;
	rs->nmarked = rs->marked_size = 0;
	for (i = 0; i < *n; i++)
		record_at(rs, list[i])->marked = false;
	if (*n > 1)
		sort(rs, list, *n);
	return list;
}

uint32_t *
records_list(const struct records *rs, size_t *n)
{
	uint32_t *list, i;

	*n = 0;
	if (rs->arena.used == 0)
		return NULL;
	list = xreallocarray(NULL, rs->arena.used, sizeof(*list));
	for (i = 1; i < rs->arena.end; i++)
		if (is_used(record_at(rs, i)))
			list[(*n)++] = i;
	sort(rs, list, *n);
	return list;
}
