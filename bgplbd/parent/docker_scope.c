#include "bgplbd/parent/docker_scope.h"

void
docker_scope_init(struct docker_scope *s, const char *plugin_socket)
{
	driver_names_init(&s->drivers, plugin_socket);
	id_set_init(&s->networks, SCOPE_NETWORKS_MAX,
	    "networks of this daemon");
	id_set_init(&s->running, SCOPE_CONTAINERS_MAX,
	    "containers in networks of this daemon");
	id_set_init(&s->stopped, SCOPE_CONTAINERS_MAX,
	    "stopped containers in networks of this daemon");
}

void
docker_scope_clear(struct docker_scope *s)
{
	id_set_clear(&s->networks);
	id_set_clear(&s->running);
	id_set_clear(&s->stopped);
}

bool
docker_scope_has_stopped(const struct docker_scope *s,
    const struct object_id *id)
{
	return id_set_has(&s->stopped, id) || id_set_has(&s->running, id);
}
