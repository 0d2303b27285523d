#include <sys/types.h>

#include <stdio.h>
#include <string.h>

#include "bgplbd/settings.h"

void
settings_init(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->as = DEFAULT_AS;
	s->listen_port = -1;
	s->restart_time = DEFAULT_RESTART_TIME;
	s->drain_on_sigusr2 = true;
	s->drain_delay_ms = DEFAULT_DRAIN_DELAY_MS;
	s->drain_action = DRAIN_STOP;
	s->linger_ms = DEFAULT_LINGER_MS;
	strlcpy(s->label, DEFAULT_LABEL, sizeof(s->label));
	strlcpy(s->plugin_socket, DEFAULT_PLUGIN_SOCKET,
	    sizeof(s->plugin_socket));
	strlcpy(s->control_socket, DEFAULT_CONTROL_SOCKET,
	    sizeof(s->control_socket));
	strlcpy(s->docker_socket, DEFAULT_DOCKER_SOCKET,
	    sizeof(s->docker_socket));
	strlcpy(s->state_file, DEFAULT_STATE_FILE, sizeof(s->state_file));
}

void
neighbor_settings_init(struct neighbor_settings *n)
{
	memset(n, 0, sizeof(*n));
	n->port = BGP_PORT;
	n->hold_time = DEFAULT_HOLD_TIME;
	n->connect_retry = DEFAULT_CONNECT_RETRY;
	n->families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6;
	n->local_pref = DEFAULT_LOCAL_PREF;
	n->max = DEFAULT_DYNAMIC_MAX;
	n->max_prefix_restart = DEFAULT_MAX_PREFIX_RESTART;
}

uint8_t
neighbor_settings_hops(const struct neighbor_settings *n, uint32_t as)
{
	if (n->multihop != 0)
		return n->multihop;
	return n->ttl_security || n->remote_as != as;
}

bool
neighbor_settings_cover(const struct neighbor_settings *n,
    const struct address *addr)
{
	struct prefix p;

	return n->dynamic && addr->afi == n->addr.afi &&
	    prefix_make(addr, n->length, &p) == 0 &&
	    address_cmp(&p.addr, &n->addr) == 0;
}

const char *
neighbor_settings_name(const struct neighbor_settings *n,
    char buf[NEIGHBOR_TEXT_MAX])
{
	char text[ADDRESS_STRLEN];

	address_format(&n->addr, text);
	if (n->dynamic)
		snprintf(buf, NEIGHBOR_TEXT_MAX, "%s/%u", text, n->length);
	else
		snprintf(buf, NEIGHBOR_TEXT_MAX, "%s%s%s", text,
		    n->interface[0] != '\0' ? "%" : "", n->interface);
	return buf;
}

bool
settings_tell_endpoints(const struct settings *s)
{
	size_t i;

	for (i = 0; i < s->nneighbors; i++)
		if (s->neighbors[i].link_bandwidth != 0)
			return true;
	return false;
}
