/*
 * The rde's state, and what its parts do with it.  rde.c makes it and dispatches
 * messages; each of the files below handles those of one concern.  Not for anybody
 * outside of this folder.
 */
#ifndef BGPLBD_RDE_ENGINE_H
#define BGPLBD_RDE_ENGINE_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/flow.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/rde/address_conflict.h"
#include "bgplbd/rde/addresses.h"
#include "bgplbd/rde/busy.h"
#include "bgplbd/rde/decision.h"
#include "bgplbd/rde/diff.h"
#include "bgplbd/rde/host_address.h"
#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/others.h"
#include "bgplbd/rde/prefix_list.h"
#include "bgplbd/rde/standings.h"
#include "bgplbd/rde/tables.h"
#include "bgplbd/settings.h"
#include "common/channel.h"

struct event;
struct event_base;
struct kernel_monitor;

/* A change of the operator's that waits for the state file. */
#define OPERATOR_REQUESTS_MAX	64
struct operator_request {
	TAILQ_ENTRY(operator_request)	entry;
	uint32_t			client;
	uint32_t			sequence;	/* of its save; 0: none yet */
	enum control_type		kind;	/* CONTROL_WITHDRAW to _UNDRAIN */
	struct prefix			prefix;	/* unset if it is about the host */
};
TAILQ_HEAD(operator_queue, operator_request);

struct drain;
LIST_HEAD(drain_list, drain);

struct address_asker;
LIST_HEAD(address_asker_list, address_asker);

struct address_wait;
TAILQ_HEAD(address_queue, address_wait);

struct barrier_wait;
TAILQ_HEAD(barrier_queue, barrier_wait);

struct join;
TAILQ_HEAD(join_queue, join);

struct rde {
	const struct settings	*settings;
	struct event_base	*base;
	struct log_watch	*log;
	struct channel		*parent;
	struct channel		*session;	/* NULL once they have ended */
	struct channel		*frontend;
	struct flow		 flow;		/* holds the frontend */
	struct kernel		*kernel;
	struct busy		 busy;

	struct tables		 tables;	/* and what stands */
	struct wanted		 wanted;	/* of the last decision */

	bool			 has_state;	/* the parent sent what is withdrawn */
	bool			 in_sync;	/* between BEGIN and END */
	bool			 full;		/* a table's limit was met in this sync */
	bool			 told_full;	/* and in the last one, so it was logged */
	bool			 synced;	/* at least one sync has ended */
	bool			 complete;	/* one that named all that there is */
	bool			 is_ready;	/* and the session engine was told */
	struct event		*ready_timer;
	struct other_networks	 others;	/* Docker's, of the last complete list */
	struct other_networks	 others_told;	/* of this sync */
	size_t			 nothers;	/* bridges of theirs, when last seen */
	struct event		*adopt_timer;
	unsigned int		 adopt_ms;	/* before the next try; 0: none failed */
	struct event		*retry_timer;
	struct event		*wait_timer;	/* time decides, see diff.h */
	unsigned int		 retry_ms;	/* before the next retry; 0: no failure */

	uint64_t		 barrier_sent;
	uint64_t		 barrier_acknowledged;
	struct barrier_queue	 barriers;	/* that are yet to come back */
	unsigned int		 nbarriers;
	struct event		*barrier_timer;

	struct kernel_monitor	*monitor;
	struct event		*monitor_event;
	struct event		*repair_timer;
	unsigned int		 repair_ms;	/* from a sign to the check */
	uint64_t		 repaired_at;	/* clock_ms() */
	unsigned int		 repairs;	/* of what others did, so far */

	struct host_addresses	 host;		/* the addresses of this host */
	bool			 host_changed;	/* and nobody was told yet */
	struct event		*host_retry;	/* they are to be read again */
	struct address_asker_list askers;
	unsigned int		 naskers;

	struct join_queue	 joins;		/* the next first */
	struct event		*join_timer;

	struct drain_list	 drains;
	struct state_drain	 remembered[STATE_DRAINS_MAX];
	unsigned int		 nremembered;
	struct event		*host_timer;	/* the host leaves until it fires */

	bool			 stood;		/* bridges or routes did, at start */
	uint64_t		 started_ms;	/* clock_ms() */
	struct event		*keep_timer;	/* keeping ends */
	struct event		*subnets_timer;	/* they are to be saved */
	struct prefix		 subnets[STATE_SUBNETS_MAX];
	unsigned int		 nsubnets;	/* of the state file */

