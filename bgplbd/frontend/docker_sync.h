/*
 * Keeps the rde in the picture of Docker: what runs, on which networks, in
 * which health.
 *
 * An event is a hint, the list is the truth.  When the rde has named the
 * networks that the kernel shows to be ours, and the event stream is up, the
 * networks and the containers are listed and the containers of our networks
 * inspected; then all facts go to the rde in one go, between
 * MSG_FRONTEND_SYNC_BEGIN and _END.  After that, and already while it is going
 * on, events are passed on as they come.  When the stream breaks, when an
 * answer of Docker cannot be had, or when we learn of another name for our
 * driver, that is done anew.
 *
 * If Docker does not show something that it lists, or not in a form that is
 * understood, the rde hears that the list is incomplete, and Docker is asked again,
 * after 1 s first, then at doubling intervals up to 60 s, or when a late answer
 * has come.  After the first complete list of a stream another one follows, see
 * SECOND_SYNC_SECONDS.
 *
 * Docker drops events without a sign when it, or this daemon, cannot keep up, so all
 * is listed anew when events come late, LATE_MAX_MS after the first of them at the
 * latest, and in any case LOOK_SECONDS after the last time.  Of that only what differs
 * is inspected.
 *
 * An engine that ends signals its containers first and then answers nothing, and one
 * whose socket systemd holds would be started again by a question.  So after a signal
 * to any container the look waits for LOOK_SECONDS more, as long as the last one is no
 * older than LOOK_PUT_OFF_SECONDS; and it is then the second list of a stream too.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_SYNC_H
#define BGPLBD_FRONTEND_DOCKER_SYNC_H

#include <stddef.h>
#include <stdint.h>

#include "bgplbd/messages/object_id.h"
#include "bgplbd/settings.h"

#define LATE_MAX_MS		2000
#define LOOK_SECONDS		60
#define LOOK_PUT_OFF_SECONDS	120

struct docker_client;
struct docker_queries;
struct docker_sync;
struct event_base;

struct docker_sync_ops {
	/* Tells the rde a fact, MSG_FRONTEND_SYNC_BEGIN to MSG_FRONTEND_DISCONNECT. */
	void	(*tell)(uint32_t type, const void *data, size_t len, void *arg);
	/* Whether it has not read the last list yet: then no other one is made. */
	bool	(*is_busy)(void *arg);
};

/* All arguments must live as long. */
struct docker_sync *docker_sync_new(struct event_base *,
	    struct docker_client *, struct docker_queries *,
	    const struct settings *, const struct docker_sync_ops *,
	    void *arg);
void	docker_sync_free(struct docker_sync *);	/* NULL is fine */

/* From MSG_RDE_OWN_NETWORKS; with the last such message the work begins. */
void	docker_sync_own_networks(struct docker_sync *,
	    const struct object_id *, size_t n);
/*
 * Docker called for this network, and was answered.  Docker is not asked at
 * once, for it may still hold its locks.
 */
void	docker_sync_network_used(struct docker_sync *, const struct object_id *);
/* What Docker has may differ from what is known: its lists are looked at soon. */
void	docker_sync_look(struct docker_sync *);
void	docker_sync_network_deleted(struct docker_sync *,
	    const struct object_id *);

/*
 * Whether a container's network is one of ours: by its id, or, if that is NULL, by
 * what the container's user called it.
 */
bool	docker_sync_is_ours(const struct docker_sync *, const struct object_id *,
	    const char *name);
/* Why that cannot be said at present, for people; "" if it can. */
const char *docker_sync_unknown(const struct docker_sync *);

/* Why Docker cannot be asked at present, for people; "" if it can. */
const char *docker_sync_outage(const struct docker_sync *);

#endif /* BGPLBD_FRONTEND_DOCKER_SYNC_H */
