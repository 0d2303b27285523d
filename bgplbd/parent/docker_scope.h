/*
 * What of Docker is this daemon's, by the engine's own word: the networks that it lists
 * for the names of our driver, and the containers that it lists for these networks.
 * docker_broker.c fills it from answers that id_scan.h reads; no child has a say in
 * it but for the driver's names (driver_names.h).
 */
#ifndef BGPLBD_PARENT_DOCKER_SCOPE_H
#define BGPLBD_PARENT_DOCKER_SCOPE_H

#include <stdbool.h>

#include "bgplbd/messages/driver_names.h"
#include "bgplbd/parent/id_set.h"

/*
 * As many as the rde takes.  A request that names all networks, 80 bytes each, stays
 * below 1 MB, which is as much as engines read of one.
 */
#define SCOPE_NETWORKS_MAX	8192
#define SCOPE_CONTAINERS_MAX	8192	/* of each kind */

struct docker_scope {
	struct driver_names	drivers;
	struct id_set		networks;	/* with their names */
	struct id_set		running;	/* containers; also paused, restarting */
	struct id_set		stopped;	/* containers that ended or never ran */
};

/* The first name of our driver is that of the plugin's socket. */
void	docker_scope_init(struct docker_scope *, const char *plugin_socket);
void	docker_scope_clear(struct docker_scope *);

/*
 * Whether a container that was listed as stopped is ours.  It may run by now.
 */
bool	docker_scope_has_stopped(const struct docker_scope *,
	    const struct object_id *);

#endif /* BGPLBD_PARENT_DOCKER_SCOPE_H */