	struct address_book	 addresses;
	bool			 adopted;	/* what stood in the kernel at start */
	struct object_id	*strangers;	/* endpoints of then, see address_calls.c */
	size_t			 nstrangers;
	size_t			 nreplayed;	/* addresses that Docker asked for anew */
	struct address_queue	 address_waits;	/* oldest first */
	unsigned int		 naddress_waits;
	struct event		*address_timer;

	struct prefix_lists	 lists;		/* that clients are shown */
	struct operator_queue	 operator_queue;	/* the first one is being saved */
	unsigned int		 operator_waiting;
	uint32_t		 save_sequence;
};

/*
 * apply.c.  Decides about all prefixes that are marked and takes the steps that
 * follow; does nothing before the first sync is complete and the operator's state is
 * known.  A step that the kernel refuses is logged once and tried again, at most
 * every RETRY_MAX_MS.  Beyond BURST_PREFIXES at once, announced or withdrawn, they
 * are logged as a number.
 */
#define BURST_PREFIXES		256
#define RETRY_MIN_MS		500
#define RETRY_MAX_MS		30000
void	apply_init(struct rde *);
void	apply(struct rde *);
void	apply_free(struct rde *);

/*
 * joins.c.  The steps of a spread (diff.h), each leaving in the standing what then
 * stands; 0, or -1 with errno.  When an endpoint joins one that served alone, most of
 * what the latter gets belongs to connections, which the newcomer would reset: so the
 * spread is prepared (kernel.h), and the others join JOIN_MS later.  Flows with a
 * packet in this time stay, as long as GROUP_UNBALANCED_SECONDS lets them.
 */
#define JOIN_MS			3000
void	joins_init(struct rde *);
void	joins_free(struct rde *);
int	joins_prepare(struct rde *, const struct prefix *, int bridge,
	    const uint8_t mac[MAC_SIZE], struct standing *)
	    __attribute__((warn_unused_result));
/* To all that are wanted; if that fails, to the one that the neighbor entry names. */
int	joins_set(struct rde *, const struct prefix *, int bridge,
	    struct standing *) __attribute__((warn_unused_result));
/* Nothing while the route leads to it. */
void	joins_remove(struct rde *, const struct prefix *, struct standing *);
/* The route leads to it no longer. */
void	joins_note_plain(struct standing *);
/* What stands was read anew, which does not tell that others are to join. */
void	joins_keep(struct rde *);

/*
 * barriers.c.  A barrier that the session engine brought back counts as acknowledged
 * linger_ms of the settings later, for the routers have the withdrawals by then, but
 * take some time to forward by them.  So does, BARRIER_MS after it was sent, one that
 * does not come back, for routes must not stand for ever.
 */
#define BARRIER_MS		2000
/* At one time; beyond, the youngest counts for those that came with it. */
#define BARRIERS_MAX		1024
void	barriers_init(struct rde *);
void	barriers_send(struct rde *);		/* the next sequence number */
void	barriers_returned(struct rde *, uint64_t sequence);
void	barriers_free(struct rde *);

/*
 * teardown.c.  What depends on it is withdrawn at once, then its links are deleted.
 * 0, or -1 with errno if one could not be; kernel_error() then says why.
 */
int	teardown_network(struct rde *, struct network *)
	    __attribute__((warn_unused_result));
int	teardown_endpoint(struct rde *, struct endpoint *)
	    __attribute__((warn_unused_result));
/* Only its link: the endpoint stays known, but is not joined any more. */
int	teardown_link(struct rde *, struct endpoint *)
	    __attribute__((warn_unused_result));

