/*
 * What the rde knows: networks, endpoints and containers as plugin calls and
 * Docker's facts tell them, the prefixes that follow from them (records.h), and the
 * prefixes that the operator withdrew.  No I/O, no timers; decision.c reads it,
 * plugin.c and facts.c write it.
 *
 * A network owns its endpoints.  A container does not: endpoints come and go by
 * plugin calls, which never name the container, and a container's fact ties the
 * two.  A claim is one network's use of one prefix; it lives as long as the network
 * lists the prefix or has an endpoint with that address.
 *
 * Whatever the decision reads marks the records that it matters to when it changes.
 * The functions here do that themselves.  Whoever writes a field of a network,
 * endpoint or container says so afterwards, with network_changed(),
 * endpoint_changed() or container_changed().
 *
 * Docker's list of everything that is (a sync) sweeps what it does not name.  What
 * a fact told before is gone if the list does not tell it again, for the frontend
 * puts all that it told meanwhile into the list.  What only plugin calls or the
 * kernel know may be younger than the list, which was made some time before it
 * arrives, or belong to a container that Docker is still starting; it is swept when
 * it was there before a complete list that is older than STARTING_MS, and nothing
 * has touched it since.  An incomplete list sweeps nothing.  A list may likewise
 * name a network that was removed since; such ids are remembered.
 */
#ifndef BGPLBD_RDE_TABLES_H
#define BGPLBD_RDE_TABLES_H

#include <sys/queue.h>
#include <sys/tree.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/object_id.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/rde/arena.h"
#include "bgplbd/rde/records.h"
#include "bgplbd/rde/rise.h"
#include "common/control.h"
#include "common/prefix.h"

/* Who may call Docker can grow each of these; beyond it calls fail with ENOSPC. */
#define NETWORKS_MAX		8192
#define ENDPOINTS_MAX		16384
#define CONTAINERS_MAX		8192
/* Removed networks that a list on its way may still name; the oldest is forgotten. */
#define GONE_NETWORKS_MAX	64

struct claim;
struct network;
struct container;
struct standing;

/* One of an endpoint's two addresses. */
struct endpoint_address {
	LIST_ENTRY(endpoint_address)	 of_claim;
	struct endpoint			*endpoint;
	struct claim			*claim;	/* NULL: it has none */
};
LIST_HEAD(endpoint_address_list, endpoint_address);

struct endpoint {
	RB_ENTRY(endpoint)	 entry;
	LIST_ENTRY(endpoint)	 of_network;
	LIST_ENTRY(endpoint)	 of_container;
	struct object_id	 id;
	struct network		*network;
	struct container	*container;	/* NULL: not known */
	struct endpoint_address	 v4;
	struct endpoint_address	 v6;
	uint8_t			 mac[MAC_SIZE];
	bool			 created;	/* by a plugin call */
	int			 ifindex;	/* veth's host end; 0: not joined */
	uint64_t		 touched;
};
LIST_HEAD(endpoint_list, endpoint);
RB_HEAD(endpoint_tree, endpoint);

/* Claims do not move. */
struct claim {
	uint32_t		 next;		/* of the same prefix, in order */
	uint32_t		 record;	/* the prefix's */
	uint32_t		 next_listed;	/* of the network's own prefixes */
	uint16_t		 network;	/* its index in the arena */
	bool			 listed;	/* among the network's own prefixes */
	uint8_t			 kind;		/* enum prefix_kind */
	struct endpoint_address_list endpoints;	/* PREFIX_LB only */
};

struct network {
	RB_ENTRY(network)	 entry;
	struct object_id	 id;
	char			 name[CONTROL_NAME_MAX]; /* "" until Docker told */
	bool			 ours;
	bool			 labelled;
	bool			 adopted;	/* only its bridge has told of it */
	bool			 warned;	/* that it shares a prefix with another */
	bool			 told_refused;	/* and so logged, see take_network() */
	uint32_t		 mtu;		/* of its links; 0: the kernel's default */
	int			 ifindex;	/* of the bridge; 0: there is none */
	struct endpoint_list	 endpoints;
	uint32_t		 listed;	/* the first claim that it lists itself */
	unsigned int		 nlisted;
	uint64_t		 touched;
};
RB_HEAD(network_tree, network);

