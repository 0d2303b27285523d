#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/addresses.h"
#include "common/log.h"
#include "common/pool.h"

RB_GENERATE(pooled_tree, pooled, entry, pooled_cmp)
RB_GENERATE(reservation_tree, reservation, entry, reservation_cmp)

int
pooled_cmp(const struct pooled *a, const struct pooled *b)
{
	return memcmp(a->network.hex, b->network.hex, OBJECT_ID_DIGITS);
}

int
reservation_cmp(const struct reservation *a, const struct reservation *b)
{
	return address_cmp(&a->address, &b->address);
}

void
addresses_init(struct address_book *book)
{
	RB_INIT(&book->pooled);
	RB_INIT(&book->reservations);
	TAILQ_INIT(&book->ages);
	book->nreservations = 0;
}

static void
pooled_remove(struct address_book *book, struct pooled *p)
{
	RB_REMOVE(pooled_tree, &book->pooled, p);
	free(p->reserved);
	free(p);
}

static void
reservation_remove(struct address_book *book, struct reservation *r)
{
	RB_REMOVE(reservation_tree, &book->reservations, r);
	TAILQ_REMOVE(&book->ages, r, by_age);
	book->nreservations--;
	free(r);
}

void
addresses_free(struct address_book *book)
{
	struct reservation *r;
	struct pooled *p;

	while ((p = RB_ROOT(&book->pooled)) != NULL)
		pooled_remove(book, p);
	while ((r = TAILQ_FIRST(&book->ages)) != NULL)
		reservation_remove(book, r);
}

static struct pooled *
pooled_find(struct address_book *book, const struct object_id *network)
{
	struct pooled key = { .network = *network };

	return RB_FIND(pooled_tree, &book->pooled, &key);
}

static struct pooled *
pooled_get(struct address_book *book, const struct object_id *network)
{
	struct pooled *p = pooled_find(book, network);

	if (p == NULL) {
		p = xcalloc(1, sizeof(*p));
		p->network = *network;
		RB_INSERT(pooled_tree, &book->pooled, p);
	}
	return p;
}

static const struct prefix *
first_pool(const struct prefix *prefixes, size_t n, enum afi afi)
{
	static const struct prefix none;
	size_t i;

	for (i = 0; i < n; i++)
		if (prefixes[i].addr.afi == afi && pool_is_valid(&prefixes[i]))
			return &prefixes[i];
	return &none;
}

void
addresses_set_network(struct address_book *book,
    const struct object_id *network, const struct prefix *prefixes, size_t n,
    const struct address *reserved, size_t nreserved)
{
	const struct prefix *v4 = first_pool(prefixes, n, AFI_IPV4);
	const struct prefix *v6 = first_pool(prefixes, n, AFI_IPV6);
	struct pooled *p;

	if (!prefix_is_set(v4) && !prefix_is_set(v6)) {
		addresses_forget_network(book, network);
		return;
	}
	p = pooled_get(book, network);
	p->v4 = *v4;
	p->v6 = *v6;
	free(p->reserved);
	p->reserved = NULL;
	p->nreserved = nreserved;
	if (nreserved == 0)
		return;
	p->reserved = xcalloc(nreserved, sizeof(*p->reserved));
	memcpy(p->reserved, reserved, nreserved * sizeof(*p->reserved));
}

void
addresses_forget_network(struct address_book *book,
    const struct object_id *network)
{
	struct pooled *p = pooled_find(book, network);

	if (p != NULL)
		pooled_remove(book, p);
}

void
addresses_sweep(struct address_book *book, struct tables *t)
{
	struct pooled *p, *next;

	RB_FOREACH_SAFE(p, pooled_tree, &book->pooled, next)
		if (network_find(t, &p->network) == NULL)
			pooled_remove(book, p);
}

/* The one of p's pools that overlaps with the prefix, or NULL. */
static const struct prefix *
overlapping(const struct pooled *p, const struct prefix *prefix)
{
	if (prefix_is_set(&p->v4) && prefix_overlaps(&p->v4, prefix))
		return &p->v4;
	if (prefix_is_set(&p->v6) && prefix_overlaps(&p->v6, prefix))
		return &p->v6;
	return NULL;
}

