/*
 * The decision: from what is known of a prefix to what is wanted of it.  Pure; made
 * of one prefix at a time, and of no others than those that are marked (records.h).
 *
 * A prefix of a network of ours is announced, and has a local route and a neighbor
 * entry, while at least one of its endpoints is fit for traffic; a labelled
 * network's subnet is announced while the network exists; neither while the
 * operator has withdrawn it.  An address that the host itself has, or a neighbor, has
 * neither as long as that is so, nor has a prefix that the settings do not let be
 * announced.  A host that the operator drains announces only the
 * subnets; the rest first goes on for a while as leaving, if that is set, and keeps
 * its routes after it, for what still comes is served.  If the last fit ones drain
 * gracefully, they keep the prefix until that is over, and it is announced as
 * leaving.  If both want the same prefix, either suffices.  While Docker is not heard
 * after a graceful restart, what the earlier run left counts for what is not known.
 * If two networks of ours
 * have the same prefix, one has it: the one that the route leads to while it has a
 * fit endpoint, else the first that has one.
 *
 * Time is an input: an endpoint whose container has become fit counts as such when it
 * has been for long enough (rise.h); until when the decision holds is part of it.
 */
#ifndef BGPLBD_RDE_DECISION_H
#define BGPLBD_RDE_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/rde/address_conflict.h"
#include "bgplbd/rde/records.h"
#include "bgplbd/rde/spread.h"
#include "bgplbd/rde/tables.h"
#include "common/control.h"
#include "common/prefix.h"

/* Whether an endpoint may take traffic, and if not, why. */
enum fitness {
	FIT,
	UNFIT_NOT_JOINED,	/* no link leads to it: it does not count at all */
	UNFIT_NO_CONTAINER,	/* Docker did not tell yet, or it has left */
	UNFIT_DRAINING,
	UNFIT_TOLD_TO_END,
	UNFIT_PAUSED,
	UNFIT_RISING,		/* fit, but not for long enough: rise.h */
	UNFIT_STARTING,		/* its first health check has not ended */
	UNFIT_UNHEALTHY
};
enum fitness	endpoint_fitness(const struct endpoint *, uint64_t now);
/* "is healthy", "is paused", ...: what the container is. */
const char	*fitness_text(enum fitness, const struct endpoint *);

/*
 * What a signal means that a container got: SIGUSR2 drains it, if that is set; its
 * stop signal, SIGTERM and SIGKILL tell it to end; others do not matter, for many
 * programs go on after them (SIGQUIT makes a JVM print its threads).
 */
enum signal_meaning {
	SIGNAL_NOTHING,
	SIGNAL_DRAINS,
	SIGNAL_ENDS
};
enum signal_meaning signal_meaning(int signal, int stop_signal,
	    bool drain_on_sigusr2);

/*
 * What is wanted of one prefix.  Owned by the caller, zeroed at first but for
 * counts and now, and used for one decision after the other; valid until the tables
 * change.
 */
struct wanted {
	bool			  counts;	/* a neighbor is told how many */
	uint64_t		  now;		/* clock_ms() */
	uint64_t		  next;		/* time makes a difference; 0: never */

	enum host_state		  host;		/* as it was */
	struct prefix		  prefix;
	bool			  exists;	/* is claimed, or withdrawn */
	bool			  announce;
	bool			  route;	/* and a neighbor entry, on the bridge */
	bool			  subnet;	/* a labelled network wants it */
	enum address_conflict	  conflict;	/* the host needs it itself */
	enum prefix_refusal	  refusal;	/* it may not be announced at all */
	bool			  leaving;	/* all that take its traffic drain */
	bool			  kept;		/* announced for what stands of it */
	bool			  unheard;	/* what stands of it is not removed */
	uint16_t		  endpoints;	/* to be told; 0: not counted */
	enum prefix_kind	  kind;
	enum prefix_state	  state;
	const struct network	 *network;	/* NULL: nobody claims it */
	const struct endpoint	 *unfit;	/* one that is joined; or NULL */
	unsigned int		  nendpoints;	/* joined */
	const struct endpoint	**eligible;	/* those that take its traffic */
	unsigned int		  neligible;
	unsigned int		  chosen;	/* of these: the neighbor entry's */
	unsigned int		  eligible_size;
};

void	decide(const struct tables *, const struct record *, struct wanted *);
void	wanted_free(struct wanted *);
/* The endpoint that the neighbor entry leads to; only if there is an eligible one. */
const struct endpoint *wanted_chosen(const struct wanted *);

/*
 * The MAC addresses that are to take its traffic: those that the spread has already
 * come first.  False if there are more of them than SPREAD_MAX.
 */
bool	wanted_macs(const struct wanted *, const struct spread *,
	    struct spread_wanted *);

#define REASON_MAX	256
/* Why it is, or is not, announced, as the end of a log line.  Returns buf. */
const char *wanted_reason(const struct wanted *, char *buf);

#endif /* BGPLBD_RDE_DECISION_H */