/* plugin.c: Docker's calls, each answered before this returns. */
void	plugin_handle(struct rde *, const struct message *);
/* For all calls, here and in address_calls.c. */
void	plugin_refuse(struct plugin_reply *, int error, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
void	plugin_answer(struct rde *, uint32_t peerid,
	    const struct plugin_reply *);

/*
 * address_calls.c: Docker's IPAM calls about pools.  Which addresses are in use is
 * known by the tables, but not at once after a start: containers may run (their links
 * stand in the kernel, with the other ends elsewhere) of whose addresses Docker has
 * not told.  While there are such strangers an address is not given, unless they are
 * still strangers STRANGERS_MS later though Docker's list was complete.  What is
 * refused then says so, and Docker's user may try again.
 *
 * When it is Docker that starts, it has no list for us before its containers are
 * started.  But first it asks again for the addresses that running containers have,
 * so without strangers, or with as many such calls, FIRST_LIST_MS are enough.
 *
 * This cannot lock up with Docker: it answers its lists while it waits for an address,
 * and an inspection that has to wait for the same container only delays the list.
 */
#define FIRST_LIST_MS		1000
#define STRANGERS_MS		4000
void	address_calls_init(struct rde *);
void	address_calls_free(struct rde *);
void	address_calls_handle(struct rde *, const struct message *);
void	address_calls_adopted(struct rde *, const struct inventory *);
void	address_calls_synced(struct rde *);
/* Answers those that waited, if it is time; after each message. */
void	address_calls_go_on(struct rde *);
/*
 * Whether the network, or a new one if it is NULL, may have the prefix beside the
 * pools and prefixes of others; if not, that is in the reply.
 */
bool	address_calls_may_have(struct rde *, const struct prefix *,
	    const struct object_id *network, struct plugin_reply *);

/*
 * network_mtu.c: Docker's list tells the MTU of a network; 0: none.  After a reboot
 * Docker starts containers before it answers questions, so their links were made
 * without it.  The containers' ends are out of reach then, and take no larger packets
 * than they were made for.
 */
void	network_mtu_told(struct rde *, struct network *, uint32_t mtu);

/* facts.c: what Docker told, but for the ends of a sync. */
void	facts_handle(struct rde *, const struct message *);

/*
 * sync.c.  Adopts what stands in the kernel, at start, and tells the frontend of
 * the networks among it; without them its list would lack some, and what stands for
 * those would be cleaned up.  So if the kernel cannot be read it is asked again,
 * until it can, at least every ADOPT_MAX_MS, and nothing is told before.
 */
#define ADOPT_MIN_MS		100
#define ADOPT_MAX_MS		2000
void	sync_init(struct rde *);
void	sync_free(struct rde *);
void	sync_adopt(struct rde *);
void	sync_begin(struct rde *);
void	sync_others(struct rde *, const struct object_id *, size_t n);
void	sync_end(struct rde *, bool complete);
/*
 * Reads what stands in the kernel, and puts back what somebody else took: links,
 * and by apply() the rest; a line in the log each.  sweeps: links go of what the
 * tables do not have.  0, or -1 if it could not be read, which is logged.
 */
int	sync_kernel(struct rde *, bool sweeps);

/*
 * repair.c.  Does the same when the kernel tells of a change that somebody else made
 * (kernel_monitor.h, intrusion.h): after REPAIR_MIN_MS, so that one check follows
 * what comes at once.  Against a program that goes on, the time doubles with each
 * repair, up to REPAIR_MAX_MS, until nothing was to be repaired for REPAIR_CALM_MS;
 * from REPAIR_NOTABLE_MS on that is said.
 */
#define REPAIR_MIN_MS		20
#define REPAIR_NOTABLE_MS	1000
#define REPAIR_MAX_MS		30000
#define REPAIR_CALM_MS		60000
void	repair_init(struct rde *, int monitor);	/* of kernel_monitor_socket() */
void	repair_free(struct rde *);

/*
 * address_watch.c.  Keeps rde->host true to the kernel, and tells the session engine
 * anew what it asked about (messages/rde_session.h) when the answer changes: _take()
 * for each notification, true if it was about an address, then _settle(), once for as
 * many as came together.  _lost(): some were lost, so all addresses are read.  A
 * neighbor that asks about AFI_NONE has no session any more.  While the session engine
 * does not read its answers only the last one for each neighbor is kept, for _drained().
 */
void	address_watch_init(struct rde *);	/* after repair_init(), which watches */
void	address_watch_free(struct rde *);
void	address_watch_ask(struct rde *, uint32_t neighbor,
	    const struct nexthop_query *);
bool	address_watch_take(struct rde *, const struct nlmsghdr *);
void	address_watch_lost(struct rde *);
void	address_watch_settle(struct rde *);
void	address_watch_drained(struct rde *);

/*
 * conflicts.c.  What of networks of ours the host needs itself (address_conflict.h).
 * _find(): of a network that is to be made, also by the next hops of the host's routes as
 * they are now.  _note(): of an address that is decided about, as the host's addresses
 * are, and whether the settings let the prefix be announced (announce_policy.h);
 * _note_refusal(): the latter alone, which never changes; _look_again() when the
 * addresses have changed, for all, and applies what follows.
 */
enum address_conflict conflicts_find(struct rde *, const struct prefix *,
	    struct prefix *with);
void	conflicts_note(struct rde *, struct record *);
void	conflicts_note_refusal(struct rde *, struct record *);
void	conflicts_look_again(struct rde *);

/*
 * drains.c.  A container that drains may go on serving for a while, announced as
 * leaving, and gets its SIGTERM when the delay is over, if
 * it should and if it still is the same run of it; and SIGKILL, as by docker stop, if
 * it runs its stop timeout later.
 *
 * One that was told to end is given DISOBEDIENCE_MS for it, counted from the last
 * such signal; if it runs then, it did not obey, and is fit for traffic again.
 */
void	drains_begin(struct rde *, struct container *);
/* left: ms until it is over, the last drain_delay_ms of them withdrawn. */
void	drains_resume(struct rde *, struct container *, unsigned int left);
/* It is over; left: ms until SIGKILL, if its container may be stopped so. */
void	drains_resume_end(struct rde *, struct container *, unsigned int left);
void	drains_told_to_end(struct rde *, struct container *, int signal);
void	drains_cancel(struct rde *, const struct object_id *container);
void	drains_free(struct rde *);

/*
 * host_drain.c.  The operator's order for the whole host, from the control socket
 * or, at start, from the state file.  A drain may have the host announced as
 * leaving for a while first (RFC 8326).  apply() is the caller's to call.
 */
void	host_drain_init(struct rde *);
void	host_drain_set(struct rde *, bool drained);
void	host_drain_restore(struct rde *, bool drained);
void	host_drain_free(struct rde *);

/*
 * drain_memory.c.  Which containers drain, and until when, in the parent's state file:
 * after a restart of bgplbd they go on draining.  An entry lasts as long as the run
 * of the container.  For at most STATE_DRAINS_MAX at a time.
 */
void	drain_memory_restore(struct rde *, const struct state_list *);
void	drain_memory_write(const struct rde *, struct state_list *);
void	drain_memory_add(struct rde *, const struct container *,
	    unsigned int ms);
/* kill_ms: until SIGKILL; -1: there will be none. */
void	drain_memory_set_over(struct rde *, const struct object_id *container,
	    int64_t kill_ms);
void	drain_memory_forget(struct rde *, const struct object_id *container);
/* A run of the container has come to be known: it may drain already. */
void	drain_memory_recall(struct rde *, struct container *);
/* Forgets those that a complete list of Docker's does not have. */
void	drain_memory_sweep(struct rde *);

/* operator.c: the control socket's requests about prefixes and the host. */
void	operator_handle(struct rde *, const struct message *);
/*
 * Sends the parent all that is to be kept over restarts; its sequence number.  Not,
 * and 0, before what an earlier run kept is known.
 */
uint32_t operator_save(struct rde *);
void	operator_saved(struct rde *, const struct message *);
void	operator_free(struct rde *);

/*
 * keep.c: a restart that routers are to notice nothing of (graceful-restart, RFC 4724),
 * while Docker cannot be heard.
 *
 * What stood before the restart counts as served: addresses whose local route leads
 * to a container that the kernel still joins to the bridge, and the subnets of
 * labelled networks that the state file names, while the kernel has them on a link.
 * Docker gets READY_MS for its first list, or a quarter of restart-time if that is less;
 * then these are announced, and the routers told that this is all, so that they keep
 * them and drop the rest.  That holds until Docker has named all that it has, and at
 * most for nine tenths of restart-time; what the kernel shows to have gone meanwhile
 * is withdrawn at once.  Nothing that stands is removed before Docker is heard.
 *
 * READY_MS holds also without graceful-restart: neighbors do not wait longer.
 */
#define READY_MS		10000
void	keep_init(struct rde *);
void	keep_free(struct rde *);
unsigned int keep_ready_ms(const struct settings *);
/*
 * The kernel or the state file has been read: when both have, the session engine is
 * told whether what forwards packets is still there (RFC 4724 section 4.1).
 */
void	keep_adopted(struct rde *);
void	keep_restore(struct rde *, const struct state_list *);
/* The subnets that are announced now, for the state file; they have changed. */
void	keep_write(const struct rde *, struct state_list *);
void	keep_note_subnets(struct rde *);
void	keep_stop(struct rde *);	/* the process ends */
void	keep_begin(struct rde *);
void	keep_look(struct rde *, const struct inventory *);	/* as it is now */
void	keep_end(struct rde *);		/* Docker was heard */

/* rde.c: sends to a sibling, if it is still there. */
void	rde_send(struct channel *, uint32_t type, uint32_t peerid,
	    const void *data, size_t len);
/* Tells the session engine that the first set is complete; once. */
void	rde_ready(struct rde *);

#endif /* BGPLBD_RDE_ENGINE_H */