static bool
is_network(const struct object_id *a, const struct object_id *b)
{
	return b != NULL && object_id_equal(a, b);
}

static bool
is_within(const struct tables *t, const struct claim *c,
    const struct prefix *prefix)
{
	return c != NULL &&
	    prefix_contains(prefix, &claim_prefix(t, c)->addr);
}

/* One of the network's host prefixes that is within the prefix, or NULL. */
static const struct claim *
claim_within(const struct tables *t, const struct network *n,
    const struct prefix *prefix)
{
	const struct endpoint *e;
	const struct claim *c;

	for (c = claim_first_listed(t, n); c != NULL;
	    c = claim_next_listed(t, c))
		if (is_within(t, c, prefix))
			return c;
	LIST_FOREACH(e, &n->endpoints, of_network) {
		if (is_within(t, e->v4.claim, prefix))
			return e->v4.claim;
		if (is_within(t, e->v6.claim, prefix))
			return e->v6.claim;
	}
	return NULL;
}

/* A new pool is rare, so all are looked at. */
static struct network *
host_within(struct tables *t, const struct prefix *prefix,
    const struct object_id *network, struct prefix *with)
{
	const struct claim *c;
	struct network *n;

	RB_FOREACH(n, network_tree, &t->networks) {
		if (!n->ours || is_network(&n->id, network) ||
		    (c = claim_within(t, n, prefix)) == NULL)
			continue;
		*with = *claim_prefix(t, c);
		return n;
	}
	return NULL;
}

struct network *
addresses_overlap(struct address_book *book, struct tables *t,
    const struct prefix *prefix, const struct object_id *network,
    struct prefix *with)
{
	const struct prefix *pool;
	struct network *n;
	struct pooled *p;

	RB_FOREACH(p, pooled_tree, &book->pooled) {
		if (is_network(&p->network, network) ||
		    (pool = overlapping(p, prefix)) == NULL ||
		    (n = network_find(t, &p->network)) == NULL)
			continue;
		*with = *pool;
		return n;
	}
	return prefix_is_host(prefix) ? NULL :
	    host_within(t, prefix, network, with);
}

static struct pooled *
pooled_of(struct address_book *book, const struct prefix *pool)
{
	struct pooled *p;

	RB_FOREACH(p, pooled_tree, &book->pooled)
		if (prefix_cmp(&p->v4, pool) == 0 ||
		    prefix_cmp(&p->v6, pool) == 0)
			return p;
	return NULL;
}

static struct reservation *
reservation_find(struct address_book *book, const struct address *addr)
{
	struct reservation key = { .address = *addr };

	return RB_FIND(reservation_tree, &book->reservations, &key);
}

static bool
network_reserves(const struct pooled *p, const struct address *addr)
{
	size_t i;

	for (i = 0; p != NULL && i < p->nreserved; i++)
		if (address_cmp(&p->reserved[i], addr) == 0)
			return true;
	return false;
}

/* The claim of those that have the address, or NULL. */
static const struct claim *
claim_of(struct tables *t, const struct address *addr)
{
	struct prefix host = prefix_of_host(addr);
	const struct claim *c = claim_first(t, &host);

	return c != NULL && c->kind == PREFIX_LB ? c : NULL;
}

static bool
has_endpoint_with(const struct claim *c, const uint8_t mac[MAC_SIZE])
{
	const struct endpoint_address *a;

	LIST_FOREACH(a, &c->endpoints, of_claim)
		if (memcmp(a->endpoint->mac, mac, MAC_SIZE) == 0)
			return true;
	return false;
}

