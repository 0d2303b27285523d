/*
 * The networks that matter: ours, by what Docker says their driver is, and
 * those with the label.  Events lead to inspections, inspections to facts for
 * the rde.
 *
 * A network of Docker's never changes, so it is inspected once, at its
 * creation, or is taken from a list.
 */
#ifndef BGPLBD_FRONTEND_NETWORK_WATCH_H
#define BGPLBD_FRONTEND_NETWORK_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/frontend/docker_event.h"
#include "bgplbd/frontend/docker_watch.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/messages/object_id.h"
#include "bgplbd/settings.h"

struct network_watch;

/* Both arguments must live as long. */
struct network_watch *network_watch_new(struct docker_watch *,
	    const struct settings *);
void	network_watch_free(struct network_watch *);	/* NULL is fine */

/* A docker_is_ours for docker_parse.h; arg is the network_watch. */
bool	network_watch_is_ours(const struct object_id *, void *arg);
/* The same by what a user calls it: its name, or its id or the start of it. */
bool	network_watch_has_ours(const struct network_watch *, const char *text);
/* The same, also by the driver that an event names, "" if it names none. */
bool	network_watch_may_be_ours(const struct network_watch *,
	    const struct object_id *, const char *driver);

/*
 * A plugin call or the kernel shows that it is ours.  True if Docker's list has
 * not said so: its driver may be a name that is yet to be learned.
 */
bool	network_watch_own(struct network_watch *, const struct object_id *);
/* It was deleted by a plugin call. */
void	network_watch_disown(struct network_watch *, const struct object_id *);
/* Inspects those of which network_watch_own() was true. */
void	network_watch_learn(struct network_watch *);

/* EVENT_NETWORK_CREATE and EVENT_NETWORK_DESTROY. */
void	network_watch_event(struct network_watch *, const struct docker_event *);

/*
 * A sync, in this order; abort at any point of it, or when events stop coming.
 */
void	network_watch_sync_begin(struct network_watch *);
/* For each network of the list, as docker_element_fn. */
void	network_watch_sync_listed(struct network_watch *, struct json_value,
	    const char *fault);
/*
 * All were told.  False if the list has shown a name of this daemon's that was not known
 * when others were looked at: begin, and list, again.
 */
bool	network_watch_sync_all_listed(struct network_watch *)
	    __attribute__((warn_unused_result));
/* The list has a network that is not understood. */
bool	network_watch_is_incomplete(const struct network_watch *);
/*
 * Returns how many.  If not all is known, complete is false, and the rde goes on
 * knowing those that it was told of before.
 */
unsigned int network_watch_sync_tell(struct network_watch *, bool complete);
void	network_watch_sync_end(struct network_watch *);
void	network_watch_abort(struct network_watch *);

#endif /* BGPLBD_FRONTEND_NETWORK_WATCH_H */
