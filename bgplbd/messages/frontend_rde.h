/*
 * Between frontend and rde: plugin calls, which the rde answers, and facts that
 * Docker told, which it does not.
 */
#ifndef BGPLBD_MESSAGES_FRONTEND_RDE_H
#define BGPLBD_MESSAGES_FRONTEND_RDE_H

#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"
#include "common/channel.h"
#include "common/control.h"
#include "common/prefix.h"

#define MAC_SIZE		6
#define CONTAINER_ENDPOINTS_MAX	32	/* networks of ours that one container joins */
#define NETWORK_SUBNETS_MAX	16	/* of one labelled network */
#define NETWORK_RESERVED_MAX	16	/* gateways and auxiliary addresses of one network */
#define PLUGIN_TEXT_MAX		256
#define NETWORK_MTU_MIN		68	/* RFC 791 */
#define NETWORK_MTU_MIN_IPV6	1280	/* RFC 8200 */
#define NETWORK_MTU_MAX		65535

/*
 * NetworkDriver.CreateNetwork and DeleteNetwork.  A host prefix is the address of
 * all containers in the network, a wider one the pool of which each gets its own.
 */
struct plugin_network {
	struct object_id	network;
	struct prefix		v4;	/* AFI_NONE if there is none; */
	struct prefix		v6;	/* no address (prefix_is_usable()): AFI_NONE */
	uint32_t		mtu;	/* of its links; 0: as the kernel has it */
	uint32_t		nreserved;
	struct address		reserved[NETWORK_RESERVED_MAX];	/* of its pools */
};

/* NetworkDriver.CreateEndpoint, DeleteEndpoint, Join and Leave. */
struct plugin_endpoint {
	struct object_id	network;
	struct object_id	endpoint;
	struct prefix		v4;		/* host prefixes or none, only for CREATE */
	struct prefix		v6;
	uint8_t			has_mac;	/* 0 or 1, only for CREATE */
	uint8_t			mac[MAC_SIZE];
};

/*
 * IpamDriver.RequestPool, RequestAddress and ReleaseAddress, for a pool that is wider
 * than a host route.  Docker asks with a MAC address for a container, and without
 * one for a gateway or an auxiliary address; these it reserves, so they are granted
 * if that can be.
 */
struct plugin_address {
	struct prefix		pool;
	struct prefix		range;		/* of which to choose; the pool, or in it */
	struct address		address;	/* in the pool; AFI_NONE: any that is free */
	uint8_t			has_mac;	/* only for ADDRESS_REQUEST */
	uint8_t			mac[MAC_SIZE];
};

#define PLUGIN_BEFORE_MAX	128
struct plugin_reply {
	int32_t		error;			/* 0, or errno of what failed */
	uint8_t		mac[MAC_SIZE];		/* ENDPOINT_CREATE */
	struct address	address;		/* ADDRESS_REQUEST */
	char		interface[IFNAMSIZ];	/* ENDPOINT_JOIN: the container's end */
	char		text[PLUGIN_TEXT_MAX];	/* a sentence for Docker's user, if error */
	uint64_t	taken_ms;		/* clock_ms() when the rde took it up */
	char		before[PLUGIN_BEFORE_MAX]; /* what it did for long just before; or "" */
};

enum health {
	HEALTH_NONE = 1,	/* the container has no health check */
	HEALTH_STARTING,
	HEALTH_HEALTHY,
	HEALTH_UNHEALTHY
};
#define HEALTH_LAST	HEALTH_UNHEALTHY

/*
 * A network as Docker lists it: one of ours, or one with the label, or both;
 * others are not sent.  Replaces what was known of its name, subnets and reserved
 * addresses.
 */
struct network_fact {
	struct object_id	network;
	char			name[CONTROL_NAME_MAX];	/* cut off if longer */
	uint8_t			ours;		/* its driver is this daemon */
	uint8_t			labelled;	/* its subnets are to be announced */
	uint16_t		nsubnets;
	struct prefix		subnets[NETWORK_SUBNETS_MAX];
	uint32_t		mtu;		/* as above */
	uint32_t		nreserved;
	struct address		reserved[NETWORK_RESERVED_MAX];	/* as above */
};

struct endpoint_fact {
	struct object_id	network;
	struct object_id	endpoint;
	struct prefix		v4;		/* host prefixes, AFI_NONE if none */
	struct prefix		v6;
	uint8_t			has_mac;
	uint8_t			mac[MAC_SIZE];
};