/* Why it is not free, or ADDRESS_GIVEN; request is NULL if it may be for anybody. */
static enum address_outcome
check(struct address_book *book, struct tables *t, const struct pooled *p,
    const struct address *addr, const struct plugin_address *request)
{
	const struct reservation *r;
	const struct claim *c;

	if (network_reserves(p, addr))
		return ADDRESS_RESERVED;
	if ((c = claim_of(t, addr)) != NULL)
		return request != NULL &&
		    has_endpoint_with(c, request->mac) ?
		    ADDRESS_GIVEN : ADDRESS_TAKEN;
	if ((r = reservation_find(book, addr)) != NULL)
		return request != NULL && r->has_mac &&
		    memcmp(r->mac, request->mac, MAC_SIZE) == 0 ?
		    ADDRESS_GIVEN : ADDRESS_PENDING;
	return book->needed != NULL && book->needed(addr, book->needed_arg) ?
	    ADDRESS_NEEDED : ADDRESS_GIVEN;
}

/* The last address is the one to begin behind; p may be NULL. */
static enum address_outcome
choose(struct address_book *book, struct tables *t, struct pooled *p,
    const struct plugin_address *request, struct address *out)
{
	struct address *cursor = p == NULL ? NULL :
	    request->pool.addr.afi == AFI_IPV4 ? &p->last4 : &p->last6;
	const struct address end = prefix_last(&request->range);
	struct address start = request->range.addr;

	if (cursor != NULL && prefix_contains(&request->range, cursor) &&
	    address_cmp(cursor, &end) != 0) {
		start = *cursor;
		address_increment(&start);
	}
	*out = start;
	do {
		if (pool_gives(&request->pool, out) &&
		    check(book, t, p, out, NULL) == ADDRESS_GIVEN) {
			if (cursor != NULL)
				*cursor = *out;
			return ADDRESS_GIVEN;
		}
		if (address_cmp(out, &end) == 0)
			*out = request->range.addr;
		else
			address_increment(out);
	} while (address_cmp(out, &start) != 0);
	return ADDRESS_NONE_FREE;
}

static struct reservation *
reserve(struct address_book *book, const struct address *addr, uint64_t now)
{
	struct reservation *r = reservation_find(book, addr);

	if (r != NULL)
		TAILQ_REMOVE(&book->ages, r, by_age);
	else if (book->nreservations == RESERVATIONS_MAX)
		return NULL;
	else {
		r = xcalloc(1, sizeof(*r));
		r->address = *addr;
		RB_INSERT(reservation_tree, &book->reservations, r);
		book->nreservations++;
	}
	TAILQ_INSERT_TAIL(&book->ages, r, by_age);
	r->until_ms = now + RESERVATION_MS;
	return r;
}

enum address_outcome
addresses_request(struct address_book *book, struct tables *t,
    const struct plugin_address *request, uint64_t now, struct address *out)
{
	struct pooled *p = pooled_of(book, &request->pool);
	enum address_outcome outcome = ADDRESS_GIVEN;
	struct reservation *r;

	*out = request->address;
	if (!address_is_set(out))
		outcome = choose(book, t, p, request, out);
	else if (request->has_mac)
		outcome = check(book, t, p, out, request);
	if (outcome != ADDRESS_GIVEN)
		return outcome;
	if ((r = reserve(book, out, now)) == NULL)
		return ADDRESS_TOO_MANY;
	r->has_mac = request->has_mac;
	memcpy(r->mac, request->mac, MAC_SIZE);
	return ADDRESS_GIVEN;
}

/* At the limit it is not held, which only means that it may be given again sooner. */
void
addresses_hold(struct address_book *book, const struct object_id *network,
    const struct address *addr, uint64_t now)
{
	struct reservation *r;

	if (pooled_find(book, network) == NULL)
		return;
	if ((r = reserve(book, addr, now)) != NULL)
		r->has_mac = false;
}

void
addresses_release(struct address_book *book, const struct address *addr)
{
	struct reservation *r = reservation_find(book, addr);

	if (r != NULL)
		reservation_remove(book, r);
}

void
addresses_expire(struct address_book *book, uint64_t now)
{
	struct reservation *r;

	while ((r = TAILQ_FIRST(&book->ages)) != NULL && r->until_ms <= now)
		reservation_remove(book, r);
}