struct container {
	RB_ENTRY(container)	 entry;
	struct object_id	 id;
	char			 name[CONTROL_NAME_MAX];
	int64_t			 started_at;
	int			 pid;		/* 0: not known */
	int			 stop_signal;
	int			 stop_timeout;	/* seconds; -1: none */
	bool			 by_engine;	/* as in struct container_order */
	bool			 paused;
	enum health		 health;
	bool			 draining;
	bool			 leaving;	/* drains, but still takes traffic */
	int			 told_to_end;	/* by this signal; 0: was not */
	int64_t			 finished_at;	/* the run before; 0: none */
	struct rise		 rise;
	struct endpoint_list	 endpoints;
	uint64_t		 touched;
};
RB_HEAD(container_tree, container);

/* Whether the operator lets the host take traffic. */
enum host_state {
	HOST_SERVES,
	HOST_LEAVES,		/* still, but the routers are told that it goes */
	HOST_DRAINED		/* no prefix of a network of ours is announced */
};

/* What becomes of that which an earlier run left, as long as Docker is not heard. */
enum keeping {
	KEEP_NOT,		/* Docker's list is what counts */
	KEEP_ANNOUNCED,		/* it is announced */
	KEEP_OVER		/* no longer, but nothing is removed */
};

struct tables {
	struct rise_setting	rise;
	enum host_state		host;
	enum keeping		keeping;
	struct network_tree	networks;
	struct endpoint_tree	endpoints;
	struct container_tree	containers;	/* those that run */
	struct records		records;
	struct arena		network_arena;
	struct arena		claim_arena;
	size_t			nnetworks;
	size_t			nendpoints;
	size_t			ncontainers;
	struct state_list	withdrawn;	/* ordered by prefix_cmp() */
	struct object_id	gone[GONE_NETWORKS_MAX];
	unsigned int		ngone;		/* since the last sync; a ring */
	uint64_t		epoch;		/* of touched: one more than the syncs begun */
	uint64_t		settled_epoch;	/* began STARTING_MS before this sync */
	uint64_t		next_settled;	/* the next that will have */
	uint64_t		next_settled_ms; /* when it began */
	uint64_t		begun_ms;	/* when this sync did */
};

/* tables.c */
void	tables_init(struct tables *);
void	tables_free(struct tables *);		/* what they hold */
void	tables_set_host(struct tables *, enum host_state);
/* A sync begins, and with it the next epoch; now is clock_ms(). */
void	tables_sync_begin(struct tables *, uint64_t now);
/* It ends: removes what it did not name, if it is complete. */
void	tables_sync_end(struct tables *, bool complete);

/* networks.c.  The label is for log lines: "network NAME (ID)". */
#define NETWORK_LABEL_MAX	(CONTROL_NAME_MAX + OBJECT_ID_SHORT + 12)
const char *network_label(const struct network *, char *buf);
struct network *network_find(struct tables *, const struct object_id *);
/* Adds it if it is not there; touches it.  NULL with ENOSPC at the limit. */
struct network *network_upsert(struct tables *, const struct object_id *)
	    __attribute__((warn_unused_result));
/*
 * Replaces what it is and the list of its own prefixes.  If it is ours, the host
 * prefixes of the list count; if it is labelled and not ours, all.  What stands for
 * no address (prefix_is_usable()) does not count.
 */
void	network_set(struct tables *, struct network *, bool ours,
	    bool labelled, const struct prefix *, size_t n);
/* With its endpoints. */
void	network_remove(struct tables *, struct network *);
/* Its bridge is another. */
void	network_changed(struct tables *, const struct network *);
/* Remembers that it was removed, until the next sync has ended or it is back. */
void	network_set_gone(struct tables *, const struct object_id *);
void	network_set_back(struct tables *, const struct object_id *);
bool	network_is_gone(const struct tables *, const struct object_id *);

