/*
 * The addresses of pools (common/pool.h): which networks have which pools, which of
 * their addresses are in use, and which one is given next.
 *
 * An address is in use while an endpoint of the tables has it; so what Docker's list
 * says is the truth, and nothing is kept twice.  Beside that there are only those that
 * the network reserves for itself, and reservations: an address that Docker asked for
 * and has made no endpoint with yet, or one whose endpoint it has deleted but which
 * it has not given back.  Docker does the next step within moments, so a reservation
 * ends by itself after RESERVATION_MS; but not before Docker's list is complete, for
 * until then it may stand for an endpoint that Docker had before we started.
 *
 * Memory is taken for what is in use, not for how wide a pool is.  The search begins
 * behind the address that was given last, so that one which was given back rests as
 * long as the pool allows: routers and clients may still know it.
 *
 * Pure: no I/O, no timers.  address_calls.c uses it for Docker's calls, facts.c and
 * plugin.c tell it of networks.
 */
#ifndef BGPLBD_RDE_ADDRESSES_H
#define BGPLBD_RDE_ADDRESSES_H

#include <sys/queue.h>
#include <sys/tree.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/rde/tables.h"

#define RESERVATION_MS		60000
/* At one time; who may call Docker can ask for addresses without end. */
#define RESERVATIONS_MAX	16384

/* A network with pools; v4 or v6 may be unset. */
struct pooled {
	RB_ENTRY(pooled)	 entry;
	struct object_id	 network;
	struct prefix		 v4;
	struct prefix		 v6;
	struct address		 last4;		/* given; AFI_NONE: none yet */
	struct address		 last6;
	size_t			 nreserved;
	struct address		*reserved;
};
RB_HEAD(pooled_tree, pooled);

struct reservation {
	RB_ENTRY(reservation)	 entry;
	TAILQ_ENTRY(reservation) by_age;	/* oldest first */
	struct address		 address;
	uint64_t		 until_ms;
	bool			 has_mac;
	uint8_t			 mac[MAC_SIZE];	/* of the endpoint that it is for */
};
RB_HEAD(reservation_tree, reservation);
TAILQ_HEAD(reservation_queue, reservation);

struct address_book {
	struct pooled_tree	 pooled;
	struct reservation_tree	 reservations;
	struct reservation_queue ages;
	size_t			 nreservations;
	/* Whether the host needs the address itself; NULL: it needs none. */
	bool			 (*needed)(const struct address *, void *arg);
	void			*needed_arg;
};

void	addresses_init(struct address_book *);
void	addresses_free(struct address_book *);		/* what it holds */

/*
 * What a network of ours has: the first prefix of each family that is wider than a
 * host route is its pool there.  Replaces what was known of it; with none, it is
 * forgotten.
 */
void	addresses_set_network(struct address_book *, const struct object_id *,
	    const struct prefix *, size_t n, const struct address *reserved,
	    size_t nreserved);
void	addresses_forget_network(struct address_book *,
	    const struct object_id *);
/* Forgets the networks that are not in the tables any more. */
void	addresses_sweep(struct address_book *, struct tables *);

/*
 * A network other than the one given (or NULL) whose pool overlaps with the prefix,
 * or which has a host prefix within it; *with is that pool or prefix.  NULL if there
 * is none.
 */
struct network *addresses_overlap(struct address_book *, struct tables *,
	    const struct prefix *, const struct object_id *network,
	    struct prefix *with);

enum address_outcome {
	ADDRESS_GIVEN,
	ADDRESS_TAKEN,		/* by an endpoint */
	ADDRESS_RESERVED,	/* by its network */
	ADDRESS_PENDING,	/* by a reservation */
	ADDRESS_NEEDED,		/* by the host itself */
	ADDRESS_NONE_FREE,
	ADDRESS_TOO_MANY	/* reservations, RESERVATIONS_MAX */
};

/*
 * Reserves the address that is asked for, or one that is free in the range; it is
 * then in *out.  What an endpoint with the same MAC address has already is given
 * again, and so is what is asked for without a MAC address.  now is clock_ms().
 */
enum address_outcome addresses_request(struct address_book *,
	    struct tables *, const struct plugin_address *, uint64_t now,
	    struct address *out) __attribute__((warn_unused_result));

/*
 * The network's endpoint that had it is deleted, but Docker has yet to give it back.
 * Does nothing for a network without pools.
 */
void	addresses_hold(struct address_book *, const struct object_id *network,
	    const struct address *, uint64_t now);
void	addresses_release(struct address_book *, const struct address *);
/* Ends the reservations that are over; only once Docker's list was complete. */
void	addresses_expire(struct address_book *, uint64_t now);

int	pooled_cmp(const struct pooled *, const struct pooled *);
int	reservation_cmp(const struct reservation *,
	    const struct reservation *);
RB_PROTOTYPE(pooled_tree, pooled, entry, pooled_cmp)
RB_PROTOTYPE(reservation_tree, reservation, entry, reservation_cmp)

#endif /* BGPLBD_RDE_ADDRESSES_H */
