/*
 * Every message between the processes of bgplbd: one enum, named by sender and
 * area, each with its receiver and payload.  The payload structs stand in the
 * header of the pair that uses them; all are plain values without pointers, and
 * the receiver checks them with the validator beside the struct.  A message of
 * unknown type, or with a payload that its validator refuses, ends the receiver
 * with fatalx(): processes of one daemon do not send nonsense.
 *
 * Types below CONTROL_TYPE_END are those of common/control.h, which the frontend
 * relays; peerid is then the number of the control client.
 */
#ifndef BGPLBD_MESSAGES_TYPES_H
#define BGPLBD_MESSAGES_TYPES_H

#include "common/control.h"

enum message_type {
	/* parent -> all children: end in good order; no payload. */
	MSG_PARENT_SHUTDOWN = CONTROL_TYPE_END,

	/* parent -> rde, once at start: messages/parent_rde.h */
	MSG_PARENT_STATE,		/* struct state_list */
	MSG_PARENT_STATE_SAVED,		/* struct state_saved */
	/* rde -> parent */
	MSG_RDE_STATE_SAVE,		/* struct state_list */

	/* frontend -> parent: messages/docker_request.h */
	MSG_FRONTEND_DOCKER_REQUEST,	/* struct docker_request, peerid is a tag */
	/* parent -> frontend */
	MSG_PARENT_DOCKER_REPLY,	/* struct docker_reply, with a pipe */

	/* frontend -> rde, plugin calls: messages/frontend_rde.h; each is answered */
	MSG_FRONTEND_NETWORK_CREATE,	/* struct plugin_network */
	MSG_FRONTEND_NETWORK_DELETE,	/* struct plugin_network, addresses unset */
	MSG_FRONTEND_ENDPOINT_CREATE,	/* struct plugin_endpoint */
	MSG_FRONTEND_ENDPOINT_DELETE,	/* struct plugin_endpoint, addresses unset */
	MSG_FRONTEND_ENDPOINT_JOIN,	/* the same */
	MSG_FRONTEND_ENDPOINT_LEAVE,	/* the same */
	/* rde -> frontend */
	MSG_RDE_PLUGIN_REPLY,		/* struct plugin_reply, peerid of the request */

	/* frontend -> rde, facts from Docker: messages/frontend_rde.h */
	MSG_FRONTEND_SYNC_BEGIN,	/* no payload: facts of a whole list follow */
	MSG_FRONTEND_SYNC_END,		/* struct sync_end: what was told before, but
					 * not since SYNC_BEGIN, is gone */
	MSG_FRONTEND_NETWORK,		/* struct network_fact */
	MSG_FRONTEND_NETWORK_GONE,	/* struct object_id */
	MSG_FRONTEND_CONTAINER,		/* struct container_fact, up to its last endpoint */
	MSG_FRONTEND_CONTAINER_HEALTH,	/* struct container_health */
	MSG_FRONTEND_CONTAINER_SIGNAL,	/* struct container_signal */
	MSG_FRONTEND_CONTAINER_PAUSED,	/* struct container_paused */
	MSG_FRONTEND_CONTAINER_DIED,	/* struct object_id */
	MSG_FRONTEND_DISCONNECT,	/* struct container_disconnect */
	/* rde -> frontend */
	MSG_RDE_STOP_CONTAINER,		/* struct container_order: end of its drain */
	MSG_RDE_OWN_NETWORKS,		/* array of struct object_id, at start */

	/* rde -> session: messages/rde_session.h */
	MSG_RDE_ANNOUNCE,		/* array of struct announcement, at least one */
	MSG_RDE_WITHDRAW,		/* array of struct prefix, at least one */
	MSG_RDE_READY,			/* no payload: the first set is complete */
	MSG_RDE_BARRIER,		/* struct barrier */
	MSG_RDE_NEXTHOP,		/* struct nexthop_answer */
	/* session -> rde */
	MSG_SESSION_BARRIER,		/* struct barrier: all before it is written */
	MSG_SESSION_NEXTHOP,		/* struct nexthop_query */

	/*
	 * parent -> session, instead of MSG_PARENT_SHUTDOWN: end, but in a way that
	 * lets routers keep the routes; no payload.
	 */
	MSG_PARENT_RESTART,

	/*
	 * rde -> session, first of all, if the settings want a graceful restart:
	 * messages/rde_session.h
	 */
	MSG_RDE_KERNEL,			/* struct kernel_state */

	/*
	 * frontend -> rde, plugin calls about pools; each is answered with
	 * MSG_RDE_PLUGIN_REPLY: messages/frontend_rde.h
	 */
	MSG_FRONTEND_POOL_REQUEST,	/* struct plugin_address without an address */
	MSG_FRONTEND_ADDRESS_REQUEST,	/* struct plugin_address */
	MSG_FRONTEND_ADDRESS_RELEASE,	/* the same */

	/*
	 * frontend -> rde, between SYNC_BEGIN and SYNC_END, any number of times: an
	 * array of struct object_id, networks that Docker has and that are not ours.
	 */
	MSG_FRONTEND_OTHER_NETWORKS,

	/*
	 * parent -> all children, now and then, each of which answers: is its loop
	 * turning?  messages/child.h
	 */
	MSG_PARENT_PROBE,		/* no payload; peerid is the probe's number */
	MSG_CHILD_ALIVE,		/* no payload, peerid of the probe */
	/* all children -> parent: messages/sibling.h */
	MSG_CHILD_SIBLING_ENDED,	/* struct sibling_ended */

	/* parent -> frontend: messages/listener.h */
	MSG_PARENT_LISTENER,		/* struct listener_again, with a socket */

	/* rde, session -> frontend; peerid is a client: messages/control_rows.h */
	MSG_CONTROL_PAUSED,		/* no payload: more rows follow when asked for */
	/* frontend -> rde, session: the same */
	MSG_FRONTEND_CONTINUE,		/* no payload */
	MSG_FRONTEND_LEFT,		/* no payload: nobody waits for more */

	/*
	 * frontend -> parent, before the first list that depends on it:
	 * messages/driver_names.h
	 */
	MSG_FRONTEND_DRIVER_NAME,	/* struct driver_name */

	/* session -> parent: messages/parent_session.h; each is answered */
	MSG_SESSION_CONNECT,		/* struct connect_request */
	/* parent -> session */
	MSG_PARENT_CONNECT		/* struct connect_answer, with a socket */
};

#endif /* BGPLBD_MESSAGES_TYPES_H */