/* endpoints.c */
struct endpoint *endpoint_find(struct tables *, const struct object_id *);
/*
 * Adds it if it is not there, with a MAC address derived from its id, or moves it
 * to the network; touches it.  NULL with ENOSPC at the limit.
 */
struct endpoint *endpoint_upsert(struct tables *, const struct object_id *,
	    struct network *) __attribute__((warn_unused_result));
/* Prefixes that stand for no address count as none. */
void	endpoint_set_addresses(struct tables *, struct endpoint *,
	    const struct prefix *v4, const struct prefix *v6);
void	endpoint_tie(struct tables *, struct endpoint *, struct container *);
/* Removes it too if nothing but its container told of it. */
void	endpoint_untie(struct tables *, struct endpoint *);
void	endpoint_remove(struct tables *, struct endpoint *);
/* Its link or its MAC address is another. */
void	endpoint_changed(struct tables *, const struct endpoint *);

/* containers.c.  The label is "container NAME (ID)". */
#define CONTAINER_LABEL_MAX	(CONTROL_NAME_MAX + OBJECT_ID_SHORT + 14)
const char *container_label(const struct container *, char *buf);
struct container *container_find(struct tables *, const struct object_id *);
struct container *container_upsert(struct tables *, const struct object_id *)
	    __attribute__((warn_unused_result));
void	container_remove(struct tables *, struct container *);
/* It is otherwise than before, or was told something, as of clock_ms(). */
void	container_changed(struct tables *, struct container *);
/* But for its drain and for how long it has been so: may it take traffic? */
bool	container_is_fit(const struct container *);

/* claims.c.  Makes it if it is not there; its user then sets listed or joins its endpoints. */
struct claim *claim_get(struct tables *, const struct prefix *,
	    struct network *, enum prefix_kind);
/* Frees it if neither its network nor an endpoint uses it any more. */
void	claim_release(struct tables *, struct claim *);
/*
 * Those of one prefix: LB before subnets, then in the order of their networks; those
 * that a network lists itself, in the order in which it does.  NULL at the end.
 */
struct claim *claim_first(const struct tables *, const struct prefix *);
struct claim *claim_first_of(const struct tables *, const struct record *);
struct claim *claim_next(const struct tables *, const struct claim *);
struct claim *claim_first_listed(const struct tables *,
	    const struct network *);
struct claim *claim_next_listed(const struct tables *, const struct claim *);
struct network *claim_network(const struct tables *, const struct claim *);
const struct prefix *claim_prefix(const struct tables *,
	    const struct claim *);
const struct standing *claim_standing(const struct tables *,
	    const struct claim *);		/* NULL: the prefix has none */
/* A network of ours, other than the one given, that has the prefix; or NULL. */
struct network *claim_of_another(const struct tables *,
	    const struct prefix *, const struct object_id *network);
/* What it depends on has changed. */
void	claim_mark(struct tables *, const struct claim *);

/* withdrawals.c */
bool	withdrawal_find(const struct tables *, const struct prefix *);
/* 0, or -1 with EEXIST or, at STATE_WITHDRAWN_MAX, ENOSPC. */
int	withdrawal_add(struct tables *, const struct prefix *)
	    __attribute__((warn_unused_result));
/* 0, or -1 with ENOENT. */
int	withdrawal_remove(struct tables *, const struct prefix *)
	    __attribute__((warn_unused_result));
/* Replaces all; the list may be in any order and name a prefix twice. */
void	withdrawal_set_all(struct tables *, const struct state_list *);

int	network_cmp(const struct network *, const struct network *);
int	endpoint_cmp(const struct endpoint *, const struct endpoint *);
int	container_cmp(const struct container *, const struct container *);
RB_PROTOTYPE(network_tree, network, entry, network_cmp)
RB_PROTOTYPE(endpoint_tree, endpoint, entry, endpoint_cmp)
RB_PROTOTYPE(container_tree, container, entry, container_cmp)

#endif /* BGPLBD_RDE_TABLES_H */