/*
 * A container as its inspection shows it, sent when it has an endpoint in a
 * network of ours.  Replaces all that was known of it, but not that it drains or
 * was told to end.  A drain lasts until the container starts anew (started_at
 * changes); that it was told to end also until a later health check finds it
 * healthy or it has gone on for long (drains.c), for then it did not obey.
 *
 * The message ends with the last endpoint that there is, for a list may have thousands
 * of them: container_fact_size().
 */
struct container_fact {
	struct object_id	container;
	char			name[CONTROL_NAME_MAX];
	int64_t			started_at;	/* nanoseconds since 1970 */
	int64_t			finished_at;	/* the run before; 0: none */
	int32_t			pid;		/* of its first process; 0: not known */
	int32_t			stop_signal;	/* that docker stop sends, 15 if unset */
	int32_t			stop_timeout;	/* seconds from it to SIGKILL; -1: none */
	uint8_t			by_engine;	/* see struct container_order */
	uint8_t			running;
	uint8_t			paused;
	uint8_t			health;		/* enum health */
	uint8_t			nendpoints;
	struct endpoint_fact	endpoints[CONTAINER_ENDPOINTS_MAX];
};

/* In bytes, of one with a valid number of endpoints. */
static inline size_t
container_fact_size(const struct container_fact *fact)
{
	return offsetof(struct container_fact, endpoints) +
	    fact->nendpoints * sizeof(fact->endpoints[0]);
}

/* From a health_status event. */
struct container_health {
	struct object_id	container;
	uint32_t		health;		/* enum health */
};

/* From a kill event. */
struct container_signal {
	struct object_id	container;
	int32_t			signal;		/* 1..64 */
};

/*
 * A signal to be sent to that run of a container.  by_engine: its engine has to know
 * of it, if it can be asked: the signal is the container's own stop signal, after
 * which the engine does not start it again, as it would by a restart policy; or the
 * container is paused, which the engine ends; or another runtime than runc has it,
 * whose process may not be the container's.
 */
struct container_order {
	struct object_id	container;
	int32_t			signal;		/* SIGTERM or SIGKILL */
	int32_t			pid;		/* 0: not known */
	int64_t			started_at;	/* nanoseconds since 1970 */
	uint32_t		by_engine;	/* 0 or 1 */
};
#define STOP_TIMEOUT_SECONDS	10		/* Docker's, where none is set */
#define STOP_TIMEOUT_MAX	(1000 * 1000)	/* longer ones, in seconds, count as this */

struct container_paused {
	struct object_id	container;
	uint32_t		paused;		/* 0 or 1 */
};

struct container_disconnect {
	struct object_id	container;
	struct object_id	network;
};

/*
 * Ends a sync.  If the list is incomplete, for Docker listed a network or container
 * that could not be read, what it does not name may be there all the same: it was
 * told for what it says, and nothing is cleaned up.  Another one follows.
 */
struct sync_end {
	uint32_t		incomplete;	/* 0 or 1 */
};
/*
 * A container is not in the list while Docker starts it, so what only plugin calls
 * or the kernel tell of is kept until a second complete list, made that much later,
 * does not name it either.  The frontend makes one after each first list.
 */
#define STARTING_MS		9000
#define SECOND_SYNC_SECONDS	10		/* a little more */

/*
 * MSG_RDE_OWN_NETWORKS, at start: the networks whose bridges stand in the kernel.
 * By the driver that Docker lists them with, the frontend learns under which name
 * this daemon is installed; without them its first list could lack networks of
 * ours, and the rde would clear away what stands for those.  So the frontend lists
 * nothing before it has them all: the first message that is not full, and may be
 * empty, is the last.
 */
#define OWN_NETWORKS_PER_MESSAGE \
	(CHANNEL_PAYLOAD_MAX / sizeof(struct object_id))

/*
 * MSG_FRONTEND_OTHER_NETWORKS: all others that Docker lists, by their ids, so that a
 * link that looks like ours but is of one of them is not taken for a leftover.
 */
#define OTHER_NETWORKS_PER_MESSAGE	OWN_NETWORKS_PER_MESSAGE

/*
 * The MAC address of one station: neither a group's (IEEE 802, 8.2), as broadcast is,
 * nor all zeros.
 * The kernel gives no other to an interface.
 */
bool	mac_is_station(const uint8_t mac[MAC_SIZE]);

/* One validator for all of them: true if the payload is right for the type. */
bool	frontend_rde_is_valid(uint32_t type, const void *data, size_t len);

#endif /* BGPLBD_MESSAGES_FRONTEND_RDE_H */
